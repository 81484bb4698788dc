//! A pulse: what a platform's cron calls. It works until nothing is due or its budget is spent.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::budget::Budget;
use super::membership::Membership;
use super::plan::plan;
use super::shift::{Shift, Until};
use super::{Runner, RunnerSettings};
use crate::model::{CronTaskRow, Execution, ExecutionId, RecordedError, RunnerId, Status};
use crate::repository::{
    Candidate, Candidates, Claimed, Ending, PulseRecord, RepositoryError, RunRequest, Scope, Verdict,
};

/// How long after its budget a frozen pulse may still hold its lock, where that is a transaction.
const FROZEN_MARGIN: Duration = Duration::from_secs(10);
/// How long before the end of its budget a pulse interrupts what still runs, to have time to record it.
const RECORD_MARGIN: Duration = Duration::from_millis(500);

/// So many pulses of one process work at once: each keeps a connection to itself. Others wait within their budget.
pub(super) const MOST_AT_ONCE: usize = 12;

/// What nobody has begun for so long, although it was asked for, is held back: by maintenance, or a limit.
const HELD_BACK_AFTER: Duration = Duration::from_secs(1);
/// How often an execution that others run is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What a pulse is asked to do. The default is: whatever is due, within the configured budget.
#[derive(Clone, Debug, Default)]
pub struct PulseRequest {
    /// The pulse's id, where it is known already.
    pub id: Option<Uuid>,
    /// Only these tasks.
    pub tasks: Option<Vec<String>>,
    /// Run them whether they are due or not. Without `tasks`, every enabled task.
    pub force: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Who calls.
    pub triggered_by: String,
    /// What is left of the host's time; the configured budget if that is shorter.
    pub budget: Option<Duration>,
}

/// What a pulse did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PulseReport {
    /// The pulse's id, as recorded in `pulse_executions`.
    pub pulse_id: Uuid,
    /// When it began, by the database's clock.
    pub executed_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Whether it only said what it would do.
    pub is_dry_run: bool,
    /// Tasks this program knows.
    pub total_tasks_discovered: usize,
    /// Each decision and how it ended, in order.
    pub results: Vec<TaskOutcome>,
    /// Whether the budget was spent before the work was, or the pulse was told to end; the next pulse goes on.
    pub budget_spent: bool,
}

impl PulseReport {
    /// Names of the tasks with an outcome for which `which` holds, each once.
    pub fn tasks(&self, which: impl Fn(&TaskOutcome) -> bool) -> Vec<String> {
        let mut names: Vec<_> =
            self.results.iter().filter(|outcome| which(outcome)).map(|outcome| outcome.task_name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// What became of one slot or queued attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskOutcome {
    /// The task.
    pub task_name: String,
    /// The slot.
    pub scheduled_for: DateTime<Utc>,
    /// What became of it. In a dry run, `PENDING` is what would run.
    pub status: Status,
    /// The execution; none in a dry run and where it did not run.
    pub execution_id: Option<ExecutionId>,
    /// First attempt 1, first retry 2, …
    pub attempt: i32,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<RecordedError>,
    /// Why it did not run.
    pub skipped_reason: Option<String>,
}

impl TaskOutcome {
    pub(super) fn not_run(
        task_name: String,
        scheduled_for: DateTime<Utc>,
        status: Status,
        skipped_reason: Option<String>,
    ) -> Self {
        Self {
            task_name,
            scheduled_for,
            status,
            execution_id: None,
            attempt: 1,
            duration_ms: None,
            error: None,
            skipped_reason,
        }
    }

    /// Of an execution as it is recorded.
    fn recorded(execution: Execution) -> Self {
        Self {
            execution_id: Some(execution.id),
            attempt: execution.attempt,
            duration_ms: execution.duration_ms.and_then(|ms| u64::try_from(ms).ok()),
            error: execution.error,
            ..Self::not_run(execution.task_name, execution.scheduled_for, execution.status, execution.skipped_reason)
        }
    }

    pub(super) fn of(claimed: &Claimed, ending: &Ending) -> Self {
        Self {
            execution_id: Some(claimed.id),
            attempt: claimed.attempt,
            duration_ms: u64::try_from(ending.duration.as_millis()).ok(),
            error: ending.error.clone(),
            ..Self::not_run(claimed.task_name.clone(), claimed.scheduled_for, ending.status, None)
        }
    }
}

impl Runner {
    /// Works until nothing is due or the budget is spent; the same at the same moment on other machines does no harm.
    ///
    /// Before its budget ends, what still runs is interrupted and queued again, without costing an attempt. One that cannot
    /// begin within its budget, for the database does not answer, has timed out and done nothing; one that did not get its turn
    /// among the pulses of this process has spent its budget.
    pub async fn pulse(
        &self,
        request: &PulseRequest,
        stop: &CancellationToken,
    ) -> Result<PulseReport, RepositoryError> {
        let begun = Instant::now();
        let budget = request.budget.unwrap_or(self.settings.pulse_budget).min(self.settings.pulse_budget);
        let whole = budget.saturating_sub(RECORD_MARGIN.min(budget / 2));
        let until = Budget { ends: begun + whole, whole };
        let scope = Scope { only_tasks: request.tasks.clone(), ..Scope::default() };
        let (forced, candidates) = in_time(until, async {
            let mut forced = Vec::new();
            if request.force && !request.dry_run {
                // What a dead runner seems to run would keep its task from being queued.
                self.bury_all(RunnerId(Uuid::nil())).await?;
                forced = self.force(request).await?;
            }
            Ok((forced, self.candidates(&scope).await?))
        })
        .await?;
        let executed_at = candidates.now;
        let (runner, results, budget_spent) = if request.dry_run {
            (None, self.foresee(&candidates.work, executed_at, request).await?, false)
        } else if candidates.work.is_empty() {
            // Nobody needs to know of a pulse that has nothing to own.
            (None, Vec::new(), false)
        } else {
            match self.turn(until, stop).await {
                Some((_turn, waited)) if !waited || !in_time(until, self.candidates(&scope)).await?.work.is_empty() => {
                    let (id, results, spent) = self.work_shift(scope, budget, until, stop).await?;
                    (Some(id), results, spent)
                }
                // Meanwhile others did what there was.
                Some(_) => (None, Vec::new(), false),
                None => (None, Vec::new(), true),
            }
        };
        // A worker may have been faster with what was asked for.
        let mut results = results;
        for id in forced {
            if !results.iter().any(|outcome| outcome.execution_id == Some(id)) {
                results.extend(self.outcome_elsewhere(id, until.ends).await?);
            }
        }
        let report = PulseReport {
            pulse_id: request.id.unwrap_or_else(Uuid::now_v7),
            executed_at,
            duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            is_dry_run: request.dry_run,
            total_tasks_discovered: self.registry.cron_tasks().len(),
            results,
            budget_spent,
        };
        self.record_pulse(&report, runner, request).await?;
        Ok(report)
    }

    /// Waits until less than [`MOST_AT_ONCE`] pulses of this process work, and tells whether it had to. `None`: it is not this
    /// one's turn within its budget, or it is stopped.
    async fn turn(&self, until: Budget, stop: &CancellationToken) -> Option<(OwnedSemaphorePermit, bool)> {
        if let Ok(turn) = self.pulses.clone().try_acquire_owned() {
            return Some((turn, false));
        }
        tokio::select! {
            turn = self.pulses.clone().acquire_owned() => turn.ok().map(|turn| (turn, true)),
            () = tokio::time::sleep_until(until.ends) => None,
            () = stop.cancelled() => None,
        }
    }

    /// What could be decided now, once the dead are buried. Pulses of this process that come at once look once.
    async fn candidates(&self, scope: &Scope) -> Result<Arc<Candidates>, RepositoryError> {
        let look = async {
            self.bury_all(RunnerId(Uuid::nil())).await?;
            let RunnerSettings { concurrency, overlap_prevention, environment, .. } = *self.settings;
            let candidates = self.repository.candidates(concurrency, scope, overlap_prevention, environment).await?;
            Ok(Arc::new(candidates))
        };
        if scope.is_whole() && scope.except.is_empty() { self.looks.ask(look).await } else { look.await }
    }

    /// What the pulse did that this delivery led to when it came before. `None`: it did not, or that pulse has not ended; then
    /// it is noted that it leads to the pulse of this id, unless it leads to another already.
    pub(crate) async fn report_of_delivery(
        &self,
        delivery: &str,
        id: Uuid,
    ) -> Result<Option<PulseReport>, RepositoryError> {
        match self.repository.claim_delivery(delivery, id).await? {
            Some(earlier) => self.repository.pulse_report(earlier).await,
            None => Ok(None),
        }
    }

    /// Works on one execution only, until it has ended, here or wherever it was claimed.
    pub(super) async fn work_on(&self, id: ExecutionId, stop: &CancellationToken) -> Result<(), RepositoryError> {
        loop {
            let scope = Scope { only_execution: Some(id), ..Scope::default() };
            let candidates = self
                .repository
                .candidates(1, &scope, self.settings.overlap_prevention, self.settings.environment)
                .await?;
            if candidates.work.iter().any(|work| self.registry.cron_task(work.name()).is_some()) {
                // The task's own timeout bounds it; a command has no budget.
                let forever = Duration::from_secs(24 * 3600);
                let until = Budget { ends: Instant::now() + forever, whole: forever };
                self.work_shift(scope, forever, until, stop).await?;
            }
            let ended = self.repository.execution(id).await?.is_none_or(|execution| execution.status.is_final());
            if ended || stop.is_cancelled() {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    /// Joins, works until nothing is left, leaves.
    async fn work_shift(
        &self,
        scope: Scope,
        budget: Duration,
        until: Budget,
        stop: &CancellationToken,
    ) -> Result<(RunnerId, Vec<TaskOutcome>, bool), RepositoryError> {
        let (woken, mut wakes) = watch::channel(());
        let frozen_after = budget + FROZEN_MARGIN;
        let join = Membership::join(self, self.pulse_kind(), frozen_after, woken);
        let membership = in_time(until, join).await?;
        let mut shift = Shift::new(self, &membership, scope, true);
        let worked = shift.work(Until::Idle(until), &mut wakes, stop).await;
        let (id, spent) = (membership.id, shift.has_left_work());
        let left = shift.take_left();
        let results = shift.into_report();
        self.leave(membership, left, JoinSet::new()).await;
        worked.map(|()| (id, results, spent))
    }

    /// What became of an execution that others run, as far as it is known at the deadline. What nobody runs, for it is held
    /// back, is not waited for.
    async fn outcome_elsewhere(
        &self,
        id: ExecutionId,
        deadline: Instant,
    ) -> Result<Option<TaskOutcome>, RepositoryError> {
        let held_back = deadline.min(Instant::now() + HELD_BACK_AFTER);
        loop {
            let execution = self.repository.execution(id).await?;
            let patience = match execution.as_ref().map(|execution| execution.status) {
                Some(Status::Running) => deadline,
                Some(Status::Pending) => held_back,
                Some(_) | None => return Ok(execution.map(TaskOutcome::recorded)),
            };
            if Instant::now() >= patience {
                return Ok(execution.map(TaskOutcome::recorded));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Queues a run of each task that is asked for.
    async fn force(&self, request: &PulseRequest) -> Result<Vec<ExecutionId>, RepositoryError> {
        let names = match &request.tasks {
            Some(names) => names.clone(),
            None => {
                let filter = crate::repository::TaskFilter { enabled: Some(true), ..Default::default() };
                let tasks = self.repository.cron_tasks(&filter).await?;
                tasks.into_iter().filter(|task| task.retired_at.is_none()).map(|task| task.name).collect()
            }
        };
        let mut forced = Vec::new();
        for task in names.into_iter().filter(|name| self.registry.cron_task(name).is_some()) {
            let enqueued = self.enqueue(&RunRequest { task, ..RunRequest::default() }).await?;
            forced.extend(enqueued.map(|enqueued| enqueued.id));
        }
        Ok(forced)
    }

    /// What a pulse would decide at this moment.
    async fn foresee(
        &self,
        work: &[Candidate],
        now: DateTime<Utc>,
        request: &PulseRequest,
    ) -> Result<Vec<TaskOutcome>, RepositoryError> {
        let mut foreseen: Vec<_> = work
            .iter()
            .filter_map(|candidate| match candidate {
                Candidate::Slot(task) => {
                    let decision = plan(task, now, self.settings.pulse_interval)?;
                    let (status, reason) = match decision.verdict {
                        Verdict::Run | Verdict::Wait | Verdict::Defer => (Status::Pending, None),
                        Verdict::Skip(reason) => (Status::Skipped, Some(reason.as_str().to_owned())),
                    };
                    Some(TaskOutcome::not_run(task.name.clone(), decision.slot, status, reason))
                }
                Candidate::Queued(attempt) => {
                    let status = if attempt.blocked_by.is_some() { Status::Blocked } else { Status::Pending };
                    Some(TaskOutcome::not_run(attempt.name.clone(), now, status, None))
                }
            })
            .collect();
        for name in request.tasks.iter().flatten().filter(|_| request.force) {
            // One that is bound to other hosts would be queued, and wait for them.
            let is_bound_elsewhere = |task: &CronTaskRow| !task.runs_on.allows(self.settings.environment);
            if !foreseen.iter().any(|outcome| &outcome.task_name == name)
                && !self.repository.cron_task(name).await?.as_ref().is_some_and(is_bound_elsewhere)
            {
                foreseen.push(TaskOutcome::not_run(name.clone(), now, Status::Pending, None));
            }
        }
        Ok(foreseen)
    }

    async fn record_pulse(
        &self,
        report: &PulseReport,
        runner: Option<RunnerId>,
        request: &PulseRequest,
    ) -> Result<(), RepositoryError> {
        let not_run = |outcome: &TaskOutcome| matches!(outcome.status, Status::Skipped | Status::Blocked);
        let ran = |outcome: &TaskOutcome| outcome.execution_id.is_some() && !not_run(outcome);
        self.repository
            .record_pulse(&PulseRecord {
                id: report.pulse_id,
                runner,
                environment: self.settings.environment,
                triggered_by: &request.triggered_by,
                is_dry_run: report.is_dry_run,
                started_at: report.executed_at,
                discovered: report.total_tasks_discovered,
                due: &report.tasks(|_| true),
                executed: &report.tasks(ran),
                succeeded: &report.tasks(|outcome| ran(outcome) && outcome.status == Status::Completed),
                failed: &report.tasks(|outcome| ran(outcome) && outcome.status.is_failure()),
                skipped: &report.tasks(not_run),
            })
            .await
    }
}

/// What is asked of the database before anything is claimed must not take longer than there is time.
async fn in_time<T>(
    budget: Budget,
    asked: impl Future<Output = Result<T, RepositoryError>>,
) -> Result<T, RepositoryError> {
    tokio::time::timeout_at(budget.asks_until(), asked)
        .await
        .unwrap_or(Err(RepositoryError::TimedOut { statement: "pulse" }))
}
