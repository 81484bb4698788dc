//! How much a shift takes and records at once. Pure.

use std::time::Duration;

/// So many may be begun by one claim, however few may run at once.
const MOST_CLAIMED: usize = 128;

/// How long what has ended waits for more that may end at once, where more runs than has ended.
pub(super) const MOMENT: Duration = Duration::from_millis(2);

/// How many executions there is room for, where so many may run at once, so many run, and of so many the end waits to be recorded.
///
/// What has ended does not run, but where more of it waits to be recorded than may run at once, less is begun.
pub(super) fn room(concurrency: usize, running: usize, ended: usize) -> usize {
    concurrency.saturating_sub(running + ended.saturating_sub(concurrency))
}

/// How many executions one claim begins at the most. All of them wait for its end, and on a server that is near a larger one
/// costs no less for each; where each statement takes long, a higher concurrency makes up for it.
pub(super) fn most_claimed(concurrency: usize) -> usize {
    concurrency.min(MOST_CLAIMED.max(concurrency / 4))
}

/// Whether what has ended is recorded now, of which the first has waited for so long. Where more runs than has ended, much of it
/// may end in a moment, and a statement for each costs more than one for all.
pub(super) fn is_recorded_now(ended: usize, running: usize, waited: Duration) -> bool {
    ended >= running || waited >= MOMENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_waits_a_moment_for_what_runs_if_that_is_more() {
        let short = MOMENT - Duration::from_nanos(1);
        for (ended, running, waited, now) in [
            (1, 0, Duration::ZERO, true),
            (1, 1, Duration::ZERO, true),
            (1, 2, Duration::ZERO, false),
            (50, 51, short, false),
            (50, 51, MOMENT, true),
            (52, 51, short, true),
        ] {
            assert_eq!(is_recorded_now(ended, running, waited), now, "{ended} of {running} after {waited:?}");
        }
    }

    #[test]
    fn what_runs_takes_room_and_what_has_ended_only_beyond_what_may_run() {
        for (running, ended, free) in [
            (0, 0, 10),
            (3, 0, 7),
            (10, 0, 0),
            (12, 0, 0),
            (0, 10, 10),
            (0, 11, 9),
            (3, 14, 3),
            (3, 17, 0),
            (0, 100, 0),
        ] {
            assert_eq!(room(10, running, ended), free, "{running} run, {ended} wait");
        }
    }

    #[test]
    fn a_claim_begins_all_there_is_room_for_up_to_a_bound_and_then_a_quarter() {
        for (concurrency, most) in [(1, 1), (100, 100), (128, 128), (129, 128), (512, 128), (516, 129), (4000, 1000)] {
            assert_eq!(most_claimed(concurrency), most, "of {concurrency}");
        }
    }
}
