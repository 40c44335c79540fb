//! The small changes out of which the search is made. Each is tried on a [`Draft`], which refuses what a person may not
//! do at all; what breaks a rule about his days is allowed here and costs, so that the way to a good roster may lead
//! through bad ones.

use super::chance::Chance;
use super::draft::Draft;
use super::sheet::{OFF, Post};

/// The longest block of days that is given away or filled at once.
const LONGEST_BLOCK: usize = 7;
/// How often something is drawn at random in the hope that it fits.
const GLANCES: usize = 8;

/// Tries some change. What it was is left on the draft, to be kept or taken back.
pub(super) fn try_some(draft: &mut Draft<'_>, chance: &mut Chance) {
    match chance.below(100) {
        0..25 => one_day(draft, chance),
        25..40 => block(draft, chance),
        40..58 => exchange(draft, chance),
        58..66 => other_day(draft, chance),
        66..74 => hand_over(draft, chance),
        74..86 => slide(draft, chance),
        _ => pass_along(draft, chance),
    }
}

fn someone(draft: &Draft<'_>, chance: &mut Chance) -> usize {
    chance.below(draft.sheet.problem.people.len())
}

/// A day on which something can be changed.
fn some_day(draft: &Draft<'_>, chance: &mut Chance) -> usize {
    let days = draft.sheet.open_days();
    days.get(chance.below(days.len())).copied().unwrap_or(0)
}

/// Something that he may do on a day.
fn something(draft: &Draft<'_>, person: usize, day: usize, chance: &mut Chance) -> Post {
    let choices = draft.sheet.choices(person, day);
    choices.get(chance.below(choices.len())).copied().unwrap_or(OFF)
}

/// A shift of a kind on a day, if he may work one: of several, any.
fn of_kind(draft: &Draft<'_>, person: usize, day: usize, kind: usize, chance: &mut Chance) -> Option<Post> {
    let choices = draft.sheet.choices(person, day);
    let from = chance.below(choices.len());
    let around = choices[from..].iter().chain(&choices[..from]);
    around
        .copied()
        .find(|post| *post != OFF && draft.sheet.stint(*post).kind == kind)
}

/// Something to do on a day in place of a shift on another: a shift of its kind as a rule, now and then anything.
fn alike(draft: &Draft<'_>, person: usize, day: usize, post: Post, chance: &mut Chance) -> Post {
    let same = of_kind(draft, person, day, draft.sheet.stint(post).kind, chance);
    let same = same.filter(|_| chance.percent(80));
    same.unwrap_or_else(|| something(draft, person, day, chance))
}

/// Something else on one day.
fn one_day(draft: &mut Draft<'_>, chance: &mut Chance) {
    let (person, day) = (someone(draft, chance), some_day(draft, chance));
    let post = something(draft, person, day, chance);
    draft.try_post(person, day, post);
}

/// A block of days off, or of one kind of shift.
fn block(draft: &mut Draft<'_>, chance: &mut Chance) {
    let (person, first) = (someone(draft, chance), some_day(draft, chance));
    let last = (first + 2 + chance.below(LONGEST_BLOCK - 1)).min(draft.sheet.days);
    let post = something(draft, person, first, chance);
    let kind = draft.sheet.stint(post).kind;
    for day in first..last {
        if post == OFF {
            draft.try_post(person, day, OFF);
        } else if let Some(post) = of_kind(draft, person, day, kind, chance) {
            draft.try_post(person, day, post);
        }
    }
}

/// Two people exchange a block of days.
fn exchange(draft: &mut Draft<'_>, chance: &mut Chance) {
    let (one, other) = (someone(draft, chance), someone(draft, chance));
    let first = some_day(draft, chance);
    let length = if chance.percent(40) {
        1
    } else {
        1 + chance.below(2 * LONGEST_BLOCK)
    };
    for day in first..(first + length).min(draft.sheet.days) {
        exchange_day(draft, one, other, day);
    }
}

/// Two people exchange a day, if each may do what the other does.
fn exchange_day(draft: &mut Draft<'_>, one: usize, other: usize, day: usize) {
    let (his, theirs) = (draft.post(one, day), draft.post(other, day));
    if draft.sheet.may(one, day, theirs) && draft.sheet.may(other, day, his) {
        draft.try_post(one, day, theirs);
        draft.try_post(other, day, his);
    }
}

/// One person works on another day instead: a shift of the same kind near by.
fn other_day(draft: &mut Draft<'_>, chance: &mut Chance) {
    let (person, day) = (someone(draft, chance), some_day(draft, chance));
    let near = (day + 1 + chance.below(LONGEST_BLOCK)) % draft.sheet.days;
    let (here, there) = (draft.post(person, day), draft.post(person, near));
    for (from, to) in [(here, near), (there, day)] {
        let moved = if from == OFF {
            OFF
        } else {
            alike(draft, person, to, from, chance)
        };
        draft.try_post(person, to, moved);
    }
}

/// One person hands his shift to another, who gives a shift of his on another day for it.
fn hand_over(draft: &mut Draft<'_>, chance: &mut Chance) {
    let (one, other) = (someone(draft, chance), someone(draft, chance));
    let day = some_day(draft, chance);
    let back = (day + 1 + chance.below(2 * LONGEST_BLOCK)) % draft.sheet.days;
    for day in [day, back] {
        exchange_day(draft, one, other, day);
    }
}

/// The edge of a run of days: the last day of one stretch, the first of the next, in the order found. From a day on,
/// forwards or backwards.
fn edge(draft: &Draft<'_>, person: usize, from: usize, chance: &mut Chance) -> Option<(usize, usize)> {
    let row = draft.row(person);
    let differs = |(one, other): &(usize, usize)| (row[*one] == OFF) != (row[*other] == OFF);
    if chance.percent(50) {
        (from + 1..row.len()).map(|day| (day - 1, day)).find(differs)
    } else {
        (0..from).rev().map(|day| (day + 1, day)).find(differs)
    }
}

/// At some edge of his runs, works a day more, or a day less.
fn move_edge(draft: &mut Draft<'_>, person: usize, more: bool, chance: &mut Chance) -> Option<(usize, Post)> {
    let from = some_day(draft, chance);
    let (one, other) = edge(draft, person, from, chance)?;
    let (worked, off) = if draft.post(person, one) == OFF {
        (other, one)
    } else {
        (one, other)
    };
    let post = draft.post(person, worked);
    if more {
        let post = alike(draft, person, off, post, chance);
        draft.try_post(person, off, post).then_some((off, post))
    } else {
        draft.try_post(person, worked, OFF).then_some((worked, post))
    }
}

/// One person works a day more at the edge of a run and a day less at another, once or twice.
fn slide(draft: &mut Draft<'_>, chance: &mut Chance) {
    let person = someone(draft, chance);
    for _ in 0..=chance.below(2) {
        move_edge(draft, person, true, chance);
        move_edge(draft, person, false, chance);
    }
}

/// Someone takes a place (one that lacks people, if one is found quickly) and gives up another day for it; someone else
/// takes that one, and so on through a few people.
fn pass_along(draft: &mut Draft<'_>, chance: &mut Chance) {
    let places = draft.sheet.open_posts();
    let mut some = || places.get(chance.below(places.len())).copied().unwrap_or(OFF);
    let mut post = some();
    for _ in 0..GLANCES {
        if draft.is_short(post) {
            break;
        }
        post = some();
    }
    for _ in 0..=chance.below(3) {
        let day = draft.sheet.stint(post).day;
        let mut who = (0..GLANCES).map(|_| someone(draft, chance));
        let Some(person) = who.find(|who| draft.post(*who, day) == OFF && draft.sheet.may(*who, day, post))
        else {
            return;
        };
        draft.try_post(person, day, post);
        match move_edge(draft, person, false, chance) {
            Some((other, given)) if other != day => post = given,
            _ => return,
        }
    }
}
