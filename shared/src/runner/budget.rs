//! What still fits into a pulse. Pure.

use std::time::Duration;

use tokio::time::Instant;

/// How long the database may take to answer before a pulse claims anything, whatever its budget: whoever gives it less has
/// no time for work, but for an answer.
pub(crate) const LEAST_PATIENCE: Duration = Duration::from_secs(2);

/// How long a pulse may work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// When what still runs is interrupted.
    pub(super) ends: Instant,
    /// How long it was at the beginning.
    pub(super) whole: Duration,
}

impl Budget {
    /// When the database has to have answered before anything is claimed.
    pub(super) fn asks_until(self) -> Instant {
        let begun = self.ends - self.whole;
        self.ends.max(begun + LEAST_PATIENCE)
    }

    /// Whether something that usually takes so long should begin at `now`.
    ///
    /// What would not end in time is left to a pulse that has just begun. What needs nearly a whole budget, or more, begins
    /// while half of one is left: it would never begin otherwise, and goes on from its checkpoint in the next pulse.
    pub(super) fn has_room_for(self, expected: Option<Duration>, now: Instant) -> bool {
        let left = self.ends.saturating_duration_since(now);
        match expected {
            None => !left.is_zero(),
            Some(expected) if expected <= self.whole * 3 / 4 => !left.is_zero() && expected <= left,
            Some(_) => !left.is_zero() && left >= self.whole / 2,
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
        let (budget, now) = with_left(44 * SECOND);
        assert!(!budget.has_room_for(Some(45 * SECOND), now), "three quarters of a budget find room in a whole one");
    }

    #[test]
    fn the_database_has_time_to_answer_also_where_there_is_none_for_work() {
        let begun = Instant::now();
        let asks_for = |whole| Budget { ends: begun + whole, whole }.asks_until() - begun;
        assert_eq!(asks_for(Duration::ZERO), LEAST_PATIENCE);
        assert_eq!(asks_for(60 * SECOND), 60 * SECOND);
    }

    #[test]
    fn what_needs_nearly_a_pulse_or_more_begins_in_the_first_half_of_one() {
        for long in [50 * SECOND, 60 * SECOND, 600 * SECOND] {
            let (budget, now) = with_left(30 * SECOND);
            assert!(budget.has_room_for(Some(long), now), "{long:?}");
            let (budget, now) = with_left(29 * SECOND);
            assert!(!budget.has_room_for(Some(long), now), "{long:?}");
        }
    }

    #[test]
    fn nothing_begins_when_the_time_is_over() {
        let (budget, now) = with_left(Duration::ZERO);
        for expected in [None, Some(Duration::ZERO), Some(600 * SECOND)] {
            assert!(!budget.has_room_for(expected, now), "{expected:?}");
        }
    }
}
