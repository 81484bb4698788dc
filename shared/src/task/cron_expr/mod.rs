//! Cron expressions: what Debian's cron means by five fields, and a little more.
//!
//! - five fields, `minute hour day-of-month month day-of-week`, mean what they mean in a crontab of Debian's cron (3.0pl1-162;
//!   its `crontab(5)`, `cron(8)`, `entry.c` and `cron.c` are the sources of the rules here);
//! - `@yearly @annually @monthly @weekly @daily @midnight @hourly` stand for five fields; `@reboot` is refused with its own message;
//! - a sixth field in front is for seconds; `L`, `LW`, `15W` are days of the month, `5L`, `MON#2` days of the week.
//!
//! Stricter than Debian on purpose, where Debian silently does what nobody meant. Refused are: a range that runs backwards, `FRI-SUN`
//! included, since Sunday's name is 0 (Debian: an empty set); a step larger than its field, `*/90` (Debian: the first value only);
//! anything after a part's end, `**` or `1-2-3` (Debian: ignored); numbers that overflow. `?` is refused by both.
//!
//! Everything here is pure: the instant is an argument. The files: `parse` reads the text, `days` and `times` say which wall clock
//! readings match, `zone` and `next` place them on the time line, `explain` says it in words, `error` says what was wrong.

mod days;
mod error;
mod explain;
mod field;
mod next;
mod parse;
mod times;
mod zone;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::time::Duration;

use self::days::DayRule;
use self::times::TimesOfDay;

pub use self::error::{CronExprError, FieldFault};
pub use self::explain::{DayOfMonth, DayOfWeek, Days, Explanation, Span, Times};
pub use self::field::Field;
pub use self::zone::{UnknownZone, Zone};

/// A cron expression that has been read and understood.
///
/// Two are equal when they are written the same; [`Display`](fmt::Display) gives them back as written.
#[derive(Clone)]
pub struct CronExpr {
    text: Box<str>,
    days: DayRule,
    times: TimesOfDay,
    /// Five fields whose minute and hour both do not begin with `*`: Debian's "fixed time", which a clock change neither drops nor doubles.
    fixed_time: bool,
}

impl CronExpr {
    /// Reads an expression. The cost is bounded: at most [`CronExpr::MAX_LENGTH`] bytes are looked at.
    ///
    /// # Errors
    /// Says which field, what was written and what is allowed.
    pub fn parse(text: &str) -> Result<Self, CronExprError> {
        parse::parse(text)
    }

    /// The longest text that is read, in bytes: room for six fields with every value spelled out.
    pub const MAX_LENGTH: usize = 1024;

    /// Whether no day of the calendar ever matches, as in `0 0 31 2 *`.
    ///
    /// This is about the calendar alone. A six-field or `*` schedule can also miss every day it names because the clock of a zone
    /// jumps over its hour each time; [`CronExpr::next_after`] then says `None`.
    #[must_use]
    pub fn never_comes(&self) -> bool {
        self.days.never_match()
    }

    /// The shortest time between two slots on the wall clock, clock changes aside. `None`: there are no two slots.
    ///
    /// Exact for the calendar of 2000 to 2040, which holds every kind of year: good enough to warn that a schedule is finer than the pulse.
    #[must_use]
    pub fn finest_interval(&self) -> Option<Duration> {
        let within_a_day = self.times.finest_distance();
        let over_night = self.days.finest_distance()? * 24 * 60 * 60 - self.times.span();
        let seconds = within_a_day.into_iter().chain([over_night]).min()?;
        Some(Duration::from_secs(u64::from(seconds)))
    }

    /// What the expression says, in words for a person.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        Explanation::of(&self.days, &self.times)
    }
}

impl FromStr for CronExpr {
    type Err = CronExprError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for CronExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for CronExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CronExpr").field(&self.text).finish()
    }
}

impl PartialEq for CronExpr {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for CronExpr {}

impl Hash for CronExpr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
