//! Letting go of history. Each verb deletes one batch, so that no statement holds many rows for long.

use std::time::Duration;

use super::{Repository, RepositoryError, Statement, statement};

impl Repository {
    /// Deletes finished executions that were decided longer than `kept` ago, except what decides about a task's future.
    pub async fn prune_executions(&self, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        statement!(PRUNE = "prune_executions.sql", [TIMESTAMPTZ, INT8, INT8]);
        self.prune(&PRUNE, kept, batch).await
    }

    /// Deletes the records of pulses that began longer than `kept` ago.
    pub async fn prune_pulses(&self, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        statement!(PRUNE = "prune_pulses.sql", [TIMESTAMPTZ, INT8, INT8]);
        self.prune(&PRUNE, kept, batch).await
    }

    /// Deletes runners that ended longer than `kept` ago.
    pub async fn prune_runners(&self, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        statement!(PRUNE = "prune_runners.sql", [TIMESTAMPTZ, INT8, INT8]);
        self.prune(&PRUNE, kept, batch).await
    }

    /// Deletes events that happened longer than `kept` ago.
    pub async fn prune_events(&self, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        statement!(PRUNE = "prune_events.sql", [TIMESTAMPTZ, INT8, INT8]);
        self.prune(&PRUNE, kept, batch).await
    }

    /// Deletes the keys of requests that came longer than `kept` ago.
    pub async fn prune_idempotency_keys(&self, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        statement!(PRUNE = "prune_idempotency_keys.sql", [TIMESTAMPTZ, INT8, INT8]);
        self.prune(&PRUNE, kept, batch).await
    }

    /// Deletes what was counted of hours that began longer than `kept` ago.
    pub async fn prune_hours(&self, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        statement!(PRUNE = "prune_hours.sql", [TIMESTAMPTZ, INT8, INT8]);
        self.prune(&PRUNE, kept, batch).await
    }

    async fn prune(&self, statement: &Statement, kept: Duration, batch: u32) -> Result<usize, RepositoryError> {
        let kept = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
        Ok(self.all(statement, &[&self.clock.now_for_sql(), &kept, &i64::from(batch)]).await?.len())
    }
}
