//! The benchmark rosters (Curtois and Qu, 2014) as they are written down, and as a problem to fill.
//!
//! They name no times of day: every shift starts at midnight here, and what must not follow what is said by kind.

use std::collections::BTreeMap;

use tandem::filling::{Heads, Limits, Period, Person, Place, Problem, Proposal, Unfit, Wish};
use tandem::moment::{Moment, Window};

/// A benchmark roster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instance {
    pub(crate) days: usize,
    pub(crate) shifts: Vec<ShiftKind>,
    pub(crate) staff: Vec<Member>,
    pub(crate) requests: Vec<Request>,
    pub(crate) covers: Vec<Cover>,
}

#[derive(Clone, Debug)]
pub(crate) struct ShiftKind {
    pub(crate) name: String,
    pub(crate) minutes: u32,
    /// Names of those that must not follow it.
    pub(crate) barred: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) most_of: BTreeMap<String, u32>,
    pub(crate) most_minutes: u32,
    pub(crate) least_minutes: u32,
    pub(crate) longest_run: u32,
    pub(crate) shortest_run: u32,
    pub(crate) shortest_off: u32,
    pub(crate) most_weekends: u32,
    pub(crate) days_off: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) member: usize,
    pub(crate) day: usize,
    pub(crate) shift: usize,
    pub(crate) on: bool,
    pub(crate) weight: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Cover {
    pub(crate) day: usize,
    pub(crate) shift: usize,
    pub(crate) wanted: u32,
    pub(crate) under: u32,
    pub(crate) over: u32,
}

impl Instance {
    /// Reads one.
    pub(crate) fn parse(text: &str) -> Instance {
        let mut instance = Instance::default();
        let mut section = "";
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix("SECTION_") {
                section = name;
                continue;
            }
            let fields: Vec<&str> = line.split(',').collect();
            match section {
                "HORIZON" => instance.days = number(fields[0]),
                "SHIFTS" => instance.shifts.push(shift_kind(&fields)),
                "STAFF" => instance.staff.push(member(&fields)),
                "DAYS_OFF" => {
                    let who = instance.member(fields[0]);
                    instance.staff[who].days_off = fields[1..].iter().map(|day| number(day)).collect();
                }
                "SHIFT_ON_REQUESTS" | "SHIFT_OFF_REQUESTS" => {
                    let request = Request {
                        member: instance.member(fields[0]),
                        day: number(fields[1]),
                        shift: instance.shift(fields[2]),
                        on: section == "SHIFT_ON_REQUESTS",
                        weight: number(fields[3]),
                    };
                    instance.requests.push(request);
                }
                "COVER" => {
                    let cover = Cover {
                        day: number(fields[0]),
                        shift: instance.shift(fields[1]),
                        wanted: number(fields[2]),
                        under: number(fields[3]),
                        over: number(fields[4]),
                    };
                    instance.covers.push(cover);
                }
                other => panic!("an unknown section {other}"),
            }
        }
        instance
    }

    fn member(&self, name: &str) -> usize {
        self.staff
            .iter()
            .position(|member| member.name == name)
            .expect("a member")
    }

    /// The index of a shift by its name.
    pub(crate) fn shift(&self, name: &str) -> usize {
        self.shifts
            .iter()
            .position(|shift| shift.name == name)
            .expect("a shift")
    }

    /// The same as a problem: a place for each line of the cover, in that order.
    pub(crate) fn problem(&self) -> Problem {
        let barred = self.shifts.iter().enumerate().flat_map(|(index, shift)| {
            let later = shift.barred.iter();
            later.map(move |name| (index, self.shift(name)))
        });
        Problem {
            days: self.days,
            places: self.covers.iter().map(|cover| self.place(cover)).collect(),
            people: (0..self.staff.len()).map(|index| self.person(index)).collect(),
            barred: barred.collect(),
            ..Problem::default()
        }
    }

    /// What a proposal means: by member and day, the shift that he works.
    pub(crate) fn roster(&self, proposal: &Proposal) -> Vec<Vec<Option<usize>>> {
        let mut roster = vec![vec![None; self.days]; self.staff.len()];
        for assigned in &proposal.assigned {
            let cover = &self.covers[assigned.place];
            let day = &mut roster[assigned.person][cover.day];
            assert_eq!(*day, None, "two shifts on one day");
            *day = Some(cover.shift);
        }
        roster
    }

    fn place(&self, cover: &Cover) -> Place {
        let start = midnight(cover.day);
        // The first day is a Monday.
        let weekend = (cover.day % 7 >= 5).then_some(cover.day / 7);
        Place {
            window: Window {
                start,
                end: start.plus_seconds(i64::from(self.shifts[cover.shift].minutes) * 60),
            },
            day: cover.day,
            kind: cover.shift,
            minutes: [self.shifts[cover.shift].minutes, 0, 0],
            night: None,
            weekend,
            crew: None,
            heads: Heads {
                wanted: cover.wanted,
                most: u32::MAX,
                missing: cover.under,
                over: cover.over,
            },
            fixed: false,
        }
    }

    fn person(&self, index: usize) -> Person {
        let member = &self.staff[index];
        let requests = self.requests.iter().filter(|request| request.member == index);
        let most_of_kind = member.most_of.iter();
        let places = self.covers.iter().enumerate();
        let places_of_days_off = places.filter(|(_, cover)| member.days_off.contains(&cover.day));
        Person {
            unfit: places_of_days_off
                .map(|(index, _)| (index, Unfit::NotHis))
                .collect(),
            wishes: requests
                .map(|request| Wish {
                    day: request.day,
                    kind: Some(request.shift),
                    wanted: request.on,
                    weight: request.weight,
                })
                .collect(),
            limits: Limits {
                rest_minutes: 0,
                most_nights: None,
                longest_run: Some(member.longest_run),
                shortest_run: member.shortest_run,
                shortest_off: member.shortest_off,
                periods: vec![Period {
                    from: 0,
                    to: self.days,
                    least: member.least_minutes,
                    most: member.most_minutes,
                }],
                most_weekends: Some(member.most_weekends),
                most_of_kind: most_of_kind
                    .map(|(name, most)| (self.shift(name), *most))
                    .collect(),
            },
            ..Person::default()
        }
    }
}

fn midnight(day: usize) -> Moment {
    Moment::from_seconds(i64::try_from(day).expect("a day") * 86_400)
}

fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a number")
}

fn shift_kind(fields: &[&str]) -> ShiftKind {
    let barred = fields[2].split('|').filter(|name| !name.is_empty());
    ShiftKind {
        name: fields[0].to_owned(),
        minutes: number(fields[1]),
        barred: barred.map(str::to_owned).collect(),
    }
}

fn member(fields: &[&str]) -> Member {
    let most_of = fields[1].split('|').map(|limit| {
        let (name, most) = limit.split_once('=').expect("a limit");
        (name.to_owned(), number(most))
    });
    Member {
        name: fields[0].to_owned(),
        most_of: most_of.collect(),
        most_minutes: number(fields[2]),
        least_minutes: number(fields[3]),
        longest_run: number(fields[4]),
        shortest_run: number(fields[5]),
        shortest_off: number(fields[6]),
        most_weekends: number(fields[7]),
        days_off: Vec::new(),
    }
}
