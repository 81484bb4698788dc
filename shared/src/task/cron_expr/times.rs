//! Which times of a day match: seconds, minutes and hours.
//!
//! The `cron` crate is the engine here, and only here. It is asked for the next and the last time *within one reference day*, dressed as
//! UTC. So nothing depends on what it does differently from Debian: its syntax, its weekdays (1 = Sunday), its day rule (both must match),
//! its handling of zones (0.17.0 goes back in time where the clock falls back) and its last year, 2100.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use cron::Schedule;

use super::days::bits;

/// The times of day of an expression. There is always at least one.
#[derive(Debug, Clone)]
pub(super) struct TimesOfDay {
    pub seconds: u64,
    pub minutes: u64,
    pub hours: u64,
    engine: Arc<Schedule>,
    first: NaiveTime,
    last: NaiveTime,
}

impl TimesOfDay {
    /// `None` where one of the sets is empty, which no text leads to.
    pub(super) fn new(seconds: u64, minutes: u64, hours: u64) -> Option<Self> {
        let spelled = format!("{} {} {} * * *", spell(seconds, 60), spell(minutes, 60), spell(hours, 24));
        Some(Self {
            seconds,
            minutes,
            hours,
            engine: Arc::new(spelled.parse().ok()?),
            first: time_of(hours.trailing_zeros(), minutes.trailing_zeros(), seconds.trailing_zeros())?,
            last: time_of(hours.ilog2(), minutes.ilog2(), seconds.ilog2())?,
        })
    }

    pub(super) fn first(&self) -> NaiveTime {
        self.first
    }

    pub(super) fn last(&self) -> NaiveTime {
        self.last
    }

    /// The first time after `time` on the same day.
    pub(super) fn next_after(&self, time: NaiveTime) -> Option<NaiveTime> {
        if time >= self.last {
            return None;
        }
        self.engine.after(&on_reference_day(time)).next().map(|next| next.time())
    }

    /// The last time at or before `time` on the same day.
    pub(super) fn newest_at_or_before(&self, time: NaiveTime) -> Option<NaiveTime> {
        if time < self.first {
            return None;
        }
        let just_after = on_reference_day(time) + TimeDelta::seconds(1);
        self.engine.after(&just_after).next_back().map(|newest| newest.time())
    }

    /// Seconds from the first to the last time of a day.
    pub(super) fn span(&self) -> u32 {
        self.last.num_seconds_from_midnight() - self.first.num_seconds_from_midnight()
    }

    /// How many times a day has.
    pub(super) fn count(&self) -> u32 {
        self.seconds.count_ones() * self.minutes.count_ones() * self.hours.count_ones()
    }

    /// Every time of a day, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = NaiveTime> {
        bits(self.hours).flat_map(move |hour| {
            bits(self.minutes)
                .flat_map(move |minute| bits(self.seconds).filter_map(move |second| time_of(hour, minute, second)))
        })
    }

    /// The fewest seconds between two times of one day.
    ///
    /// Two times that follow each other differ in the seconds, or in the minutes (from the last second to the first), or in the hours.
    pub(super) fn finest_distance(&self) -> Option<u32> {
        let span_of = |set: u64| set.ilog2() - set.trailing_zeros();
        let between_minutes = finest_step(self.minutes).map(|minutes| minutes * 60 - span_of(self.seconds));
        let between_hours =
            finest_step(self.hours).map(|hours| hours * 3600 - span_of(self.minutes) * 60 - span_of(self.seconds));
        finest_step(self.seconds).into_iter().chain(between_minutes).chain(between_hours).min()
    }
}

/// The smallest distance between two bits.
fn finest_step(set: u64) -> Option<u32> {
    bits(set).zip(bits(set).skip(1)).map(|(place, next)| next - place).min()
}

fn spell(set: u64, all: u32) -> String {
    if set.count_ones() == all {
        return "*".to_owned();
    }
    bits(set).map(|value| value.to_string()).collect::<Vec<_>>().join(",")
}

fn time_of(hour: u32, minute: u32, second: u32) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// `time` on 2 January 1970, a day with neighbours and no peculiarities.
fn on_reference_day(time: NaiveTime) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(1) + TimeDelta::seconds(i64::from(time.num_seconds_from_midnight()))
}
