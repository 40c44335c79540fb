//! The rules about one person: everything that he does over all days, judged at once. The search, the suggestions and
//! the proposal all ask this one function; they differ in what they write down.

use std::collections::BTreeMap;

use super::problem::Limits;
use super::rule::{Breach, Cost, Rule, Term};
use super::sheet::{OFF, Post, Sheet};

/// What is written down of a judgement.
pub(super) trait Tally {
    /// A hard rule is not kept.
    fn broken(&mut self, rule: Rule, amount: i64);
    /// A soft rule costs.
    fn costs(&mut self, term: Term, amount: i64);
}

/// Sums alone: the least is the best. What forbids comes first, then what asks, then the cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// Rules that forbid, in minutes.
    pub(super) forbidden: i64,
    /// Rules that ask for more, in minutes.
    pub(super) asked: i64,
    /// The cost.
    pub(super) cost: i64,
}

impl Score {
    /// The two together.
    #[must_use]
    pub(super) fn plus(self, other: Score) -> Score {
        Score {
            forbidden: self.forbidden + other.forbidden,
            asked: self.asked + other.asked,
            cost: self.cost + other.cost,
        }
    }

    /// The one without the other.
    #[must_use]
    pub(super) fn minus(self, other: Score) -> Score {
        Score {
            forbidden: self.forbidden - other.forbidden,
            asked: self.asked - other.asked,
            cost: self.cost - other.cost,
        }
    }
}

impl Tally for Score {
    fn broken(&mut self, rule: Rule, amount: i64) {
        let minutes = rule.in_minutes(amount);
        if rule.asks() {
            self.asked += minutes;
        } else {
            self.forbidden += minutes;
        }
    }

    fn costs(&mut self, _: Term, amount: i64) {
        self.cost += amount;
    }
}

/// Everything by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    broken: BTreeMap<Rule, i64>,
    pub(super) cost: Cost,
}

impl Account {
    /// How much of a rule is not kept.
    pub(super) fn amount(&self, rule: Rule) -> i64 {
        self.broken.get(&rule).copied().unwrap_or(0)
    }

    /// Whether a rule that forbids is not kept.
    pub(super) fn forbids(&self) -> bool {
        self.broken.keys().any(|rule| !rule.asks())
    }

    /// The sums, with what another account breaks already of a rule that forbids left out: rule by rule, so that one is
    /// not traded for another.
    pub(super) fn beyond(&self, excused: &Account) -> Score {
        let mut score = Score {
            cost: self.cost.total(),
            ..Score::default()
        };
        for (&rule, &amount) in &self.broken {
            let already = if rule.asks() { 0 } else { excused.amount(rule) };
            score.broken(rule, (amount - already).max(0));
        }
        score
    }

    /// The rules that are not kept.
    pub(super) fn breaches(&self, person: usize) -> impl Iterator<Item = Breach> {
        self.broken
            .iter()
            .map(move |(&rule, &amount)| Breach { person, rule, amount })
    }
}

impl Tally for Account {
    fn broken(&mut self, rule: Rule, amount: i64) {
        *self.broken.entry(rule).or_insert(0) += amount;
    }

    fn costs(&mut self, term: Term, amount: i64) {
        self.cost.add(term, amount);
    }
}

/// Room to count in, kept from one judgement to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Counters {
    /// Minutes of work on the days before each day.
    minutes: Vec<i64>,
    /// Shifts of each kind.
    kinds: Vec<u32>,
}

/// Judges what a person does, a post for every day.
pub(super) fn judge(
    sheet: &Sheet<'_>,
    person: usize,
    row: &[Post],
    counters: &mut Counters,
    tally: &mut impl Tally,
) {
    let limits = &sheet.problem.people[person].limits;
    runs(limits, row, tally);
    each_day(sheet, person, row, counters, tally);
    let limited = limits.most_of_kind.iter();
    for (&kind, &most) in limited.filter(|(kind, _)| **kind < sheet.kinds) {
        beyond(Rule::MostOfKind, counters.kinds[kind].into(), most.into(), tally);
    }
    for period in &limits.periods {
        let worked = counters.minutes[period.to] - counters.minutes[period.from];
        beyond(Rule::MostMinutes, worked, period.most.into(), tally);
        beyond(Rule::LeastMinutes, period.least.into(), worked, tally);
    }
}

fn beyond(rule: Rule, amount: i64, limit: i64, tally: &mut impl Tally) {
    if amount > limit {
        tally.broken(rule, amount - limit);
    }
}

/// Runs of days, and of days off. One that touches the first or the last day may go on beyond it, so it is never too
/// short.
fn runs(limits: &Limits, row: &[Post], tally: &mut impl Tally) {
    let longest = limits.longest_run.map_or(usize::MAX, |days| days as usize);
    let mut began = 0;
    for day in 1..=row.len() {
        let works = row[day - 1] != OFF;
        let inside = day < row.len();
        if inside && (row[day] != OFF) == works {
            continue;
        }
        let (length, may_be_short) = (day - began, began == 0 || !inside);
        if works && length > longest {
            tally.broken(Rule::LongestRun, (length - longest) as i64);
        }
        let (rule, shortest) = if works {
            (Rule::ShortestRun, limits.shortest_run as usize)
        } else {
            (Rule::ShortestOff, limits.shortest_off as usize)
        };
        if !may_be_short && length < shortest {
            tally.broken(rule, (shortest - length) as i64);
        }
        began = day;
    }
}

/// What each day brings by itself and with the shift before it; counts minutes and kinds on the way.
fn each_day(sheet: &Sheet<'_>, person: usize, row: &[Post], counters: &mut Counters, tally: &mut impl Tally) {
    let limits = &sheet.problem.people[person].limits;
    let rest = i64::from(limits.rest_minutes);
    let change = i64::from(sheet.problem.weights.change);
    counters.kinds.clear();
    counters.kinds.resize(sheet.kinds, 0);
    counters.minutes.clear();
    counters.minutes.push(0);
    let (mut minutes, mut nights, mut weekends) = (0, 0, 0);
    // What is still to be worked on the next day and the one after of shifts that began before.
    let mut ahead = [0, 0];
    let mut weekend = None;
    let mut row_of_nights = Nights::default();
    let mut last: Option<(usize, Post)> = None;
    for (day, &post) in row.iter().enumerate() {
        let [due, later] = ahead;
        minutes += due;
        ahead = [later, 0];
        let price = sheet.price(person, day, post);
        if price != 0 {
            tally.costs(Term::Wishes, price);
        }
        let standing = sheet.standing(person, day);
        if standing != OFF && standing != post {
            tally.costs(Term::Changes, change);
        }
        if post != OFF {
            let stint = sheet.stint(post);
            if let Some((before, earlier)) = last {
                let earlier = sheet.stint(earlier);
                beyond(Rule::Rest, rest, stint.start - earlier.end, tally);
                if before + 1 == day && sheet.is_barred(earlier.kind, stint.kind) {
                    tally.broken(Rule::Succession, 1);
                }
            }
            last = Some((day, post));
            let [today, tomorrow, after] = stint.minutes;
            minutes += today;
            ahead = [ahead[0] + tomorrow, ahead[1] + after];
            if let Some(night) = stint.night {
                nights += 1;
                let run = row_of_nights.count(night);
                if limits.most_nights.is_some_and(|most| run > most) {
                    tally.broken(Rule::MostNights, 1);
                }
            }
            counters.kinds[stint.kind] += 1;
            if stint.weekend.is_some() && stint.weekend != weekend {
                weekend = stint.weekend;
                weekends += 1;
            }
            if sheet.is_misfit(person, post) {
                tally.broken(Rule::Fit, 1);
            }
        }
        counters.minutes.push(minutes);
    }
    if let Some(most) = limits.most_weekends {
        beyond(Rule::MostWeekends, weekends, most.into(), tally);
    }
    let weights = &sheet.problem.weights;
    unfair(Term::Nights, nights - sheet.fair_nights, weights.nights, tally);
    unfair(
        Term::Weekends,
        weekends - sheet.fair_weekends,
        weights.weekends,
        tally,
    );
}

/// Nights in a row.
#[derive(Default)]
struct Nights {
    last: Option<usize>,
    run: u32,
}

impl Nights {
    /// Counts one more: how many there are in a row with it.
    fn count(&mut self, night: usize) -> u32 {
        self.run = if self.last.is_some_and(|last| last + 1 == night) {
            self.run + 1
        } else {
            1
        };
        self.last = Some(night);
        self.run
    }
}

fn unfair(term: Term, beyond: i64, weight: u32, tally: &mut impl Tally) {
    if beyond > 0 && weight > 0 {
        tally.costs(term, i64::from(weight) * beyond * (beyond + 1) / 2);
    }
}
