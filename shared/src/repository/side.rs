//! Side tasks: taken by one worker, watched, let go.

use std::time::Duration;

use serde_json::Value;
use tokio_postgres::types::Json;

use super::queue::milliseconds;
use super::{Repository, RepositoryError, document, statement};
use crate::model::{RecordedError, RunnerId, SideTaskRow};

/// A side task that is ours to run, with what is in force for it.
#[derive(Clone, Debug)]
pub(crate) struct TakenSideTask {
    pub(crate) name: String,
    pub(crate) config: Value,
    pub(crate) auto_restart: bool,
    pub(crate) restart_delay: Duration,
    pub(crate) max_restarts: u32,
    pub(crate) health_check_interval: Duration,
}

impl Repository {
    /// Takes every side task of these that should run and that nobody runs.
    pub(crate) async fn take_side_tasks(
        &self,
        runner: RunnerId,
        environment: &str,
        names: &[&str],
        given_up_too: bool,
    ) -> Result<Vec<TakenSideTask>, RepositoryError> {
        statement!(TAKE = "take_side_tasks.sql", [TIMESTAMPTZ, UUID, TEXT, TEXT_ARRAY, BOOL]);
        let rows =
            self.all(&TAKE, &[&self.clock.now_for_sql(), &runner.0, &environment, &names, &given_up_too]).await?;
        Ok(rows
            .iter()
            .map(|row| TakenSideTask {
                name: row.get("name"),
                config: row.get("config"),
                auto_restart: row.get("auto_restart"),
                restart_delay: milliseconds(row.get("restart_delay")),
                max_restarts: u32::try_from(row.get::<_, i32>("max_restarts")).unwrap_or(0),
                health_check_interval: milliseconds(row.get("health_check_interval")),
            })
            .collect())
    }

    /// Which of these should not run in this process any more: stopped, disabled, retired, or taken over by others.
    pub(crate) async fn unwanted_side_tasks(
        &self,
        runner: RunnerId,
        names: &[String],
    ) -> Result<Vec<String>, RepositoryError> {
        statement!(UNWANTED = "unwanted_side_tasks.sql", [UUID, TEXT_ARRAY]);
        Ok(self.all(&UNWANTED, &[&runner.0, &names]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// Records how a side task fares. False: this runner does not run it any more.
    pub(crate) async fn record_side_task(
        &self,
        runner: RunnerId,
        name: &str,
        restarts: u32,
        error: Option<&RecordedError>,
    ) -> Result<bool, RepositoryError> {
        statement!(RECORD = "record_side_task.sql", [TIMESTAMPTZ, UUID, TEXT, INT4, JSONB]);
        let restarts = i32::try_from(restarts).unwrap_or(i32::MAX);
        let error = error.map(Json);
        let row = self.maybe(&RECORD, &[&self.clock.now_for_sql(), &runner.0, &name, &restarts, &error]).await?;
        Ok(row.is_some())
    }

    /// Lets a side task go.
    pub(crate) async fn release_side_task(
        &self,
        runner: RunnerId,
        name: &str,
        given_up: bool,
    ) -> Result<(), RepositoryError> {
        statement!(RELEASE = "release_side_task.sql", [TIMESTAMPTZ, UUID, TEXT, BOOL]);
        self.all(&RELEASE, &[&self.clock.now_for_sql(), &runner.0, &name, &given_up]).await?;
        Ok(())
    }

    /// Tells all workers to run a side task, or to stop it. False: there is no such task.
    pub(crate) async fn order_side_task(&self, name: &str, run: bool) -> Result<bool, RepositoryError> {
        statement!(ORDER = "order_side_task.sql", [TEXT, BOOL]);
        Ok(self.maybe(&ORDER, &[&name, &run]).await?.is_some())
    }

    /// The side tasks, by name; retired ones last.
    pub async fn side_tasks(&self) -> Result<Vec<SideTaskRow>, RepositoryError> {
        self.list_side_tasks(None).await
    }

    /// The side task of that name.
    pub async fn side_task(&self, name: &str) -> Result<Option<SideTaskRow>, RepositoryError> {
        Ok(self.list_side_tasks(Some(name)).await?.pop())
    }

    async fn list_side_tasks(&self, name: Option<&str>) -> Result<Vec<SideTaskRow>, RepositoryError> {
        statement!(LIST = "list_side_tasks.sql", [TEXT]);
        let rows = self.all(&LIST, &[&name]).await?;
        rows.iter().map(document).collect()
    }
}
