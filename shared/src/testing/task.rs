//! One task, run by itself: no registry, no runner, no rows about it.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::model::{ExecutionId, RunnerId};
use crate::repository::Repository;
use crate::task::{CronTask, Defaults, RunFacts, SideContext, SideTask, TaskContext, TaskResult};

/// Checks the settings of a cron task and runs it once, as a first and only attempt at the present instant.
///
/// That instant is the repository's: with a [`ManualClock`](crate::clock::ManualClock), the test's. No runner owns this
/// execution, so [`TaskContext::transaction`] refuses.
pub async fn run<T: CronTask>(task: &T, config: T::Config, repository: &Repository) -> TaskResult<T::Report> {
    task.validate(&config).await?;
    let now = repository.now().await?;
    let run = RunFacts {
        task_name: T::DEFINITION.name.to_owned(),
        execution_id: ExecutionId(Uuid::now_v7()),
        scheduled_for: now,
        started_at: now,
        attempt: 1,
        max_attempts: 1,
        missed_slots: 0,
        fencing_token: 1,
        defaults: Defaults::default(),
        cancelled: CancellationToken::new(),
        repository: repository.clone(),
        runner: RunnerId(Uuid::nil()),
        checkpoint: None,
        live: Arc::default(),
    };
    task.execute(TaskContext::new(config, Arc::new(run))).await
}

/// Runs a side task until `stop` is cancelled or it ends by itself; then lets it clean up.
pub async fn run_side<T: SideTask>(
    task: &T,
    config: T::Config,
    repository: &Repository,
    stop: CancellationToken,
) -> TaskResult<()> {
    let config = Arc::new(config);
    let cx = || SideContext { config: config.clone(), repository: repository.clone() };
    let ended = task.run(cx(), stop).await;
    task.on_shutdown(cx()).await;
    ended
}
