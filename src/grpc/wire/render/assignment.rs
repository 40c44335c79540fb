//! Assignments and their members.

use super::super::super::pb;
use super::duty::basis;
use super::event::{flags, reporter};
use super::{Render, moment, text};
use crate::board::Role;
use crate::dispatch::{Assignment, Disposition, Member, MemberState, Outcome, SafetyState, Step};

impl Render<'_> {
    /// An assignment, as far as the viewer may see it.
    pub(crate) fn assignment(&self, assignment: &Assignment) -> pb::Assignment {
        let others_too = self.viewer.role != Role::Responder;
        // Whoever has left the call has no partner on it any more.
        let partners_too = assignment
            .active_members()
            .any(|member| self.viewer.responder_id == Some(member.responder_id));
        let members = assignment
            .members
            .iter()
            .filter_map(|member| {
                if others_too || self.viewer.responder_id == Some(member.responder_id) {
                    Some(self.member(member))
                } else {
                    (partners_too && member.state.is_active()).then(|| self.shared(member))
                }
            })
            .collect();
        pb::Assignment {
            assignment_id: assignment.id.to_string(),
            call_id: assignment.call_id.to_string(),
            outcome: outcome(assignment.outcome).into(),
            match_id: text(assignment.match_id),
            members,
            held_until: assignment.held_until.map(moment),
            override_reason: assignment.override_reason.clone(),
            degraded: assignment.degraded,
            made_at: Some(moment(assignment.made_at)),
            ended_at: assignment.ended_at.map(moment),
            version: assignment.version,
        }
    }

    /// What one who is on the call sees of another: this and nothing more.
    fn shared(&self, member: &Member) -> pb::Member {
        pb::Member {
            slot_id: member.slot_id.clone(),
            responder: Some(self.partner(member.responder_id)),
            discipline: member.discipline.clone(),
            state: state(member.state).into(),
            state_since: Some(moment(member.state_since)),
            eta_seconds: member.eta_seconds,
            staged: member.staged,
            safety: safety(member.safety.state).into(),
            ..pb::Member::default()
        }
    }

    fn member(&self, member: &Member) -> pb::Member {
        let left = |answer_by| u32::try_from(self.now.seconds_until(answer_by)).unwrap_or(0);
        pb::Member {
            agency_id: member.agency_id.to_string(),
            ordered: member.ordered,
            answer_by: member.answer_by.map(moment),
            seconds_remaining: member.answer_by.map(left),
            delivered_at: member.delivered_at.map(moment),
            seen_at: member.seen_at.map(moment),
            distance_meters: member.distance_meters,
            basis: member.basis.map(basis).unwrap_or_default().into(),
            steps: steps(member),
            exit_reason: member
                .exit
                .as_ref()
                .map(|exit| exit.reason.clone())
                .unwrap_or_default(),
            exited_at: member.exit.as_ref().map(|exit| moment(exit.at)),
            next_check_in_at: member.safety.next_at.map(moment),
            checked_in_at: member.safety.checked_in_at.map(moment),
            // How it ended says something of the person: an auditor reads what is not clinical.
            disposition: member
                .disposition
                .as_ref()
                .filter(|_| self.viewer.role != Role::Auditor)
                .map(disposition),
            disposition_due_at: member.disposition_due_at.map(moment),
            ..self.shared(member)
        }
    }
}

/// In the order in which they were recorded.
fn steps(member: &Member) -> Vec<pb::Step> {
    let mut steps: Vec<_> = member.steps.iter().collect();
    steps.sort_by_key(|(state, taken)| (taken.recorded_at, **state));
    steps
        .into_iter()
        .map(|(state, taken)| step(*state, taken))
        .collect()
}

fn step(taken: MemberState, step: &Step) -> pb::Step {
    pb::Step {
        state: state(taken).into(),
        occurred_at: Some(moment(step.occurred_at)),
        recorded_at: Some(moment(step.recorded_at)),
        reporter: Some(reporter(&step.reporter)),
        flags: flags(&step.flags),
    }
}

fn disposition(disposition: &Disposition) -> pb::Disposition {
    pb::Disposition {
        code: disposition.code.clone(),
        behavioral_outcome: disposition.behavioral_outcome.clone(),
        answers: disposition
            .answers
            .iter()
            .map(|answer| pb::Answer {
                question: answer.question.clone(),
                value: answer.value.clone(),
            })
            .collect(),
    }
}

/// The summary of who is sent.
pub(super) fn outcome(outcome: Outcome) -> pb::Outcome {
    match outcome {
        Outcome::Pair => pb::Outcome::Pair,
        Outcome::ClinicianOnly => pb::Outcome::ClinicianOnly,
        Outcome::OfficerOnly => pb::Outcome::OfficerOnly,
        Outcome::Telephone => pb::Outcome::Telephone,
        Outcome::Waiting => pb::Outcome::Waiting,
    }
}

fn safety(safety: SafetyState) -> pb::SafetyState {
    match safety {
        SafetyState::Ok => pb::SafetyState::Ok,
        SafetyState::Due => pb::SafetyState::Due,
        SafetyState::Overdue => pb::SafetyState::Overdue,
        SafetyState::Emergency => pb::SafetyState::Emergency,
    }
}

fn state(state: MemberState) -> pb::MemberState {
    match state {
        MemberState::Offered => pb::MemberState::Offered,
        MemberState::Accepted => pb::MemberState::Accepted,
        MemberState::EnRoute => pb::MemberState::EnRoute,
        MemberState::Staged => pb::MemberState::Staged,
        MemberState::OnScene => pb::MemberState::OnScene,
        MemberState::Transporting => pb::MemberState::Transporting,
        MemberState::AtDestination => pb::MemberState::AtDestination,
        MemberState::Cleared => pb::MemberState::Cleared,
        MemberState::Declined => pb::MemberState::Declined,
        MemberState::TimedOut => pb::MemberState::TimedOut,
        MemberState::Cancelled => pb::MemberState::Cancelled,
        MemberState::Preempted => pb::MemberState::Preempted,
        MemberState::Reassigned => pb::MemberState::Reassigned,
    }
}
