//! Lines as the journal of systemd takes them from stderr: each begins with its priority, and the journal knows the time.

use std::io::{self, Write};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Writes to stderr, for the journal.
pub(super) struct Journal;

impl MakeWriter<'_> for Journal {
    type Writer = Lines;

    fn make_writer(&self) -> Lines {
        Lines { level: Level::INFO }
    }

    fn make_writer_for(&self, of: &Metadata<'_>) -> Lines {
        Lines { level: *of.level() }
    }
}

/// Writes the lines of one event.
pub(super) struct Lines {
    level: Level,
}

impl Write for Lines {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        // At once, for other threads write there, too.
        io::stderr().write_all(&with_priority(self.level, event))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// The event with its priority before each line: the journal keeps every line for itself.
fn with_priority(level: Level, event: &[u8]) -> Vec<u8> {
    let lines = event.split_inclusive(|byte| *byte == b'\n');
    lines.flat_map(|line| [priority(level).as_bytes(), line].concat()).collect()
}

/// As syslog counts: error, warning, informational, debug.
fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "<3>",
        Level::WARN => "<4>",
        Level::INFO => "<6>",
        Level::DEBUG | Level::TRACE => "<7>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_an_event_has_its_priority() {
        assert_eq!(with_priority(Level::WARN, b"one\ntwo\n"), b"<4>one\n<4>two\n");
        assert_eq!(with_priority(Level::ERROR, b"no end"), b"<3>no end");
        assert_eq!(with_priority(Level::INFO, b""), b"");
    }
}
