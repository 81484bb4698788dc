//! What is next: what runs, what waits and why, and the slots to come.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExecutionId, Priority, Progress, Trigger, words};

words! {
    /// What somebody waits for who is due or queued.
    pub enum WaitReason: "wait" {
        /// Nothing holds it: the next runner with room takes it.
        Runner = "runner",
        /// Nothing else holds it: the next runner on the kind of host it is bound to takes it.
        Host = "host",
        /// It may not start before its time, as after a failed attempt.
        Time = "time",
        /// The system is in maintenance.
        Maintenance = "maintenance",
        /// The task is turned off.
        Disabled = "disabled",
        /// The task is paused.
        Paused = "paused",
        /// Tasks it depends on have not ended.
        Dependency = "dependency",
        /// As many tasks run as the named limit allows.
        Limit = "limit",
        /// The task still runs.
        PreviousInstance = "previous_instance",
    }
}

/// What is next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// The present, by the database's clock.
    pub now: DateTime<Utc>,
    /// What runs, the longest first.
    pub running: Vec<RunningExecution>,
    /// What is due or queued, in the order in which it may start.
    pub waiting: Vec<WaitingExecution>,
    /// The next slot of each task, in order.
    pub upcoming: Vec<UpcomingSlot>,
    /// Whether there is more of any of these than was asked for.
    #[serde(default)]
    pub has_more: bool,
}

/// An execution that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunningExecution {
    /// The execution.
    pub execution_id: ExecutionId,
    /// The task's name.
    pub task_name: String,
    /// How urgent it is.
    pub priority: Priority,
    /// The slot; for a manual run, the moment it was asked for.
    pub scheduled_for: DateTime<Utc>,
    /// First attempt 1, first retry 2, …
    pub attempt: i32,
    /// Attempts this slot may use.
    pub max_attempts: i32,
    /// What made it happen.
    pub triggered_by: Trigger,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// The name of the runner that runs it.
    pub executed_by_instance: Option<String>,
    /// How far it came.
    pub progress: Option<Progress>,
    /// When somebody asked for its end.
    pub cancel_requested_at: Option<DateTime<Utc>>,
    /// Since when it should have ended and blocks its thread.
    pub stuck_since: Option<DateTime<Utc>>,
}

/// A slot that is due, or an attempt that is queued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitingExecution {
    /// The execution; a slot that is due and not decided has none.
    pub execution_id: Option<ExecutionId>,
    /// The task's name.
    pub task_name: String,
    /// How urgent it is.
    pub priority: Priority,
    /// The slot; for a manual run, the moment it was asked for.
    pub scheduled_for: DateTime<Utc>,
    /// First attempt 1, first retry 2, …
    pub attempt: i32,
    /// Attempts this slot may use.
    pub max_attempts: i32,
    /// What made it happen.
    pub triggered_by: Trigger,
    /// It does not start before this.
    pub available_at: DateTime<Utc>,
    /// What it waits for.
    pub reason: WaitReason,
    /// When that ends by itself, if it does.
    pub until: Option<DateTime<Utc>>,
    /// The tasks or the limit it waits for, by name.
    pub waits_for: Vec<String>,
}

/// A slot to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpcomingSlot {
    /// The task's name.
    pub task_name: String,
    /// How urgent it is.
    pub priority: Priority,
    /// The slot.
    pub scheduled_for: DateTime<Utc>,
    /// When it is decided: later than the slot by the task's share of its start jitter.
    pub due_at: DateTime<Utc>,
    /// The zone its schedule is meant in.
    pub timezone: String,
    /// Whether the task will be paused then: the slot is skipped.
    pub is_paused: bool,
}
