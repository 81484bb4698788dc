//! What a runner may own and does not run, for a claim had no answer or a stop overtook it: it is handed back, beside everything else.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::model::{ExecutionId, RunnerId};
use crate::repository::{Repository, RepositoryError};

/// How soon it is tried again, and what an unanswered claim may have taken is looked for again.
pub(super) const AGAIN: Duration = Duration::from_secs(1);

/// Hands back what nobody here runs and nobody else would look at while this runner lives.
#[derive(Debug)]
pub(super) struct HandBack {
    repository: Repository,
    runner: RunnerId,
    lease: Duration,
    owned: Vec<Owned>,
    /// The statement under way, if any, and when it was sent.
    under_way: JoinSet<Result<(), RepositoryError>>,
    sent_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Owned {
    id: ExecutionId,
    since: Instant,
    /// Whether it is known to be owned. What is not may come to be at any later moment, so it is kept in mind for a lease.
    is_sure: bool,
}

impl HandBack {
    pub(super) fn new(repository: Repository, runner: RunnerId, lease: Duration) -> Self {
        Self { repository, runner, lease, owned: Vec::new(), under_way: JoinSet::new(), sent_at: None }
    }

    /// A claim that has no answer may take these, also where another claim of the same execution was answered.
    pub(super) fn unanswered(&mut self, ids: impl IntoIterator<Item = ExecutionId>) {
        self.add(ids, false);
    }

    /// A claim took these, and a stop came meanwhile.
    pub(super) fn overtaken(&mut self, ids: impl IntoIterator<Item = ExecutionId>) {
        self.add(ids, true);
        self.sent_at = None;
    }

    fn add(&mut self, ids: impl IntoIterator<Item = ExecutionId>, is_sure: bool) {
        let since = Instant::now();
        self.owned.extend(ids.into_iter().map(|id| Owned { id, since, is_sure }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.owned.is_empty()
    }

    /// Whether something is known to be owned and not handed back.
    pub(super) fn is_owed(&self) -> bool {
        self.owned.iter().any(|owned| owned.is_sure)
    }

    /// Begins it, where that is due and not under way. `runs`: what runs here is not handed back.
    pub(super) fn begin(&mut self, runs: impl Fn(ExecutionId) -> bool) {
        let is_due = self.sent_at.is_none_or(|at| at.elapsed() >= AGAIN);
        if !self.under_way.is_empty() || !is_due {
            return;
        }
        let (repository, runner, lease) = (self.repository.clone(), self.runner, self.lease);
        self.owned.retain(|owned| owned.since.elapsed() < lease);
        let ids: Vec<_> = self.owned.iter().map(|owned| owned.id).filter(|id| !runs(*id)).collect();
        if !ids.is_empty() {
            self.sent_at = Some(Instant::now());
            self.under_way.spawn(async move { repository.hand_back(runner, &ids).await });
        }
    }

    /// Waits for what is under way; for ever where nothing is.
    pub(super) async fn done(&mut self) {
        let sent_at = self.sent_at;
        match self.under_way.join_next().await {
            Some(Ok(Ok(()))) => self.owned.retain(|owned| !owned.is_sure || Some(owned.since) > sent_at),
            Some(Ok(Err(error))) => tracing::warn!(error = %error.message(), "could not hand back what was not begun"),
            // A defect of ours. It is tried again.
            Some(Err(error)) => tracing::error!(%error, "handing back what was not begun vanished"),
            None => std::future::pending().await,
        }
    }

    /// Once more, before the instance ends; what cannot be handed back is left to be found.
    pub(super) async fn now(&mut self, runs: impl Fn(ExecutionId) -> bool) {
        if !self.under_way.is_empty() {
            self.done().await;
        }
        self.sent_at = None;
        self.begin(runs);
        if !self.under_way.is_empty() {
            self.done().await;
        }
    }
}
