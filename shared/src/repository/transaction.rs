//! A transaction that outlives a borrow.

use super::lent::Lent;
use super::{Repository, RepositoryError, statement};
use crate::model::{ExecutionId, RunnerId};

/// An open transaction on a connection of its own. Dropped without [`Transaction::commit`], it is rolled back: the
/// connection is not given back to the pool but closed.
#[derive(Debug)]
pub(crate) struct Transaction {
    client: Lent,
}

impl Repository {
    pub(crate) async fn begin(&self) -> Result<Transaction, RepositoryError> {
        self.begin_with("begin").await
    }

    /// Begins with this command, and what is set for the transaction.
    pub(super) async fn begin_with(&self, command: &'static str) -> Result<Transaction, RepositoryError> {
        // Owned from here on: whoever stops waiting for it leaves no connection with a transaction in the pool.
        let transaction = Transaction { client: Lent::new(self.client().await?) };
        run(transaction.client(), command).await?;
        Ok(transaction)
    }
}

impl Transaction {
    pub(crate) fn client(&self) -> &tokio_postgres::Client {
        self.client.client()
    }

    /// Takes a share lock on the registry row of an execution; false if `runner` does not own it any more.
    pub(crate) async fn hold_execution(
        &mut self,
        execution: ExecutionId,
        runner: RunnerId,
    ) -> Result<bool, RepositoryError> {
        statement!(HOLD = "hold_execution.sql", [UUID, UUID]);
        Ok(!HOLD.query(self.client(), &[&execution.0, &runner.0]).await?.is_empty())
    }

    pub(crate) async fn commit(self) -> Result<(), RepositoryError> {
        // In a transaction that failed, a bare `commit` would roll back and report success; `select` reports the failure.
        run(self.client(), "select; commit").await?;
        self.client.give_back();
        Ok(())
    }
}

async fn run(client: &tokio_postgres::Client, command: &'static str) -> Result<(), RepositoryError> {
    client.batch_execute(command).await.map_err(|source| RepositoryError::Statement { statement: command, source })
}
