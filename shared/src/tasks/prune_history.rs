//! Deletes history nobody will read any more.

use crate::repository::{EVENTS_KEPT, HOURS_KEPT, IDEMPOTENCY_KEYS_KEPT, Repository, RepositoryError};
use crate::task::prelude::*;

/// Ended runners explain what happened lately; nobody asks for older ones.
const RUNNERS_KEPT: Duration = DAY;
/// How many hours are counted before it is looked whether to go on.
const HOURS_AT_ONCE: u32 = 24;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Deletes history nobody will read any more, and counts what statistics tell of the rest.
///
/// What is queued or runs stays, and so does the newest execution of each task: what happens next depends on it.
pub struct PruneHistory;

/// What is deleted, and how much at a time.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long executions and pulses are kept, in days; null: `TASK_HISTORY_RETENTION`.
    #[schemars(range(min = 1, max = 36_500))]
    pub retention_days: Option<u32>,
    /// How many rows one statement deletes.
    #[schemars(range(min = 1, max = 100_000))]
    pub batch_size: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { retention_days: None, batch_size: 1000 }
    }
}

/// How much was deleted.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Report {
    /// Executions.
    pub executions: usize,
    /// Pulses.
    pub pulses: usize,
    /// Runners that had ended.
    pub runners: usize,
    /// Events nobody can go on from any more.
    pub events: usize,
    /// Keys of requests that nobody repeats any more.
    pub idempotency_keys: usize,
    /// Counts of hours: of all tasks, and of each that ran often in that hour.
    pub hours: usize,
}

impl CronTask for PruneHistory {
    type Config = Config;
    type Report = Report;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: Schedule::Cron("0 3 * * *"),
        description: "Deletes old executions, pulses and runners",
        category: Category::Maintenance,
        priority: Priority::Low,
        // A machine that is off at night does it in the morning.
        catch_up_window: DAY,
        // Enough for a day of a thousand executions a second, see docs/scaling.md.
        timeout: Some(Duration::from_secs(2 * 3600)),
        ..CronTaskDefinition::new("prune-history")
    };

    async fn execute(&self, cx: TaskContext<Config>) -> TaskResult<Report> {
        let kept = cx.config.retention_days.map_or(cx.defaults().history_retention, |days| DAY * days);
        // What earlier attempts deleted: a pulse has no time for very many rows, and the next one goes on.
        let mut report = cx.last_checkpoint::<Report>()?.unwrap_or_default();
        prune(&cx, &mut report, IDEMPOTENCY_KEYS_KEPT, Repository::prune_idempotency_keys, |r| &mut r.idempotency_keys)
            .await?;
        prune(&cx, &mut report, EVENTS_KEPT, Repository::prune_events, |r| &mut r.events).await?;
        prune(&cx, &mut report, RUNNERS_KEPT, Repository::prune_runners, |r| &mut r.runners).await?;
        prune(&cx, &mut report, kept, Repository::prune_pulses, |r| &mut r.pulses).await?;
        // What no question reaches goes, however long the executions below take.
        prune(&cx, &mut report, HOURS_KEPT, Repository::prune_hours, |r| &mut r.hours).await?;
        while count(&cx, kept.min(HOURS_KEPT)).await {
            cx.checkpoint(&report).await?;
        }
        // Late: there may be more of them than fit into one night, and then nothing after them would ever go.
        prune(&cx, &mut report, kept, Repository::prune_executions, |r| &mut r.executions).await?;
        // After its executions an hour's counts: if they went first, who asks meanwhile would count what is about to go.
        prune(&cx, &mut report, kept.min(HOURS_KEPT), Repository::prune_hours, |r| &mut r.hours).await?;
        tracing::info!(report.executions, report.pulses, report.runners, report.hours, "history pruned");
        Ok(report)
    }
}

/// Counts what some hours came to, and tells whether there may be more. History goes also where that fails.
async fn count(cx: &TaskContext<Config>, reach: Duration) -> bool {
    match cx.repository().count_hours(reach, HOURS_AT_ONCE).await {
        Ok(counted) => counted > 0,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "what an hour came to could not be counted");
            false
        }
    }
}

/// Deletes batch after batch until one is not full, and keeps what it came to.
async fn prune(
    cx: &TaskContext<Config>,
    report: &mut Report,
    kept: Duration,
    batch: impl AsyncFn(&Repository, Duration, u32) -> Result<usize, RepositoryError>,
    count: impl Fn(&mut Report) -> &mut usize,
) -> TaskResult<()> {
    loop {
        let deleted = batch(cx.repository(), kept, cx.config.batch_size).await?;
        *count(report) += deleted;
        if deleted < cx.config.batch_size as usize {
            return Ok(());
        }
        cx.checkpoint(report).await?;
    }
}
