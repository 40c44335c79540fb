//! What is read of a board to make a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::Calendar;
use super::{Asked, Plan, habits, rules};
use crate::board::Board;
use crate::filling::problem::{Heads, Limits, Person, Place, Problem, Standing, Unfit, Weights, Wish};
use crate::id::{AgencyId, AreaId, ResponderId};
use crate::moment::{Moment, Window};
use crate::request::ShiftRequest;
use crate::roster::{Responder, Unavailable, unavailable};
use crate::shift::staffing::required_of;
use crate::shift::{Shift, ShiftState};
use crate::triage::Code;

/// What is read to make a plan.
pub(super) struct Gathering<'a> {
    pub(super) board: &'a Board,
    pub(super) asked: &'a Asked,
    pub(super) at: Moment,
    pub(super) calendar: Calendar<'a>,
}

impl<'a> Gathering<'a> {
    /// A plan of it.
    pub(super) fn gathered(&self) -> Plan {
        let mut shifts = self.shifts();
        let bonds = habits::bonds(self.board, &shifts);
        let people = self.people(&bonds);
        let index: BTreeMap<ResponderId, usize> = people
            .iter()
            .enumerate()
            .map(|(index, one)| (one.id, index))
            .collect();
        // Where others work is nothing to fill.
        shifts.retain(|shift| shift.responder_id.is_none_or(|id| index.contains_key(&id)));
        let (shifts, beside) = self.one_a_day(shifts);
        let places = self.places(&shifts);
        let limits = rules::limits(self.board.policy(), &self.calendar);
        let persons = people
            .iter()
            .map(|responder| self.person(responder, &limits, (&shifts, &places), &beside));
        Plan {
            problem: Problem {
                days: self.calendar.days(),
                people: persons.collect(),
                places,
                bonds: habits::between(&bonds, &index, self.asked.costs.apart),
                barred: BTreeSet::new(),
                weights: Weights {
                    nights: self.asked.costs.night,
                    weekends: self.asked.costs.weekend,
                    change: self.asked.costs.change,
                },
            },
            shifts: shifts.into_iter().cloned().collect(),
            responder_ids: people.iter().map(|responder| responder.id).collect(),
        }
    }

    /// Those that are to be planned, and those around them that somebody works.
    fn shifts(&self) -> Vec<&'a Shift> {
        let mut shifts: Vec<&Shift> = self
            .board
            .shifts
            .within(self.calendar.whole())
            .filter(|shift| shift.state != ShiftState::Cancelled)
            .filter(|shift| self.calendar.day(shift.planned.start).is_some())
            .filter(|shift| shift.responder_id.is_some() || self.is_open_to_plan(shift))
            .collect();
        shifts.sort_unstable_by_key(|shift| (shift.planned.start, shift.id));
        shifts
    }

    /// The search knows one shift of a person that starts on a day, and these are all others. They stay, and take their
    /// time and their hours.
    fn one_a_day(&self, shifts: Vec<&'a Shift>) -> (Vec<&'a Shift>, Vec<&'a Shift>) {
        let mut taken = BTreeSet::new();
        shifts.into_iter().partition(|shift| {
            let day = self.calendar.day(shift.planned.start);
            let worked_by = |responder_id| taken.insert((responder_id, day));
            shift.responder_id.is_none_or(worked_by)
        })
    }

    fn is_open_to_plan(&self, shift: &Shift) -> bool {
        let start = shift.planned.start;
        self.asked.period.contains(start) && start > self.at && self.is_of_agency(&shift.agency_id)
    }

    fn is_of_agency(&self, agency_id: &AgencyId) -> bool {
        self.asked
            .agency_id
            .as_ref()
            .is_none_or(|asked| asked == agency_id)
    }

    /// It stays as it is: outside what is asked, begun, pinned, or a supervisor's word.
    fn stays(&self, shift: &Shift) -> bool {
        !self.is_open_to_plan(shift)
            || self.asked.pinned.contains(&shift.id)
            || !shift.override_reason.is_empty()
    }

    /// Everyone who could be asked, and those with whom they work by habit.
    fn people(&self, bonds: &BTreeSet<(ResponderId, ResponderId)>) -> Vec<&'a Responder> {
        let asked =
            |responder: &Responder| responder.retired_at.is_none() && self.is_of_agency(&responder.agency_id);
        let partner = |responder: &Responder| {
            let of = |id: &ResponderId| self.board.responders.get(id).is_some_and(asked);
            bonds.iter().any(|(one, other)| {
                (*one == responder.id && of(other)) || (*other == responder.id && of(one))
            })
        };
        let everyone = self.board.responders.values();
        everyone.filter(|one| asked(one) || partner(one)).collect()
    }

    fn places(&self, shifts: &[&Shift]) -> Vec<Place> {
        let mut kinds: BTreeMap<(u32, i64), usize> = BTreeMap::new();
        let mut crews: BTreeMap<(Window, Option<AreaId>), usize> = BTreeMap::new();
        let place = |shift: &&Shift| {
            let window = shift.planned;
            let kind = (
                self.calendar.minute(window.start),
                window.start.seconds_until(window.end),
            );
            let (next_kind, next_crew) = (kinds.len(), crews.len());
            Place {
                window,
                day: self.calendar.day(window.start).unwrap_or(0),
                kind: *kinds.entry(kind).or_insert(next_kind),
                minutes: self.calendar.minutes(&window),
                night: self.calendar.night(&window),
                weekend: self.calendar.weekend(&window),
                crew: Some(*crews.entry((window, shift.area_id)).or_insert(next_crew)),
                heads: Heads::one(self.asked.costs.open),
                fixed: self.stays(shift),
            }
        };
        shifts.iter().map(place).collect()
    }

    fn person(
        &self,
        responder: &Responder,
        usual: &Limits,
        (shifts, places): (&[&Shift], &[Place]),
        beside: &[&Shift],
    ) -> Person {
        let mut person = Person {
            limits: usual.clone(),
            ..Person::default()
        };
        let is_his = |shift: &&&Shift| shift.responder_id == Some(responder.id);
        for (index, (_, place)) in shifts
            .iter()
            .zip(places)
            .enumerate()
            .filter(|(_, (shift, _))| is_his(shift))
        {
            person.standing.push(Standing {
                place: index,
                pinned: place.fixed,
            });
        }
        let beside: Vec<&Shift> = beside.iter().filter(is_his).copied().collect();
        for shift in &beside {
            let minutes = self.calendar.minutes(&shift.planned);
            rules::work_beside(
                &mut person.limits,
                self.calendar.day(shift.planned.start),
                minutes,
            );
        }
        let away = unavailable(self.board, responder.id, &self.calendar.whole());
        let leaves = self.leaves(responder.id);
        let to_plan = shifts.iter().zip(places).enumerate();
        for (index, (shift, _)) in to_plan.filter(|(_, (_, place))| !place.fixed) {
            let unfit = self.unfit(responder, shift, (&beside, &leaves), usual);
            if let Some(unfit) = unfit.or_else(|| unasked(&away, shift)) {
                person.unfit.insert(index, unfit);
            }
        }
        person.wishes = self.wishes(responder.id);
        person
    }

    /// Why he could not work this shift, whatever else he works.
    fn unfit(
        &self,
        responder: &Responder,
        shift: &Shift,
        (beside, leaves): (&[&Shift], &[Window]),
        limits: &Limits,
    ) -> Option<Unfit> {
        if responder.agency_id != shift.agency_id
            || self
                .discipline(shift)
                .is_some_and(|code| *code != responder.discipline)
        {
            return Some(Unfit::NotHis);
        }
        if shift
            .area_id
            .is_some_and(|area| !responder.area_ids.is_empty() && !responder.area_ids.contains(&area))
        {
            return Some(Unfit::OtherArea);
        }
        let required = required_of(self.board.policy(), responder, shift);
        let lapses = responder.lapses(self.board.policy(), &required, &shift.planned);
        if let Some(lapse) = lapses.into_iter().next() {
            return Some(match lapse.lapses_at {
                None => Unfit::NotQualified(lapse.qualification),
                Some(at) => Unfit::QualificationLapses(lapse.qualification, at),
            });
        }
        if leaves.iter().any(|leave| leave.overlaps(&shift.planned)) {
            return Some(Unfit::OnLeave);
        }
        if rules::is_too_long(self.board.policy(), shift) {
            return Some(Unfit::TooLong);
        }
        let rest = i64::from(limits.rest_minutes) * 60;
        let with_rest = Window {
            start: shift.planned.start.plus_seconds(-rest),
            end: shift.planned.end.plus_seconds(rest),
        };
        let works = beside.iter().find(|other| other.planned.overlaps(&with_rest));
        works.map(|other| Unfit::Works(other.id))
    }

    /// When he is on leave.
    fn leaves(&self, responder_id: ResponderId) -> Vec<Window> {
        let meanwhile = self.board.on_leave(self.calendar.whole());
        let his = meanwhile.filter(|request| request.responder_id == responder_id);
        his.filter_map(ShiftRequest::leave).collect()
    }

    /// The discipline that it is for; of one that was planned by hand nobody has said.
    fn discipline(&self, shift: &Shift) -> Option<&'a Code> {
        let pattern = self.board.patterns.get(&shift.origin.as_ref()?.pattern_id)?;
        Some(&pattern.discipline)
    }

    fn wishes(&self, responder_id: ResponderId) -> Vec<Wish> {
        let his = self
            .asked
            .preferences
            .iter()
            .filter(|one| one.responder_id == responder_id);
        his.filter_map(|one| {
            Some(Wish {
                day: self.calendar.day_of(one.date)?,
                kind: None,
                wanted: one.to_work,
                weight: self.asked.costs.preference,
            })
        })
        .collect()
    }
}

/// Why he is not to be asked for this shift, by his own word.
fn unasked(away: &[Unavailable], shift: &Shift) -> Option<Unfit> {
    let stops = away.iter().find(|one| one.touches(&shift.planned))?;
    Some(match stops {
        Unavailable::WeekTime(away) => Unfit::Unavailable(*away),
        Unavailable::OptedOut(until) => Unfit::OptedOut(*until),
    })
}
