//! Answers laid out for a person. Pure: what comes in is data, what goes out is text; one file a noun.

pub(crate) mod change;
pub(crate) mod cron;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod health;
mod log;
pub(crate) mod migrate;
pub(crate) mod pulse;
pub(crate) mod queue;
pub(crate) mod raw;
pub(crate) mod registry;
pub(crate) mod runner;
pub(crate) mod schedule;
pub(crate) mod side;
pub(crate) mod start;
pub(crate) mod stats;
mod table;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests;
pub(crate) mod types;

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::builder::styling::{AnsiColor, Style};
use comfy_table::{Attribute, Color};
use downbeat::locale::{Locale, Message, format, msg};
use downbeat::model::{Reason, RecordedError, Status};
use serde_json::Value;

use table::{Cell, Column, Facts, Table, paragraph};

/// Who reads, when, and on what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// The reader's language.
    pub(crate) locale: Locale,
    /// The present, for "3 minutes ago".
    pub(crate) now: DateTime<Utc>,
    /// Whether colours arrive.
    pub(crate) colours: bool,
    /// Columns of the terminal; `None` where there is no edge.
    pub(crate) width: Option<u16>,
}

/// What a text wants to say by its looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    /// It is what the line is about.
    Strong,
    /// It is there for completeness.
    Faint,
    Good,
    Warn,
    Bad,
    /// It is going on.
    Busy,
}

impl Tone {
    /// The text in this tone.
    pub(crate) fn paint(self, text: &str, colours: bool) -> String {
        let style = match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Busy => AnsiColor::Cyan.on_default(),
        };
        if colours { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// The same for a cell of a table.
    fn dress(self, cell: comfy_table::Cell) -> comfy_table::Cell {
        match self {
            Self::Plain => cell,
            Self::Strong => cell.add_attribute(Attribute::Bold),
            Self::Faint => cell.add_attribute(Attribute::Dim),
            Self::Good => cell.fg(Color::DarkGreen),
            Self::Warn => cell.fg(Color::DarkYellow),
            Self::Bad => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
            Self::Busy => cell.fg(Color::DarkCyan),
        }
    }

    /// How a status looks.
    fn of(status: Status) -> Self {
        match status {
            Status::Pending => Self::Faint,
            Status::Running => Self::Busy,
            Status::Completed => Self::Good,
            Status::Failed | Status::Timeout => Self::Bad,
            Status::Cancelled | Status::Skipped | Status::Blocked => Self::Warn,
        }
    }
}

/// Stands where there is nothing.
const NOTHING: &str = "–";

impl Page {
    /// A sentence in the reader's language.
    pub(crate) fn say(&self, message: &Message) -> String {
        self.locale.render(message)
    }

    /// The same in a tone.
    fn tell(&self, message: &Message, tone: Tone) -> String {
        tone.paint(&self.say(message), self.colours)
    }

    /// The label of a word of ours, by its translation key; as it is written where no language has one.
    pub(crate) fn label(&self, key: &str, written: &str) -> String {
        self.locale.lookup(&key.replace(['.', '_'], "-")).unwrap_or_else(|| written.to_owned())
    }

    fn status(&self, status: Status) -> Cell {
        Cell::new(self.label(&status.key(), status.as_str()), Tone::of(status))
    }

    /// What a task is called by people; nothing where no language says.
    pub(crate) fn title(&self, task: &str) -> Option<String> {
        self.locale.lookup(&format!("task-{task}-title"))
    }

    /// What a task does, in the reader's language where that is known.
    pub(crate) fn description(&self, task: &str, written: &str) -> String {
        self.locale.lookup(&format!("task-{task}-description")).unwrap_or_else(|| written.to_owned())
    }

    /// `2027-03-28 03:00:00`, in UTC.
    pub(crate) fn instant(&self, at: DateTime<Utc>) -> String {
        at.to_rfc3339_opts(SecondsFormat::Secs, true).replace('T', " ").replace('Z', "")
    }

    /// "3 minutes ago"; what has yet to come, as clocks of two machines may have it, is now.
    pub(crate) fn ago(&self, at: DateTime<Utc>) -> String {
        self.say(&format::ago((self.now - at).to_std().unwrap_or_default()))
    }

    /// "in 3 min". What was just asked for is told as it was: an hour that has begun a moment ago is an hour.
    fn until(&self, at: DateTime<Utc>) -> String {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        let left = (at - self.now).to_std().unwrap_or_default().as_millis();
        let seconds = u64::try_from((left + 500) / 1000).unwrap_or(u64::MAX);
        let seconds = if seconds + MINUTE / 2 < HOUR { seconds } else { (seconds + MINUTE / 2) / MINUTE * MINUTE };
        self.say(&match seconds {
            0 => msg::cli_until_now(),
            1..MINUTE => msg::cli_until_seconds(seconds),
            MINUTE..HOUR => msg::cli_until_minutes(seconds / MINUTE),
            HOUR..DAY => msg::cli_until_hours(seconds / HOUR),
            DAY.. => msg::cli_until_days(seconds / DAY),
        })
    }

    /// An instant with how soon it comes, where it is yet to come: `2027-03-28 03:00:00 UTC, in 5 min`.
    pub(crate) fn moment(&self, at: DateTime<Utc>) -> String {
        let at_least_a_second = at.signed_duration_since(self.now).num_seconds() > 0;
        self.say(&if at_least_a_second {
            msg::cli_instant(self.instant(at), self.until(at))
        } else {
            msg::cli_instant_alone(self.instant(at))
        })
    }

    /// A line no longer than the terminal is wide, with some room for a mark before it.
    pub(crate) fn cut(&self, line: &str) -> String {
        const MARK: usize = 4;
        match self.width {
            Some(width) => line.chars().take(usize::from(width).saturating_sub(MARK)).collect(),
            None => line.to_owned(),
        }
    }

    fn milliseconds(&self, ms: impl TryInto<u64>) -> String {
        self.say(&format::duration(Duration::from_millis(ms.try_into().unwrap_or_default())))
    }

    /// The same of a mean, cut off to whole milliseconds.
    fn mean(&self, ms: Option<f64>) -> String {
        ms.map_or(NOTHING.to_owned(), |ms| self.say(&format::duration(Duration::from_secs_f64((ms / 1000.0).max(0.0)))))
    }

    fn share(&self, share: Option<f64>) -> String {
        share.map_or(NOTHING.to_owned(), |share| {
            let tenths = (share * 1000.0).floor() as i64;
            let number = match tenths % 10 {
                0 => (tenths / 10).to_string(),
                tenth => self.say(&msg::format_decimal(tenths / 10, tenth)),
            };
            self.say(&msg::cli_percent(number))
        })
    }

    /// Under what a dry run tells.
    fn rehearsed(&self) -> String {
        self.tell(&msg::cli_dry_run_done(), Tone::Warn)
    }

    fn yes_or_no(&self, is_so: bool) -> String {
        self.say(&if is_so { msg::cli_yes() } else { msg::cli_no() })
    }

    /// Why a slot did not run, as it is recorded.
    fn reason(&self, written: &str) -> String {
        let (word, name) = Reason::split(written);
        let label = self.label(&format!("tasks.reason.{word}"), word);
        match name {
            Some(name) => format!("{label}: {}", name.trim()),
            None => label,
        }
    }

    /// Blocks with an empty line between them; empty blocks leave none.
    fn blocks(&self, blocks: impl IntoIterator<Item = String>) -> String {
        let blocks = blocks.into_iter().map(|block| block.trim_end().to_owned()).filter(|block| !block.is_empty());
        blocks.collect::<Vec<_>>().join("\n\n")
    }

    fn heading(&self, message: &Message) -> String {
        self.tell(message, Tone::Strong)
    }

    /// A heading and what stands under it; nothing where nothing would.
    fn section(&self, heading: &Message, body: &str) -> String {
        if body.is_empty() { String::new() } else { format!("{}\n{body}", self.heading(heading)) }
    }
}

/// The first line of what an error says, at a readable length.
fn gist(error: &RecordedError) -> String {
    readable(error.message.lines().next().unwrap_or_default())
}

/// A line, cut off where nobody reads any further.
fn readable(line: &str) -> String {
    const LONGEST: usize = 160;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Settings or a result on one line; nothing where there is nothing in it.
fn compact(value: &Value) -> String {
    match value {
        Value::Null => NOTHING.to_owned(),
        Value::Object(fields) if fields.is_empty() => NOTHING.to_owned(),
        other => other.to_string(),
    }
}

fn listed(items: &[String]) -> String {
    if items.is_empty() { NOTHING.to_owned() } else { items.join(", ") }
}
