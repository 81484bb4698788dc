//! Why the tables could not be brought to the form this version needs.

use tokio_postgres::Error;
use tokio_postgres::error::{ErrorPosition, SqlState};

use super::Migration;
use super::statements::Statement;
use crate::locale::{Message, format, msg};

/// Why the tables could not be brought to the form this version needs.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// Migrations were not applied yet; found at start-up.
    #[error("{} not applied", missing.join(", "))]
    Pending {
        /// Their files.
        missing: Vec<String>,
    },
    /// A file was changed after it had been applied.
    #[error("{file} was changed after it was applied: checksum {recorded} then, {found} now")]
    Edited {
        /// The file.
        file: String,
        /// The beginning of the checksum it was applied with.
        recorded: String,
        /// The beginning of the checksum it has.
        found: String,
    },
    /// A statement of a migration failed.
    #[error("{file}, line {line}: the statement failed")]
    Failed {
        /// The file.
        file: String,
        /// The line of the mistake, or where the database names none, of the statement's beginning.
        line: usize,
        /// What the database said.
        #[source]
        source: Error,
    },
    /// A table a migration changes was in use for too long.
    #[error("{file}, line {line}: a table is in use")]
    Busy {
        /// The file.
        file: String,
        /// The line the statement begins at.
        line: usize,
        /// What the database said.
        #[source]
        source: Error,
    },
    /// The database user lacks a privilege.
    #[error("{step}: the database user lacks a privilege")]
    Forbidden {
        /// The file, or what was done besides.
        step: String,
        /// What the database said.
        #[source]
        source: Error,
    },
    /// The server only answers questions: it is a standby, or set to be read-only.
    #[error("the database is read-only")]
    ReadOnly {
        /// What the database said.
        #[source]
        source: Error,
    },
    /// No schema of the search path exists.
    #[error("no schema to create tables in")]
    NoSchema {
        /// What the database said.
        #[source]
        source: Error,
    },
    /// Something else went wrong between us and the database.
    #[error("{step} failed")]
    Database {
        /// What was done.
        step: &'static str,
        /// What the database or the driver said.
        #[source]
        source: Error,
    },
}

impl MigrationError {
    /// The sentence for people: what is wrong, and what to do.
    pub fn message(&self) -> Message {
        match self {
            Self::Pending { missing } => msg::migrate_pending(missing.len(), format::all_of(missing)),
            Self::Edited { file, recorded, found } => msg::migrate_edited(file, found, recorded),
            Self::Failed { file, line, source } => msg::migrate_failed(file, *line, reason(source)),
            Self::Busy { file, line, .. } => msg::migrate_busy(file, *line),
            Self::Forbidden { step, source } => msg::migrate_forbidden(reason(source), step),
            Self::ReadOnly { .. } => msg::migrate_read_only(),
            Self::NoSchema { .. } => msg::migrate_no_schema(),
            Self::Database { step, source } => msg::migrate_database(reason(source), *step),
        }
    }

    /// A statement of a migration failed, whose text is what was sent.
    pub(super) fn failed(migration: &Migration, statement: Statement<'_>, source: Error) -> Self {
        let (file, line) = (migration.file(), statement.line);
        match source.code() {
            Some(&SqlState::LOCK_NOT_AVAILABLE) => Self::Busy { file, line, source },
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Self::Forbidden { step: file, source },
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Self::ReadOnly { source },
            _ => Self::Failed { file, line: line + lines_before(&source, statement.text), source },
        }
    }

    /// Something we do besides failed.
    pub(super) fn besides(step: &'static str, source: Error) -> Self {
        match source.code() {
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Self::Forbidden { step: step.to_owned(), source },
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Self::ReadOnly { source },
            Some(&SqlState::INVALID_SCHEMA_NAME) => Self::NoSchema { source },
            _ => Self::Database { step, source },
        }
    }
}

impl Migration {
    /// Makes sure that what was applied is what the file says.
    pub(super) fn require_unedited(&self, recorded: &str) -> Result<(), MigrationError> {
        let found = self.checksum();
        if found == recorded {
            return Ok(());
        }
        let beginning = |checksum: &str| checksum.chars().take(12).collect();
        Err(MigrationError::Edited { file: self.file(), recorded: beginning(recorded), found: beginning(&found) })
    }
}

/// Lines of the statement before the mistake, if the database says where that is: in characters, counted from one.
fn lines_before(error: &Error, statement: &str) -> usize {
    match error.as_db_error().and_then(|error| error.position()) {
        Some(&ErrorPosition::Original(position)) => {
            statement.chars().take(position as usize - 1).filter(|c| *c == '\n').count()
        }
        Some(ErrorPosition::Internal { .. }) | None => 0,
    }
}

/// What the database said, without the word ERROR before it.
fn reason(error: &Error) -> String {
    match error.as_db_error() {
        Some(error) => match error.detail() {
            Some(detail) => format!("{}; {}", error.message(), detail.trim_end_matches('.')),
            None => error.message().to_owned(),
        },
        None => std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string),
    }
}

/// Says what was done where something besides the migrations' own statements fails.
pub(super) trait Sent<T> {
    fn sent(self, step: &'static str) -> Result<T, MigrationError>;
}

impl<T> Sent<T> for Result<T, Error> {
    fn sent(self, step: &'static str) -> Result<T, MigrationError> {
        self.map_err(|source| MigrationError::besides(step, source))
    }
}
