//! How many can be brought together at once.

use std::collections::VecDeque;

/// How many of the left can each have one of the right to himself, where `fits` says which of them go together. Both
/// sides are kinds with so many of each. It is the most there can be, not what somebody found who looked from left to right:
/// one who has been given a place moves to another that fits him as well, when that makes room.
pub(super) fn most(left: &[u32], right: &[u32], fits: impl Fn(usize, usize) -> bool) -> u32 {
    let mut matched = Matched {
        spare: right.to_vec(),
        given: vec![vec![0; right.len()]; left.len()],
    };
    let mut found = 0;
    for (kind, count) in left.iter().enumerate() {
        let mut waiting = *count;
        while waiting > 0 {
            let Some(chain) = matched.chain(kind, &fits) else {
                break;
            };
            let moved = matched.give(&chain, waiting);
            waiting -= moved;
            found += moved;
        }
    }
    found
}

/// What has been given so far.
struct Matched {
    /// How many of each kind on the right are free.
    spare: Vec<u32>,
    /// How many of each kind on the left have one of each kind on the right.
    given: Vec<Vec<u32>>,
}

/// One link: this kind on the left takes one of that kind on the right, which the next link's left gives up.
type Link = (usize, usize);

impl Matched {
    /// The shortest chain from this kind on the left to something free on the right.
    fn chain(&self, first: usize, fits: &impl Fn(usize, usize) -> bool) -> Option<Vec<Link>> {
        let mut reached_by: Vec<Option<usize>> = vec![None; self.spare.len()];
        let mut gave_up: Vec<Option<usize>> = vec![None; self.given.len()];
        let mut looking = VecDeque::from([first]);
        while let Some(left) = looking.pop_front() {
            for right in 0..self.spare.len() {
                if reached_by[right].is_some() || !fits(left, right) {
                    continue;
                }
                reached_by[right] = Some(left);
                if self.spare[right] > 0 {
                    return Some(links(right, &reached_by, &gave_up));
                }
                for (other, given) in self.given.iter().enumerate() {
                    if given[right] > 0 && other != first && gave_up[other].is_none() {
                        gave_up[other] = Some(right);
                        looking.push_back(other);
                    }
                }
            }
        }
        None
    }

    /// Moves as many along the chain as it carries, at most `wanted`.
    fn give(&mut self, chain: &[Link], wanted: u32) -> u32 {
        let Some((_, free)) = chain.last() else {
            return 0;
        };
        let held = chain
            .windows(2)
            .map(|pair| self.given[pair[1].0][pair[0].1])
            .min();
        let moved = wanted.min(self.spare[*free]).min(held.unwrap_or(u32::MAX));
        self.spare[*free] -= moved;
        for (left, right) in chain {
            self.given[*left][*right] += moved;
        }
        for pair in chain.windows(2) {
            self.given[pair[1].0][pair[0].1] -= moved;
        }
        moved
    }
}

/// The links from the first kind on the left to `free`, in order.
fn links(free: usize, reached_by: &[Option<usize>], gave_up: &[Option<usize>]) -> Vec<Link> {
    let mut chain = Vec::new();
    let mut right = Some(free);
    while let Some(taken) = right
        && let Some(left) = reached_by[taken]
    {
        chain.push((left, taken));
        right = gave_up[left];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_moves_where_that_makes_room() {
        // The first fits both places, the second only the first.
        let fits = |left: usize, right: usize| left == 0 || right == 0;
        assert_eq!(most(&[1, 1], &[1, 1], fits), 2);
        assert_eq!(most(&[5, 3], &[3, 4], fits), 7);
        assert_eq!(most(&[5, 3], &[3, 4], |_, _| false), 0);
    }

    /// By trying everything: one after the other of the left takes any of the right, or none.
    fn tried(left: &[usize], right: &mut Vec<usize>, fits: &impl Fn(usize, usize) -> bool) -> u32 {
        let Some((first, rest)) = left.split_first() else {
            return 0;
        };
        let mut best = tried(rest, right, fits);
        for place in 0..right.len() {
            if fits(*first, right[place]) {
                let taken = right.remove(place);
                best = best.max(1 + tried(rest, right, fits));
                right.insert(place, taken);
            }
        }
        best
    }

    fn each(kinds: &[u32]) -> Vec<usize> {
        let of = |(kind, count): (usize, &u32)| std::iter::repeat_n(kind, *count as usize);
        kinds.iter().enumerate().flat_map(of).collect()
    }

    proptest! {
        #[test]
        fn nobody_finds_more_by_trying_everything(
            left in prop::collection::vec(0u32..3, 1..4),
            right in prop::collection::vec(0u32..3, 1..4),
            edges in prop::collection::vec(any::<bool>(), 16),
        ) {
            let fits = |one: usize, other: usize| edges[one * 4 + other];
            let found = most(&left, &right, fits);
            prop_assert_eq!(found, tried(&each(&left), &mut each(&right), &fits));
        }
    }
}
