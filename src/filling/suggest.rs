//! Who could take one open place, best first.

use super::draft::Draft;
use super::problem::{Fault, Problem};
use super::rule::Cost;
use super::sheet::Sheet;
use super::taking::{Obstacle, taking};

/// Who could take a place, and who could not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestion {
    /// Those who could, the cheapest first; of equals the lower index.
    pub able: Vec<(usize, Cost)>,
    /// The others, each with what stops him first.
    pub stopped: Vec<(usize, Obstacle)>,
}

/// Ranks everyone for one place, as things stand. The cost is what changes for the person and his pairs.
///
/// # Errors
/// A [`Fault`] of the problem; a place that there is not.
pub fn suggest(problem: &Problem, place: usize) -> Result<Suggestion, Fault> {
    problem.check()?;
    if place >= problem.places.len() {
        return Err(Fault::NoSuchPlace(place));
    }
    let sheet = Sheet::new(problem);
    let mut draft = Draft::standing(&sheet);
    let mut suggestion = Suggestion::default();
    for person in 0..problem.people.len() {
        match taking(&mut draft, person, place) {
            Ok(cost) => suggestion.able.push((person, cost)),
            Err(obstacle) => suggestion.stopped.push((person, obstacle)),
        }
    }
    suggestion
        .able
        .sort_by_key(|(person, cost)| (cost.total(), *person));
    Ok(suggestion)
}
