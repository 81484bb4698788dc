//! The pulse: its health and its history.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words;

words! {
    /// How the pulse system fares.
    pub enum PulseHealth: "health" {
        /// Slots are decided in time, and tasks complete.
        Healthy = "healthy",
        /// Something failed or is late.
        Warning = "warning",
        /// Much failed, or nobody decides what is due.
        Critical = "critical",
        /// Nothing has happened yet.
        Unknown = "unknown",
    }
}

/// The facts health is judged from, read at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PulseStatus {
    /// The verdict over the facts below.
    pub status: PulseHealth,
    /// When the newest pulse ended.
    pub last_pulse_at: Option<DateTime<Utc>>,
    /// How long ago that was, in milliseconds.
    pub last_pulse_age_ms: Option<i64>,
    /// Completed executions among those that ended in the last 24 hours, 0 to 1; null if none ended.
    pub success_rate: Option<f64>,
    /// Executions that ended in the last 24 hours.
    pub total_executions: i64,
    /// Failed executions since the last completed one.
    pub consecutive_failures: i64,
    /// Slots whose time came longer than two pulse intervals ago and that nobody has decided.
    pub overdue_slots: i64,
    /// Workers whose heartbeat is fresh.
    pub live_workers: i64,
    /// Executions that run now.
    pub running: i64,
    /// Of these, those that were told to end and block their threads.
    #[serde(default)]
    pub stuck: i64,
    /// Runners that have not shown a sign of life for longer than they promised, and are not yet known to be dead.
    #[serde(default)]
    pub silent_runners: i64,
    /// Side tasks that were given up.
    #[serde(default)]
    pub failed_side_tasks: i64,
    /// Whether the system is in maintenance: no cron task starts.
    #[serde(default)]
    pub is_maintenance_mode: bool,
}

/// One pulse, as recorded in `pulse_executions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PulseExecution {
    /// Its id.
    pub id: Uuid,
    /// `SUCCESS`, or `FAILURE` if a task failed.
    pub status: String,
    /// Where it ran.
    pub environment: String,
    /// Who called.
    pub triggered_by: String,
    /// Whether it only said what it would do.
    pub is_dry_run: bool,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
    /// Tasks it knew.
    pub total_tasks_discovered: i32,
    /// Tasks with something to decide.
    pub tasks_due: Vec<String>,
    /// Tasks it ran.
    pub tasks_executed: Vec<String>,
    /// Tasks that completed.
    pub tasks_succeeded: Vec<String>,
    /// Tasks that failed.
    pub tasks_failed: Vec<String>,
    /// Tasks it did not run, for a recorded reason.
    pub tasks_skipped: Vec<String>,
}
