//! Off shift: who is not to be asked to work, how he is reached, and when he will be there. Through the real door.

mod arriving;
mod reaching;

use tandem::board::Role;
use tandem::grpc::pb;
use tandem::grpc::pb::propose_roster_response::Told;
use tonic::Status;

use crate::harness::town::{Client, Member, Town, in_each_town, reason};

fn mask(paths: &[&str]) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    })
}

/// What one says for this responder; the version is the one that stands.
async fn says(
    town: &Town,
    by: &Client,
    who: &Member,
    paths: &[&str],
    off_shift: pb::OffShift,
    words: pb::OffShiftWords,
) -> Result<pb::UpdateOffShiftResponse, Status> {
    let request = pb::UpdateOffShiftRequest {
        request_id: town.request_id(),
        responder_id: who.id.clone(),
        off_shift: Some(off_shift),
        words: Some(words),
        update_mask: mask(paths),
        expected_version: of(&town.dispatcher, who).await.off_shift.unwrap().version,
    };
    Ok(by.availability().update_off_shift(request).await?.into_inner())
}

/// What somebody reads of this responder.
async fn of(reader: &Client, who: &Member) -> pb::GetOffShiftResponse {
    read(reader, who).await.unwrap()
}

async fn read(reader: &Client, who: &Member) -> Result<pb::GetOffShiftResponse, Status> {
    let request = pb::GetOffShiftRequest {
        responder_id: who.id.clone(),
    };
    Ok(reader.availability().get_off_shift(request).await?.into_inner())
}

fn not_tuesdays() -> pb::OffShift {
    pb::OffShift {
        unavailable: vec![pb::WeekTime {
            weekday: pb::Weekday::Tuesday.into(),
            local_start: "10:00".to_owned(),
            local_end: "14:00".to_owned(),
        }],
        ..Default::default()
    }
}

/// An open shift of the clinicians' agency on a day of June 2026, in force.
async fn open(town: &Town, day: u32, from: u32, to: u32) -> pb::Shift {
    let local = |hour: u32| {
        Some(pb::LocalTime {
            local: format!("2026-06-{day:02}T{hour:02}:00"),
            occurrence: 0,
        })
    };
    let request = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        local_start: local(from),
        local_end: local(to),
        ..Default::default()
    };
    let created = town.admin.schedule().create_shift(request).await.unwrap();
    let draft = created.into_inner().shift.unwrap();
    let publish = pb::PublishShiftRequest {
        request_id: town.request_id(),
        shift_id: draft.shift_id,
        expected_version: draft.version,
        ..Default::default()
    };
    let published = town.admin.schedule().publish_shift(publish).await.unwrap();
    published.into_inner().shift.unwrap()
}

async fn suggested(town: &Town, shift: &pb::Shift) -> pb::SuggestForShiftResponse {
    let request = pb::SuggestForShiftRequest {
        shift_id: shift.shift_id.clone(),
        ..Default::default()
    };
    let told = town.admin.planning().suggest_for_shift(request).await.unwrap();
    told.into_inner()
}

async fn call_backs(town: &Town, shift: &pb::Shift) -> pb::GetCallBacksResponse {
    let request = pb::GetCallBacksRequest {
        shift_id: shift.shift_id.clone(),
    };
    let told = town.dispatcher.schedule().get_call_backs(request).await.unwrap();
    told.into_inner()
}

fn asked(told: &pb::GetCallBacksResponse) -> Vec<&str> {
    let could = told.call_backs.iter();
    could
        .map(|one| &*one.responder.as_ref().unwrap().responder_id)
        .collect()
}

#[test]
fn whoever_says_not_tuesdays_is_neither_suggested_nor_proposed_nor_called_back_then() {
    in_each_town(1, 1, async |town| {
        let anna = &town.clinicians[0];
        let tuesday = open(town, 9, 8, 12).await;
        let after = open(town, 9, 14, 20).await;
        let words = pb::OffShiftWords::default();
        let told = says(town, &anna.client, anna, &["unavailable"], not_tuesdays(), words).await;
        assert_eq!(told.unwrap().off_shift.unwrap().version, 1);

        let from_ten = Some("2026-06-09T15:00:00Z".parse().unwrap());
        let to_two = Some("2026-06-09T19:00:00Z".parse().unwrap());
        let told = suggested(town, &tuesday).await;
        assert_eq!(told.suggestions, []);
        let [why] = &told.obstacles[..] else {
            panic!("{told:?}")
        };
        assert_eq!(
            (why.kind(), &why.responder_id),
            (pb::RosterObstacleKind::Unavailable, &anna.id)
        );
        assert_eq!((why.away_from, why.away_until), (from_ten, to_two));
        assert_eq!(suggested(town, &after).await.suggestions.len(), 1);

        let told = call_backs(town, &tuesday).await;
        assert_eq!(asked(&told), [""; 0]);
        let [left_out] = &told.left_out[..] else {
            panic!("{told:?}")
        };
        assert_eq!(left_out.reason(), pb::LeftOutReason::WeekTime);
        assert_eq!((left_out.away_from, left_out.away_until), (from_ten, to_two));
        assert_eq!(asked(&call_backs(town, &after).await), [&*anna.id]);

        let request = pb::ProposeRosterRequest {
            from: Some("2026-06-09T05:00:00Z".parse().unwrap()),
            to: Some("2026-06-10T05:00:00Z".parse().unwrap()),
            agency_id: "bhr".to_owned(),
            seconds: 1,
            ..Default::default()
        };
        let proposed = town.admin.planning().propose_roster(request).await.unwrap();
        let (mut stream, mut filled) = (proposed.into_inner(), Vec::new());
        while let Some(message) = stream.message().await.unwrap() {
            if let Some(Told::Shift(shift)) = message.told
                && shift.responder_id == anna.id
            {
                filled.push(shift.shift_id);
            }
        }
        assert_eq!(filled, [&*after.shift_id]);
        // It is his own word and no order: whoever asks him all the same may assign him.
        let assign = pb::AssignShiftRequest {
            request_id: town.request_id(),
            shift_id: tuesday.shift_id,
            expected_version: tuesday.version,
            responder_id: anna.id.clone(),
            ..Default::default()
        };
        town.admin.schedule().assign_shift(assign).await.unwrap();
    });
}

#[test]
fn whoever_opts_out_until_a_day_is_asked_again_when_it_is_over() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let hr = town.client(Role::Hr, "hana", None).await;
        let (within, after) = (open(town, 9, 20, 23).await, open(town, 10, 0, 6).await);
        let until = pb::OffShift {
            opted_out_until: "2026-06-09".to_owned(),
            ..Default::default()
        };
        let words = pb::OffShiftWords::default();
        let paths = ["opted_out_until"];
        let told = says(town, &hr, anna, &paths, until, words.clone()).await.unwrap();
        let midnight = Some("2026-06-10T05:00:00Z".parse().unwrap());
        assert_eq!(told.off_shift.unwrap().opted_out_ends_at, midnight);

        let told = suggested(town, &within).await;
        assert_eq!(told.obstacles[0].kind(), pb::RosterObstacleKind::OptedOut);
        assert_eq!(told.obstacles[0].away_until, midnight);
        let told = call_backs(town, &within).await;
        assert_eq!(told.left_out[0].reason(), pb::LeftOutReason::OptedOut);
        assert_eq!(asked(&call_backs(town, &after).await), [&*anna.id]);
        assert_eq!(suggested(town, &after).await.suggestions.len(), 1);

        // She thinks better of it.
        let told = says(town, &anna.client, anna, &paths, pb::OffShift::default(), words).await;
        assert_eq!(told.unwrap().off_shift.unwrap().opted_out_until, "");
        assert_eq!(asked(&call_backs(town, &within).await), [&*anna.id]);
    });
}

#[test]
fn what_two_say_at_once_is_not_lost() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let request = |version| pb::UpdateOffShiftRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            off_shift: Some(not_tuesdays()),
            words: None,
            update_mask: mask(&["unavailable"]),
            expected_version: version,
        };
        let mut hers = anna.client.availability();
        hers.update_off_shift(request(0)).await.unwrap();
        let late = hers.update_off_shift(request(0)).await.unwrap_err();
        assert_eq!(reason(&late), "STALE_VERSION");
        hers.update_off_shift(request(1)).await.unwrap();
    });
}
