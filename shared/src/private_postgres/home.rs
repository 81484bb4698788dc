//! What lies where: the home folder, its locks, its socket and its data.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};

use super::account::Account;
use super::error::{PrivatePostgresError, io};
use super::{Durability, PATIENCE, POLL};

const PORT: u16 = 5432;
/// `sun_path` holds 104 bytes on macOS and 108 on Linux, the closing zero among them.
const LONGEST_SOCKET_PATH: usize = 103;

/// The home folder as it is really used, after all moving out of the way.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) folder: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) account: Account,
}

impl Home {
    /// Makes the folders that are missing; every process comes to the same ones.
    pub(super) fn prepare(wanted: &Path) -> Result<Self, PrivatePostgresError> {
        fs::create_dir_all(wanted).map_err(io(wanted))?;
        let wanted = wanted.canonicalize().map_err(io(wanted))?;
        let (folder, account) = reachable(wanted)?;
        let clusters = folder.join("pg");
        account.claim(&clusters, 0o700)?;

        let socket_dir = if fits_a_socket(&clusters) {
            clusters
        } else {
            // Not the temporary directory of the environment: processes may disagree about that one.
            let short = Path::new("/tmp").join(name_for(&folder));
            account.claim(&short, 0o700)?;
            short
        };
        Ok(Self { folder, socket_dir, account })
    }

    pub(super) fn users_lock(&self) -> PathBuf {
        self.folder.join("users.lock")
    }

    pub(super) fn start_lock(&self) -> PathBuf {
        self.folder.join("start.lock")
    }

    pub(super) fn server_lock(&self) -> PathBuf {
        self.folder.join("server.lock")
    }

    /// What `initdb` and the server said since the last start; the time before is in `server.log.old`.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    pub(super) fn clusters(&self) -> PathBuf {
        self.folder.join("pg")
    }

    /// The file whose first line is the process id of the running server.
    pub(super) fn socket_lock(&self) -> PathBuf {
        let mut path = socket_in(&self.socket_dir).into_os_string();
        path.push(".lock");
        path.into()
    }

    /// Names the cluster of one major version. One that is never synced is worth something in one boot of the machine
    /// only.
    pub(super) fn data(&self, major: u32, durability: Durability) -> PathBuf {
        self.clusters().join(match durability {
            Durability::Development => format!("data-{major}"),
            Durability::Test => format!("data-{major}-{}", boot()),
        })
    }

    pub(super) fn config(&self) -> Config {
        let mut config = Config::new();
        config.host_path(&self.socket_dir).port(PORT).user("postgres").dbname("postgres");
        config
    }

    pub(super) fn url(&self) -> String {
        format!("postgresql:///postgres?user=postgres&port={PORT}&host={}", self.socket_dir.display())
    }

    /// Whether a server takes connections; one that has too many of them does, too.
    pub(super) async fn answers(&self) -> bool {
        match tokio::time::timeout(PATIENCE, self.config().connect(NoTls)).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS),
            Err(_) => false,
        }
    }

    /// Waits a moment, or gives up what began too long ago.
    pub(super) async fn pause(&self, begun: Instant) -> Result<(), PrivatePostgresError> {
        let waited = begun.elapsed();
        if waited > PATIENCE {
            return Err(PrivatePostgresError::Unanswered { log: self.log(), waited });
        }
        tokio::time::sleep(POLL).await;
        Ok(())
    }
}

/// The wanted folder, or one under /var/tmp where the server's account cannot enter it (root's own home, for example).
fn reachable(wanted: PathBuf) -> Result<(PathBuf, Account), PrivatePostgresError> {
    let account = Account::to_run_in(&wanted.join("pg"))?;
    if account.reaches(&wanted) {
        return Ok((wanted, account));
    }
    let instead = Path::new("/var/tmp").join(name_for(&wanted));
    tracing::warn!(
        wanted = %wanted.display(), instead = %instead.display(), uid = account.uid,
        "PostgreSQL does not run as root and its account cannot enter the folder; its data is kept elsewhere"
    );
    Account::own().claim(&instead, 0o711)?;
    let account = Account::to_run_in(&instead.join("pg"))?;
    Ok((instead, account))
}

/// Short enough, and plain enough to stand in an address and in the server's list of socket folders as it is: no client
/// can quote a comma, for example.
fn fits_a_socket(folder: &Path) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
    socket_in(folder).as_os_str().len() <= LONGEST_SOCKET_PATH && folder.as_os_str().as_bytes().iter().all(plain)
}

fn socket_in(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// A short name that is the same in every process and every build (FNV-1a; std promises neither for its own hashes).
fn name_for(folder: &Path) -> String {
    let hash = folder
        .as_os_str()
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("downbeat-{hash:016x}")
}

/// Changes whenever what was not synced may have been lost; empty where the system does not tell.
fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.chars().take(8).collect()
}
