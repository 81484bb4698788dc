//! Requests that come with a key act once, however often they are repeated.
//!
//! The key is taken in the transaction in which the request acts. So there is no moment in which one is there without the
//! other, a crash leaves neither, and a repeat that comes meanwhile waits.

use std::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{Repository, RepositoryError, STATEMENT_TIMEOUT, Statement, Transaction, statement};
use crate::model::ExecutionId;

/// How long a key is kept: a repeat that comes later acts anew.
pub const IDEMPOTENCY_KEYS_KEPT: Duration = Duration::from_secs(24 * 3600);

/// The key of a request, and which request that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestKey {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
}

/// What became of a request with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyed<T> {
    /// It was the first of its key.
    First(T),
    /// The first one led to this.
    Repeat(ExecutionId),
    /// The key belongs to another request.
    Taken,
}

/// Whose a key is.
#[derive(Debug)]
pub(super) enum KeyClaim {
    /// The caller's, if it commits this transaction; what it makes is to have this id.
    Mine(Box<Transaction>, ExecutionId),
    /// That of a request like it, which led to this.
    Repeat(ExecutionId),
    /// That of another request.
    Taken,
}

impl Repository {
    /// Takes a key for a request that is about to act. Who does not act after all drops the transaction, and the key is free.
    pub(super) async fn claim_key(&self, request: &RequestKey) -> Result<KeyClaim, RepositoryError> {
        statement!(CLAIM = "claim_idempotency_key.sql", [TIMESTAMPTZ, TEXT, TEXT, UUID, INT8]);
        statement!(READ = "read_idempotency_key.sql", [TEXT]);
        let kept = i64::try_from(IDEMPOTENCY_KEYS_KEPT.as_millis()).unwrap_or(i64::MAX);
        loop {
            let id = ExecutionId(Uuid::now_v7());
            let transaction = self.begin().await?;
            let parameters: &[&(dyn ToSql + Sync)] =
                &[&self.clock.now_for_sql(), &request.key, &request.fingerprint, &id.0, &kept];
            if self.maybe_within(Some(&transaction), &CLAIM, parameters).await?.is_some() {
                return Ok(KeyClaim::Mine(Box::new(transaction), id));
            }
            transaction.commit().await?;
            // One that was deleted this very moment is free.
            let Some(row) = self.maybe(&READ, &[&request.key]).await? else { continue };
            let is_same = row.get::<_, &str>("fingerprint") == request.fingerprint;
            return Ok(if is_same { KeyClaim::Repeat(ExecutionId(row.get("execution_id"))) } else { KeyClaim::Taken });
        }
    }

    /// The first row, asked for within a transaction or by itself.
    pub(super) async fn maybe_within(
        &self,
        transaction: Option<&Transaction>,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, RepositoryError> {
        let Some(transaction) = transaction else {
            return self.maybe(statement, parameters).await;
        };
        // With the transaction its connection is closed, so nobody gets one that still waits for an answer.
        match tokio::time::timeout(STATEMENT_TIMEOUT, statement.query(transaction.client(), parameters)).await {
            Ok(rows) => Ok(rows?.into_iter().next()),
            Err(_) => Err(RepositoryError::TimedOut { statement: statement.name }),
        }
    }
}
