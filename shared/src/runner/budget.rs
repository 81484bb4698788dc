//! What still fits into a pulse. Pure.

use std::time::Duration;

use tokio::time::Instant;

/// How long a pulse may work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// When what still runs is interrupted.
    pub(super) ends: Instant,
    /// How long it was at the beginning.
    pub(super) whole: Duration,
}

impl Budget {
    /// Whether something that usually takes so long should begin at `now`.
    ///
    /// What would not end in time is left to a pulse that has just begun. What would not end in a whole budget either begins
    /// while half of it is left: it goes on from its checkpoint in the next one, and would never begin otherwise.
    pub(super) fn has_room_for(self, expected: Option<Duration>, now: Instant) -> bool {
        let left = self.ends.saturating_duration_since(now);
        match expected {
            None => !left.is_zero(),
            Some(expected) if expected <= self.whole => !left.is_zero() && expected <= left,
            Some(_) => left >= self.whole / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn with_left(left: Duration) -> (Budget, Instant) {
        let now = Instant::now();
        (Budget { ends: now + left, whole: 60 * SECOND }, now)
    }

    #[test]
    fn what_ends_in_time_begins_and_what_does_not_is_left() {
        let (budget, now) = with_left(10 * SECOND);
        assert!(budget.has_room_for(Some(10 * SECOND), now));
        assert!(!budget.has_room_for(Some(11 * SECOND), now));
        assert!(budget.has_room_for(None, now), "nobody knows how long it takes, so it is tried");
    }

    #[test]
    fn what_is_longer_than_any_pulse_begins_in_the_first_half_of_one() {
        let long = Some(600 * SECOND);
        let (budget, now) = with_left(30 * SECOND);
        assert!(budget.has_room_for(long, now));
        let (budget, now) = with_left(29 * SECOND);
        assert!(!budget.has_room_for(long, now));
    }

    #[test]
    fn nothing_begins_when_the_time_is_over() {
        let (budget, now) = with_left(Duration::ZERO);
        for expected in [None, Some(Duration::ZERO), Some(600 * SECOND)] {
            assert!(!budget.has_room_for(expected, now), "{expected:?}");
        }
    }
}
