//! The six fields of an expression: their values and their names.

use std::ops::RangeInclusive;

use crate::locale::{Message, msg};

/// A place in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// 0 to 59; only where there are six fields.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12.
    Month,
    /// 0 to 7, Sunday being both.
    DayOfWeek,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Field {
    /// The values a person may write. Sunday is 0 and 7.
    #[must_use]
    pub fn range(self) -> RangeInclusive<u8> {
        match self {
            Self::Second | Self::Minute => 0..=59,
            Self::Hour => 0..=23,
            Self::DayOfMonth => 1..=31,
            Self::Month => 1..=12,
            Self::DayOfWeek => 0..=7,
        }
    }

    /// The largest step: once round the field. A larger one could only ever mean the first value.
    #[must_use]
    pub fn largest_step(self) -> u8 {
        match self {
            Self::Second | Self::Minute => 60,
            Self::Hour => 24,
            Self::DayOfMonth => 31,
            Self::Month => 12,
            Self::DayOfWeek => 7,
        }
    }

    /// The value a name stands for, in any case.
    pub(super) fn value_of_name(self, name: &str) -> Option<u8> {
        let (names, first): (&[&str], u8) = match self {
            Self::Month => (&MONTHS, 1),
            Self::DayOfWeek => (&WEEKDAYS, 0),
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth => return None,
        };
        (first..).zip(names).find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(value, _)| value)
    }

    /// The field's name for a person.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Second => msg::schedule_field_second(),
            Self::Minute => msg::schedule_field_minute(),
            Self::Hour => msg::schedule_field_hour(),
            Self::DayOfMonth => msg::schedule_field_day_of_month(),
            Self::Month => msg::schedule_field_month(),
            Self::DayOfWeek => msg::schedule_field_day_of_week(),
        }
    }

    /// What may be written in this field, for a person.
    pub(super) fn allowed(self) -> Message {
        match self {
            Self::Second | Self::Minute => msg::schedule_allowed_minute(),
            Self::Hour => msg::schedule_allowed_hour(),
            Self::DayOfMonth => msg::schedule_allowed_day_of_month(),
            Self::Month => msg::schedule_allowed_month(),
            Self::DayOfWeek => msg::schedule_allowed_day_of_week(),
        }
    }
}
