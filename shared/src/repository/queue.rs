//! The heart of the protocol: candidates, claim, finish, bury, enqueue. What they promise stands in ARCHITECTURE.md.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::idempotency::KeyClaim;
use super::runner::whole_milliseconds;
use super::{Keyed, Repository, RepositoryError, RequestKey, Transaction, statement};
use crate::model::{
    CatchUp, Environment, ExecutionId, ExecutionLog, Reason, RecordedError, Rollback, RunnerId, Status, TaskId,
    TaskType, Trigger,
};

/// Which work a pulse looks at. The default is all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// None of these tasks: this program does not know them.
    pub(crate) except: Vec<String>,
    /// Only these tasks.
    pub(crate) only_tasks: Option<Vec<String>>,
    /// Only this execution.
    pub(crate) only_execution: Option<ExecutionId>,
}

/// What could be decided at one instant.
#[derive(Debug)]
pub(crate) struct Candidates {
    /// That instant.
    pub(crate) now: DateTime<Utc>,
    /// When the next after these comes due.
    pub(crate) next_at: Option<DateTime<Utc>>,
    /// Most urgent first.
    pub(crate) work: Vec<Candidate>,
}

/// Something that could be decided.
#[derive(Debug)]
pub(crate) enum Candidate {
    /// A task whose next slot has come.
    Slot(SlotCandidate),
    /// A queued attempt whose time has come.
    Queued(QueuedCandidate),
}

impl Candidate {
    /// The name of its task.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Slot(task) => &task.name,
            Self::Queued(attempt) => &attempt.name,
        }
    }

    /// How long an attempt at it usually takes.
    pub(crate) fn expected(&self) -> Option<Duration> {
        match self {
            Self::Slot(task) => task.expected,
            Self::Queued(attempt) => attempt.expected,
        }
    }
}

/// A task whose next slot has come.
#[derive(Clone, Debug)]
pub(crate) struct SlotCandidate {
    pub(crate) task_id: TaskId,
    pub(crate) name: String,
    pub(crate) next_execution_at: DateTime<Utc>,
    pub(crate) schedule: Option<String>,
    pub(crate) timezone: String,
    pub(crate) catch_up: CatchUp,
    pub(crate) catch_up_window: Duration,
    pub(crate) has_dependencies: bool,
    /// Over how long its starts are spread.
    pub(crate) start_jitter: Duration,
    /// It has no slots after this.
    pub(crate) not_after: Option<DateTime<Utc>>,
    /// When its slots are or were held back; the first that covers a slot tells why.
    pub(crate) holds: Vec<HeldBack>,
    /// How long an attempt usually takes.
    pub(crate) expected: Option<Duration>,
}

/// A time in which the slots of a task do not run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldBack {
    pub(crate) reason: Reason,
    pub(crate) since: DateTime<Utc>,
    /// `None`: until somebody ends it.
    pub(crate) until: Option<DateTime<Utc>>,
}

impl HeldBack {
    /// Whether a slot at `at` does not run.
    pub(crate) fn covers(&self, at: DateTime<Utc>) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }
}

/// A queued attempt whose time has come.
#[derive(Clone, Debug)]
pub(crate) struct QueuedCandidate {
    pub(crate) execution_id: ExecutionId,
    pub(crate) name: String,
    /// The task it depends on that did not complete.
    pub(crate) blocked_by: Option<String>,
    /// How long an attempt usually takes.
    pub(crate) expected: Option<Duration>,
}

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
    pub(crate) triggered_by: Trigger,
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

/// How an execution ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) id: ExecutionId,
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

/// A run that somebody asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRequest {
    /// The task's name.
    pub task: String,
    /// Settings laid over the task's, for this run only.
    pub config: Option<Value>,
    /// Only check the settings.
    pub dry_run: bool,
}

/// What became of a [`RunRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// The execution that was recorded.
    pub id: ExecutionId,
    /// `PENDING`, or `SKIPPED` because the task runs already.
    pub status: Status,
}

/// No more orphans than these are handled at once.
const BURIAL_BATCH: usize = 500;

impl Repository {
    /// What could be decided now: at most `room` of it.
    pub(crate) async fn candidates(
        &self,
        room: usize,
        scope: &Scope,
        overlap: bool,
    ) -> Result<Candidates, RepositoryError> {
        statement!(CANDIDATES = "candidates.sql", [TIMESTAMPTZ, INT8, TEXT_ARRAY, TEXT_ARRAY, UUID, BOOL]);
        let rows = self
            .all(
                &CANDIDATES,
                &[
                    &self.clock.now_for_sql(),
                    &i64::try_from(room).unwrap_or(i64::MAX),
                    &scope.except,
                    &scope.only_tasks,
                    &scope.only_execution.map(|id| id.0),
                    &overlap,
                ],
            )
            .await?;
        let first = rows.first().ok_or(RepositoryError::NoRow { statement: CANDIDATES.name })?;
        let (now, next_at) = (first.get("now"), first.get("next_at"));
        let work = rows.iter().filter_map(|row| candidate(row).transpose()).collect::<Result<_, _>>()?;
        Ok(Candidates { now, next_at, work })
    }

    /// Decides slots and queued attempts, however many, in one statement. Only what comes back as [`Decided::Run`] runs.
    pub(crate) async fn claim(
        &self,
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
                INT4
            ]
        );
        let passed: Vec<_> =
            decisions.iter().flat_map(|d| d.passed.iter().map(move |passed| (d.task_id, passed))).collect();
        let rows = self
            .all(
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
                    &whole_milliseconds(claimer.heartbeat_interval),
                ],
            )
            .await?;
        rows.iter().map(decided).collect()
    }

    /// Records how executions ended, where `runner` still owns them. Hands back which it owned: the result of any other
    /// is dropped.
    pub(crate) async fn finish(
        &self,
        runner: RunnerId,
        endings: &[Ending],
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
                JSONB_ARRAY
            ]
        );
        let next = |ending: &Ending| ending.next_attempt.clone();
        let rows = self
            .all(
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
                    &endings.iter().any(|ending| ending.wakes),
                    &column(endings, |e| json(e.rollback.as_ref())),
                    &column(endings, |e| e.progress.clone()),
                    &column(endings, |e| json(e.log.as_ref())),
                ],
            )
            .await?;
        Ok(rows.iter().map(|row| ExecutionId(row.get(0))).collect())
    }

    /// Gives back to the queue what `runner` may own without knowing; hands back what it did own.
    pub(crate) async fn hand_back(
        &self,
        runner: RunnerId,
        ids: &[ExecutionId],
    ) -> Result<Vec<ExecutionId>, RepositoryError> {
        statement!(HAND_BACK = "hand_back.sql", [TIMESTAMPTZ, UUID, UUID_ARRAY]);
        let rows = self.all(&HAND_BACK, &[&self.clock.now_for_sql(), &runner.0, &column(ids, |id| id.0)]).await?;
        Ok(rows.iter().map(|row| ExecutionId(row.get(0))).collect())
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

    /// Lets people see that what holds this registry row was told to end and dropped, and has not ended.
    pub(crate) async fn mark_stuck(&self, row: Uuid) -> Result<(), RepositoryError> {
        statement!(MARK = "mark_stuck.sql", [TIMESTAMPTZ, UUID]);
        self.all(&MARK, &[&self.clock.now_for_sql(), &row]).await?;
        Ok(())
    }

    /// Asks for a run, due or not. `None`: there is no such task.
    pub(crate) async fn enqueue(
        &self,
        request: &RunRequest,
        overlap: bool,
        environment: Environment,
    ) -> Result<Option<Enqueued>, RepositoryError> {
        self.enqueue_as(ExecutionId(Uuid::now_v7()), request, overlap, environment, None).await
    }

    /// The same for a request that may be repeated.
    pub(crate) async fn enqueue_once(
        &self,
        key: &RequestKey,
        request: &RunRequest,
        overlap: bool,
        environment: Environment,
    ) -> Result<Keyed<Option<Enqueued>>, RepositoryError> {
        let (transaction, id) = match self.claim_key(key).await? {
            KeyClaim::Mine(transaction, id) => (transaction, id),
            KeyClaim::Repeat(id) => return Ok(Keyed::Repeat(id)),
            KeyClaim::Taken => return Ok(Keyed::Taken),
        };
        let enqueued = self.enqueue_as(id, request, overlap, environment, Some(&transaction)).await?;
        if enqueued.is_some() {
            transaction.commit().await?;
        }
        Ok(Keyed::First(enqueued))
    }

    async fn enqueue_as(
        &self,
        id: ExecutionId,
        request: &RunRequest,
        overlap: bool,
        environment: Environment,
        transaction: Option<&Transaction>,
    ) -> Result<Option<Enqueued>, RepositoryError> {
        statement!(ENQUEUE = "enqueue.sql", [TIMESTAMPTZ, UUID, TEXT, JSONB, BOOL, BOOL, TEXT]);
        let row = self
            .maybe_within(
                transaction,
                &ENQUEUE,
                &[
                    &self.clock.now_for_sql(),
                    &id.0,
                    &request.task,
                    &request.config,
                    &request.dry_run,
                    &overlap,
                    &environment.as_str(),
                ],
            )
            .await?;
        row.map(|row| Ok(Enqueued { id: ExecutionId(row.get("id")), status: word(&row, "status")? })).transpose()
    }
}

fn column<'a, T, U>(rows: &'a [T], value: impl Fn(&'a T) -> U) -> Vec<U> {
    rows.iter().map(value).collect()
}

/// A value of ours, which is always JSON.
fn json(value: Option<&impl serde::Serialize>) -> Option<Value> {
    value.map(serde_json::to_value).and_then(Result::ok)
}

/// A value of one of our enums, stored as its word.
pub(super) fn word<T: std::str::FromStr>(row: &Row, column: &'static str) -> Result<T, RepositoryError> {
    let written: &str = row.get(column);
    written.parse().map_err(|_| RepositoryError::UnknownValue { column, value: written.to_owned() })
}

pub(super) fn milliseconds(value: i32) -> Duration {
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}

fn candidate(row: &Row) -> Result<Option<Candidate>, RepositoryError> {
    let Some(task_id) = row.get::<_, Option<Uuid>>("task_id").map(TaskId) else {
        return Ok(None);
    };
    let name = row.get("name");
    if let Some(id) = row.get::<_, Option<Uuid>>("execution_id") {
        let blocked_by = row.get("blocked_by");
        let queued = QueuedCandidate { execution_id: ExecutionId(id), name, blocked_by, expected: expected(row) };
        return Ok(Some(Candidate::Queued(queued)));
    }
    Ok(Some(Candidate::Slot(SlotCandidate {
        task_id,
        name,
        next_execution_at: row.get("next_execution_at"),
        schedule: row.get("schedule"),
        timezone: row.get("timezone"),
        catch_up: word(row, "catch_up")?,
        catch_up_window: milliseconds(row.get("catch_up_window")),
        has_dependencies: !row.get::<_, Vec<String>>("dependencies").is_empty(),
        start_jitter: milliseconds(row.get("start_jitter")),
        not_after: row.get("not_after"),
        holds: [
            held_back(row, Reason::Maintenance, "maintenance_since", "maintenance_until"),
            held_back(row, Reason::Paused, "paused_at", "paused_until"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        expected: expected(row),
    })))
}

fn held_back(row: &Row, reason: Reason, since: &str, until: &str) -> Option<HeldBack> {
    let since: Option<DateTime<Utc>> = row.get(since);
    Some(HeldBack { reason, since: since?, until: row.get(until) })
}

fn expected(row: &Row) -> Option<Duration> {
    let milliseconds: Option<f64> = row.get("expected_ms");
    milliseconds.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok())
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
        triggered_by: word(row, "triggered_by")?,
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
