//! A transaction that outlives a borrow.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::lent::Lent;
use super::{Repository, RepositoryError, Statement, statement};
use crate::model::{ExecutionId, RunnerId};

/// Begins one between two statements of a shift. Whoever is frozen between them keeps from others what the first one locked for
/// two seconds: less than the shortest lease, so that it is found dead as soon as ever. The second one has to see what was
/// committed since the first, whatever the database's default is.
macro_rules! begin {
    ($($setting:literal),*) => {
        concat!(
            "begin isolation level read committed; set local idle_in_transaction_session_timeout = '2s'",
            $("; set local ", $setting),*
        )
    };
}
const BEGIN: &str = begin!();
/// The same where plans are kept. For a look at few the server would take a plan for any number for dearer and make one each
/// time, which takes longer than the look; and a plan that is made while a table is small must not read the whole of it when it
/// has grown. What cannot be avoided seems so dear then that the server would compile it.
const BEGIN_WITH_PLANS: &str = begin!("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "jit = off");
const COMMIT: &str = "commit";
const ROLLBACK: &str = "rollback";

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

    /// Begins with a statement of a busy shift, in one round trip.
    pub(super) async fn begin_of_shift(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<(Transaction, Vec<Row>), RepositoryError> {
        let keeps_plan = self.plans.keep_next(&self.pool);
        let transaction = Transaction { client: Lent::new(self.client().await?) };
        let client = transaction.client.client();
        let rows = self.in_time(statement.name, async {
            if keeps_plan {
                let (begun, kept) =
                    tokio::join!(run(client, BEGIN_WITH_PLANS), self.plans.query(client, statement, parameters));
                begun?;
                match kept {
                    Some(rows) => return rows,
                    None => run(client, ROLLBACK).await?,
                }
            }
            let (begun, rows) = tokio::join!(run(client, BEGIN), statement.query(client, parameters));
            begun.and(rows)
        });
        match rows.await? {
            Ok(rows) => Ok((transaction, rows)),
            Err(error) => {
                self.let_go(transaction).await;
                Err(error)
            }
        }
    }

    /// Commits with a statement of a busy shift, in one round trip. The statement has to be right outside of the transaction,
    /// too: there it is carried out where the server no longer knows its plan.
    pub(super) async fn commit_of_shift(
        &self,
        transaction: Transaction,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RepositoryError> {
        let client = transaction.client.client();
        let keeps_plan = self.plans.keep_next(&self.pool);
        let answer = self.in_time(statement.name, async {
            if keeps_plan {
                // Prepared before anything else is sent, or the transaction would end without it.
                if let Some(prepared) = self.plans.prepare(client, statement).await {
                    let prepared = prepared?;
                    let kept = self.plans.send(client, statement, &prepared, parameters);
                    let (kept, committed) = tokio::join!(kept, run(client, COMMIT));
                    committed?;
                    if let Some(rows) = kept {
                        return Ok(rows);
                    }
                } else {
                    run(client, ROLLBACK).await?;
                }
                return Ok(statement.query(client, parameters).await);
            }
            let (rows, committed) = tokio::join!(statement.query(client, parameters), run(client, COMMIT));
            committed.map(|()| rows)
        });
        // Where it failed, what was to commit has rolled back.
        let rows = answer.await??;
        transaction.client.give_back();
        rows
    }

    /// Ends one that has changed nothing. Where that fails, its connection is closed.
    pub(crate) async fn let_go(&self, transaction: Transaction) {
        if let Ok(Ok(())) = self.in_time(ROLLBACK, run(transaction.client(), ROLLBACK)).await {
            transaction.client.give_back();
        }
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
