//! What monitoring asks for.

use std::time::Duration;

use serde::Deserialize;

use super::{Repository, RepositoryError, document, statement};

/// The facts of a moment.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Metrics {
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) enabled: u64,
    pub(crate) disabled: u64,
    pub(crate) due: u64,
    pub(crate) overdue: u64,
    pub(crate) oldest_due_seconds: Option<f64>,
    pub(crate) pending: u64,
    pub(crate) oldest_pending_seconds: Option<f64>,
    pub(crate) running_cron: u64,
    pub(crate) running_side: u64,
    pub(crate) stuck: u64,
    pub(crate) workers: u64,
    pub(crate) pulse_runners: u64,
    pub(crate) command_runners: u64,
    pub(crate) silent_runners: u64,
    pub(crate) failed_side_tasks: u64,
    pub(crate) pulses_succeeded: u64,
    pub(crate) pulses_failed: u64,
    pub(crate) last_pulse_age_seconds: Option<f64>,
    pub(crate) is_maintenance_mode: bool,
}

/// The connections of one pool of this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connections {
    pub(crate) pool: &'static str,
    pub(crate) used: usize,
    pub(crate) idle: usize,
    pub(crate) waiting: usize,
    pub(crate) most: usize,
}

impl Repository {
    /// What there is to measure now. A slot may be `tolerance` late.
    pub(crate) async fn metrics(&self, tolerance: Duration) -> Result<Metrics, RepositoryError> {
        statement!(READ = "read_metrics.sql", [TIMESTAMPTZ, INT8]);
        let tolerance = i64::try_from(tolerance.as_millis()).unwrap_or(i64::MAX);
        document(&self.one(&READ, &[&self.clock.now_for_sql(), &tolerance]).await?)
    }

    /// The connections of this process: those of the runner and the API, and those of tasks.
    pub(crate) fn connections(&self) -> [Connections; 2] {
        [("runner", &self.pool), ("tasks", &self.task_pool)].map(|(name, pool)| {
            let status = pool.status();
            Connections {
                pool: name,
                used: status.size.saturating_sub(status.available),
                idle: status.available,
                waiting: status.waiting,
                most: status.max_size,
            }
        })
    }
}
