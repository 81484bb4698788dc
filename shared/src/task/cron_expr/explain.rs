//! Says an expression in words: first as a structure that a test can hold against the expression, then as a message.

use chrono::{NaiveTime, TimeDelta, Timelike};

use super::days::{DayRule, bits};
use super::parse::FieldSet;
use super::times::TimesOfDay;
use crate::locale::{Argument, Message, msg};

/// An expression in words. [`Explanation::message`] renders it; the parts are there for those who show it otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// When on a day.
    pub times: Times,
    /// On which days of a month.
    pub days: Days,
    /// 1 is January. Empty: every month.
    pub months: Vec<Span>,
    /// No such day exists.
    pub never: bool,
}

/// When on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Times {
    /// A few times, in order.
    At(Vec<NaiveTime>),
    /// Many, evenly spaced.
    Every {
        /// The distance between two of them.
        step: TimeDelta,
        /// The first.
        from: NaiveTime,
        /// The last.
        to: NaiveTime,
    },
    /// Too irregular for a phrase: the fields as they are.
    Fields {
        /// 0 to 59.
        seconds: Vec<Span>,
        /// 0 to 59.
        minutes: Vec<Span>,
        /// 0 to 23.
        hours: Vec<Span>,
    },
}

/// On which days of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
    /// On each.
    Every,
    /// By the date alone.
    OfMonth(Vec<DayOfMonth>),
    /// By the weekday alone.
    OfWeek(Vec<DayOfWeek>),
    /// Either one is enough: Debian's rule where neither field begins with `*`.
    Either(Vec<DayOfMonth>, Vec<DayOfWeek>),
    /// Both must match.
    Both(Vec<DayOfMonth>, Vec<DayOfWeek>),
}

/// Days by their date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOfMonth {
    /// 1 to 31.
    Dates(Span),
    /// `L`
    Last,
    /// `LW`: the last Monday to Friday.
    LastWorkday,
    /// `15W`: the Monday to Friday nearest to that date, in the same month.
    NearestWorkday(u8),
}

/// Days by their weekday. Monday is 1, Sunday is 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOfWeek {
    /// Every one of them.
    Weekdays(Span),
    /// `5L`: the month's last one.
    Last(u8),
    /// `MON#2`
    Nth {
        /// Which weekday.
        weekday: u8,
        /// 1 to 5: the month's first to fifth.
        nth: u8,
    },
}

/// Values next to each other: one value, or three and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The smallest.
    pub first: u8,
    /// The largest.
    pub last: u8,
}

/// How many times of day a sentence can list.
const LISTED_TIMES: u32 = 6;
/// From how many times on "every …" reads better than a list.
const SPACED_TIMES: u32 = 4;

const ALL_DATES: u64 = 0xffff_fffe;
const ALL_MONTHS: u64 = 0b1_1111_1111_1110;
const ALL_WEEKDAYS: u64 = 0b111_1111;

impl Explanation {
    pub(super) fn of(days: &DayRule, times: &TimesOfDay) -> Self {
        Self {
            times: Times::of(times),
            days: Days::of(days),
            months: if days.months == ALL_MONTHS { Vec::new() } else { spans(days.months) },
            never: days.never_match(),
        }
    }

    /// The sentence, without a full stop: "every 15 minutes from 09:00 to 17:45, Monday to Friday".
    #[must_use]
    pub fn message(&self) -> Message {
        let mut sentence = match (&self.times, self.days.message()) {
            (Times::At(times), None) => msg::schedule_every_day_at(all_of(times.iter().copied().map(clock))),
            (times, None) => times.message(),
            (times, Some(days)) => msg::schedule_and_when(times.message(), days),
        };
        if !self.months.is_empty() {
            sentence = msg::schedule_and_when(sentence, months_message(&self.months));
        }
        if self.never { msg::schedule_never(sentence) } else { sentence }
    }
}

impl Times {
    fn of(times: &TimesOfDay) -> Self {
        let (from, to) = (times.first(), times.last());
        let count = times.count();
        let evenly_spaced = times.finest_distance().map(|seconds| TimeDelta::seconds(i64::from(seconds)));
        match evenly_spaced {
            // The smallest distance, taken every time, just reaches the end: so it is the only one.
            Some(step) if count >= SPACED_TIMES && to - from == step * (count as i32 - 1) => {
                Self::Every { step, from, to }
            }
            _ if count <= LISTED_TIMES => Self::At(times.all().collect()),
            _ => {
                Self::Fields { seconds: spans(times.seconds), minutes: spans(times.minutes), hours: spans(times.hours) }
            }
        }
    }

    fn message(&self) -> Message {
        match self {
            Self::At(times) => msg::schedule_at(all_of(times.iter().copied().map(clock))),
            Self::Every { step, from, to } => {
                let every = interval(*step);
                let whole_day = *from == NaiveTime::MIN && *to - *from + *step == TimeDelta::days(1);
                if whole_day { every } else { msg::schedule_every_from_to(every, clock(*from), clock(*to)) }
            }
            Self::Fields { seconds, minutes, hours } => {
                let hours = msg::schedule_of_hours(count_of(hours, 24), numbers(hours));
                if *seconds == [Span { first: 0, last: 0 }] {
                    msg::schedule_at_minutes(count_of(minutes, 60), hours, numbers(minutes))
                } else {
                    let minutes = msg::schedule_of_minutes(count_of(minutes, 60), hours, numbers(minutes));
                    msg::schedule_at_seconds(count_of(seconds, 60), numbers(seconds), minutes)
                }
            }
        }
    }
}

impl Days {
    fn of(rule: &DayRule) -> Self {
        let any_date = rule.day_of_month.values == ALL_DATES;
        let any_weekday = rule.day_of_week.values == ALL_WEEKDAYS;
        let (dates, weekdays) = (dates_of(&rule.day_of_month), weekdays_of(&rule.day_of_week));
        match (rule.needs_both(), any_date, any_weekday) {
            (true, true, true) | (false, true, _) | (false, _, true) => Self::Every,
            (true, true, false) => Self::OfWeek(weekdays),
            (true, false, true) => Self::OfMonth(dates),
            (true, false, false) => Self::Both(dates, weekdays),
            (false, false, false) => Self::Either(dates, weekdays),
        }
    }

    fn message(&self) -> Option<Argument> {
        match self {
            Self::Every => None,
            Self::OfMonth(dates) => Some(dates_message(dates)),
            Self::OfWeek(weekdays) => Some(weekdays_message(weekdays)),
            Self::Either(dates, weekdays) => {
                Some(msg::schedule_either_day(dates_message(dates), weekdays_message(weekdays)).into())
            }
            Self::Both(dates, weekdays) => {
                Some(msg::schedule_both_days(dates_message(dates), weekday_is(weekdays)).into())
            }
        }
    }
}

fn dates_of(set: &FieldSet) -> Vec<DayOfMonth> {
    let dates = spans(set.values).into_iter().map(DayOfMonth::Dates);
    let nearest = bits(set.nearest_workday).map(|day| DayOfMonth::NearestWorkday(day as u8));
    let last_workday = set.last_workday.then_some(DayOfMonth::LastWorkday);
    dates.chain(nearest).chain(last_workday).chain(set.last_day.then_some(DayOfMonth::Last)).collect()
}

fn weekdays_of(set: &FieldSet) -> Vec<DayOfWeek> {
    let from_monday = |weekdays: u64| weekdays & !1 | (weekdays & 1) << 7;
    let each = |weekdays: u64| bits(from_monday(weekdays)).map(|weekday| weekday as u8);
    let nth = (1..)
        .zip(set.nth_weekday)
        .flat_map(|(nth, weekdays)| each(weekdays).map(move |weekday| DayOfWeek::Nth { weekday, nth }));
    let weekdays = spans(from_monday(set.values)).into_iter().map(DayOfWeek::Weekdays);
    weekdays.chain(nth).chain(each(set.last_weekday).map(DayOfWeek::Last)).collect()
}

/// The set as spans. Two neighbours stay two values: "Monday and Tuesday".
fn spans(set: u64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for value in bits(set).map(|value| value as u8) {
        match spans.last_mut() {
            Some(span) if span.last + 1 == value => span.last = value,
            Some(_) | None => spans.push(Span { first: value, last: value }),
        }
    }
    spans.into_iter().flat_map(Span::without_pairs).collect()
}

impl DayOfMonth {
    fn dates(self) -> Option<Span> {
        match self {
            Self::Dates(span) => Some(span),
            Self::Last | Self::LastWorkday | Self::NearestWorkday(_) => None,
        }
    }
}

impl DayOfWeek {
    fn single(self) -> Option<u8> {
        match self {
            Self::Weekdays(span) => span.is_single().then_some(span.first),
            Self::Last(_) | Self::Nth { .. } => None,
        }
    }
}

impl Span {
    fn without_pairs(self) -> impl Iterator<Item = Self> {
        let is_pair = self.first + 1 == self.last;
        let head = if is_pair { Self { first: self.first, last: self.first } } else { self };
        [head].into_iter().chain(is_pair.then_some(Self { first: self.last, last: self.last }))
    }

    fn is_single(self) -> bool {
        self.first == self.last
    }
}

fn dates_message(days: &[DayOfMonth]) -> Argument {
    let dates: Vec<Span> = days.iter().copied().filter_map(DayOfMonth::dates).collect();
    let list = all_of(dates.iter().map(|span| {
        if span.is_single() { msg::schedule_date(span.first) } else { msg::schedule_dates(span.first, span.last) }
    }));
    let numbered = (!dates.is_empty()).then(|| msg::schedule_on_dates(value_count(&dates), list));
    let others = days.iter().filter_map(|day| match day {
        DayOfMonth::Dates(_) => None,
        DayOfMonth::Last => Some(msg::schedule_on_last_day()),
        DayOfMonth::LastWorkday => Some(msg::schedule_on_last_workday()),
        DayOfMonth::NearestWorkday(date) => Some(msg::schedule_on_nearest_workday(*date)),
    });
    all_of(numbered.into_iter().chain(others))
}

fn weekdays_message(days: &[DayOfWeek]) -> Argument {
    let singles: Vec<u8> = days.iter().copied().filter_map(DayOfWeek::single).collect();
    let each = (!singles.is_empty())
        .then(|| msg::schedule_each_weekday(all_of(singles.into_iter().map(msg::schedule_weekday_each))));
    let others = days.iter().filter_map(|day| match day {
        DayOfWeek::Weekdays(span) => (!span.is_single()).then(|| {
            let [first, last] = [span.first, span.last].map(msg::schedule_weekday_in_range);
            msg::schedule_weekday_range(first, last)
        }),
        DayOfWeek::Last(weekday) => Some(msg::schedule_on_last_weekday(*weekday)),
        DayOfWeek::Nth { weekday, nth } => Some(msg::schedule_on_nth_weekday(*nth, *weekday)),
    });
    all_of(others.chain(each))
}

/// What follows "if it is": "a Monday or the last Friday of the month".
fn weekday_is(days: &[DayOfWeek]) -> Argument {
    let items = days.iter().flat_map(|day| match day {
        DayOfWeek::Weekdays(span) => (span.first..=span.last).map(msg::schedule_is_weekday).collect(),
        DayOfWeek::Last(weekday) => vec![msg::schedule_is_last_weekday(*weekday)],
        DayOfWeek::Nth { weekday, nth } => vec![msg::schedule_is_nth_weekday(*nth, *weekday)],
    });
    join(items.map(Argument::from).collect(), msg::schedule_or)
}

fn months_message(months: &[Span]) -> Argument {
    let (singles, ranges): (Vec<Span>, Vec<Span>) = months.iter().partition(|span| span.is_single());
    let listed = all_of(singles.iter().map(|span| msg::schedule_month(span.first)));
    let singles = (!singles.is_empty()).then(|| msg::schedule_in_months(listed));
    let ranges = ranges.iter().map(|span| {
        let [first, last] = [span.first, span.last].map(msg::schedule_month_in_range);
        msg::schedule_month_range(first, last)
    });
    all_of(singles.into_iter().chain(ranges))
}

fn interval(step: TimeDelta) -> Message {
    let seconds = step.num_seconds();
    match (seconds % 3600, seconds % 60) {
        (0, _) => msg::schedule_every_hours(seconds / 3600),
        (_, 0) => msg::schedule_every_minutes(seconds / 60),
        _ => msg::schedule_every_seconds(seconds),
    }
}

fn clock(time: NaiveTime) -> String {
    let format = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.format(format).to_string()
}

fn numbers(values: &[Span]) -> Argument {
    all_of(
        values.iter().map(|span| {
            if span.is_single() { span.first.to_string() } else { format!("{}–{}", span.first, span.last) }
        }),
    )
}

fn value_count(values: &[Span]) -> u32 {
    values.iter().map(|span| u32::from(span.last - span.first) + 1).sum()
}

/// How many values there are, or 0 where it is all of them.
fn count_of(values: &[Span], all: u32) -> u32 {
    value_count(values) % all
}

fn all_of(items: impl IntoIterator<Item = impl Into<Argument>>) -> Argument {
    join(items.into_iter().map(Into::into).collect(), msg::schedule_and)
}

/// `a, b and c`: the last two are joined by `word`.
fn join(mut items: Vec<Argument>, word: fn(Argument, Argument) -> Message) -> Argument {
    let Some(last) = items.pop() else { return Argument::from("") };
    let Some(before) = items.pop() else { return last };
    items.into_iter().rev().fold(word(before, last), |rest, item| msg::schedule_comma(item, rest)).into()
}
