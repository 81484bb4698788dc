//! What a runner may own and does not run, for a claim had no answer or a stop overtook it: it is handed back, beside what runs.
//!
//! What is handed back is what does not run here, of claims up to the newest there was then. So this runner claims nothing while
//! that is under way.

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
    /// The statement under way, if any, with when it was sent.
    under_way: JoinSet<(Instant, Result<(), RepositoryError>)>,
    /// When the newest was; none: it is due.
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

    /// Whether nothing is to be claimed at this moment.
    pub(super) fn is_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Begins it, where that is due and not under way. `runs`: what runs here is not handed back.
    pub(super) fn begin(&mut self, runs: impl Fn(ExecutionId) -> bool) {
        let is_due = self.sent_at.is_none_or(|at| at.elapsed() >= AGAIN);
        if self.owned.is_empty() || self.is_under_way() || !is_due {
            return;
        }
        let (repository, runner, now) = (self.repository.clone(), self.runner, Instant::now());
        let ids: Vec<_> = self.owned.iter().map(|owned| owned.id).filter(|id| !runs(*id)).collect();
        self.sent_at = Some(now);
        if ids.is_empty() {
            self.forget(now);
        } else {
            self.under_way.spawn(async move { (now, repository.hand_back(runner, &ids).await) });
        }
    }

    /// Waits for what is under way, for ever where nothing is; tells whether it was handed back.
    pub(super) async fn done(&mut self) -> bool {
        match self.under_way.join_next().await {
            Some(Ok((sent_at, Ok(())))) => {
                self.forget(sent_at);
                return true;
            }
            Some(Ok((_, Err(error)))) => {
                tracing::warn!(error = %error.message(), "could not hand back what was not begun");
            }
            // A defect of ours. It is tried again.
            Some(Err(error)) => tracing::error!(%error, "handing back what was not begun vanished"),
            None => std::future::pending().await,
        }
        false
    }

    /// What was handed back then cannot come to be owned any more.
    fn forget(&mut self, then: Instant) {
        let lease = self.lease;
        self.owned.retain(|owned| {
            let is_over = if owned.is_sure { owned.since <= then } else { owned.since + lease <= then };
            !is_over
        });
    }

    /// Once more, before the instance ends, unless that is under way and succeeds; what cannot be handed back is left to be found.
    pub(super) async fn now(&mut self, runs: impl Fn(ExecutionId) -> bool) {
        if self.is_under_way() && self.done().await {
            return;
        }
        self.sent_at = None;
        self.begin(runs);
        if self.is_under_way() {
            self.done().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::repository::ConnectionSettings;

    const LEASE: Duration = Duration::from_secs(60);

    fn hand_back() -> HandBack {
        let nobody = "postgresql://nobody@127.0.0.1:1/none?sslmode=disable".to_owned().into();
        let settings = ConnectionSettings::new(&nobody, None, None, false, 1).unwrap();
        HandBack::new(Repository::new(settings, Clock::System).unwrap(), RunnerId(uuid::Uuid::nil()), LEASE)
    }

    fn id(n: u128) -> ExecutionId {
        ExecutionId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn what_may_still_be_taken_is_kept_in_mind_for_a_lease_and_what_was_taken_until_it_is_handed_back() {
        let mut hand_back = hand_back();
        let before = Instant::now();
        hand_back.unanswered([id(1)]);
        hand_back.overtaken([id(2)]);
        let after = Instant::now();
        hand_back.forget(before - Duration::from_millis(1));
        assert!(hand_back.is_owed(), "sent before it was taken");
        hand_back.forget(after);
        assert!(!hand_back.is_owed() && !hand_back.is_empty());
        hand_back.forget(before + LEASE - Duration::from_millis(1));
        assert!(!hand_back.is_empty());
        hand_back.forget(after + LEASE);
        assert!(hand_back.is_empty());
    }

    #[tokio::test]
    async fn what_fails_is_owed_on_and_tried_again_a_second_later_and_what_runs_is_not_handed_back() {
        let mut hand_back = hand_back();
        hand_back.begin(|_| false);
        assert!(!hand_back.is_under_way(), "there is nothing");
        hand_back.overtaken([id(1)]);
        hand_back.begin(|_| false);
        assert!(hand_back.is_under_way());
        assert!(!hand_back.done().await, "nobody is there");
        assert!(hand_back.is_owed());
        hand_back.begin(|_| false);
        assert!(!hand_back.is_under_way(), "it is not due");
        hand_back.now(|_| false).await;
        assert!(hand_back.is_owed());
        hand_back.sent_at = None;
        hand_back.begin(|_| true);
        assert!(hand_back.is_empty() && !hand_back.is_under_way(), "it runs here, and that has an end of its own");
    }
}
