//! Who could be called back for a shift that nobody works.
//!
//! Of its agency and of the discipline that it needs, qualified through what is left of it, with no work planned meanwhile,
//! not absent from it and not on leave. Who is not to be asked by his own word is left out, and told. Best first: who was not called for it yet,
//! then who is on call, then by the rotation of the list that is for it; of those who are on none, who has the most rest around
//! it (ten hours on either side are enough), then who is planned to work least, then by call sign and id. The same board always
//! gives the same order.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::on_call::{Outcome, list_for};
use super::{Shift, ShiftState};
use crate::board::Board;
use crate::id::{OnCallListId, ResponderId};
use crate::moment::{Moment, Window};
use crate::roster::{NoteKind, Responder, Unavailable, unavailable};
use crate::triage::Code;

/// More rest than this on one side of a shift makes nobody the better choice, seconds.
const REST_ENOUGH: i64 = 10 * 3600;
/// How far around a shift work is looked at, seconds.
const WEEK: i64 = 7 * 86_400;
/// How many are named.
const MOST_NAMED: usize = 50;

/// One who could be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    /// Who.
    pub responder_id: ResponderId,
    /// Seconds between his work before it and its start; none when he has none in the week before.
    pub rest_before_seconds: Option<i64>,
    /// Seconds between its end and his next work; none when he has none in the week after.
    pub rest_after_seconds: Option<i64>,
    /// Seconds of work planned for him in the week before its start and the week after.
    pub planned_seconds: i64,
    /// How he would like to be reached, the best first.
    #[serde(default)]
    pub contact_preferences: Vec<Code>,
    /// Which words about reaching him there are.
    #[serde(default)]
    pub noted: BTreeSet<NoteKind>,
    /// Whether he is on call during it.
    #[serde(default)]
    pub on_call: bool,
    /// His place in the rotation, from 0; none when he is not in it.
    #[serde(default)]
    pub place: Option<usize>,
    /// What came of calling him for it, the last time; none when he was not called.
    #[serde(default)]
    pub last_outcome: Option<Outcome>,
}

/// Who could be called back, and who is not to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallBacks {
    /// The list by whose rotation they are ranked; none when there is none for it.
    pub list_id: Option<OnCallListId>,
    /// Best first.
    pub could: Vec<CallBack>,
    /// By id, each with why.
    pub left_out: Vec<(ResponderId, Unavailable)>,
}

impl CallBack {
    fn rest(&self) -> i64 {
        let enough = |rest: Option<i64>| rest.map_or(REST_ENOUGH, |rest| rest.min(REST_ENOUGH));
        enough(self.rest_before_seconds) + enough(self.rest_after_seconds)
    }
}

/// Those who could be called back for a shift, as of `at`, best first.
pub fn call_backs(board: &Board, shift: &Shift, at: Moment) -> CallBacks {
    let left = Window {
        start: shift.planned.start.max(at),
        end: shift.planned.end,
    };
    let discipline = discipline_of(board, shift);
    let absent: BTreeSet<ResponderId> = absent_in(board, left).collect();
    let list = list_for(board, shift, discipline.as_ref());
    let mut told = CallBacks {
        list_id: list.map(|list| list.id),
        ..CallBacks::default()
    };
    let mut found: Vec<(CallBack, &str)> = Vec::new();
    let fit = board
        .responders
        .values()
        .filter(|one| one.retired_at.is_none() && one.agency_id == shift.agency_id)
        .filter(|one| discipline.as_ref().is_none_or(|needed| *needed == one.discipline))
        .filter(|one| !absent.contains(&one.id))
        .filter(|one| is_qualified(board, one, shift, &left))
        .filter_map(|one| Some((around(board, one.id, &left)?, one.call_sign.as_str())));
    for (mut one, call_sign) in fit {
        if let Some(list) = list {
            one.on_call = list.has_on_call(one.responder_id, &left);
            one.place = list.place_of(one.responder_id);
            one.last_outcome = list.last_outcome(one.responder_id, shift.id);
        }
        match unavailable(board, one.responder_id, &left).into_iter().next() {
            Some(why) => told.left_out.push((one.responder_id, why)),
            None => found.push((one, call_sign)),
        }
    }
    found.sort_by_key(|(one, call_sign)| {
        (
            one.last_outcome.is_some(),
            Reverse(one.on_call),
            one.place.unwrap_or(usize::MAX),
            Reverse(one.rest()),
            one.planned_seconds,
            *call_sign,
            one.responder_id,
        )
    });
    told.could = found.into_iter().map(|(one, _)| one).take(MOST_NAMED).collect();
    told.left_out.truncate(MOST_NAMED);
    told
}

/// That of whoever works it, or called in last; else that of its pattern; none when none is known.
pub(crate) fn discipline_of(board: &Board, shift: &Shift) -> Option<Code> {
    let called_in = shift.absences.last().map(|absence| absence.responder_id);
    let last = shift.responder_id.or(called_in);
    let of_last = last
        .and_then(|id| board.responders.get(&id))
        .map(|responder| responder.discipline.clone());
    of_last.or_else(|| {
        let origin = shift.origin.as_ref()?;
        board
            .patterns
            .get(&origin.pattern_id)
            .map(|pattern| pattern.discipline.clone())
    })
}

/// Those who have called in for any shift that shares a moment with this window, or are on leave then.
fn absent_in(board: &Board, window: Window) -> impl Iterator<Item = ResponderId> {
    let meanwhile = board.shifts.within(window);
    let called_in = meanwhile
        .flat_map(|shift| &shift.absences)
        .map(|absence| absence.responder_id);
    called_in.chain(board.on_leave(window).map(|leave| leave.responder_id))
}

fn is_qualified(board: &Board, responder: &Responder, shift: &Shift, left: &Window) -> bool {
    let policy = board.policy();
    let by_policy = policy.required_of(&responder.discipline).cloned();
    let required = by_policy
        .chain(shift.required_qualifications.iter().cloned())
        .collect();
    responder.lapses(policy, &required, left).is_empty()
}

/// What he is planned to work around this window; none when it is in the way. Drafts are in the way too.
fn around(board: &Board, responder_id: ResponderId, left: &Window) -> Option<CallBack> {
    let weeks = Window {
        start: left.start.plus_seconds(-WEEK),
        end: left.start.plus_seconds(WEEK),
    };
    let said = board.off_shift.get(&responder_id);
    let mut one = CallBack {
        contact_preferences: said
            .map(|said| said.contact_preferences.clone())
            .unwrap_or_default(),
        noted: said.map(|said| said.noted.clone()).unwrap_or_default(),
        on_call: false,
        place: None,
        last_outcome: None,
        responder_id,
        rest_before_seconds: None,
        rest_after_seconds: None,
        planned_seconds: 0,
    };
    let least = |known: Option<i64>, rest: i64| Some(known.map_or(rest, |known| known.min(rest)));
    let his = board.shifts.of(responder_id, weeks);
    for Shift { planned, .. } in his.filter(|shift| shift.state != ShiftState::Cancelled) {
        if planned.overlaps(left) {
            return None;
        }
        let (start, end) = (planned.start.max(weeks.start), planned.end.min(weeks.end));
        one.planned_seconds += start.seconds_until(end);
        if planned.end <= left.start {
            one.rest_before_seconds = least(one.rest_before_seconds, planned.end.seconds_until(left.start));
        } else {
            one.rest_after_seconds = least(one.rest_after_seconds, left.end.seconds_until(planned.start));
        }
    }
    Some(one)
}
