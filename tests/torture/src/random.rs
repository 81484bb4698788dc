//! Dice that fall the same for the same seed, whatever versions of libraries come.

use std::ops::Range;

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number in the range, which is not empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.roll() % (range.end - range.start)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.roll().is_multiple_of(times)
    }

    /// One of these; `None` of none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(of.len()).ok().filter(|count| *count > 0)?;
        usize::try_from(self.within(0..count)).ok().and_then(|index| of.get(index))
    }

    /// The same in another order.
    pub fn shuffle<T>(&mut self, these: &mut [T]) {
        for last in (1..these.len()).rev() {
            let bound = u64::try_from(last).unwrap_or(u64::MAX - 1) + 1;
            these.swap(last, usize::try_from(self.within(0..bound)).unwrap_or(last));
        }
    }
}

/// What becomes of a number when it is mixed well.
#[must_use]
pub fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_brings_the_same_back() {
        let rolls = |seed| {
            let mut dice = Dice::new(seed);
            [(); 4].map(|()| dice.roll())
        };
        assert_eq!(rolls(1), rolls(1));
        assert_ne!(rolls(1), rolls(2));
        // The first number of the published algorithm.
        assert_eq!(rolls(0)[0], 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn shuffling_keeps_all() {
        let mut these: Vec<u64> = (0..50).collect();
        Dice::new(7).shuffle(&mut these);
        assert_ne!(these, (0..50).collect::<Vec<_>>());
        these.sort_unstable();
        assert_eq!(these, (0..50).collect::<Vec<_>>());
    }
}
