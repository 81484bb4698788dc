//! One task, run by itself: no registry, no runner, no rows about it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::locale::{msg, reading};
use crate::model::{ExecutionId, Progress, RunnerId};
use crate::repository::Repository;
use crate::task::{
    CronTask, Defaults, Live, RunFacts, SideContext, SideTask, TaskContext, TaskError, TaskResult, check_typed,
};

/// Checks the settings of a cron task and runs it once, as a first and only attempt at the present instant.
///
/// The short form of [`Attempt`].
pub async fn run<T: CronTask>(task: &T, config: T::Config, repository: &Repository) -> TaskResult<T::Report> {
    Attempt::of(task).config(config).last().run(repository).await.report
}

/// One attempt of a cron task by itself: what the task is told, as the test wants it.
///
/// ```
/// use downbeat::repository::Repository;
/// use downbeat::task::prelude::*;
/// use downbeat::testing::Attempt;
///
/// # struct Import;
/// # impl CronTask for Import {
/// #     type Config = ();
/// #     type Report = ();
/// #     const DEFINITION: CronTaskDefinition = CronTaskDefinition::new("import");
/// #     async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> { Ok(()) }
/// # }
/// # async fn test(repository: &Repository) {
/// let second = Attempt::of(&Import).attempt(2).checkpoint(&1_000).run(repository).await;
/// second.report.unwrap();
/// assert_eq!(second.checkpoint, Some(2_000.into()));
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing has run yet"]
pub struct Attempt<'a, T: CronTask> {
    task: &'a T,
    config: T::Config,
    at: Option<DateTime<Utc>>,
    attempt: i32,
    is_last: bool,
    missed_slots: i32,
    checkpoint: TaskResult<Option<Value>>,
}

/// What an [`Attempt`] came to.
#[derive(Debug)]
pub struct Attempted<R> {
    /// What the task handed back, or why it failed.
    pub report: TaskResult<R>,
    /// The newest checkpoint it kept; the next attempt would get it.
    pub checkpoint: Option<Value>,
    /// What it last said of its progress.
    pub progress: Option<Progress>,
}

impl<'a, T: CronTask> Attempt<'a, T> {
    /// A first attempt at the present instant, with the settings that apply where nobody changed them.
    pub fn of(task: &'a T) -> Self {
        Self {
            task,
            config: T::Config::default(),
            at: None,
            attempt: 1,
            is_last: false,
            missed_slots: 0,
            checkpoint: Ok(None),
        }
    }

    /// With these settings.
    pub fn config(self, config: T::Config) -> Self {
        Self { config, ..self }
    }

    /// For the slot at `instant`, started right then. Otherwise at the repository's: with a
    /// [`ManualClock`](crate::clock::ManualClock), the test's.
    pub fn at(self, instant: DateTime<Utc>) -> Self {
        Self { at: Some(instant), ..self }
    }

    /// As attempt number `attempt`: 2 is the first retry.
    pub fn attempt(self, attempt: i32) -> Self {
        Self { attempt, ..self }
    }

    /// As the last attempt, whatever the task's retry policy allows.
    pub fn last(self) -> Self {
        Self { is_last: true, ..self }
    }

    /// Standing for so many missed slots besides its own.
    pub fn missed_slots(self, missed_slots: i32) -> Self {
        Self { missed_slots, ..self }
    }

    /// After an attempt that kept this checkpoint.
    pub fn checkpoint(self, checkpoint: &impl Serialize) -> Self {
        let checkpoint = serde_json::to_value(checkpoint).map(Some).map_err(|error| {
            TaskError::execution("checkpoint_not_json", msg::error_checkpoint_not_json(reading(&error.to_string())))
        });
        Self { checkpoint, ..self }
    }

    /// Checks the settings and runs the task once.
    ///
    /// No runner owns this execution: checkpoints and progress stay in memory, and [`TaskContext::transaction`] refuses.
    pub async fn run(self, repository: &Repository) -> Attempted<T::Report> {
        let now = match self.at {
            Some(instant) => instant,
            None => match repository.now().await {
                Ok(now) => now,
                Err(error) => return Attempted { report: Err(error.into()), checkpoint: None, progress: None },
            },
        };
        let live = Arc::new(Live::in_memory());
        let report = self.execute(repository, now, live.clone()).await;
        let progress = live.progress().and_then(|said| progress(said, now));
        Attempted { report, checkpoint: live.checkpoint(), progress }
    }

    async fn execute(self, repository: &Repository, now: DateTime<Utc>, live: Arc<Live>) -> TaskResult<T::Report> {
        check_typed(&self.config)?;
        self.task.validate(&self.config).await?;
        let defaults = Defaults::default();
        let retries = T::DEFINITION.retry.retries.unwrap_or(defaults.retries);
        let allowed = i32::try_from(retries).unwrap_or(i32::MAX).saturating_add(1);
        let run = RunFacts {
            task_name: T::DEFINITION.name.to_owned(),
            execution_id: ExecutionId(Uuid::now_v7()),
            scheduled_for: now,
            started_at: now,
            attempt: self.attempt,
            max_attempts: if self.is_last { self.attempt } else { allowed.max(self.attempt) },
            missed_slots: self.missed_slots,
            fencing_token: 1,
            defaults,
            cancelled: CancellationToken::new(),
            repository: repository.clone(),
            runner: RunnerId(Uuid::nil()),
            checkpoint: self.checkpoint?,
            live,
        };
        self.task.execute(TaskContext::new(self.config, Arc::new(run))).await
    }
}

/// What a task said of its progress, with the instant a heartbeat would add.
fn progress(mut said: Value, at: DateTime<Utc>) -> Option<Progress> {
    said.as_object_mut()?.insert("at".to_owned(), json!(at));
    serde_json::from_value(said).ok()
}

/// Checks the settings of a side task and runs it until `stop` is cancelled or it ends by itself; then lets it clean up.
pub async fn run_side<T: SideTask>(
    task: &T,
    config: T::Config,
    repository: &Repository,
    stop: CancellationToken,
) -> TaskResult<()> {
    check_typed(&config)?;
    let config = Arc::new(config);
    let cx = || SideContext { config: config.clone(), repository: repository.clone() };
    let ended = task.run(cx(), stop).await;
    task.on_shutdown(cx()).await;
    ended
}
