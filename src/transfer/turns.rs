//! Who takes a place of a pattern in turn, in one cell: `Cedar 1 > Cedar 2`, or `-` when nobody does.

/// Stands between those who take a place in turn.
const IN_TURN: char = '>';
/// A place that nobody takes.
const OPEN: &str = "-";
/// Takes the character behind it for what it is.
const ESCAPE: char = '\\';

/// The names, as [`written`] writes them.
pub(super) fn read(place: &str) -> Vec<String> {
    if place == OPEN {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut name = String::new();
    // Blanks around a name are not part of it, but for those that are escaped.
    let mut kept = 0;
    let mut characters = place.chars();
    while let Some(one) = characters.next() {
        match one {
            ESCAPE => {
                name.extend(characters.next());
                kept = name.len();
            }
            IN_TURN => {
                name.truncate(kept);
                names.push(std::mem::take(&mut name));
                kept = 0;
            }
            ' ' if name.is_empty() => {}
            ' ' => name.push(one),
            _ => {
                name.push(one);
                kept = name.len();
            }
        }
    }
    name.truncate(kept);
    names.push(name);
    names
}

/// A place as a table names it.
pub(super) fn written(names: &[String]) -> String {
    if names.is_empty() {
        return OPEN.to_owned();
    }
    let names: Vec<String> = names.iter().map(|name| escaped(name)).collect();
    names.join(&format!(" {IN_TURN} "))
}

fn escaped(name: &str) -> String {
    let mut written = String::new();
    for (at, one) in name.char_indices() {
        let (before, behind) = name.split_at(at);
        let is_an_end = before.trim_matches(' ').is_empty() || behind.trim_matches(' ').is_empty();
        if matches!(one, ESCAPE | IN_TURN) || one == ' ' && is_an_end || name == OPEN {
            written.push(ESCAPE);
        }
        written.push(one);
    }
    written
}
