//! What may follow what, for a member and for a call. One exhaustive table each.

use serde::{Deserialize, Serialize};

use super::call::CallState;

/// How far a member has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MemberState {
    /// Asked, or ordered.
    Offered,
    /// Said yes, or acknowledged the order.
    Accepted,
    /// On the way.
    EnRoute,
    /// Waiting at a distance.
    Staged,
    /// There.
    OnScene,
    /// Taking the person somewhere.
    Transporting,
    /// There, waiting: the hospital wait is a headline number.
    AtDestination,
    /// Freed.
    Cleared,
    /// Said no.
    Declined,
    /// Did not answer.
    TimedOut,
    /// Called off.
    Cancelled,
    /// Taken by something else.
    Preempted,
    /// Replaced by a dispatcher; or gone on elsewhere as he is, with a merge or a split.
    Reassigned,
}

impl MemberState {
    /// Every state.
    pub const ALL: [MemberState; 13] = [
        MemberState::Offered,
        MemberState::Accepted,
        MemberState::EnRoute,
        MemberState::Staged,
        MemberState::OnScene,
        MemberState::Transporting,
        MemberState::AtDestination,
        MemberState::Cleared,
        MemberState::Declined,
        MemberState::TimedOut,
        MemberState::Cancelled,
        MemberState::Preempted,
        MemberState::Reassigned,
    ];

    /// Whether the membership is active: from OFFERED up to, not including, CLEARED or another exit.
    pub fn is_active(self) -> bool {
        self < MemberState::Cleared
    }

    /// Whether he has said yes and is still on the call.
    pub fn is_committed(self) -> bool {
        self.is_active() && self != MemberState::Offered
    }

    /// Whether he is on the call, or has been and cleared it: the place is his, and what becomes of the call is told to him.
    pub fn has_part(self) -> bool {
        self <= MemberState::Cleared
    }

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            MemberState::Offered => "OFFERED",
            MemberState::Accepted => "ACCEPTED",
            MemberState::EnRoute => "EN_ROUTE",
            MemberState::Staged => "STAGED",
            MemberState::OnScene => "ON_SCENE",
            MemberState::Transporting => "TRANSPORTING",
            MemberState::AtDestination => "AT_DESTINATION",
            MemberState::Cleared => "CLEARED",
            MemberState::Declined => "DECLINED",
            MemberState::TimedOut => "TIMED_OUT",
            MemberState::Cancelled => "CANCELLED",
            MemberState::Preempted => "PREEMPTED",
            MemberState::Reassigned => "REASSIGNED",
        }
    }
}

/// What can be asked of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberVerb {
    /// Says yes, or acknowledges an order. A plan.
    Accept,
    /// Says no. A plan.
    Decline,
    /// The deadline passed. Ours.
    TimeOut,
    /// A step reported from the field. A fact: never refused.
    Progress(Progress),
    /// Left the call. A fact: never refused.
    Clear,
    /// The call, or his half of it, is called off. Ours.
    Cancel,
    /// Something else took him. A fact.
    Preempt,
    /// A dispatcher replaced him. A plan.
    Reassign,
}

/// The steps that a responder can report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Progress {
    /// On the way.
    EnRoute,
    /// Waiting at a distance.
    Staged,
    /// There.
    OnScene,
    /// Taking the person somewhere.
    Transporting,
    /// There, waiting.
    AtDestination,
}

impl Progress {
    /// Every step.
    pub const ALL: [Progress; 5] = [
        Progress::EnRoute,
        Progress::Staged,
        Progress::OnScene,
        Progress::Transporting,
        Progress::AtDestination,
    ];

    /// The state it leads to.
    pub fn state(self) -> MemberState {
        match self {
            Progress::EnRoute => MemberState::EnRoute,
            Progress::Staged => MemberState::Staged,
            Progress::OnScene => MemberState::OnScene,
            Progress::Transporting => MemberState::Transporting,
            Progress::AtDestination => MemberState::AtDestination,
        }
    }
}

/// What a verb does to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// He is in this state now.
    To(MemberState),
    /// He had left, and the field says otherwise: he is in this state again.
    Again(MemberState),
    /// The times are noted; his state does not go back.
    Noted,
    /// The same thing said twice: nothing to do.
    Already,
}

/// A plan that does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not in this state")]
pub struct IllegalTransition;

/// The member's table. Plans may be illegal; facts never are.
pub fn member(state: MemberState, verb: MemberVerb) -> Result<Transition, IllegalTransition> {
    use MemberState as S;
    use Transition::{Again, Already, Noted, To};
    match verb {
        MemberVerb::Accept => match state {
            S::Offered => Ok(To(S::Accepted)),
            S::Accepted => Ok(Already),
            S::EnRoute | S::Staged | S::OnScene | S::Transporting | S::AtDestination => Ok(Already),
            S::Cleared | S::Declined | S::TimedOut | S::Cancelled | S::Preempted | S::Reassigned => {
                Err(IllegalTransition)
            }
        },
        MemberVerb::Decline => match state {
            S::Offered | S::Accepted | S::EnRoute | S::Staged => Ok(To(S::Declined)),
            S::Declined => Ok(Already),
            S::OnScene
            | S::Transporting
            | S::AtDestination
            | S::Cleared
            | S::TimedOut
            | S::Cancelled
            | S::Preempted
            | S::Reassigned => Err(IllegalTransition),
        },
        MemberVerb::TimeOut => match state {
            S::Offered => Ok(To(S::TimedOut)),
            S::Accepted
            | S::EnRoute
            | S::Staged
            | S::OnScene
            | S::Transporting
            | S::AtDestination
            | S::Cleared
            | S::Declined
            | S::TimedOut
            | S::Cancelled
            | S::Preempted
            | S::Reassigned => Err(IllegalTransition),
        },
        MemberVerb::Progress(step) => Ok(match state {
            S::Offered
            | S::Accepted
            | S::EnRoute
            | S::Staged
            | S::OnScene
            | S::Transporting
            | S::AtDestination => match step.state().cmp(&state) {
                std::cmp::Ordering::Greater => To(step.state()),
                std::cmp::Ordering::Equal => Already,
                std::cmp::Ordering::Less => Noted,
            },
            S::Cleared => Noted,
            S::Declined | S::TimedOut | S::Cancelled | S::Preempted | S::Reassigned => Again(step.state()),
        }),
        MemberVerb::Clear => Ok(match state {
            S::Offered
            | S::Accepted
            | S::EnRoute
            | S::Staged
            | S::OnScene
            | S::Transporting
            | S::AtDestination => To(S::Cleared),
            S::Cleared => Already,
            S::Declined | S::TimedOut | S::Cancelled | S::Preempted | S::Reassigned => Noted,
        }),
        MemberVerb::Cancel => leave(state, S::Cancelled),
        MemberVerb::Preempt => leave(state, S::Preempted),
        MemberVerb::Reassign => leave(state, S::Reassigned),
    }
}

fn leave(state: MemberState, exit: MemberState) -> Result<Transition, IllegalTransition> {
    if state.is_active() {
        Ok(Transition::To(exit))
    } else if state == exit {
        Ok(Transition::Already)
    } else {
        Err(IllegalTransition)
    }
}

/// What can be asked of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallVerb {
    /// Change what is known of it.
    Update,
    /// Judge its acuity anew.
    Retriage,
    /// Call it off.
    Cancel,
    /// Look for people, or send someone by hand.
    Send,
    /// Someone is there without an offer. A fact: never refused.
    Join,
    /// Add a remark. A fact: never refused.
    Remark,
    /// Continue it as another call.
    Merge,
    /// Let other calls continue as this one.
    Absorb,
    /// Relate it to another call.
    Link,
    /// Make a second call out of it.
    Split,
    /// Take up again what was over.
    Reopen,
    /// Correct its times or those of its members.
    Amend,
}

impl CallVerb {
    /// Every verb.
    pub const ALL: [CallVerb; 12] = [
        CallVerb::Update,
        CallVerb::Retriage,
        CallVerb::Cancel,
        CallVerb::Send,
        CallVerb::Join,
        CallVerb::Remark,
        CallVerb::Merge,
        CallVerb::Absorb,
        CallVerb::Link,
        CallVerb::Split,
        CallVerb::Reopen,
        CallVerb::Amend,
    ];
}

/// The call's table: whether the verb is possible in this state. Joining a closed or cancelled call is recorded: the
/// field is right, and the call is live again.
pub fn call(state: CallState, verb: CallVerb) -> Result<(), IllegalTransition> {
    use CallState as S;
    match verb {
        CallVerb::Join | CallVerb::Remark | CallVerb::Amend => Ok(()),
        CallVerb::Send => match state {
            S::Open | S::Waiting | S::Offered | S::Assigned | S::OnScene | S::Clearing => Ok(()),
            S::Closed | S::Cancelled | S::Merged => Err(IllegalTransition),
        },
        CallVerb::Retriage | CallVerb::Split => match state {
            S::Open | S::Waiting | S::Offered | S::Assigned | S::OnScene => Ok(()),
            S::Clearing | S::Closed | S::Cancelled | S::Merged => Err(IllegalTransition),
        },
        CallVerb::Update | CallVerb::Merge | CallVerb::Absorb => match state {
            S::Open | S::Waiting | S::Offered | S::Assigned | S::OnScene | S::Clearing => Ok(()),
            S::Closed | S::Cancelled | S::Merged => Err(IllegalTransition),
        },
        CallVerb::Cancel => match state {
            S::Open | S::Waiting | S::Offered | S::Assigned => Ok(()),
            S::OnScene | S::Clearing | S::Closed | S::Cancelled | S::Merged => Err(IllegalTransition),
        },
        CallVerb::Link => match state {
            S::Open
            | S::Waiting
            | S::Offered
            | S::Assigned
            | S::OnScene
            | S::Clearing
            | S::Closed
            | S::Cancelled => Ok(()),
            S::Merged => Err(IllegalTransition),
        },
        CallVerb::Reopen => match state {
            S::Clearing | S::Closed | S::Cancelled => Ok(()),
            S::Open | S::Waiting | S::Offered | S::Assigned | S::OnScene | S::Merged => {
                Err(IllegalTransition)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERBS: [MemberVerb; 12] = [
        MemberVerb::Accept,
        MemberVerb::Decline,
        MemberVerb::TimeOut,
        MemberVerb::Progress(Progress::EnRoute),
        MemberVerb::Progress(Progress::Staged),
        MemberVerb::Progress(Progress::OnScene),
        MemberVerb::Progress(Progress::Transporting),
        MemberVerb::Progress(Progress::AtDestination),
        MemberVerb::Clear,
        MemberVerb::Cancel,
        MemberVerb::Preempt,
        MemberVerb::Reassign,
    ];

    fn cell(state: MemberState, verb: MemberVerb) -> String {
        match member(state, verb) {
            Ok(Transition::To(state)) => state.as_str().to_owned(),
            Ok(Transition::Again(state)) => format!("again {}", state.as_str()),
            Ok(Transition::Noted) => "noted".to_owned(),
            Ok(Transition::Already) => "=".to_owned(),
            Err(IllegalTransition) => "-".to_owned(),
        }
    }

    /// Every state and every verb. `=`: nothing to do; `-`: illegal; `noted`: times only; `again`: taken up again.
    #[test]
    fn the_members_table_is_this_one() {
        let expected = "\
state | accept | decline | time out | en route | staged | on scene | transporting | at destination | clear | cancel | preempt | reassign
OFFERED | ACCEPTED | DECLINED | TIMED_OUT | EN_ROUTE | STAGED | ON_SCENE | TRANSPORTING | AT_DESTINATION | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
ACCEPTED | = | DECLINED | - | EN_ROUTE | STAGED | ON_SCENE | TRANSPORTING | AT_DESTINATION | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
EN_ROUTE | = | DECLINED | - | = | STAGED | ON_SCENE | TRANSPORTING | AT_DESTINATION | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
STAGED | = | DECLINED | - | noted | = | ON_SCENE | TRANSPORTING | AT_DESTINATION | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
ON_SCENE | = | - | - | noted | noted | = | TRANSPORTING | AT_DESTINATION | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
TRANSPORTING | = | - | - | noted | noted | noted | = | AT_DESTINATION | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
AT_DESTINATION | = | - | - | noted | noted | noted | noted | = | CLEARED | CANCELLED | PREEMPTED | REASSIGNED
CLEARED | - | - | - | noted | noted | noted | noted | noted | = | - | - | -
DECLINED | - | = | - | again EN_ROUTE | again STAGED | again ON_SCENE | again TRANSPORTING | again AT_DESTINATION | noted | - | - | -
TIMED_OUT | - | - | - | again EN_ROUTE | again STAGED | again ON_SCENE | again TRANSPORTING | again AT_DESTINATION | noted | - | - | -
CANCELLED | - | - | - | again EN_ROUTE | again STAGED | again ON_SCENE | again TRANSPORTING | again AT_DESTINATION | noted | = | - | -
PREEMPTED | - | - | - | again EN_ROUTE | again STAGED | again ON_SCENE | again TRANSPORTING | again AT_DESTINATION | noted | - | = | -
REASSIGNED | - | - | - | again EN_ROUTE | again STAGED | again ON_SCENE | again TRANSPORTING | again AT_DESTINATION | noted | - | - | =
";
        let mut table = expected.lines().next().unwrap_or_default().to_owned() + "\n";
        for state in MemberState::ALL {
            let cells: Vec<_> = VERBS.iter().map(|verb| cell(state, *verb)).collect();
            table += &format!("{} | {}\n", state.as_str(), cells.join(" | "));
        }
        assert_eq!(table, expected);
    }

    #[test]
    fn the_calls_table_is_this_one() {
        let expected = "\
state | update | retriage | cancel | send | join | remark | merge | absorb | link | split | reopen | amend
OPEN | x | x | x | x | x | x | x | x | x | x | - | x
WAITING | x | x | x | x | x | x | x | x | x | x | - | x
OFFERED | x | x | x | x | x | x | x | x | x | x | - | x
ASSIGNED | x | x | x | x | x | x | x | x | x | x | - | x
ON_SCENE | x | x | - | x | x | x | x | x | x | x | - | x
CLEARING | x | - | - | x | x | x | x | x | x | - | x | x
CLOSED | - | - | - | - | x | x | - | - | x | - | x | x
CANCELLED | - | - | - | - | x | x | - | - | x | - | x | x
MERGED | - | - | - | - | x | x | - | - | - | - | - | x
";
        let mut table = expected.lines().next().unwrap_or_default().to_owned() + "\n";
        for state in CallState::ALL {
            let cells: Vec<_> = CallVerb::ALL
                .iter()
                .map(|verb| if call(state, *verb).is_ok() { "x" } else { "-" })
                .collect();
            table += &format!("{} | {}\n", state.as_str(), cells.join(" | "));
        }
        assert_eq!(table, expected);
    }

    #[test]
    fn a_fact_is_never_illegal() {
        for state in MemberState::ALL {
            assert!(member(state, MemberVerb::Clear).is_ok());
            for step in Progress::ALL {
                assert!(member(state, MemberVerb::Progress(step)).is_ok());
            }
        }
        for state in CallState::ALL {
            assert!(call(state, CallVerb::Join).is_ok());
            assert!(call(state, CallVerb::Remark).is_ok());
        }
    }
}
