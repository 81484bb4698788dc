//! What a cron task has to work with while it runs.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Defaults, TaskError, TaskResult};
use crate::locale::{msg, reading};
use crate::model::{ExecutionId, RunnerId};
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
    pub(crate) runner: RunnerId,
    pub(crate) checkpoint: Option<Value>,
    pub(crate) live: Arc<Live>,
}

/// What a running execution tells its runner.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// How far it came, as it is stored without its instant; and whether that is news.
    progress: Mutex<(Option<Value>, bool)>,
    /// Whether this attempt has kept a checkpoint.
    checkpointed: AtomicBool,
    /// Where checkpoints are kept of an attempt that no runner owns; otherwise the database keeps them.
    memory: Option<Mutex<Option<Value>>>,
}

impl Live {
    /// Of an attempt that no runner owns and the database knows nothing of.
    pub(crate) fn in_memory() -> Self {
        Self { memory: Some(Mutex::default()), ..Self::default() }
    }

    /// The newest checkpoint of an attempt that no runner owns.
    pub(crate) fn checkpoint(&self) -> Option<Value> {
        self.memory.as_ref().and_then(|memory| memory.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// How far it came.
    pub(crate) fn progress(&self) -> Option<Value> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// How far it came, if that was not taken before.
    pub(crate) fn take_news(&self) -> Option<Value> {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut progress.1) { progress.0.clone() } else { None }
    }

    /// What was taken was not told after all.
    pub(crate) fn tell_again(&self) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
    }

    /// Whether this attempt has kept a checkpoint.
    pub(crate) fn has_checkpointed(&self) -> bool {
        self.checkpointed.load(Ordering::Relaxed)
    }
}

/// No checkpoint is larger than this, in bytes of JSON.
const LARGEST_CHECKPOINT: usize = 1024 * 1024;
/// What a task says of its progress is cut to so many characters.
const LONGEST_MESSAGE: usize = 500;

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

    /// Says how far it came: `done` of `total`, in units of its own choice. Shown while it runs and kept with the execution;
    /// as cheap as it looks, for it travels with the runner's next heartbeat.
    pub fn progress(&self, done: u64, total: impl Into<Option<u64>>, message: &str) {
        let message: String = message.replace('\0', "\u{fffd}").chars().take(LONGEST_MESSAGE).collect();
        let message = (!message.is_empty()).then_some(message);
        let progress = json!({ "done": done, "total": total.into(), "message": message });
        *self.run.live.progress.lock().unwrap_or_else(PoisonError::into_inner) = (Some(progress), true);
    }

    /// Keeps where it stands. The next attempt gets it, wherever it runs: after a failure, a crash, or in the next pulse where
    /// the budget of this one is spent. An attempt that kept one and is interrupted by its host never counts as used up.
    ///
    /// Fails with `SYSTEM` / `ownership_lost` if another runner owns the execution by now, and refuses more than 1 MiB.
    pub async fn checkpoint(&self, value: &impl Serialize) -> TaskResult<()> {
        let value = serde_json::to_value(value).map_err(|error| {
            TaskError::execution("checkpoint_not_json", msg::error_checkpoint_not_json(reading(&error.to_string())))
                .never_retried()
        })?;
        let bytes = value.to_string().len();
        if bytes > LARGEST_CHECKPOINT {
            let message = msg::error_checkpoint_too_large(bytes, LARGEST_CHECKPOINT);
            return Err(TaskError::execution("checkpoint_too_large", message).never_retried());
        }
        if let Some(memory) = &self.run.live.memory {
            *memory.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        } else if !self.run.repository.save_checkpoint(self.run.runner, self.run.execution_id, &value).await? {
            return Err(ownership_lost());
        }
        self.run.live.checkpointed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Where the newest attempt of this slot that kept a checkpoint stood; `None` if none did.
    ///
    /// Fails, never to be retried, if it is not what `T` reads: written by another version of the task, perhaps.
    pub fn last_checkpoint<T: DeserializeOwned>(&self) -> TaskResult<Option<T>> {
        let read = |value: &Value| {
            T::deserialize(value).map_err(|error| {
                TaskError::execution(
                    "checkpoint_unreadable",
                    msg::error_checkpoint_unreadable(reading(&error.to_string())),
                )
                .never_retried()
            })
        };
        self.run.checkpoint.as_ref().map(read).transpose()
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
        if transaction.hold_execution(self.run.execution_id, self.run.runner).await? {
            Ok(FencedTransaction(transaction))
        } else {
            Err(ownership_lost())
        }
    }
}

fn ownership_lost() -> TaskError {
    TaskError::system("ownership_lost", msg::error_ownership_lost()).never_retried()
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
