//! Tables come in whole, once, and never half.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Code;

use super::{File, STAFF, called, counts, responders};
use crate::harness::on_sqlite;
use crate::harness::town::{Town, in_each_town, reason, st_louis};

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
