//! A PostgreSQL of our own, for when nobody named a database.
//!
//! [`PrivatePostgres::start`] gives a server on a Unix socket inside a data folder of the project's own: the first
//! process makes the cluster and starts it, every further one joins. What is returned is a lease; the server lives as
//! long as anybody holds one. Only this module starts, joins, restarts and stops it.
//!
//! # Three locks decide everything
//!
//! All are `flock`s on files of the home folder. The kernel frees them when their holder ends, however it ends: no
//! process ids to compare, nothing stale to clean up.
//!
//! | file          | shared by              | exclusive for                                                        |
//! | ------------- | ---------------------- | -------------------------------------------------------------------- |
//! | `users.lock`  | every process using it | who stops the server: the last user; nobody joins meanwhile          |
//! | `start.lock`  |                        | who starts the server                                                |
//! | `server.lock` |                        | `initdb`, `postgres` and all its children, who inherit the open file |
//!
//! So "is a server alive" is "is `server.lock` taken". That beats `postmaster.pid`, which takes a zombie, or a stranger
//! who got the number after a restart of the container, for the server. Whoever holds `server.lock` may therefore
//! delete `postmaster.pid`.
//!
//! # Why a guardian
//!
//! A server must end after a `kill -9` of its last user, but must not end because its *starter* was killed while others
//! use it. A parent-death signal alone gives the first and breaks the second (and follows the starting thread, not the
//! process); restarting by the survivors would cut their transactions. So between us and `postgres` stands a small
//! process, forked and never exec'd, whose only work is to try `users.lock` ten times a second: once it gets it, nobody
//! is left, and it shuts the server down cleanly. As the server's parent it also reaps it, which PID 1 of a container
//! often does not. Should the guardian itself be killed, the parent-death signal, harmless here because the guardian
//! has a single thread, ends the server (on Linux); [`PrivatePostgres::keep_alive`] then starts another.
//!
//! # Data folders
//!
//! `<home>/pg/data-<major>` belongs to the account the server runs under. A cluster is made in `….new` and renamed when
//! all of it is on disk, so a half-made one is never taken for a whole one. With [`Durability::Test`] nothing is ever
//! synced: such a cluster carries the id of the machine's boot in its name and is worth nothing in the next.

mod account;
mod error;
mod home;
mod lock;
mod programs;
mod server;
mod system;

use std::convert::Infallible;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use error::PrivatePostgresError;
use home::Home;

/// How long anything may take: recovery after a crash of a big database is the slowest.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);
const WATCH: Duration = Duration::from_secs(1);

/// How much of the data survives a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Never corrupt; the last second of commits may be lost.
    Development,
    /// Nothing survives; everything is fast.
    Test,
}

/// When the server ends. Use one lifetime per home: the process that starts the server decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// With the last process using it, even one ended by `kill -9`.
    WithUsers,
    /// Not by itself. A user of the other lifetime that [stops](PrivatePostgres::stop) it as its last user ends it.
    Detached,
}

/// What server is wanted, and where.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder for data, locks and log; made where missing.
    pub home: PathBuf,
    /// Folder with `initdb` and `postgres` (`DOWNBEAT_PG_BIN`); `None` searches for one.
    pub programs: Option<PathBuf>,
    /// How durable the data is to be.
    pub durability: Durability,
    /// When the server is to end.
    pub lifetime: Lifetime,
}

/// A lease on the private server: it runs at least until this is stopped or dropped.
#[derive(Debug)]
#[must_use = "dropping the lease lets the server stop"]
pub struct PrivatePostgres {
    settings: Settings,
    home: Home,
    url: String,
    lease: File,
}

impl PrivatePostgres {
    /// Starts the server, or joins the one that runs in this home.
    ///
    /// # Errors
    /// Says what is missing or what failed, with the end of the server's log where there is one.
    pub async fn start(settings: Settings) -> Result<Self, PrivatePostgresError> {
        let home = Home::prepare(&settings.home)?;
        let lease = lease(&home).await?;
        let url = home.url();
        let postgres = Self { settings, home, url, lease };
        postgres.ensure_running().await?;
        Ok(postgres)
    }

    /// The address of its database `postgres`, for tokio-postgres and psql alike.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same address as [`url`](Self::url), parsed.
    #[must_use]
    pub fn config(&self) -> tokio_postgres::Config {
        self.home.config()
    }

    /// Where its socket is; mode 0700.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.home.socket_dir
    }

    /// Starts the server again whenever it is gone; ends only with the reason why it cannot.
    ///
    /// Meant to run beside the program for as long as that holds the lease; safe to drop at any point.
    ///
    /// # Errors
    /// Those of [`start`](Self::start).
    pub async fn keep_alive(&self) -> Result<Infallible, PrivatePostgresError> {
        loop {
            tokio::time::sleep(WATCH).await;
            if lock::try_shared(&self.home.server_lock())?.is_some() {
                tracing::warn!(home = %self.home.folder.display(), "the private PostgreSQL is gone; starting it again");
                self.ensure_running().await?;
            }
        }
    }

    /// Gives the lease back. Its last user stops the server and returns once it has ended; otherwise, or where it is
    /// detached, it is left to the others.
    ///
    /// # Errors
    /// If the server does not end in time.
    pub async fn stop(self) -> Result<(), PrivatePostgresError> {
        match self.settings.lifetime {
            Lifetime::Detached => Ok(()),
            Lifetime::WithUsers => self.stop_if_last().await,
        }
    }

    async fn ensure_running(&self) -> Result<(), PrivatePostgresError> {
        let begun = Instant::now();
        while !self.home.answers().await {
            if let Some(_turn) = lock::try_exclusive(&self.home.start_lock())?
                && let Some(server_lock) = lock::try_exclusive(&self.home.server_lock())?
            {
                return server::start(&self.home, &self.settings, server_lock).await;
            }
            // Another process is starting it, or what a killed server left behind is still ending.
            self.home.pause(begun).await?;
        }
        Ok(())
    }

    async fn stop_if_last(self) -> Result<(), PrivatePostgresError> {
        let begun = Instant::now();
        // Turning a shared lock exclusive gives it up first, so the guardian may come in between: then neither is to be
        // had until it has done its work.
        while !lock::turn_exclusive(&self.lease, &self.home.users_lock())? {
            if lock::turn_shared(&self.lease, &self.home.users_lock())? {
                return Ok(());
            }
            self.home.pause(begun).await?;
        }
        while lock::try_shared(&self.home.server_lock())?.is_none() {
            server::ask_to_stop(&self.home);
            self.home.pause(begun).await?;
        }
        Ok(())
    }
}

/// Becomes a user, as soon as nobody is stopping the server.
async fn lease(home: &Home) -> Result<File, PrivatePostgresError> {
    let begun = Instant::now();
    loop {
        match lock::try_shared(&home.users_lock())? {
            Some(lease) => return Ok(lease),
            None => home.pause(begun).await?,
        }
    }
}
