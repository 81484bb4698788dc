//! What a cron task has to work with while it runs.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::{Defaults, TaskError, TaskResult};
use crate::model::ExecutionId;
use crate::repository::{Repository, Transaction};

/// What a cron task has to work with while it runs.
#[derive(Clone, Debug)]
pub struct TaskContext<C> {
    /// Its settings.
    pub config: Arc<C>,
    run: Arc<RunFacts>,
}

/// The facts of one attempt, the same for every type of settings.
#[derive(Debug)]
pub(crate) struct RunFacts {
    pub(crate) task_name: String,
    pub(crate) execution_id: ExecutionId,
    pub(crate) scheduled_for: DateTime<Utc>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) attempt: i32,
    pub(crate) max_attempts: i32,
    pub(crate) missed_slots: i32,
    pub(crate) fencing_token: i64,
    pub(crate) defaults: Defaults,
    pub(crate) cancelled: CancellationToken,
    pub(crate) repository: Repository,
}

impl<C> TaskContext<C> {
    pub(crate) fn new(config: C, run: Arc<RunFacts>) -> Self {
        Self { config: Arc::new(config), run }
    }

    pub(crate) fn with_config<D>(self, config: D) -> TaskContext<D> {
        TaskContext { config: Arc::new(config), run: self.run }
    }

    /// The task's name.
    #[must_use]
    pub fn task_name(&self) -> &str {
        &self.run.task_name
    }

    /// This attempt.
    #[must_use]
    pub fn execution_id(&self) -> ExecutionId {
        self.run.execution_id
    }

    /// The slot it runs for; for a manual run, the moment it was asked for.
    #[must_use]
    pub fn scheduled_for(&self) -> DateTime<Utc> {
        self.run.scheduled_for
    }

    /// When this attempt started, by the database's clock.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.run.started_at
    }

    /// First attempt 1, first retry 2, …
    #[must_use]
    pub fn attempt(&self) -> i32 {
        self.run.attempt
    }

    /// Whether no other attempt follows if this one fails.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.run.attempt >= self.run.max_attempts
    }

    /// How many earlier slots this run stands for besides its own.
    #[must_use]
    pub fn missed_slots(&self) -> i32 {
        self.run.missed_slots
    }

    /// Grows with every execution of this task. Hand it to the other side of an effect outside the database, so that it can
    /// refuse a smaller one than it has seen: a process frozen past its lease may wake and go on for an instant.
    #[must_use]
    pub fn fencing_token(&self) -> i64 {
        self.run.fencing_token
    }

    /// What the operator wants where a task's settings leave it open.
    #[must_use]
    pub fn defaults(&self) -> Defaults {
        self.run.defaults
    }

    /// Cancelled when the attempt is to end: its timeout, a shutdown, an operator, or lost ownership.
    #[must_use]
    pub fn cancelled(&self) -> &CancellationToken {
        &self.run.cancelled
    }

    /// The database, by its verbs.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.run.repository
    }

    /// Opens a transaction that commits only while this execution is still owned by this process.
    ///
    /// It first takes a share lock on the execution's registry row, so that nobody can presume the owner dead before it
    /// ends. Fails with `SYSTEM` / `ownership_lost` if somebody already has.
    pub async fn transaction(&self) -> TaskResult<FencedTransaction> {
        let mut transaction = self.run.repository.begin().await?;
        if transaction.hold_execution(self.run.execution_id).await? {
            Ok(FencedTransaction(transaction))
        } else {
            Err(TaskError::system("ownership_lost", "this execution was handed to another runner").never_retried())
        }
    }
}

/// A transaction that commits only while its execution is owned. Rolled back when dropped.
#[derive(Debug)]
#[must_use]
pub struct FencedTransaction(Transaction);

impl FencedTransaction {
    /// Makes the effects permanent.
    pub async fn commit(self) -> TaskResult<()> {
        Ok(self.0.commit().await?)
    }
}

impl Deref for FencedTransaction {
    type Target = tokio_postgres::Client;

    fn deref(&self) -> &Self::Target {
        self.0.client()
    }
}
