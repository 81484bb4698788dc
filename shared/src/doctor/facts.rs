//! What is read: the folder, and the database as far as it answers.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::fs;

use super::Subject;
use crate::app::App;
use crate::locale::Message;
use crate::repository::migrate::{MigrationState, MigrationStatus};
use crate::repository::{
    DatabaseFacts, Encryption, LockMode, RepositoryError, ServerFacts, SessionFacts, TableHealth, WorkFacts,
};

/// Failures in a row that are told of.
const STREAK: i32 = 3;
/// A pause that is forgotten rather than meant.
const LONG_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// All that is read.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) vercel: VercelFile,
    pub(super) database: Database,
}

/// `vercel.json` in the working folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum VercelFile {
    Absent,
    Text(String),
    Unreadable(String),
}

/// What the database answered to each question.
#[derive(Clone, Debug)]
pub(super) struct Database {
    pub(super) name: String,
    pub(super) encryption: Encryption,
    pub(super) server: Asked<ServerFacts>,
    pub(super) migrations: Asked<Vec<MigrationStatus>>,
    pub(super) pooling: Asked<Pooling>,
    pub(super) clock: Asked<ClockFacts>,
    pub(super) health: Asked<DatabaseFacts>,
    pub(super) tables: Asked<Vec<TableHealth>>,
    pub(super) work: Asked<WorkFacts>,
    /// Free bytes where the data lie, if that is on this machine.
    pub(super) free_bytes: Option<u64>,
    /// Connections a process of ours has at most.
    pub(super) need: usize,
}

/// An answer, or why there is none.
pub(super) type Asked<T> = Result<T, Unasked>;

/// Why something could not be looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unasked {
    /// There is no database to ask.
    NoDatabase(Message),
    /// The tables are missing.
    NotMigrated,
    /// What is set cannot be read, so nobody knows what is missing.
    Misconfigured,
    /// The database refused.
    Refused(Message),
}

/// Whether connections keep their backends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pooling {
    pub(super) lock_mode: LockMode,
    /// By the address for statements.
    pub(super) statements: SessionFacts,
    /// By the direct address, where there is one.
    pub(super) direct: Option<SessionFacts>,
}

/// How the clocks compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClockFacts {
    /// How far the database's is ahead.
    pub(super) offset: TimeDelta,
    /// How wrong that may be.
    pub(super) uncertainty: TimeDelta,
}

impl Database {
    /// Where there is none.
    pub(super) fn none(reason: Message) -> Self {
        let no = || Unasked::NoDatabase(reason.clone());
        Self {
            name: String::new(),
            encryption: Encryption::Optional,
            server: Err(no()),
            migrations: Err(no()),
            pooling: Err(no()),
            clock: Err(no()),
            health: Err(no()),
            tables: Err(no()),
            work: Err(no()),
            free_bytes: None,
            need: 0,
        }
    }
}

/// Reads everything that can be read.
pub(super) async fn read(subject: &Subject) -> Facts {
    Facts { vercel: vercel_file(&subject.folder).await, database: database(subject).await }
}

async fn vercel_file(folder: &Path) -> VercelFile {
    match fs::read_to_string(folder.join("vercel.json")).await {
        Ok(text) => VercelFile::Text(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => VercelFile::Absent,
        Err(error) => VercelFile::Unreadable(error.to_string()),
    }
}

async fn database(subject: &Subject) -> Database {
    if let Some(reason) = &subject.no_database {
        return Database::none(reason.clone());
    }
    // None of the questions is about the tasks of the code, so where they are wrong, none will do.
    let registry = subject.registry.clone().unwrap_or_default();
    match App::with_clock(subject.config.clone(), registry, subject.clock.clone()) {
        Ok(app) => {
            let answers = ask(&app).await;
            app.repository().close();
            answers
        }
        Err(error) => Database::none(error.message()),
    }
}

async fn ask(app: &App) -> Database {
    let repository = app.repository();
    let server = match repository.server_facts().await {
        Ok(server) => server,
        // Each further question would wait for the connection that cannot be had.
        Err(error) => return Database::none(error.message()),
    };
    let migrations = app.migration_status().await.map_err(|error| Unasked::Refused(error.message()));
    let is_ready = migrations.as_ref().is_ok_and(|migrations| migrations.iter().all(is_applied));
    let late = app.config().pulse_interval * 2;
    let ours = async {
        let tables = repository.table_health().await.map_err(refused);
        let work = repository.work_facts(late, STREAK, LONG_PAUSE).await.map_err(refused);
        (repository.database_facts().await.map_err(refused), tables, work)
    };
    let (health, tables, work) = if is_ready {
        ours.await
    } else {
        (Err(Unasked::NotMigrated), Err(Unasked::NotMigrated), Err(Unasked::NotMigrated))
    };
    Database {
        name: repository.settings().database().to_owned(),
        encryption: repository.settings().encryption(),
        free_bytes: free_bytes(&server),
        migrations,
        pooling: pooling(app).await.map_err(refused),
        clock: repository
            .clock_offset()
            .await
            .map(|(offset, uncertainty)| ClockFacts { offset, uncertainty })
            .map_err(refused),
        health,
        tables,
        work,
        need: repository.settings().most_connections(),
        server: Ok(server),
    }
}

/// Whether a program of this version works on it; what a newer one applied besides does not keep it from that.
fn is_applied(migration: &MigrationStatus) -> bool {
    match migration.state {
        MigrationState::Applied | MigrationState::Edited | MigrationState::Unknown => true,
        MigrationState::Pending | MigrationState::Started => false,
    }
}

async fn pooling(app: &App) -> Result<Pooling, RepositoryError> {
    let repository = app.repository();
    let statements = repository.pooled_sessions().await?;
    let direct = if repository.settings().has_direct() { Some(repository.lock_sessions().await?) } else { None };
    Ok(Pooling { lock_mode: repository.settings().lock_mode(), statements, direct })
}

#[allow(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn refused(error: RepositoryError) -> Unasked {
    Unasked::Refused(error.message())
}

/// What is free on the file system of the data, if the server is on this machine and says where they lie.
fn free_bytes(server: &ServerFacts) -> Option<u64> {
    let folder = server.data_directory.as_ref().filter(|_| server.is_local)?;
    let system = rustix::fs::statvfs(folder.as_str()).ok()?;
    Some(system.f_bavail * system.f_frsize)
}
