//! Tasks as they are stored.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Category, Environment, Priority, RecordedError, Status, words};

/// The id of a task's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TaskId(pub Uuid);

words! {
    /// What a task does with slots that passed while nothing ran.
    pub enum CatchUp: "catch_up" {
        /// The newest missed slot runs once and stands for the earlier ones.
        Latest = "latest",
        /// Each missed slot runs, in order; a slot that comes while the task runs waits its turn.
        All = "all",
        /// Missed slots do not run.
        Skip = "skip",
    }
}

words! {
    /// What a task does with a slot that comes while it still runs.
    pub enum OverlapPolicy: "overlap" {
        /// The slot is skipped.
        Skip = "skip",
        /// One slot waits and runs when the task ends; further ones are skipped.
        QueueOne = "queue_one",
        /// Slots wait and run one after the other, up to so many.
        QueueAll = "queue_all",
        /// What runs is cancelled, and the slot runs when it has ended.
        CancelRunning = "cancel_running",
        /// The slot runs beside it, up to so many at once.
        Allow = "allow",
    }
}

words! {
    /// Where a task may run.
    pub enum RunsOn: "runs-on" {
        /// Wherever a runner is.
        Any = "any",
        /// On a machine that stays: by a worker, a command, or a pulse that a worker serves.
        Worker = "worker",
        /// In a function that lives for a request.
        Function = "function",
    }
}

impl RunsOn {
    /// Whether a task that is bound like this runs where the environment is that one. A developer's machine stands for all.
    #[must_use]
    pub const fn allows(self, environment: Environment) -> bool {
        match (self, environment) {
            (Self::Any, _) | (_, Environment::Development) => true,
            (Self::Worker, Environment::Production) | (Self::Function, Environment::Serverless) => true,
            (Self::Worker, Environment::Serverless) | (Self::Function, Environment::Production) => false,
        }
    }
}

/// A cron task, as recorded in `cron_tasks`. What an operator set is already laid over what the code says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CronTaskRow {
    /// Its id.
    pub id: TaskId,
    /// Its name.
    pub name: String,
    /// What it is called by people, in the caller's language; null where nobody says.
    #[serde(default)]
    pub title: Option<String>,
    /// What it does; in the caller's language, where that is known.
    pub description: String,
    /// The version of its definition.
    pub version: String,
    /// What it is about.
    pub category: Category,
    /// Labels.
    pub tags: Vec<String>,
    /// Names of the tasks whose success it waits for.
    pub dependencies: Vec<String>,
    /// The cron expression in force.
    pub schedule: Option<String>,
    /// The name of its schedule function.
    pub schedule_function: Option<String>,
    /// The IANA zone of the cron expression.
    pub timezone: String,
    /// What happens to missed slots.
    pub catch_up: CatchUp,
    /// How old a missed slot may be and still run, in milliseconds.
    pub catch_up_window: i32,
    /// What happens to a slot that comes while it runs.
    pub overlap: OverlapPolicy,
    /// With `queue_all`: how many slots may wait; with `allow`: how many instances may run at once.
    pub overlap_limit: i32,
    /// Where it may run.
    pub runs_on: RunsOn,
    /// Over how long its starts are spread, in milliseconds.
    pub start_jitter: i32,
    /// It has no slots before this.
    pub not_before: Option<DateTime<Utc>>,
    /// It has no slots after this.
    pub not_after: Option<DateTime<Utc>>,
    /// Whether it runs by schedule.
    pub enabled: bool,
    /// Since when it is paused; its slots are skipped until [`CronTaskRow::paused_until`].
    pub paused_at: Option<DateTime<Utc>>,
    /// When the pause ends by itself.
    pub paused_until: Option<DateTime<Utc>>,
    /// Who paused it.
    pub paused_by: Option<String>,
    /// Whether it is paused now.
    pub is_paused: bool,
    /// Completed runs are kept only every so often, in milliseconds; 0 keeps all.
    pub history_interval: i32,
    /// How urgent it is.
    pub priority: Priority,
    /// How long one attempt may take, in milliseconds.
    pub timeout: i32,
    /// Further attempts after a failed first one.
    pub retries: i32,
    /// Longest wait before the second attempt, in milliseconds.
    pub retry_delay: i32,
    /// Settings in force.
    pub config: Value,
    /// What an operator set over the definition, by column name.
    pub overrides: Value,
    /// When its definition vanished from the code.
    pub retired_at: Option<DateTime<Utc>>,
    /// The next slot to decide.
    pub next_execution_at: Option<DateTime<Utc>>,
    /// When it is to be decided: later by the task's share of its start jitter.
    pub due_at: Option<DateTime<Utc>>,
    /// When the newest attempt started.
    pub last_executed_at: Option<DateTime<Utc>>,
    /// How the newest attempt ended.
    pub last_execution_status: Option<Status>,
    /// Why the newest failed attempt failed; null again after a completed one.
    pub last_execution_error: Option<RecordedError>,
    /// How long the newest attempt took, in milliseconds.
    pub last_execution_duration: Option<i32>,
    /// Finished attempts.
    pub execution_count: i64,
    /// Completed attempts.
    pub success_count: i64,
    /// Failed attempts.
    pub error_count: i64,
    /// Failed attempts since the last completed one.
    pub consecutive_failures: i32,
    /// Mean duration of all finished attempts, in milliseconds.
    pub average_execution_time: Option<f64>,
    /// Whether it runs now.
    pub is_running: bool,
    /// When its row was made.
    pub created_at: DateTime<Utc>,
    /// When its definition or overrides last changed.
    pub updated_at: DateTime<Utc>,
}
