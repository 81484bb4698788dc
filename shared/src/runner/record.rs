//! Records how executions ended: those that wait in one statement, beside the shift, which claims meanwhile.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::outcome::not_stored;
use super::room::{MOMENT, is_recorded_now};
use super::shift::WHILE_AWAY;
use crate::locale::Message;
use crate::model::{ExecutionId, RunnerId};
use crate::repository::{Claimed, Ending, Repository};

/// So many make up a batch at the most: a statement has to end in time.
const MOST: usize = 1_000;

/// Records endings, one batch after the other: what ends meanwhile makes up the next one.
#[derive(Debug)]
pub(super) struct Recorder {
    records: Records,
    /// What waits to be recorded, and since when the first of it does.
    waiting: Vec<(Claimed, Ending)>,
    since: Instant,
    /// Whether this shift looks for what waited for the tasks that end. Where it does not, others have to.
    looks: bool,
    /// The batch that is being recorded, if any, and the names of its tasks.
    under_way: JoinSet<Recorded>,
    recording: Vec<String>,
}

/// A batch of endings, and what was recorded of it.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) endings: Vec<(Claimed, Ending)>,
    /// Which of them the runner owned. The result of any other is dropped.
    pub(super) owned: Vec<ExecutionId>,
    /// Whether others were called for what waited for their tasks.
    pub(super) called: bool,
}

impl Recorder {
    pub(super) fn new(repository: Repository, runner: RunnerId, lease: Duration, lost: CancellationToken) -> Self {
        let records = Records { repository, runner, lease, lost };
        Self {
            records,
            waiting: Vec::new(),
            since: Instant::now(),
            looks: false,
            under_way: JoinSet::new(),
            recording: Vec::new(),
        }
    }

    /// Whether the shift looks, from here on, for what waited for the tasks that end.
    pub(super) fn set_looks(&mut self, looks: bool) {
        self.looks = looks;
    }

    /// Takes an ending in; it is recorded with the next batch.
    pub(super) fn take(&mut self, claimed: Claimed, ending: Ending) {
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.waiting.push((claimed, ending));
    }

    /// Begins to record what waits, unless a batch is under way, or [`is_recorded_now`] says that it waits for more;
    /// [`Recorder::recorded`] begins it then.
    pub(super) fn begin(&mut self, running: usize) {
        if is_recorded_now(self.waiting.len(), running, self.since.elapsed()) {
            self.begin_now();
        }
    }

    fn begin_now(&mut self) {
        if self.under_way.is_empty() && !self.waiting.is_empty() {
            let records = self.records.clone();
            let endings: Vec<_> = self.waiting.drain(..self.waiting.len().min(MOST)).collect();
            self.recording = endings.iter().map(|(claimed, _)| claimed.task_name.clone()).collect();
            let called = !self.looks;
            self.under_way.spawn(async move {
                let all: Vec<_> = endings.iter().map(|(_, ending)| ending.clone()).collect();
                let owned = records.record(&all, called).await;
                Recorded { endings, owned, called }
            });
        }
    }

    /// The tasks of what has ended and is not known to be recorded.
    pub(super) fn tasks(&self) -> impl Iterator<Item = &str> {
        let recording = if self.under_way.is_empty() { &[][..] } else { &self.recording };
        self.waiting.iter().map(|(claimed, _)| claimed.task_name.as_str()).chain(recording.iter().map(String::as_str))
    }

    /// Whether nothing waits and nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.under_way.is_empty()
    }

    /// The batch under way, or the next one, once it is recorded. Waits for ever where there is nothing to record.
    pub(super) async fn recorded(&mut self) -> Recorded {
        if self.under_way.is_empty() && !self.waiting.is_empty() {
            tokio::time::sleep_until(self.since + MOMENT).await;
            self.begin_now();
        }
        match self.under_way.join_next().await {
            Some(Ok(recorded)) => recorded,
            // A defect of ours. The registry rows keep their tasks from running until this process ends.
            Some(Err(error)) => {
                tracing::error!(%error, "endings vanished");
                Recorded::default()
            }
            None => std::future::pending().await,
        }
    }

    /// The batch under way, if it is recorded already.
    pub(super) fn try_recorded(&mut self) -> Option<Recorded> {
        self.under_way.try_join_next()?.inspect_err(|error| tracing::error!(%error, "endings vanished")).ok()
    }
}

#[derive(Clone, Debug)]
struct Records {
    repository: Repository,
    runner: RunnerId,
    lease: Duration,
    lost: CancellationToken,
}

impl Records {
    /// While the database is away, they wait here, for a lease.
    fn record<'a>(&'a self, endings: &'a [Ending], calls: bool) -> BoxFuture<'a, Vec<ExecutionId>> {
        Box::pin(async move {
            let give_up_at = Instant::now() + self.lease;
            let mut backoff = WHILE_AWAY;
            loop {
                match self.repository.finish(self.runner, endings, calls).await {
                    Ok(owned) => return owned,
                    Err(error) if !error.refuses_value() && Instant::now() < give_up_at => {
                        tracing::warn!(error = %error.message(), waiting = endings.len(), "results wait for the database");
                        tokio::time::sleep(backoff.wait()).await;
                    }
                    Err(error) if !error.refuses_value() => {
                        tracing::error!(error = %error.message(), lost = endings.len(), "results could not be recorded");
                        // Whoever does not say how it ended must not stay its owner.
                        self.lost.cancel();
                        return Vec::new();
                    }
                    // One of them cannot be stored; the others shall not suffer for it.
                    Err(error) if endings.len() > 1 => {
                        tracing::error!(error = %error.message(), "results are recorded one by one");
                        let mut owned = Vec::new();
                        for ending in endings {
                            owned.extend(self.record(std::slice::from_ref(ending), calls).await);
                        }
                        return owned;
                    }
                    Err(error) => return self.record_refusal(endings, calls, &error.message()).await,
                }
            }
        })
    }

    /// Records that what they came to cannot be stored.
    async fn record_refusal(&self, endings: &[Ending], calls: bool, why: &Message) -> Vec<ExecutionId> {
        tracing::error!(error = %why, "a result cannot be stored");
        let failed: Vec<_> = endings.iter().map(|ending| not_stored(ending, why.clone())).collect();
        match self.repository.finish(self.runner, &failed, calls).await {
            Ok(owned) => owned,
            Err(error) => {
                tracing::error!(error = %error.message(), "nor can that be recorded");
                self.lost.cancel();
                Vec::new()
            }
        }
    }
}
