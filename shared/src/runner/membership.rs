//! One life of a runner instance: it joins, beats, and leaves; or is lost.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::execute::Control;
use super::outcome::Stop;
use super::signs::{DATABASE_AWAY, Loop, Turning};
use super::{Runner, RunnerSettings};
use crate::model::{ExecutionId, RunnerId, RunnerKind};
use crate::repository::{Calls, Drain, LockState, NewRunner, Orders, Presence, Repository, RepositoryError};

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
    /// Cancelled when somebody asks it to claim no more and end.
    drained: CancellationToken,
    drain: OnceLock<Drain>,
    pace: watch::Sender<Pace>,
    running: Mutex<HashMap<ExecutionId, Arc<Control>>>,
}

impl State {
    fn running<T>(&self, look: impl FnOnce(&mut HashMap<ExecutionId, Arc<Control>>) -> T) -> T {
        look(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What executions say of their progress that was not told before.
    fn news(&self) -> Vec<(ExecutionId, serde_json::Value)> {
        self.running(|running| {
            running.iter().filter_map(|(id, control)| Some((*id, control.live.take_news()?))).collect()
        })
    }

    /// These were not told after all.
    fn untold(&self, news: &[(ExecutionId, serde_json::Value)]) {
        self.running(|running| {
            for control in news.iter().filter_map(|(id, _)| running.get(id)) {
                control.live.tell_again();
            }
        });
    }

    fn obey(&self, orders: &Orders) {
        for (id, code) in &orders.cancelled {
            if let Some(control) = self.running(|running| running.get(id).cloned()) {
                control.order(Stop::ordered(code));
            }
        }
        if let Some(drain) = orders.drain {
            // It may have been asked for both; the first one counts.
            let _ = self.drain.set(drain);
            self.drained.cancel();
        }
    }
}

/// What the heart goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pace {
    running: usize,
    /// Claims so far that started something. Each leaves the promise of a fast beat behind, which an idle runner has to take
    /// back.
    claims: u64,
    /// When the newest of them was sent: it has beaten for the heart.
    claimed_at: Option<Instant>,
}

impl Membership {
    /// Takes the lock, then makes the instance known, then begins to beat.
    ///
    /// `woken` is notified when there may be something new to run. `frozen_after` bounds how long a process that no longer runs
    /// can hold a transaction lock.
    pub(super) async fn join(
        runner: &Runner,
        kind: RunnerKind,
        frozen_after: Duration,
        woken: watch::Sender<()>,
    ) -> Result<Self, RepositoryError> {
        let Runner { repository, settings, .. } = runner;
        let id = RunnerId::fresh();
        let (orders, heard) = watch::channel(());
        let presence = Presence::take(repository, id, frozen_after, Calls { work: woken, orders }).await?;
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
        let state = Arc::new(State {
            lost: CancellationToken::new(),
            drained: CancellationToken::new(),
            drain: OnceLock::new(),
            pace: watch::Sender::default(),
            running: Mutex::default(),
        });
        let leave = CancellationToken::new();
        let heart = AbortOnDropHandle::new(tokio::spawn({
            let mut heart = Heart {
                id,
                repository: repository.clone(),
                state: state.clone(),
                busy: settings.heartbeat_interval,
                idle,
                lease: settings.lease,
                lock: presence.watch(),
                orders: heard,
                turning: runner.signs.begin(Loop::Heart, DATABASE_AWAY),
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

    /// Cancelled when somebody asks it to claim no more and end.
    pub(super) fn drained(&self) -> &CancellationToken {
        &self.state.drained
    }

    /// What it does after it was drained; `None`: nobody asked.
    pub(super) fn drain(&self) -> Option<Drain> {
        self.state.drain.get().copied()
    }

    /// An execution begins here. While there are any, its heart beats faster, and carries what passes between them and others.
    pub(super) fn begin(&self, id: ExecutionId) -> Arc<Control> {
        let control = Arc::new(Control::default());
        self.state.running(|running| running.insert(id, control.clone()));
        control
    }

    /// Whether this execution runs here.
    pub(super) fn runs(&self, id: ExecutionId) -> bool {
        self.state.running(|running| running.contains_key(&id))
    }

    /// These have ended and are recorded.
    pub(super) fn end(&self, ids: impl IntoIterator<Item = ExecutionId>) {
        let running = self.state.running(|running| {
            for id in ids {
                running.remove(&id);
            }
            running.len()
        });
        self.state.pace.send_modify(|pace| pace.running = running);
    }

    /// A claim that was sent then and started something has beaten for it, and promised to beat fast from here on.
    pub(super) fn has_claimed(&self, sent: Instant) {
        let running = self.state.running(|running| running.len());
        self.state.pace.send_modify(|pace| *pace = Pace { running, claims: pace.claims + 1, claimed_at: Some(sent) });
    }

    /// A claim that got no answer may have started something, and promised to beat fast.
    pub(super) fn may_have_claimed(&self) {
        self.state.pace.send_modify(|pace| pace.claims += 1);
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
    /// Whether the instance holds its lock.
    lock: watch::Receiver<LockState>,
    /// Notified when somebody asks a runner for something, perhaps this one.
    orders: watch::Receiver<()>,
    turning: Turning,
}

impl Heart {
    /// Beats until the instance is lost. Each beat brings back what is asked of it.
    async fn beat(&mut self) {
        // The lease counts from before a beat was sent: it may have been written right then.
        let mut last = LastBeat { at: Instant::now(), promised: self.idle };
        let mut retry_at = None;
        let mut changes = self.state.pace.subscribe();
        let mut pace = Pace::default();
        let mut beaten_claims = 0;
        loop {
            let interval = if pace.running > 0 { self.busy } else { self.idle };
            self.turning.again_within(interval + self.lease + DATABASE_AWAY);
            // An idle runner that has promised a fast beat takes that back with it, and a little late: one that claims each
            // interval would claim at that very moment.
            let takes_back = pace.running == 0 && last.promised < self.idle;
            let beat_after = if takes_back { last.promised * 5 / 4 } else { interval };
            let beat_at = retry_at.unwrap_or(last.at + beat_after);
            let deadline = last.deadline(self.lease, *self.lock.borrow_and_update());
            tokio::select! {
                () = tokio::time::sleep_until(beat_at.min(deadline)) => {}
                Ok(()) = self.orders.changed() => {}
                // Without the lock, it is missed sooner; a beat may still arrive.
                Ok(()) = self.lock.changed() => {}
                Ok(()) = changes.changed() => {
                    pace = *changes.borrow_and_update();
                    last = last.and_claims(pace, beaten_claims, self.busy);
                    continue;
                }
            }
            let sent = Instant::now();
            let news = self.state.news();
            let beat = self.repository.heartbeat(self.id, interval, pace.running, &news);
            let beaten = tokio::select! {
                biased;
                beaten = beat => Some(beaten),
                () = self.is_missed(last, beaten_claims) => None,
            };
            match beaten {
                Some(Ok(Some(orders))) => {
                    (last, retry_at, beaten_claims) = (LastBeat { at: sent, promised: interval }, None, pace.claims);
                    self.state.obey(&orders);
                }
                Some(Ok(None)) => {
                    tracing::error!(runner.id = %self.id, "this runner was found dead; cancelling everything it runs");
                    return self.state.lost.cancel();
                }
                Some(Err(error)) if Instant::now() < last.deadline(self.lease, *self.lock.borrow()) => {
                    self.state.untold(&news);
                    tracing::warn!(runner.id = %self.id, error = %error.message(), "no heartbeat");
                    retry_at = Some(Instant::now() + self.busy.min(RETRY));
                }
                Some(Err(_)) | None => {
                    tracing::error!(
                        runner.id = %self.id,
                        lock.held = self.lock.borrow().held,
                        "others may find this runner dead; cancelling everything it runs"
                    );
                    return self.state.lost.cancel();
                }
            }
        }
    }

    /// Waits until the runner has to give up, whatever it claims meanwhile and whatever becomes of its lock.
    async fn is_missed(&self, last: LastBeat, beaten_claims: u64) {
        let (mut lock, mut changes) = (self.lock.clone(), self.state.pace.subscribe());
        loop {
            let last = last.and_claims(*changes.borrow_and_update(), beaten_claims, self.busy);
            let deadline = last.deadline(self.lease, *lock.borrow_and_update());
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return,
                Ok(()) = lock.changed() => {}
                Ok(()) = changes.changed() => {}
            }
        }
    }
}

/// The newest beat that arrived, and how soon it promised the next.
#[derive(Clone, Copy, Debug)]
struct LastBeat {
    /// Before it was sent.
    at: Instant,
    promised: Duration,
}

impl LastBeat {
    /// A claim beats for the heart, and promises fast beats; one without an answer may have promised them.
    fn and_claims(self, pace: Pace, beaten_claims: u64, busy: Duration) -> Self {
        let promised = if pace.claims == beaten_claims { self.promised } else { busy };
        Self { at: pace.claimed_at.map_or(self.at, |claimed_at| self.at.max(claimed_at)), promised }
    }

    /// When the runner gives up if no other arrives: before anyone may presume it dead, which without the lock is two beats
    /// after the last. A server that has said since then that it serves nobody has let nobody do so, and its next life will
    /// not take the free lock for a sign: a restart costs nothing that fits into the lease.
    fn deadline(self, lease: Duration, lock: LockState) -> Instant {
        let leased = self.at + lease - safety_margin(lease);
        let missed = self.at + 2 * self.promised - self.promised / 3;
        let is_sign = !lock.held && lock.closed_at.is_none_or(|closed_at| closed_at <= self.at);
        if is_sign { leased.min(missed) } else { leased }
    }
}

/// How soon a heartbeat that failed is tried again.
const RETRY: Duration = Duration::from_millis(250);

/// How long before the end of the lease a runner that cannot beat gives up: long enough for its tasks to be cancelled.
fn safety_margin(lease: Duration) -> Duration {
    (lease / 6).min(Duration::from_secs(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    /// How long after its last beat a runner gives up that promised the next in a second.
    fn patience(lock: LockState, at: Instant) -> Duration {
        LastBeat { at, promised: Duration::from_secs(1) }.deadline(LEASE, lock) - at
    }

    #[test]
    fn who_may_be_presumed_dead_soon_gives_up_sooner() {
        let at = Instant::now();
        let whole_lease = Duration::from_secs(55);
        assert_eq!(patience(LockState { held: true, closed_at: None }, at), whole_lease);
        let without = patience(LockState { held: false, closed_at: None }, at);
        assert!(without < Duration::from_secs(2), "{without:?}: before the second beat is missed");
        // The server said before the last beat that it serves nobody; it has served since.
        assert_eq!(patience(LockState { held: false, closed_at: Some(at) }, at), without);
        let closed_at = Some(at + Duration::from_millis(300));
        assert_eq!(patience(LockState { held: false, closed_at }, at), whole_lease, "nobody else is served either");
    }
}
