//! What can go wrong between us and the database.

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use super::InvalidUrl;
use super::connection::refusal;
use super::migrate::MigrationError;
use crate::locale::{Message, cause, msg};

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    /// The address cannot be used.
    #[error("the database address cannot be used")]
    Url(#[from] InvalidUrl),
    /// No connection could be had.
    #[error("no connection to the database")]
    Unreachable(#[source] tokio_postgres::Error),
    /// All connections are in use, or the repository is closed.
    #[error("no free connection to the database")]
    Pool(#[source] PoolError),
    /// A statement failed.
    #[error("statement {statement} failed")]
    Statement {
        /// Its file.
        statement: &'static str,
        /// What the database said.
        #[source]
        source: tokio_postgres::Error,
    },
    /// The advisory lock of this instance is still held, by its own lost connection or by somebody who checks on it.
    #[error("the lock of this runner is held by another connection")]
    LockTaken,
    /// A statement got no answer in time.
    #[error("statement {statement} got no answer in time")]
    TimedOut {
        /// Its file.
        statement: &'static str,
    },
    /// The server says that it takes no changes: it is a standby, or set to be read-only.
    #[error("the database takes no changes")]
    ReadOnly,
    /// A statement that always gives a row gave none.
    #[error("statement {statement} gave no row")]
    NoRow {
        /// Its file.
        statement: &'static str,
    },
    /// A stored value is of a newer version, or was changed by hand.
    #[error("{column} holds {value:?}, which this version does not know")]
    UnknownValue {
        /// Where it stands.
        column: &'static str,
        /// What stands there.
        value: String,
    },
    /// The tables are not what this version needs.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

impl RepositoryError {
    /// Whether the tables are missing: nobody has migrated this database.
    #[must_use]
    pub fn is_not_migrated(&self) -> bool {
        let missing = [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN, SqlState::UNDEFINED_OBJECT];
        match self {
            Self::Statement { source, .. } => source.code().is_some_and(|code| missing.contains(code)),
            Self::Migration(MigrationError::Pending { .. }) => true,
            Self::Migration(_)
            | Self::Url(_)
            | Self::Unreachable(_)
            | Self::Pool(_)
            | Self::LockTaken
            | Self::TimedOut { .. }
            | Self::ReadOnly
            | Self::NoRow { .. }
            | Self::UnknownValue { .. } => false,
        }
    }

    /// Whether the connection was lost or could not be had, so that the same may succeed a moment later.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Pool(_) | Self::LockTaken | Self::TimedOut { .. } => true,
            Self::Statement { source, .. } | Self::Migration(MigrationError::Database { source, .. }) => {
                source.is_closed()
                    || source.code().is_none()
                    || source.code().is_some_and(|code| code.code().starts_with("08") || code.code().starts_with("57P"))
            }
            Self::Url(_) | Self::ReadOnly | Self::NoRow { .. } | Self::UnknownValue { .. } | Self::Migration(_) => {
                false
            }
        }
    }

    /// Whether the database takes no changes: it is a standby, or set to be read-only. After a failover the same may succeed.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        match self {
            Self::Statement { source, .. } => source.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION),
            Self::Migration(error) => matches!(error, MigrationError::ReadOnly { .. }),
            Self::ReadOnly => true,
            Self::Url(_)
            | Self::Unreachable(_)
            | Self::Pool(_)
            | Self::LockTaken
            | Self::TimedOut { .. }
            | Self::NoRow { .. }
            | Self::UnknownValue { .. } => false,
        }
    }

    /// Whether the server itself says that it serves nobody: it starts, stops or recovers.
    #[must_use]
    pub(crate) fn is_closed_server(&self) -> bool {
        matches!(self, Self::Unreachable(error) if error.code() == Some(&SqlState::CANNOT_CONNECT_NOW))
    }

    /// Whether the database refused what it was to store, and will refuse it again.
    #[must_use]
    pub fn refuses_value(&self) -> bool {
        let Self::Statement { source, .. } = self else { return false };
        source.code().is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.code().starts_with(class)))
    }

    /// The sentence for people.
    pub fn message(&self) -> Message {
        match self {
            Self::Url(error) => error.message(),
            Self::Migration(error) => error.message(),
            _ if self.is_not_migrated() => msg::database_not_migrated(),
            _ if self.is_read_only() => msg::database_read_only(),
            Self::Unreachable(error) => refusal(error).unwrap_or_else(|| msg::database_unreachable(cause(error))),
            Self::Pool(PoolError::Timeout(_)) => msg::database_unreachable(msg::error_none_free()),
            Self::Pool(error) => msg::database_unreachable(cause(error)),
            Self::Statement { statement, source } => msg::database_statement_failed(cause(source), *statement),
            Self::TimedOut { statement } => msg::database_timed_out(*statement),
            Self::ReadOnly => msg::database_read_only(),
            Self::LockTaken => msg::database_lock_taken(),
            Self::NoRow { statement } => msg::database_no_row(*statement),
            Self::UnknownValue { column, value } => msg::database_unknown_value(*column, value.as_str()),
        }
    }
}

impl From<PoolError> for RepositoryError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(source) => Self::Unreachable(source),
            PoolError::Timeout(_)
            | PoolError::Closed
            | PoolError::NoRuntimeSpecified
            | PoolError::PostCreateHook(_) => Self::Pool(error),
        }
    }
}
