//! What cannot be used is refused with a code, a reason and a field, and changes nothing: one long table.

mod attendance;
mod calls;
mod course;
mod coverage;
mod dispatching;
mod hours;
mod leave;
mod licences;
mod lists;
mod many;
mod members;
mod off_shift;
mod office;
mod on_call;
mod pattern;
mod planning;
mod positions;
mod reading;
mod request;
mod resuming;
mod roster;
mod rules;
mod showing;
mod staying;
mod transfer;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use tandem::grpc::pb;
use tonic::{Code, Status};

use crate::harness::town::{Town, fields, in_each_town, reason, st_louis};

/// How long the table is: nobody shortens it by accident.
const ROWS: usize = 765;

/// What stands when the table is walked: a call with two on scene, a call whose offers have run out, an area.
pub(crate) struct World<'a> {
    town: &'a Town,
    /// The first clinician and the first officer are on its scene.
    busy: pb::Call,
    busy_assignment_id: String,
    /// The second clinician and the second officer did not answer in time.
    waiting: pb::Call,
    expired_assignment_id: String,
}

/// A request, and how it is refused. Whichever it is, the head, every table and what is kept in memory stay as they were.
pub(crate) struct Row<'a> {
    name: String,
    code: Code,
    reason: &'static str,
    /// The first field that is blamed; empty when the fault is not in the request.
    field: &'static str,
    asked: Pin<Box<dyn Future<Output = Result<(), Status>> + 'a>>,
}

/// A message with a fault in it.
pub(crate) fn invalid<'a>(
    name: &str,
    reason: &'static str,
    field: &'static str,
    asked: impl Future<Output = Result<(), Status>> + 'a,
) -> Row<'a> {
    refused(name, Code::InvalidArgument, reason, field, asked)
}

/// Odd, and taken as far as it goes: it is answered, and changes nothing.
pub(crate) fn tolerated<'a>(name: &str, asked: impl Future<Output = Result<(), Status>> + 'a) -> Row<'a> {
    refused(name, Code::Ok, "", "", asked)
}

pub(crate) fn refused<'a>(
    name: &str,
    code: Code,
    reason: &'static str,
    field: &'static str,
    asked: impl Future<Output = Result<(), Status>> + 'a,
) -> Row<'a> {
    Row {
        name: name.to_owned(),
        code,
        reason,
        field,
        asked: Box::pin(asked),
    }
}

/// A request of a client's, to be sent when its row is reached.
macro_rules! asks {
    ($client:expr, $service:ident.$method:ident, $request:expr) => {{
        let client = $client.clone();
        let request = $request;
        async move { client.$service().$method(request).await.map(drop) }
    }};
}
pub(crate) use asks;

pub(crate) fn reference(value: &str) -> pb::ExternalReference {
    pb::ExternalReference {
        system: "cad".to_owned(),
        kind: "incident".to_owned(),
        value: value.to_owned(),
    }
}

pub(crate) fn at(seconds: i64, nanos: i32) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos })
}

pub(crate) fn mask(path: &str) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask {
        paths: vec![path.to_owned()],
    })
}

/// An id of the right shape that nothing has.
pub(crate) const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

/// A token with its first character another one.
pub(crate) fn damaged(token: &str) -> String {
    let (first, rest) = token.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    format!("{other}{rest}")
}

/// Names that are none.
pub(crate) fn bad_names() -> [(&'static str, String, &'static str); 12] {
    [
        ("empty", String::new(), "REQUIRED"),
        ("blank", " \u{2003} ".to_owned(), "INVALID_TEXT"),
        ("with a NUL", "An\0na".to_owned(), "INVALID_TEXT"),
        ("with a line break", "An\nna".to_owned(), "INVALID_TEXT"),
        (
            "with an override of the direction",
            "An\u{202e}na".to_owned(),
            "INVALID_TEXT",
        ),
        (
            "with an isolate of the direction",
            "An\u{2067}na\u{2069}".to_owned(),
            "INVALID_TEXT",
        ),
        (
            "with a separator of lines",
            "An\u{2028}na".to_owned(),
            "INVALID_TEXT",
        ),
        (
            "that shows nothing",
            "\u{200b}\u{2060}\u{feff}".to_owned(),
            "INVALID_TEXT",
        ),
        ("with an escape", "\u{1b}[2JAnna".to_owned(), "INVALID_TEXT"),
        ("one character too long", "ä".repeat(129), "INVALID_TEXT"),
        ("of 4 KiB", "n".repeat(4096), "INVALID_TEXT"),
        ("of 100 kB", "ä".repeat(50_000), "INVALID_TEXT"),
    ]
}

/// Points that are none.
pub(crate) const BAD_POINTS: [(&str, f64, f64); 7] = [
    ("a latitude that is no number", f64::NAN, -90.2),
    ("a longitude that is no number", 38.63, f64::NAN),
    ("an infinite longitude", 38.63, f64::NEG_INFINITY),
    ("beyond the pole", 90.000_001, -90.2),
    ("beyond the date line", 38.63, -180.000_001),
    ("what a device without a fix reports", 0.0, 0.0),
    ("exchanged, and out of range", -90.2, 38.63),
];

impl<'a> World<'a> {
    async fn of(town: &'a Town) -> World<'a> {
        let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-89,38],[-89,39],[-91,39],[-91,38]]]}"#;
        let area = pb::PutServiceAreaRequest {
            request_id: town.request_id(),
            jurisdiction_id: st_louis().to_string(),
            name: "the town".to_owned(),
            geojson_chunk: square.to_owned(),
            zone: String::new(),
        };
        let parts = tokio_stream::iter([area]);
        town.admin.admin().put_service_area(parts).await.unwrap();
        let known = pb::OpenCallRequest {
            external_references: vec![reference("77")],
            ..town.call(3)
        };
        let busy = town.dispatcher.dispatch().open_call(known).await.unwrap();
        let busy = busy.into_inner();
        let busy_assignment_id = busy.assignment.unwrap().assignment_id;
        for member in [&town.clinicians[0], &town.officers[0]] {
            town.accept(member, &busy_assignment_id).await.unwrap();
            town.progress(member, &busy_assignment_id, pb::Progress::OnScene)
                .await;
        }
        let expired = town.open_call(3).await;
        town.turn(60).await;
        let now = |call: pb::GetCallResponse| call.call.unwrap();
        let world = World {
            town,
            busy: now(town.get_call(&busy.call.unwrap().call_id).await),
            busy_assignment_id,
            waiting: now(town.get_call(&expired.call.unwrap().call_id).await),
            expired_assignment_id: expired.assignment.unwrap().assignment_id,
        };
        assert_eq!(world.busy.state(), pb::CallState::OnScene);
        assert_eq!(world.waiting.state(), pb::CallState::Waiting);
        world
    }
}

/// How many rows are walked between two looks at every table: the head and the memory are looked at after each.
const BETWEEN_LOOKS: usize = 10;

async fn walk(town: &Town, rows: Vec<Row<'_>>) {
    town.settle().await;
    town.positions_are_written().await;
    let center = town.desk.center(&st_louis()).await.unwrap();
    // What is kept in memory alone, and the head.
    let glance = async || {
        let head = town.store.head(&st_louis()).await.unwrap();
        (head.revision, center.positions_since(0))
    };
    let tables = async || town.store.checksum().await.unwrap();
    let (before, tables_before) = (glance().await, tables().await);
    let mut wrong = Vec::new();
    let mut since_look = Vec::new();
    let last = rows.len() - 1;
    for (place, row) in rows.into_iter().enumerate() {
        let expected = (row.code, row.reason.to_owned(), row.field.to_owned());
        let told = match row.asked.await {
            Ok(()) => (Code::Ok, String::new(), String::new()),
            Err(status) => {
                let blamed = fields(&status).into_iter().next().unwrap_or_default();
                (status.code(), reason(&status), blamed)
            }
        };
        if told != expected {
            wrong.push(format!("{}: {told:?} instead of {expected:?}", row.name));
        }
        let glanced = glance().await;
        since_look.push(row.name);
        if glanced != before {
            wrong.push(format!("{since_look:?}: the last changed something"));
            break;
        }
        if since_look.len() == BETWEEN_LOOKS || place == last {
            if tables().await != tables_before {
                wrong.push(format!("{since_look:?}: one changed a table"));
                break;
            }
            since_look.clear();
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_cannot_be_used_is_refused_by_name_and_changes_nothing() {
    in_each_town(2, 2, async |town| {
        let world = World::of(town).await;
        let mut rows = calls::rows(&world);
        rows.extend(dispatching::rows(&world));
        rows.extend(course::rows(&world));
        rows.extend(members::rows(&world));
        rows.extend(office::rows(&world).await);
        rows.extend(roster::rows(&world).await);
        rows.extend(licences::rows(&world).await);
        rows.extend(rules::rows(&world));
        rows.extend(attendance::rows(&world).await);
        rows.extend(hours::rows(&world).await);
        rows.extend(off_shift::rows(&world));
        rows.extend(on_call::rows(&world).await);
        rows.extend(pattern::rows(&world).await);
        rows.extend(planning::rows(&world).await);
        rows.extend(request::rows(&world).await);
        rows.extend(coverage::rows(&world));
        rows.extend(reading::rows(&world).await);
        rows.extend(lists::rows(&world).await);
        rows.extend(resuming::rows(&world).await);
        rows.extend(showing::rows(&world).await);
        rows.extend(positions::rows(&world));
        rows.extend(many::rows(&world));
        rows.extend(transfer::rows(&world));
        let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names.len(), rows.len(), "each row has a name of its own");
        assert_eq!(rows.len(), ROWS, "a row was added or lost");
        let page = include_str!("../../../docs/trust.md");
        let told = format!("{ROWS} rows on each database");
        assert!(page.contains(&told), "docs/trust.md says another number");
        walk(town, rows).await;
    });
}
