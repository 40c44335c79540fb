//! Chance that can be had again: one seed, one sequence. Whole numbers only, so that it is the same on every machine.

/// Fixed point: so many parts make one.
const ONE: u64 = 1 << 16;
/// The natural logarithm of 2, in parts.
const LN_2: u64 = 45_426;

/// A source of chance (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    /// The source with this seed.
    pub(super) fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..end`; 0 when there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.bits()) * (end as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A draw from the exponential distribution with this mean, which is what a step of annealing may lose. The
    /// logarithm is taken in whole numbers, to two places.
    pub(super) fn exponential(&mut self, mean: i64) -> i64 {
        let bits = self.bits() | 1;
        let halvings = u64::from(bits.leading_zeros());
        // What follows the leading one, as a fraction x of the interval; log2(1 + x) is nearly x + 0.344 x (1 - x).
        let x = (bits << halvings << 1) >> 48;
        let log2 = x + ((x * (ONE - x)) >> 16) * 22_544 / ONE;
        let drawn = ((halvings + 1) * ONE).saturating_sub(log2) * LN_2 / ONE;
        i64::try_from(drawn).unwrap_or(0).saturating_mul(mean) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..20).map(|_| chance.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).iter().all(|drawn| *drawn < 1000));
    }

    #[test]
    fn what_a_step_may_lose_has_the_mean_that_was_asked_for() {
        let mut chance = Chance::new(1);
        let draws: Vec<i64> = (0..20_000).map(|_| chance.exponential(10_000)).collect();
        let mean = draws.iter().sum::<i64>() / 20_000;
        assert!((9_800..10_200).contains(&mean), "{mean}");
        // Of exponential draws one in e, 36.8 of a hundred, lies above the mean.
        let above = draws.iter().filter(|draw| **draw > 10_000).count();
        assert!((7_100..7_600).contains(&above), "{above}");
    }
}
