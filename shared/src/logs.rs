//! What executions log, taken down as they say it.
//!
//! A host puts the layer [`capture`] into its subscriber. The executor calls [`attach`] with the span of an execution, and
//! from then on every event in that span or beneath it is a line of that execution, whatever the host's own log is
//! filtered by. A task that spawns takes its span along: `.instrument(Span::current())`.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::error::Error;
use std::fmt::{self, Arguments, Debug, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Span, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::clock::machine_now;
use crate::model::{ExecutionLog, LogLine};

/// What is below this level is for who watches a host, not for who asks afterwards.
const LEAST_LEVEL: LevelFilter = LevelFilter::INFO;
/// What the engine says about an execution stands in its row anyway.
const ENGINE: &str = "downbeat::runner";
/// So many lines are kept at the beginning, and as many at the end.
const KEPT: usize = 100;
/// Characters of a message.
const LONGEST_MESSAGE: usize = 2_000;
/// Characters of one field.
const LONGEST_TEXT: usize = 500;
/// Fields of a line.
const MOST_FIELDS: usize = 20;

/// The layer that takes down what executions log, from `INFO` on.
///
/// It has a filter of its own, so give others theirs (`with_filter`): one that filters the whole subscriber keeps events
/// from this layer, too. It works on top of a [`Registry`].
pub fn capture<S>() -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    CaptureLogs.with_filter(LEAST_LEVEL)
}

/// Begins to take down what is said in this span. `None`: the host has no layer for it, or the span is turned off.
#[must_use]
pub fn attach(span: &Span) -> Option<LogBuffer> {
    let attached = span.with_subscriber(|(id, dispatch)| {
        dispatch.downcast_ref::<CaptureLogs>()?;
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        let buffer = LogBuffer::default();
        span.extensions_mut().replace(buffer.clone());
        Some(buffer)
    });
    attached.flatten()
}

/// What one execution has logged so far, bounded: the first lines and the last ones.
#[derive(Clone, Debug, Default)]
pub struct LogBuffer(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    first: Vec<LogLine>,
    last: VecDeque<LogLine>,
    dropped: i32,
}

impl LogBuffer {
    /// Hands over what was said since the last time.
    #[must_use]
    pub fn take(&self) -> ExecutionLog {
        let Kept { first: mut lines, last, dropped } = std::mem::take(&mut *self.kept());
        lines.extend(last);
        ExecutionLog { lines, dropped }
    }

    fn push(&self, line: LogLine) {
        let mut kept = self.kept();
        if kept.first.len() < KEPT {
            return kept.first.push(line);
        }
        kept.last.push_back(line);
        if kept.last.len() > KEPT {
            kept.last.pop_front();
            kept.dropped = kept.dropped.saturating_add(1);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct CaptureLogs;

impl<S> Layer<S> for CaptureLogs
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, cx: Context<'_, S>) {
        if event.metadata().target().starts_with(ENGINE) {
            return;
        }
        let buffer = cx.event_scope(event).and_then(|mut spans| {
            // From the inside to the outside.
            spans.find_map(|span| span.extensions().get::<LogBuffer>().cloned())
        });
        let Some(buffer) = buffer else { return };
        // Worded before anything is locked: a value may log while it words itself.
        let mut words = Words::default();
        event.record(&mut words);
        buffer.push(words.line(event.metadata()));
    }
}

/// The message and the fields of one event.
#[derive(Default)]
struct Words {
    message: String,
    fields: Map<String, Value>,
}

impl Words {
    fn line(self, metadata: &Metadata<'_>) -> LogLine {
        LogLine {
            at: machine_now(),
            level: metadata.level().to_string(),
            target: bounded(format_args!("{}", metadata.target()), LONGEST_TEXT),
            message: self.message,
            fields: self.fields,
        }
    }

    fn text(&mut self, field: &Field, text: Arguments<'_>) {
        match field.name() {
            "message" => self.message = bounded(text, LONGEST_MESSAGE),
            _ => self.field(field, || bounded(text, LONGEST_TEXT).into()),
        }
    }

    /// A number or a truth, which JSON has, too.
    fn value(&mut self, field: &Field, value: impl Into<Value> + Debug) {
        match field.name() {
            "message" => self.text(field, format_args!("{value:?}")),
            _ => self.field(field, || value.into()),
        }
    }

    fn field(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        if self.fields.len() < MOST_FIELDS {
            self.fields.insert(bounded(format_args!("{field}"), LONGEST_TEXT), value());
        }
    }
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, format_args!("{value}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, format_args!("{}", WithCauses(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.value(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.value(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.value(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.value(field, value);
        } else {
            // JSON has no such number.
            self.text(field, format_args!("{value}"));
        }
    }
}

struct WithCauses<'a>(&'a (dyn Error + 'static));

impl fmt::Display for WithCauses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// No more of a text than that, and not even worded any further.
fn bounded(text: Arguments<'_>, longest: usize) -> String {
    let mut bounded = Bounded { text: String::new(), room: longest };
    if bounded.write_fmt(text).is_err() {
        bounded.text.push('…');
    }
    bounded.text
}

struct Bounded {
    text: String,
    room: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for character in more.chars() {
            self.room = self.room.checked_sub(1).ok_or(fmt::Error)?;
            // PostgreSQL's `jsonb` has no place for a NUL, and one line must not keep an ending from being recorded.
            self.text.push(if character == '\0' { char::REPLACEMENT_CHARACTER } else { character });
        }
        Ok(())
    }
}
