//! What follows a failed attempt. Pure.

use std::time::Duration;

use uuid::Uuid;

/// How a failed attempt is tried again: exponential back-off with full jitter.
///
/// The wait before attempt `n + 1` is a random share of `min(max_delay, delay * 2^(n-1))`, after "Exponential Backoff And
/// Jitter" (AWS Architecture Blog, 2015), whose measurements show full jitter to spread competing clients best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Further attempts after a failed first one; `None`: `TASK_DEFAULT_RETRIES`.
    pub retries: Option<u32>,
    /// Longest wait before the second attempt.
    pub delay: Duration,
    /// Longest wait before any attempt.
    pub max_delay: Duration,
}

impl RetryPolicy {
    /// `TASK_DEFAULT_RETRIES` retries, the first within five seconds, none later than five minutes.
    pub const DEFAULT: Self =
        Self { retries: None, delay: Duration::from_secs(5), max_delay: Duration::from_secs(300) };

    /// One attempt and no more.
    pub const NEVER: Self = Self { retries: Some(0), ..Self::DEFAULT };
}

/// The wait after failed attempt number `attempt` (from 1), with `delay` as it is in force for the task.
///
/// Random, and yet the same for the same execution: the dice are thrown with the execution's own id.
#[must_use]
pub(crate) fn backoff(attempt: u32, delay: Duration, max_delay: Duration, execution: Uuid) -> Duration {
    let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).and_then(|factor| delay.checked_mul(factor));
    let longest = doubled.unwrap_or(max_delay).min(max_delay.max(delay));
    longest.mul_f64(share(execution))
}

/// A number in 0..1 out of an id, well mixed (the finaliser of SplitMix64, Steele et al. 2014).
pub(crate) fn share(id: Uuid) -> f64 {
    let (high, low) = id.as_u64_pair();
    let mut x = high ^ low.rotate_left(32);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_stay_below_a_ceiling_that_doubles_up_to_the_longest() {
        for (attempt, ceiling) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (40, 60), (u32::MAX, 60)] {
            for _ in 0..200 {
                let wait = backoff(attempt, SECOND, 60 * SECOND, Uuid::now_v7());
                assert!(wait <= SECOND * ceiling, "attempt {attempt} waits {wait:?}");
            }
        }
    }

    #[test]
    fn waits_are_spread_over_the_whole_range() {
        let waits: Vec<f64> =
            (0..2000).map(|n| backoff(1, SECOND, 60 * SECOND, Uuid::from_u64_pair(7, n)).as_secs_f64()).collect();
        let mean = waits.iter().sum::<f64>() / 2000.0;
        assert!((0.45..0.55).contains(&mean), "mean {mean}");
        assert!(waits.iter().any(|wait| *wait < 0.05) && waits.iter().any(|wait| *wait > 0.95));
    }

    #[test]
    fn the_same_execution_always_waits_the_same() {
        let id = Uuid::now_v7();
        assert_eq!(backoff(3, SECOND, 60 * SECOND, id), backoff(3, SECOND, 60 * SECOND, id));
    }
}
