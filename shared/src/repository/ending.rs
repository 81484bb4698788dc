//! What executions leave: how they ended, where they stand, and what their runners left when they died.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::row::{column, word};
use super::{Repository, RepositoryError, statement};
use crate::model::{ExecutionId, ExecutionLog, RecordedError, Rollback, RunnerId, Status, TaskType};

/// How an execution ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) id: ExecutionId,
    /// Of the claim that began it: the same runner may own the execution by another one since.
    pub(crate) fencing_token: i64,
    pub(crate) status: Status,
    pub(crate) duration: Duration,
    pub(crate) result: Option<Value>,
    pub(crate) error: Option<RecordedError>,
    pub(crate) next_attempt: Option<NextAttempt>,
    /// The schedule function said no: nothing is recorded.
    pub(crate) not_due: bool,
    /// Others wait for this task.
    pub(crate) wakes: bool,
    /// How undoing it ended, where it was undone.
    pub(crate) rollback: Option<Rollback>,
    /// How far it came: a [`Progress`](crate::model::Progress) without its instant.
    pub(crate) progress: Option<Value>,
    /// What it said.
    pub(crate) log: Option<ExecutionLog>,
}

/// A further attempt to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NextAttempt {
    pub(crate) id: ExecutionId,
    pub(crate) delay: Duration,
    /// The failed one was interrupted by its host and does not count.
    pub(crate) gives_back: bool,
}

/// What a search for dead runners found.
#[derive(Debug)]
pub(crate) struct Burial {
    pub(crate) now: DateTime<Utc>,
    /// When the next of the others could be found dead, if it stays silent.
    pub(crate) next_check_at: Option<DateTime<Utc>>,
    pub(crate) buried: i64,
    pub(crate) orphans: Vec<Orphan>,
}

/// What a dead runner left behind.
#[derive(Debug)]
pub(crate) struct Orphan {
    pub(crate) task_name: String,
    pub(crate) task_type: TaskType,
    pub(crate) runner: RunnerId,
    pub(crate) retried: bool,
}

/// No more orphans than these are handled at once.
const BURIAL_BATCH: usize = 500;

impl Repository {
    /// Records how executions ended, where `runner` still owns them; hands back which. Others are called for what waited for the same
    /// tasks where `calls` says so; otherwise that is `runner`'s to look for.
    pub(crate) async fn finish(
        &self,
        runner: RunnerId,
        endings: &[Ending],
        calls: bool,
    ) -> Result<Vec<ExecutionId>, RepositoryError> {
        statement!(
            FINISH = "finish.sql",
            [
                TIMESTAMPTZ,
                UUID,
                UUID_ARRAY,
                TEXT_ARRAY,
                INT4_ARRAY,
                JSONB_ARRAY,
                JSONB_ARRAY,
                UUID_ARRAY,
                INT8_ARRAY,
                BOOL_ARRAY,
                BOOL_ARRAY,
                BOOL,
                JSONB_ARRAY,
                JSONB_ARRAY,
                JSONB_ARRAY,
                INT8_ARRAY
            ]
        );
        let next = |ending: &Ending| ending.next_attempt.clone();
        let rows = self
            .all_of_shift(
                &FINISH,
                &[
                    &self.clock.now_for_sql(),
                    &runner.0,
                    &column(endings, |e| e.id.0),
                    &column(endings, |e| e.status.as_str()),
                    &column(endings, |e| i32::try_from(e.duration.as_millis()).unwrap_or(i32::MAX)),
                    &column(endings, |e| e.result.clone()),
                    &column(endings, |e| json(e.error.as_ref())),
                    &column(endings, |e| next(e).map(|next| next.id.0)),
                    &column(endings, |e| next(e).map(|next| i64::try_from(next.delay.as_millis()).unwrap_or(i64::MAX))),
                    &column(endings, |e| next(e).is_some_and(|next| next.gives_back)),
                    &column(endings, |e| e.not_due),
                    &(calls || endings.iter().any(|ending| ending.wakes)),
                    &column(endings, |e| json(e.rollback.as_ref())),
                    &column(endings, |e| e.progress.clone()),
                    &column(endings, |e| json(e.log.as_ref())),
                    &column(endings, |e| e.fencing_token),
                ],
            )
            .await?;
        Ok(rows.iter().map(|row| ExecutionId(row.get("id"))).collect())
    }

    /// Gives back to the queue what `runner` may own and does not run.
    pub(crate) async fn hand_back(&self, runner: RunnerId, ids: &[ExecutionId]) -> Result<(), RepositoryError> {
        statement!(NEWEST = "newest_fencing_token.sql", []);
        statement!(HAND_BACK = "hand_back.sql", [TIMESTAMPTZ, UUID, UUID_ARRAY, INT8]);
        let newest: i64 = self.one(&NEWEST, &[]).await?.get(0);
        self.all(&HAND_BACK, &[&self.clock.now_for_sql(), &runner.0, &column(ids, |id| id.0), &newest]).await?;
        Ok(())
    }

    /// Finds dead runners, records what they were doing as lost and queues the next attempts.
    pub(crate) async fn bury_dead_runners(&self, runner: RunnerId) -> Result<Burial, RepositoryError> {
        statement!(BURY = "bury_dead_runners.sql", [TIMESTAMPTZ, UUID, UUID_ARRAY]);
        let fresh: Vec<Uuid> = (0..BURIAL_BATCH).map(|_| Uuid::now_v7()).collect();
        let rows = self.all(&BURY, &[&self.clock.now_for_sql(), &runner.0, &fresh]).await?;
        let first = rows.first().ok_or(RepositoryError::NoRow { statement: BURY.name })?;
        let orphans = rows.iter().filter_map(|row| orphan(row).transpose()).collect::<Result<_, _>>()?;
        Ok(Burial {
            now: first.get("now"),
            next_check_at: first.get("next_check_at"),
            buried: first.get("buried"),
            orphans,
        })
    }

    /// Keeps where an execution stands, for its next attempt. False: `runner` does not own it any more.
    pub(crate) async fn save_checkpoint(
        &self,
        runner: RunnerId,
        id: ExecutionId,
        checkpoint: &Value,
    ) -> Result<bool, RepositoryError> {
        statement!(SAVE = "save_checkpoint.sql", [UUID, UUID, JSONB]);
        Ok(self.maybe(&SAVE, &[&id.0, &runner.0, checkpoint]).await?.is_some())
    }

    /// Keeps it that the schedule function said yes, so that retries are not asked again. `false`: the execution is no longer
    /// this runner's.
    pub(crate) async fn record_answer(&self, runner: RunnerId, id: ExecutionId) -> Result<bool, RepositoryError> {
        statement!(RECORD = "record_answer.sql", [TIMESTAMPTZ, UUID, UUID]);
        Ok(self.maybe(&RECORD, &[&self.clock.now_for_sql(), &runner.0, &id.0]).await?.is_some())
    }

    /// Lets people see that what holds this registry row was told to end and dropped, and has not ended.
    pub(crate) async fn mark_stuck(&self, row: Uuid) -> Result<(), RepositoryError> {
        statement!(MARK = "mark_stuck.sql", [TIMESTAMPTZ, UUID]);
        self.all(&MARK, &[&self.clock.now_for_sql(), &row]).await?;
        Ok(())
    }
}

/// A value of ours, which is always JSON.
fn json(value: Option<&impl serde::Serialize>) -> Option<Value> {
    value.map(serde_json::to_value).and_then(Result::ok)
}

fn orphan(row: &Row) -> Result<Option<Orphan>, RepositoryError> {
    if row.get::<_, Option<&str>>("task_name").is_none() {
        return Ok(None);
    }
    Ok(Some(Orphan {
        task_name: row.get("task_name"),
        task_type: word(row, "task_type")?,
        runner: RunnerId(row.get("runner_instance_id")),
        retried: row.get("retried"),
    }))
}
