//! One life of a runner instance: it joins, beats, and leaves; or is lost.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::RunnerSettings;
use crate::model::{RunnerId, RunnerKind};
use crate::repository::{NewRunner, Presence, Repository, RepositoryError};

/// One life of a runner instance. Its lock is held and its heart beats until it leaves or is lost.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) id: RunnerId,
    repository: Repository,
    presence: Presence,
    state: Arc<State>,
    heart: AbortOnDropHandle<()>,
    leave: CancellationToken,
}

#[derive(Debug)]
struct State {
    /// Cancelled when the instance may no longer own what it runs.
    lost: CancellationToken,
    running: watch::Sender<usize>,
}

impl Membership {
    /// Takes the lock, then makes the instance known, then begins to beat.
    ///
    /// `woken` is notified when there may be something new to do. `frozen_after` bounds how long a process that no longer runs
    /// can hold a transaction lock.
    pub(super) async fn join(
        repository: &Repository,
        settings: &RunnerSettings,
        kind: RunnerKind,
        frozen_after: Duration,
        woken: watch::Sender<()>,
    ) -> Result<Self, RepositoryError> {
        let id = RunnerId::fresh();
        let presence = Presence::take(repository, id, frozen_after, woken).await?;
        let idle = idle_interval(settings, kind);
        repository
            .register_runner(&NewRunner {
                id,
                name: settings.name.clone(),
                kind,
                environment: settings.environment,
                lock_mode: repository.settings().lock_mode(),
                heartbeat_interval: idle,
                lease: settings.lease,
            })
            .await?;
        let state = Arc::new(State { lost: CancellationToken::new(), running: watch::Sender::new(0) });
        let leave = CancellationToken::new();
        let heart = AbortOnDropHandle::new(tokio::spawn({
            let heart = Heart {
                id,
                repository: repository.clone(),
                state: state.clone(),
                busy: settings.heartbeat_interval,
                idle,
                lease: settings.lease,
            };
            let leave = leave.clone();
            async move { leave.run_until_cancelled(heart.beat()).await.unwrap_or_default() }
        }));
        tracing::debug!(runner.id = %id, runner.name = settings.name, runner.kind = %kind, "joined");
        Ok(Self { id, repository: repository.clone(), presence, state, heart, leave })
    }

    /// Cancelled when the instance was found dead, or could not beat for so long that it may be.
    pub(super) fn lost(&self) -> &CancellationToken {
        &self.state.lost
    }

    /// Whether it may claim: it has a lock and has not been lost.
    pub(super) fn may_claim(&self) -> bool {
        self.presence.is_held() && !self.state.lost.is_cancelled()
    }

    /// How many executions it runs: while there are any, its heart beats faster. The claim of the first has beaten already.
    pub(super) fn set_running(&self, running: usize) {
        self.state.running.send_replace(running);
    }

    /// Says goodbye and lets the lock go. Whatever it still ran must have ended.
    pub(super) async fn leave(self) {
        self.leave.cancel();
        // A heart that panicked does not beat any more either.
        let _ = self.heart.await;
        if let Err(error) = self.repository.end_runner(self.id).await {
            // The others find it dead: its lock is free from here on.
            tracing::warn!(runner.id = %self.id, error = %error.message(), "could not say goodbye");
        }
        self.presence.close().await;
        tracing::debug!(runner.id = %self.id, "left");
    }
}

/// A pulse lives for seconds, so it beats at the fast interval from the start.
fn idle_interval(settings: &RunnerSettings, kind: RunnerKind) -> Duration {
    match kind {
        RunnerKind::Worker => settings.idle_heartbeat_interval,
        RunnerKind::Pulse | RunnerKind::Command => settings.heartbeat_interval,
    }
}

struct Heart {
    id: RunnerId,
    repository: Repository,
    state: Arc<State>,
    busy: Duration,
    idle: Duration,
    lease: Duration,
}

impl Heart {
    /// Beats until the instance is lost.
    async fn beat(&self) {
        // The lease counts from before a beat was sent: it may have been written right then.
        let mut last_beat = Instant::now();
        let mut retry_at = None;
        let mut running = self.state.running.subscribe();
        let mut idle = true;
        loop {
            let interval = if idle { self.idle } else { self.busy };
            tokio::select! {
                () = tokio::time::sleep_until(retry_at.unwrap_or(last_beat + interval)) => {}
                Ok(()) = running.changed() => {
                    let was_idle = std::mem::replace(&mut idle, *running.borrow_and_update() == 0);
                    if was_idle && !idle {
                        // The claim that ended the idleness has beaten too.
                        last_beat = Instant::now();
                    }
                    continue;
                }
            }
            let sent = Instant::now();
            let deadline = last_beat + self.lease - safety_margin(self.lease);
            let count = *running.borrow();
            match tokio::time::timeout_at(deadline, self.repository.heartbeat(self.id, interval, count)).await {
                Ok(Ok(true)) => (last_beat, retry_at) = (sent, None),
                Ok(Ok(false)) => {
                    tracing::error!(runner.id = %self.id, "this runner was found dead; cancelling everything it runs");
                    return self.state.lost.cancel();
                }
                Ok(Err(error)) if sent < deadline => {
                    tracing::warn!(runner.id = %self.id, error = %error.message(), "no heartbeat");
                    retry_at = Some(Instant::now() + self.busy.min(RETRY));
                }
                Ok(Err(_)) | Err(_) => {
                    tracing::error!(runner.id = %self.id, "the lease runs out; cancelling everything this runner runs");
                    return self.state.lost.cancel();
                }
            }
        }
    }
}

/// How soon a heartbeat that failed is tried again.
const RETRY: Duration = Duration::from_millis(250);

/// How long before the end of the lease a runner that cannot beat gives up: long enough for its tasks to be cancelled.
fn safety_margin(lease: Duration) -> Duration {
    (lease / 6).min(Duration::from_secs(5))
}
