//! How the database itself fares.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Json;

use super::{Repository, RepositoryError, statement};

/// How the database fares at one instant, as far as our role may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatabaseFacts {
    /// Connections to all databases of the server.
    pub connections_used: i64,
    /// Connections the server gives to ordinary roles.
    pub connections_max: i64,
    /// Sessions that wait for a lock of another.
    pub lock_waits: i64,
    /// How long the longest of them has waited, in milliseconds.
    pub longest_lock_wait_ms: Option<i64>,
    /// The transaction that has been open longest.
    pub oldest_transaction: Option<OpenTransaction>,
    /// The transaction that has been open and idle longest; its age counts from when it fell idle.
    pub oldest_idle_in_transaction: Option<OpenTransaction>,
    /// Size of the database, in bytes.
    pub size_bytes: i64,
    /// Its ten biggest tables, biggest first.
    pub biggest_tables: Vec<TableFacts>,
}

/// An open transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenTransaction {
    /// Its server process, for `pg_terminate_backend`.
    pub pid: i32,
    /// What its client calls itself.
    pub application_name: Option<String>,
    /// How old it is, in milliseconds.
    pub age_ms: i64,
}

/// A table, by the numbers of the last vacuum or analyze.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableFacts {
    /// Its name, with its schema.
    pub name: String,
    /// Its size with indexes, in bytes.
    pub size_bytes: i64,
    /// Its rows.
    pub live_rows: i64,
    /// Rows that were deleted or overwritten and still take room.
    pub dead_rows: i64,
}

impl Repository {
    /// How the database fares. Waits for no lock.
    pub async fn database_facts(&self) -> Result<DatabaseFacts, RepositoryError> {
        statement!(HEALTH = "database_health.sql", [TIMESTAMPTZ]);
        Ok(self.one(&HEALTH, &[&self.clock.now_for_sql()]).await?.get::<_, Json<DatabaseFacts>>(0).0)
    }
}
