//! One execution, a straight line of named steps: find, ask, check, run, undo, say what it came to.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use super::outcome::{Ran, Stop, outcome, undone, with_rollback};
use super::threads::{Panic, TaskThreads};
use crate::locale::{Message, msg};
use crate::logs;
use crate::model::{ExecutionId, Rollback, RunnerId, Status};
use crate::repository::{Claimed, Ending, Repository};
use crate::task::{
    Defaults, ErasedCronTask, IntoTaskError, Live, Registry, RetryPolicy, RunFacts, Schedule, TaskContext, TaskError,
    TaskResult, WhenContext,
};

/// How long a task that was told to stop may take before its future is dropped.
const CANCEL_GRACE: Duration = Duration::from_millis(75);
/// How long a schedule function may think.
const ASK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a rollback may take beyond what is usual for the task.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(60);

/// What every execution of a shift shares.
#[derive(Clone, Debug)]
pub(super) struct Executor {
    pub(super) runner: RunnerId,
    pub(super) registry: Registry,
    /// What tasks use.
    pub(super) repository: Repository,
    /// The runner's own connections.
    pub(super) records: Repository,
    pub(super) defaults: Defaults,
    pub(super) threads: Arc<TaskThreads>,
    /// Cancelled when executions are to end for the host's sake.
    pub(super) interrupt: CancellationToken,
    /// Cancelled when the runner may no longer own them.
    pub(super) lost: CancellationToken,
}

/// What a runner and one of its executions tell each other.
#[derive(Debug, Default)]
pub(super) struct Control {
    /// What the task says.
    pub(super) live: Arc<Live>,
    ordered: OnceLock<Stop>,
    stop: CancellationToken,
}

impl Control {
    /// Ends the execution for this reason; the first one counts.
    pub(super) fn order(&self, stop: Stop) {
        // Whoever comes second finds it ending already.
        let _ = self.ordered.set(stop);
        self.stop.cancel();
    }

    async fn ordered(&self) -> Stop {
        self.stop.cancelled().await;
        self.ordered.get().copied().unwrap_or(Stop::Cancelled)
    }
}

impl Executor {
    /// Runs what was claimed, to whatever end. Returns only when the task's future has really ended.
    pub(super) async fn execute(&self, claimed: Claimed, control: &Control) -> Ending {
        let span = tracing::info_span!(
            "execution",
            task.name = claimed.task_name,
            execution.id = %claimed.id,
            attempt = claimed.attempt
        );
        let log = logs::attach(&span);
        let ending = self.steps(claimed, control).instrument(span).await;
        let said = log.map(|log| log.take()).filter(|log| !log.lines.is_empty());
        Ending { log: said, ..ending }
    }

    async fn steps(&self, claimed: Claimed, control: &Control) -> Ending {
        let begun = Instant::now();
        let next_id = ExecutionId(Uuid::now_v7());
        let Some(task) = self.registry.cron_task(&claimed.task_name) else {
            // Claims leave unknown tasks out, so this is a queued attempt of a task that has just vanished.
            let unknown = TaskError::configuration("task_unknown", msg::error_task_unknown());
            return outcome(
                &claimed,
                Ran::Returned(Err(unknown)),
                begun.elapsed(),
                &RetryPolicy::NEVER,
                next_id,
                false,
            );
        };
        let wakes = self.registry.has_dependants(&claimed.task_name);
        if let Some(undo) = &claimed.undo {
            let why = TaskError::system("runner_lost", undo.error.stored());
            let rollback = self.roll_back(task, &claimed, why).await;
            return Ending { wakes, ..undone(&claimed, undo, rollback) };
        }
        let ran = self.attempt(task, &claimed, control).await;
        let duration = begun.elapsed();
        let failure = ran.failure(claimed.timeout);
        let moved_on = control.live.has_checkpointed();
        let ending = Ending {
            progress: control.live.progress(),
            wakes,
            ..outcome(&claimed, ran, duration, &task.definition().retry, next_id, moved_on)
        };
        log(&claimed, &ending);
        match failure {
            Some(why) if ending.next_attempt.is_none() && !claimed.is_dry_run => {
                with_rollback(ending, self.roll_back(task, &claimed, why).await)
            }
            Some(_) | None => ending,
        }
    }

    async fn attempt(&self, task: &Arc<dyn ErasedCronTask>, claimed: &Claimed, control: &Control) -> Ran {
        match self.ask(task.as_ref(), claimed, control).await {
            Asked::Yes => {}
            Asked::No => return Ran::NotDue,
            Asked::Failed(error) => return Ran::NotBegun(error),
            Asked::Stopped(Stop::Interrupted | Stop::Lost) => return Ran::HandedBack,
            Asked::Stopped(stop @ (Stop::Timeout | Stop::Cancelled | Stop::Superseded)) => return Ran::Stopped(stop),
        }
        let cancelled = CancellationToken::new();
        let cx = self.context(claimed, cancelled.clone(), control.live.clone());
        let work = {
            let (task, dry_run) = (task.clone(), claimed.is_dry_run);
            async move {
                task.validate(&cx.config).await?;
                if dry_run { Ok(Value::Null) } else { task.execute(cx).await }
            }
        };
        match self.guard(claimed.id, work, claimed.timeout, cancelled, control.ordered()).await {
            // It finished all the same: its work is done, and its report is as good as any.
            Guarded::Stopped(Stop::Interrupted, Some(Ok(report))) => Ran::Returned(Ok(report)),
            Guarded::Stopped(stop, _) => Ran::Stopped(stop),
            Guarded::Ended(ended) => Ran::Returned(ended),
        }
    }

    /// Whether the task's schedule function, where it has one, wants this slot to run. It is asked until it has said so once,
    /// by another attempt too where a runner was lost meanwhile.
    async fn ask(&self, task: &dyn ErasedCronTask, claimed: &Claimed, control: &Control) -> Asked {
        let Schedule::When { name, ask } = task.definition().schedule else {
            return Asked::Yes;
        };
        if !claimed.is_asked_for {
            return Asked::Yes;
        }
        // An error is not tried again: the next interval is asked for anyway.
        let Claimed { task_name, scheduled_for: slot, attempt, .. } = claimed;
        let last_execution = match self.records.last_run_besides(task_name, *slot, *attempt).await.fatal() {
            Ok(last_execution) => last_execution,
            Err(error) => return Asked::Failed(error),
        };
        let cx = WhenContext { slot: *slot, last_execution };
        let timeout = ASK_TIMEOUT.min(claimed.timeout);
        match self.guard(claimed.id, ask(cx), timeout, CancellationToken::new(), control.ordered()).await {
            Guarded::Ended(Ok(true)) => self.keep_yes(claimed).await,
            Guarded::Ended(Ok(false)) => Asked::No,
            Guarded::Ended(Err(error)) => {
                let code =
                    if error.code() == PANIC { "schedule_function_panicked" } else { "schedule_function_failed" };
                let message = msg::error_schedule_function_failed(error.message().clone(), name);
                Asked::Failed(TaskError::configuration(code, message))
            }
            Guarded::Stopped(Stop::Timeout, _) => {
                Asked::Failed(TaskError::timeout(msg::error_schedule_function_slow(name)).never_retried())
            }
            Guarded::Stopped(stop @ (Stop::Cancelled | Stop::Superseded | Stop::Interrupted | Stop::Lost), _) => {
                Asked::Stopped(stop)
            }
        }
    }

    /// The slot is to run, and whoever retries it is to know.
    async fn keep_yes(&self, claimed: &Claimed) -> Asked {
        match self.records.record_answer(self.runner, claimed.id).await {
            Ok(true) => Asked::Yes,
            Ok(false) => Asked::Stopped(Stop::Lost),
            Err(error) => {
                tracing::warn!(error = %error.message(), "a retry would ask the schedule function again");
                Asked::Yes
            }
        }
    }

    /// Runs `work` on a thread of its own, so that a panic ends there, until it ends or has to.
    async fn guard<T: Send + 'static>(
        &self,
        id: ExecutionId,
        work: impl Future<Output = TaskResult<T>> + Send + 'static,
        timeout: Duration,
        cancelled: CancellationToken,
        ordered: impl Future<Output = Stop>,
    ) -> Guarded<T> {
        let stopped = async {
            tokio::select! {
                biased;
                () = self.lost.cancelled() => Stop::Lost,
                stop = ordered => stop,
                () = self.interrupt.cancelled() => Stop::Interrupted,
                () = tokio::time::sleep(timeout) => Stop::Timeout,
            }
        };
        tokio::pin!(stopped);
        // What may not run any more does not even begin.
        if let Some(stop) = (&mut stopped).now_or_never() {
            return Guarded::Stopped(stop, None);
        }
        // Nor what has to end before a thread is free for it.
        let mut work = self.threads.spawn_unless(&cancelled, Box::pin(work));
        let stop = tokio::select! {
            // What has ended has ended, even if its time ran out at the same moment.
            biased;
            ended = work.ended() => return Guarded::Ended(flatten(ended)),
            stop = stopped => stop,
        };
        cancelled.cancel();
        match tokio::time::timeout(CANCEL_GRACE, work.ended()).await {
            Ok(ended) => Guarded::Stopped(stop, Some(flatten(ended))),
            Err(_) => {
                if let Err(stuck) = work.drop_now().await {
                    // Until it has ended, its registry row stays.
                    tracing::error!("told to end and dropped, but it blocks its thread; its next slots wait for that");
                    stuck.see_out(&self.records, id.0).await;
                }
                Guarded::Stopped(stop, None)
            }
        }
    }

    /// Undoes, and tells how that ended.
    async fn roll_back(&self, task: &Arc<dyn ErasedCronTask>, claimed: &Claimed, why: TaskError) -> Rollback {
        let begun = Instant::now();
        let cancelled = CancellationToken::new();
        let cx = self.context(claimed, cancelled.clone(), Arc::default());
        let task = task.clone();
        let work = async move { task.rollback(cx, &why).await };
        let timeout = claimed.timeout.min(ROLLBACK_TIMEOUT);
        let guarded = self.guard(claimed.id, work, timeout, cancelled, std::future::pending()).await;
        let (status, error) = match guarded {
            Guarded::Ended(Ok(())) | Guarded::Stopped(Stop::Interrupted, Some(Ok(()))) => (Status::Completed, None),
            Guarded::Ended(Err(error)) => (Status::Failed, Some(error)),
            Guarded::Stopped(stop @ Stop::Timeout, _) => (Status::Timeout, Some(stop.error(timeout))),
            Guarded::Stopped(stop, _) => (Status::Cancelled, Some(stop.error(timeout))),
        };
        match &error {
            None => tracing::info!("rolled back"),
            Some(error) => tracing::error!(%error, "rollback failed"),
        }
        let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        Rollback { status, duration_ms, error: error.map(|error| error.record()) }
    }

    fn context(&self, claimed: &Claimed, cancelled: CancellationToken, live: Arc<Live>) -> TaskContext<Value> {
        let run = RunFacts {
            task_name: claimed.task_name.clone(),
            execution_id: claimed.id,
            scheduled_for: claimed.scheduled_for,
            started_at: claimed.started_at,
            attempt: claimed.attempt,
            max_attempts: claimed.max_attempts,
            missed_slots: claimed.missed_slots,
            fencing_token: claimed.fencing_token,
            defaults: self.defaults,
            cancelled,
            repository: self.repository.clone(),
            runner: self.runner,
            checkpoint: claimed.checkpoint.clone(),
            live,
        };
        TaskContext::new(claimed.config.clone(), Arc::new(run))
    }
}

/// What a schedule function answered.
enum Asked {
    Yes,
    No,
    Failed(TaskError),
    Stopped(Stop),
}

/// How guarded work came to its end.
enum Guarded<T> {
    Ended(TaskResult<T>),
    /// It was stopped; with what it still came to, where it ended by itself then.
    Stopped(Stop, Option<TaskResult<T>>),
}

/// The code of an error that was a panic.
const PANIC: &str = "panic";

fn flatten<T>(ended: Result<Option<TaskResult<T>>, Panic>) -> TaskResult<T> {
    match ended {
        Ok(ended) => ended.unwrap_or_else(|| Err(was_dropped())),
        Err(panic) => Err(TaskError::execution(PANIC, panic_text(&panic))),
    }
}

/// Of a future that was dropped although nobody here dropped it: it did not begin, or the process ends.
fn was_dropped() -> TaskError {
    TaskError::system("interrupted", msg::error_interrupted())
}

/// What a panicking task said.
pub(super) fn panic_text(panic: &Panic) -> Message {
    panic.text().map_or_else(msg::error_panicked_silently, |text| msg::error_panicked(text.to_owned()))
}

/// Says what will happen next, not only what happened.
fn log(claimed: &Claimed, ending: &Ending) {
    let duration_ms = u64::try_from(ending.duration.as_millis()).unwrap_or(u64::MAX);
    let status = ending.status.as_str();
    let of = claimed.max_attempts;
    match (&ending.error, &ending.next_attempt) {
        _ if ending.not_due => tracing::debug!("not due, says its schedule function"),
        (None, _) => tracing::info!(status, duration_ms, "completed"),
        (Some(error), Some(next)) => {
            let retry_in_ms = u64::try_from(next.delay.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(
                status,
                duration_ms,
                of,
                retry_in_ms,
                code = error.code,
                error = error.message,
                "failed; another attempt follows"
            );
        }
        (Some(error), None) => {
            tracing::error!(status, duration_ms, of, code = error.code, error = error.message, "failed for good");
        }
    }
}
