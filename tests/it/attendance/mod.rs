//! When shifts really begin and end, who stays longer, and who calls in: through the real door.

mod calling_in;

use tandem::board::Role;
use tandem::grpc::pb;
use tonic::Status;

use crate::harness::on_each_database;
use crate::harness::town::{Client, Member, Town, in_each_town, reason};

/// A time on the wall clock of St. Louis.
fn local(local: &str) -> Option<pb::LocalTime> {
    Some(pb::LocalTime {
        local: local.to_owned(),
        occurrence: 0,
    })
}

/// A published shift of the clinicians' agency, for this one or for nobody.
async fn planned(town: &Town, who: Option<&Member>, start: &str, end: &str) -> pb::Shift {
    let request = pb::CreateShiftRequest {
        request_id: town.request_id(),
        agency_id: "bhr".to_owned(),
        responder_id: who.map(|who| who.id.clone()).unwrap_or_default(),
        local_start: local(start),
        local_end: local(end),
        ..Default::default()
    };
    // Nothing here is about rest between shifts.
    town.set_policy("work_rules", pb::Policy::default()).await;
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

/// His first shift as it stands.
async fn shift_of(town: &Town, who: &Member) -> pb::Shift {
    let request = pb::ListShiftsRequest {
        responder_id: who.id.clone(),
        ..Default::default()
    };
    let listed = town.admin.schedule().list_shifts(request).await.unwrap();
    listed.into_inner().shifts.remove(0)
}

async fn get(town: &Town, shift_id: &str) -> pb::Shift {
    let request = pb::GetShiftRequest {
        shift_id: shift_id.to_owned(),
    };
    let known = town.admin.schedule().get_shift(request).await.unwrap();
    known.into_inner().shift.unwrap()
}

/// Where his stream stands.
async fn token(of: &Client) -> String {
    let start = pb::ListEventsRequest::default();
    let listed = of.streaming().list_events(start).await.unwrap();
    listed.into_inner().resume_token
}

/// What somebody has heard of since this token: one list of kinds an update.
async fn heard(of: &Client, resume_token: &str) -> Vec<Vec<pb::Event>> {
    let request = pb::ListEventsRequest {
        resume_token: resume_token.to_owned(),
        ..Default::default()
    };
    let listed = of.streaming().list_events(request).await.unwrap().into_inner();
    listed.updates.into_iter().map(|update| update.events).collect()
}

fn kinds(events: &[pb::Event]) -> Vec<pb::EventKind> {
    events.iter().map(pb::Event::kind).collect()
}

/// Seconds from noon of the day that the town opens on to this moment.
fn since_noon(at: Option<prost_types::Timestamp>) -> Option<i64> {
    at.map(|at| at.seconds - crate::harness::town::NOON.micros() / 1_000_000)
}

#[test]
fn signing_on_and_off_tells_when_a_shift_really_began_and_ended() {
    // From six to eleven at night; the town opens at noon.
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let began = shift_of(town, anna).await;
        assert_eq!(
            (since_noon(began.actual_start), began.actual_end),
            (Some(0), None)
        );
        let start = token(&anna.client).await;
        // A break is a part of the shift.
        town.turn(3600).await;
        town.sign_off(anna).await;
        assert_eq!(since_noon(shift_of(town, anna).await.actual_end), Some(3600));
        town.turn(1800).await;
        town.sign_on(anna).await;
        assert_eq!(shift_of(town, anna).await.actual_end, None);
        // Whoever is on no call when it is over is signed off, neither early nor late.
        town.turn(10 * 3600).await;
        let ended = shift_of(town, anna).await;
        let times = (since_noon(ended.actual_start), since_noon(ended.actual_end));
        assert_eq!(times, (Some(0), Some(11 * 3600)));
        let told: Vec<_> = heard(&anna.client, &start)
            .await
            .concat()
            .into_iter()
            .filter(|event| event.kind() == pb::EventKind::ShiftClocked)
            .map(|event| event.flags().collect::<Vec<_>>())
            .collect();
        assert_eq!(told, [vec![pb::Flag::Early], vec![], vec![]]);
    });
}

#[test]
fn whoever_comes_an_hour_before_his_shift_begins_it_early_and_is_sent_when_it_begins() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let tomorrow = planned(town, Some(anna), "2026-06-02T06:00", "2026-06-02T14:00").await;
        town.turn(17 * 3600).await;
        let before = token(&anna.client).await;
        town.sign_on(anna).await;
        assert_eq!(
            since_noon(get(town, &tomorrow.shift_id).await.actual_start),
            Some(17 * 3600)
        );
        let told = heard(&anna.client, &before).await;
        assert_eq!(
            kinds(&told[0]),
            [pb::EventKind::DutyChanged, pb::EventKind::ShiftClocked]
        );
        assert_eq!(told[0][1].flags().collect::<Vec<_>>(), [pb::Flag::Early]);
        let too_soon = town.open_call(2).await;
        assert!(too_soon.assignment.is_none(), "her shift has not begun");
        town.turn(3600).await;
        town.place(anna, 0).await;
        town.settle().await;
        let waiting = town.get_call(&too_soon.call.unwrap().call_id).await;
        assert_eq!(waiting.call.unwrap().state(), pb::CallState::Offered);
    });
}

#[test]
fn whoever_clears_a_call_after_his_shift_has_worked_until_then() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let call = town.open_call(2).await;
        let assignment = call.assignment.unwrap().assignment_id;
        town.accept(anna, &assignment).await.unwrap();
        town.progress(anna, &assignment, pb::Progress::OnScene).await;
        let before = token(&anna.client).await;
        town.turn(12 * 3600).await;
        assert_eq!(shift_of(town, anna).await.actual_end, None, "she is still there");
        town.clear(anna, &assignment, "15").await;
        town.settle().await;
        assert_eq!(since_noon(shift_of(town, anna).await.actual_end), Some(12 * 3600));
        let events = heard(&anna.client, &before).await.concat();
        let clocked = events
            .iter()
            .find(|event| event.kind() == pb::EventKind::ShiftClocked);
        assert_eq!(
            clocked.unwrap().flags().collect::<Vec<_>>(),
            [pb::Flag::Late],
            "an hour late is shown"
        );
    });
}

#[test]
fn a_shift_that_ended_while_no_server_ran_ended_when_it_was_over() {
    on_each_database(async |database| {
        let first = Town::open(database, 1, 0).await;
        let clock = first.clock.clone();
        let second = Town::beside(database, &first).await;
        first.close().await;
        second.desk.settle().await.unwrap();
        clock.turn(clock.now().plus_seconds(15 * 3600));
        second.settle().await;
        let ended = shift_of(&second, &second.clinicians[0]).await;
        assert_eq!(since_noon(ended.actual_end), Some(11 * 3600));
        second.close().await;
    });
}

async fn hold_over(
    town: &Town,
    by: &Client,
    shift: &pb::Shift,
    until: i64,
) -> Result<pb::HoldOverResponse, Status> {
    let request = pb::HoldOverRequest {
        request_id: town.request_id(),
        shift_id: shift.shift_id.clone(),
        expected_version: shift.version,
        until: Some(prost_types::Timestamp {
            seconds: crate::harness::town::NOON.micros() / 1_000_000 + until,
            nanos: 0,
        }),
        reason: "short_staffed".to_owned(),
    };
    Ok(by.schedule().hold_over(request).await?.into_inner())
}

#[test]
fn whoever_is_held_over_is_told_and_sent_until_the_new_end() {
    in_each_town(1, 0, async |town| {
        let anna = &town.clinicians[0];
        let supervisor = town.client(Role::Supervisor, "sam", None).await;
        let next = planned(town, Some(anna), "2026-06-02T03:00", "2026-06-02T09:00").await;
        // She has said that she is there until eleven at night, when her shift ends.
        let until_eleven = pb::SetDutyStatusRequest {
            request_id: town.request_id(),
            changes: vec![pb::DutyChange {
                responder_id: anna.id.clone(),
                primary: pb::Duty::Available.into(),
                expires_at: shift_of(town, anna).await.planned_end,
                ..Default::default()
            }],
            channel: pb::Channel::App.into(),
            occurred_at: None,
        };
        let mut duty = anna.client.availability();
        duty.set_duty_status(until_eleven).await.unwrap();
        let shift = shift_of(town, anna).await;
        let before = token(&anna.client).await;
        let too_long = hold_over(town, &supervisor, &shift, 16 * 3600).await.unwrap_err();
        assert_eq!(reason(&too_long), "SHIFT_OVERLAPS");
        let held = hold_over(town, &supervisor, &shift, 13 * 3600).await.unwrap();
        let held = held.shift.unwrap();
        assert_eq!(since_noon(held.planned_end), Some(13 * 3600));
        let why = held.held_over.clone().unwrap();
        assert_eq!(
            (since_noon(why.from), &*why.reason),
            (Some(11 * 3600), "short_staffed")
        );
        assert_eq!(why.reporter.unwrap().subject, "sam");
        let told = heard(&anna.client, &before).await;
        assert_eq!(
            kinds(&told[0]),
            [pb::EventKind::ShiftHeldOver, pb::EventKind::DutyChanged]
        );
        assert_eq!(told[0][1].implied_by(), pb::EventKind::ShiftHeldOver);
        // Held over once more, what was planned first stays readable.
        let longer = hold_over(town, &supervisor, &held, 14 * 3600).await.unwrap();
        let longer = longer.shift.unwrap().held_over.unwrap();
        assert_eq!(since_noon(longer.from), Some(11 * 3600));
        // An hour after the planned end she is sent.
        town.turn(12 * 3600).await;
        town.place(anna, 0).await;
        let sent = town.open_call(2).await.assignment.unwrap();
        town.accept(anna, &sent.assignment_id).await.unwrap();
        town.clear(anna, &sent.assignment_id, "15").await;
        town.turn(3 * 3600).await;
        let ended = shift_of(town, anna).await;
        assert_eq!(since_noon(ended.actual_end), Some(14 * 3600));
        assert_eq!(
            get(town, &next.shift_id).await,
            next,
            "her next shift is as it was"
        );
    });
}
