//! Where everything is joined: configuration, clock, repository, registry and runner. Nothing else joins them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::clock::Clock;
use crate::config::Config;
use crate::events::Events;
use crate::locale::{Locale, Message, msg};
use crate::repository::migrate::{self, Applied, MigrationError, MigrationStatus};
use crate::repository::{ConnectionSettings, InvalidUrl, LockMode, Pooler, Repository, RepositoryError};
use crate::runner::{Runner, RunnerSettings};
use crate::task::Registry;

/// The running system, as hosts and handlers see it. Cheap to clone; connects when first used.
#[derive(Clone, Debug)]
pub struct App {
    config: Arc<Config>,
    repository: Repository,
    runner: Runner,
    events: Events,
    checked: Arc<OnceCell<()>>,
    synchronised: Arc<OnceCell<()>>,
}

/// Why the system cannot be put together or used.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no `DATABASE_URL`.
    #[error("DATABASE_URL is not set")]
    NoDatabase,
    /// The database.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl AppError {
    /// The sentence for people.
    pub fn message(&self) -> Message {
        match self {
            Self::NoDatabase => msg::database_not_configured(),
            Self::Repository(error) => error.message(),
        }
    }
}

impl From<MigrationError> for AppError {
    fn from(error: MigrationError) -> Self {
        Self::Repository(error.into())
    }
}

impl App {
    /// The system over the database the configuration names, by that database's clock.
    pub fn new(config: Config, registry: Registry) -> Result<Self, AppError> {
        Self::with_clock(config, registry, Clock::System)
    }

    /// The same by another clock.
    pub fn with_clock(config: Config, registry: Registry, clock: Clock) -> Result<Self, AppError> {
        let settings = connection_settings(&config).map_err(RepositoryError::Url)?.ok_or(AppError::NoDatabase)?;
        let repository = Repository::new(settings, clock)?;
        let runner = Runner::new(repository.clone(), registry, RunnerSettings::new(&config), config.defaults());
        Ok(Self {
            config: Arc::new(config),
            events: Events::new(repository.clone()),
            repository,
            runner,
            checked: Arc::default(),
            synchronised: Arc::default(),
        })
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The database, by its verbs.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// What decides and does.
    #[must_use]
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// What happens, for whoever listens.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The tasks.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        self.runner.registry()
    }

    /// The language of whoever does not ask for another.
    #[must_use]
    pub fn locale(&self) -> Locale {
        self.config.locale.unwrap_or_default()
    }

    /// Checks that the tables are what this version needs. Done once; a failure is tried again by the next caller.
    pub async fn check(&self) -> Result<(), AppError> {
        self.checked.get_or_try_init(|| self.repository.require_current()).await?;
        Ok(())
    }

    /// Checks the tables and brings the definitions of the code into them, as a runner does before it works. Done once.
    ///
    /// Whoever only reads does not: an old program that looks at a newer one's tables must leave them as they are.
    pub async fn prepare(&self) -> Result<(), AppError> {
        self.check().await?;
        self.synchronised.get_or_try_init(|| self.synchronise()).await?;
        Ok(())
    }

    async fn synchronise(&self) -> Result<(), AppError> {
        for task in self.runner.synchronise().await? {
            tracing::warn!(task.name = task, "the code no longer has this task; it is retired");
        }
        Ok(())
    }

    /// Logs what the addresses show of the way to the database, and how locks are held. Touches no network.
    pub fn log_addresses(&self) {
        let settings = self.repository.settings();
        let (database, hosts) = (settings.database(), settings.hosts());
        let (lock_mode, encryption) = (settings.lock_mode(), settings.encryption());
        let pooler = settings.pooler().map_or("none", Pooler::as_str);
        let by = if settings.has_direct() { "its direct address" } else { "the same address" };
        tracing::info!(
            db.name = database, db.hosts = hosts, db.pooler = pooler, db.encryption = %encryption,
            runner.lock_mode = %lock_mode, runner.has_direct_address = settings.has_direct(),
            "database {database} at {hosts}: transaction pooler seen in the address: {pooler}; encryption: {encryption}; \
             locks by {lock_mode} and {by}"
        );
        let options = settings.passed_over().join(", ");
        if !options.is_empty() {
            tracing::info!(options, "options of the address that are for other drivers change nothing here: {options}");
        }
        if lock_mode == LockMode::Session
            && let Some(pooler) = settings.lock_pooler()
        {
            tracing::error!(
                db.pooler = %pooler,
                "TASK_LOCK_MODE=session through a transaction pooler ({pooler}): such locks protect nothing; set \
                 DATABASE_URL_UNPOOLED to a direct address, or TASK_LOCK_MODE=transaction"
            );
        }
    }

    /// Logs what is found on the way to the database: whether it is encrypted, and, where locks last for a session, whether
    /// a transaction pooler stands there that the address does not show. Where none does, the server keeps plans from here on.
    pub async fn log_way(&self) {
        match self.repository.encryption_in_use().await {
            Ok(Some(tls)) => tracing::info!(db.tls = tls, "the connection to the database is encrypted: {tls}"),
            Ok(None) => {
                tracing::info!("the server sees no encryption: it is on this machine, behind a pooler, or has none")
            }
            Err(error) => tracing::debug!(error = %error.message(), "cannot tell whether the connection is encrypted"),
        }
        match self.repository.settings().lock_mode() {
            LockMode::Transaction => tracing::info!(
                "locks last for a transaction: nobody can call this process, so it looks each second for what is new"
            ),
            LockMode::Session => match tokio::time::timeout(LOOK_FOR_POOLER, self.repository.lock_sessions()).await {
                Ok(Ok(sessions)) if sessions.is_shared => tracing::error!(
                    "locks for a session through a transaction pooler: such locks protect nothing; set \
                     DATABASE_URL_UNPOOLED to a direct address, or TASK_LOCK_MODE=transaction"
                ),
                Ok(Ok(_)) => {
                    tracing::info!("locks last for a session, and each connection keeps its backend");
                    self.repository.keep_plans();
                }
                Ok(Err(_)) | Err(_) => tracing::debug!("cannot tell whether connections keep their backends"),
            },
        }
    }

    /// Applies the migrations that are missing.
    pub async fn migrate(&self) -> Result<Vec<Applied>, AppError> {
        let mut client = self.repository.direct_client().await?;
        Ok(migrate::migrate(&mut client, self.repository.clock().now_for_sql()).await?)
    }

    /// Which migrations are applied, and which are missing.
    pub async fn migration_status(&self) -> Result<Vec<MigrationStatus>, AppError> {
        let client = self.repository.direct_client().await?;
        Ok(migrate::status(&client).await?)
    }
}

/// How the database is reached, as the configuration has it; `None`: it names none.
pub(crate) fn connection_settings(config: &Config) -> Result<Option<ConnectionSettings>, InvalidUrl> {
    let Some(url) = &config.database_url else { return Ok(None) };
    let is_function = !config.environment().supports_side_tasks();
    let unpooled = config.database_url_unpooled.as_ref();
    ConnectionSettings::new(url, unpooled, config.lock_mode, is_function, POOL_SIZE).map(Some)
}

/// Connections besides the one that holds the lock. Statements are few and short, so a handful serves a busy process.
const POOL_SIZE: usize = 8;
/// Two connections, and some thirty questions one after the other.
const LOOK_FOR_POOLER: Duration = Duration::from_secs(10);
