//! Runner instances and what they run.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Progress, TaskType, words};

/// The id of a runner instance: made anew by every process, never derived from the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RunnerId(pub Uuid);

impl RunnerId {
    /// An id nobody else has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }

    /// The key of the advisory lock that says this instance is alive.
    #[must_use]
    pub fn lock_key(self) -> i64 {
        // The low half of a UUIDv7 is its random part, so that keys of different schemas in one database do not meet.
        self.0.as_u128() as i64
    }
}

impl std::fmt::Display for RunnerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

words! {
    /// What kind of process a runner instance is.
    pub enum RunnerKind: "runner" {
        /// Stays, and runs side tasks too.
        Worker = "worker",
        /// Lives for one pulse.
        Pulse = "pulse",
        /// Lives for one command of the command line.
        Command = "command",
    }
}

words! {
    /// How a runner instance fares.
    pub enum RunnerState: "runner-state" {
        /// Its heartbeat is fresh.
        Alive = "alive",
        /// Its heartbeat is overdue, and nobody has found it dead yet.
        Silent = "silent",
        /// It said goodbye.
        Stopped = "stopped",
        /// It was found dead.
        Lost = "lost",
    }
}

/// A runner instance, as recorded in `task_runners`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Runner {
    /// Its id.
    pub instance_id: RunnerId,
    /// Host and process, for people.
    pub name: String,
    /// What kind of process it is.
    pub kind: RunnerKind,
    /// `development`, `production` or `serverless`.
    pub environment: String,
    /// The version of the program.
    pub version: String,
    /// How it fares.
    pub state: RunnerState,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Its newest heartbeat.
    pub heartbeat_at: DateTime<Utc>,
    /// How soon the next heartbeat may be expected, in milliseconds.
    pub heartbeat_interval: i32,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Since when it finishes what it runs and claims no more.
    pub drain_requested_at: Option<DateTime<Utc>>,
    /// What it does then: `stop` or `restart`.
    pub drain_action: Option<String>,
    /// What it runs.
    pub running: Vec<RunningTask>,
}

/// A running task, as recorded in `task_runner_state`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunningTask {
    /// The task's name.
    pub task_name: String,
    /// Cron or side.
    pub task_type: TaskType,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// Since when it should have ended and blocks its thread.
    #[serde(default)]
    pub stuck_since: Option<DateTime<Utc>>,
    /// The named limit it takes a place under.
    #[serde(default)]
    pub limit_tag: Option<String>,
    /// How far it came.
    #[serde(default)]
    pub progress: Option<Progress>,
}
