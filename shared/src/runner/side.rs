//! Side tasks: taken, run under supervision, let go.

mod supervisor;

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

pub(super) use self::supervisor::Parted;
use self::supervisor::Supervisor;
use super::Runner;
use super::membership::Membership;
use super::shift::ABANDON_AFTER;
use crate::repository::{LockMode, RepositoryError, SideEnding};

/// How often a worker looks after side tasks although nobody called it.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// The same where it cannot hear anybody call, or could not look.
const LOOK_AGAIN_SOON: Duration = Duration::from_secs(1);

/// The side tasks that one worker runs.
pub(super) struct SideTasks<'a> {
    runner: &'a Runner,
    membership: &'a Membership,
    /// Whether those that were given up are taken too: once, when the worker starts.
    given_up_too: bool,
    /// What has ended here for good, and when. Of what each worker runs, only this one is not to take it again.
    ended_for_good: HashMap<String, DateTime<Utc>>,
    running: HashMap<Id, (String, CancellationToken)>,
    supervised: JoinSet<Parted>,
    /// Cancelled when the worker ends.
    leaving: CancellationToken,
}

/// When side tasks, which are paused, are taken again.
struct PauseEnd {
    at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
}

impl<'a> SideTasks<'a> {
    pub(super) fn new(runner: &'a Runner, membership: &'a Membership, given_up_too: bool) -> Self {
        Self {
            runner,
            membership,
            given_up_too,
            ended_for_good: HashMap::new(),
            running: HashMap::new(),
            supervised: JoinSet::new(),
            leaving: CancellationToken::new(),
        }
    }

    /// Takes and runs side tasks until told to stop, or `over`; then ends them in order. Hands back the supervisors of those
    /// that block their threads.
    pub(super) async fn supervise(
        mut self,
        mut woken: watch::Receiver<()>,
        stop: &CancellationToken,
        over: &CancellationToken,
    ) -> JoinSet<Parted> {
        let clock = self.runner.repository.clock();
        loop {
            let lost = self.membership.lost().clone();
            let (look_again, pause_end) = match lost.run_until_cancelled(self.look()).await {
                Some(Ok(pause_end)) => (self.backstop(), pause_end),
                Some(Err(error)) => {
                    tracing::warn!(error = %error.message(), "could not look after side tasks");
                    (LOOK_AGAIN_SOON, None)
                }
                None => break,
            };
            let pause_is_over = async {
                match pause_end {
                    Some(PauseEnd { at, seen_at }) => clock.wait(at, seen_at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Ok(()) = woken.changed() => {}
                Some(parted) = self.supervised.join_next_with_id() => self.forget(parted),
                () = pause_is_over => {}
                () = tokio::time::sleep(look_again) => {}
                () = stop.cancelled() => break,
                () = over.cancelled() => break,
                () = self.membership.lost().cancelled() => break,
            }
        }
        self.leaving.cancel();
        for (_, stop) in self.running.values() {
            stop.cancel();
        }
        let patience = self.patience();
        let all_parted = async {
            while let Some(parted) = self.supervised.join_next_with_id().await {
                self.forget(parted);
            }
        };
        if tokio::time::timeout(patience, all_parted).await.is_err() {
            tracing::error!(left = self.supervised.len(), "side tasks block their threads; not waiting for them");
        }
        self.supervised
    }

    /// How long its side tasks may take to end: each to stop, and to clean up.
    fn patience(&self) -> Duration {
        let limits = self.runner.registry.side_tasks();
        let longest = limits.iter().map(|task| task.definition().shutdown_timeout).max().unwrap_or_default();
        longest * 2 + ABANDON_AFTER
    }

    fn backstop(&self) -> Duration {
        match self.runner.repository.settings().lock_mode() {
            LockMode::Session => LOOK_AGAIN,
            LockMode::Transaction => LOOK_AGAIN_SOON,
        }
    }

    /// Lets go of what should not run here any more, and takes what nobody runs. Hands back when a pause ends by itself.
    async fn look(&mut self) -> Result<Option<PauseEnd>, RepositoryError> {
        let runner = self.runner;
        let known: Vec<_> = runner.registry.side_tasks().iter().map(|task| task.definition().name).collect();
        if known.is_empty() {
            return Ok(None);
        }
        let names: Vec<_> = self.running.values().map(|(name, _)| name.clone()).collect();
        let orders = runner.repository.side_orders(self.membership.id, &names).await?;
        for (_, stop) in self.running.values().filter(|(name, _)| orders.unwanted.contains(name)) {
            stop.cancel();
        }
        for name in &orders.forgotten {
            runner.repository.release_side_task(self.membership.id, name, SideEnding::LetGo).await?;
        }
        if !orders.is_paused && self.membership.may_claim() {
            // What has just been let go is taken again only when it is known here how it ended.
            let free: Vec<_> = known.into_iter().filter(|name| !names.iter().any(|running| running == name)).collect();
            self.take(&free).await?;
        }
        Ok(orders.paused_until.map(|at| PauseEnd { at, seen_at: orders.now }))
    }

    async fn take(&mut self, free: &[&str]) -> Result<(), RepositoryError> {
        let runner = self.runner;
        let taken = runner
            .repository
            .take_side_tasks(
                self.membership.id,
                runner.settings.environment.as_str(),
                free,
                self.given_up_too,
                &self.ended_for_good,
            )
            .await?;
        self.given_up_too = false;
        for taken in taken {
            self.ended_for_good.remove(&taken.name);
            if let Some(task) = runner.registry.side_task(&taken.name) {
                let stop = CancellationToken::new();
                let entry = (taken.name.clone(), stop.clone());
                let supervisor = Supervisor {
                    task: task.clone(),
                    taken,
                    runner: self.membership.id,
                    repository: runner.repository.clone(),
                    threads: runner.threads.clone(),
                    stop,
                    leaving: self.leaving.clone(),
                };
                let id = self.supervised.spawn(supervisor.run()).id();
                self.running.insert(id, entry);
            }
        }
        Ok(())
    }

    fn forget(&mut self, parted: Result<(Id, Parted), JoinError>) {
        let id = match parted {
            Ok((id, Parted { name, for_good_at })) => {
                self.ended_for_good.extend(for_good_at.map(|at| (name, at)));
                id
            }
            Err(error) => {
                // All that can panic runs in a task of its own, so this is a defect of ours.
                tracing::error!(%error, "a supervisor vanished");
                error.id()
            }
        };
        self.running.remove(&id);
    }
}
