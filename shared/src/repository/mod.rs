//! The only place with SQL. Outside, one verb a question, and no SQL in sight.
//!
//! Every statement is a file under `sql/`, declared with its parameter types by [`statement!`] and sent by
//! [`Statement`] unnamed, in one round trip: named prepared statements break behind transaction poolers. The three of a busy
//! shift are prepared by name where no pooler is, see [`plans`]. A test prepares each on a migrated database. The present
//! instant is always a parameter, see [`crate::clock`].

mod change;
mod claim;
mod connection;
mod cron;
mod cursor;
mod doctor;
mod ending;
mod error;
mod events;
mod explain;
mod health;
mod idempotency;
mod lent;
mod metrics;
pub mod migrate;
mod plans;
mod presence;
mod prune;
mod pulse;
mod queue;
mod row;
mod runner;
mod side;
mod stats;
mod sync;
mod transaction;
mod upcoming;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::Pool;
use serde::de::DeserializeOwned;
use tokio_postgres::types::{Json, ToSql, Type};
use tokio_postgres::{Client, Row};

use crate::clock::Clock;

pub(crate) use change::{Cancelled, Hold, Retried};
pub(crate) use claim::{Claimed, Claimer, Decided, Decision, PassedSlot, Undo, Verdict};
pub use connection::{ConnectionSettings, Encryption, InvalidUrl, LockMode, Pooler};
pub use cron::{HistoryFilter, HistoryPage, TaskFilter};
pub(crate) use cursor::List;
pub(crate) use doctor::{BoundFacts, NeverRanFacts, ServerFacts, SessionFacts, TableHealth, WorkFacts};
pub(crate) use ending::{Ending, NextAttempt};
pub use error::RepositoryError;
pub use events::EVENTS_KEPT;
pub(crate) use events::EventPage;
pub(crate) use explain::{AttemptFacts, OtherFacts, ParentFacts, SlotFacts, SuccessorFacts, TaskFacts};
pub use health::{DatabaseFacts, OpenTransaction, TableFacts};
pub use idempotency::IDEMPOTENCY_KEYS_KEPT;
pub(crate) use idempotency::{Keyed, RequestKey};
use lent::Lent;
pub(crate) use metrics::{Connections, Metrics};
use plans::Plans;
pub(crate) use presence::{Calls, LockState, Presence};
pub(crate) use pulse::PulseRecord;
pub use pulse::{PulseFilter, PulsePage};
pub(crate) use queue::{Candidate, Candidates, HeldBack, QueuedCandidate, Scope, SlotCandidate};
pub use queue::{Enqueued, RunRequest};
pub(crate) use runner::{Drain, NewRunner, Orders};
pub use runner::{RunnerFilter, RunnerPage};
pub(crate) use side::{SideEnding, SideNews, SideOrder, TakenSideTask};
pub(crate) use stats::HOURS_KEPT;
pub use stats::{Errors, FailingTask, Overview, Performance, Period, SlowTask, TaskStats, TrendStep};
pub(crate) use sync::{
    ChangedCron, ChangedOverrides, ChangedSide, CronDefinitionRow, SideDefinitionRow, StoredDefinition,
};
pub(crate) use transaction::Transaction;

/// No statement of ours takes this long. One that does must not hold everything up.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// The database, by its verbs. Cheap to clone; connects when first used.
#[derive(Clone, Debug)]
pub struct Repository {
    pool: Pool,
    /// What tasks use: however long they keep it, the runner's own statements have theirs.
    task_pool: Pool,
    settings: Arc<ConnectionSettings>,
    clock: Clock,
    sent: Arc<AtomicU64>,
    plans: Arc<Plans>,
}

impl Repository {
    /// A repository over a pool that connects lazily.
    pub fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, RepositoryError> {
        let (pool, task_pool) = (settings.pool()?, settings.pool()?);
        Ok(Self { pool, task_pool, settings: Arc::new(settings), clock, sent: Arc::default(), plans: Arc::default() })
    }

    /// The clock its statements go by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The same over the connections tasks use.
    pub(crate) fn for_tasks(&self) -> Self {
        Self { pool: self.task_pool.clone(), ..self.clone() }
    }

    /// How many statements were sent so far, each a round trip and, where it changed something, a commit: what work costs,
    /// whatever the machine.
    #[must_use]
    pub fn statements_sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Where and how it connects.
    #[must_use]
    pub fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// The present instant by the clock in force: the database's, or the test's.
    pub async fn now(&self) -> Result<DateTime<Utc>, RepositoryError> {
        statement!(NOW = "now.sql", [TIMESTAMPTZ]);
        Ok(self.one(&NOW, &[&self.clock.now_for_sql()]).await?.get(0))
    }

    /// Checks that the database answers and takes changes.
    pub(crate) async fn require_writable(&self) -> Result<(), RepositoryError> {
        statement!(TAKES_CHANGES = "takes_changes.sql", []);
        if self.one(&TAKES_CHANGES, &[]).await?.get(0) { Ok(()) } else { Err(RepositoryError::ReadOnly) }
    }

    /// Checks that the tables are what this version needs.
    pub(crate) async fn require_current(&self) -> Result<(), RepositoryError> {
        let client = self.client().await?;
        let client: &Client = &client;
        Ok(migrate::require_current(client).await?)
    }

    /// A connection outside the pool, direct where a direct address is known: for migrations.
    pub(crate) async fn direct_client(&self) -> Result<Client, RepositoryError> {
        let (client, connection) = self.settings.connect().await?;
        // Ends when the client is dropped.
        tokio::spawn(connection);
        Ok(client)
    }

    /// Closes the pool; statements fail from here on.
    pub fn close(&self) {
        self.pool.close();
        self.task_pool.close();
    }

    /// Closes the connections nobody uses at the moment. What comes next makes new ones.
    pub(crate) fn close_idle(&self) {
        for pool in [&self.pool, &self.task_pool] {
            pool.retain(|_, _| false);
        }
    }

    async fn client(&self) -> Result<deadpool_postgres::Object, RepositoryError> {
        Ok(self.pool.get().await?)
    }

    /// From here on the statements of a busy shift keep their plans: nothing but the server answers the pool's address, as far
    /// as can be seen.
    pub(crate) fn keep_plans(&self) {
        if !self.settings.has_direct() && self.settings.pooler().is_none() {
            self.plans.allow();
        }
    }

    async fn all(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RepositoryError> {
        self.send(statement, parameters, false).await
    }

    /// The same for a statement that a busy shift sends again and again.
    async fn all_of_shift(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, RepositoryError> {
        self.send(statement, parameters, self.plans.keep_next(&self.pool)).await
    }

    async fn send(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
        keep_plan: bool,
    ) -> Result<Vec<Row>, RepositoryError> {
        let lent = Lent::new(self.client().await?);
        let rows = self.in_time(statement.name, async {
            let kept = if keep_plan { self.plans.query(lent.client(), statement, parameters).await } else { None };
            match kept {
                Some(rows) => rows,
                None => statement.query(lent.client(), parameters).await,
            }
        });
        // Where nobody waits for the answer any more, its connection is of no use to anybody else.
        let rows = rows.await?;
        lent.give_back();
        rows
    }

    /// Counts a statement that is sent, and does not wait for its answer for ever.
    async fn in_time<T>(&self, statement: &'static str, answer: impl Future<Output = T>) -> Result<T, RepositoryError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let timed_out = |_| RepositoryError::TimedOut { statement };
        tokio::time::timeout(STATEMENT_TIMEOUT, answer).await.map_err(timed_out)
    }

    async fn one(&self, statement: &Statement, parameters: &[&(dyn ToSql + Sync)]) -> Result<Row, RepositoryError> {
        self.maybe(statement, parameters).await?.ok_or(RepositoryError::NoRow { statement: statement.name })
    }

    async fn maybe(
        &self,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, RepositoryError> {
        Ok(self.all(statement, parameters).await?.into_iter().next())
    }
}

/// A row of one JSON document. One that this version cannot read is an error and no panic: a newer one may have written it.
fn document<T: DeserializeOwned>(row: &Row) -> Result<T, RepositoryError> {
    match row.try_get::<_, Json<T>>(0) {
        Ok(Json(document)) => Ok(document),
        Err(error) => {
            let value = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            Err(RepositoryError::UnknownValue { column: "document", value })
        }
    }
}

/// One SQL statement with the types of its parameters.
#[derive(Debug)]
pub struct Statement {
    /// Its file under `sql/`.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
    /// The types of `$1`, `$2`, …
    pub types: &'static [Type],
}

impl Statement {
    /// Sends it without preparing it by name, in one round trip.
    async fn query(&self, client: &Client, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, RepositoryError> {
        debug_assert_eq!(parameters.len(), self.types.len(), "{} takes another number of parameters", self.name);
        let typed: Vec<_> = parameters.iter().copied().zip(self.types.iter().cloned()).collect();
        client
            .query_typed(self.sql, &typed)
            .await
            .map_err(|source| RepositoryError::Statement { statement: self.name, source })
    }
}

/// Declares a [`Statement`] out of a file under `sql/`.
macro_rules! statement {
    ($name:ident = $file:literal, [$($type:ident),* $(,)?]) => {
        const $name: $crate::repository::Statement = $crate::repository::Statement {
            name: $file,
            sql: include_str!(concat!("sql/", $file)),
            types: &[$(tokio_postgres::types::Type::$type),*],
        };
    };
}
use statement;
