//! Coverage as it changes.

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Streaming;

use super::{HOUR, cancelled, coverage, hours, scheduled, wanted, works};
use crate::harness::town::{Client, in_each_town, reason, st_louis};
use pb::watch_coverage_response::Heard;

/// The second of June, in steps of an hour.
fn tomorrow() -> pb::GetCoverageRequest {
    hours(24, 48)
}

/// A watch, and what comes first.
async fn watch(by: &Client) -> (Streaming<pb::WatchCoverageResponse>, pb::GetCoverageResponse) {
    let request = pb::WatchCoverageRequest {
        coverage: Some(tomorrow()),
        checkpoint_seconds: 15,
    };
    let mut stream = by.coverage().watch_coverage(request).await.unwrap().into_inner();
    let Heard::Coverage(first) = heard(&mut stream).await else {
        panic!("the coverage comes first")
    };
    (stream, first)
}

async fn heard(stream: &mut Streaming<pb::WatchCoverageResponse>) -> Heard {
    stream.message().await.unwrap().unwrap().heard.unwrap()
}

async fn updated(stream: &mut Streaming<pb::WatchCoverageResponse>) -> pb::CoverageUpdate {
    let next = heard(stream).await;
    let Heard::Update(update) = next else {
        panic!("not an update: {next:?}")
    };
    update
}

/// What one has who puts the update in the place of what it changes.
fn put_in(shown: &mut pb::GetCoverageResponse, update: &pb::CoverageUpdate) {
    for changed in &update.areas {
        let area = shown
            .areas
            .iter_mut()
            .find(|area| area.area_id == changed.area_id)
            .unwrap();
        for step in &changed.steps {
            let place = area.steps.iter().position(|one| one.from == step.from).unwrap();
            area.steps[place] = step.clone();
        }
    }
    shown.gaps.clone_from(&update.gaps);
    shown.lapses.clone_from(&update.lapses);
}

#[test]
fn one_hears_of_the_steps_that_change_and_of_nothing_else() {
    in_each_town(1, 1, async |town| {
        let anna = &town.clinicians[0];
        let (mut stream, mut shown) = watch(&town.dispatcher).await;
        let initial = shown.clone();
        let shift = works(town, anna, "2026-06-02T10:00", "2026-06-02T12:00").await;
        let update = updated(&mut stream).await;
        let steps = &update.areas[0].steps;
        let from: Vec<i64> = steps.iter().map(|step| step.from.unwrap().seconds).collect();
        let ten = super::MIDNIGHT + 34 * HOUR;
        assert_eq!((update.areas.len(), from), (1, vec![ten, ten + HOUR]));
        put_in(&mut shown, &update);
        assert_eq!(shown.areas, coverage(&town.dispatcher, tomorrow()).await.areas);

        // A call changes nothing here, and neither does the acknowledgement of a shift.
        town.open_call(3).await;
        let known = pb::AcknowledgeShiftRequest {
            request_id: town.request_id(),
            shift_id: shift.shift_id.clone(),
            responder_id: anna.id.clone(),
            expected_version: shift.version,
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let known = anna.client.schedule().acknowledge_shift(known).await.unwrap();
        wanted(town, "2026-06-02", "09:00", "11:00").await;
        let update = updated(&mut stream).await;
        let first = update.areas[0]
            .steps
            .iter()
            .map(|step| step.from.unwrap().seconds)
            .min();
        assert_eq!(first, Some(ten - HOUR), "it is wanted from nine on");
        assert_eq!((update.gap_count, update.gaps.len()), (1, 1));
        put_in(&mut shown, &update);
        assert_eq!(shown.gaps, coverage(&town.dispatcher, tomorrow()).await.gaps);

        cancelled(town, &known.into_inner().shift.unwrap()).await;
        let update = updated(&mut stream).await;
        put_in(&mut shown, &update);
        assert_eq!(
            scheduled(&shown.areas[0], "clinician"),
            scheduled(&initial.areas[0], "clinician")
        );

        // The clock turns: only a checkpoint comes, with the revision that it is good for.
        town.turn(20).await;
        let Heard::Checkpoint(checkpoint) = heard(&mut stream).await else {
            panic!("nothing has changed")
        };
        assert!(checkpoint.revision >= update.revision && checkpoint.resume_token.is_empty());
    });
}

#[test]
fn a_licence_that_is_taken_away_is_heard_of() {
    in_each_town(1, 1, async |town| {
        let anna = &town.clinicians[0];
        works(town, anna, "2026-06-02T10:00", "2026-06-02T12:00").await;
        let (mut stream, shown) = watch(&town.admin).await;
        assert_eq!(shown.lapse_count, 0);
        let get = pb::GetResponderRequest {
            responder_id: anna.id.clone(),
        };
        let her = town.admin.roster().get_responder(get).await.unwrap();
        let revoke = pb::RevokeCredentialRequest {
            request_id: town.request_id(),
            responder_id: anna.id.clone(),
            credential_id: her.into_inner().responder.unwrap().credentials[0]
                .credential_id
                .clone(),
        };
        town.admin.roster().revoke_credential(revoke).await.unwrap();
        let update = updated(&mut stream).await;
        let strengths = update.areas[0]
            .steps
            .iter()
            .map(|step| step.strengths[0].scheduled);
        assert_eq!(strengths.collect::<Vec<_>>(), [0, 0]);
        let lapse = &update.lapses[0];
        let who = lapse.responder.as_ref().unwrap();
        let what = lapse.lapse.as_ref().unwrap();
        assert_eq!(
            (who.responder_id.as_str(), who.call_sign.as_str()),
            (anna.id.as_str(), "clinician-0")
        );
        assert_eq!(
            (what.qualification.as_str(), what.lapses_at),
            ("BEHAVIORAL_HEALTH", None)
        );
    });
}

#[test]
fn it_ends_when_the_right_to_see_it_does() {
    in_each_town(1, 1, async |town| {
        let token = town.token(Role::Auditor, "temp", None, Some(st_louis()));
        let id = token.id;
        let client = town.client_with(token).await;
        let (mut stream, _) = watch(&client).await;
        assert!(town.store.revoke_token(id, town.clock.now()).await.unwrap());
        let ended = loop {
            match stream.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ends with its reason"),
                Err(status) => break reason(&status),
            }
        };
        assert_eq!(ended, "RIGHTS_CHANGED");
    });
}
