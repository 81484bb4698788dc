//! How far a reader of events has come.
//!
//! Transactions do not become visible in the order of their numbers, nor of any time they write down. What a reader has seen
//! is a set: all transactions up to one, except those that still ran. PostgreSQL calls it a snapshot. What is new since is
//! what a later snapshot sees and the earlier one does not, and nothing that commits late is missed.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

/// The transactions that had ended at one moment, as `pg_snapshot` has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Nothing at or after this one had begun.
    end: u64,
    /// Those before it that still ran, ascending.
    running: Vec<u64>,
}

impl Snapshot {
    /// Whether that transaction had ended.
    #[must_use]
    pub fn sees(&self, transaction: u64) -> bool {
        transaction < self.end && self.running.binary_search(&transaction).is_err()
    }

    /// Whether `other` sees all that this one sees. Both are of one server, where the later of two sees all of the earlier.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.end < other.end || (self.end == other.end && self.running.len() >= other.running.len())
    }

    /// One that holds together: who still ran had begun.
    fn sound(end: u64, running: Vec<u64>) -> Option<Self> {
        // PostgreSQL counts them in 63 bits.
        let fits = end > 0 && i64::try_from(end).is_ok();
        let ascending = running.is_sorted_by(|one, next| one < next);
        let begun = running.first().is_none_or(|first| *first > 0) && running.last().is_none_or(|last| *last < end);
        (fits && ascending && begun).then_some(Self { end, running })
    }

    fn first(&self) -> u64 {
        self.running.first().copied().unwrap_or(self.end)
    }
}

impl fmt::Display for Snapshot {
    /// As PostgreSQL writes it: `10:20:10,14,15`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let running: Vec<_> = self.running.iter().map(u64::to_string).collect();
        write!(f, "{}:{}:{}", self.first(), self.end, running.join(","))
    }
}

/// What was read is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was not handed out by this system")]
pub struct Unreadable;

impl FromStr for Snapshot {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (_, rest) = text.split_once(':')?;
            let (end, running) = rest.split_once(':')?;
            let running = running.split(',').filter(|one| !one.is_empty()).map(|one| one.parse().ok());
            Self::sound(end.parse().ok()?, running.collect::<Option<_>>()?)
        };
        read().ok_or(Unreadable)
    }
}

/// Where among the events that are new between two snapshots: by transaction, and within one in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The transaction.
    pub transaction: u64,
    /// The number of the event: that of its row, and behind it 20 bits for its place in it.
    pub id: i64,
}

/// How far a reader has come. Its written form is the id of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// All of this is read.
    pub(crate) after: Snapshot,
    /// And of what is new in this one, everything up to that place.
    pub(crate) within: Option<(Snapshot, Place)>,
    /// When that was, by the database's clock.
    pub(crate) read_at: DateTime<Utc>,
}

impl Position {
    /// The later of its snapshots.
    pub(crate) fn latest(&self) -> &Snapshot {
        self.within.as_ref().map_or(&self.after, |(upto, _)| upto)
    }
}

impl fmt::Display for Position {
    /// Numbers in base 16. A snapshot is its first running transaction, and the others as differences to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.", self.read_at.timestamp_millis().max(0))?;
        shortly(f, &self.after)?;
        if let Some((upto, place)) = &self.within {
            f.write_str(".")?;
            shortly(f, upto)?;
            write!(f, ".{:x}-{:x}", place.transaction, place.id.max(0))?;
        }
        Ok(())
    }
}

fn shortly(f: &mut fmt::Formatter<'_>, snapshot: &Snapshot) -> fmt::Result {
    let first = snapshot.first();
    write!(f, "{first:x}-{:x}", snapshot.end - first)?;
    snapshot.running.iter().try_for_each(|running| write!(f, "-{:x}", running - first))
}

impl FromStr for Position {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.split('.');
            let read_at = DateTime::from_timestamp_millis(number(parts.next()?)?.try_into().ok()?)?;
            let after = snapshot(parts.next()?)?;
            let within = match parts.next() {
                None => None,
                Some(upto) => {
                    let (transaction, id) = parts.next()?.split_once('-')?;
                    let place = Place { transaction: number(transaction)?, id: number(id)?.try_into().ok()? };
                    Some((snapshot(upto)?, place))
                }
            };
            parts.next().is_none().then_some(Self { after, within, read_at })
        };
        read().ok_or(Unreadable)
    }
}

/// In base 16, and no sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u64::from_str_radix(text, 16).ok())?
}

fn snapshot(text: &str) -> Option<Snapshot> {
    let mut numbers = text.split('-').map(number);
    let first = numbers.next()??;
    let mut rest = numbers.map(|number| first.checked_add(number?));
    let end = rest.next()??;
    let running = rest.collect::<Option<Vec<_>>>()?;
    // What is first is one that still ran, or none did.
    (running.first().copied().unwrap_or(end) == first).then(|| Snapshot::sound(end, running))?
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn seen(text: &str) -> Snapshot {
        text.parse().expect("a snapshot")
    }

    #[test]
    fn a_snapshot_sees_what_had_ended() {
        let snapshot = seen("10:20:10,14,15");
        let ended: Vec<_> = (8..22).filter(|transaction| snapshot.sees(*transaction)).collect();
        assert_eq!(ended, [8, 9, 11, 12, 13, 16, 17, 18, 19]);
        assert_eq!(snapshot.to_string(), "10:20:10,14,15");
        assert_eq!(seen("20:20:").to_string(), "20:20:");
    }

    #[test]
    fn of_two_snapshots_the_later_sees_all_of_the_earlier() {
        let in_order = ["10:20:10,14", "10:20:10", "20:20:", "10:21:10,20", "21:21:"];
        let snapshots = in_order.map(seen);
        assert!(snapshots[0].is_within(&snapshots[1]) && !snapshots[1].is_within(&snapshots[0]));
        assert!(snapshots[1].is_within(&snapshots[2]) && snapshots[2].is_within(&snapshots[4]));
        assert!(snapshots[3].is_within(&snapshots[4]) && !snapshots[4].is_within(&snapshots[3]));
        assert!(snapshots.iter().all(|snapshot| snapshot.is_within(snapshot)));
    }

    #[test]
    fn a_position_is_read_as_it_was_written() {
        let read_at = DateTime::from_timestamp_millis(1_772_452_800_123).expect("an instant");
        let place = Place { transaction: 4_294_967_299, id: 17 };
        for (after, within) in [
            ("20:20:", None),
            ("10:20:10,14,15", None),
            ("10:20:10,14,15", Some((seen("4294967298:4294967300:4294967298"), place))),
        ] {
            let position = Position { after: seen(after), within, read_at };
            assert_eq!(position.to_string().parse(), Ok(position));
        }
    }

    #[test]
    fn what_is_no_position_is_refused() {
        for wrong in [
            "",
            "x",
            "0",
            "0.",
            "0.a",
            "0.a-",
            "0.0-0",
            "0.a-+1",
            "0.a-5-1",
            "0.a-5-0-6",
            "0.a-5-0-3-2",
            "0.a-0.a-0",
            "0.a-0.a-0.1",
            "0.a-0.a-0.1-2.3",
            "0.a-0.a-0.1--2",
            "-1.a-0",
            "0.ffffffffffffffff-1",
            "0.8000000000000000-0",
            "0.a-0 ",
            "ä.a-0",
        ] {
            assert_eq!(wrong.parse::<Position>(), Err(Unreadable), "{wrong:?}");
        }
    }
}
