mod swaps;
mod time_off;

use super::command::{DecideRequest, SignUpForShift, WithdrawRequest};
use super::decide::{decide_request, run_out, sign_up_for_shift, withdraw_request};
use super::{RequestState, ShiftRequest, Step, next};
use crate::board::testing::{Town, kinds, local, window};
use crate::board::{Draft, Event, EventKind, Reply, Role};
use crate::id::{ResponderId, ShiftId, ShiftRequestId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::RetireResponder;
use crate::roster::decide::retire_responder;
use crate::shift::command::{AssignShift, CancelShift, CreateShift};
use crate::shift::decide::{assign_shift, cancel_shift, create_shift};
use crate::shift::{Shift, ShiftState};

/// A day from nine to five.
fn day(date: u32) -> Window {
    window(
        &format!("2026-12-{date:02}T09:00"),
        &format!("2026-12-{date:02}T17:00"),
    )
}

/// An officer who holds what the policy requires.
fn officer(town: &mut Town, call_sign: &str) -> ResponderId {
    let him = town.officer(call_sign);
    town.grant(him, "CIT");
    him
}

/// A published shift of his agency that nobody works.
fn open(town: &mut Town, of: ResponderId, planned: Window) -> ShiftId {
    let command = CreateShift {
        responder_id: None,
        ..town.planned(of, planned)
    };
    let (reply, _) = town.decide(create_shift, &command).expect("a draft");
    let Reply::Shift(shift) = reply else {
        panic!("not a shift: {reply:?}")
    };
    in_state(town, shift.id, ShiftState::Published);
    shift.id
}

fn in_state(town: &mut Town, shift_id: ShiftId, state: ShiftState) {
    let shift = Shift {
        state,
        ..town.shift(shift_id).clone()
    };
    town.board.shifts.put(shift_id, Some(shift));
}

fn signed_up(town: &mut Town, him: ResponderId, shift_id: ShiftId) -> Result<ShiftRequest, Refusal> {
    let command = SignUpForShift {
        shift_id,
        responder_id: him,
        expected_version: town.shift(shift_id).version,
    };
    let (reply, events) = town.decide(sign_up_for_shift, &command)?;
    assert_eq!(kinds(&events), [EventKind::ShiftRequested]);
    assert_eq!(events[0].audience, [him].into());
    let Reply::Request(request, _) = reply else {
        panic!("not a request: {reply:?}")
    };
    Ok(*request)
}

fn decided(town: &mut Town, id: ShiftRequestId, approved: bool) -> Result<(Vec<Shift>, Vec<Event>), Refusal> {
    let command = DecideRequest {
        shift_request_id: id,
        expected_version: town.board.requests[&id].version,
        approved,
        reason: String::new(),
        override_reason: String::new(),
    };
    let (reply, events) = town.decide(decide_request, &command)?;
    let Reply::Request(_, shifts) = reply else {
        panic!("not a request: {reply:?}")
    };
    Ok((shifts, events))
}

fn withdrawn(town: &mut Town, id: ShiftRequestId) -> Result<Vec<Event>, Refusal> {
    let command = WithdrawRequest {
        shift_request_id: id,
        expected_version: town.board.requests[&id].version,
        reason: String::new(),
    };
    town.decide(withdraw_request, &command).map(|(_, events)| events)
}

/// Where it stands, and why.
fn fate(town: &Town, id: ShiftRequestId) -> (RequestState, &str) {
    let request = &town.board.requests[&id];
    let ended = request.ended.as_ref();
    (request.state, ended.map_or("", |ended| &ended.reason))
}

#[test]
fn what_is_pending_can_be_declined_taken_back_or_void_and_what_has_ended_goes_no_further() {
    use RequestState::{Accepted, Approved, Offered, Requested};
    for state in RequestState::ALL {
        for step in [Step::Decline, Step::Withdraw, Step::Void] {
            let leads_to = next(state, step);
            assert_eq!(leads_to.is_some(), state.is_pending(), "{state:?} {step:?}");
            assert!(leads_to.is_none_or(|next| !next.is_pending()));
        }
        let approved = [Requested, Accepted].contains(&state).then_some(Approved);
        assert_eq!(next(state, Step::Approve), approved, "{state:?}");
        let accepted = (state == Offered).then_some(Accepted);
        assert_eq!(next(state, Step::Accept), accepted, "{state:?}");
        let moved = match state {
            Requested => Some(Requested),
            Offered | Accepted => Some(Offered),
            Approved | RequestState::Declined | RequestState::Withdrawn | RequestState::Void => None,
        };
        assert_eq!(next(state, Step::Move), moved, "{state:?}");
    }
}

#[test]
fn of_those_who_sign_up_one_gets_the_shift_and_the_others_are_told_in_the_same_revision() {
    let mut town = Town::new();
    let (ann, ben) = (officer(&mut town, "2A1"), officer(&mut town, "2A2"));
    let shift_id = open(&mut town, ann, day(1));
    let of_ann = signed_up(&mut town, ann, shift_id).expect("asked").id;
    let of_ben = signed_up(&mut town, ben, shift_id).expect("asked").id;
    let (shifts, events) = decided(&mut town, of_ben, true).expect("approved");
    assert_eq!(
        kinds(&events),
        [
            EventKind::RequestApproved,
            EventKind::ShiftAssigned,
            EventKind::RequestVoid
        ]
    );
    assert_eq!(events[1].implied_by, Some(EventKind::RequestApproved));
    assert_eq!(events[2].implied_by, Some(EventKind::ShiftAssigned));
    assert_eq!(
        events[2].audience,
        [ann].into(),
        "whose it is now is not hers to know"
    );
    assert_eq!(shifts, [town.shift(shift_id).clone()]);
    assert_eq!(town.shift(shift_id).responder_id, Some(ben));
    assert_eq!(fate(&town, of_ann), (RequestState::Void, "shift_taken"));
    let again = decided(&mut town, of_ann, true).expect_err("void");
    assert_eq!(again.reason, Reason::NotInThisState);
}

#[test]
fn only_what_is_open_can_be_asked_for() {
    let mut town = Town::new();
    let (ann, ben) = (officer(&mut town, "2A1"), officer(&mut town, "2A2"));
    let state = |refused: Result<ShiftRequest, Refusal>| {
        let refusal = refused.expect_err("refused");
        assert_eq!(refusal.reason, Reason::NotInThisState);
        refusal.facts[0].1.clone()
    };
    let taken = town.on_shift(ben, day(1));
    assert_eq!(state(signed_up(&mut town, ann, taken)), "TAKEN");
    let draft = open(&mut town, ann, day(2));
    in_state(&mut town, draft, ShiftState::Draft);
    assert_eq!(state(signed_up(&mut town, ann, draft)), "DRAFT");
    let begun = open(&mut town, ann, day(3));
    town.at = local("2026-12-03T09:00");
    assert_eq!(state(signed_up(&mut town, ann, begun)), "BEGUN");
}

#[test]
fn nobody_asks_for_what_he_cannot_work() {
    let mut town = Town::new();
    let (ann, cora) = (officer(&mut town, "2A1"), town.clinician("C1"));
    town.on_shift(ann, day(1));
    let shift_id = open(&mut town, ann, day(1));
    let refused = |refused: Result<ShiftRequest, Refusal>| refused.expect_err("refused").reason;
    assert_eq!(
        refused(signed_up(&mut town, ann, shift_id)),
        Reason::ShiftOverlaps
    );
    assert_eq!(
        refused(signed_up(&mut town, cora, shift_id)),
        Reason::NotFound,
        "she is of another agency"
    );
}

#[test]
fn whoever_lacks_what_the_policy_requires_is_let_in_by_a_supervisors_word_alone() {
    let mut town = Town::new();
    let (ann, bare) = (officer(&mut town, "2A1"), town.officer("2A2"));
    let shift_id = open(&mut town, ann, day(1));
    let refusal = signed_up(&mut town, bare, shift_id).expect_err("no CIT");
    assert_eq!(refusal.reason, Reason::NotQualified);
    assert!(refusal.facts.contains(&("qualification", "CIT".to_owned())));
    town.grant(bare, "CIT");
    let asked = signed_up(&mut town, bare, shift_id).expect("asked").id;
    let mut without = town.him(bare).clone();
    without.credentials.clear();
    town.board.responders.insert(bare, without);
    let refusal = decided(&mut town, asked, true).expect_err("it is gone");
    assert_eq!(refusal.reason, Reason::NotQualified);
    let command = DecideRequest {
        shift_request_id: asked,
        expected_version: town.board.requests[&asked].version,
        approved: true,
        reason: String::new(),
        override_reason: "sole_cover".to_owned(),
    };
    fn by_a_supervisor(draft: &mut Draft<'_>, command: &DecideRequest) -> Result<Reply, Refusal> {
        draft.reporter.role = Role::Supervisor;
        decide_request(draft, command)
    }
    town.decide(by_a_supervisor, &command).expect("overridden");
    let shift = town.shift(shift_id);
    assert_eq!(
        (shift.responder_id, &*shift.override_reason),
        (Some(bare), "sole_cover")
    );
}

#[test]
fn nobody_asks_for_two_shifts_at_one_time() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let (one, other) = (open(&mut town, ann, day(1)), open(&mut town, ann, day(1)));
    let first = signed_up(&mut town, ann, one).expect("asked").id;
    for shift_id in [one, other] {
        let refusal = signed_up(&mut town, ann, shift_id).expect_err("refused");
        assert_eq!(refusal.reason, Reason::RequestsContradict);
        assert!(refusal.facts.contains(&("shift_request_id", first.to_string())));
    }
    let events = withdrawn(&mut town, first).expect("withdrawn");
    assert_eq!(kinds(&events), [EventKind::RequestWithdrawn]);
    assert!(signed_up(&mut town, ann, other).is_ok());
}

#[test]
fn what_is_approved_is_judged_by_the_schedule_as_it_stands_then() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let shift_id = open(&mut town, ann, day(1));
    let asked = signed_up(&mut town, ann, shift_id).expect("asked").id;
    town.on_shift(ann, day(1));
    let refusal = decided(&mut town, asked, true).expect_err("she works already");
    assert_eq!(refusal.reason, Reason::ShiftOverlaps);
    assert_eq!(
        fate(&town, asked),
        (RequestState::Requested, ""),
        "nothing half-done"
    );
    let (shifts, events) = decided(&mut town, asked, false).expect("declined");
    assert_eq!(
        (shifts, kinds(&events)),
        (vec![], vec![EventKind::RequestDeclined])
    );
}

#[test]
fn a_request_is_void_when_its_shift_is_given_away_or_cancelled_or_he_leaves() {
    let mut town = Town::new();
    let (ann, ben) = (officer(&mut town, "2A1"), officer(&mut town, "2A2"));
    let ask = |town: &mut Town, date| {
        let shift_id = open(town, ann, day(date));
        let asked = signed_up(town, ann, shift_id).expect("asked");
        (shift_id, town.shift(shift_id).version, asked.id)
    };
    let (shift_id, expected_version, given) = ask(&mut town, 1);
    let assign = AssignShift {
        shift_id,
        expected_version,
        responder_id: Some(ben),
        override_reason: String::new(),
    };
    town.decide(assign_shift, &assign).expect("given to another");
    assert_eq!(fate(&town, given), (RequestState::Void, "shift_taken"));
    let (shift_id, expected_version, gone) = ask(&mut town, 2);
    let cancel = CancelShift {
        shift_id,
        expected_version,
    };
    town.decide(cancel_shift, &cancel).expect("cancelled");
    assert_eq!(fate(&town, gone), (RequestState::Void, "shift_cancelled"));
    let (_, _, left) = ask(&mut town, 3);
    let retire = RetireResponder {
        responder_id: ann,
        expected_version: town.him(ann).version,
    };
    let (_, events) = town.decide(retire_responder, &retire).expect("retired");
    assert_eq!(
        kinds(&events),
        [EventKind::ResponderRetired, EventKind::RequestVoid]
    );
    assert_eq!(fate(&town, left), (RequestState::Void, "retired"));
}

/// Puts the shift elsewhere, as a publication or an import does.
fn move_shift(draft: &mut Draft<'_>, moved: &Shift) -> Result<Reply, Refusal> {
    Ok(crate::shift::decide::put(
        draft,
        EventKind::ShiftChanged,
        moved.clone(),
        None,
    ))
}

#[test]
fn a_request_moves_with_its_shift_unless_he_cannot_work_it_then() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    town.on_shift(ann, day(3));
    let shift_id = open(&mut town, ann, day(1));
    let asked = signed_up(&mut town, ann, shift_id).expect("asked").id;
    let to = |town: &Town, planned| Shift {
        planned,
        ..town.shift(shift_id).clone()
    };
    let moved = to(&town, day(2));
    let (_, events) = town.decide(move_shift, &moved).expect("moved");
    assert_eq!(kinds(&events), [EventKind::ShiftChanged, EventKind::RequestMoved]);
    assert_eq!(town.board.requests[&asked].bound()[0].0.planned, day(2));
    let onto_her_own = to(&town, day(3));
    town.decide(move_shift, &onto_her_own).expect("moved");
    assert_eq!(fate(&town, asked), (RequestState::Void, "does_not_fit"));
}

#[test]
fn a_request_that_nobody_decides_ends_when_its_shift_begins() {
    let mut town = Town::new();
    let ann = officer(&mut town, "2A1");
    let shift_id = open(&mut town, ann, day(1));
    let asked = signed_up(&mut town, ann, shift_id).expect("asked").id;
    fn time_is_up(draft: &mut Draft<'_>, id: &ShiftRequestId) -> Result<Reply, Refusal> {
        run_out(draft, *id)?;
        Ok(Reply::Done)
    }
    town.decide(time_is_up, &asked).expect("over");
    assert_eq!(fate(&town, asked), (RequestState::Void, "begun"));
}
