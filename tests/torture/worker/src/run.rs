//! One run of a task, as the ledger tells of it: where it starts, and how it ends, even if nobody awaits that.

use std::path::PathBuf;
use std::sync::OnceLock;

use downbeat::task::prelude::*;
use torture::ledger::{Ledger, Line, What};
use torture::moment;
use torture::random;

/// What the conductor says to this process, by its environment.
#[derive(Debug)]
pub(crate) struct Told {
    ledger: Ledger,
    process: String,
    seed: u64,
}

/// Reads the environment when the first task runs: other commands are told nothing.
#[allow(clippy::disallowed_methods, reason = "these variables are no settings of the product")]
#[allow(clippy::panic, reason = "a run that cannot be written down must not count as one")]
pub(crate) fn told() -> &'static Told {
    static TOLD: OnceLock<Told> = OnceLock::new();
    TOLD.get_or_init(|| {
        let variable = |name: &str| std::env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let path = PathBuf::from(variable("TORTURE_LEDGER"));
        let ledger = Ledger::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let seed = variable("TORTURE_SEED").parse().unwrap_or_else(|error| panic!("TORTURE_SEED: {error}"));
        Told { ledger, process: variable("TORTURE_PROCESS"), seed }
    })
}

/// A run that has started. Dropped without an end, it says that it was.
#[derive(Debug)]
pub(crate) struct Run {
    line: Line,
    has_ended: bool,
}

impl Run {
    /// Of a cron task.
    pub(crate) fn start<C>(cx: &TaskContext<C>) -> Self {
        Self::begin(Line {
            what: What::Start,
            task: cx.task_name().to_owned(),
            slot_us: cx.scheduled_for().timestamp_micros(),
            attempt: cx.attempt(),
            execution: cx.execution_id().to_string(),
            token: cx.fencing_token(),
            process: told().process.clone(),
            at_ns: moment::monotonic_ns(),
        })
    }

    /// Of a side task.
    pub(crate) fn start_side(task: &str) -> Self {
        let process = told().process.clone();
        let at_ns = moment::monotonic_ns();
        Self::begin(Line {
            what: What::Start,
            task: task.to_owned(),
            slot_us: 0,
            attempt: 0,
            execution: format!("{process}@{at_ns}"),
            token: 0,
            process,
            at_ns,
        })
    }

    fn begin(line: Line) -> Self {
        write(&line);
        Self { line, has_ended: false }
    }

    /// Says how it ends.
    pub(crate) fn end<T>(mut self, ended: &TaskResult<T>) {
        self.end_as(if ended.is_ok() { What::Done } else { What::Failed });
    }

    fn end_as(&mut self, what: What) {
        self.has_ended = true;
        write(&Line { what, at_ns: moment::monotonic_ns(), ..self.line.clone() });
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end_as(What::Dropped);
        }
    }
}

/// Does the work between a start and an end.
pub(crate) async fn recorded<C, T>(cx: &TaskContext<C>, work: impl Future<Output = TaskResult<T>>) -> TaskResult<T> {
    let run = Run::start(cx);
    let ended = work.await;
    run.end(&ended);
    ended
}

/// A number of this slot, the same in each attempt and in each run with the same seed and the same slots.
pub(crate) fn fate<C>(cx: &TaskContext<C>) -> u64 {
    random::mixed(told().seed ^ cx.scheduled_for().timestamp().unsigned_abs())
}

#[allow(clippy::panic, reason = "a run that cannot be written down must not count as one")]
fn write(line: &Line) {
    if let Err(error) = told().ledger.add(line) {
        panic!("the ledger: {error}");
    }
}
