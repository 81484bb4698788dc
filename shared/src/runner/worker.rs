//! A worker: works until it is stopped, as one instance after another if it must.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Runner;
use super::membership::Membership;
use super::shift::{Left, Shift, Until};
use super::side::{Parted, SideTasks};
use super::signs::{DATABASE_AWAY, Loop};
use crate::model::{RunnerId, RunnerKind};
use crate::repository::{Drain, RepositoryError, Scope};

/// How long to wait before joining is tried again.
const JOIN_AGAIN: Duration = Duration::from_secs(1);
/// How often dead runners are looked for where none is overdue.
const LOOK_FOR_DEAD: Duration = Duration::from_secs(30);
/// However often it is called, it looks no sooner again.
const SOONEST: Duration = Duration::from_secs(1);
/// A worker that is frozen for good loses a transaction lock after this; any beat renews nothing, so it is generous.
const FROZEN_AFTER: Duration = Duration::from_secs(24 * 3600);

impl Runner {
    /// Runs cron tasks and side tasks until it is stopped, then ends in order: no new claims, side tasks, executions, goodbye.
    ///
    /// `ready` is set while it can claim. A database that is away is waited for; a runner that was found dead, or is asked to
    /// restart, starts over as a new instance. One that is asked to stop ends in the same order.
    pub async fn run(&self, stop: &CancellationToken, ready: &watch::Sender<bool>) {
        let mut first = true;
        while !stop.is_cancelled() {
            let (woken, wakes) = watch::channel(());
            let turning = self.signs.begin(Loop::Join, DATABASE_AWAY + JOIN_AGAIN);
            match Membership::join(self, RunnerKind::Worker, FROZEN_AFTER, woken).await {
                Ok(membership) => {
                    drop(turning);
                    ready.send_replace(true);
                    let drained = self.live(membership, wakes, stop, first).await;
                    ready.send_replace(false);
                    first = false;
                    match drained {
                        Some(Drain::Stop) => return,
                        Some(Drain::Restart) | None => {}
                    }
                }
                Err(error) => {
                    tracing::error!(error = %error.message(), "cannot join; trying again");
                    tokio::select! {
                        () = tokio::time::sleep(JOIN_AGAIN) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
    }

    /// One life: until it is stopped, drained or lost. Hands back what a drained one is to do next.
    async fn live(
        &self,
        membership: Membership,
        wakes: watch::Receiver<()>,
        stop: &CancellationToken,
        first: bool,
    ) -> Option<Drain> {
        let over = CancellationToken::new();
        let stop = stop.child_token();
        let mut shift = Shift::new(self, &membership, Scope::default(), false);
        let cron = async {
            let worked = shift.work(Until::Stopped, &mut wakes.clone(), &stop).await;
            over.cancel();
            worked
        };
        let side = async {
            if self.supports_side_tasks() {
                SideTasks::new(self, &membership, first).supervise(wakes.clone(), &stop, &over).await
            } else {
                JoinSet::new()
            }
        };
        let bury = over.run_until_cancelled(self.keep_burying(membership.id, wakes.clone()));
        let drain = over.run_until_cancelled(async {
            membership.drained().cancelled().await;
            tracing::info!(runner.id = %membership.id, "asked to end; claiming no more");
            stop.cancel();
        });
        let (worked, side_left, _, _) = tokio::join!(cron, side, bury, drain);
        if let Err(error) = worked {
            tracing::error!(error = %error.message(), "the shift ended early");
        }
        let left = shift.take_left();
        drop(shift);
        let drained = membership.drain();
        self.leave(membership, left, side_left).await;
        drained
    }

    /// Says goodbye, unless executions go on that block their threads. Their instance lives for as long as they do: it beats
    /// and keeps its lock, so nobody takes them over, and ends with them or with this process.
    pub(super) async fn leave(&self, membership: Membership, left: Left, side_left: JoinSet<Parted>) {
        if left.is_over() && side_left.is_empty() {
            return membership.leave().await;
        }
        let runner = self.clone();
        self.at_work.spawn(async move {
            Shift::new(&runner, &membership, Scope::default(), false).see_out(left).await;
            // Each lets go by itself.
            side_left.join_all().await;
            membership.leave().await;
        });
    }

    /// Buries the dead at the moment they can be known to be, which is two of their heartbeats after the last.
    ///
    /// Whoever becomes busy says so, for from then on it may be missed sooner.
    async fn keep_burying(&self, id: RunnerId, mut woken: watch::Receiver<()>) {
        loop {
            match self.bury_all(id).await {
                Ok((now, next_check_at)) => {
                    let overdue = async {
                        match next_check_at {
                            Some(at) => self.repository.clock().wait(at.max(now) + MOMENT, now).await,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        () = overdue => {}
                        () = tokio::time::sleep(LOOK_FOR_DEAD) => {}
                        () = async {
                            tokio::time::sleep(SOONEST).await;
                            if woken.changed().await.is_err() {
                                std::future::pending().await
                            }
                        } => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %error.message(), "could not look for dead runners");
                    tokio::time::sleep(JOIN_AGAIN).await;
                }
            }
        }
    }

    /// Buries until nothing is left behind. Hands back when this was, and when the next could be found dead.
    pub(super) async fn bury_all(
        &self,
        id: RunnerId,
    ) -> Result<(DateTime<Utc>, Option<DateTime<Utc>>), RepositoryError> {
        loop {
            let burial = self.repository.bury_dead_runners(id).await?;
            if burial.buried > 0 {
                tracing::warn!(runners = burial.buried, "found dead runners");
            }
            for orphan in &burial.orphans {
                tracing::warn!(
                    task.name = orphan.task_name,
                    task.kind = %orphan.task_type,
                    runner.id = %orphan.runner,
                    retried = orphan.retried,
                    "a dead runner left this"
                );
            }
            if burial.orphans.is_empty() {
                return Ok((burial.now, burial.next_check_at));
            }
        }
    }
}

/// A heartbeat exactly two intervals old is not yet too old.
const MOMENT: chrono::TimeDelta = chrono::TimeDelta::milliseconds(5);
