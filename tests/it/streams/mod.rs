//! Streams: ordered, unique, reliable, atomic, resumable, bookmarkable.

mod board;
mod ending;

use std::collections::BTreeMap;

use tandem::grpc::pb;
use tandem::grpc::pb::watch_assignments_response::Heard;
use tonic::Streaming;

use crate::harness::on_each_database;
use crate::harness::town::{Client, Town, in_each_town, reason};

/// A whole life with a decline in it: many revisions, some with several events.
async fn whole_life(town: &Town) {
    let opened = town.open_call(3).await;
    let assignment_id = opened.assignment.unwrap().assignment_id;
    town.decline(&town.officers[0], &assignment_id).await.unwrap();
    town.settle().await;
    for member in [&town.clinicians[0], &town.officers[1]] {
        town.accept(member, &assignment_id).await.unwrap();
        town.progress(member, &assignment_id, pb::Progress::EnRoute).await;
        town.progress(member, &assignment_id, pb::Progress::OnScene).await;
    }
    for member in [&town.clinicians[0], &town.officers[1]] {
        town.clear(member, &assignment_id, "15").await;
    }
}

async fn watch(
    client: &Client,
    filter: &pb::EventFilter,
    token: &str,
) -> Streaming<pb::WatchAssignmentsResponse> {
    let request = pb::WatchAssignmentsRequest {
        resume_token: token.to_owned(),
        checkpoint_seconds: 15,
        filter: Some(filter.clone()),
    };
    client
        .streaming()
        .watch_assignments(request)
        .await
        .unwrap()
        .into_inner()
}

async fn heard(stream: &mut Streaming<pb::WatchAssignmentsResponse>) -> Heard {
    stream
        .message()
        .await
        .unwrap()
        .expect("the stream goes on")
        .heard
        .unwrap()
}

/// Everything that follows a token, by the unary twin.
async fn listed(client: &Client, filter: &pb::EventFilter, token: &str, size: i32) -> pb::ListEventsResponse {
    let request = pb::ListEventsRequest {
        resume_token: token.to_owned(),
        filter: Some(filter.clone()),
        page_size: size,
    };
    client
        .streaming()
        .list_events(request)
        .await
        .unwrap()
        .into_inner()
}

/// What a subscriber knows: the latest state of everything, by what it is.
fn fold(known: &mut BTreeMap<String, pb::event::After>, update: &pb::Update) {
    for event in &update.events {
        let after = event.after.clone().unwrap();
        let key = match &after {
            pb::event::After::Call(call) => format!("call {}", call.call_id),
            pb::event::After::Assignment(assignment) => format!("assignment {}", assignment.assignment_id),
            pb::event::After::Alert(alert) => format!("alert {}", alert.alert_id),
            pb::event::After::Jurisdiction(_)
            | pb::event::After::Agency(_)
            | pb::event::After::ServiceArea(_)
            | pb::event::After::Responder(_)
            | pb::event::After::Shift(_)
            | pb::event::After::Pattern(_)
            | pb::event::After::ShiftRequest(_)
            | pb::event::After::Timesheet(_)
            | pb::event::After::OnCallList(_)
            | pb::event::After::OffShift(_)
            | pb::event::After::DutyStatus(_) => format!("{after:?}"),
        };
        known.insert(key, after);
    }
}

#[test]
fn a_stream_cut_at_each_revision_and_resumed_hears_the_same() {
    in_each_town(1, 2, async |town| {
        let wide = pb::EventFilter::default();
        let narrow = pb::EventFilter {
            kinds: vec![
                pb::EventKind::OfferMade.into(),
                pb::EventKind::MemberCleared.into(),
            ],
            ..Default::default()
        };
        let clinician = &town.clinicians[0].client;
        let cases = [
            (&town.dispatcher, &wide),
            (&town.dispatcher, &narrow),
            (clinician, &wide),
        ];
        let mut starts = Vec::new();
        for (client, filter) in cases {
            starts.push(listed(client, filter, "", 0).await.resume_token);
        }
        whole_life(town).await;
        for ((client, filter), start) in cases.into_iter().zip(starts) {
            let whole = listed(client, filter, &start, 500).await;
            assert!(whole.caught_up && whole.updates.len() > 1);
            for pair in whole.updates.windows(2) {
                assert_eq!(pair[1].previous_revision, pair[0].revision, "reliable");
                assert!(pair[1].revision > pair[0].revision, "ordered and unique");
            }
            let mut known = BTreeMap::new();
            whole.updates.iter().for_each(|update| fold(&mut known, update));
            for (cut, update) in whole.updates.iter().enumerate() {
                let rest = &whole.updates[cut + 1..];
                // Resumed by the unary twin, and by a stream, from the token of this very update.
                let again = listed(client, filter, &update.resume_token, 500).await;
                assert_eq!(again.updates, rest);
                let mut stream = watch(client, filter, &update.resume_token).await;
                for expected in rest {
                    let Heard::Update(found) = heard(&mut stream).await else {
                        panic!("an update was expected after revision {}", update.revision)
                    };
                    assert_eq!(found, *expected);
                }
                let mut pieced = BTreeMap::new();
                let before = whole.updates[..=cut].iter();
                before
                    .chain(&again.updates)
                    .for_each(|update| fold(&mut pieced, update));
                assert_eq!(pieced, known, "whoever was cut off knows the same");
            }
        }
    });
}

#[test]
fn pages_of_one_update_add_up_to_the_whole() {
    in_each_town(1, 2, async |town| {
        let filter = pb::EventFilter::default();
        let start = listed(&town.dispatcher, &filter, "", 0).await.resume_token;
        whole_life(town).await;
        let whole = listed(&town.dispatcher, &filter, &start, 500).await.updates;
        let (mut token, mut pieced) = (start, Vec::new());
        loop {
            let page = listed(&town.dispatcher, &filter, &token, 1).await;
            pieced.extend(page.updates);
            token = page.resume_token;
            if page.caught_up {
                break;
            }
        }
        let revisions =
            |updates: &[pb::Update]| updates.iter().map(|update| update.revision).collect::<Vec<_>>();
        assert_eq!(revisions(&pieced), revisions(&whole));
    });
}

#[test]
fn a_snapshot_comes_first_and_a_responder_sees_his_own_offer_alone() {
    in_each_town(2, 2, async |town| {
        let filter = pb::EventFilter::default();
        let (mine, other) = (&town.clinicians[0], &town.clinicians[1]);
        let mut stream = watch(&mine.client, &filter, "").await;
        let Heard::Snapshot(snapshot) = heard(&mut stream).await else {
            panic!("a snapshot comes first")
        };
        assert!(snapshot.assignments.is_empty());
        let token = listed(&other.client, &filter, "", 0).await.resume_token;
        let assignment_id = town.open_call(3).await.assignment.unwrap().assignment_id;
        let Heard::Update(update) = heard(&mut stream).await else {
            panic!("an offer was expected")
        };
        assert!(
            update
                .events
                .iter()
                .any(|event| event.kind() == pb::EventKind::OfferMade)
        );
        for event in &update.events {
            let Some(pb::event::After::Assignment(assignment)) = &event.after else {
                continue;
            };
            assert_eq!(assignment.assignment_id, assignment_id);
            for member in &assignment.members {
                let partner = member.responder.as_ref().unwrap().responder_id != mine.id;
                assert_eq!(
                    partner,
                    member.agency_id.is_empty(),
                    "of a partner no more than is shared"
                );
            }
        }
        assert!(
            listed(&other.client, &filter, &token, 500)
                .await
                .updates
                .is_empty()
        );
        let mut late = watch(&mine.client, &filter, "").await;
        let Heard::Snapshot(snapshot) = heard(&mut late).await else {
            panic!("a snapshot comes first")
        };
        assert_eq!(snapshot.assignments.len(), 1);
        assert_eq!(snapshot.calls.len(), 1);
    });
}

#[test]
fn a_filter_by_agency_or_area_hears_what_concerns_it_and_nothing_else() {
    in_each_town(1, 1, async |town| {
        let area_of_scene = put_area(town, "downtown", [-90.3, 38.5, -90.1, 38.7]).await;
        let elsewhere = put_area(town, "elsewhere", [-89.3, 38.5, -89.1, 38.7]).await;
        let of_agency = |agency_id: &str| pb::EventFilter {
            agency_ids: vec![agency_id.to_owned()],
            ..Default::default()
        };
        let of_area = |area_id: &str| pb::EventFilter {
            area_ids: vec![area_id.to_owned()],
            ..Default::default()
        };
        let filters = [
            of_agency("bhr"),
            of_agency("slmpd"),
            of_area(&area_of_scene),
            of_area(&elsewhere),
        ];
        let mut streams = Vec::new();
        for filter in &filters {
            let mut stream = watch(&town.dispatcher, filter, "").await;
            heard(&mut stream).await;
            streams.push(stream);
        }
        // The officer's duty is his agency's alone; the call in the end concerns all but the other area.
        town.sign_on(&town.officers[0]).await;
        town.open_call(3).await;
        let mut of_elsewhere = streams.pop().unwrap();
        let mut told = Vec::new();
        for mut stream in streams {
            let mut kinds = Vec::new();
            while !kinds.contains(&pb::EventKind::OfferMade) {
                if let Heard::Update(update) = heard(&mut stream).await {
                    kinds.extend(update.events.iter().map(pb::Event::kind));
                }
            }
            told.push(kinds);
        }
        let duty_changed = |kinds: &[pb::EventKind]| kinds.contains(&pb::EventKind::DutyChanged);
        assert!(!duty_changed(&told[0]), "{told:?}");
        assert!(duty_changed(&told[1]), "{told:?}");
        // Where nothing is to be told, a checkpoint says so.
        town.turn(15).await;
        assert!(matches!(heard(&mut of_elsewhere).await, Heard::Checkpoint(_)));
    });
}

async fn put_area(town: &Town, name: &str, [west, south, east, north]: [f64; 4]) -> String {
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    let geojson = format!(r#"{{"type":"Polygon","coordinates":[{ring:?}]}}"#);
    let piece = pb::PutServiceAreaRequest {
        request_id: town.request_id(),
        jurisdiction_id: "st-louis".to_owned(),
        name: name.to_owned(),
        geojson_chunk: geojson,
        zone: String::new(),
    };
    let put = town
        .admin
        .admin()
        .put_service_area(tokio_stream::once(piece))
        .await
        .unwrap();
    put.into_inner().service_area.unwrap().area_id
}

#[test]
fn whoever_comes_on_during_his_partners_emergency_is_told_of_it() {
    in_each_town(2, 1, async |town| {
        let assignment = town.open_call(3).await.assignment.unwrap();
        let (partner, other) = (&town.clinicians[0], &town.clinicians[1]);
        let raise = pb::RaiseEmergencyRequest {
            request_id: town.request_id(),
            responder_id: town.officers[0].id.clone(),
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        town.officers[0]
            .client
            .dispatch()
            .raise_emergency(raise)
            .await
            .unwrap();
        for (member, alerts) in [(partner, 1), (other, 0)] {
            let mut stream = watch(&member.client, &pb::EventFilter::default(), "").await;
            let Heard::Snapshot(snapshot) = heard(&mut stream).await else {
                panic!("a snapshot comes first")
            };
            assert_eq!(snapshot.alerts.len(), alerts);
            assert_eq!(snapshot.assignments.len(), alerts);
        }
        assert!(!assignment.assignment_id.is_empty());
    });
}

#[test]
fn a_checkpoint_moves_the_token_also_when_there_is_nothing_to_see() {
    in_each_town(1, 1, async |town| {
        let nothing = pb::EventFilter {
            kinds: vec![pb::EventKind::AreaRemoved.into()],
            ..Default::default()
        };
        let mut stream = watch(&town.dispatcher, &nothing, "").await;
        let Heard::Snapshot(snapshot) = heard(&mut stream).await else {
            panic!("a snapshot comes first")
        };
        town.open_call(3).await;
        town.turn(15).await;
        let Heard::Checkpoint(checkpoint) = heard(&mut stream).await else {
            panic!("a checkpoint was expected")
        };
        assert!(checkpoint.revision > snapshot.revision);
        assert_ne!(checkpoint.resume_token, snapshot.resume_token);
    });
}

#[test]
fn a_token_older_than_the_journal_is_told_so() {
    on_each_database(async |database| {
        let town = Town::open(database, 1, 1).await;
        let filter = pb::EventFilter::default();
        let token = listed(&town.dispatcher, &filter, "", 0).await.resume_token;
        town.open_call(3).await;
        let later = town.clock.now().plus_seconds(1);
        town.store
            .prune(&crate::harness::town::st_louis(), later)
            .await
            .unwrap();
        // A server that starts now has only the journal; the other still has all that followed at hand.
        let fresh = Town::beside(database, &town).await;
        let request = pb::ListEventsRequest {
            resume_token: token.clone(),
            filter: Some(filter.clone()),
            page_size: 0,
        };
        let refused = fresh
            .dispatcher
            .streaming()
            .list_events(request)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "RESUME_TOKEN_TOO_OLD");
        assert_eq!(
            listed(&town.dispatcher, &filter, &token, 0).await.updates.len(),
            1
        );
        fresh.close().await;
        town.close().await;
    });
}
