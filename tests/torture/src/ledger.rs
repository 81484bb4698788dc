//! The ledger: what tasks say of themselves, a line each, in a file outside the database.
//!
//! Each line is written by one `write` to a file that is only appended to, so lines of many processes never mix, and what a
//! killed process has written stays. A line that is cut off all the same is an error when it is read.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A run began.
    Start,
    /// It is about to return well.
    Done,
    /// It is about to return an error.
    Failed,
    /// Its future was dropped: cancelled, timed out, or panicked.
    Dropped,
}

impl What {
    const ALL: [Self; 4] = [Self::Start, Self::Done, Self::Failed, Self::Dropped];

    fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What happened.
    pub what: What,
    /// The task.
    pub task: String,
    /// The slot, in microseconds since 1970; 0 for a side task.
    pub slot_us: i64,
    /// The attempt; 0 for a side task.
    pub attempt: i32,
    /// The execution; of a side task's run, a name that no other run has.
    pub execution: String,
    /// Its fencing token; 0 for a side task.
    pub token: i64,
    /// The process, as the conductor named it. No two of a run have the same name.
    pub process: String,
    /// When, by [`moment::monotonic_ns`](crate::moment::monotonic_ns).
    pub at_ns: i64,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, task, slot_us, attempt, execution, token, process, at_ns } = self;
        let what = what.word();
        write!(f, "{what} {task} {slot_us} {attempt} {execution} {token} {process} {at_ns}")
    }
}

impl FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<_> = text.split(' ').collect();
        let [what, task, slot_us, attempt, execution, token, process, at_ns] = words.as_slice() else {
            return Err(format!("a line of {} words: {text:?}", words.len()));
        };
        let number = |word: &str| word.parse::<i64>().map_err(|error| format!("{word:?} in {text:?}: {error}"));
        let known = What::ALL.into_iter().find(|known| known.word() == *what);
        Ok(Self {
            what: known.ok_or_else(|| format!("{what:?} in {text:?}"))?,
            task: (*task).to_owned(),
            slot_us: number(slot_us)?,
            attempt: i32::try_from(number(attempt)?).map_err(|error| format!("{text:?}: {error}"))?,
            execution: (*execution).to_owned(),
            token: number(token)?,
            process: (*process).to_owned(),
            at_ns: number(at_ns)?,
        })
    }
}

/// The ledger to write to.
#[derive(Debug)]
pub struct Ledger(File);

impl Ledger {
    /// Opens it, or begins it.
    ///
    /// # Errors
    ///
    /// Why it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().append(true).create(true).open(path).map(Self)
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// Why it was not written, or not as a whole.
    pub fn add(&self, line: &Line) -> io::Result<()> {
        let text = format!("{line}\n");
        let written = (&self.0).write(text.as_bytes())?;
        if written == text.len() { Ok(()) } else { Err(io::Error::other("only a part of the line was written")) }
    }
}

/// All lines of a ledger, in the order in which they were written.
///
/// # Errors
///
/// The first line that is none.
pub fn read(text: &str) -> Result<Vec<Line>, String> {
    text.lines().map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        for what in What::ALL {
            let line = Line {
                what,
                task: "tick".to_owned(),
                slot_us: 1_764_000_000_000_000,
                attempt: 2,
                execution: "0199-a".to_owned(),
                token: 7,
                process: "worker-1.3".to_owned(),
                at_ns: 99,
            };
            assert_eq!(line.to_string().parse(), Ok(line));
        }
    }

    #[test]
    fn a_line_that_was_cut_off_is_noticed() {
        assert!(read("start tick 1 1 e 7 p 99\nstart tick 1 1\n").is_err());
        assert!(read("begin tick 1 1 e 7 p 99\n").is_err());
    }
}
