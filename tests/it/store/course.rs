//! The messy part of the story: calls are merged, linked, split, reopened, members reassigned, times corrected.

use std::collections::BTreeSet;

use tandem::board::{EventKind, MARCUS_ALERT};
use tandem::dispatch::command::{
    AmendTimes, AmendedStep, LinkCalls, MergeCalls, MergedMembers, Reassign, ReopenCall, SplitCall,
};
use tandem::dispatch::{Call, CallState, Named, decide};
use tandem::id::{AssignmentId, CallId, ResponderId};
use tandem::travel::TravelTimes;
use tandem::triage::Acuity;

use super::story::Story;

/// What the story is to tell of.
pub(super) const MESSY: [EventKind; 7] = [
    EventKind::CallMerged,
    EventKind::CallLinked,
    EventKind::CallSplit,
    EventKind::CallReopened,
    EventKind::MemberMoved,
    EventKind::MemberReassigned,
    EventKind::TimesAmended,
];

impl Story {
    /// One of these, on calls that may have left the board.
    pub(super) async fn messy(
        &mut self,
        call_id: CallId,
        second: CallId,
        assignment_id: Option<AssignmentId>,
        who: ResponderId,
        travel: TravelTimes,
    ) {
        let call = Named::Call(call_id);
        // Where there is someone to move, he is moved.
        let busy = self.busy();
        match self.draw(7) {
            0 | 1 => {
                let members = [MergedMembers::Follow, MergedMembers::Release][self.draw(2)];
                let second = busy.unwrap_or(second);
                let command = MergeCalls {
                    call_id,
                    merged_call_ids: vec![second],
                    members: Some(members),
                    reason: "duplicate".to_owned(),
                    words: "fictional".to_owned(),
                    travel,
                };
                self.decide([call, Named::Call(second)], |draft| {
                    decide::merging::merge_calls(draft, &command)
                })
                .await;
            }
            2 => {
                let command = LinkCalls {
                    call_id,
                    other_call_id: second,
                    reason: "same_address".to_owned(),
                    remove: self.draw(4) == 0,
                };
                self.decide([call, Named::Call(second)], |draft| {
                    decide::linking::link_calls(draft, &command)
                })
                .await;
            }
            3 => {
                let level = u8::try_from(1 + self.draw(4)).unwrap();
                let call_id = busy.unwrap_or(call_id);
                let command = self.split(call_id, level, travel);
                self.decide([Named::Call(call_id)], |draft| {
                    decide::splitting::split_call(draft, &command)
                })
                .await;
            }
            4 => {
                let call_id = self.over().unwrap_or(call_id);
                let command = ReopenCall {
                    call_id,
                    words: String::new(),
                    travel,
                };
                self.decide([Named::Call(call_id)], |draft| {
                    decide::reopening::reopen_call(draft, &command)
                })
                .await;
            }
            5 => {
                let call_id = busy.unwrap_or(call_id);
                let on_it = self.on(call_id).into_iter().next();
                let command = Reassign {
                    call_id,
                    responder_id: on_it.unwrap_or(who),
                    replacement: None,
                    reason: "shift_ends".to_owned(),
                    release_anyway: self.draw(2) == 0,
                    no_replacement: self.draw(4) == 0,
                    travel,
                };
                self.decide([Named::Call(call_id)], |draft| {
                    decide::reassigning::reassign(draft, &command)
                })
                .await;
            }
            _ => self.amend(assignment_id).await,
        }
    }

    /// A call that someone has said yes to.
    fn busy(&mut self) -> Option<CallId> {
        let all = self.world.board.calls.keys().copied();
        let busy: Vec<CallId> = all.filter(|id| !self.on(*id).is_empty()).collect();
        let place = self.draw(busy.len().max(1));
        busy.get(place).copied()
    }

    /// A call that is over and still on the board.
    fn over(&self) -> Option<CallId> {
        let over = |call: &&Call| matches!(call.state, CallState::Closed | CallState::Cancelled);
        self.world.board.calls.values().find(over).map(|call| call.id)
    }

    fn on(&self, call_id: CallId) -> BTreeSet<ResponderId> {
        let board = &self.world.board;
        board
            .calls
            .get(&call_id)
            .and_then(|call| board.assignments.get(&call.assignment_id?))
            .map(|assignment| {
                let committed = assignment.members.iter().filter(|one| one.state.is_committed());
                committed.map(|one| one.responder_id).collect()
            })
            .unwrap_or_default()
    }

    fn split(&self, call_id: CallId, level: u8, travel: TravelTimes) -> SplitCall {
        let standing = self.world.board.calls.get(&call_id);
        SplitCall {
            call_id,
            expected_version: None,
            acuity: Acuity {
                scheme: MARCUS_ALERT.to_owned(),
                level,
            },
            incident_type: String::new(),
            point: None,
            address: String::new(),
            callback: None,
            asked_qualifications: Vec::new(),
            responder_ids: self.on(call_id).into_iter().take(1).collect(),
            person_references: BTreeSet::new(),
            external_references: standing
                .and_then(|call| call.external_references.first().cloned())
                .into_iter()
                .collect(),
            reason: "second_person".to_owned(),
            travel,
        }
    }

    /// Some step of some member was taken a little earlier than he said.
    async fn amend(&mut self, assignment_id: Option<AssignmentId>) {
        let board = &self.world.board;
        let Some(assignment) = assignment_id.and_then(|id| board.assignments.get(&id)) else {
            return;
        };
        let steps = assignment.members.iter().flat_map(|member| {
            let first = member.steps.iter().next();
            first.map(|(state, step)| AmendedStep {
                assignment_id: assignment.id,
                responder_id: member.responder_id,
                state: *state,
                occurred_at: step.occurred_at.plus_seconds(-7),
            })
        });
        let command = AmendTimes {
            call_id: assignment.call_id,
            steps: steps.take(2).collect(),
            opened_at: None,
            closed_at: None,
            reason: "misheard".to_owned(),
        };
        let named = [Named::Call(assignment.call_id), Named::Assignment(assignment.id)];
        self.decide(named, |draft| decide::amending::amend_times(draft, &command))
            .await;
    }
}
