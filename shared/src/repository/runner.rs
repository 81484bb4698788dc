//! Runner instances: they join, beat, and say goodbye.

use std::time::Duration;

use super::queue::word;
use super::{LockMode, Repository, RepositoryError, document, statement};
use crate::model::{Environment, Runner, RunnerId, RunnerKind, TaskType};

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

    /// Says that the instance lives. False: it was found dead, and everything it ran was handed on.
    pub(crate) async fn heartbeat(
        &self,
        runner: RunnerId,
        interval: Duration,
        running: usize,
    ) -> Result<bool, RepositoryError> {
        statement!(HEARTBEAT = "heartbeat.sql", [TIMESTAMPTZ, UUID, INT4, INT4]);
        let running = i32::try_from(running).unwrap_or(i32::MAX);
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
            [&self.clock.now_for_sql(), &runner.0, &whole_milliseconds(interval), &running];
        Ok(self.maybe(&HEARTBEAT, &parameters).await?.is_some())
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
        statement!(LIST = "list_runners.sql", [TIMESTAMPTZ, INT8]);
        let within = i64::try_from(ended_within.as_millis()).unwrap_or(i64::MAX);
        let rows = self.all(&LIST, &[&self.clock.now_for_sql(), &within]).await?;
        rows.iter().map(document).collect()
    }
}

pub(super) fn whole_milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}
