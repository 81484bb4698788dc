//! Where the database is and how to get there: pool, direct connections, and what an address lets expect.

mod address;
mod invalid;
mod refusal;
mod tls;

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime};
use secrecy::SecretString;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::RepositoryError;
use crate::model::words;

use address::Address;
pub use invalid::InvalidUrl;
pub(super) use refusal::refusal;

/// How long to wait for a free connection of the pool.
const POOL_TIMEOUT: Duration = Duration::from_secs(10);

words! {
    /// How a runner's advisory lock is held (`TASK_LOCK_MODE`).
    pub enum LockMode: "lock" {
        /// For as long as a session of its own lasts. Needs a direct connection.
        Session = "session",
        /// For as long as an open transaction lasts. Safe behind transaction poolers.
        Transaction = "transaction",
    }
}

words! {
    /// What an address asks of the way to the server.
    pub enum Encryption: "encryption" {
        /// It is not encrypted.
        Off = "off",
        /// It is encrypted where the server can.
        Optional = "optional",
        /// It is encrypted; who the server is, is not asked.
        Required = "required",
        /// It is encrypted, and the server's certificate is verified.
        Verified = "verified",
    }
}

words! {
    /// A transaction pooler, known by the address that leads through it.
    pub enum Pooler: "pooler" {
        /// The address says `pgbouncer=true`, or names the port PgBouncer listens at.
        PgBouncer = "pgbouncer",
        /// That of Neon, which Vercel's databases have, too.
        Neon = "neon",
        /// That of Supabase, in the mode that shares connections by transaction.
        Supabase = "supabase",
        /// The proxy of Amazon's RDS.
        RdsProxy = "rds_proxy",
    }
}

/// Where and how to connect. Its `Debug` shows no password.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    pooled: Address,
    direct: Option<Address>,
    lock_mode: LockMode,
    pool_size: usize,
}

impl ConnectionSettings {
    /// Settings for `DATABASE_URL`, and where there is one, `DATABASE_URL_UNPOOLED` for locks, LISTEN and migrations.
    ///
    /// `lock_mode` falls back to session locks, which need a direct connection; to transaction locks where the address for
    /// locks is seen to lead through a transaction pooler, and where the process is `serverless` and no direct address is
    /// given.
    pub fn new(
        url: &SecretString,
        unpooled: Option<&SecretString>,
        lock_mode: Option<LockMode>,
        serverless: bool,
        pool_size: usize,
    ) -> Result<Self, InvalidUrl> {
        let pooled = Address::parse("DATABASE_URL", url)?;
        let direct = unpooled.map(|url| Address::parse("DATABASE_URL_UNPOOLED", url)).transpose()?;
        let is_pooled = direct.as_ref().unwrap_or(&pooled).pooler.is_some();
        let is_guessed = serverless && direct.is_none();
        let fallback = if is_pooled || is_guessed { LockMode::Transaction } else { LockMode::Session };
        Ok(Self { pooled, direct, lock_mode: lock_mode.unwrap_or(fallback), pool_size })
    }

    /// How runner locks are held.
    #[must_use]
    pub fn lock_mode(&self) -> LockMode {
        self.lock_mode
    }

    /// Most connections a process has at once: those of its statements, those of its tasks, and the one of its lock.
    #[must_use]
    pub fn most_connections(&self) -> usize {
        2 * self.pool_size + 1
    }

    /// The name of the database, for people. Where the address has none, it is the user's.
    #[must_use]
    pub fn database(&self) -> &str {
        let config = &self.pooled.config;
        config.get_dbname().or(config.get_user()).unwrap_or("postgres")
    }

    /// The hosts of the address for statements, for people: `name:port` or the folder of a socket, with commas between.
    #[must_use]
    pub fn hosts(&self) -> String {
        self.pooled.hosts()
    }

    /// The transaction pooler that statements go through, where the address shows it.
    #[must_use]
    pub fn pooler(&self) -> Option<Pooler> {
        self.pooled.pooler
    }

    /// The transaction pooler that locks go through, where the address shows it.
    #[must_use]
    pub fn lock_pooler(&self) -> Option<Pooler> {
        self.direct.as_ref().unwrap_or(&self.pooled).pooler
    }

    /// Options of the addresses that are meant for other drivers and change nothing here.
    #[must_use]
    pub fn passed_over(&self) -> Vec<&str> {
        let all = [Some(&self.pooled), self.direct.as_ref()].into_iter().flatten();
        let mut names: Vec<_> = all.flat_map(|address| &address.passed_over).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn pool(&self) -> Result<Pool, RepositoryError> {
        // A killed backend is noticed when a client is handed out, at the price of nothing: the driver knows it is closed.
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(self.pooled.config.clone(), self.pooled.tls(), recycling);
        let pool = Pool::builder(manager)
            .max_size(self.pool_size)
            // The one used last knows the tables, and has the plans.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(POOL_TIMEOUT))
            .create_timeout(Some(self.pooled.patience()));
        match pool.build() {
            Ok(pool) => Ok(pool),
            Err(error) => unreachable!("a runtime is given, so a pool with timeouts can be built: {error}"),
        }
    }

    /// Whether a direct address was given besides the one for statements.
    #[must_use]
    pub fn has_direct(&self) -> bool {
        self.direct.is_some()
    }

    /// What the address for statements asks of the way to the server.
    #[must_use]
    pub fn encryption(&self) -> Encryption {
        match self.pooled.config.get_ssl_mode() {
            SslMode::Disable => Encryption::Off,
            SslMode::Require if self.pooled.verifies() => Encryption::Verified,
            SslMode::Require => Encryption::Required,
            _ => Encryption::Optional,
        }
    }

    /// A connection outside the pool: direct where a direct address is known.
    pub(super) async fn connect(&self) -> Result<Connected, RepositoryError> {
        self.direct.as_ref().unwrap_or(&self.pooled).connect().await
    }

    /// A connection outside the pool, by the address for statements.
    pub(super) async fn connect_as_pool(&self) -> Result<Connected, RepositoryError> {
        self.pooled.connect().await
    }
}

/// A client, and what drives it.
pub(super) type Connected = (
    tokio_postgres::Client,
    tokio_postgres::Connection<
        tokio_postgres::Socket,
        <MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<tokio_postgres::Socket>>::Stream,
    >,
);

#[cfg(test)]
mod tests {
    use tokio_postgres::config::{Host, TargetSessionAttrs};

    use super::*;

    fn config(url: &str) -> tokio_postgres::Config {
        let settings = ConnectionSettings::new(&SecretString::from(url.to_owned()), None, None, false, 4);
        settings.unwrap_or_else(|error| panic!("{url}: {error}")).pooled.config
    }

    #[test]
    fn percent_encoded_words_reach_the_server_as_they_were_meant() {
        let config = config("postgres://us%40er:p%2F%3F%23%25%3Aw@h/a%20b?options=endpoint%3Dep-x&sslmode=require");
        assert_eq!(config.get_user(), Some("us@er"));
        assert_eq!(config.get_password(), Some("p/?#%:w".as_bytes()));
        assert_eq!((config.get_dbname(), config.get_options()), (Some("a b"), Some("endpoint=ep-x")));
    }

    #[test]
    fn what_stands_in_quotes_reaches_the_server_as_it_was_meant() {
        let config = config(r"host=/tmp user=postgres password='it\'s \\ 1' dbname='a b' sslmode=disable");
        assert_eq!(config.get_hosts(), [Host::Unix("/tmp".into())]);
        assert_eq!(config.get_password(), Some(r"it's \ 1".as_bytes()));
        assert_eq!((config.get_dbname(), config.get_ssl_mode()), (Some("a b"), SslMode::Disable));
    }

    #[test]
    fn of_several_hosts_the_one_that_takes_changes_is_meant() {
        let asked = |url| config(url).get_target_session_attrs();
        assert_eq!(asked("postgres://u@a,b/db"), TargetSessionAttrs::ReadWrite);
        assert_eq!(asked("postgres://u@a/db?target_session_attrs=primary"), TargetSessionAttrs::ReadWrite);
        assert_eq!(asked("postgres://u@a/db"), TargetSessionAttrs::Any);
    }

    #[test]
    fn where_there_is_only_the_address_of_a_host_certificates_are_held_against_that() {
        assert_eq!(config("hostaddr=10.0.0.7 user=u").get_hosts(), [Host::Tcp("10.0.0.7".to_owned())]);
    }

    #[test]
    fn an_address_says_how_long_to_wait_for_each_of_its_hosts() {
        let settings = |url: &str| ConnectionSettings::new(&SecretString::from(url.to_owned()), None, None, false, 4);
        let patience = |url| settings(url).map(|settings| settings.pooled.patience());
        assert_eq!(patience("postgres://u@h/db"), Ok(Duration::from_secs(10)));
        assert_eq!(patience("postgres://u@a,b/db?connect_timeout=15"), Ok(Duration::from_secs(30)));
    }
}
