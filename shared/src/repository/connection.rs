//! Where the database is and how to get there: address, TLS, pool, and direct connections.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::RepositoryError;
use crate::locale::{Message, msg};
use crate::model::words;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
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

/// Where and how to connect. Its `Debug` shows no password.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    pooled: Address,
    direct: Option<Address>,
    lock_mode: LockMode,
    pool_size: usize,
}

#[derive(Clone, Debug)]
struct Address {
    config: tokio_postgres::Config,
    verify: bool,
}

/// An address that cannot be used. Never holds the address itself, which has a password in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// It is no PostgreSQL address.
    #[error("{variable} is no PostgreSQL address: {reason}")]
    Syntax {
        /// The variable it came from.
        variable: &'static str,
        /// What the driver said.
        reason: String,
    },
    /// An option has a value it cannot have.
    #[error("{variable}: option {option} is {value:?}")]
    Option {
        /// The variable it came from.
        variable: &'static str,
        /// The option.
        option: String,
        /// Its value.
        value: String,
    },
}

impl InvalidUrl {
    /// The sentence for people.
    pub fn message(&self) -> Message {
        match self {
            Self::Syntax { variable, reason } => msg::database_url_syntax(reason.as_str(), *variable),
            Self::Option { variable, option, value } => {
                msg::database_url_option(option.as_str(), value.as_str(), *variable)
            }
        }
    }
}

impl ConnectionSettings {
    /// Settings for `DATABASE_URL`, and where there is one, `DATABASE_URL_UNPOOLED` for locks, LISTEN and migrations.
    ///
    /// `lock_mode` falls back to session locks, which need a direct connection; where the process is `serverless` and no
    /// direct address is given, to transaction locks.
    pub fn new(
        url: &SecretString,
        unpooled: Option<&SecretString>,
        lock_mode: Option<LockMode>,
        serverless: bool,
        pool_size: usize,
    ) -> Result<Self, InvalidUrl> {
        let pooled = Address::parse("DATABASE_URL", url)?;
        let direct = unpooled.map(|url| Address::parse("DATABASE_URL_UNPOOLED", url)).transpose()?;
        let fallback = if serverless && direct.is_none() { LockMode::Transaction } else { LockMode::Session };
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

    /// The name of the database, for people.
    #[must_use]
    pub fn database(&self) -> &str {
        self.pooled.config.get_dbname().unwrap_or("postgres")
    }

    pub(super) fn pool(&self) -> Result<Pool, RepositoryError> {
        // A killed backend is noticed when a client is handed out, at the price of nothing: the driver knows it is closed.
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(self.pooled.config.clone(), self.pooled.tls(), recycling);
        let pool = Pool::builder(manager)
            .max_size(self.pool_size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(POOL_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT));
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
            _ if self.pooled.verify => Encryption::Verified,
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

/// What an address asks of the way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// It is encrypted where the server can.
    Optional,
    /// It is encrypted; who the server is, is not asked.
    Required,
    /// It is encrypted, and the server's certificate is verified.
    Verified,
}

impl Address {
    async fn connect(&self) -> Result<Connected, RepositoryError> {
        self.config.connect(self.tls()).await.map_err(RepositoryError::Unreachable)
    }

    /// Reads an address as hosting platforms hand it out: options of other drivers are dropped, `verify-full` is understood.
    fn parse(variable: &'static str, url: &SecretString) -> Result<Self, InvalidUrl> {
        let (text, verify) = understood(variable, url.expose_secret().trim())?;
        let mut config: tokio_postgres::Config = text.parse().map_err(|error: tokio_postgres::Error| {
            let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            InvalidUrl::Syntax { variable, reason }
        })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("downbeat");
        }
        config.keepalives_idle(Duration::from_secs(30)).keepalives_interval(Duration::from_secs(10));
        config.keepalives_retries(3).tcp_user_timeout(Duration::from_secs(20));
        Ok(Self { config, verify })
    }

    fn tls(&self) -> MakeRustlsConnect {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = match ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()
        {
            Ok(builder) => builder,
            Err(error) => unreachable!("ring supports the default protocol versions: {error}"),
        };
        let config = if self.verify {
            let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            builder.with_root_certificates(roots).with_no_client_auth()
        } else {
            let verifier = Arc::new(EncryptOnly { provider });
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        };
        MakeRustlsConnect::new(config)
    }
}

/// The address without what the driver does not know, and whether the server's certificate is to be verified.
///
/// `verify-ca` and `verify-full` both mean full verification; `require` and `prefer` encrypt without verifying, as libpq does.
fn understood(variable: &'static str, url: &str) -> Result<(String, bool), InvalidUrl> {
    /// Options of other drivers that change nothing for us.
    const FOREIGN: &[&str] =
        &["pgbouncer", "connection_limit", "pool_timeout", "schema", "supa", "sslrootcert", "statement_cache_size"];
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let Some((base, query)) = url.split_once('?').filter(|_| is_url) else {
        return Ok((url.to_owned(), false));
    };
    let mut verify = false;
    let mut kept = Vec::new();
    for option in query.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=').unwrap_or((option, "")) {
            ("sslmode", "verify-ca" | "verify-full") => {
                verify = true;
                kept.push("sslmode=require".to_owned());
            }
            ("sslmode", mode @ ("disable" | "prefer" | "require")) => kept.push(format!("sslmode={mode}")),
            ("sslmode", "allow") => kept.push("sslmode=prefer".to_owned()),
            ("sslmode", value) => {
                return Err(InvalidUrl::Option { variable, option: "sslmode".to_owned(), value: value.to_owned() });
            }
            (name, _) if FOREIGN.contains(&name) => {}
            _ => kept.push(option.to_owned()),
        }
    }
    let text = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    Ok((text, verify))
}

/// Encrypts without asking who the server is: what libpq does for `prefer` and `require`.
#[derive(Debug)]
struct EncryptOnly {
    provider: Arc<rustls::crypto::CryptoProvider>,
}

impl ServerCertVerifier for EncryptOnly {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> Result<ConnectionSettings, InvalidUrl> {
        ConnectionSettings::new(&SecretString::from(url.to_owned()), None, None, false, 4)
    }

    #[test]
    fn addresses_as_platforms_hand_them_out_are_understood() {
        for (url, verify) in [
            ("postgresql://u:p@ep-x-pooler.eu.aws.neon.tech/db?sslmode=require&channel_binding=require", false),
            (
                "postgres://u.ref:p%40ss@aws-0-eu.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1",
                false,
            ),
            ("postgres://u:p@rds.amazonaws.com/db?sslmode=verify-full&sslrootcert=global.pem", true),
            ("postgres:///postgres?host=/var/run/postgresql", false),
            ("host=/tmp user=postgres dbname=x", false),
        ] {
            let settings = settings(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(settings.pooled.verify, verify, "{url}");
        }
    }

    #[test]
    fn a_wrong_address_is_refused_without_repeating_its_password() {
        for url in ["postgres://u:secret@h/db?sslmode=maybe", "postgres://u:secret@h:port/db", "secret nonsense", ""] {
            let error: Result<(), _> =
                settings(url).and_then(|_| Err(InvalidUrl::Syntax { variable: "", reason: String::new() }));
            let text = error.unwrap_err().message().to_string();
            assert!(!text.contains("secret"), "{text}");
        }
        assert!(!format!("{:?}", settings("postgres://u:secret@h/db")).contains("secret"));
    }

    #[test]
    fn locks_fall_back_to_transactions_only_in_functions_without_a_direct_address() {
        let url = SecretString::from("postgres://u@h/db".to_owned());
        let mode = |direct, chosen, serverless| {
            ConnectionSettings::new(&url, direct, chosen, serverless, 4).map(|settings| settings.lock_mode())
        };
        assert_eq!(mode(None, None, true), Ok(LockMode::Transaction));
        assert_eq!(mode(Some(&url), None, true), Ok(LockMode::Session));
        assert_eq!(mode(None, None, false), Ok(LockMode::Session));
        assert_eq!(mode(None, Some(LockMode::Transaction), false), Ok(LockMode::Transaction));
    }

    #[test]
    fn ssl_stays_as_it_was_asked_for() {
        let mode = |url: &str| settings(url).map(|settings| settings.pooled.config.get_ssl_mode());
        assert_eq!(mode("postgres://u@h/db?sslmode=disable"), Ok(SslMode::Disable));
        assert_eq!(mode("postgres://u@h/db?sslmode=verify-ca"), Ok(SslMode::Require));
    }
}
