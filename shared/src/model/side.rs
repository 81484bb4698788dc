//! Side tasks as they are stored, and how they fare.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Category, Priority, RecordedError, Status, TaskId, words};
use crate::locale::{Sentence, lenient};

words! {
    /// How a side task fares, in view of what it is told to do.
    pub enum SideState: "side-state" {
        /// A worker runs it.
        Running = "running",
        /// It is to run, and no worker runs it yet, or any more.
        Waiting = "waiting",
        /// It runs, and is to end and begin anew.
        Restarting = "restarting",
        /// It runs, and is to end.
        Stopping = "stopping",
        /// Somebody stopped it.
        Stopped = "stopped",
        /// Side tasks are paused on all workers.
        Paused = "paused",
        /// It is turned off.
        Disabled = "disabled",
        /// It has done what it was for.
        Completed = "completed",
        /// It failed too often and was given up.
        Failed = "failed",
        /// No worker has run it yet.
        NeverStarted = "never_started",
        /// The code no longer has it.
        Retired = "retired",
    }
}

words! {
    /// What a side task that runs says of its health.
    pub enum SideHealth: "side-health" {
        /// It works as it should.
        Healthy = "healthy",
        /// It does not; `health_message` says why.
        Unhealthy = "unhealthy",
    }
}

/// A side task, as recorded in `side_tasks`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SideTaskRow {
    /// Its id.
    pub id: TaskId,
    /// Its name.
    pub name: String,
    /// What it is called by people, in the caller's language; null where nobody says.
    #[serde(default)]
    pub title: Option<String>,
    /// What it does; in the caller's language, where that is known.
    pub description: Option<String>,
    /// The version of its definition.
    pub version: String,
    /// What it is about.
    pub category: Category,
    /// Labels.
    pub tags: Vec<String>,
    /// Whether workers run it.
    pub enabled: bool,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether each worker runs one; otherwise one lives across all workers.
    pub per_worker: bool,
    /// Whether it is restarted when it ends by itself.
    pub auto_restart: bool,
    /// Wait before the first restart, in milliseconds.
    pub restart_delay: i32,
    /// Restarts in a row before it is given up.
    pub max_restarts: i32,
    /// How often it is asked for its health, in milliseconds.
    pub health_check_interval: i32,
    /// Settings in force.
    pub config: Value,
    /// When its definition vanished from the code.
    pub retired_at: Option<DateTime<Utc>>,
    /// What has become of it.
    pub status: Option<Status>,
    /// Whether any worker runs it now.
    pub is_running: bool,
    /// Whether side tasks are paused on all workers.
    pub is_paused: bool,
    /// Where it runs now, longest first.
    pub instances: Vec<SideInstance>,
    /// The runner instance that started it last.
    pub runner_instance_id: Option<Uuid>,
    /// The name of that instance.
    pub executed_by_instance: Option<String>,
    /// When it was last started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it last ended; null while it runs.
    pub stopped_at: Option<DateTime<Utc>>,
    /// When somebody last asked for a restart.
    pub restart_requested_at: Option<DateTime<Utc>>,
    /// When it was last asked for its health.
    pub last_health_check: Option<DateTime<Utc>>,
    /// What it said then; null where it has not been asked since it started.
    pub is_healthy: Option<bool>,
    /// Why it is not healthy.
    pub health_message: Option<String>,
    /// What that was made of, where it is a sentence of ours.
    #[serde(default, deserialize_with = "lenient", skip_serializing)]
    #[schemars(skip)]
    pub health_sentence: Option<Sentence>,
    /// Restarts since it last ran well.
    pub restart_count: i32,
    /// Why it last failed.
    pub last_error: Option<RecordedError>,
}

/// Where a side task runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SideInstance {
    /// The runner instance.
    pub runner_instance_id: Uuid,
    /// The name of that instance.
    pub executed_by_instance: Option<String>,
    /// Since when.
    pub started_at: DateTime<Utc>,
}

impl SideTaskRow {
    /// How it fares.
    #[must_use]
    pub fn state(&self) -> SideState {
        let restarts =
            |instance: &SideInstance| self.restart_requested_at.is_some_and(|asked| instance.started_at < asked);
        match self.status {
            _ if self.retired_at.is_some() => SideState::Retired,
            Some(Status::Cancelled) if self.is_running => SideState::Stopping,
            _ if !self.enabled => SideState::Disabled,
            Some(Status::Cancelled) => SideState::Stopped,
            _ if self.is_paused => SideState::Paused,
            _ if self.instances.iter().any(restarts) => SideState::Restarting,
            Some(Status::Running) => SideState::Running,
            Some(Status::Pending | Status::Skipped | Status::Blocked) => SideState::Waiting,
            Some(Status::Completed) => SideState::Completed,
            Some(Status::Failed | Status::Timeout) => SideState::Failed,
            None => SideState::NeverStarted,
        }
    }

    /// What it said of its health, where it runs and has been asked.
    #[must_use]
    pub fn health(&self) -> Option<SideHealth> {
        let is_healthy = self.is_healthy.filter(|_| self.is_running)?;
        Some(if is_healthy { SideHealth::Healthy } else { SideHealth::Unhealthy })
    }
}
