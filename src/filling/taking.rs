//! What it would mean for one person to take one more place: what stops him, or what it would cost.

use super::draft::Draft;
use super::problem::Unfit;
use super::row::{Account, Counters, judge};
use super::rule::{Cost, Rule, Term};
use super::sheet::{OFF, place_of, post_of};

/// Why somebody does not take a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is his.
    HasIt,
    /// As many as it may have are there.
    Full,
    /// He could not, whatever else he works.
    Unfit(Unfit),
    /// He works another place that day: which.
    Works(usize),
    /// He would break a hard rule: the first, and how much of it would then be broken.
    Breaks(Rule, i64),
    /// Nothing stops him: what it would cost him and his pairs. The roster is better otherwise, or the search was
    /// stopped too soon.
    Unchosen(Cost),
}

/// What it would cost if this person took this place as well, without what the place itself saves by it.
///
/// # Errors
/// What stops him.
pub(super) fn taking(draft: &mut Draft<'_>, person: usize, place: usize) -> Result<Cost, Obstacle> {
    let problem = draft.sheet.problem;
    let (asked, post) = (&problem.places[place], post_of(place));
    let now = draft.post(person, asked.day);
    if now == post {
        return Err(Obstacle::HasIt);
    }
    if draft.heads(place) >= draft.sheet.stint(post).heads.most {
        return Err(Obstacle::Full);
    }
    if asked.fixed {
        return Err(Obstacle::Full);
    }
    if let Some(unfit) = problem.people[person].unfit.get(&place) {
        return Err(Obstacle::Unfit(unfit.clone()));
    }
    if let Some(other) = place_of(now) {
        return Err(Obstacle::Works(other));
    }
    let before = draft.account(person);
    let mut row = draft.row(person).to_vec();
    row[asked.day] = post;
    let mut after = Account::default();
    judge(draft.sheet, person, &row, &mut Counters::default(), &mut after);
    let worse = |rule: &Rule| after.amount(*rule) > before.amount(*rule);
    if let Some(rule) = Rule::ALL.into_iter().find(worse) {
        return Err(Obstacle::Breaks(rule, after.amount(rule)));
    }
    let mut cost = after.cost.less(&before.cost);
    cost.add(Term::Pairs, pairs(draft, person, place));
    Ok(cost)
}

/// What his pairs cost more if he, who is off that day, takes the place: each side alone counts.
fn pairs(draft: &Draft<'_>, person: usize, place: usize) -> i64 {
    let asked = &draft.sheet.problem.places[place];
    let Some(crew) = asked.crew else { return 0 };
    let of = |&(other, weight): &(usize, i64)| {
        let post = draft.post(other, asked.day);
        let together = post != OFF && draft.sheet.stint(post).crew == Some(crew);
        if together { -weight } else { weight }
    };
    draft.sheet.bonds(person).iter().map(of).sum()
}
