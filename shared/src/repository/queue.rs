//! What could be decided now, and what somebody asked for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::idempotency::KeyClaim;
use super::row::{milliseconds, word};
use super::{Keyed, Repository, RepositoryError, RequestKey, Transaction, statement};
use crate::model::{CatchUp, Environment, ExecutionId, Reason, RunnerId, RunsOn, Status, TaskId};

statement!(
    CANDIDATES = "candidates.sql",
    [TIMESTAMPTZ, INT8, TEXT_ARRAY, TEXT_ARRAY, UUID, BOOL, TEXT_ARRAY, UUID, INT8]
);

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

impl Scope {
    /// Whether all work of this program is looked at.
    pub(crate) fn is_whole(&self) -> bool {
        self.only_tasks.is_none() && self.only_execution.is_none()
    }
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
    /// How many there were among which these were chosen.
    pub(crate) seen: usize,
    /// In which place of those the last of these stood, from 1.
    pub(crate) reached: usize,
    /// Whether whoever asks may decide: its row says that it lives.
    pub(crate) may_decide: bool,
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

impl Repository {
    /// What could be decided now, in an environment: at most so much of it.
    pub(crate) async fn candidates(
        &self,
        most: usize,
        scope: &Scope,
        overlap: bool,
        environment: Environment,
    ) -> Result<Candidates, RepositoryError> {
        let asked = self.asked(most, scope, overlap, environment);
        read(&self.all(&CANDIDATES, &asked.parameters()).await?)
    }

    /// What `runner` may decide now: at most `most` of the first `among`, without what others hold at this moment. Nobody else
    /// decides it before the transaction ends, with which it is claimed.
    pub(crate) async fn reserve(
        &self,
        runner: RunnerId,
        most: usize,
        among: usize,
        scope: &Scope,
        overlap: bool,
        environment: Environment,
    ) -> Result<(Candidates, Transaction), RepositoryError> {
        let asked =
            Asked { runner: Some(runner.0), most: whole(most), ..self.asked(among, scope, overlap, environment) };
        let (transaction, rows) = self.begin_of_shift(&CANDIDATES, &asked.parameters()).await?;
        Ok((read(&rows)?, transaction))
    }

    /// Has workers look for what they may begin.
    pub(crate) async fn wake(&self) -> Result<(), RepositoryError> {
        statement!(WAKE = "wake.sql", []);
        self.one(&WAKE, &[]).await.map(drop)
    }

    fn asked<'a>(&self, among: usize, scope: &'a Scope, overlap: bool, environment: Environment) -> Asked<'a> {
        let runs_on = RunsOn::ALL.iter().filter(|runs_on| runs_on.allows(environment)).map(|runs_on| runs_on.as_str());
        Asked {
            now: self.clock.now_for_sql(),
            among: whole(among),
            scope,
            only_execution: scope.only_execution.map(|id| id.0),
            overlap,
            runs_on: runs_on.collect(),
            runner: None,
            most: 0,
        }
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
            KeyClaim::Mine(transaction, id) => (*transaction, id),
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

/// The parameters of [`CANDIDATES`].
struct Asked<'a> {
    now: Option<DateTime<Utc>>,
    among: i64,
    scope: &'a Scope,
    only_execution: Option<Uuid>,
    overlap: bool,
    runs_on: Vec<&'static str>,
    runner: Option<Uuid>,
    most: i64,
}

impl Asked<'_> {
    fn parameters(&self) -> [&(dyn ToSql + Sync); 9] {
        [
            &self.now,
            &self.among,
            &self.scope.except,
            &self.scope.only_tasks,
            &self.only_execution,
            &self.overlap,
            &self.runs_on,
            &self.runner,
            &self.most,
        ]
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn read(rows: &[Row]) -> Result<Candidates, RepositoryError> {
    let first = rows.first().ok_or(RepositoryError::NoRow { statement: CANDIDATES.name })?;
    let seen: i64 = first.get("seen");
    let (now, next_at, seen) = (first.get("now"), first.get("next_at"), usize::try_from(seen).unwrap_or_default());
    let work = rows.iter().filter_map(|row| candidate(row).transpose()).collect::<Result<Vec<_>, _>>()?;
    let last: Option<i64> = rows.last().and_then(|row| row.get("place"));
    let reached = last.and_then(|last| usize::try_from(last).ok()).unwrap_or_default();
    Ok(Candidates { now, next_at, seen, reached, may_decide: first.get("may_decide"), work })
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
