//! Claims: what is to become of slots and queued attempts, written in one statement. What they promise stands in
//! ARCHITECTURE.md.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::row::{column, milliseconds, word};
use super::runner::whole_milliseconds;
use super::{QueuedCandidate, Repository, RepositoryError, Transaction, statement};
use crate::model::{ExecutionId, Reason, RecordedError, RunnerId, Status, TaskId};

/// What is to become of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It runs.
    Run,
    /// It waits for the tasks it depends on.
    Wait,
    /// It runs later: there is too little time left here.
    Defer,
    /// It does not run, for this reason: too old, paused, in maintenance.
    Skip(Reason),
}

impl Verdict {
    fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Wait => "wait",
            Self::Defer => "deferred",
            Self::Skip(reason) => reason.as_str(),
        }
    }
}

/// A decision about a slot, made by `plan`, not yet written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The execution this is to become.
    pub(crate) execution_id: ExecutionId,
    pub(crate) task_id: TaskId,
    /// The task's next slot as it was read; the decision stands only if it still is.
    pub(crate) read_next: DateTime<Utc>,
    pub(crate) slot: DateTime<Utc>,
    pub(crate) next: Option<DateTime<Utc>>,
    /// When the next slot is to be decided.
    pub(crate) next_due: Option<DateTime<Utc>>,
    pub(crate) missed: i32,
    pub(crate) verdict: Verdict,
    /// Earlier slots that do not run, oldest first.
    pub(crate) passed: Vec<PassedSlot>,
}

/// An earlier slot that does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PassedSlot {
    /// The execution this is to become.
    pub(crate) execution_id: ExecutionId,
    pub(crate) slot: DateTime<Utc>,
    pub(crate) reason: Reason,
    /// How many still earlier ones it stands for besides.
    pub(crate) missed: i32,
}

/// Who claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claimer<'a> {
    pub(crate) runner: RunnerId,
    /// Its name, for people.
    pub(crate) name: &'a str,
    pub(crate) environment: &'a str,
    /// How soon it will beat again, now that it runs something.
    pub(crate) heartbeat_interval: Duration,
}

/// An execution that a claim decided.
#[derive(Debug)]
pub(crate) enum Decided {
    /// It is ours to run.
    Run(Box<Claimed>),
    /// It was recorded as waiting, skipped or blocked.
    Other { task_name: String, scheduled_for: DateTime<Utc>, status: Status, reason: Option<String> },
}

/// An execution that is ours to run.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) id: ExecutionId,
    pub(crate) task_name: String,
    pub(crate) scheduled_for: DateTime<Utc>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) attempt: i32,
    pub(crate) max_attempts: i32,
    pub(crate) config: Value,
    pub(crate) missed_slots: i32,
    /// Whether a schedule function is still to be asked if this slot is to run.
    pub(crate) is_asked_for: bool,
    pub(crate) is_dry_run: bool,
    pub(crate) fencing_token: i64,
    pub(crate) timeout: Duration,
    pub(crate) retry_delay: Duration,
    /// Where an earlier attempt stood.
    pub(crate) checkpoint: Option<Value>,
    /// Its last attempt was lost, and it is only to be undone.
    pub(crate) undo: Option<Undo>,
}

/// What is only to be undone, and what it counts as then.
#[derive(Clone, Debug)]
pub(crate) struct Undo {
    pub(crate) error: RecordedError,
    pub(crate) status: Status,
}

impl Repository {
    /// Decides slots and queued attempts, however many, in one statement, and commits the transaction in which they were
    /// reserved. Only what comes back as [`Decided::Run`] runs.
    pub(crate) async fn claim(
        &self,
        reservation: Transaction,
        claimer: &Claimer<'_>,
        overlap: bool,
        decisions: &[Decision],
        queued: &[QueuedCandidate],
    ) -> Result<Vec<Decided>, RepositoryError> {
        statement!(
            CLAIM = "claim.sql",
            [
                TIMESTAMPTZ,
                UUID,
                TEXT,
                TEXT,
                BOOL,
                UUID_ARRAY,
                UUID_ARRAY,
                TIMESTAMPTZ_ARRAY,
                TIMESTAMPTZ_ARRAY,
                TIMESTAMPTZ_ARRAY,
                TIMESTAMPTZ_ARRAY,
                INT4_ARRAY,
                TEXT_ARRAY,
                UUID_ARRAY,
                TEXT_ARRAY,
                UUID_ARRAY,
                UUID_ARRAY,
                TIMESTAMPTZ_ARRAY,
                TEXT_ARRAY,
                INT4_ARRAY,
                INT4
            ]
        );
        let passed: Vec<_> =
            decisions.iter().flat_map(|d| d.passed.iter().map(move |passed| (d.task_id, passed))).collect();
        let rows = self
            .commit_of_shift(
                reservation,
                &CLAIM,
                &[
                    &self.clock.now_for_sql(),
                    &claimer.runner.0,
                    &claimer.name,
                    &claimer.environment,
                    &overlap,
                    &column(decisions, |d| d.execution_id.0),
                    &column(decisions, |d| d.task_id.0),
                    &column(decisions, |d| d.read_next),
                    &column(decisions, |d| d.slot),
                    &column(decisions, |d| d.next),
                    &column(decisions, |d| d.next_due),
                    &column(decisions, |d| d.missed),
                    &column(decisions, |d| d.verdict.as_str()),
                    &column(queued, |q| q.execution_id.0),
                    &column(queued, |q| q.blocked_by.as_deref()),
                    &column(&passed, |(task, _)| task.0),
                    &column(&passed, |(_, slot)| slot.execution_id.0),
                    &column(&passed, |(_, slot)| slot.slot),
                    &column(&passed, |(_, slot)| slot.reason.as_str()),
                    &column(&passed, |(_, slot)| slot.missed),
                    &whole_milliseconds(claimer.heartbeat_interval),
                ],
            )
            .await?;
        rows.iter().map(decided).collect()
    }
}

fn decided(row: &Row) -> Result<Decided, RepositoryError> {
    let status: Status = word(row, "status")?;
    if status != Status::Running {
        return Ok(Decided::Other {
            task_name: row.get("task_name"),
            scheduled_for: row.get("scheduled_for"),
            status,
            reason: row.get("skipped_reason"),
        });
    }
    Ok(Decided::Run(Box::new(Claimed {
        id: ExecutionId(row.get("id")),
        task_name: row.get("task_name"),
        scheduled_for: row.get("scheduled_for"),
        started_at: row.get("started_at"),
        attempt: row.get("attempt"),
        max_attempts: row.get("max_attempts"),
        config: row.get("config"),
        missed_slots: row.get("missed_slots"),
        is_asked_for: row.get("is_asked_for"),
        is_dry_run: row.get("is_dry_run"),
        fencing_token: row.get("fencing_token"),
        timeout: milliseconds(row.get("timeout")),
        retry_delay: milliseconds(row.get("retry_delay")),
        checkpoint: row.get("checkpoint"),
        undo: match row.get("undo") {
            Some(Json(error)) => Some(Undo { error, status: word(row, "undo_status")? }),
            None => None,
        },
    })))
}
