//! Tables come in whole, once, and never half.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Code;

use super::{File, STAFF, called, counts, responders};
use crate::harness::on_sqlite;
use crate::harness::town::{Town, in_each_town, reason, st_louis};
use crate::patterns::publication;

#[test]
fn the_same_file_every_night_has_one_effect() {
    in_each_town(0, 0, async |town| {
        let rows = ["001234,\"Muñoz, Ana\",Adam 1", "001235,Bo Li,Adam 2"];
        let first = File::staff(town, &rows).report(&town.admin).await;
        assert_eq!(counts(&first), (2, 0, 0, 0, true));
        let before = responders(town).await;
        let head = town.store.head(&st_louis()).await.unwrap();
        let next = File::staff(town, &rows).report(&town.admin).await;
        assert_eq!(counts(&next), (0, 0, 2, 0, true));
        assert_eq!(responders(town).await, before);
        assert_eq!(
            town.store.head(&st_louis()).await.unwrap(),
            head,
            "nothing was recorded"
        );
        let known = &called(town, "Adam 1").await;
        assert_eq!(known.external_references[0].value, "001234");
        assert!(known.imported_since.is_some());
    });
}

#[test]
fn the_same_request_gets_the_same_answer_however_it_is_cut() {
    in_each_town(0, 0, async |town| {
        let file = File::staff(town, &["001234,Ana,Adam 1", "001235,Bo Li,Adam 2"]);
        let first = file.sent_in(7, &town.admin).await.unwrap();
        assert_eq!(counts(first.report.as_ref().unwrap()), (2, 0, 0, 0, true));
        let again = file.sent_in(1000, &town.admin).await.unwrap();
        assert_eq!(again, first);
        let other = File {
            text: file.text.replace("Ana", "Anna"),
            ..file
        };
        let refused = other.sent_in(1000, &town.admin).await.unwrap_err();
        assert_eq!(
            (refused.code(), reason(&refused)),
            (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned())
        );
        assert_eq!(called(town, "Adam 1").await.name, "Ana");
    });
}

#[test]
fn one_bad_row_and_nothing_is_applied_unless_the_good_ones_are_asked_for() {
    in_each_town(0, 0, async |town| {
        let rows = ["001234,Ana,Adam 1", "1235,Bo Li,Adam 2", "001236,Cy,adam 1"];
        let file = File::staff(town, &rows);
        let sum = town.store.checksum().await.unwrap();
        let report = file.report(&town.admin).await;
        assert_eq!(counts(&report), (1, 0, 0, 2, false));
        let told: Vec<_> = report
            .row_faults
            .iter()
            .map(|fault| (fault.row, fault.column.as_str(), fault.reason()))
            .collect();
        assert_eq!(
            told,
            [
                (3, "Emp No", pb::ErrorReason::LeadingZerosLost),
                (4, "Radio", pb::ErrorReason::AlreadyExists)
            ]
        );
        assert_eq!(town.store.checksum().await.unwrap(), sum, "nothing was kept");
        let dry = File {
            dry_run: true,
            apply_good_rows: true,
            ..file.clone()
        };
        assert_eq!(counts(&dry.report(&town.admin).await), (1, 0, 0, 2, false));
        assert_eq!(town.store.checksum().await.unwrap(), sum, "nor by a dry run");
        let good = File {
            apply_good_rows: true,
            ..file
        };
        assert_eq!(counts(&good.report(&town.admin).await), (1, 0, 0, 2, true));
        let there: Vec<String> = responders(town)
            .await
            .into_iter()
            .map(|one| one.call_sign)
            .collect();
        assert_eq!(there, ["Adam 1"]);
    });
}

#[test]
fn what_a_person_changes_is_held_against_the_imports_until_it_is_released() {
    in_each_town(0, 0, async |town| {
        let rows = ["001234,Ana,Adam 1"];
        File::staff(town, &rows).report(&town.admin).await;
        let hr = town.client(Role::Hr, "hana", None).await;
        let before = called(town, "Adam 1").await;
        let update = pb::UpdateResponderRequest {
            request_id: town.request_id(),
            responder: Some(pb::Responder {
                name: "Ana Ruiz".to_owned(),
                ..before.clone()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["name".to_owned(), "call_sign".to_owned()],
            }),
            expected_version: before.version,
        };
        hr.roster().update_responder(update).await.unwrap();
        let held = called(town, "Adam 1").await.held_fields;
        let told: Vec<_> = held
            .iter()
            .map(|one| (one.field.as_str(), one.by.as_str()))
            .collect();
        assert_eq!(told, [("name", "hana")], "what was not changed is not held");

        let report = File::staff(town, &["001234,Ana,Adam 7"]).report(&hr).await;
        assert_eq!(counts(&report), (0, 1, 0, 0, true));
        let [row] = &report.held_rows[..] else {
            panic!("one held field: {report:?}")
        };
        assert_eq!((row.row, &*row.field, &*row.by), (2, "name", "hana"));
        let after = called(town, "Adam 7").await;
        assert_eq!(after.name, "Ana Ruiz");

        let release = pb::ReleaseHoldRequest {
            request_id: town.request_id(),
            responder_id: after.responder_id.clone(),
            fields: vec!["name".to_owned()],
            expected_version: after.version,
        };
        let released = hr.transfer().release_hold(release).await.unwrap().into_inner();
        assert_eq!(released.responder.unwrap().held_fields, []);
        let report = File::staff(town, &["001234,Ana,Adam 7"]).report(&hr).await;
        assert_eq!((counts(&report), report.held_count), ((0, 1, 0, 0, true), 0));
        assert_eq!(called(town, "Adam 7").await.name, "Ana");
    });
}

#[test]
fn who_keeps_one_agency_takes_in_no_row_of_another() {
    in_each_town(0, 0, async |town| {
        let token = tandem::store::Token {
            agency_id: Some("bhr".parse().unwrap()),
            ..town.token(Role::Hr, "hana", None, Some(st_louis()))
        };
        let hr = town.client_with(token).await;
        let report = File::staff(town, &["001234,Ana,Adam 1"]).report(&hr).await;
        assert_eq!(counts(&report), (0, 0, 0, 1, false));
        assert_eq!(report.row_faults[0].reason(), pb::ErrorReason::NotYours);
        let all = pb::ExportRosterRequest {
            kind: pb::RosterKind::Responders.into(),
            agency_id: String::new(),
        };
        let refused = hr.transfer().export_roster(all.clone()).await.unwrap_err();
        assert_eq!(reason(&refused), "NOT_YOURS");
        let own = pb::ExportRosterRequest {
            agency_id: "bhr".to_owned(),
            ..all
        };
        hr.transfer().export_roster(own).await.unwrap();
    });
}

#[test]
fn any_bytes_are_answered_and_never_half_applied() {
    on_sqlite(async |database| {
        let town = Town::open(database, 0, 0).await;
        let mut runner = TestRunner::deterministic();
        let rows = proptest::collection::vec("[0-9]{6},[A-Za-z \"\u{e9}]{0,8},[a-c]{1,2}", 1..8);
        let noise = proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40);
        for _ in 0..60 {
            let rows = rows.new_tree(&mut runner).unwrap().current();
            let noise = noise.new_tree(&mut runner).unwrap().current();
            let noise = String::from_utf8_lossy(&noise).into_owned();
            let text = format!("Emp No,Full Name,Radio\n{}\n{noise}", rows.join("\n"));
            let file = File::of(&town, pb::RosterKind::Responders, STAFF, text);
            let before = town.store.checksum().await.unwrap();
            match file.sent_in(11, &town.admin).await {
                Ok(answer) => {
                    let report = answer.report.unwrap();
                    let changed = town.store.checksum().await.unwrap() != before;
                    assert!(report.applied || !changed, "{report:?}");
                    assert_eq!(report.applied, report.bad_row_count == 0, "{report:?}");
                }
                Err(refused) => {
                    assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
                    assert_eq!(town.store.checksum().await.unwrap(), before);
                }
            }
        }
        town.close().await;
    });
}

/// What payroll knows of its people beside their names.
const PAID: &str = r#"
system = "payroll"
[columns]
reference = "Emp No"
name = "Full Name"
call_sign = "Radio"
position = "Title"
cost_code = "Charged to"
[constants]
agency = "slmpd"
discipline = "officer"
"#;

#[test]
fn position_and_cost_code_come_from_payroll_and_what_a_person_says_instead_is_held() {
    in_each_town(0, 0, async |town| {
        let file = |title: &str, cost_code: &str| {
            let text = format!("Emp No,Full Name,Radio,Title,Charged to\n1,Ana,Adam 1,{title},{cost_code}\n");
            File::of(town, pb::RosterKind::Responders, PAID, text)
        };
        file("Officer", "0410").report(&town.admin).await;
        let before = called(town, "Adam 1").await;
        assert_eq!((&*before.position, &*before.cost_code), ("Officer", "0410"));
        let update = pb::UpdateResponderRequest {
            request_id: town.request_id(),
            expected_version: before.version,
            responder: Some(pb::Responder {
                position: "Sergeant".to_owned(),
                ..before
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["position".to_owned()],
            }),
        };
        town.admin.roster().update_responder(update).await.unwrap();
        let report = file("Officer", "0411").report(&town.admin).await;
        let held: Vec<&str> = report.held_rows.iter().map(|row| &*row.field).collect();
        assert_eq!(held, ["position"]);
        let after = called(town, "Adam 1").await;
        assert_eq!((&*after.position, &*after.cost_code), ("Sergeant", "0411"));
    });
}

const PATTERNS: &str =
    "agency,name,discipline,holds_on,start_date,rrule,local_start,duration_minutes,minimum,wanted,places\n";

#[test]
fn a_table_of_patterns_makes_and_changes_them_and_publishing_does_the_rest() {
    in_each_town(2, 0, async |town| {
        let file = |rows: &str| File::of(town, pb::RosterKind::Patterns, "", format!("{PATTERNS}{rows}"));
        let days = "bhr,Days,clinician,,2026-06-08,FREQ=WEEKLY;BYDAY=MO,09:00,480,1,2,\"clinician-0 > clinician-1\n-\"\n";
        let picnic = "bhr,Days,clinician,2026-06-15,,,10:00,240,0,1,-\n";
        let both = format!("{days}{picnic}");
        assert_eq!(counts(&file(&both).report(&town.admin).await), (1, 1, 0, 0, true));
        assert_eq!(counts(&file(&both).report(&town.admin).await), (0, 0, 2, 0, true));
        let longer = both.replace("09:00,480", "09:00,540");
        assert_eq!(
            counts(&file(&longer).report(&town.admin).await),
            (0, 1, 1, 0, true)
        );

        let list = pb::ListPatternsRequest::default();
        let listed = town
            .admin
            .pattern()
            .list_patterns(list)
            .await
            .unwrap()
            .into_inner();
        let [pattern] = &listed.patterns[..] else {
            panic!("one pattern: {listed:?}")
        };
        let publish = publication(town, pattern, "2026-06-08", "2026-06-21");
        let published = town.admin.pattern().publish_pattern(publish).await.unwrap();
        let made: Vec<(String, u32, bool)> = published
            .into_inner()
            .changes
            .into_iter()
            .map(|change| {
                let shift = change.shift.unwrap();
                let minutes =
                    (shift.planned_end.unwrap().seconds - shift.planned_start.unwrap().seconds) / 60;
                let minutes = u32::try_from(minutes).unwrap();
                (shift.local_start, minutes, shift.responder_id.is_empty())
            })
            .collect();
        let at = |start: &str, minutes, open| (format!("2026-06-{start}:00"), minutes, open);
        assert_eq!(
            made,
            [
                at("08T09:00", 540, false),
                at("08T09:00", 540, true),
                at("15T10:00", 240, true)
            ]
        );
    });
}

#[test]
fn every_fault_of_a_table_of_patterns_is_told_by_its_column() {
    in_each_town(1, 1, async |town| {
        let officer = &called(town, "officer-0").await.call_sign;
        let rows = [
            ("bhr,Days,clinician,,2026-06-08,FREQ=DAILY,09:00,480,1,1,-", None),
            (
                "bhr,Days,clinician,,2026-06-08,FREQ=DAILY,09:00,480,1,1,-",
                Some(("name", "ALREADY_EXISTS")),
            ),
            (
                "bhr,Nights,clinician,2026-06-09,,,22:00,480,1,1,-",
                Some(("name", "NOT_FOUND")),
            ),
            (
                "bhr,A,clinician,,2026-06-08,FREQ=HOURLY,09:00,480,1,1,-",
                Some(("rrule", "INVALID_RECURRENCE")),
            ),
            (
                "bhr,B,clinician,,2026-06-08,FREQ=DAILY,09:00,9999,1,1,-",
                Some(("duration_minutes", "VALUE_OUT_OF_RANGE")),
            ),
            (
                "bhr,C,clinician,,2026-06-08,FREQ=DAILY,09:00,480,2,1,-",
                Some(("minimum", "VALUE_OUT_OF_RANGE")),
            ),
            (
                "bhr,D,clinician,,2026-06-08,FREQ=DAILY,09:00,480,1,1,nobody",
                Some(("places", "NOT_FOUND")),
            ),
            (
                &format!("bhr,E,clinician,,2026-06-08,FREQ=DAILY,09:00,480,1,1,{officer}"),
                Some(("places", "NOT_FOUND")),
            ),
            (
                "fire,F,clinician,,2026-06-08,FREQ=DAILY,09:00,480,1,1,-",
                Some(("agency", "NOT_FOUND")),
            ),
            (
                ",G,clinician,,2026-06-08,FREQ=DAILY,09:00,480,1,1,-",
                Some(("agency", "REQUIRED")),
            ),
            (
                "bhr,H,clinician,,,FREQ=DAILY,09:00,480,1,1,-",
                Some(("start_date", "REQUIRED")),
            ),
        ];
        let text: String = rows.iter().map(|(row, _)| format!("{row}\n")).collect();
        let file = File::of(town, pb::RosterKind::Patterns, "", format!("{PATTERNS}{text}"));
        let sum = town.store.checksum().await.unwrap();
        let report = file.report(&town.admin).await;
        let told: Vec<(u32, &str, &str)> = report
            .row_faults
            .iter()
            .map(|fault| (fault.row, fault.column.as_str(), fault.reason().as_str_name()))
            .collect();
        let expected: Vec<(u32, &str, String)> = rows
            .iter()
            .zip(2..)
            .filter_map(|((_, fault), row)| {
                let (column, reason) = (*fault)?;
                Some((row, column, format!("ERROR_REASON_{reason}")))
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(row, column, reason)| (*row, *column, reason.as_str()))
            .collect();
        assert_eq!(told, expected);
        assert_eq!(counts(&report), (1, 0, 0, 10, false));
        assert_eq!(town.store.checksum().await.unwrap(), sum, "nothing was kept");
    });
}
