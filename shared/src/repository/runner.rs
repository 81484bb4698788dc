//! Runner instances: they join, beat, and say goodbye.

use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::cursor::List;
use super::row::word;
use super::{LockMode, Repository, RepositoryError, document, statement};
use crate::model::{Environment, ExecutionId, Runner, RunnerId, RunnerKind, TaskType};

/// Which runner instances are listed: those that live, and those that ended lately.
#[derive(Clone, Debug)]
pub struct RunnerFilter {
    /// How long ago an instance may have ended.
    pub ended_within: Duration,
    /// How many, 1 to 1000.
    pub limit: usize,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// One page of runner instances.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunnerPage {
    /// The instances: those that live, then those that ended; of each the newest first.
    pub runners: Vec<Runner>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
}

/// A runner instance that joins.
#[derive(Clone, Debug)]
pub(crate) struct NewRunner {
    pub(crate) id: RunnerId,
    pub(crate) name: String,
    pub(crate) kind: RunnerKind,
    pub(crate) environment: Environment,
    pub(crate) lock_mode: LockMode,
    pub(crate) heartbeat_interval: Duration,
    pub(crate) lease: Duration,
}

/// What a runner instance is asked to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    /// To finish what it runs and claim no more.
    pub(crate) drain: Option<Drain>,
    /// To end these executions, each with the code its error will have.
    pub(crate) cancelled: Vec<(ExecutionId, String)>,
}

/// What a drained worker does at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drain {
    /// It ends.
    Stop,
    /// It begins anew as another instance.
    Restart,
}

impl Drain {
    /// The written form.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Restart => "restart",
        }
    }
}

impl Repository {
    /// Makes an instance known. Its lock must be held already: without it the others may find it dead at once.
    pub(crate) async fn register_runner(&self, runner: &NewRunner) -> Result<(), RepositoryError> {
        statement!(
            REGISTER = "register_runner.sql",
            [TIMESTAMPTZ, UUID, TEXT, TEXT, TEXT, TEXT, INT8, TEXT, INT4, INT4]
        );
        self.one(
            &REGISTER,
            &[
                &self.clock.now_for_sql(),
                &runner.id.0,
                &runner.name,
                &runner.kind.as_str(),
                &runner.environment.as_str(),
                &env!("CARGO_PKG_VERSION"),
                &runner.id.lock_key(),
                &runner.lock_mode.as_str(),
                &whole_milliseconds(runner.heartbeat_interval),
                &whole_milliseconds(runner.lease),
            ],
        )
        .await?;
        Ok(())
    }

    /// Says that the instance lives and how far its executions came; hands back what it is asked to do. `None`: it was found
    /// dead, and everything it ran was handed on.
    pub(crate) async fn heartbeat(
        &self,
        runner: RunnerId,
        interval: Duration,
        running: usize,
        progress: &[(ExecutionId, Value)],
    ) -> Result<Option<Orders>, RepositoryError> {
        statement!(HEARTBEAT = "heartbeat.sql", [TIMESTAMPTZ, UUID, INT4, INT4, UUID_ARRAY, JSONB_ARRAY]);
        let running = i32::try_from(running).unwrap_or(i32::MAX);
        let (ids, progress): (Vec<_>, Vec<_>) = progress.iter().map(|(id, progress)| (id.0, progress)).unzip();
        let interval = whole_milliseconds(interval);
        let rows =
            self.all(&HEARTBEAT, &[&self.clock.now_for_sql(), &runner.0, &interval, &running, &ids, &progress]).await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let drain = match first.get("drain_action") {
            Some("restart") => Some(Drain::Restart),
            Some(_) => Some(Drain::Stop),
            None => None,
        };
        let cancel = |row: &Row| {
            let code: Option<String> = row.get("cancel_code");
            Some((ExecutionId(row.get::<_, Option<Uuid>>("cancelled")?), code.unwrap_or_default()))
        };
        Ok(Some(Orders { drain, cancelled: rows.iter().filter_map(cancel).collect() }))
    }

    /// Says goodbye.
    pub(crate) async fn end_runner(&self, runner: RunnerId) -> Result<(), RepositoryError> {
        statement!(END = "end_runner.sql", [TIMESTAMPTZ, UUID]);
        self.all(&END, &[&self.clock.now_for_sql(), &runner.0]).await?;
        Ok(())
    }

    /// The tasks that any runner runs now.
    pub(crate) async fn running_tasks(&self) -> Result<Vec<(TaskType, String)>, RepositoryError> {
        statement!(RUNNING = "running_tasks.sql", []);
        self.all(&RUNNING, &[]).await?.iter().map(|row| Ok((word(row, "task_type")?, row.get("task_name")))).collect()
    }

    /// The instances that live, and those that ended less than `ended_within` ago; with what they run.
    pub async fn runners(&self, ended_within: Duration) -> Result<Vec<Runner>, RepositoryError> {
        self.list_runners(ended_within, None, None).await
    }

    /// One page of the same: those that live, then those that ended, of each the newest first. `None`: the cursor is none of
    /// ours.
    pub async fn runner_page(&self, filter: &RunnerFilter) -> Result<Option<RunnerPage>, RepositoryError> {
        let read = |cursor: &str| {
            let living = List::Runners.read(cursor).map(|row| (false, row));
            living.or_else(|| List::EndedRunners.read(cursor).map(|row| (true, row)))
        };
        let behind = match filter.cursor.as_deref().map(read) {
            None => None,
            Some(Some(behind)) => Some(behind),
            Some(None) => return Ok(None),
        };
        let limit = filter.limit.clamp(1, 1000);
        // One more than asked for tells whether there is a next page.
        let mut runners = self.list_runners(filter.ended_within, behind, Some(limit + 1)).await?;
        let more = runners.len() > limit;
        runners.truncate(limit);
        let next_cursor = runners.last().filter(|_| more).map(|last| {
            let list = if last.ended_at.is_none() { List::Runners } else { List::EndedRunners };
            list.cursor(last.started_at, last.instance_id.0)
        });
        Ok(Some(RunnerPage { runners, next_cursor }))
    }

    async fn list_runners(
        &self,
        ended_within: Duration,
        behind: Option<(bool, (DateTime<Utc>, Uuid))>,
        limit: Option<usize>,
    ) -> Result<Vec<Runner>, RepositoryError> {
        statement!(LIST = "list_runners.sql", [TIMESTAMPTZ, INT8, BOOL, TIMESTAMPTZ, UUID, INT8]);
        let within = i64::try_from(ended_within.as_millis()).unwrap_or(i64::MAX);
        let (has_ended, behind) = behind.unzip();
        let (at, id) = behind.unzip();
        let limit = limit.and_then(|limit| i64::try_from(limit).ok());
        let rows = self.all(&LIST, &[&self.clock.now_for_sql(), &within, &has_ended, &at, &id, &limit]).await?;
        rows.iter().map(document).collect()
    }
}

pub(super) fn whole_milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}
