//! What a roster breaks and costs, worked out again from the problem alone, slowly and straight from the words of the
//! rules; and the best of all rosters, by trying every one.

use std::collections::BTreeSet;

use crate::filling::{Period, Person, Place, Problem};

/// Who works where: by person, by day, an index of the places.
pub(super) type Roster = Vec<Vec<Option<usize>>>;

/// Of each rule that forbids, how much of it is broken.
type Forbidden = [i64; 8];

/// What a roster is worth: what is forbidden by person, what is missed of the asked, the cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Worth {
    pub(super) forbidden: Vec<Forbidden>,
    pub(super) asked: i64,
    pub(super) cost: i64,
}

/// What is published.
pub(super) fn standing(problem: &Problem) -> Roster {
    let of = |person: &Person| {
        let mut days = vec![None; problem.days];
        for standing in &person.standing {
            days[problem.places[standing.place].day] = Some(standing.place);
        }
        days
    };
    problem.people.iter().map(of).collect()
}

/// Judges a roster.
pub(super) fn worth(problem: &Problem, roster: &Roster) -> Worth {
    let people = || problem.people.iter().zip(roster);
    Worth {
        forbidden: people()
            .map(|(person, days)| forbidden(problem, person, days))
            .collect(),
        asked: people().map(|(person, days)| asked(problem, person, days)).sum(),
        cost: people()
            .map(|(person, days)| own_cost(problem, person, days))
            .sum::<i64>()
            + heads(problem, roster)
            + pairs(problem, roster),
    }
}

fn worked<'a>(problem: &'a Problem, days: &'a [Option<usize>]) -> impl Iterator<Item = &'a Place> {
    days.iter().flatten().map(|place| &problem.places[*place])
}

/// Minutes of work on the days of a period.
fn done(problem: &Problem, days: &[Option<usize>], period: &Period) -> i64 {
    let minutes = worked(problem, days).flat_map(|place| (place.day..).zip(place.minutes));
    let within = minutes.filter(|(day, _)| (period.from..period.to).contains(day));
    within.map(|(_, minutes)| i64::from(minutes)).sum()
}

fn forbidden(problem: &Problem, person: &Person, days: &[Option<usize>]) -> Forbidden {
    let limits = &person.limits;
    let [mut rests, mut successions, mut runs, mut minutes_over] = [0; 4];
    let misfits = days
        .iter()
        .flatten()
        .filter(|place| person.unfit.contains_key(place));
    let fit = misfits.count() as i64;
    let places: Vec<&Place> = worked(problem, days).collect();
    for pair in places.windows(2) {
        let rest = pair[0].window.end.seconds_until(pair[1].window.start) / 60;
        rests += (i64::from(limits.rest_minutes) - rest).max(0);
        let next_day = pair[0].day + 1 == pair[1].day;
        successions += i64::from(next_day && problem.barred.contains(&(pair[0].kind, pair[1].kind)));
    }
    let mut run = 0;
    for day in days {
        run = if day.is_some() { run + 1 } else { 0 };
        runs += i64::from(limits.longest_run.is_some_and(|most| run > most));
    }
    for period in &limits.periods {
        minutes_over += (done(problem, days, period) - i64::from(period.most)).max(0);
    }
    let weekends: BTreeSet<usize> = worked(problem, days).filter_map(|place| place.weekend).collect();
    let over = |count: usize, most: u32| (count as i64 - i64::from(most)).max(0);
    let nights: Vec<usize> = worked(problem, days).filter_map(|place| place.night).collect();
    let rows_of_nights = nights.chunk_by(|one, next| one + 1 == *next);
    let nights_over = limits
        .most_nights
        .map_or(0, |most| rows_of_nights.map(|row| over(row.len(), most)).sum());
    let weekends = limits.most_weekends.map_or(0, |most| over(weekends.len(), most));
    let of_kind = |kind: usize| places.iter().filter(|place| place.kind == kind).count();
    let kinds = limits
        .most_of_kind
        .iter()
        .map(|(kind, most)| over(of_kind(*kind), *most));
    [
        fit,
        rests,
        successions,
        nights_over,
        runs,
        minutes_over,
        weekends,
        kinds.sum(),
    ]
}

fn asked(problem: &Problem, person: &Person, days: &[Option<usize>]) -> i64 {
    let letters: String = days
        .iter()
        .map(|day| if day.is_some() { 'w' } else { 'o' })
        .collect();
    let mut missed = 0;
    for (inside, outside, shortest) in [
        ("w", "o", person.limits.shortest_run),
        ("o", "w", person.limits.shortest_off),
    ] {
        for short in 1..shortest as usize {
            let pattern = format!("{outside}{}{outside}", inside.repeat(short));
            let found = (0..letters.len()).filter(|at| letters[*at..].starts_with(&pattern));
            missed += 480 * (i64::from(shortest) - short as i64) * found.count() as i64;
        }
    }
    for period in &person.limits.periods {
        missed += (i64::from(period.least) - done(problem, days, period)).max(0);
    }
    missed
}

fn own_cost(problem: &Problem, person: &Person, days: &[Option<usize>]) -> i64 {
    let wishes = person.wishes.iter().filter(|wish| {
        let done = days[wish.day].map(|place| problem.places[place].kind);
        let granted = done.is_some_and(|done| wish.kind.is_none_or(|kind| kind == done));
        granted != wish.wanted
    });
    let lost = person.standing.iter().filter(|standing| {
        let day = problem.places[standing.place].day;
        days[day] != Some(standing.place)
    });
    let weights = &problem.weights;
    let nights = worked(problem, days)
        .filter(|place| place.night.is_some())
        .count();
    let weekends: BTreeSet<usize> = worked(problem, days).filter_map(|place| place.weekend).collect();
    let unfair = |count: usize, fair: usize, weight: u32| -> i64 {
        (1..=count.saturating_sub(fair))
            .map(|step| step as i64 * i64::from(weight))
            .sum()
    };
    wishes.map(|wish| i64::from(wish.weight)).sum::<i64>()
        + lost.count() as i64 * i64::from(weights.change)
        + unfair(
            nights,
            fair(problem, |place| place.night.is_some(), |place| place.day),
            weights.nights,
        )
        + unfair(
            weekends.len(),
            fair(
                problem,
                |place| place.weekend.is_some(),
                |place| place.weekend.unwrap_or(0),
            ),
            weights.weekends,
        )
}

/// A fair share, rounded up: of each group (a day, a weekend) the fullest day's heads, over all who could take part.
fn fair(problem: &Problem, counts: fn(&Place) -> bool, group: fn(&Place) -> usize) -> usize {
    let counted = || problem.places.iter().filter(|place| counts(place));
    let groups: BTreeSet<usize> = counted().map(group).collect();
    let heads = |of: usize| {
        (0..problem.days)
            .map(|day| {
                let here = counted().filter(|place| group(place) == of && place.day == day);
                here.map(|place| place.heads.wanted as usize).sum::<usize>()
            })
            .max()
    };
    let total: usize = groups.into_iter().filter_map(heads).sum();
    let able = problem.people.iter().filter(|person| {
        let stands = |index: usize| person.standing.iter().any(|standing| standing.place == index);
        problem.places.iter().enumerate().any(|(index, place)| {
            let never = person.limits.most_of_kind.get(&place.kind) == Some(&0);
            let may = !place.fixed && !never && !person.unfit.contains_key(&index);
            counts(place) && (stands(index) || may)
        })
    });
    total.div_ceil(able.count().max(1))
}

fn heads(problem: &Problem, roster: &Roster) -> i64 {
    let cost = |(index, place): (usize, &Place)| {
        let present = present(roster, index) as i64;
        let heads = &place.heads;
        (i64::from(heads.wanted) - present).max(0) * i64::from(heads.missing)
            + (present - i64::from(heads.wanted)).max(0) * i64::from(heads.over)
    };
    problem.places.iter().enumerate().map(cost).sum()
}

fn present(roster: &Roster, place: usize) -> usize {
    roster
        .iter()
        .flatten()
        .filter(|post| **post == Some(place))
        .count()
}

fn pairs(problem: &Problem, roster: &Roster) -> i64 {
    let crew = |person: usize, day: usize| roster[person][day].and_then(|place| problem.places[place].crew);
    let mut cost = 0;
    for bond in problem.bonds.iter().filter(|bond| bond.one != bond.other) {
        for day in 0..problem.days {
            for (one, other) in [(bond.one, bond.other), (bond.other, bond.one)] {
                if crew(one, day).is_some() && crew(one, day) != crew(other, day) {
                    cost += i64::from(bond.weight);
                }
            }
        }
    }
    cost
}

/// Whether a roster may be proposed: nothing is forbidden beyond what stands, no place too full, what is pinned there.
pub(super) fn may_be_proposed(problem: &Problem, roster: &Roster) -> bool {
    let standing = standing(problem);
    let excused = worth(problem, &standing).forbidden;
    let forbidden = worth(problem, roster).forbidden;
    let room = |(index, place): (usize, &Place)| {
        let most = present(&standing, index).max(place.heads.most as usize);
        present(roster, index) <= most
    };
    let pinned = problem.people.iter().zip(roster).all(|(person, days)| {
        let mut pinned = person.standing.iter().filter(|standing| standing.pinned);
        pinned.all(|one| days[problem.places[one.place].day] == Some(one.place))
    });
    let fixed = |place: usize| problem.places[place].fixed;
    let stay = roster
        .iter()
        .flatten()
        .zip(standing.iter().flatten())
        .all(|(now, then)| now == then || !now.is_some_and(fixed) && !then.is_some_and(fixed));
    pinned
        && stay
        && forbidden
            .iter()
            .flatten()
            .zip(excused.iter().flatten())
            .all(|(now, then)| now <= then)
        && problem.places.iter().enumerate().all(room)
}

/// The least (asked, cost) of every roster that may be proposed.
pub(super) fn best(problem: &Problem) -> (i64, i64) {
    let mut roster = vec![vec![None; problem.days]; problem.people.len()];
    let mut best = (i64::MAX, i64::MAX);
    each(problem, &mut roster, 0, &mut best);
    best
}

fn each(problem: &Problem, roster: &mut Roster, cell: usize, best: &mut (i64, i64)) {
    if cell == problem.people.len() * problem.days {
        if may_be_proposed(problem, roster) {
            let worth = worth(problem, roster);
            *best = (worth.asked, worth.cost).min(*best);
        }
        return;
    }
    let (person, day) = (cell / problem.days, cell % problem.days);
    for place in (0..problem.places.len()).filter(|place| problem.places[*place].day == day) {
        let who = &problem.people[person];
        let stands = who.standing.iter().any(|standing| standing.place == place);
        if stands || !who.unfit.contains_key(&place) && !problem.places[place].fixed {
            roster[person][day] = Some(place);
            each(problem, roster, cell + 1, best);
        }
    }
    roster[person][day] = None;
    each(problem, roster, cell + 1, best);
}
