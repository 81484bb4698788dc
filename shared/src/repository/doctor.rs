//! What a doctor asks the database: how the server, our tables and the work fare.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_postgres::Client;

use super::connection::Connected;
use super::{Repository, RepositoryError, STATEMENT_TIMEOUT, document, statement};
use crate::clock::machine_now;
use crate::locale::{Sentence, lenient};
use crate::model::RunsOn;

/// How often the clocks are compared; the quickest answer tells most.
const LOOKS_AT_CLOCK: u32 = 5;

/// What the server says of itself.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ServerFacts {
    /// As it is called: `15.8 (Debian 15.8-0+deb12u1)`.
    pub(crate) version: String,
    /// As it is compared: `150008`.
    pub(crate) version_number: i32,
    pub(crate) is_read_only: bool,
    /// Whether it runs on the machine that asks.
    pub(crate) is_local: bool,
    /// The version of the protocol that encrypts the connection.
    pub(crate) tls: Option<String>,
    /// The folder of its data, where our role may know it.
    pub(crate) data_directory: Option<String>,
    pub(crate) has_autovacuum: bool,
    pub(crate) connections_used: i64,
    /// Connections the server gives to ordinary roles.
    pub(crate) connections_max: i64,
    pub(crate) size_bytes: i64,
}

/// What lies behind an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionFacts {
    /// Whether two statements of one connection may be answered by two backends.
    pub(crate) is_shared: bool,
    /// Names the database and the server it runs on.
    pub(crate) database: String,
}

/// A table of ours, by the counters of the server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct TableHealth {
    pub(crate) name: String,
    pub(crate) live_rows: i64,
    pub(crate) dead_rows: i64,
    /// Rows changed since its statistics were made.
    pub(crate) changed_rows: i64,
}

/// How the work fares.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct WorkFacts {
    /// Those that have not ended.
    pub(crate) runners: Vec<RunnerSight>,
    /// Whether any task was ever told to this database.
    pub(crate) knows_tasks: bool,
    /// Of the tasks that are turned on.
    pub(crate) schedules: Vec<ScheduleFacts>,
    /// Tasks that do not run everywhere.
    pub(crate) bound: Vec<BoundFacts>,
    /// Where workers live and functions were called lately. A later version may know further environments.
    pub(crate) hosts: Vec<String>,
    /// Tasks with a slot that nobody has decided.
    pub(crate) overdue: Vec<String>,
    /// Tasks that have had slots, and no run.
    pub(crate) never_ran: Vec<NeverRanFacts>,
    pub(crate) failing: Vec<FailingFacts>,
    /// Tasks the code no longer has, with attempts in the queue.
    pub(crate) retired_waiting: Vec<WaitingFacts>,
    /// Tasks that are paused for long.
    pub(crate) paused: Vec<PausedFacts>,
    /// Since when everything is in maintenance, if that is long ago.
    pub(crate) maintenance_since: Option<DateTime<Utc>>,
    /// Side tasks that were given up.
    pub(crate) failed_side: Vec<FailedSide>,
}

/// A runner instance that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct RunnerSight {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) is_silent: bool,
    pub(crate) is_worker: bool,
}

/// The schedule of a task that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct ScheduleFacts {
    pub(crate) task: String,
    pub(crate) expression: String,
}

/// A task that is bound to one kind of host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct BoundFacts {
    pub(crate) task: String,
    pub(crate) runs_on: RunsOn,
}

/// A task that has had slots, and no run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct NeverRanFacts {
    pub(crate) task: String,
    /// Why its newest slot was not run, if one was decided.
    pub(crate) reason: Option<String>,
}

/// A task that failed several times in a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct FailingFacts {
    pub(crate) task: String,
    pub(crate) failures: i32,
}

/// A task with attempts in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct WaitingFacts {
    pub(crate) task: String,
    pub(crate) waiting: i64,
}

/// A paused task.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct PausedFacts {
    pub(crate) task: String,
    pub(crate) since: DateTime<Utc>,
}

/// A side task that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct FailedSide {
    pub(crate) task: String,
    /// What its last error says.
    pub(crate) error: Option<String>,
    /// What that was made of, where it is a sentence of ours.
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) sentence: Option<Sentence>,
}

impl Repository {
    /// What the server says of itself.
    pub(crate) async fn server_facts(&self) -> Result<ServerFacts, RepositoryError> {
        statement!(SERVER = "doctor_server.sql", []);
        document(&self.one(&SERVER, &[]).await?)
    }

    /// How our tables fare.
    pub(crate) async fn table_health(&self) -> Result<Vec<TableHealth>, RepositoryError> {
        statement!(TABLES = "doctor_tables.sql", []);
        document(&self.one(&TABLES, &[]).await?)
    }

    /// How the work fares: which slots are later than `late`, which tasks failed at least `failures` times in a row, and
    /// what is held back for longer than `pause`.
    pub(crate) async fn work_facts(
        &self,
        late: Duration,
        failures: i32,
        pause: Duration,
    ) -> Result<WorkFacts, RepositoryError> {
        statement!(WORK = "doctor_work.sql", [TIMESTAMPTZ, INT8, INT4, INT8]);
        let (late, pause) = (milliseconds(late), milliseconds(pause));
        document(&self.one(&WORK, &[&self.clock.now_for_sql(), &late, &failures, &pause]).await?)
    }

    /// How far the database's clock is ahead of this machine's, and how wrong that may be: half of what the answer took.
    pub(crate) async fn clock_offset(&self) -> Result<(TimeDelta, TimeDelta), RepositoryError> {
        statement!(NOW = "now.sql", [TIMESTAMPTZ]);
        let mut best: Option<(TimeDelta, TimeDelta)> = None;
        for _ in 0..LOOKS_AT_CLOCK {
            let asked_at = machine_now();
            let now: DateTime<Utc> = self.one(&NOW, &[&None::<DateTime<Utc>>]).await?.get(0);
            let half = (machine_now() - asked_at) / 2;
            if best.is_none_or(|(_, least)| half < least) {
                best = Some((now - (asked_at + half), half));
            }
        }
        Ok(best.unwrap_or_default())
    }

    /// What lies behind the address for statements.
    pub(crate) async fn pooled_sessions(&self) -> Result<SessionFacts, RepositoryError> {
        sessions(self.settings.connect_as_pool().await?, self.settings.connect_as_pool().await?).await
    }

    /// The version of the protocol that encrypts our connections, as the server sees it.
    pub(crate) async fn encryption_in_use(&self) -> Result<Option<String>, RepositoryError> {
        statement!(ENCRYPTION = "encryption_in_use.sql", []);
        Ok(self.maybe(&ENCRYPTION, &[]).await?.map(|row| row.get(0)))
    }

    /// What lies behind the address for locks, LISTEN and migrations.
    pub(crate) async fn lock_sessions(&self) -> Result<SessionFacts, RepositoryError> {
        sessions(self.settings.connect().await?, self.settings.connect().await?).await
    }
}

/// Asks on one connection, opens a transaction on another, and asks again on the first. A transaction pooler gives the
/// backend that was used last to whoever asks next, so the transaction takes it away: unless somebody else was faster, which
/// does not happen again and again, for each look begins with the backend that the first connection has then.
async fn sessions(first: Connected, second: Connected) -> Result<SessionFacts, RepositoryError> {
    let (first, second) = (driven(first), driven(second));
    let (of_first, database) = backend(&first).await?;
    let (of_second, _) = backend(&second).await?;
    // Behind a pool of one, a transaction would make the other wait for it.
    let mut is_shared = of_first == of_second;
    for _ in 0..LOOKS {
        if is_shared {
            break;
        }
        let before = backend(&first).await?.0;
        execute(&second, "begin").await?;
        let within = backend(&second).await?.0;
        let after = backend(&first).await?.0;
        execute(&second, "commit").await?;
        is_shared = before != of_first || within != of_second || after != of_first;
    }
    Ok(SessionFacts { is_shared, database })
}

/// How often it is looked whether a transaction of another connection takes a backend away.
const LOOKS: usize = 5;

async fn execute(client: &Client, command: &'static str) -> Result<(), RepositoryError> {
    client.batch_execute(command).await.map_err(|source| RepositoryError::Statement { statement: command, source })
}

/// The client, driven until it is dropped.
fn driven((client, connection): Connected) -> Client {
    tokio::spawn(connection);
    client
}

async fn backend(client: &Client) -> Result<(i32, String), RepositoryError> {
    statement!(BACKEND = "doctor_backend.sql", []);
    // A pooler whose backends others hold makes it wait for them.
    let asked = tokio::time::timeout(STATEMENT_TIMEOUT, BACKEND.query(client, &[])).await;
    let rows = asked.map_err(|_| RepositoryError::TimedOut { statement: BACKEND.name })??;
    let row = rows.first().ok_or(RepositoryError::NoRow { statement: BACKEND.name })?;
    Ok((row.get(0), row.get(1)))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
