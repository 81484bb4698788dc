//! What operators change at run time, and who did it.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{TaskType, words};

words! {
    /// What an operator did.
    pub enum ChangeAction: "change" {
        /// Set something over a task's definition, or took it back.
        Set = "set",
        /// Took back everything that was set over a task's definition.
        Reset = "reset",
        /// Paused a task, or the whole system.
        Pause = "pause",
        /// Ended a pause.
        Resume = "resume",
        /// Started a side task.
        Start = "start",
        /// Stopped a side task, or a runner instance.
        Stop = "stop",
        /// Restarted a side task, or a runner instance.
        Restart = "restart",
    }
}

/// What an operator changed, as recorded in `task_changes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// When.
    pub changed_at: DateTime<Utc>,
    /// Who: the name of the credential.
    pub changed_by: String,
    /// What was done.
    pub action: ChangeAction,
    /// Cron or side; null where it is about neither alone.
    pub task_type: Option<TaskType>,
    /// The task; null for the whole system.
    pub task_name: Option<String>,
    /// What was in force before, of what was changed, by column name.
    pub before: Value,
    /// What is in force since.
    pub after: Value,
}

/// What is held back in the whole system, as recorded in `pulse_health`. What has ended by itself is told as over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Maintenance {
    /// Whether no cron task starts on any runner.
    pub is_maintenance_mode: bool,
    /// Since when.
    pub maintenance_since: Option<DateTime<Utc>>,
    /// When that ends by itself.
    pub maintenance_until: Option<DateTime<Utc>>,
    /// Whether no side task runs on any worker.
    pub side_tasks_paused: bool,
    /// When that ends by itself.
    pub side_tasks_paused_until: Option<DateTime<Utc>>,
}
