//! Spans of time and lists as sentences; how each language writes them stands in `format.ftl`.

use std::time::Duration;

use super::{Argument, Message, msg};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long something took, in at most two units: "350 ms", "1.2 s", "4 min 10 s", "2 h 5 min", "3 d 4 h".
///
/// What does not fit is cut off, not rounded, so that 59.99 s never become "60 s".
pub fn duration(duration: Duration) -> Message {
    let seconds = duration.as_secs();
    match seconds {
        0 => msg::format_milliseconds(duration.subsec_millis()),
        1..MINUTE => match duration.subsec_millis() / 100 {
            0 => msg::format_seconds(seconds),
            tenth => msg::format_seconds(msg::format_decimal(seconds, tenth)),
        },
        MINUTE..HOUR => pair(msg::format_minutes(seconds / MINUTE), seconds % MINUTE, msg::format_seconds),
        HOUR..DAY => pair(msg::format_hours(seconds / HOUR), seconds % HOUR / MINUTE, msg::format_minutes),
        DAY.. => pair(msg::format_days(seconds / DAY), seconds % DAY / HOUR, msg::format_hours),
    }
}

fn pair(large: Message, rest: u64, small: fn(u64) -> Message) -> Message {
    match rest {
        0 => large,
        rest => msg::format_pair(large, small(rest)),
    }
}

/// How long ago something happened, in its largest unit: "just now", "3 minutes ago".
pub fn ago(duration: Duration) -> Message {
    match duration.as_secs() {
        0 => msg::format_ago_now(),
        seconds @ 1..MINUTE => msg::format_ago_seconds(seconds),
        seconds @ MINUTE..HOUR => msg::format_ago_minutes(seconds / MINUTE),
        seconds @ HOUR..DAY => msg::format_ago_hours(seconds / HOUR),
        seconds @ DAY.. => msg::format_ago_days(seconds / DAY),
    }
}

/// "a, b and c". Nothing for no items.
pub fn all_of<T: Into<Argument>>(items: impl IntoIterator<Item = T>) -> Message {
    list(items, msg::format_list_and)
}

/// "a, b or c". Nothing for no items.
pub fn one_of<T: Into<Argument>>(items: impl IntoIterator<Item = T>) -> Message {
    list(items, msg::format_list_or)
}

/// "a; b; c", for what has commas itself. Nothing for no items.
pub fn each_of<T: Into<Argument>>(items: impl IntoIterator<Item = T>) -> Message {
    msg::format_list(Argument::long_list(items.into_iter().map(Into::into).collect()))
}

fn list<T: Into<Argument>>(items: impl IntoIterator<Item = T>, join: fn(Argument, Argument) -> Message) -> Message {
    let mut items: Vec<Argument> = items.into_iter().map(Into::into).collect();
    match items.pop() {
        Some(last) if !items.is_empty() => join(Argument::list(items), last),
        last => msg::format_list(Argument::list(last.into_iter().collect())),
    }
}
