//! What the clock on the wall of a zone shows, and where it is put forward or back.
//!
//! A wall clock reading is a [`NaiveDateTime`]. Zone rules are those of `chrono-tz`, whose table of clock changes ends with the year 2100.

use chrono::offset::LocalResult;
use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

/// The shortest jump forward that Debian's cron takes for a correction of the clock, not for summer time (`cron.c`: more than 180 minutes
/// after the minute before the jump; `cron(8)` says 3 hours).
const SHORTEST_CORRECTION_FORWARD: TimeDelta = TimeDelta::minutes(180);

/// The same for a step back, which `cron.c` counts from the minute before, too.
const SHORTEST_CORRECTION_BACK: TimeDelta = TimeDelta::minutes(181);

/// When a wall clock reading is shown.
pub(super) enum Shown {
    Once(DateTime<Utc>),
    /// The clock is put back over it.
    Twice {
        first: DateTime<Utc>,
        second: DateTime<Utc>,
    },
    /// The clock is put forward over it. `None`: chrono-tz cannot say where.
    Never(Option<ClockChange>),
}

/// One clock change: what the clock would have shown at that instant, and what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClockChange {
    pub at: DateTime<Utc>,
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
}

impl ClockChange {
    /// Whether Debian's cron takes it for summer time and looks after fixed times; otherwise it simply goes by the new time.
    pub(super) fn is_seasonal(&self) -> bool {
        let forward = self.to - self.from;
        forward < SHORTEST_CORRECTION_FORWARD && -forward < SHORTEST_CORRECTION_BACK
    }
}

/// What the clock shows at `instant`.
pub(super) fn reading(zone: Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    instant.naive_utc() + zone.offset_from_utc_datetime(&instant.naive_utc()).fix()
}

/// When the clock shows `wall`.
pub(super) fn shown(zone: Tz, wall: NaiveDateTime) -> Shown {
    let instant = |offset: <Tz as TimeZone>::Offset| (wall - offset.fix()).and_utc();
    match zone.offset_from_local_datetime(&wall) {
        LocalResult::Single(offset) => Shown::Once(instant(offset)),
        LocalResult::Ambiguous(before, after) => Shown::Twice { first: instant(before), second: instant(after) },
        LocalResult::None => Shown::Never(change_over(zone, wall)),
    }
}

/// The change that put the clock forward over `wall`.
fn change_over(zone: Tz, wall: NaiveDateTime) -> Option<ClockChange> {
    let gap = GapInfo::new(&wall, &zone)?;
    let (from, _) = gap.begin?;
    let end = gap.end?;
    Some(ClockChange { at: end.to_utc(), from, to: end.naive_local() })
}

/// The change that put the clock back between two instants that show the same; found by halving.
pub(super) fn change_between(zone: Tz, first: DateTime<Utc>, second: DateTime<Utc>) -> ClockChange {
    let offset_at = |instant: DateTime<Utc>| zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    let before = offset_at(first);
    let (mut old, mut new) = (first, second);
    while new - old > TimeDelta::seconds(1) {
        let middle = old + TimeDelta::seconds((new - old).num_seconds() / 2);
        if offset_at(middle) == before {
            old = middle;
        } else {
            new = middle;
        }
    }
    ClockChange { at: new, from: new.naive_utc() + before, to: reading(zone, new) }
}
