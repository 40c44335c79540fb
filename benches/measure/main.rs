//! How fast it is, with the bare thing beside it in the same run: `cargo bench --bench measure -- recorder wire ...`.
//!
//! Printed, not asserted: machines differ. Every figure is a median of several runs or says how many samples it is of.
//! `TANDEM_MEASURE=short` takes small counts, to see that everything runs. `tests/measure` runs all of it.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on stops, and where it stopped says enough"
)]

mod following;
mod ground;
mod growing;
#[path = "../../tests/it/harness/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "of the tests' harness only the databases are needed"
)]
mod harness;
mod importing;
mod matching;
mod places;
mod recording;
mod returning;
mod standing;
#[path = "../../tests/it/matching/town.rs"]
#[expect(dead_code, reason = "of the tests' town only the people are needed")]
mod town;
mod wire;

/// What can be measured: its name, and the measurement.
const ALL: [(&str, fn()); 9] = [
    ("matcher", matching::measure),
    ("recorder", recording::measure),
    ("wire", wire::measure),
    ("watchers", following::measure),
    ("memory", standing::measure),
    ("reconnect", returning::measure),
    ("positions", places::measure),
    ("growth", growing::measure),
    ("import", importing::measure),
];

fn main() {
    let mut asked: Vec<String> = std::env::args().skip(1).collect();
    // Cargo says `--bench`.
    asked.retain(|word| !word.starts_with("--"));
    if asked == [ground::echo::NAME] {
        return ground::echo::serve();
    }
    for word in &asked {
        assert!(
            ALL.iter().any(|(name, _)| name == word),
            "no such measurement: {word}"
        );
    }
    println!("{}", ground::machine::line());
    for (name, measure) in ALL {
        if asked.is_empty() || asked.iter().any(|word| word == name) {
            measure();
        }
    }
}
