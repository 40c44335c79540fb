//! Chance that can be had again: what happens follows from the seed and from what is asked, not from the order of asking.

use sha2::{Digest, Sha256};

/// A source of chance.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// The source with this seed.
    pub fn new(seed: u64) -> Chance {
        Chance { seed }
    }

    /// A number in `low..=high`, the same whenever the same is asked.
    pub fn between(self, low: i64, high: i64, asked: &[&str]) -> i64 {
        let mut digest = Sha256::new().chain_update(self.seed.to_be_bytes());
        for word in asked {
            digest.update(word.as_bytes());
            digest.update([0]);
        }
        let digest = digest.finalize();
        let drawn = digest
            .iter()
            .take(8)
            .fold(0_u64, |drawn, byte| (drawn << 8) | u64::from(*byte));
        let span = u64::try_from(high.saturating_sub(low))
            .unwrap_or(0)
            .saturating_add(1);
        low.saturating_add(i64::try_from(drawn % span).unwrap_or(0))
    }

    /// Bits for a server's ids.
    pub fn bits(self) -> [u8; 16] {
        let digest = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update("ids")
            .finalize();
        let mut bits = [0; 16];
        bits.copy_from_slice(&digest[..16]);
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_seed_another_one() {
        let draw = |seed: u64| -> Vec<i64> {
            let words = ["a", "b", "c", "d", "e", "f", "g", "h"];
            words
                .iter()
                .map(|word| Chance::new(seed).between(0, 999, &[word]))
                .collect()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert!(draw(1).iter().all(|drawn| (0..=999).contains(drawn)));
    }

    #[test]
    fn words_do_not_run_into_each_other() {
        let chance = Chance::new(1);
        assert_ne!(
            chance.between(0, 1 << 40, &["ab", "c"]),
            chance.between(0, 1 << 40, &["a", "bc"])
        );
    }
}
