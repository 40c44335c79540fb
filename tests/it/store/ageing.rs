//! A database that was filled by an earlier version goes on where it was.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tandem::board::{After, Agency, Entry, Event, EventKind, Jurisdiction, Policy, Requirement};
use tandem::roster::{Credential, Verification};
use tandem::shift::Shift;

use super::values::{agency, event, hired, jurisdiction, jurisdiction_id};
use super::world::World;
use crate::harness::{Database, on_each_empty_database};

/// A text in SQL.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn number(number: Option<i64>) -> String {
    number.map_or("NULL".to_owned(), |number| number.to_string())
}

/// A list in SQL.
fn texts<T: serde::Serialize>(list: &T) -> String {
    quoted(&serde_json::to_string(list).unwrap())
}

/// A policy as it was written before there were kinds of credentials.
fn old_policy(policy: &Policy) -> Value {
    let mut old = serde_json::to_value(policy).unwrap();
    let fields = old.as_object_mut().unwrap();
    fields.remove("credential_kinds").unwrap();
    fields.remove("unverified_credentials_count").unwrap();
    let grant = json!({"credential": "LCSW", "qualification": "BEHAVIORAL_HEALTH"});
    fields.insert("credential_grants".to_owned(), json!([grant]));
    old
}

/// Events as they were written then.
fn old_events(events: &[Event]) -> String {
    let mut written = serde_json::to_value(events).unwrap();
    for event in written.as_array_mut().unwrap() {
        if let Some(changed) = event["after"].get_mut("Jurisdiction") {
            let policy: Policy = serde_json::from_value(changed["policy"].clone()).unwrap();
            changed["policy"] = old_policy(&policy);
        }
    }
    let text = written.to_string();
    for word in [
        "credential_kinds",
        "noticed_days",
        "finding",
        "starts_at\"",
        "override_reason\"",
    ] {
        assert!(!text.contains(word), "{word} was not written then");
    }
    text
}

async fn append(database: &Database, before: &str, entry: &Entry) -> String {
    let events = old_events(&entry.events);
    let bare = serde_json::to_string(&Entry {
        events: Vec::new(),
        ..entry.clone()
    });
    let bare = bare.unwrap();
    let text = format!("{}{events}}}", bare.strip_suffix("[]}").unwrap());
    let hash = hex::encode(Sha256::digest(format!("{before}{text}")));
    let role = serde_json::to_value(entry.cause.role).unwrap();
    let sql = format!(
        "INSERT INTO journal (jurisdiction_id, revision, at, operation_id, request_id, subject, role, method, events, hash) \
         VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        quoted(&jurisdiction_id().to_string()),
        entry.revision,
        entry.at.micros(),
        quoted(&entry.operation_id.to_string()),
        quoted(&entry.request_id),
        quoted(&entry.cause.subject),
        quoted(role.as_str().unwrap()),
        quoted(&entry.cause.method),
        quoted(&events),
        quoted(&hash),
    );
    database.execute(&sql).await.unwrap();
    hash
}

/// The rows of one person, one shift and the policy, in the columns that there were.
async fn fill(database: &Database, changed: &Jurisdiction, world: &World, shift: &Shift) {
    let at = quoted(&jurisdiction_id().to_string());
    let person = world.board.responders.values().next().unwrap();
    let base = person.base.as_ref().unwrap();
    let mut statements = vec![
        format!(
            "UPDATE jurisdictions SET policy = {}, version = {}",
            quoted(&old_policy(&changed.policy).to_string()),
            changed.version
        ),
        format!(
            "INSERT INTO agencies (jurisdiction_id, id, name) VALUES ({at}, 'bhr', {})",
            quoted(&agency().name)
        ),
        format!(
            "INSERT INTO responders (jurisdiction_id, id, agency_id, discipline, name, call_sign, base_name, base_lat_e7, \
             base_lon_e7, area_ids, must_not_meet, external_references, retired_at, version) \
             VALUES ({at}, {}, 'bhr', 'clinician', {}, {}, {}, {}, {}, {}, {}, {}, NULL, {})",
            quoted(&person.id.to_string()),
            quoted(&person.name),
            quoted(&person.call_sign),
            quoted(&base.name),
            base.point.e7().0,
            base.point.e7().1,
            texts(&person.area_ids),
            texts(&person.must_not_meet),
            texts(&person.external_references),
            person.version,
        ),
        format!(
            "INSERT INTO shifts (jurisdiction_id, id, agency_id, responder_id, state, starts_at, ends_at, zone, area_id, \
             actual_start, actual_end, external_references, version, filed) \
             VALUES ({at}, {}, 'bhr', {}, 'Published', {}, {}, {}, {}, {}, NULL, {}, {}, false)",
            quoted(&shift.id.to_string()),
            quoted(&person.id.to_string()),
            shift.planned.start.micros(),
            shift.planned.end.micros(),
            quoted(&shift.zone),
            quoted(&shift.area_id.unwrap().to_string()),
            number(shift.actual_start.map(|at| at.micros())),
            texts(&shift.external_references),
            shift.version,
        ),
    ];
    for paper in person.credentials.values() {
        let last_day = paper.valid_until.as_deref().map_or("NULL".to_owned(), quoted);
        statements.push(format!(
            "INSERT INTO credentials (jurisdiction_id, responder_id, id, agency_id, code, number, issuer, valid_until, \
             lapses_at, revoked_at) VALUES ({at}, {}, {}, 'bhr', {}, {}, {}, {last_day}, {}, {})",
            quoted(&person.id.to_string()),
            quoted(&paper.id.to_string()),
            quoted(&paper.code),
            quoted(&paper.number),
            quoted(&paper.issuer),
            number(paper.lapses_at.map(|at| at.micros())),
            number(paper.revoked_at.map(|at| at.micros())),
        ));
    }
    for sql in statements {
        database.execute(&sql).await.unwrap();
    }
}

fn before_findings(paper: Credential) -> Credential {
    Credential {
        valid_from: None,
        starts_at: None,
        finding: None,
        noticed_days: None,
        ..paper
    }
}

#[test]
fn a_database_that_was_filled_before_there_were_kinds_of_credentials_goes_on_as_it_was() {
    on_each_empty_database(async |database| {
        let store = database.store().await;
        store.migrate_up_to("m0010_callback").await.unwrap();
        let mut world = World::create(store).await;
        let board = database.texts("SELECT board FROM floors").await.remove(0);
        let mut board: Value = serde_json::from_str(&board).unwrap();
        board["jurisdiction"]["policy"] = old_policy(&jurisdiction().policy);
        let sql = format!("UPDATE floors SET board = {}", quoted(&board.to_string()));
        database.execute(&sql).await.unwrap();
        let head = world.store.head(&jurisdiction_id()).await.unwrap();
        let employer = Agency {
            pay_periods: [].into(),
            ..agency()
        };

        let mut changed = jurisdiction();
        changed.policy.required_qualifications.push(Requirement {
            discipline: "clinician".to_owned(),
            qualification: "SPANISH".to_owned(),
        });
        changed.version += 1;
        let mut person = world.responder();
        person.imported = None;
        person.departures.clear();
        person.employment = tandem::roster::Employment::default();
        person.credentials = person
            .credentials
            .into_iter()
            .map(|(id, paper)| (id, Box::new(before_findings(*paper))))
            .collect();
        let shift = Shift {
            required_qualifications: [].into(),
            override_reason: String::new(),
            held_over: None,
            absences: Vec::new(),
            ..world.shift(Some(person.id))
        };
        let mut hash = head.hash;
        for happened in [
            event(EventKind::AgencyCreated, After::Agency(employer)),
            event(
                EventKind::JurisdictionChanged,
                After::Jurisdiction(Box::new(changed.clone())),
            ),
            hired(person.clone()),
            event(EventKind::ShiftPublished, After::Shift(Box::new(shift.clone()))),
        ] {
            let entry = world.entry(vec![happened]);
            hash = append(database, &hash, &entry).await;
        }
        fill(database, &changed, &world, &shift).await;
        let sql = format!(
            "UPDATE heads SET revision = {}, hash = {}, last_at = {}",
            world.board.revision,
            quoted(&hash),
            world.at.micros()
        );
        database.execute(&sql).await.unwrap();

        world.store.migrate().await.unwrap();
        let (_, board) = world.store.load(&jurisdiction_id()).await.unwrap();
        assert_eq!(
            board, world.board,
            "with Missouri's kinds, and nothing found of any paper"
        );
        let papers = board.responders[&person.id].credentials.values();
        let mut found: Vec<(&str, Verification)> =
            papers.map(|paper| (&*paper.code, paper.verification())).collect();
        found.sort();
        let expected = [("CIT", Verification::Unverified), ("LCSW", Verification::Revoked)];
        assert_eq!(found, expected);
        let report = world.store.check(&jurisdiction_id()).await.unwrap();
        assert_eq!(report.differences, [""; 0]);
        // And it goes on.
        world.hire().await;
    });
}
