//! What the shipped tasks say to the log, heard by the test that runs them.

use std::fmt::{Debug, Write};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// What is said on this thread from now on, line by line: the level, the message, and the fields after it.
pub(super) struct Heard {
    lines: UnboundedReceiver<String>,
    _listening: DefaultGuard,
}

impl Heard {
    pub(super) fn begin() -> Self {
        let (sender, lines) = unbounded_channel();
        let listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(Ear(sender)));
        Self { lines, _listening: listening }
    }

    /// The next line.
    pub(super) async fn next(&mut self) -> String {
        let line = timeout(Duration::from_secs(20), self.lines.recv()).await;
        line.expect("something is said in time").expect("the listener lives")
    }

    /// Passes over lines until one contains the words.
    pub(super) async fn until(&mut self, words: &str) -> String {
        loop {
            let line = self.next().await;
            if line.contains(words) {
                return line;
            }
        }
    }

    /// What was said and not yet taken.
    pub(super) fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.lines.try_recv().ok()).collect()
    }
}

struct Ear(UnboundedSender<String>);

impl<S: Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("downbeat::tasks") {
            let mut line = Line::default();
            event.record(&mut line);
            // A test that has heard enough may have gone.
            let _ = self.0.send(format!("{} {}{}", event.metadata().level(), line.message, line.fields));
        }
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
        written.expect("a string takes everything");
    }
}
