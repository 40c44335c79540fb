//! Publishing a pattern: its shifts of a period, in line with what it says now.
//!
//! An occurrence is known by pattern, date and place, so publishing twice makes nothing twice. What has begun is left alone,
//! and so is what somebody has changed by hand: it is told, and stays.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::command::PublishPattern;
use super::decide::standing;
use super::{MOST_CHANGES, MOST_DAYS, Pattern};
use crate::board::{After, Board, Draft, EventKind, Happening, Reply};
use crate::id::{PatternId, ResponderId, ShiftId};
use crate::moment::Window;
use crate::refusal::{Reason, Refusal};
use crate::roster::Lapse;
use crate::shift::date::LocalDate;
use crate::shift::decide::{overlap_refusal, tell_lost};
use crate::shift::rules::{Breach, Rules};
use crate::shift::staffing::{Staffing, check_rules, check_word};
use crate::shift::{Made, Origin, Shift, ShiftState};
use crate::triage::Code;

/// What a publication did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The pattern.
    pub pattern_id: PatternId,
    /// What changed, by date and place.
    pub changes: Vec<ShiftChange>,
    /// What was changed by hand and differs from the pattern: left as it is.
    pub kept: Vec<Shift>,
    /// How many are as the pattern says already.
    pub unchanged: u32,
    /// How many have begun and were left alone.
    pub begun: u32,
}

/// One shift of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftChange {
    /// What happens to it.
    pub change: Change,
    /// How it stood, if it did.
    pub before: Option<Before>,
    /// As it stands afterwards.
    pub shift: Shift,
    /// What whoever works it does not hold through the whole of it, of what it and the policy require.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapses: Vec<Lapse>,
    /// The rules of work that it breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<Breach>,
}

/// How a shift stood before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Who worked it.
    pub responder_id: Option<ResponderId>,
    /// From when to when.
    pub planned: Window,
}

/// What happens to a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// It is new.
    Added,
    /// It was cancelled by a publication, and is in force again.
    Restored,
    /// Its window, area or responder is another.
    Changed,
    /// The pattern no longer has it.
    Cancelled,
}

impl ShiftChange {
    /// Who gains it, and with which window.
    pub fn gained_by(&self) -> Option<(ResponderId, Window)> {
        let stands = self.change != Change::Cancelled;
        Some((self.shift.responder_id.filter(|_| stands)?, self.shift.planned))
    }

    /// Who loses it, and with which window.
    pub fn lost_by(&self) -> Option<(ResponderId, Window)> {
        let stood = matches!(self.change, Change::Changed | Change::Cancelled);
        let before = self.before.as_ref().filter(|_| stood)?;
        Some((before.responder_id?, before.planned))
    }
}

type Place = (LocalDate, u32);

/// Brings the shifts of a period in line with the pattern, all of them or none.
pub fn publish_pattern(draft: &mut Draft<'_>, command: &PublishPattern) -> Result<Reply, Refusal> {
    let (from, to) = (command.from, command.to);
    let days = from.days_until(to) + 1;
    if !(1..=MOST_DAYS).contains(&days) {
        let why = format!("a publication has at least one day and at most {MOST_DAYS}");
        return Err(Refusal::field(Reason::InvalidWindow, "to_date", why));
    }
    let pattern = standing(draft.board(), command.pattern_id, command.expected_version)?.clone();
    check_word(draft, &command.override_reason)?;
    let wanted = wanted(draft.board(), &pattern, from, to)?;
    let mut publication = Publication {
        pattern_id: pattern.id,
        changes: Vec::new(),
        kept: Vec::new(),
        unchanged: 0,
        begun: 0,
    };
    let made = made_before(draft.board(), pattern.id, from, to);
    let places: BTreeSet<&Place> = wanted.keys().chain(made.keys()).collect();
    for place in places {
        let (shift, made) = (made.get(place), wanted.get(place));
        publication.settle(draft, &pattern, *place, shift, made);
    }
    publication.check(draft.board())?;
    let staffings = publication.staff(draft, command)?;
    for (change, staffing) in publication.changes.iter_mut().zip(staffings) {
        change.tell(draft, &staffing);
        (change.lapses, change.breaches) = (staffing.lapses, staffing.breaches);
    }
    Ok(Reply::Publication(Box::new(publication)))
}

/// What the pattern says of each place in the period. The turn of one who is on leave then is open.
fn wanted(
    board: &Board,
    pattern: &Pattern,
    from: LocalDate,
    to: LocalDate,
) -> Result<BTreeMap<Place, Made>, Refusal> {
    let occurrences = pattern.occurrences(from, to).map_err(|fault| {
        let why = format!("the pattern goes beyond the calendar: {fault}");
        Refusal::field(Reason::InvalidTime, "to_date", why)
    })?;
    let mut wanted = BTreeMap::new();
    for one in &occurrences {
        for place in 0..one.post.wanted {
            let on_turn = one.post.on_turn(place, one.turns_from, one.date);
            let made = Made {
                planned: one.window,
                responder_id: on_turn.filter(|id| board.leave_of(*id, &one.window).is_none()),
                area_id: one.post.area_id,
                required_qualifications: one.post.required_qualifications.clone(),
                withdrawn: false,
            };
            wanted.insert((one.date, place), made);
        }
    }
    Ok(wanted)
}

impl Pattern {
    /// What it makes of one of its places on a date; nothing where it has none.
    pub(crate) fn made_on(&self, board: &Board, date: LocalDate, place: u32) -> Option<Made> {
        wanted(board, self, date, date).ok()?.remove(&(date, place))
    }
}

/// What stands of earlier publications in the period.
fn made_before(board: &Board, id: PatternId, from: LocalDate, to: LocalDate) -> BTreeMap<Place, Shift> {
    let shifts = board.shifts.values().filter_map(|shift| {
        let origin = shift.origin.as_ref().filter(|origin| origin.pattern_id == id)?;
        let within = (from..=to).contains(&origin.date);
        within.then(|| ((origin.date, origin.place), shift.clone()))
    });
    shifts.collect()
}

impl Publication {
    /// Settles one place: what stands there, and what the pattern says.
    fn settle(
        &mut self,
        draft: &mut Draft<'_>,
        pattern: &Pattern,
        place: Place,
        shift: Option<&Shift>,
        made: Option<&Made>,
    ) {
        let begun = |window: &Window| window.start <= draft.at;
        if shift.is_some_and(|shift| begun(&shift.planned)) || made.is_some_and(|made| begun(&made.planned)) {
            self.begun += 1;
            return;
        }
        let stands = shift.is_none_or(|shift| shift.state != ShiftState::Cancelled);
        let (change, shift) = match (shift, made) {
            (Some(shift), Some(made)) if shift.is_as(made) => {
                self.unchanged += 1;
                return;
            }
            (None, None) => return,
            (Some(_), None) if !stands => return,
            (Some(shift), _) if shift.is_changed_by_hand() => {
                self.kept.push(shift.clone());
                return;
            }
            (Some(shift), None) => (Change::Cancelled, shift.withdrawn()),
            (Some(shift), Some(made)) if stands => (Change::Changed, shift.made_as(made)),
            (Some(shift), Some(made)) => (Change::Restored, shift.made_as(made)),
            (None, Some(made)) => (Change::Added, new(draft, pattern, place, made)),
        };
        let before = draft.board().shifts.get(&shift.id).map(|before| Before {
            responder_id: before.responder_id,
            planned: before.planned,
        });
        self.changes.push(ShiftChange {
            change,
            before,
            shift,
            lapses: Vec::new(),
            breaches: Vec::new(),
        });
    }

    /// Whether all of it can be done.
    fn check(&self, board: &Board) -> Result<(), Refusal> {
        if self.changes.len() > MOST_CHANGES {
            let why = format!(
                "it would change {} shifts; at most {MOST_CHANGES} at once: publish a shorter period",
                self.changes.len()
            );
            return Err(Refusal::field(Reason::TooMany, "to_date", why)
                .with("most", MOST_CHANGES)
                .with("changes", self.changes.len()));
        }
        for (responder_id, _) in self.changes.iter().filter_map(ShiftChange::gained_by) {
            let known = board.responders.get(&responder_id);
            if known.is_none_or(|responder| responder.retired_at.is_some()) {
                let why = "one whose turn it is is retired: change the pattern's places";
                return Err(Refusal::new(Reason::Retired, why).with("responder_id", responder_id));
            }
        }
        let gone = |id| !board.areas.contains_key(&id);
        let stands = self.changes.iter().filter(|one| one.change != Change::Cancelled);
        if let Some(area_id) = stands.filter_map(|one| one.shift.area_id).find(|id| gone(*id)) {
            let why = "its area has been removed: change the pattern's post";
            return Err(Refusal::new(Reason::NotFound, why).with("area_id", area_id));
        }
        self.check_overlaps(board)
    }

    /// What is wanting of whoever works each of them, once all are so. A rule of work that is broken stands against the
    /// whole of it; where a word outweighs it, the shift keeps the word.
    fn staff(&mut self, draft: &mut Draft<'_>, command: &PublishPattern) -> Result<Vec<Staffing>, Refusal> {
        let new = self.changes.iter().filter(|one| one.change == Change::Added);
        let unborn: BTreeSet<ShiftId> = new.map(|one| one.shift.id).collect();
        let shifts: Vec<Shift> = self.changes.iter().map(|one| one.shift.clone()).collect();
        let word = &command.override_reason;
        let staffings = draft.supposing(shifts, |board| {
            let mut rules = Rules::of(board);
            let staffings: Vec<Staffing> = self
                .changes
                .iter()
                .map(|one| match one.change {
                    Change::Cancelled => Staffing::default(),
                    Change::Added | Change::Restored | Change::Changed => {
                        Staffing::on(board, &mut rules, &one.shift)
                    }
                })
                .collect();
            let breaches = self.changes.iter().zip(&staffings).flat_map(|(one, staffing)| {
                let kept = &one.shift.override_reason;
                let said = if word.is_empty() { kept } else { word };
                staffing.breaches.iter().map(move |breach| (breach, said))
            });
            if !command.dry_run {
                check_rules(board, breaches, &unborn)?;
            }
            Ok(staffings)
        })?;
        for (one, staffing) in self.changes.iter_mut().zip(&staffings) {
            if staffing.takes_a_word() && !word.is_empty() {
                one.shift.override_reason.clone_from(word);
            }
        }
        Ok(staffings)
    }

    /// Of one responder no two published shifts overlap, neither of these nor with another.
    fn check_overlaps(&self, board: &Board) -> Result<(), Refusal> {
        let changed: BTreeSet<ShiftId> = self.changes.iter().map(|change| change.shift.id).collect();
        let of_others = board.shifts.values().filter(|shift| !changed.contains(&shift.id));
        let all = of_others.chain(self.changes.iter().map(|change| &change.shift));
        let mut work: BTreeMap<ResponderId, Vec<&Shift>> = BTreeMap::new();
        for shift in all.filter(|shift| shift.state == ShiftState::Published) {
            if let Some(responder_id) = shift.responder_id {
                work.entry(responder_id).or_default().push(shift);
            }
        }
        for (responder_id, mut shifts) in work {
            shifts.sort_by_key(|shift| shift.planned);
            // Whatever overlaps the shift that ends last so far overlaps a shift; touching ones do not.
            let mut last: Option<&Shift> = None;
            for shift in shifts {
                if let Some(before) = last
                    && before.planned.overlaps(&shift.planned)
                    && (changed.contains(&before.id) || changed.contains(&shift.id))
                {
                    let (other, own) = if changed.contains(&before.id) {
                        (shift, before)
                    } else {
                        (before, shift)
                    };
                    return Err(overlap_refusal(other)
                        .with("responder_id", responder_id)
                        .with("date", date_of(own)));
                }
                if last.is_none_or(|before| before.planned.end < shift.planned.end) {
                    last = Some(shift);
                }
            }
        }
        Ok(())
    }
}

fn date_of(shift: &Shift) -> String {
    shift
        .origin
        .as_ref()
        .map(|origin| origin.date.to_string())
        .unwrap_or_default()
}

fn new(draft: &mut Draft<'_>, pattern: &Pattern, (date, place): Place, made: &Made) -> Shift {
    Shift {
        id: ShiftId::next(draft.ids, draft.at),
        agency_id: pattern.agency_id.clone(),
        responder_id: made.responder_id,
        state: ShiftState::Published,
        planned: made.planned,
        zone: pattern.zone.clone(),
        area_id: made.area_id,
        required_qualifications: made.required_qualifications.clone(),
        override_reason: String::new(),
        actual_start: None,
        actual_end: None,
        held_over: None,
        absences: Vec::new(),
        external_references: BTreeSet::new(),
        origin: Some(Origin {
            pattern_id: pattern.id,
            date,
            place,
            made: made.clone(),
        }),
        acknowledged: None,
        version: 1,
        filed: false,
    }
}

impl ShiftChange {
    /// Each person concerned is told: who has it now, and who had it.
    fn tell(&self, draft: &mut Draft<'_>, staffing: &Staffing) {
        let kind = match self.change {
            Change::Added | Change::Restored => EventKind::ShiftPublished,
            Change::Changed => EventKind::ShiftChanged,
            Change::Cancelled => EventKind::ShiftCancelled,
        };
        let after = After::Shift(Box::new(self.shift.clone()));
        let mut happening = Happening::new(kind, after).flagged(staffing.flags(&self.shift));
        if let Some(responder_id) = self.shift.responder_id {
            happening = happening.to(responder_id);
        }
        draft.emit(happening);
        let had = self.lost_by().map(|(responder_id, _)| responder_id);
        if let Some(had) = had.filter(|had| Some(*had) != self.shift.responder_id) {
            tell_lost(draft, had, self.shift.clone(), kind);
        }
    }
}

impl Shift {
    fn is_as(&self, made: &Made) -> bool {
        self.state == ShiftState::Published
            && (self.planned, self.responder_id, self.area_id)
                == (made.planned, made.responder_id, made.area_id)
            && self.required_qualifications == made.required_qualifications
    }

    /// Whether somebody has changed it since a publication made it so.
    pub fn is_changed_by_hand(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| {
            let cancelled = self.state == ShiftState::Cancelled;
            cancelled != origin.made.withdrawn || !cancelled && !self.is_as(&origin.made)
        })
    }

    fn made_as(&self, made: &Made) -> Shift {
        let origin = self.origin.clone().map(|origin| Origin {
            made: made.clone(),
            ..origin
        });
        // The word by which he was put on it holds until somebody else is.
        let his = self.responder_id == made.responder_id;
        let override_reason = if his {
            self.override_reason.clone()
        } else {
            Code::new()
        };
        Shift {
            state: ShiftState::Published,
            planned: made.planned,
            responder_id: made.responder_id,
            area_id: made.area_id,
            required_qualifications: made.required_qualifications.clone(),
            override_reason,
            origin,
            acknowledged: None,
            version: self.version + 1,
            ..self.clone()
        }
    }

    fn withdrawn(&self) -> Shift {
        let mut shift = self.clone();
        if let Some(origin) = &mut shift.origin {
            origin.made.withdrawn = true;
        }
        shift.state = ShiftState::Cancelled;
        shift.acknowledged = None;
        shift.version += 1;
        shift
    }
}
