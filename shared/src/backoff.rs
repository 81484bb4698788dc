//! How long to wait before something that failed is tried again.

use std::time::Duration;

use uuid::Uuid;

use crate::task::share;

/// Waits that double from the shortest up to the longest, each with dice in it.
///
/// Whoever lost the same server at the same moment is not to come back at the same moment. A wait is at least half of what
/// it could be, so that nobody asks again at once: the "equal jitter" of "Exponential Backoff And Jitter" (AWS Architecture
/// Blog, 2015).
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    shortest: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    /// The first wait is between half of `shortest` and `shortest`, none is longer than `longest`.
    #[must_use]
    pub const fn new(shortest: Duration, longest: Duration) -> Self {
        Self { shortest, longest, next: shortest }
    }

    /// The next wait.
    pub fn wait(&mut self) -> Duration {
        self.thrown(share(Uuid::now_v7()))
    }

    /// The next wait, where the dice show `share`, from 0 to 1.
    fn thrown(&mut self, share: f64) -> Duration {
        let half = self.next / 2;
        self.next = (self.next * 2).min(self.longest);
        half + half.mul_f64(share)
    }

    /// It went well: the next wait is the shortest again.
    pub fn reset(&mut self) {
        self.next = self.shortest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew_once_it_went_well() {
        for (share, expected) in [(0.0, [50, 100, 200, 400, 500, 500]), (1.0, [100, 200, 400, 800, 1_000, 1_000])] {
            let mut backoff = BACKOFF;
            let waits = expected.map(|_| backoff.thrown(share).as_millis());
            assert_eq!(waits, expected, "with {share}");
            backoff.reset();
            assert_eq!(backoff.thrown(share).as_millis(), expected[0]);
        }
    }

    #[test]
    fn those_that_wait_at_the_same_moment_do_not_come_back_at_the_same_moment() {
        let mut waits: Vec<_> = (0..100).map(|_| { BACKOFF }.wait()).collect();
        waits.sort();
        assert!(waits[0] >= Duration::from_millis(50) && waits[99] <= Duration::from_millis(100), "{waits:?}");
        assert!(waits[99] - waits[0] > Duration::from_millis(40), "{waits:?}");
        waits.dedup();
        assert!(waits.len() > 90, "{waits:?}");
    }
}
