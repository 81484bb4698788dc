//! The slots of an expression on the time line: the next one, and the newest one so far.
//!
//! The clock-change rules are those of Debian's `cron.c`. A *fixed time* that the clock jumps over comes at the first instant after the
//! jump, and comes in the first pass of an hour that is shown twice. Everything else comes whenever the clock shows it. A change that is
//! not seasonal (three hours and more, as when Samoa left out 30 December 2011) has no rules: the clock simply shows another time.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};

use super::CronExpr;
use super::zone::{ClockChange, Shown, Zone, change_between, reading, shown};

const SECOND: TimeDelta = TimeDelta::seconds(1);

impl CronExpr {
    /// How far ahead a slot is looked for, in years. On the calendar none is more than 40 years away; the rest is for clock changes.
    pub const YEARS_AHEAD: i32 = 50;

    /// The first slot after `after`; slots are whole seconds and always increase.
    ///
    /// `None`: it never comes again, or not within [`CronExpr::YEARS_AHEAD`]. Years before 1 and after 9999 have no slots.
    #[must_use]
    pub fn next_after(&self, after: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
        let mut after = whole_second(after)?;
        let mut wall = reading(zone, after);
        let last_year = wall.year() + Self::YEARS_AHEAD;
        if let Some(change) = put_back_around(zone, wall) {
            let in_first_pass = after < change.at;
            if self.once_despite(&change) {
                // The second pass shows nothing new.
                wall = if in_first_pass { wall } else { change.from - SECOND };
            } else if in_first_pass && self.next_wall(wall).is_none_or(|next| next >= change.from) {
                (after, wall) = (change.at - SECOND, change.to - SECOND);
            }
        }
        loop {
            let next = self.next_wall(wall).filter(|next| next.year() <= last_year)?;
            let (slot, beyond) = match shown(zone, next) {
                Shown::Once(instant) => (Some(instant), next),
                Shown::Twice { first, second } => (Some(if first > after { first } else { second }), next),
                Shown::Never(jump) if self.once_despite(&jump) => (Some(jump.at), jump.to - SECOND),
                Shown::Never(jump) => (None, jump.to - SECOND),
            };
            // The wall only ever moves on, so this ends; and no slot may lie in the past, whatever the zone's table says.
            match slot {
                Some(slot) if slot > after => return Some(slot),
                Some(_) | None => wall = beyond,
            }
        }
    }

    /// The newest slot at or before `at` and after `not_before`: where catching up begins. Costs about as much as
    /// [`CronExpr::next_after`], however many slots lie between.
    #[must_use]
    pub fn newest_at_or_before(
        &self,
        at: DateTime<Utc>,
        not_before: DateTime<Utc>,
        zone: Zone,
    ) -> Option<DateTime<Utc>> {
        let at = whole_second(at)?;
        self.newest_at(at, not_before, zone).filter(|slot| *slot > not_before)
    }

    fn newest_at(&self, mut at: DateTime<Utc>, not_before: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
        let mut wall = reading(zone, at);
        if let Some(change) = put_back_around(zone, wall)
            && at >= change.at
            && (self.once_despite(&change) || self.newest_wall(wall).is_none_or(|newest| newest < change.to))
        {
            // Nothing new in the second pass so far: the end of the first pass is what counts.
            (at, wall) = (change.at - SECOND, change.from - SECOND);
        }
        loop {
            let newest = self.newest_wall(wall)?;
            let (slot, beyond) = match shown(zone, newest) {
                Shown::Once(instant) => (Some(instant), newest - SECOND),
                Shown::Twice { first, second } => {
                    let once = self.once_despite(&change_between(zone, first, second));
                    (Some(if once || second > at { first } else { second }), newest - SECOND)
                }
                Shown::Never(jump) if self.once_despite(&jump) => (Some(jump.at), jump.from - SECOND),
                Shown::Never(jump) if jump.at <= not_before => return None,
                Shown::Never(jump) => (None, jump.from - SECOND),
            };
            match slot {
                Some(slot) if slot <= at => return Some(slot),
                Some(_) | None => wall = beyond,
            }
        }
    }

    /// Whether the schedule comes once in spite of the clock change: a jump does not drop it, a doubled hour does not double it.
    fn once_despite(&self, change: &ClockChange) -> bool {
        self.fixed_time && change.is_seasonal()
    }

    /// The first wall clock reading after `wall` that matches.
    fn next_wall(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        if self.days.matches(wall.date())
            && let Some(time) = self.times.next_after(wall.time())
        {
            return Some(wall.date().and_time(time));
        }
        self.days.next_after(wall.date()).map(|day| day.and_time(self.times.first()))
    }

    /// The last wall clock reading at or before `wall` that matches.
    fn newest_wall(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        if self.days.matches(wall.date())
            && let Some(time) = self.times.newest_at_or_before(wall.time())
        {
            return Some(wall.date().and_time(time));
        }
        self.days.newest_before(wall.date()).map(|day| day.and_time(self.times.last()))
    }
}

/// The change that shows `wall` twice, if one does.
fn put_back_around(zone: Zone, wall: NaiveDateTime) -> Option<ClockChange> {
    match shown(zone, wall) {
        Shown::Twice { first, second } => Some(change_between(zone, first, second)),
        Shown::Once(_) | Shown::Never(_) => None,
    }
}

/// The second an instant falls into. `None` outside the years 1 to 9999, beyond which calendars overflow.
fn whole_second(instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
    instant.with_nanosecond(0).filter(|second| (1..=9999).contains(&second.year()))
}
