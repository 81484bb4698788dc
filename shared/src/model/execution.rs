//! One attempt at a slot.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Priority, RecordedError, Status, TaskId, words};

/// The id of an execution: a UUIDv7, made by whoever decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ExecutionId(pub Uuid);

impl std::fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

words! {
    /// What made an execution happen.
    pub enum Trigger: "trigger" {
        /// Its slot came.
        Schedule = "schedule",
        /// Somebody asked for it.
        Manual = "manual",
        /// An earlier attempt failed.
        Retry = "retry",
        /// Its slot came, and it waited for the tasks it depends on.
        Dependency = "dependency",
    }
}

words! {
    /// Why a slot was decided and not run, or has not run yet.
    pub enum Reason: "reason" {
        /// The task still ran.
        PreviousInstanceRunning = "previous_instance_running",
        /// An earlier slot of the task still waited.
        PreviousInstanceWaiting = "previous_instance_waiting",
        /// As many slots of the task waited as may.
        QueueFull = "queue_full",
        /// The slot passed while nothing ran, and lies outside what catch-up allows.
        Missed = "missed",
        /// The slot passed while nothing ran, and a later one stands for it.
        CaughtUp = "caught_up",
        /// A task it depends on did not complete.
        DependencyFailed = "dependency_failed",
        /// As many tasks run as the named limit allows.
        ConcurrencyLimit = "concurrency_limit",
        /// The budget of the pulse would not have been enough.
        BudgetSpent = "budget_spent",
        /// The task was paused.
        Paused = "paused",
        /// The whole system was in maintenance.
        Maintenance = "maintenance",
    }
}

impl Reason {
    /// What follows behind a colon where this is recorded: the `task` or the `tag` that is to blame.
    #[must_use]
    pub const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::DependencyFailed => Some("task"),
            Self::ConcurrencyLimit => Some("tag"),
            Self::PreviousInstanceRunning
            | Self::PreviousInstanceWaiting
            | Self::QueueFull
            | Self::Missed
            | Self::CaughtUp
            | Self::BudgetSpent
            | Self::Paused
            | Self::Maintenance => None,
        }
    }

    /// What is recorded as `skipped_reason`, as its word and the name behind the colon. Words of a newer program are no
    /// reasons to this one.
    #[must_use]
    pub fn split(recorded: &str) -> (&str, Option<&str>) {
        recorded.split_once(':').map_or((recorded, None), |(word, name)| (word, Some(name)))
    }
}

/// One attempt at a slot, as recorded in `cron_task_executions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// The task's id.
    pub task_id: TaskId,
    /// The task's name.
    pub task_name: String,
    /// What has become of it.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// The slot; for a manual run, the moment it was asked for.
    pub scheduled_for: DateTime<Utc>,
    /// First attempt 1, first retry 2, …
    pub attempt: i32,
    /// Attempts this slot may use.
    pub max_attempts: i32,
    /// While pending: it does not start before this.
    pub available_at: DateTime<Utc>,
    /// When it started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i32>,
    /// The settings it ran with.
    pub config: Value,
    /// What it reported.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<RecordedError>,
    /// Why its slot was not run, or not yet: the written form of a [`Reason`]; where a task or a limit is to blame, followed
    /// by `:` and its name.
    pub skipped_reason: Option<String>,
    /// How undoing it ended, where it was undone.
    pub rollback: Option<Rollback>,
    /// How far it came.
    pub progress: Option<Progress>,
    /// Where it stands; the next attempt gets it.
    pub checkpoint: Option<Value>,
    /// When somebody asked for its end.
    pub cancel_requested_at: Option<DateTime<Utc>>,
    /// Who asked: the name of a credential, or `schedule` where the next slot replaces it.
    pub cancel_requested_by: Option<String>,
    /// How many earlier slots this decision stands for besides its own.
    pub missed_slots: i32,
    /// `development`, `production` or `serverless`.
    pub execution_environment: Option<String>,
    /// What made it happen.
    pub triggered_by: Trigger,
    /// Whether somebody asked for it.
    pub is_manual: bool,
    /// Whether only its settings were checked.
    pub is_dry_run: bool,
    /// The attempt this one retries.
    pub parent_execution_id: Option<ExecutionId>,
    /// The runner instance that owns or owned it.
    pub runner_instance_id: Option<Uuid>,
    /// The name of that instance.
    pub executed_by_instance: Option<String>,
    /// Grows with every execution of a task.
    pub fencing_token: Option<i64>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
}

/// How far an execution came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// What is done, in units of the task's choice.
    pub done: u64,
    /// Of how much, if that is known.
    pub total: Option<u64>,
    /// What it does.
    pub message: Option<String>,
    /// When that was recorded.
    pub at: DateTime<Utc>,
}

/// How undoing an execution ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rollback {
    /// `COMPLETED`, `FAILED` or `TIMEOUT`; `CANCELLED` where its host stopped; `PENDING` where the last attempt was lost with
    /// its runner, until another one has undone it.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Why it failed.
    pub error: Option<RecordedError>,
}

/// One line an execution logged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogLine {
    /// When, by the clock of its machine.
    pub at: DateTime<Utc>,
    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    pub level: String,
    /// The module that said it.
    pub target: String,
    /// The sentence.
    pub message: String,
    /// What else it told.
    pub fields: serde_json::Map<String, Value>,
}

/// What an execution logged, bounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionLog {
    /// The first lines and the last ones.
    pub lines: Vec<LogLine>,
    /// How many were left out between them.
    pub dropped: i32,
}
