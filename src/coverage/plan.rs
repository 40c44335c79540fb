//! What coverage reads of a board: taken out at once, so that nobody waits while it is counted.

use std::collections::{BTreeMap, BTreeSet};

use super::row::{Need, Row, Spell};
use super::{Counted, Measure, ShiftLapse};
use crate::board::{Board, Called, Policy};
use crate::id::{AreaId, ResponderId, ShiftId};
use crate::moment::{Moment, Window};
use crate::refusal::{Reason, Refusal};
use crate::roster::Responder;
use crate::shift::civil::{CivilFault, local_date};
use crate::shift::pattern::Pattern;
use crate::shift::{Shift, ShiftState};
use crate::triage::{CLINICIAN, Code, OFFICER};

/// An occurrence that began so many days ago may still go on: the longest has 36 hours.
const LEAD_DAYS: i64 = 2;

/// Everything that a coverage is computed from. Equal plans have the same coverage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The time that is looked at.
    pub window: Window,
    rows: Vec<Option<AreaId>>,
    policy: Policy,
    patterns: Vec<Pattern>,
    /// Published shifts that somebody works in the window.
    shifts: BTreeMap<ShiftId, Shift>,
    responders: BTreeMap<ResponderId, Responder>,
}

impl Plan {
    /// Of this board, and of shifts that have left it because they are long over.
    pub fn of<'a>(
        board: &'a Board,
        window: Window,
        rows: Vec<Option<AreaId>>,
        over: impl Iterator<Item = &'a Shift>,
    ) -> Plan {
        let over = over.filter(|shift| !board.shifts.contains_key(&shift.id));
        let counts = |shift: &&Shift| {
            let known = shift.responder_id.filter(|id| board.responders.contains_key(id));
            shift.state == ShiftState::Published && known.is_some() && shift.planned.overlaps(&window)
        };
        let shifts: BTreeMap<ShiftId, Shift> = over
            .chain(board.shifts.within(window))
            .filter(counts)
            .map(|shift| (shift.id, shift.clone()))
            .collect();
        let working: BTreeSet<ResponderId> = shifts.values().filter_map(|shift| shift.responder_id).collect();
        let of_them = |id: &ResponderId| Some((*id, board.responders.get(id)?.clone()));
        let in_use = board.patterns.values().filter(|one| one.retired_at.is_none());
        Plan {
            window,
            rows,
            policy: board.policy().clone(),
            patterns: in_use.cloned().collect(),
            responders: working.iter().filter_map(of_them).collect(),
            shifts,
        }
    }

    /// The shifts that it counts.
    pub fn shifts(&self) -> impl Iterator<Item = &Shift> {
        self.shifts.values()
    }

    /// A row for the whole and for each area that is asked for.
    pub(super) fn rows(&self) -> Result<Vec<Row>, Refusal> {
        let needs = self.needs().map_err(|fault| {
            let why = format!("a pattern goes beyond the calendar: {fault}");
            Refusal::field(Reason::InvalidTime, "to", why)
        })?;
        let asked: BTreeSet<&Code> = needs.iter().flat_map(|need| &need.qualifications).collect();
        let spells = self.spells(&asked);
        let row = |area_id: &Option<AreaId>| {
            let here: Vec<&Need> = needs.iter().filter(|need| need.is_in(*area_id)).collect();
            let measures = self.measures(&here);
            let there = spells.iter().filter(|spell| spell.is_in(*area_id));
            Row::new(*area_id, measures, here, there)
        };
        Ok(self.rows.iter().map(row).collect())
    }

    /// What patterns want in the window.
    fn needs(&self) -> Result<Vec<Need>, CivilFault> {
        let mut needs = Vec::new();
        for pattern in &self.patterns {
            let first = local_date(self.window.start, &pattern.zone)?;
            let last = local_date(self.window.end, &pattern.zone)?;
            let first = first.plus_days(-LEAD_DAYS).unwrap_or(first);
            let required: BTreeSet<&Code> = self.policy.required_of(&pattern.discipline).collect();
            for one in pattern.occurrences(first, last)? {
                let Some(window) = one.window.within(&self.window) else {
                    continue;
                };
                let beside = one.post.required_qualifications.iter();
                needs.push(Need {
                    window,
                    discipline: pattern.discipline.clone(),
                    area_ids: one.post.area_id.into_iter().collect(),
                    qualifications: beside.filter(|code| !required.contains(code)).cloned().collect(),
                    minimum: one.post.minimum,
                    wanted: one.post.wanted,
                });
            }
        }
        Ok(needs)
    }

    /// Everything that is counted in a row: heads and pairs, and of them those with what its posts ask for.
    fn measures(&self, needs: &[&Need]) -> BTreeSet<Measure> {
        let plain = |counted| Measure {
            counted,
            qualification: None,
        };
        let wanted = needs.iter().map(|need| need.discipline.as_str());
        let heads = self.policy.disciplines().into_iter().chain(wanted);
        let heads = heads.map(|discipline| plain(Counted::Heads(discipline.to_owned())));
        let mut measures: BTreeSet<Measure> = heads.chain([plain(Counted::Pairs)]).collect();
        for need in needs {
            let in_pair = [CLINICIAN, OFFICER].contains(&need.discipline.as_str());
            let heads = Counted::Heads(need.discipline.clone());
            for counted in [heads].into_iter().chain(in_pair.then_some(Counted::Pairs)) {
                measures.extend(need.qualifications.iter().map(|code| Measure {
                    counted: counted.clone(),
                    qualification: Some(code.clone()),
                }));
            }
        }
        measures
    }

    /// When who is there, and with what of what is asked for.
    fn spells(&self, asked: &BTreeSet<&Code>) -> Vec<Spell> {
        let named = self.responders.values().flat_map(|one| &one.must_not_meet);
        let concerned: BTreeSet<ResponderId> = named.copied().collect();
        let mut holding: BTreeMap<ResponderId, Vec<Held>> = BTreeMap::new();
        let mut spells = Vec::new();
        for shift in self.shifts.values() {
            let him = shift.responder_id.and_then(|id| self.responders.get(&id));
            let Some(him) = him else { continue };
            let singled_out = !him.must_not_meet.is_empty() || concerned.contains(&him.id);
            let area_ids = match shift.area_id {
                Some(area_id) => [area_id].into(),
                None => him.area_ids.clone(),
            };
            let held = holding.entry(him.id).or_insert_with(|| self.held_by(him, asked));
            for part in held {
                let Some(window) = shift
                    .planned
                    .within(&part.window)
                    .and_then(|window| window.within(&self.window))
                else {
                    continue;
                };
                spells.push(Spell {
                    window,
                    discipline: him.discipline.clone(),
                    area_ids: area_ids.clone(),
                    held: part.qualifications.clone(),
                    who: singled_out.then_some(him.id),
                    apart: him.must_not_meet.clone(),
                });
            }
        }
        spells
    }

    /// From when to when he holds what the policy requires, and what of `asked` beside it.
    fn held_by(&self, him: &Responder, asked: &BTreeSet<&Code>) -> Vec<Held> {
        let papers = him.credentials.values();
        let changes = papers.flat_map(|paper| paper.starts_at.into_iter().chain(paper.lapses_at));
        let inside = changes.filter(|at| self.window.contains(*at));
        let start = self.window.start;
        let starts: BTreeSet<Moment> = inside.chain([start]).collect();
        let ends = starts.iter().skip(1).copied().chain([self.window.end]);
        let gone = him.retired_at.unwrap_or(Moment::LAST);
        let part = |(start, end): (&Moment, Moment)| {
            let held = him.qualifications(&self.policy, *start);
            let mut required = self.policy.required_of(&him.discipline);
            let window = Window {
                start: *start,
                end: end.min(gone),
            };
            let counts = required.all(|code| held.contains_key(code)) && window.start < window.end;
            counts.then(|| Held {
                window,
                qualifications: held.into_keys().filter(|code| asked.contains(code)).collect(),
            })
        };
        starts.iter().zip(ends).filter_map(part).collect()
    }

    /// What those who work do not hold through the whole of their shifts, of what shift and policy require.
    pub(super) fn lapses(&self) -> Vec<ShiftLapse> {
        let of_shift = |shift: &Shift| {
            let him = shift.responder_id.and_then(|id| self.responders.get(&id))?;
            let by_policy = self.policy.required_of(&him.discipline);
            let required = by_policy.chain(&shift.required_qualifications).cloned().collect();
            let lapses = him.lapses(&self.policy, &required, &shift.planned);
            let (shift_id, planned, responder_id) = (shift.id, shift.planned, him.id);
            let called = Called {
                name: him.name.clone(),
                call_sign: him.call_sign.clone(),
            };
            Some(lapses.into_iter().map(move |lapse| ShiftLapse {
                shift_id,
                planned,
                responder_id,
                called: called.clone(),
                lapse,
            }))
        };
        let mut found: Vec<ShiftLapse> = self.shifts.values().filter_map(of_shift).flatten().collect();
        found.sort_by_key(|one| (one.planned.start, one.shift_id));
        found
    }
}

/// A stretch in which someone holds what the policy requires.
struct Held {
    window: Window,
    qualifications: BTreeSet<Code>,
}
