//! The rules by name: hard ones, which are kept or reported as broken, and soft ones, which cost.

/// A hard rule about what one person works, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Qualified through the end, and available. Broken only by what stands already.
    Fit,
    /// Minutes of rest that are missing between two shifts.
    Rest,
    /// A kind that must not follow the day before's.
    Succession,
    /// Nights beyond the most in a row.
    MostNights,
    /// Days beyond the longest run of days.
    LongestRun,
    /// Minutes beyond the most of a period.
    MostMinutes,
    /// Weekends beyond the most.
    MostWeekends,
    /// Shifts of a kind beyond the most.
    MostOfKind,
    /// Days missing to the shortest run of days.
    ShortestRun,
    /// Days missing to the shortest run of days off.
    ShortestOff,
    /// Minutes missing to the least of a period.
    LeastMinutes,
}

/// What a day weighs beside a minute, where broken rules are added up: a common shift.
pub(super) const DAY: i64 = 480;

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 11] = [
        Rule::Fit,
        Rule::Rest,
        Rule::Succession,
        Rule::MostNights,
        Rule::LongestRun,
        Rule::MostMinutes,
        Rule::MostWeekends,
        Rule::MostOfKind,
        Rule::ShortestRun,
        Rule::ShortestOff,
        Rule::LeastMinutes,
    ];

    /// Whether it asks for more work or more rest in one piece, rather than forbids some. Who works nothing breaks no
    /// other rule; but a least that cannot be had (leave, a licence that lapsed) must not keep a roster from being
    /// filled, so it comes after those that forbid and before every cost.
    pub fn asks(self) -> bool {
        matches!(self, Rule::ShortestRun | Rule::ShortestOff | Rule::LeastMinutes)
    }

    /// How much so much of it weighs beside the others, in minutes.
    pub(super) fn in_minutes(self, amount: i64) -> i64 {
        match self {
            Rule::Rest | Rule::MostMinutes | Rule::LeastMinutes => amount,
            Rule::Fit
            | Rule::Succession
            | Rule::MostNights
            | Rule::LongestRun
            | Rule::MostWeekends
            | Rule::MostOfKind
            | Rule::ShortestRun
            | Rule::ShortestOff => amount * DAY,
        }
    }
}

/// A hard rule that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// Whose: an index of the people.
    pub person: usize,
    /// Which.
    pub rule: Rule,
    /// By how much: minutes, days, shifts or weekends, as the rule counts.
    pub amount: i64,
}

/// A soft rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// Against somebody's wish.
    Wishes,
    /// Fewer than wanted.
    Missing,
    /// More than wanted.
    Over,
    /// Nights beyond a fair share.
    Nights,
    /// Weekends beyond a fair share.
    Weekends,
    /// Pairs that ride apart.
    Pairs,
    /// Published shifts that were taken from someone.
    Changes,
}

impl Term {
    /// All of them.
    pub const ALL: [Term; 7] = [
        Term::Wishes,
        Term::Missing,
        Term::Over,
        Term::Nights,
        Term::Weekends,
        Term::Pairs,
        Term::Changes,
    ];
}

/// A cost, broken down per soft rule. A difference of two costs is one too, so parts can be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    parts: [i64; Term::ALL.len()],
}

impl Cost {
    /// What this rule costs.
    pub fn of(&self, term: Term) -> i64 {
        self.parts.get(term as usize).copied().unwrap_or(0)
    }

    /// All together.
    pub fn total(&self) -> i64 {
        self.parts.iter().sum()
    }

    /// The rules that cost (or save) something, with what.
    pub fn parts(&self) -> impl Iterator<Item = (Term, i64)> {
        Term::ALL
            .into_iter()
            .map(|term| (term, self.of(term)))
            .filter(|(_, cost)| *cost != 0)
    }

    pub(super) fn add(&mut self, term: Term, amount: i64) {
        if let Some(part) = self.parts.get_mut(term as usize) {
            *part += amount;
        }
    }

    /// The two together.
    #[must_use]
    pub(super) fn and(mut self, other: &Cost) -> Cost {
        for (term, cost) in other.parts() {
            self.add(term, cost);
        }
        self
    }

    /// What it is more than another.
    #[must_use]
    pub(super) fn less(mut self, other: &Cost) -> Cost {
        for (term, cost) in other.parts() {
            self.add(term, -cost);
        }
        self
    }
}
