//! What a test expects of a task's executions, and what there was if it was something else.

use std::collections::BTreeMap;
use std::fmt;

use chrono::SecondsFormat;

use crate::model::{Execution, Reason, Status};

/// So many executions are listed at the most.
const MOST_LISTED: usize = 60;

/// What a test expects of a task's executions; made by [`TestApp::expect`](super::TestApp::expect).
///
/// Executions are attempts: a slot that failed once and then completed counts once in [`failed`](Expectation::failed) and once
/// in [`completed`](Expectation::completed). What was expected and is not so panics, and lists what there is.
#[derive(Clone, Debug)]
pub struct Expectation {
    task: String,
    executions: Vec<Execution>,
    /// How many of them were expected so far.
    expected: usize,
}

impl Expectation {
    pub(super) fn new(task: &str, executions: Vec<Execution>) -> Self {
        Self { task: task.to_owned(), executions, expected: 0 }
    }

    /// The executions, by slot and attempt.
    #[must_use]
    pub fn executions(&self) -> &[Execution] {
        &self.executions
    }

    /// So many attempts ended well.
    #[track_caller]
    pub fn completed(self, times: usize) -> Self {
        self.with_status(Status::Completed, times)
    }

    /// So many attempts ended with an error.
    #[track_caller]
    pub fn failed(self, times: usize) -> Self {
        self.with_status(Status::Failed, times)
    }

    /// So many attempts took longer than they may.
    #[track_caller]
    pub fn timed_out(self, times: usize) -> Self {
        self.with_status(Status::Timeout, times)
    }

    /// So many attempts were cancelled.
    #[track_caller]
    pub fn cancelled(self, times: usize) -> Self {
        self.with_status(Status::Cancelled, times)
    }

    /// So many slots were given up because of a task they depend on.
    #[track_caller]
    pub fn blocked(self, times: usize) -> Self {
        self.with_status(Status::Blocked, times)
    }

    /// So many wait: to be tried again, for others, or for room.
    #[track_caller]
    pub fn pending(self, times: usize) -> Self {
        self.with_status(Status::Pending, times)
    }

    /// So many slots were not run for this reason.
    #[track_caller]
    pub fn skipped(self, reason: Reason, times: usize) -> Self {
        let what = format!("{} ({reason})", Status::Skipped);
        self.holds(&what, times, |execution| {
            execution.status == Status::Skipped && execution.skipped_reason.as_deref() == Some(reason.as_str())
        })
    }

    /// There is no execution besides those that were expected.
    #[track_caller]
    pub fn nothing_else(self) {
        let Self { expected, ref executions, ref task } = self;
        assert!(executions.len() == expected, "{task}: expected {expected} executions and nothing else\n{self}");
    }

    #[track_caller]
    fn with_status(self, status: Status, times: usize) -> Self {
        self.holds(status.as_str(), times, |execution| execution.status == status)
    }

    #[track_caller]
    fn holds(self, what: &str, times: usize, which: impl Fn(&Execution) -> bool) -> Self {
        let there_are = self.executions.iter().filter(|execution| which(execution)).count();
        assert!(there_are == times, "{}: expected {times} {what}, and there are {there_are}\n{self}", self.task);
        Self { expected: self.expected + times, ..self }
    }
}

/// What there is: how many of each kind, then one by one.
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.executions.is_empty() {
            return writeln!(f, "there was nothing");
        }
        let mut kinds = BTreeMap::<_, usize>::new();
        for execution in &self.executions {
            *kinds.entry(kind(execution)).or_default() += 1;
        }
        let kinds: Vec<_> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        writeln!(f, "there was: {}", kinds.join(", "))?;
        let left_out = self.executions.len().saturating_sub(MOST_LISTED);
        for (n, execution) in self.executions.iter().enumerate() {
            if left_out > 0 && n == MOST_LISTED / 2 {
                writeln!(f, "  … {left_out} more …")?;
            }
            if left_out == 0 || n < MOST_LISTED / 2 || n >= MOST_LISTED / 2 + left_out {
                line(f, execution)?;
            }
        }
        Ok(())
    }
}

fn kind(execution: &Execution) -> String {
    match &execution.skipped_reason {
        Some(reason) => format!("{} ({reason})", execution.status),
        None => execution.status.to_string(),
    }
}

fn line(f: &mut fmt::Formatter<'_>, execution: &Execution) -> fmt::Result {
    let slot = execution.scheduled_for.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    write!(f, "  {slot}  attempt {} of {}  {}", execution.attempt, execution.max_attempts, kind(execution))?;
    match &execution.error {
        Some(error) => writeln!(f, "  {} {}: {}", error.kind, error.code, error.message),
        None => writeln!(f),
    }
}
