//! Which share of its start jitter a task waits. Pure.

use std::time::Duration;

/// How much later than its slots a task starts: a share of its jitter that is always the same for its name.
///
/// The share is the name's FNV-1a hash (Fowler, Noll, Vo; 64 bits), so that it is the same on every machine and in every
/// version. `Duration::ZERO` without jitter.
pub(super) fn start_offset(name: &str, jitter: Duration) -> Duration {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash = name.bytes().fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    let milliseconds = u64::try_from(jitter.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(hash.checked_rem(milliseconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// How many of the names start in each minute of an hour.
    fn starts_by_minute(names: impl Iterator<Item = String>) -> [usize; 60] {
        let mut minutes = [0; 60];
        for name in names {
            minutes[(start_offset(&name, HOUR).as_secs() / 60) as usize] += 1;
        }
        minutes
    }

    #[test]
    fn a_thousand_tasks_spread_evenly_over_an_hour() {
        for (first, last) in [("task-", ""), ("report-", "-nightly"), ("", "")] {
            let minutes = starts_by_minute((0..1000).map(|n| format!("{first}{n}{last}")));
            assert!(minutes.iter().all(|starts| (5..=35).contains(starts)), "{first}…{last}: {minutes:?}");
        }
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // From the test vectors of the FNV reference: "foobar".
        assert_eq!(
            start_offset("foobar", Duration::from_millis(1 << 40)).as_millis(),
            0x8594_4171_f739_67e8 & ((1 << 40) - 1)
        );
    }

    #[test]
    fn a_share_is_less_than_the_whole_and_always_the_same() {
        for n in 0..2000_u64 {
            let (name, jitter) = (format!("task-{n}"), Duration::from_millis(n * n * 21));
            let offset = start_offset(&name, jitter);
            assert!(offset < jitter || jitter.is_zero() && offset.is_zero(), "{name} waits {offset:?} of {jitter:?}");
            assert_eq!(offset, start_offset(&name, jitter));
        }
    }
}
