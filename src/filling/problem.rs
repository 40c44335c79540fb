//! What is asked: the people, the places to fill, and the rules between them.
//!
//! People and places are known by their index here; whoever asks knows which responder and which shift each is. A
//! *day* is a civil day of the roster's zone, counted from 0; a shift belongs to the day on which it starts, wherever it
//! ends, and a person starts at most one a day. Days before the period that are filled already are given as days like
//! any other, with their shifts pinned: so rest, runs and hours reach back over the edge.
//!
//! Every limit is a whole number of days, minutes, shifts or weekends. Every weight is a whole number of the same
//! made-up coin.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::ShiftId;
use crate::moment::{Moment, Window};
use crate::triage::Code;

/// A roster to fill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// How many civil days there are.
    pub days: usize,
    /// The shifts that need people.
    pub places: Vec<Place>,
    /// Who can be asked.
    pub people: Vec<Person>,
    /// Who works with whom, by habit.
    pub bonds: Vec<Bond>,
    /// Kinds that must not start on the day after another: (the earlier, the later).
    pub barred: BTreeSet<(usize, usize)>,
    /// What the soft rules weigh.
    pub weights: Weights,
}

/// A shift that needs so many people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// From when to when.
    pub window: Window,
    /// The civil day on which it starts.
    pub day: usize,
    /// What kind of shift it is (early, late, night ...): an index that limits and wishes speak of.
    pub kind: usize,
    /// Minutes of work on that day, on the next, and on the one after.
    pub minutes: [u32; 3],
    /// The night that it is work in: a number that grows by one from night to night.
    pub night: Option<usize>,
    /// The weekend that it falls on: a number that grows from weekend to weekend.
    pub weekend: Option<usize>,
    /// Those who work side by side have the same crew; a number of that window and that area alone.
    pub crew: Option<usize>,
    /// How many are wanted.
    pub heads: Heads,
    /// Whoever stands there stays, and nobody else comes.
    pub fixed: bool,
}

/// How many people a place wants, and what it costs to miss that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// How many it should have.
    pub wanted: u32,
    /// Never more than so many.
    pub most: u32,
    /// Cost of each missing to the wanted.
    pub missing: u32,
    /// Cost of each beyond the wanted.
    pub over: u32,
}

impl Heads {
    /// One open shift.
    pub fn one(missing: u32) -> Heads {
        Heads {
            wanted: 1,
            most: 1,
            missing,
            over: 0,
        }
    }
}

/// Someone who can be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The places that he could not stand in whatever else he works, and why: by index.
    pub unfit: BTreeMap<usize, Unfit>,
    /// What he has already.
    pub standing: Vec<Standing>,
    /// What he would like, or would like to be spared.
    pub wishes: Vec<Wish>,
    /// His hard limits.
    pub limits: Limits,
}

/// Why somebody could not stand in a place, whatever else he works.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// It is not for him, such as another agency's, or another discipline's.
    NotHis,
    /// It is for an area that he does not serve.
    OtherArea,
    /// He does not hold it when the shift starts.
    NotQualified(Code),
    /// He holds it at the start, but it lapses before the end: when.
    QualificationLapses(Code, Moment),
    /// He works another shift, or rests before it or after it.
    Works(ShiftId),
    /// It is longer by itself than anybody may work.
    TooLong,
    /// He is on leave then.
    OnLeave,
    /// It falls into a time at which he does not work.
    Unavailable(Window),
    /// He is not to be asked for what begins before this moment.
    OptedOut(Moment),
}

/// A shift that somebody has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which: an index of [`Problem::places`].
    pub place: usize,
    /// Whether it must stay his. A published one that is not pinned may go elsewhere at [`Weights::change`].
    pub pinned: bool,
}

/// A wish about one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which day.
    pub day: usize,
    /// A shift of this kind; none means any.
    pub kind: Option<usize>,
    /// Whether he wants to work it, or not to.
    pub wanted: bool,
    /// Cost of going against it.
    pub weight: u32,
}

/// The hard limits of one person. None or an empty list means no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Minutes between the end of a shift and the start of the next.
    pub rest_minutes: u32,
    /// The most nights in a row.
    pub most_nights: Option<u32>,
    /// The most days in a row on which he starts a shift.
    pub longest_run: Option<u32>,
    /// The fewest, unless the run touches the first or the last day.
    pub shortest_run: u32,
    /// The fewest days off in a row, with the same exception.
    pub shortest_off: u32,
    /// Minutes of work in stretches of days; a rolling limit is a stretch for every day on which it can begin.
    pub periods: Vec<Period>,
    /// The most weekends.
    pub most_weekends: Option<u32>,
    /// The most shifts of a kind.
    pub most_of_kind: BTreeMap<usize, u32>,
}

/// Minutes of work in a stretch of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: usize,
    /// The day after the last.
    pub to: usize,
    /// The fewest minutes of work that start in it.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// Two who should work together, as they do: each shift of one in a crew without the other costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bond {
    /// The one.
    pub one: usize,
    /// The other.
    pub other: usize,
    /// Cost of each shift apart.
    pub weight: u32,
}

/// What the soft rules weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// Each night beyond a fair share costs this times how far beyond it is: the second twice, the third three times.
    pub nights: u32,
    /// The same for weekends.
    pub weekends: u32,
    /// Each published shift that is taken from someone.
    pub change: u32,
}

/// Why a problem cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A place, a wish or a period lies outside the days.
    #[error("day {0} is outside the period")]
    NoSuchDay(usize),
    /// Someone has a place that there is not.
    #[error("there is no place {0}")]
    NoSuchPlace(usize),
    /// A bond with someone who is not there.
    #[error("there is no person {0}")]
    NoSuchPerson(usize),
    /// A shift that ends before it starts.
    #[error("place {0} ends before it starts")]
    Backwards(usize),
    /// Someone has two shifts that start on one day.
    #[error("person {0} has two shifts on day {1}")]
    TwoOnOneDay(usize, usize),
}

impl Problem {
    /// Whether it can be asked.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub fn check(&self) -> Result<(), Fault> {
        for (index, place) in self.places.iter().enumerate() {
            self.check_day(place.day)?;
            if place.window.end < place.window.start {
                return Err(Fault::Backwards(index));
            }
        }
        for (index, person) in self.people.iter().enumerate() {
            self.check_person(index, person)?;
        }
        for bond in &self.bonds {
            for person in [bond.one, bond.other] {
                self.people.get(person).ok_or(Fault::NoSuchPerson(person))?;
            }
        }
        Ok(())
    }

    fn check_day(&self, day: usize) -> Result<(), Fault> {
        if day < self.days {
            Ok(())
        } else {
            Err(Fault::NoSuchDay(day))
        }
    }

    fn check_person(&self, index: usize, person: &Person) -> Result<(), Fault> {
        let mut taken = BTreeSet::new();
        for standing in &person.standing {
            let place = self
                .places
                .get(standing.place)
                .ok_or(Fault::NoSuchPlace(standing.place))?;
            if !taken.insert(place.day) {
                return Err(Fault::TwoOnOneDay(index, place.day));
            }
        }
        for wish in &person.wishes {
            self.check_day(wish.day)?;
        }
        for period in &person.limits.periods {
            if period.from > period.to || period.to > self.days {
                return Err(Fault::NoSuchDay(period.to));
            }
        }
        Ok(())
    }
}
