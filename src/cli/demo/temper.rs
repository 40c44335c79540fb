//! How people behave: the same seed, the same people.

use sha2::{Digest, Sha256};

/// What someone does with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Says yes after so many seconds.
    Accept(i64),
    /// Says no after so many seconds.
    Decline(i64),
    /// Does not answer.
    Silence,
}

/// A number from 0 to 9999 that depends on the seed and on these words alone.
fn draw(seed: u64, words: &[&str]) -> i64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    for word in words {
        hash.update(word.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    i64::from(u16::from_be_bytes([digest[0], digest[1]])) % 10_000
}

/// What he does with the offer of this call.
pub(super) fn answer(seed: u64, call_sign: &str, call: u32) -> Answer {
    let call = call.to_string();
    let delay = 5 + draw(seed, &["delay", call_sign, &call]) % 35;
    match draw(seed, &["answer", call_sign, &call]) {
        0..800 => Answer::Decline(delay),
        800..1200 => Answer::Silence,
        _ => Answer::Accept(delay),
    }
}

/// How long he stays on the scene of this call, seconds: 5 to 60 minutes, around the 22 of real mobile crisis teams
/// (Lane County, Oregon; median of 4,102 calls).
pub(super) fn seconds_on_scene(seed: u64, call: u32) -> i64 {
    let drawn = draw(seed, &["scene", &call.to_string()]);
    300 + drawn * drawn / 30_300
}

/// How it ends: an APCO disposition and a behavioural outcome.
pub(super) fn disposition(seed: u64, call: u32) -> (&'static str, &'static str) {
    match draw(seed, &["end", &call.to_string()]) {
        0..4500 => ("18", "stabilized_in_place"),
        4500..7000 => ("15", "crisis_center"),
        7000..8500 => ("15", "safety_plan"),
        8500..9500 => ("14", "gone_on_arrival"),
        _ => ("15", "emergency_department"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_mostly_accept_and_the_seed_decides_who_does_not() {
        let count = |seed| {
            let accepted = (0..500).filter(|call| matches!(answer(seed, "Adam-1", *call), Answer::Accept(_)));
            accepted.count()
        };
        assert!((400..490).contains(&count(1)), "{}", count(1));
        assert_ne!(
            (0..500).map(|call| answer(1, "Adam-1", call)).collect::<Vec<_>>(),
            (0..500).map(|call| answer(2, "Adam-1", call)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn nobody_stays_longer_than_an_hour_or_so() {
        assert!((0..1000).all(|call| (300..=3600).contains(&seconds_on_scene(1, call))));
    }
}
