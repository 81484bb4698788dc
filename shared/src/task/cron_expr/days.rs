//! Which days match: day of month, month and day of week, as bits of a month.

use chrono::{Datelike, NaiveDate};

use super::parse::FieldSet;

/// The days 1, 8, 15, 22 and 29. Shifted, every day of one weekday.
const EVERY_SEVENTH: u32 = 1 << 1 | 1 << 8 | 1 << 15 | 1 << 22 | 1 << 29;

/// The longest anyone waits for a day that matches at all: 29 February on one weekday, across a year like 2100.
const LONGEST_WAIT_MONTHS: u32 = 40 * 12 + 1;

/// The days of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayRule {
    pub day_of_month: FieldSet,
    /// Bits 1 to 12.
    pub months: u64,
    /// Sunday is bit 0 alone.
    pub day_of_week: FieldSet,
    never_match: bool,
}

impl DayRule {
    pub(super) fn new(day_of_month: &FieldSet, month: &FieldSet, day_of_week: &FieldSet) -> Self {
        let weekdays = (day_of_week.values | day_of_week.values >> 7) & 0b111_1111;
        let mut rule = Self {
            day_of_month: *day_of_month,
            months: month.values,
            day_of_week: FieldSet { values: weekdays, ..*day_of_week },
            never_match: false,
        };
        // Every kind of year (which weekday it begins with, leap or not) is among these.
        rule.never_match = months_of(2000, 2028).all(|first| rule.matching_in(first) == 0);
        rule
    }

    /// Debian's rule (crontab(5)): both must match where one of the two *begins with* `*`, otherwise either one is enough.
    pub(super) fn needs_both(&self) -> bool {
        self.day_of_month.begins_with_star || self.day_of_week.begins_with_star
    }

    pub(super) fn never_match(&self) -> bool {
        self.never_match
    }

    pub(super) fn matches(&self, day: NaiveDate) -> bool {
        first_of_month(day).is_some_and(|first| self.matching_in(first) & (1 << day.day()) != 0)
    }

    /// The first day after `day` that matches.
    pub(super) fn next_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut first = first_of_month(day)?;
        let mut later = !0 << day.day() << 1;
        for _ in 0..=self.patience() {
            let matching = self.matching_in(first) & later;
            if matching != 0 {
                return first.with_day(matching.trailing_zeros());
            }
            first = self.month_after(first)?;
            later = !0;
        }
        None
    }

    /// The last day before `day` that matches.
    pub(super) fn newest_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut first = first_of_month(day)?;
        let mut earlier = !(!0 << day.day());
        for _ in 0..=self.patience() {
            let matching = self.matching_in(first) & earlier;
            if matching != 0 {
                return first.with_day(matching.ilog2());
            }
            first = self.month_before(first)?;
            earlier = !0;
        }
        None
    }

    /// The fewest days between two days that match, as the calendar falls from 2000 to 2040.
    pub(super) fn finest_distance(&self) -> Option<u32> {
        if self.never_match {
            return None;
        }
        let mut finest = None;
        let mut last = None;
        for first in months_of(2000, 2041) {
            let start = first.num_days_from_ce();
            let matching = self.matching_in(first);
            for day in (1..=31).filter(|day| matching & (1 << day) != 0).map(|day| start + day) {
                let distance = last.replace(day).map(|last| day.abs_diff(last));
                finest = finest.into_iter().chain(distance).min();
            }
            if finest == Some(1) {
                break;
            }
        }
        finest
    }

    /// The next month that may have days, from the 1st of one to the 1st of the other.
    fn month_after(&self, first: NaiveDate) -> Option<NaiveDate> {
        let later = self.months & !0 << first.month() << 1;
        if later != 0 {
            return first.with_month(later.trailing_zeros());
        }
        NaiveDate::from_ymd_opt(first.year() + 1, self.months.trailing_zeros(), 1)
    }

    fn month_before(&self, first: NaiveDate) -> Option<NaiveDate> {
        let earlier = self.months & !(!0 << first.month());
        if earlier != 0 {
            return first.with_month(earlier.ilog2());
        }
        NaiveDate::from_ymd_opt(first.year() - 1, self.months.ilog2(), 1)
    }

    fn patience(&self) -> u32 {
        if self.never_match { 0 } else { LONGEST_WAIT_MONTHS }
    }

    /// The days of the month beginning at `first` that match: bit 1 is the 1st.
    fn matching_in(&self, first: NaiveDate) -> u32 {
        if self.months & (1 << first.month()) == 0 {
            return 0;
        }
        let month = Month { first_weekday: first.weekday().num_days_from_sunday(), days: days_in_month(first) };
        let (by_date, by_weekday) = (month.days_of(&self.day_of_month), month.weekdays_of(&self.day_of_week));
        let either_or_both = if self.needs_both() { by_date & by_weekday } else { by_date | by_weekday };
        either_or_both & month.all()
    }
}

/// What one month looks like. Weekdays count from Sunday, 0.
#[derive(Clone, Copy)]
struct Month {
    first_weekday: u32,
    days: u32,
}

impl Month {
    fn all(self) -> u32 {
        !(!0 << self.days << 1) & !1
    }

    fn weekday_of(self, day: u32) -> u32 {
        (self.first_weekday + day - 1) % 7
    }

    fn every(self, weekday: u32) -> u32 {
        EVERY_SEVENTH << ((weekday + 7 - self.first_weekday) % 7) & self.all()
    }

    fn days_of(self, set: &FieldSet) -> u32 {
        let mut days = bits(set.values).fold(0, |days, day| days | 1 << day);
        if set.last_day {
            days |= 1 << self.days;
        }
        if set.last_workday {
            days |= 1 << self.workday_nearest(self.days);
        }
        for day in bits(set.nearest_workday).filter(|day| *day <= self.days) {
            days |= 1 << self.workday_nearest(day);
        }
        days
    }

    /// Monday to Friday, without leaving the month: from a Saturday a day back, from a Sunday a day on, at the month's ends the other way.
    fn workday_nearest(self, day: u32) -> u32 {
        match self.weekday_of(day) {
            6 if day == 1 => 3,
            6 => day - 1,
            0 if day == self.days => day - 2,
            0 => day + 1,
            _ => day,
        }
    }

    fn weekdays_of(self, set: &FieldSet) -> u32 {
        let mut days = 0;
        for weekday in bits(set.values) {
            days |= self.every(weekday);
        }
        for weekday in bits(set.last_weekday) {
            days |= 1 << self.every(weekday).ilog2();
        }
        for (weeks, weekdays) in (0u32..).zip(set.nth_weekday) {
            let week = 0b1111_1110 << (weeks * 7);
            for weekday in bits(weekdays) {
                days |= self.every(weekday) & week;
            }
        }
        days
    }
}

/// The places of the bits that are set, in order.
pub(super) fn bits(mut set: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let place = (set != 0).then(|| set.trailing_zeros());
        set &= set.wrapping_sub(1);
        place
    })
}

fn first_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)
}

fn days_in_month(first: NaiveDate) -> u32 {
    match first.month() {
        4 | 6 | 9 | 11 => 30,
        2 if first.leap_year() => 29,
        2 => 28,
        _ => 31,
    }
}

fn months_of(from_year: i32, before_year: i32) -> impl Iterator<Item = NaiveDate> {
    (from_year..before_year).flat_map(|year| (1..=12).filter_map(move |month| NaiveDate::from_ymd_opt(year, month, 1)))
}
