//! The problem laid out for looking things up: what the search asks millions of times stands in tables.

use std::collections::BTreeMap;

use super::problem::{Heads, Person, Problem};

/// What a person does on a day: nothing ([`OFF`]), or the place with this index less one.
pub(super) type Post = u32;

/// A day off.
pub(super) const OFF: Post = 0;

/// A place, as the rules about rows read it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stint {
    /// Minutes since the epoch, rounded down.
    pub(super) start: i64,
    /// Minutes since the epoch, rounded up.
    pub(super) end: i64,
    pub(super) day: usize,
    pub(super) minutes: [i64; 3],
    pub(super) kind: usize,
    pub(super) night: Option<usize>,
    pub(super) weekend: Option<usize>,
    pub(super) crew: Option<usize>,
    pub(super) heads: Heads,
}

/// The problem in tables.
pub(super) struct Sheet<'p> {
    pub(super) problem: &'p Problem,
    pub(super) days: usize,
    pub(super) kinds: usize,
    stints: Vec<Stint>,
    /// By person and day: everything that he may do on it.
    choices: Vec<Vec<Post>>,
    /// The days on which somebody has a choice.
    open_days: Vec<usize>,
    /// The places of those days.
    open_posts: Vec<Post>,
    /// By person and post: whether he may stand there.
    may: Vec<bool>,
    /// By person and post: what it costs of wishes.
    price: Vec<i64>,
    /// By person and day: what a day off costs of wishes.
    price_off: Vec<i64>,
    /// By person and day: what he has already.
    standing: Vec<Post>,
    /// By person and post: whether it stands although he is not fit for it.
    misfits: Vec<bool>,
    bonds: Vec<Vec<(usize, i64)>>,
    barred: Vec<bool>,
    /// Nights that are a fair share for one.
    pub(super) fair_nights: i64,
    /// Weekends that are a fair share for one.
    pub(super) fair_weekends: i64,
}

/// The post at this place.
pub(super) fn post_of(place: usize) -> Post {
    Post::try_from(place).map_or(OFF, |place| place.saturating_add(1))
}

/// The place of this post.
pub(super) fn place_of(post: Post) -> Option<usize> {
    usize::try_from(post).ok()?.checked_sub(1)
}

/// The row of a table that a post has.
pub(super) fn at(post: Post) -> usize {
    usize::try_from(post).unwrap_or(0)
}

impl<'p> Sheet<'p> {
    /// Lays it out.
    pub(super) fn new(problem: &'p Problem) -> Sheet<'p> {
        let kinds = 1 + problem.places.iter().map(|place| place.kind).max().unwrap_or(0);
        let people = problem.people.len();
        let posts = problem.places.len() + 1;
        let mut sheet = Sheet {
            problem,
            days: problem.days,
            kinds,
            stints: stints(problem),
            choices: vec![Vec::new(); people * problem.days],
            open_days: Vec::new(),
            open_posts: Vec::new(),
            may: vec![false; people * posts],
            price: vec![0; people * posts],
            price_off: vec![0; people * problem.days],
            standing: vec![OFF; people * problem.days],
            misfits: vec![false; people * posts],
            bonds: vec![Vec::new(); people],
            barred: vec![false; kinds * kinds],
            fair_nights: 0,
            fair_weekends: 0,
        };
        for (index, person) in problem.people.iter().enumerate() {
            sheet.lay_out(index, person);
        }
        for bond in problem.bonds.iter().filter(|bond| bond.one != bond.other) {
            let weight = i64::from(bond.weight);
            sheet.bonds[bond.one].push((bond.other, weight));
            sheet.bonds[bond.other].push((bond.one, weight));
        }
        for (earlier, later) in &problem.barred {
            if *earlier < kinds && *later < kinds {
                sheet.barred[earlier * kinds + later] = true;
            }
        }
        sheet.find_what_is_open();
        sheet.make_room();
        sheet.share_out();
        sheet
    }

    fn lay_out(&mut self, index: usize, person: &Person) {
        let (days, posts) = (self.days, self.stints.len());
        for day in 0..days {
            self.choices[index * days + day].push(OFF);
        }
        for (number, place) in self.problem.places.iter().enumerate() {
            let post = post_of(number);
            let never = person.limits.most_of_kind.get(&place.kind) == Some(&0);
            if !place.fixed && !person.unfit.contains_key(&number) && !never {
                self.choices[index * days + place.day].push(post);
                self.may[index * posts + at(post)] = true;
            }
            let wishes = person.wishes.iter().filter(|wish| wish.day == place.day);
            self.price[index * posts + at(post)] = wishes
                .filter(|wish| wish.kind.is_none_or(|kind| kind == place.kind) != wish.wanted)
                .map(|wish| i64::from(wish.weight))
                .sum();
        }
        for wish in person.wishes.iter().filter(|wish| wish.wanted) {
            self.price_off[index * days + wish.day] += i64::from(wish.weight);
        }
        for standing in &person.standing {
            let post = post_of(standing.place);
            let cell = index * days + self.problem.places[standing.place].day;
            self.standing[cell] = post;
            if person.unfit.contains_key(&standing.place) {
                self.misfits[index * posts + at(post)] = true;
            }
            if standing.pinned || self.problem.places[standing.place].fixed {
                self.choices[cell] = vec![post];
            } else if !self.may[index * posts + at(post)] {
                self.choices[cell].push(post);
            }
            self.may[index * posts + at(post)] = true;
        }
    }

    fn find_what_is_open(&mut self) {
        let has_choice = |cell: &Vec<Post>| cell.len() > 1;
        self.open_days = (0..self.days)
            .filter(|day| self.choices.iter().skip(*day).step_by(self.days).any(has_choice))
            .collect();
        self.open_posts = (0..self.problem.places.len())
            .filter(|place| {
                self.open_days
                    .binary_search(&self.problem.places[*place].day)
                    .is_ok()
            })
            .map(post_of)
            .collect();
    }

    /// A place that has more people than it may have keeps them.
    fn make_room(&mut self) {
        let mut heads = vec![0_u32; self.stints.len()];
        for post in &self.standing {
            heads[at(*post)] += 1;
        }
        for (stint, heads) in self.stints.iter_mut().zip(heads).skip(1) {
            stint.heads.most = stint.heads.most.max(heads);
        }
    }

    /// What everyone who can take part in nights and weekends would do of them, if it were evenly spread, rounded up.
    fn share_out(&mut self) {
        let (mut nights, mut weekends) = (0, BTreeMap::new());
        for place in &self.problem.places {
            let wanted = i64::from(place.heads.wanted);
            nights += if place.night.is_some() { wanted } else { 0 };
            if let Some(weekend) = place.weekend {
                *weekends.entry((weekend, place.day)).or_insert(0) += wanted;
            }
        }
        // Whoever works a weekend may work each of its days: the fullest day says how many people it takes.
        let mut fullest = BTreeMap::new();
        for ((weekend, _), wanted) in weekends {
            let most = fullest.entry(weekend).or_insert(0);
            *most = wanted.max(*most);
        }
        let able = |what: fn(&Stint) -> bool| {
            let can =
                |index: &usize| (1..self.stints.len()).any(|n| self.can(*index, n) && what(&self.stints[n]));
            let count = (0..self.problem.people.len()).filter(can).count();
            i64::try_from(count).unwrap_or(1).max(1)
        };
        let for_nights = able(|stint| stint.night.is_some());
        let for_weekends = able(|stint| stint.weekend.is_some());
        self.fair_nights = (nights + for_nights - 1) / for_nights;
        self.fair_weekends = (fullest.values().sum::<i64>() + for_weekends - 1) / for_weekends;
    }

    fn can(&self, person: usize, row: usize) -> bool {
        self.may[person * self.stints.len() + row]
    }

    /// What the rules read of a post.
    pub(super) fn stint(&self, post: Post) -> &Stint {
        &self.stints[at(post)]
    }

    /// What the rules read of each post, the day off first.
    pub(super) fn stints(&self) -> impl Iterator<Item = &Stint> {
        self.stints.iter()
    }

    /// The days on which somebody has a choice.
    pub(super) fn open_days(&self) -> &[usize] {
        &self.open_days
    }

    /// The places of those days.
    pub(super) fn open_posts(&self) -> &[Post] {
        &self.open_posts
    }

    /// Everything that he may do on a day.
    pub(super) fn choices(&self, person: usize, day: usize) -> &[Post] {
        &self.choices[person * self.days + day]
    }

    /// Whether he may do this on this day, which is the post's own.
    pub(super) fn may(&self, person: usize, day: usize, post: Post) -> bool {
        let free = || match self.choices(person, day) {
            [only] => *only == post,
            _ => true,
        };
        (post == OFF || self.can(person, at(post))) && free()
    }

    /// What his wishes say to it.
    pub(super) fn price(&self, person: usize, day: usize, post: Post) -> i64 {
        if post == OFF {
            self.price_off[person * self.days + day]
        } else {
            self.price[person * self.stints.len() + at(post)]
        }
    }

    /// What he has already on a day.
    pub(super) fn standing(&self, person: usize, day: usize) -> Post {
        self.standing[person * self.days + day]
    }

    /// Everything that stands, by person and day.
    pub(super) fn all_standing(&self) -> &[Post] {
        &self.standing
    }

    /// Whether he stands there without being fit for it.
    pub(super) fn is_misfit(&self, person: usize, post: Post) -> bool {
        self.misfits[person * self.stints.len() + at(post)]
    }

    /// With whom he should ride, and what it costs not to.
    pub(super) fn bonds(&self, person: usize) -> &[(usize, i64)] {
        &self.bonds[person]
    }

    /// Whether one kind must not start on the day after another.
    pub(super) fn is_barred(&self, earlier: usize, later: usize) -> bool {
        self.barred[earlier * self.kinds + later]
    }
}

/// What the rules read of each post; the first is the day off.
fn stints(problem: &Problem) -> Vec<Stint> {
    let off = Stint {
        start: 0,
        end: 0,
        day: 0,
        minutes: [0; 3],
        kind: 0,
        night: None,
        weekend: None,
        crew: None,
        heads: Heads {
            wanted: 0,
            most: u32::MAX,
            missing: 0,
            over: 0,
        },
    };
    let of_place = problem.places.iter().map(|place| Stint {
        start: place.window.start.micros().div_euclid(60_000_000),
        end: -(-place.window.end.micros()).div_euclid(60_000_000),
        day: place.day,
        minutes: place.minutes.map(i64::from),
        kind: place.kind,
        night: place.night,
        weekend: place.weekend,
        crew: place.crew,
        heads: place.heads,
    });
    std::iter::once(off).chain(of_place).collect()
}
