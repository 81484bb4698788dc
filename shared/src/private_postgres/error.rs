//! Why there is no private server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::locale::{Message, msg};

/// Why the private server could not be started, joined or stopped.
#[derive(Debug, thiserror::Error)]
pub enum PrivatePostgresError {
    /// There are no server programs, or none that the server's account may run.
    #[error("no PostgreSQL server programs in {}", listed(searched))]
    ProgramsMissing {
        /// Where they were looked for.
        searched: Vec<PathBuf>,
    },
    /// The folder somebody named does not hold them.
    #[error("no working initdb and postgres in {}", folder.display())]
    ProgramsUnusable {
        /// The named folder.
        folder: PathBuf,
    },
    /// Root cannot run the server itself, and has nobody to run it.
    #[error("no account postgres or nobody to run the server under")]
    AccountMissing,
    /// A folder of ours is another user's, or no folder; it is not touched.
    #[error("{} belongs to user {owner}", folder.display())]
    FolderOfSomebodyElse {
        /// Which.
        folder: PathBuf,
        /// The other user's number.
        owner: u32,
    },
    /// No cluster could be made.
    #[error("initdb failed: {last_lines}")]
    InitialiseFailed {
        /// The whole log.
        log: PathBuf,
        /// Its end.
        last_lines: String,
    },
    /// There is a cluster, but the server does not want it.
    #[error("the server ended while starting: {last_lines}")]
    StartFailed {
        /// The whole log.
        log: PathBuf,
        /// Its end.
        last_lines: String,
    },
    /// Nothing happened in time: a long recovery, or a server that hangs.
    #[error("the server neither answered nor ended within {} s", waited.as_secs())]
    Unanswered {
        /// The server's log.
        log: PathBuf,
        /// How long.
        waited: Duration,
    },
    /// The operating system refused.
    #[error("cannot use {}", path.display())]
    Io {
        /// What was to be used.
        path: PathBuf,
        /// Why it could not be.
        source: std::io::Error,
    },
}

impl PrivatePostgresError {
    /// The sentence for a person.
    pub fn message(&self) -> Message {
        match self {
            Self::ProgramsMissing { searched } => msg::postgres_programs_missing(listed(searched)),
            Self::ProgramsUnusable { folder } => msg::postgres_programs_unusable(shown(folder)),
            Self::AccountMissing => msg::postgres_account_missing(),
            Self::FolderOfSomebodyElse { folder, owner } => {
                msg::postgres_folder_of_somebody_else(shown(folder), owner.to_string())
            }
            Self::InitialiseFailed { log, last_lines } => {
                msg::postgres_initialise_failed(last_lines.as_str(), shown(log))
            }
            Self::StartFailed { log, last_lines } => msg::postgres_start_failed(last_lines.as_str(), shown(log)),
            Self::Unanswered { log, waited } => msg::postgres_unanswered(shown(log), waited.as_secs()),
            Self::Io { path, source } => msg::postgres_io_failed(shown(path), source.to_string()),
        }
    }
}

/// Names the path an operating system's error is about.
pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> PrivatePostgresError {
    let path = path.to_owned();
    move |source| PrivatePostgresError::Io { path, source }
}

fn listed(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| shown(folder)).collect::<Vec<_>>().join(", ")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
