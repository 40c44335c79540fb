//! Drawn rosters beside a count that tries everything, at every quarter of an hour.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
struct Worker {
    clinician: bool,
    areas: usize,
    shift: (u32, u32),
    shift_area: usize,
    licensed_until: u32,
    spanish_until: u32,
}

#[derive(Clone, Debug)]
struct Wish {
    clinician: bool,
    area: usize,
    hours: (u32, u32),
    spanish: bool,
    minimum: u32,
    more: u32,
}

fn hours() -> impl Strategy<Value = (u32, u32)> {
    (0u32..4, 1u32..5).prop_map(|(start, length)| (start, start + length))
}

prop_compose! {
    fn worker()(
        clinician in any::<bool>(),
        areas in 0usize..4,
        shift in hours(),
        shift_area in 0usize..4,
        licensed_until in 1u32..30,
        spanish_until in 0u32..30,
    ) -> Worker {
        Worker { clinician, areas, shift, shift_area, licensed_until, spanish_until }
    }
}

prop_compose! {
    fn wish()(
        clinician in any::<bool>(),
        area in 0usize..3,
        hours in hours(),
        spanish in any::<bool>(),
        minimum in 0u32..2,
        more in 0u32..2,
    ) -> Wish {
        Wish { clinician, area, hours, spanish, minimum, more }
    }
}

/// The areas with these bits.
fn areas_of(bits: usize, areas: &[AreaId]) -> BTreeSet<AreaId> {
    let chosen = areas
        .iter()
        .enumerate()
        .filter(|(place, _)| bits >> place & 1 == 1);
    chosen.map(|(_, id)| *id).collect()
}

fn quarter(number: u32) -> Moment {
    local("2026-12-01T00:00").plus_seconds(i64::from(number) * 900)
}

/// How many of the places can be filled at most, each by another.
fn filled<P, Q>(people: &mut Vec<P>, places: &[Q], fits: &impl Fn(&P, &Q) -> bool) -> u32 {
    let Some((first, rest)) = places.split_first() else {
        return 0;
    };
    let mut best = filled(people, rest, fits);
    for place in 0..people.len() {
        if fits(&people[place], first) {
            let taken = people.remove(place);
            best = best.max(1 + filled(people, rest, fits));
            people.insert(place, taken);
        }
    }
    best
}

/// One who is there: his areas, whether he speaks it, who he is.
type Present = (BTreeSet<AreaId>, bool, usize);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_quarter_is_as_one_counts_who_tries_everything(
        workers in prop::collection::vec(worker(), 1..6),
        wishes in prop::collection::vec(wish(), 1..4),
        apart in prop::collection::vec(any::<bool>(), 36),
    ) {
        let mut town = Town::new();
        let areas = [town.area("North", -91), town.area("South", -92)];
        let discipline = |clinician| if clinician { CLINICIAN } else { OFFICER };
        let area = |place: usize| place.checked_sub(1).map(|place| areas[place]);
        for wish in &wishes {
            let headcount = (wish.minimum, wish.minimum + wish.more);
            let post = town.wants(discipline(wish.clinician), wish.hours, headcount);
            post.area_id = area(wish.area);
            if wish.spanish {
                post.required_qualifications = spanish();
            }
        }
        let mut ids = Vec::new();
        for worker in &workers {
            let planned = Window {
                start: quarter(worker.shift.0 * 4),
                end: quarter(worker.shift.1 * 4),
            };
            let kind = discipline(worker.clinician);
            let id = town.works(kind, planned);
            town.lapses(id, if worker.clinician { "LCSW" } else { "CIT" }, quarter(worker.licensed_until));
            town.grant(id, SPANISH);
            town.lapses(id, SPANISH, quarter(worker.spanish_until));
            let shift = town.board.shifts.values().find(|shift| shift.responder_id == Some(id));
            let mut shift = shift.expect("his").clone();
            shift.area_id = area(worker.shift_area.min(2));
            town.board.shifts.put(shift.id, Some(shift));
            ids.push(id);
        }
        let may_meet = |one: usize, other: usize| !apart[one * 6 + other] && !apart[other * 6 + one];
        for (place, id) in ids.iter().enumerate() {
            let him = town.board.responders.get_mut(id).expect("he is there");
            him.area_ids = areas_of(workers[place].areas, &areas);
            let others = ids.iter().enumerate().filter(|(other, _)| *other != place);
            him.must_not_meet =
                others.filter(|(other, _)| apart[place * 6 + other]).map(|(_, id)| *id).collect();
        }
        let day = Window { start: quarter(0), end: quarter(32) };
        let found = town.coverage(day, 15);

        for row in &found.areas {
            for (number, step) in (0u32..).zip(&row.steps) {
                let in_row = |set: &BTreeSet<AreaId>| {
                    row.area_id.is_none_or(|id| set.is_empty() || set.contains(&id))
                };
                let present = |clinician: bool| -> Vec<Present> {
                    let those = workers.iter().enumerate().filter(|(_, one)| {
                        one.clinician == clinician
                            && (one.shift.0 * 4..one.shift.1 * 4).contains(&number)
                            && number < one.licensed_until
                    });
                    let placed = those.map(|(place, one)| {
                        let own = areas_of(one.areas, &areas);
                        let set = area(one.shift_area.min(2)).map_or(own, |id| [id].into());
                        (set, number < one.spanish_until, place)
                    });
                    placed.filter(|(set, ..)| in_row(set)).collect()
                };
                let places = |clinician: bool, least: bool| -> Vec<(Option<AreaId>, bool)> {
                    let open = wishes.iter().filter(|wish| {
                        wish.clinician == clinician
                            && (wish.hours.0 * 4..wish.hours.1 * 4).contains(&number)
                            && row.area_id.is_none_or(|id| area(wish.area) == Some(id))
                    });
                    let each = open.flat_map(|wish| {
                        let count = if least { wish.minimum } else { wish.minimum + wish.more };
                        std::iter::repeat_n((area(wish.area), wish.spanish), count as usize)
                    });
                    each.collect()
                };
                for one in &step.strengths {
                    let asks = one.measure.qualification.is_some();
                    let (scheduled, missing) = match &one.measure.counted {
                        Counted::Heads(discipline) => {
                            let clinician = discipline == CLINICIAN;
                            let mut people = present(clinician);
                            people.retain(|(_, speaks, _)| !asks || *speaks);
                            let missing = |least| {
                                let mut open = places(clinician, least);
                                open.retain(|(_, spanish)| !asks || *spanish);
                                let fits = |(set, speaks, _): &Present, place: &(Option<AreaId>, bool)| {
                                    let there = row.area_id.is_some()
                                        || place.0.is_none_or(|id| set.is_empty() || set.contains(&id));
                                    there && (!place.1 || *speaks)
                                };
                                open.len() as u32 - filled(&mut people.clone(), &open, &fits)
                            };
                            (people.len() as u32, [missing(true), missing(false)])
                        }
                        Counted::Pairs => {
                            let meets = |one: &BTreeSet<AreaId>, other: &BTreeSet<AreaId>| {
                                row.area_id.is_some()
                                    || one.is_empty()
                                    || other.is_empty()
                                    || one.intersection(other).next().is_some()
                            };
                            let fits = |one: &Present, other: &Present| {
                                meets(&one.0, &other.0)
                                    && (!asks || one.1 || other.1)
                                    && may_meet(one.2, other.2)
                            };
                            let scheduled = filled(&mut present(true), &present(false), &fits);
                            let missing = |least| {
                                type Place = (Option<AreaId>, bool);
                                let fits = |one: &Place, other: &Place| {
                                    let apart = one.0.is_some() && other.0.is_some() && one.0 != other.0;
                                    !apart && (!asks || one.1 || other.1)
                                };
                                let pairs = filled(&mut places(true, least), &places(false, least), &fits);
                                pairs.saturating_sub(scheduled)
                            };
                            (scheduled, [missing(true), missing(false)])
                        }
                    };
                    let told = (one.scheduled, [one.missing_minimum, one.missing_wanted]);
                    prop_assert_eq!(told, (scheduled, missing), "{:?} in {:?} at {}", one, row.area_id, number);
                    let in_a_gap = found.gaps.iter().any(|gap| {
                        gap.area_id == row.area_id
                            && gap.strength.measure == one.measure
                            && gap.window.contains(step.window.start)
                            && gap.strength.level() == one.level()
                    });
                    prop_assert_eq!(in_a_gap, one.level() != Level::Covered);
                }
            }
        }
    }
}
