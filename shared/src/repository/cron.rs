//! Reading cron tasks and their executions.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::cursor::List;
use super::{Repository, RepositoryError, document, statement};
use crate::model::{Category, CronTaskRow, Execution, ExecutionId, ExecutionLog, Priority, Status};

/// Which tasks are listed. The default is all of them.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Enabled ones, disabled ones.
    pub enabled: Option<bool>,
    /// Those of one of these priorities.
    pub priority: Option<Vec<Priority>>,
    /// Those whose newest attempt ended in one of these.
    pub status: Option<Vec<Status>>,
    /// Those of this category.
    pub category: Option<Category>,
}

/// Which executions are listed. The default is the newest of all tasks.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Those of this task.
    pub task: Option<String>,
    /// Those in one of these.
    pub status: Option<Vec<Status>>,
    /// Those decided at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// Those decided before this instant.
    pub until: Option<DateTime<Utc>>,
    /// How many, 1 to 1000.
    pub limit: usize,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// One page of history, newest decision first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct HistoryPage {
    /// The executions.
    pub executions: Vec<Execution>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
}

impl Repository {
    /// The cron tasks, by name; retired ones last.
    pub async fn cron_tasks(&self, filter: &TaskFilter) -> Result<Vec<CronTaskRow>, RepositoryError> {
        self.list_cron_tasks(None, filter).await
    }

    /// The cron task of that name.
    pub async fn cron_task(&self, name: &str) -> Result<Option<CronTaskRow>, RepositoryError> {
        Ok(self.list_cron_tasks(Some(name), &TaskFilter::default()).await?.pop())
    }

    async fn list_cron_tasks(
        &self,
        name: Option<&str>,
        filter: &TaskFilter,
    ) -> Result<Vec<CronTaskRow>, RepositoryError> {
        statement!(LIST = "list_cron_tasks.sql", [TIMESTAMPTZ, TEXT, BOOL, TEXT_ARRAY, TEXT_ARRAY, TEXT]);
        let priorities = filter.priority.as_ref().map(|all| all.iter().map(|one| one.as_str()).collect::<Vec<_>>());
        let statuses = filter.status.as_ref().map(|all| all.iter().map(|one| one.as_str()).collect::<Vec<_>>());
        let category = filter.category.map(Category::as_str);
        let rows = self
            .all(&LIST, &[&self.clock.now_for_sql(), &name, &filter.enabled, &priorities, &statuses, &category])
            .await?;
        rows.iter().map(document).collect()
    }

    /// One page of history. `None`: the cursor is none of ours.
    pub async fn history(&self, filter: &HistoryFilter) -> Result<Option<HistoryPage>, RepositoryError> {
        let (at, id) = match filter.cursor.as_deref().map(|cursor| List::Executions.read(cursor)) {
            None => (None, None),
            Some(Some((at, id))) => (Some(at), Some(id)),
            Some(None) => return Ok(None),
        };
        let limit = filter.limit.clamp(1, 1000);
        // One more than asked for tells whether there is a next page.
        let mut executions = self.list_executions(filter, at, id, limit + 1, None).await?;
        let more = executions.len() > limit;
        executions.truncate(limit);
        let next_cursor =
            executions.last().filter(|_| more).map(|last| List::Executions.cursor(last.created_at, last.id.0));
        Ok(Some(HistoryPage { executions, next_cursor }))
    }

    /// The execution of that id.
    pub async fn execution(&self, id: ExecutionId) -> Result<Option<Execution>, RepositoryError> {
        Ok(self.list_executions(&HistoryFilter::default(), None, None, 1, Some(id.0)).await?.pop())
    }

    /// What the execution of that id logged. `None`: it said nothing, or has not ended yet.
    pub async fn execution_log(&self, id: ExecutionId) -> Result<Option<ExecutionLog>, RepositoryError> {
        statement!(LOG = "read_execution_log.sql", [UUID]);
        self.maybe(&LOG, &[&id.0]).await?.as_ref().map(document).transpose()
    }

    /// The newest execution of a task that ran, besides earlier ones of this slot, of which there are fewer than `attempt`.
    pub(crate) async fn last_run_besides(
        &self,
        task: &str,
        slot: DateTime<Utc>,
        attempt: i32,
    ) -> Result<Option<Execution>, RepositoryError> {
        let ran = [Status::Completed, Status::Failed, Status::Timeout, Status::Cancelled];
        let filter =
            HistoryFilter { task: Some(task.to_owned()), status: Some(ran.to_vec()), ..HistoryFilter::default() };
        let newest = self.list_executions(&filter, None, None, usize::try_from(attempt).unwrap_or(1), None).await?;
        Ok(newest.into_iter().find(|execution| execution.scheduled_for != slot))
    }

    async fn list_executions(
        &self,
        filter: &HistoryFilter,
        cursor_at: Option<DateTime<Utc>>,
        cursor_id: Option<Uuid>,
        limit: usize,
        id: Option<Uuid>,
    ) -> Result<Vec<Execution>, RepositoryError> {
        statement!(
            LIST = "list_executions.sql",
            [TEXT, TEXT_ARRAY, TIMESTAMPTZ, TIMESTAMPTZ, UUID, INT8, UUID, TIMESTAMPTZ]
        );
        let statuses = filter.status.as_ref().map(|all| all.iter().map(|one| one.as_str()).collect::<Vec<_>>());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self
            .all(&LIST, &[&filter.task, &statuses, &filter.since, &cursor_at, &cursor_id, &limit, &id, &filter.until])
            .await?;
        rows.iter().map(document).collect()
    }
}
