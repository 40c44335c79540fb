//! Swaps: offered, accepted, approved.

use super::{day, decided, fate, in_state, move_shift, officer, open, signed_up, withdrawn};
use crate::board::testing::{Town, joining, kinds};
use crate::board::{Event, EventKind, Reply};
use crate::id::{ResponderId, ShiftId, ShiftRequestId};
use crate::refusal::{Reason, Refusal};
use crate::request::RequestState;
use crate::request::command::{AnswerSwap, OfferSwap};
use crate::request::decide::{answer_swap, offer_swap};
use crate::shift::command::AssignShift;
use crate::shift::decide::assign_shift;
use crate::shift::rules::{Severity, WorkRule, WorkRuleKind};
use crate::shift::{Shift, ShiftState};
use crate::triage::CLINICIAN;

/// Two officers, each with a shift of his own.
struct Pair {
    town: Town,
    ann: ResponderId,
    ben: ResponderId,
    anns: ShiftId,
    bens: ShiftId,
}

fn pair(anns_day: u32, bens_day: u32) -> Pair {
    let mut town = Town::new();
    let (ann, ben) = (officer(&mut town, "2A1"), officer(&mut town, "2A2"));
    let (anns, bens) = (
        town.on_shift(ann, day(anns_day)),
        town.on_shift(ben, day(bens_day)),
    );
    Pair {
        town,
        ann,
        ben,
        anns,
        bens,
    }
}

impl Pair {
    /// Ann offers hers for his.
    fn offer(&mut self) -> Result<ShiftRequestId, Refusal> {
        self.offer_for(Some(self.bens))
    }

    fn offer_for(&mut self, return_shift_id: Option<ShiftId>) -> Result<ShiftRequestId, Refusal> {
        let command = OfferSwap {
            responder_id: self.ann,
            shift_id: self.anns,
            expected_version: self.town.shift(self.anns).version,
            to: self.ben,
            return_shift_id,
        };
        let (reply, events) = self.town.decide(offer_swap, &command)?;
        assert_eq!(kinds(&events), [EventKind::ShiftRequested]);
        assert_eq!(events[0].audience, [self.ann, self.ben].into(), "both hear of it");
        let Reply::Request(request, _) = reply else {
            panic!("not a request: {reply:?}")
        };
        Ok(request.id)
    }

    fn answer(&mut self, id: ShiftRequestId, accepted: bool) -> Result<Vec<Event>, Refusal> {
        let command = AnswerSwap {
            shift_request_id: id,
            expected_version: self.town.board.requests[&id].version,
            accepted,
            reason: String::new(),
        };
        self.town.decide(answer_swap, &command).map(|(_, events)| events)
    }

    fn accepted(&mut self) -> ShiftRequestId {
        let id = self.offer().expect("offered");
        let events = self.answer(id, true).expect("accepted");
        assert_eq!(kinds(&events), [EventKind::SwapAccepted]);
        id
    }

    fn workers(&self) -> (Option<ResponderId>, Option<ResponderId>) {
        let worker = |id| self.town.shift(id).responder_id;
        (worker(self.anns), worker(self.bens))
    }
}

#[test]
fn a_swap_moves_both_shifts_in_one_decision_and_each_is_told_of_what_he_gains_and_loses() {
    let mut pair = pair(1, 2);
    let swap = pair.accepted();
    assert_eq!(
        pair.workers(),
        (Some(pair.ann), Some(pair.ben)),
        "nothing before it is approved"
    );
    let (shifts, events) = decided(&mut pair.town, swap, true).expect("approved");
    assert_eq!(pair.workers(), (Some(pair.ben), Some(pair.ann)));
    use EventKind::{RequestApproved, ShiftAssigned, ShiftLost};
    assert_eq!(
        kinds(&events),
        [
            RequestApproved,
            ShiftAssigned,
            ShiftLost,
            ShiftAssigned,
            ShiftLost
        ]
    );
    let to: Vec<_> = events[1..].iter().map(|event| event.subject).collect();
    assert_eq!(
        to,
        [Some(pair.ben), Some(pair.ann), Some(pair.ann), Some(pair.ben)]
    );
    assert_eq!(
        shifts,
        [pair.anns, pair.bens].map(|id| pair.town.shift(id).clone())
    );
}

#[test]
fn shifts_of_one_time_can_be_swapped_for_nobody_works_both() {
    let mut pair = pair(1, 1);
    let swap = pair.accepted();
    decided(&mut pair.town, swap, true).expect("approved");
    assert_eq!(pair.workers(), (Some(pair.ben), Some(pair.ann)));
}

#[test]
fn a_shift_can_be_given_for_nothing() {
    let mut pair = pair(1, 2);
    let gift = pair.offer_for(None).expect("offered");
    pair.answer(gift, true).expect("accepted");
    decided(&mut pair.town, gift, true).expect("approved");
    assert_eq!(pair.workers(), (Some(pair.ben), Some(pair.ben)));
}

#[test]
fn nobody_decides_what_the_other_has_not_accepted() {
    let mut pair = pair(1, 2);
    let swap = pair.offer().expect("offered");
    let refusal = decided(&mut pair.town, swap, true).expect_err("not accepted");
    assert_eq!(refusal.reason, Reason::NotInThisState);
    let events = pair.answer(swap, false).expect("declined");
    assert_eq!(kinds(&events), [EventKind::RequestDeclined]);
    assert_eq!(fate(&pair.town, swap).0, RequestState::Declined);
    assert!(pair.answer(swap, true).is_err(), "once and for all");
}

#[test]
fn nobody_gives_away_what_is_not_his_or_takes_what_he_cannot_work() {
    let refused = |mut pair: Pair, return_shift_id| {
        let refusal = pair.offer_for(return_shift_id).expect_err("refused");
        (refusal.reason, refusal.facts.clone())
    };
    let own = pair(1, 2);
    let anns = own.anns;
    assert_eq!(
        refused(own, Some(anns)).0,
        Reason::NotFound,
        "it is not his to return"
    );
    let mut draft = pair(1, 2);
    in_state(&mut draft.town, draft.bens, ShiftState::Draft);
    let bens = draft.bens;
    assert_eq!(refused(draft, Some(bens)).0, Reason::NotFound, "not in force");
    // He would work twice on the first day.
    let busy = pair(1, 1);
    assert_eq!(refused(busy, None).0, Reason::ShiftOverlaps);
    // The rules of work are those of every plan.
    let mut tired = pair(1, 2);
    tired.town.board.jurisdiction.policy.work_rules = vec![WorkRule {
        kind: WorkRuleKind::WeekMinutes,
        limit: 9 * 60,
        severity: Severity::Refuse,
    }];
    let rules = tired.town.board.jurisdiction.policy.clone();
    assert_eq!(refused(tired, None).0, Reason::WorkRuleBroken);
    let mut even = pair(1, 2);
    even.town.board.jurisdiction.policy = rules;
    assert!(even.offer().is_ok(), "of the two each works one");
}

#[test]
fn nobody_swaps_with_another_discipline() {
    let mut pair = pair(1, 2);
    let peer = pair.town.responder(&joining("slmpd", CLINICIAN, "P1"));
    pair.town.grant(peer, "LCSW");
    pair.ben = peer;
    let refusal = pair.offer_for(None).expect_err("refused");
    assert_eq!(refusal.reason, Reason::NotQualified);
}

#[test]
fn two_swaps_of_one_shift_contradict() {
    let mut pair = pair(1, 2);
    let first = pair.offer().expect("offered");
    for return_shift_id in [None, Some(pair.bens)] {
        let refusal = pair.offer_for(return_shift_id).expect_err("refused");
        assert_eq!(refusal.reason, Reason::RequestsContradict);
    }
    withdrawn(&mut pair.town, first).expect("withdrawn");
    assert!(pair.offer().is_ok());
}

#[test]
fn whoever_has_asked_for_that_day_cannot_accept_a_shift_on_it() {
    let mut pair = pair(1, 2);
    let gift = pair.offer_for(None).expect("offered");
    let open = open(&mut pair.town, pair.ann, day(1));
    signed_up(&mut pair.town, pair.ben, open).expect("asked");
    let refusal = pair.answer(gift, true).expect_err("refused");
    assert_eq!(refusal.reason, Reason::RequestsContradict);
}

#[test]
fn a_swap_moves_with_its_shift_and_is_accepted_anew() {
    let mut pair = pair(1, 2);
    let swap = pair.accepted();
    let moved = Shift {
        planned: day(3),
        ..pair.town.shift(pair.anns).clone()
    };
    let (_, events) = pair.town.decide(move_shift, &moved).expect("moved");
    assert_eq!(kinds(&events), [EventKind::ShiftChanged, EventKind::RequestMoved]);
    assert_eq!(events[1].audience, [pair.ann, pair.ben].into());
    assert_eq!(
        fate(&pair.town, swap).0,
        RequestState::Offered,
        "he accepted other times"
    );
    pair.answer(swap, true).expect("accepted");
    decided(&mut pair.town, swap, true).expect("approved");
    assert_eq!(pair.workers(), (Some(pair.ben), Some(pair.ann)));
    assert_eq!(pair.town.shift(pair.anns).planned, day(3));
}

#[test]
fn a_swap_is_void_when_one_of_its_shifts_is_given_to_somebody_else() {
    let mut pair = pair(1, 2);
    let cleo = officer(&mut pair.town, "2A3");
    let swap = pair.accepted();
    let assign = AssignShift {
        shift_id: pair.bens,
        expected_version: pair.town.shift(pair.bens).version,
        responder_id: Some(cleo),
        override_reason: String::new(),
    };
    let (_, events) = pair.town.decide(assign_shift, &assign).expect("assigned");
    assert_eq!(events.last().expect("void").kind, EventKind::RequestVoid);
    assert_eq!(fate(&pair.town, swap), (RequestState::Void, "shift_lost"));
}
