//! Brings the tables to the form this version needs. The files of `migrations/` are in the binary.
//!
//! [`migrate`] is safe to run from many places at once: each migration is applied once, everybody else waits. It works
//! behind transaction poolers, for nothing outlives a transaction: no session lock, no prepared statement.
//!
//! A migration runs in a transaction of its own, under the migration lock, and leaves nothing behind when it fails. One
//! that begins with `-- downbeat: no-transaction` (`create index concurrently`, `alter type … add value`) cannot, and
//! must not be waited for within a transaction either: building an index concurrently waits for those. Its claim is a
//! row without `applied_at`, committed before it runs; the others look now and then. That its owner is at work shows in
//! `pg_stat_activity`, where the statement begins with a marker. A claim nobody has worked on for 3 s is
//! abandoned, and the next one takes it over; so such a migration may run twice, and has to bear it.

mod error;
mod statements;

use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, GenericClient, IsolationLevel, Row, Transaction};

use crate::locale::{Message, msg};
use crate::model::words;
pub use error::MigrationError;
use error::Sent;
use statements::{Statement, statements};

/// How often a migration under way elsewhere is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// Looks in a row that must find nobody at work before a claim is taken over: 3 s, far more than lies between an owner's
/// claim and its statement, or between its statement and its record.
const PATIENCE: u32 = 30;
/// The first line of a migration that runs outside a transaction.
const NO_TRANSACTION: &str = "-- downbeat: no-transaction";

/// Applies what is pending and returns it; nothing if all is applied, also by a newer version of the program.
///
/// `now` is what is recorded as `applied_at`; `None` means the database's clock. Dropped half-way, it leaves what is
/// done done and the rest for the next time.
///
/// # Errors
///
/// [`MigrationError`]; what was applied before it stays applied.
pub async fn migrate(client: &mut Client, now: Option<DateTime<Utc>>) -> Result<Vec<Applied>, MigrationError> {
    Migrations::OURS.apply(client, now).await
}

/// How each migration fares: ours, and those a newer version applied.
///
/// # Errors
///
/// [`MigrationError`], but never for what the answer can tell: a database without our tables has everything pending.
pub async fn status(client: &Client) -> Result<Vec<MigrationStatus>, MigrationError> {
    Migrations::OURS.status(client).await
}

/// Makes sure at start-up, by one statement, that all of our migrations are applied. A newer database will do.
///
/// # Errors
///
/// [`MigrationError::Pending`] and [`MigrationError::Edited`], and what keeps it from looking.
pub async fn require_current(client: &Client) -> Result<(), MigrationError> {
    Migrations::OURS.require_current(client).await
}

/// Names the whole of our migrations in 16 hexadecimal digits: another text anywhere gives another name. For the
/// templates tests clone their databases from.
#[must_use]
pub fn fingerprint() -> String {
    Migrations::OURS.fingerprint()
}

/// One file of `migrations/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number, counted from one without a gap.
    pub version: i32,
    /// Verb and noun: `create_tasks`.
    pub name: &'static str,
    /// Its text, with line feeds only.
    pub sql: &'static str,
}

impl Migration {
    /// The name of its file: `0001_create_tasks.sql`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{:04}_{}.sql", self.version, self.name)
    }

    /// The SHA-256 of its text, in hexadecimal.
    #[must_use]
    pub fn checksum(&self) -> String {
        hex(&Sha256::digest(self.sql))
    }

    fn runs_in_transaction(&self) -> bool {
        self.sql.lines().next().is_none_or(|line| line.trim_end() != NO_TRANSACTION)
    }

    /// What the text of a statement begins with that runs outside a transaction, for others to see it run.
    fn marker(&self) -> String {
        format!("/* downbeat migration {} */ ", self.file())
    }
}

/// Migrations in order. Other sets than [`Migrations::OURS`] are for tests.
#[derive(Clone, Copy, Debug)]
pub struct Migrations(&'static [Migration]);

/// A migration that was applied just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Applied {
    /// Its number.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
}

/// How a migration fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MigrationStatus {
    /// Its number.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// What has become of it.
    pub state: MigrationState,
    /// When it was applied.
    pub applied_at: Option<DateTime<Utc>>,
    /// Version of the program and database user that applied it, or is at it.
    pub applied_by: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i32>,
    /// The checksum of our file; `None` if we have none.
    pub checksum: Option<String>,
    /// The checksum recorded when it was applied or begun.
    pub recorded_checksum: Option<String>,
}

words! {
    /// What has become of a migration.
    pub enum MigrationState: "migration" {
        /// It is applied.
        Applied = "applied",
        /// It is not applied.
        Pending = "pending",
        /// It runs outside a transaction and is not done, or broke off.
        Started = "started",
        /// It is applied, but our file has another text.
        Edited = "edited",
        /// It was applied by a newer version; we have no such file.
        Unknown = "unknown",
    }
}

impl MigrationState {
    /// The word for people.
    pub const fn label(self) -> Message {
        match self {
            Self::Applied => msg::migrate_state_applied(),
            Self::Pending => msg::migrate_state_pending(),
            Self::Started => msg::migrate_state_started(),
            Self::Edited => msg::migrate_state_edited(),
            Self::Unknown => msg::migrate_state_unknown(),
        }
    }
}

impl Migrations {
    /// The files of `migrations/`.
    pub const OURS: Self = Self(include!(concat!(env!("OUT_DIR"), "/migrations.rs")));

    /// A set of one's own.
    #[must_use]
    pub const fn new(migrations: &'static [Migration]) -> Self {
        Self(migrations)
    }

    /// All of them, in order.
    #[must_use]
    pub const fn as_slice(self) -> &'static [Migration] {
        self.0
    }

    /// See [`fingerprint`].
    #[must_use]
    pub fn fingerprint(self) -> String {
        let mut whole = Sha256::new();
        self.0.iter().for_each(|migration| whole.update(format!("{} {}\n", migration.file(), migration.checksum())));
        hex(&whole.finalize()[..8])
    }

    /// See [`status()`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn status(self, client: &Client) -> Result<Vec<MigrationStatus>, MigrationError> {
        Ok(self.compare(&recorded(client).await?.unwrap_or_default()))
    }

    /// See [`require_current`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn require_current(self, client: &Client) -> Result<(), MigrationError> {
        let missing = self.pending(&recorded(client).await?.unwrap_or_default())?;
        if missing.is_empty() {
            return Ok(());
        }
        Err(MigrationError::Pending { missing: missing.iter().map(Migration::file).collect() })
    }

    /// See [`migrate`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn apply(self, client: &mut Client, now: Option<DateTime<Utc>>) -> Result<Vec<Applied>, MigrationError> {
        let records = recorded(client).await?;
        // Looked at without the lock first, so that the many starts with nothing to do neither wait nor write.
        let pending = self.pending(records.as_deref().unwrap_or_default())?;
        if records.is_none() {
            create_table(client).await?;
        }
        let mut applied = Vec::new();
        for migration in pending {
            applied.extend(migration.apply(client, now).await?);
        }
        Ok(applied)
    }

    fn pending(self, records: &[Record]) -> Result<Vec<Migration>, MigrationError> {
        let mut pending = Vec::new();
        for migration in self.0 {
            match records.iter().find(|record| record.version == migration.version) {
                Some(record) if record.applied_at.is_some() => migration.require_unedited(&record.checksum)?,
                Some(_) | None => pending.push(*migration),
            }
        }
        Ok(pending)
    }

    fn compare(self, records: &[Record]) -> Vec<MigrationStatus> {
        let ours = self.0.iter().map(|migration| {
            let record = records.iter().find(|record| record.version == migration.version);
            MigrationStatus::new(migration.version, migration.name, Some(migration.checksum()), record)
        });
        let is_ours = |record: &&Record| self.0.iter().any(|migration| migration.version == record.version);
        let others = records.iter().filter(|record| !is_ours(record));
        ours.chain(others.map(|record| MigrationStatus::new(record.version, &record.name, None, Some(record))))
            .collect()
    }
}

impl MigrationStatus {
    fn new(version: i32, name: &str, checksum: Option<String>, record: Option<&Record>) -> Self {
        let state = match (&checksum, record) {
            (_, None) => MigrationState::Pending,
            (_, Some(record)) if record.applied_at.is_none() => MigrationState::Started,
            (None, Some(_)) => MigrationState::Unknown,
            (Some(checksum), Some(record)) if *checksum != record.checksum => MigrationState::Edited,
            (Some(_), Some(_)) => MigrationState::Applied,
        };
        Self {
            version,
            name: name.to_owned(),
            state,
            applied_at: record.and_then(|record| record.applied_at),
            applied_by: record.map(|record| record.applied_by.clone()),
            duration_ms: record.and_then(|record| record.duration_ms),
            checksum,
            recorded_checksum: record.map(|record| record.checksum.clone()),
        }
    }
}

type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// A row of `downbeat_migrations`.
#[derive(Debug)]
struct Record {
    version: i32,
    name: String,
    checksum: String,
    applied_at: Option<DateTime<Utc>>,
    applied_by: String,
    duration_ms: Option<i32>,
}

/// What is recorded; `None` where there is no table to record in.
async fn recorded(client: &Client) -> Result<Option<Vec<Record>>, MigrationError> {
    let rows = match client.query_typed(include_str!("migrate/sql/list_migrations.sql"), &[]).await {
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => return Ok(None),
        rows => rows.sent("list_migrations.sql")?,
    };
    let record = |row: &Row| Record {
        version: row.get("version"),
        name: row.get("name"),
        checksum: row.get("checksum"),
        applied_at: row.get("applied_at"),
        applied_by: row.get("applied_by"),
        duration_ms: row.get("duration_ms"),
    };
    Ok(Some(rows.iter().map(record).collect()))
}

async fn create_table(client: &mut Client) -> Result<(), MigrationError> {
    let transaction = lock(client).await?;
    transaction.batch_execute(include_str!("migrate/sql/create_table.sql")).await.sent("create_table.sql")?;
    transaction.commit().await.sent("commit")
}

/// Waits for the migration lock and holds it for a transaction.
async fn lock(client: &mut Client) -> Result<Transaction<'_>, MigrationError> {
    // Any other level would go on seeing what was true before the wait.
    let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted);
    let transaction = transaction.start().await.sent("begin")?;
    transaction.batch_execute(include_str!("migrate/sql/take_lock.sql")).await.sent("take_lock.sql")?;
    Ok(transaction)
}

/// What a look at a migration's row led to.
enum Look {
    /// It is ours to run; the claim's `started_at`.
    Claimed(DateTime<Utc>),
    /// Somebody has applied it.
    Applied,
    /// Somebody else has claimed it.
    Elsewhere,
}

/// The claim of another process, and how many looks in a row found nobody at work on it.
#[derive(Default)]
struct Watch {
    claim: Option<DateTime<Utc>>,
    idle_looks: u32,
}

impl Watch {
    /// Notes a look, and says whether the claim is abandoned.
    fn look(&mut self, claim: DateTime<Utc>, is_running: bool) -> bool {
        let same = self.claim.replace(claim) == Some(claim);
        self.idle_looks = if same && !is_running { self.idle_looks + 1 } else { 0 };
        self.idle_looks >= PATIENCE
    }
}

impl Migration {
    /// Applies it, or waits until somebody else has: then `None`.
    async fn apply(&self, client: &mut Client, now: Option<DateTime<Utc>>) -> Result<Option<Applied>, MigrationError> {
        let mut watch = Watch::default();
        loop {
            let transaction = lock(client).await?;
            match self.look(&transaction, &mut watch).await? {
                Look::Applied => return Ok(None),
                Look::Elsewhere => {
                    transaction.rollback().await.sent("rollback")?;
                    tokio::time::sleep(LOOK_INTERVAL).await;
                }
                Look::Claimed(claim) if self.runs_in_transaction() => {
                    return self.apply_inside(transaction, claim, now).await;
                }
                Look::Claimed(claim) => {
                    transaction.commit().await.sent("commit")?;
                    return self.apply_outside(client, claim, now).await;
                }
            }
        }
    }

    /// Under the lock: claims it unless it is done, or somebody else is at it.
    async fn look(&self, transaction: &Transaction<'_>, watch: &mut Watch) -> Result<Look, MigrationError> {
        let marker = self.marker();
        let parameters: [Parameter<'_>; 2] = [(&self.version, Type::INT4), (&marker, Type::TEXT)];
        let row = transaction.query_typed_opt(include_str!("migrate/sql/find_migration.sql"), &parameters).await;
        if let Some(row) = row.sent("find_migration.sql")? {
            if row.get("is_applied") {
                self.require_unedited(row.get("checksum"))?;
                return Ok(Look::Applied);
            }
            if !watch.look(row.get("started_at"), row.get("is_running")) {
                return Ok(Look::Elsewhere);
            }
            tracing::warn!(
                migration = self.file(),
                "nobody is at work on a migration that was begun; running it again"
            );
        }
        let version = concat!("downbeat ", env!("CARGO_PKG_VERSION"));
        let checksum = self.checksum();
        let parameters: [Parameter<'_>; 4] =
            [(&self.version, Type::INT4), (&self.name, Type::TEXT), (&checksum, Type::TEXT), (&version, Type::TEXT)];
        let row = transaction.query_typed_one(include_str!("migrate/sql/claim_migration.sql"), &parameters).await;
        Ok(Look::Claimed(row.sent("claim_migration.sql")?.get("started_at")))
    }

    async fn apply_inside(
        &self,
        transaction: Transaction<'_>,
        claim: DateTime<Utc>,
        now: Option<DateTime<Utc>>,
    ) -> Result<Option<Applied>, MigrationError> {
        transaction.batch_execute(include_str!("migrate/sql/limit_waiting.sql")).await.sent("limit_waiting.sql")?;
        for statement in statements(self.sql) {
            let sent = transaction.batch_execute(statement.text).await;
            sent.map_err(|error| MigrationError::failed(self, statement, error))?;
        }
        let applied = self.record(&transaction, claim, now).await?;
        transaction.commit().await.sent("commit")?;
        Ok(applied)
    }

    async fn apply_outside(
        &self,
        client: &Client,
        claim: DateTime<Utc>,
        now: Option<DateTime<Utc>>,
    ) -> Result<Option<Applied>, MigrationError> {
        if let Err(error) = self.run_outside(client).await {
            // The next one need not wait for the claim to look abandoned. If this fails too, it will.
            let parameters: [Parameter<'_>; 2] = [(&self.version, Type::INT4), (&claim, Type::TIMESTAMPTZ)];
            let released = client.execute_typed(include_str!("migrate/sql/release_migration.sql"), &parameters).await;
            drop(released);
            return Err(error);
        }
        self.record(client, claim, now).await
    }

    async fn run_outside(&self, client: &Client) -> Result<(), MigrationError> {
        let marker = self.marker();
        let parameters: [Parameter<'_>; 1] = [(&self.sql, Type::TEXT)];
        let broken = client.query_typed(include_str!("migrate/sql/list_broken_indexes.sql"), &parameters).await;
        for row in broken.sent("list_broken_indexes.sql")? {
            let drop = format!("{marker}{}", row.get::<_, &str>("statement"));
            client.batch_execute(&drop).await.sent("drop index")?;
        }
        for statement in statements(self.sql) {
            let marked = Statement { text: &format!("{marker}{}", statement.text), ..statement };
            let sent = client.batch_execute(marked.text).await;
            sent.map_err(|error| MigrationError::failed(self, marked, error))?;
        }
        Ok(())
    }

    /// Notes that it is applied; `None` if the claim was taken over meanwhile.
    async fn record(
        &self,
        client: &impl GenericClient,
        claim: DateTime<Utc>,
        now: Option<DateTime<Utc>>,
    ) -> Result<Option<Applied>, MigrationError> {
        let parameters: [Parameter<'_>; 3] =
            [(&self.version, Type::INT4), (&claim, Type::TIMESTAMPTZ), (&now, Type::TIMESTAMPTZ)];
        let row = client.query_typed_opt(include_str!("migrate/sql/record_migration.sql"), &parameters).await;
        let Some(row) = row.sent("record_migration.sql")? else {
            return Ok(None);
        };
        let duration_ms = row.get("duration_ms");
        tracing::info!(migration = self.file(), duration_ms, "applied migration {} in {duration_ms} ms", self.file());
        Ok(Some(Applied { version: self.version, name: self.name.to_owned(), duration_ms }))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests;
