//! What executions came to.
//!
//! A period may have very many. What an hour came to is counted once it is over, by who asks first or by `prune-history`, and
//! told from the counts from then on; a task with many executions in an hour has counts of its own.

use std::error::Error;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Repository, RepositoryError, STATEMENT_TIMEOUT, Statement, document, statement};
use crate::locale::{Sentence, lenient};
use crate::model::words;

/// How long what was counted is kept: longer than the longest period, and a step of its trend.
pub(crate) const HOURS_KEPT: Duration = Duration::from_secs(32 * DAY);
/// How many hours are counted before a question is answered: as many as pass between two runs of `prune-history`.
const HOURS_A_QUESTION: u32 = 24;
/// How long a question waits for that.
const PATIENCE: Duration = Duration::from_secs(5);

words! {
    /// How far back statistics look. A period begins with a whole step of its trend.
    pub enum Period: "period" {
        /// The last hour, from the beginning of a minute on.
        Hour = "hour",
        /// The last 24 hours, from the beginning of an hour on.
        Day = "day",
        /// The last 7 days, from the beginning of a day in UTC on.
        Week = "week",
        /// The last 30 days, from the beginning of a day in UTC on.
        Month = "month",
    }
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Period {
    /// How long ago it began, at least.
    #[must_use]
    pub const fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::Hour => HOUR,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
        })
    }

    /// The steps its trend is told in: minutes, hours or days.
    const fn step(self) -> Duration {
        Duration::from_secs(match self {
            Self::Hour => MINUTE,
            Self::Day => HOUR,
            Self::Week | Self::Month => DAY,
        })
    }
}

/// What executions came to in a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskStats {
    /// Beginning of the period.
    pub from: DateTime<Utc>,
    /// End of the period.
    pub to: DateTime<Utc>,
    /// How many executions came to what.
    pub overview: Overview,
    /// How long they took.
    pub performance: Performance,
    /// What went wrong.
    pub errors: Errors,
    /// The period in steps.
    pub trends: Vec<TrendStep>,
}

/// How many executions came to what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overview {
    /// All of them.
    pub executions: i64,
    /// Completed.
    pub completed: i64,
    /// Failed or timed out.
    pub failed: i64,
    /// Skipped.
    pub skipped: i64,
    /// Blocked.
    pub blocked: i64,
    /// Cancelled.
    pub cancelled: i64,
    /// Still queued.
    pub pending: i64,
    /// Still running.
    pub running: i64,
    /// Completed among those that completed or failed, 0 to 1.
    pub success_rate: Option<f64>,
}

/// How long executions took, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Performance {
    /// The shortest.
    pub min_ms: Option<i32>,
    /// The mean.
    pub mean_ms: Option<f64>,
    /// The median; to a 64th, where hours were counted.
    pub median_ms: Option<f64>,
    /// 95 of 100 took no longer; to a 64th, where hours were counted.
    pub p95_ms: Option<f64>,
    /// The longest.
    pub max_ms: Option<i32>,
    /// The ten tasks with the longest executions, longest first.
    pub slowest: Vec<SlowTask>,
}

/// A slow task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SlowTask {
    /// Its name.
    pub task_name: String,
    /// Its executions in the period that took time.
    pub executions: i64,
    /// Their mean duration, in milliseconds.
    pub mean_ms: f64,
    /// Their longest duration, in milliseconds.
    pub max_ms: i32,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Errors {
    /// Executions by kind of error.
    pub by_kind: std::collections::BTreeMap<String, i64>,
    /// The ten tasks that failed most.
    pub tasks: Vec<FailingTask>,
}

/// A task that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailingTask {
    /// Its name.
    pub task_name: String,
    /// Its failed executions in the period.
    pub failed: i64,
    /// What the newest of them said.
    pub last_message: Option<String>,
    /// What that was made of, where it is a sentence of ours.
    #[serde(default, deserialize_with = "lenient", skip_serializing)]
    #[schemars(skip)]
    pub sentence: Option<Sentence>,
}

/// One step of a trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrendStep {
    /// Its beginning.
    pub at: DateTime<Utc>,
    /// Executions decided in it.
    pub executions: i64,
    /// Completed ones.
    pub completed: i64,
    /// Failed ones.
    pub failed: i64,
    /// Their mean duration, in milliseconds.
    pub mean_ms: Option<f64>,
}

impl Repository {
    /// What executions, of one task or of all, came to in a period.
    pub async fn stats(&self, period: Period, task: Option<&str>) -> Result<TaskStats, RepositoryError> {
        statement!(STATS = "cron_stats.sql", [TIMESTAMPTZ, INT8, TEXT, INT8]);
        // Of the last hour none is over for long enough.
        if period != Period::Hour {
            self.count_for_a_question(period.length() + period.step()).await?;
        }
        let (length, step) = (milliseconds(period.length()), milliseconds(period.step()));
        let rows = self.all_interpreted(&STATS, &[&self.clock.now_for_sql(), &length, &task, &step]).await?;
        rows.first().map_or(Err(RepositoryError::NoRow { statement: STATS.name }), document)
    }

    /// Counts, as long as nobody has to wait for it long. What is not counted is read.
    async fn count_for_a_question(&self, reach: Duration) -> Result<(), RepositoryError> {
        let repository = self.clone();
        // Goes on where nobody waits any more: what is half counted would be counted anew for the next one who asks.
        let counting = tokio::spawn(async move { repository.count_hours(reach, HOURS_A_QUESTION).await });
        match tokio::time::timeout(PATIENCE, counting).await {
            Ok(Ok(Err(error))) if error.is_connection() => Err(error),
            Ok(Ok(Err(error))) => {
                tracing::warn!(error = &error as &dyn Error, "what an hour came to could not be counted");
                Ok(())
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Counts what the executions of hours that are over came to, the newest first, and tells how many hours that were.
    pub(crate) async fn count_hours(&self, reach: Duration, at_most: u32) -> Result<u32, RepositoryError> {
        statement!(LIST = "list_uncounted_hours.sql", [TIMESTAMPTZ, INT8, INT8]);
        statement!(COUNT = "count_hour.sql", [TIMESTAMPTZ]);
        let reach = milliseconds(reach);
        let hours = self.all(&LIST, &[&self.clock.now_for_sql(), &reach, &i64::from(at_most)]).await?;
        let mut counted = 0;
        for hour in &hours {
            // None where another one is at it. In no transaction of ours: who gives up waiting finds it counted the next time.
            let written = self.all(&COUNT, &[&hour.get::<_, DateTime<Utc>>(0)]).await?;
            counted += u32::from(!written.is_empty());
        }
        Ok(counted)
    }

    /// What a long statement gives by a plan that is not compiled. The server compiles where it expects very many rows, which
    /// takes ten times as long as to read the few there are. It is told so for one transaction: behind a pooler a setting
    /// of a session would be another client's, too.
    async fn all_interpreted(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RepositoryError> {
        let told = async {
            let transaction = self.begin_with("begin; set local jit = off").await?;
            self.sent.fetch_add(1, Ordering::Relaxed);
            let rows = statement.query(transaction.client(), parameters).await?;
            transaction.commit().await?;
            Ok(rows)
        };
        let timed_out = |_| RepositoryError::TimedOut { statement: statement.name };
        tokio::time::timeout(STATEMENT_TIMEOUT, told).await.map_err(timed_out)?
    }
}

fn milliseconds(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}
