//! What operators do at run time: pauses, maintenance, retries, cancellation, draining; and who did what.
//!
//! What they set over a task's definition is written with the definitions, see [`super::sync`].

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::idempotency::KeyClaim;
use super::row::word;
use super::runner::Drain;
use super::{Keyed, Repository, RepositoryError, RequestKey, Transaction, document, statement};
use crate::model::{Change, ExecutionId, Maintenance, RunnerId, Status, TaskType};

/// What is to be held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It goes on.
    Release,
    /// It does not start, until then or until it is released.
    Until(Option<DateTime<Utc>>),
}

impl Hold {
    fn is_held(self) -> bool {
        match self {
            Self::Release => false,
            Self::Until(_) => true,
        }
    }

    fn until(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Release => None,
            Self::Until(until) => until,
        }
    }
}

/// What became of a wish to try an execution again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retried {
    /// This attempt is queued.
    Queued(ExecutionId),
    /// The execution itself has not ended.
    NotFinal,
    /// This attempt at the same slot has not ended.
    Underway(ExecutionId),
    /// The code no longer has the task.
    Retired,
}

/// What became of a wish to cancel an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// It was queued and is cancelled.
    AtOnce,
    /// Its runner is told.
    Requested,
    /// It has ended.
    Final,
}

impl Repository {
    /// What operators changed about a task, newest first.
    pub async fn changes(&self, task_type: TaskType, task: &str, limit: u32) -> Result<Vec<Change>, RepositoryError> {
        statement!(LIST = "list_changes.sql", [TEXT, TEXT, INT8]);
        let rows = self.all(&LIST, &[&task_type.as_str(), &task, &i64::from(limit)]).await?;
        rows.iter().map(document).collect()
    }

    /// Pauses a cron task, or ends its pause; hands back what of it was in force before, and what is since. `None`: there is
    /// no such task.
    pub(crate) async fn pause_task(
        &self,
        name: &str,
        hold: Hold,
        by: &str,
    ) -> Result<Option<(Value, Value)>, RepositoryError> {
        statement!(PAUSE = "pause_task.sql", [TIMESTAMPTZ, TEXT, BOOL, TIMESTAMPTZ, TEXT]);
        let row = self.maybe(&PAUSE, &[&self.clock.now_for_sql(), &name, &hold.is_held(), &hold.until(), &by]).await?;
        Ok(row.map(|row| (row.get("before"), row.get("after"))))
    }

    /// Holds tasks of one type or of both back on all runners, or lets them go on.
    pub(crate) async fn pause_system(
        &self,
        only: Option<TaskType>,
        hold: Hold,
        by: &str,
    ) -> Result<Maintenance, RepositoryError> {
        statement!(PAUSE = "pause_system.sql", [TIMESTAMPTZ, BOOL, BOOL, BOOL, TIMESTAMPTZ, TEXT]);
        let (cron, side) = (only != Some(TaskType::Side), only != Some(TaskType::Cron));
        let row =
            self.one(&PAUSE, &[&self.clock.now_for_sql(), &cron, &side, &hold.is_held(), &hold.until(), &by]).await?;
        document(&row)
    }

    /// Asks a runner instance to finish what it runs and claim no more. `false`: it has ended.
    pub(crate) async fn drain_runner(&self, runner: RunnerId, then: Drain, by: &str) -> Result<bool, RepositoryError> {
        statement!(DRAIN = "drain_runner.sql", [TIMESTAMPTZ, UUID, TEXT, TEXT]);
        Ok(self.maybe(&DRAIN, &[&self.clock.now_for_sql(), &runner.0, &then.as_str(), &by]).await?.is_some())
    }

    /// Queues one more attempt at the slot of an execution that has ended. `None`: there is no such execution.
    pub(crate) async fn retry_execution(&self, id: ExecutionId) -> Result<Option<Retried>, RepositoryError> {
        self.retry_as(ExecutionId(Uuid::now_v7()), id, None).await
    }

    /// The same for a request that may be repeated.
    pub(crate) async fn retry_execution_once(
        &self,
        key: &RequestKey,
        id: ExecutionId,
    ) -> Result<Keyed<Option<Retried>>, RepositoryError> {
        let (transaction, new) = match self.claim_key(key).await? {
            KeyClaim::Mine(transaction, new) => (*transaction, new),
            KeyClaim::Repeat(first) => return Ok(Keyed::Repeat(first)),
            KeyClaim::Taken => return Ok(Keyed::Taken),
        };
        let retried = self.retry_as(new, id, Some(&transaction)).await?;
        if matches!(retried, Some(Retried::Queued(_))) {
            transaction.commit().await?;
        }
        Ok(Keyed::First(retried))
    }

    async fn retry_as(
        &self,
        new: ExecutionId,
        id: ExecutionId,
        transaction: Option<&Transaction>,
    ) -> Result<Option<Retried>, RepositoryError> {
        statement!(RETRY = "retry_execution.sql", [TIMESTAMPTZ, UUID, UUID]);
        loop {
            let parameters: &[&(dyn ToSql + Sync)] = &[&self.clock.now_for_sql(), &id.0, &new.0];
            let Some(row) = self.maybe_within(transaction, &RETRY, parameters).await? else {
                return Ok(None);
            };
            let underway = row.get::<_, Option<Uuid>>("underway").map(ExecutionId);
            if row.get::<_, Option<Uuid>>("retried").is_some() {
                return Ok(Some(Retried::Queued(new)));
            }
            if row.get("retired") {
                return Ok(Some(Retried::Retired));
            }
            let status: Status = word(&row, "status")?;
            if !status.is_final() {
                return Ok(Some(Retried::NotFinal));
            }
            if let Some(underway) = underway {
                return Ok(Some(Retried::Underway(underway)));
            }
            // Somebody else's attempt came in between; the next look sees it.
        }
    }

    /// Ends an execution: a queued one at once, a running one by telling its runner. `None`: there is no such execution.
    pub(crate) async fn cancel_execution(
        &self,
        id: ExecutionId,
        by: &str,
    ) -> Result<Option<Cancelled>, RepositoryError> {
        statement!(CANCEL = "cancel_execution.sql", [TIMESTAMPTZ, UUID, TEXT]);
        let Some(row) = self.maybe(&CANCEL, &[&self.clock.now_for_sql(), &id.0, &by]).await? else {
            return Ok(None);
        };
        Ok(Some(match row.get::<_, Option<&str>>("status") {
            None => Cancelled::Final,
            Some("RUNNING") => Cancelled::Requested,
            Some(_) => Cancelled::AtOnce,
        }))
    }
}
