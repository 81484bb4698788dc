//! Side tasks under supervision: taken, run, restarted, let go.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::Runner;
use super::execute::panic_text;
use super::membership::Membership;
use crate::model::RunnerId;
use crate::repository::{Repository, RepositoryError, TakenSideTask};
use crate::task::{ErasedSideTask, SideContext, TaskError, TaskResult};

/// How often a worker looks for side tasks to take although nobody called it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// A side task that ran so long without an end counts as well again.
const HEALTHY_STRETCH: Duration = Duration::from_secs(60);
/// No restart waits longer than this.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// The side tasks that one worker runs.
pub(super) struct SideTasks<'a> {
    runner: &'a Runner,
    membership: &'a Membership,
    /// Whether those that were given up are taken too: once, when the worker starts.
    given_up_too: bool,
    running: HashMap<Id, (String, CancellationToken)>,
    supervised: JoinSet<()>,
}

impl<'a> SideTasks<'a> {
    pub(super) fn new(runner: &'a Runner, membership: &'a Membership, given_up_too: bool) -> Self {
        Self { runner, membership, given_up_too, running: HashMap::new(), supervised: JoinSet::new() }
    }

    /// Takes and runs side tasks until told to stop, or `over`; then ends them in order.
    pub(super) async fn supervise(
        mut self,
        mut woken: watch::Receiver<()>,
        stop: &CancellationToken,
        over: &CancellationToken,
    ) {
        loop {
            let lost = self.membership.lost().clone();
            if let Some(Err(error)) = lost.run_until_cancelled(self.look()).await {
                tracing::warn!(error = %error.message(), "could not look after side tasks");
            }
            tokio::select! {
                Ok(()) = woken.changed() => {}
                Some(ended) = self.supervised.join_next_with_id() => self.forget(ended),
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = stop.cancelled() => break,
                () = over.cancelled() => break,
                () = self.membership.lost().cancelled() => break,
            }
        }
        for (_, stop) in self.running.values() {
            stop.cancel();
        }
        while let Some(ended) = self.supervised.join_next_with_id().await {
            self.forget(ended);
        }
    }

    /// Lets go of what should not run here any more, and takes what nobody runs.
    async fn look(&mut self) -> Result<(), RepositoryError> {
        let repository = &self.runner.repository;
        if !self.running.is_empty() {
            let names: Vec<_> = self.running.values().map(|(name, _)| name.clone()).collect();
            let unwanted = repository.unwanted_side_tasks(self.membership.id, &names).await?;
            for (_, stop) in self.running.values().filter(|(name, _)| unwanted.contains(name)) {
                stop.cancel();
            }
        }
        if !self.membership.may_claim() {
            return Ok(());
        }
        let names: Vec<_> = self.runner.registry.side_tasks().iter().map(|task| task.definition().name).collect();
        if names.is_empty() {
            return Ok(());
        }
        let environment = self.runner.settings.environment.as_str();
        let taken = repository.take_side_tasks(self.membership.id, environment, &names, self.given_up_too).await?;
        self.given_up_too = false;
        for taken in taken {
            if let Some(task) = self.runner.registry.side_task(&taken.name) {
                let stop = CancellationToken::new();
                let entry = (taken.name.clone(), stop.clone());
                let supervisor = Supervisor {
                    task: task.clone(),
                    taken,
                    runner: self.membership.id,
                    repository: repository.clone(),
                    stop,
                };
                let id = self.supervised.spawn(supervisor.run()).id();
                self.running.insert(id, entry);
            }
        }
        Ok(())
    }

    /// By its id: the same side task may have been taken again before its former life was forgotten.
    fn forget(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                // All that can panic runs in a task of its own, so this is a defect of ours.
                tracing::error!(%error, "a supervisor vanished");
                error.id()
            }
        };
        self.running.remove(&id);
    }
}

/// One side task, from being taken to being let go.
struct Supervisor {
    task: Arc<dyn ErasedSideTask>,
    taken: TakenSideTask,
    runner: RunnerId,
    repository: Repository,
    stop: CancellationToken,
}

impl Supervisor {
    async fn run(self) {
        let span = tracing::info_span!("side task", task.name = self.taken.name);
        self.lives().instrument(span).await;
    }

    async fn lives(self) {
        let mut restarts = 0;
        let given_up = loop {
            tracing::info!(restarts, "started");
            let begun = Instant::now();
            let ended = self.one_life(restarts).await;
            if self.stop.is_cancelled() {
                break false;
            }
            let error = match ended {
                Ok(()) => TaskError::execution("ended_early", "it ended although nobody had told it to"),
                Err(error) => error,
            };
            self.tell_of(&error).await;
            if begun.elapsed() >= HEALTHY_STRETCH {
                restarts = 0;
            }
            let storm = restarts >= self.taken.max_restarts;
            let give_up = storm || !self.taken.auto_restart;
            let delay = restart_delay(restarts, self.taken.restart_delay);
            if !give_up {
                restarts += 1;
            }
            self.record(restarts, Some(&error)).await;
            if give_up {
                tracing::error!(restarts, error = %error, "given up");
                break true;
            }
            tracing::warn!(restarts, restart_in_ms = %delay.as_millis(), error = %error, "ended; starting it again");
            if self.stop.run_until_cancelled(tokio::time::sleep(delay)).await.is_none() {
                break false;
            }
        };
        self.shut_down().await;
        if let Err(error) = self.repository.release_side_task(self.runner, &self.taken.name, given_up).await {
            tracing::warn!(error = %error.message(), "could not be let go; others take it when this worker has ended");
        }
        tracing::info!("stopped");
    }

    /// Runs it until it ends, recording now and then that it is alive.
    async fn one_life(&self, restarts: u32) -> TaskResult<()> {
        let (task, cx, stop) = (self.task.clone(), self.context(), self.stop.clone());
        let life = async move { task.run(cx, stop).await };
        let mut life = AbortOnDropHandle::new(tokio::spawn(life.in_current_span()));
        let mut checks = tokio::time::interval(self.taken.health_check_interval.max(Duration::from_secs(1)));
        loop {
            tokio::select! {
                ended = &mut life => return flatten(ended),
                _ = checks.tick() => self.record(restarts, None).await,
                () = self.stop.cancelled() => break,
            }
        }
        let limit = self.task.definition().shutdown_timeout;
        match tokio::time::timeout(limit, &mut life).await {
            Ok(ended) => flatten(ended),
            Err(_) => {
                tracing::warn!(limit_ms = %limit.as_millis(), "did not stop in time; dropping it");
                life.abort();
                let _ = life.await;
                Ok(())
            }
        }
    }

    async fn tell_of(&self, error: &TaskError) {
        let (task, cx, error) = (self.task.clone(), self.context(), error.clone());
        self.bounded("on_error", async move { task.on_error(cx, &error).await }).await;
    }

    async fn shut_down(&self) {
        let (task, cx) = (self.task.clone(), self.context());
        self.bounded("on_shutdown", async move { task.on_shutdown(cx).await }).await;
    }

    /// Runs a hook of the author's: it may neither panic into us nor hold us up.
    async fn bounded(&self, hook: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let limit = self.task.definition().shutdown_timeout;
        let work = AbortOnDropHandle::new(tokio::spawn(work.in_current_span()));
        match tokio::time::timeout(limit, work).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(hook, error = panic_text(error), "a hook failed"),
            Err(_) => tracing::error!(hook, limit_ms = %limit.as_millis(), "a hook took too long"),
        }
    }

    /// Records how it fares; stops it where it was taken away.
    async fn record(&self, restarts: u32, error: Option<&TaskError>) {
        let error = error.map(TaskError::record);
        match self.repository.record_side_task(self.runner, &self.taken.name, restarts, error.as_ref()).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!("it was handed to another worker; stopping it here");
                self.stop.cancel();
            }
            Err(error) => tracing::warn!(error = %error.message(), "could not record how it fares"),
        }
    }

    fn context(&self) -> SideContext<serde_json::Value> {
        SideContext { config: Arc::new(self.taken.config.clone()), repository: self.repository.clone() }
    }
}

fn flatten(ended: Result<TaskResult<()>, tokio::task::JoinError>) -> TaskResult<()> {
    ended.unwrap_or_else(|error| Err(TaskError::execution("panic", panic_text(error))))
}

/// The wait before restart number `restarts + 1`.
fn restart_delay(restarts: u32, first: Duration) -> Duration {
    2_u32
        .checked_pow(restarts)
        .and_then(|factor| first.checked_mul(factor))
        .unwrap_or(LONGEST_DELAY)
        .min(LONGEST_DELAY.max(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restarts_wait_twice_as_long_each_time_up_to_a_minute() {
        let second = Duration::from_secs(1);
        let delays: Vec<_> = [0, 1, 2, 5, 6, 60, u32::MAX].map(|n| restart_delay(n, 5 * second).as_secs()).into();
        assert_eq!(delays, [5, 10, 20, 60, 60, 60, 60]);
    }
}
