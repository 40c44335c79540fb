//! What goes out comes in again as the same.

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::id::JurisdictionId;

use super::{File, counts, exported};
use crate::harness::town::{Client, Member, Town, in_each_town, point, scene, st_louis};
use crate::patterns::{by_rule, creation, post, publication};

/// In the order in which they come in: shifts may be of patterns.
const KINDS: [pb::RosterKind; 4] = [
    pb::RosterKind::Responders,
    pb::RosterKind::Credentials,
    pb::RosterKind::Patterns,
    pb::RosterKind::Shifts,
];

/// Another programme with the same agencies and areas, and nobody in it.
async fn elsewhere(town: &Town) -> Client {
    let id: JurisdictionId = "kansas-city".parse().unwrap();
    let mut admin = town.installer().await.admin();
    let jurisdiction = pb::CreateJurisdictionRequest {
        request_id: town.request_id(),
        jurisdiction_id: id.to_string(),
        name: "Kansas City".to_owned(),
        zone: "America/Chicago".to_owned(),
    };
    admin.create_jurisdiction(jurisdiction).await.unwrap();
    for agency_id in ["bhr", "slmpd"] {
        let agency = pb::CreateAgencyRequest {
            request_id: town.request_id(),
            jurisdiction_id: id.to_string(),
            agency_id: agency_id.to_owned(),
            name: agency_id.to_owned(),
        };
        admin.create_agency(agency).await.unwrap();
    }
    area(town, &id).await;
    let token = town.token(Role::Hr, "kim", None, Some(id));
    town.client_with(token).await
}

async fn area(town: &Town, id: &JurisdictionId) -> String {
    let square = r#"{"type":"Polygon","coordinates":[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]]]}"#;
    let area = pb::PutServiceAreaRequest {
        request_id: town.request_id(),
        jurisdiction_id: id.to_string(),
        name: "North, and \"Old\" town".to_owned(),
        geojson_chunk: square.to_owned(),
        zone: "America/Denver".to_owned(),
    };
    let mut admin = town.installer().await.admin();
    let put = admin.put_service_area(tokio_stream::iter([area])).await.unwrap();
    put.into_inner().service_area.unwrap().area_id
}

#[test]
fn a_roster_that_went_out_comes_in_elsewhere_as_the_same_bytes() {
    in_each_town(2, 2, async |town| {
        let area_id = area(town, &st_louis()).await;
        let somebody = pb::CreateResponderRequest {
            request_id: town.request_id(),
            agency_id: "bhr".to_owned(),
            discipline: "clinician".to_owned(),
            name: "=Zoë \"Z\", O'Neill ".to_owned(),
            call_sign: "-Cedar 4".to_owned(),
            base: Some(pb::Base {
                name: "South".to_owned(),
                location: Some(point(scene().latitude + 0.000_000_1, scene().longitude)),
            }),
            area_ids: vec![area_id.clone()],
            must_not_meet_responder_ids: vec![town.officers[1].id.clone()],
            position: "=Clinician II".to_owned(),
            cost_code: "4410-22".to_owned(),
            external_references: ["7", "a/b"]
                .map(|value| pb::ExternalReference {
                    system: "hr".to_owned(),
                    kind: "employee".to_owned(),
                    value: value.to_owned(),
                })
                .into(),
        };
        town.admin.roster().create_responder(somebody).await.unwrap();
        let shifts = "agency,responder,local_start,local_end,start_occurrence,area,required_qualifications\n\
             bhr,hr/employee/7,2026-11-01 01:30,2026-11-01 09:00,second,\"North, and \"\"Old\"\" town\",\"CIT\nlcsw\"\n";
        let file = File::of(town, pb::RosterKind::Shifts, "", shifts);
        assert_eq!(file.report(&town.admin).await.created_count, 1);

        planned(town, &area_id).await;

        let other = elsewhere(town).await;
        for kind in KINDS {
            let text = exported(&town.admin, kind).await;
            let file = File::of(town, kind, "", text.clone());
            let report = file.report(&other).await;
            assert!(report.applied && report.row_count > 2, "{report:?}");
            assert_eq!(exported(&other, kind).await, text);
        }
        let again = File::of(town, pb::RosterKind::Shifts, "", exported(&other, KINDS[3]).await);
        let report = again.report(&other).await;
        assert_eq!(counts(&report), (0, 0, report.row_count, 0, true));
        let (there, here) = (
            republished(town, &town.admin).await,
            republished(town, &other).await,
        );
        assert_eq!(here, there);
        let kept = ["2026-06-10", "2026-06-18"].map(str::to_owned);
        assert_eq!(here, (0, kept.into(), 7));
    });
}

/// Two clinicians in turn and an open place, on two weeks of work days: other hours from the second week on, and on one
/// date another area. All is published, one shift given to somebody else and one called off.
async fn planned(town: &Town, area_id: &str) {
    let [anna, ben] = &town.clinicians[..] else {
        panic!("two clinicians")
    };
    let turns: &[&[&Member]] = &[&[anna, ben]];
    let days = pb::Post {
        wanted: 1,
        required_qualifications: vec!["LCSW".to_owned()],
        ..post("19:00", "03:00", turns)
    };
    let cadence = pb::Cadence {
        except_dates: vec!["2026-06-11".to_owned()],
        ..by_rule("2026-06-08", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20260621")
    };
    let request = creation(town, cadence, days);
    let mut pattern = town.admin.pattern();
    let created = pattern.create_pattern(request).await.unwrap().into_inner();
    let mut standing = created.pattern.unwrap();
    let there = pb::Post {
        area_id: area_id.to_owned(),
        ..Default::default()
    };
    for (scope, date, path, post) in [
        (
            pb::PatternScope::ThisAndLater,
            "2026-06-15",
            "post.local_start",
            post("20:00", "", &[]),
        ),
        (pb::PatternScope::ThisOne, "2026-06-17", "post.area_id", there),
    ] {
        let request = pb::UpdatePatternRequest {
            request_id: town.request_id(),
            pattern_id: standing.pattern_id.clone(),
            expected_version: standing.version,
            scope: scope.into(),
            date: date.to_owned(),
            update_mask: Some(prost_types::FieldMask {
                paths: vec![path.to_owned()],
            }),
            post: Some(post),
            ..Default::default()
        };
        let updated = pattern.update_pattern(request).await.unwrap().into_inner();
        standing = updated.pattern.unwrap();
    }
    let all = publication(town, &standing, FORTNIGHT.0, FORTNIGHT.1);
    let published = pattern.publish_pattern(all).await.unwrap().into_inner();
    let on = |date: &str| {
        let mut shifts = published
            .changes
            .iter()
            .filter_map(|change| change.shift.as_ref());
        shifts.find(|shift| shift.pattern_date == date).unwrap()
    };
    let (given, called_off) = (on("2026-06-10"), on("2026-06-18"));
    let assign = pb::AssignShiftRequest {
        request_id: town.request_id(),
        shift_id: given.shift_id.clone(),
        expected_version: given.version,
        responder_id: if given.responder_id == anna.id {
            &ben.id
        } else {
            &anna.id
        }
        .clone(),
        override_reason: String::new(),
    };
    let mut schedule = town.admin.schedule();
    schedule.assign_shift(assign).await.unwrap();
    let cancel = pb::CancelShiftRequest {
        request_id: town.request_id(),
        shift_id: called_off.shift_id.clone(),
        expected_version: called_off.version,
    };
    schedule.cancel_shift(cancel).await.unwrap();
}

const FORTNIGHT: (&str, &str) = ("2026-06-08", "2026-06-21");

/// What publishing the only pattern again would do: how many changes, the dates that stay as a hand has changed them, and
/// how many are as the pattern says.
async fn republished(town: &Town, by: &Client) -> (usize, Vec<String>, u32) {
    let list = pb::ListPatternsRequest::default();
    let listed = by.pattern().list_patterns(list).await.unwrap().into_inner();
    let [pattern] = &listed.patterns[..] else {
        panic!("one pattern: {listed:?}")
    };
    let dry = pb::PublishPatternRequest {
        dry_run: true,
        ..publication(town, pattern, FORTNIGHT.0, FORTNIGHT.1)
    };
    let told = by.pattern().publish_pattern(dry).await.unwrap().into_inner();
    let kept = told.kept.into_iter().map(|shift| shift.pattern_date);
    (told.changes.len(), kept.collect(), told.unchanged_count)
}

#[test]
fn who_verified_a_licence_is_written_and_no_table_says_it() {
    in_each_town(1, 0, async |town| {
        let text = exported(&town.admin, pb::RosterKind::Credentials).await;
        let (header, row) = text.trim_end().split_once("\r\n").unwrap();
        assert!(header.ends_with(",verification"), "{header}");
        assert!(row.ends_with(",unverified"), "{row}");
        let told = text.replace("unverified", "verified");
        let report = File::of(town, pb::RosterKind::Credentials, "", told)
            .report(&town.admin)
            .await;
        assert_eq!(counts(&report), (0, 0, 1, 0, true));
        assert_eq!(exported(&town.admin, pb::RosterKind::Credentials).await, text);
    });
}
