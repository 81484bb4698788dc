//! What happened, as it is told live.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChangeAction, ErrorKind, ExecutionId, RunnerId, RunnerKind, Status, TaskType, words};

words! {
    /// What kind of thing happened.
    pub enum EventKind: "event" {
        /// An execution began.
        ExecutionStarted = "execution.started",
        /// An execution came to its end; also a slot that was decided and not run.
        ExecutionFinished = "execution.finished",
        /// One that had begun counts for nothing: its schedule function said no, or it went back to the queue.
        ExecutionWithdrawn = "execution.withdrawn",
        /// A runner instance joined.
        RunnerJoined = "runner.joined",
        /// A runner instance left, or was found dead.
        RunnerLeft = "runner.left",
        /// An operator changed something about a task, or about the whole system.
        TaskChanged = "task.changed",
        /// The reader was away for so long that events may be missing here.
        StreamGap = "stream.gap",
    }
}

/// One thing that happened. What does not apply is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// What kind of thing.
    pub kind: EventKind,
    /// When; for a gap, since when events may be missing.
    pub at: DateTime<Utc>,
    /// The task it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_name: Option<String>,
    /// The execution it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_id: Option<ExecutionId>,
    /// Its slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Its attempt: the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<i32>,
    /// What it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i32>,
    /// Why a slot was not run; why a runner left: `stopped` or `lost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The kind of its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_kind: Option<ErrorKind>,
    /// The code of its error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The runner instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_id: Option<RunnerId>,
    /// The name of that instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner: Option<String>,
    /// What kind of process it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_kind: Option<RunnerKind>,
    /// What an operator did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<ChangeAction>,
    /// Who: the name of the credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// Cron or side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_type: Option<TaskType>,
}

impl Event {
    /// Events after `since` may be missing.
    #[must_use]
    pub fn gap(since: DateTime<Utc>) -> Self {
        Self {
            kind: EventKind::StreamGap,
            at: since,
            task_name: None,
            execution_id: None,
            scheduled_for: None,
            attempt: None,
            status: None,
            duration_ms: None,
            reason: None,
            error_kind: None,
            error_code: None,
            runner_id: None,
            runner: None,
            runner_kind: None,
            action: None,
            changed_by: None,
            task_type: None,
        }
    }
}
