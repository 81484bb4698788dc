//! The history: what the conductor did, a line of JSON each, with the instant. It tells which process died when, which was
//! stopped, and when a fault was in force.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use crate::moment;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by [`moment::monotonic_ns`].
    pub at_ns: i64,
    /// The same instant in microseconds since 1970.
    pub wall_us: i64,
    /// What was done.
    #[serde(flatten)]
    pub event: Event,
}

/// What was done, or seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run began, with these arguments.
    Begun {
        /// The dice's seed.
        seed: u64,
        /// How long faults are made, in seconds.
        seconds: u64,
        /// The lease of the runners, in milliseconds.
        lease_ms: i64,
        /// How many tasks there are besides the usual ones.
        #[serde(default)]
        crowd: u32,
        /// What was asked for, as typed.
        arguments: String,
    },
    /// Something that was asked for is not done, for this reason.
    Skipped {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
    /// A process was started.
    Spawned {
        /// Its name.
        process: String,
        /// Its number.
        pid: u32,
    },
    /// A signal was sent to it.
    Signalled {
        /// Its name.
        process: String,
        /// Which: `KILL`, `STOP`, `CONT`, `TERM`.
        signal: String,
    },
    /// It has ended.
    Exited {
        /// Its name.
        process: String,
        /// How, as the system says it.
        how: String,
        /// What it returned; none if a signal ended it.
        code: Option<i32>,
    },
    /// From here on a fault is in force.
    FaultBegun {
        /// Its number.
        fault: u64,
        /// Its kind.
        kind: String,
        /// What it does, to whom, for how long.
        what: String,
        /// The processes it is done to; none if it is done to all, or to the server.
        #[serde(default)]
        processes: Vec<String>,
    },
    /// It is over. What it did to others may last a little longer.
    FaultEnded {
        /// Its number.
        fault: u64,
    },
    /// The server was found dead and started again.
    ServerRevived,
    /// No faults are made any more, and those there were are over.
    Quiet,
    /// All slots up to this instant should be decided: none was overdue.
    CaughtUp,
    /// Work was still left when the wait for it ended.
    NotDrained {
        /// What was left.
        what: String,
    },
    /// All processes have ended.
    Over,
}

/// The history to write to.
#[derive(Debug)]
pub struct History(Mutex<File>);

impl History {
    /// Begins it.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        Ok(Self(Mutex::new(file)))
    }

    /// Adds what happens at this moment.
    ///
    /// # Errors
    ///
    /// Why it was not written.
    pub fn tell(&self, event: Event) -> io::Result<()> {
        self.tell_of(moment::monotonic_ns(), event)
    }

    /// Adds what happened at an earlier moment.
    ///
    /// # Errors
    ///
    /// Why it was not written.
    pub fn tell_of(&self, at_ns: i64, event: Event) -> io::Result<()> {
        let since_us = (moment::monotonic_ns() - at_ns) / 1_000;
        let entry = Entry { at_ns, wall_us: moment::wall_us() - since_us, event };
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}

/// All entries of a history.
///
/// # Errors
///
/// The first line that is none.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    text.lines().map(|line| serde_json::from_str(line).map_err(|error| format!("{error} in {line:?}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_read_as_it_was_told() {
        let path = std::env::temp_dir().join(format!("torture-history-{}", moment::monotonic_ns()));
        let events = [
            Event::Begun { seed: 1, seconds: 2, lease_ms: 3, crowd: 4, arguments: "--seed 1".to_owned() },
            Event::Exited { process: "worker-0.1".to_owned(), how: "signal: 9".to_owned(), code: None },
            Event::Quiet,
        ];
        let history = History::begin(&path).unwrap();
        events.iter().for_each(|event| history.tell(event.clone()).unwrap());
        let entries = read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(entries.iter().map(|entry| &entry.event).eq(&events));
        assert!(entries.is_sorted_by_key(|entry| entry.at_ns));
    }
}
