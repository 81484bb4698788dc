//! One address, read as hosting platforms hand it out.

use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::{ChannelBinding, Host, SslMode, SslNegotiation, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{self, Trust};
use super::{Connected, InvalidUrl, Pooler};
use crate::repository::RepositoryError;

/// How long a connection may take to be made, unless the address says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Where PgBouncer listens unless told otherwise.
const PGBOUNCER_PORT: u16 = 6432;
/// Where Supabase's poolers share connections by transaction; at 5432 they keep them for a session.
const SUPABASE_PORT: u16 = 6543;

/// Options of other drivers that change nothing for us.
const FOREIGN: &[&str] = &[
    "client_encoding",
    "connection_limit",
    "fallback_application_name",
    "pgbouncer",
    "pool_timeout",
    "prepareThreshold",
    "schema",
    "socket_timeout",
    "sslcompression",
    "sslsni",
    "statement_cache_size",
    "supa",
    "uselibpqcompat",
    "workaround",
];

/// One address, parsed.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) config: tokio_postgres::Config,
    trust: Trust,
    /// The transaction pooler it shows to lead through.
    pub(super) pooler: Option<Pooler>,
    /// Options for other drivers.
    pub(super) passed_over: Vec<String>,
}

impl Address {
    /// Reads an address: options of other drivers are dropped, those of libpq understood.
    pub(super) fn parse(variable: &'static str, url: &SecretString) -> Result<Self, InvalidUrl> {
        let mut text = Text::split(variable, url.expose_secret().trim())?;
        let asked = Asked::take(variable, &mut text)?;
        let mut config: tokio_postgres::Config = text.joined().parse().map_err(|error: tokio_postgres::Error| {
            let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            InvalidUrl::Syntax { variable, reason }
        })?;
        asked.complete(variable, &mut config)?;
        let trust = Trust::new(variable, &asked.ssl_mode, asked.root.as_deref())?;
        let pooler = pooler(&config, asked.says_pgbouncer);
        Ok(Self { config, trust, pooler, passed_over: asked.passed_over })
    }

    pub(super) async fn connect(&self) -> Result<Connected, RepositoryError> {
        // The driver's own limit ends with the TCP connection; a server that is stopped accepts and says nothing more.
        match tokio::time::timeout(self.patience(), self.config.connect(self.tls())).await {
            Ok(connected) => connected.map_err(RepositoryError::Unreachable),
            Err(_) => Err(RepositoryError::TimedOut { statement: "connect" }),
        }
    }

    /// How long a connection may take to be made, with all its hosts tried in turn.
    pub(super) fn patience(&self) -> Duration {
        let hosts = u32::try_from(self.config.get_hosts().len()).unwrap_or(1).max(1);
        self.config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT).saturating_mul(hosts)
    }

    pub(super) fn tls(&self) -> MakeRustlsConnect {
        self.trust.connector(self.config.get_ssl_negotiation() == SslNegotiation::Direct)
    }

    /// Whether the server has to show a certificate that we trust.
    pub(super) fn verifies(&self) -> bool {
        self.trust.verifies()
    }

    /// Its hosts, for people.
    pub(super) fn hosts(&self) -> String {
        let places = self.config.get_hosts().iter().enumerate().map(|(index, host)| match host {
            Host::Tcp(name) if name.contains(':') => format!("[{name}]:{}", port(&self.config, index)),
            Host::Tcp(name) => format!("{name}:{}", port(&self.config, index)),
            Host::Unix(folder) => folder.display().to_string(),
        });
        places.collect::<Vec<_>>().join(",")
    }
}

/// The port of one of the hosts.
fn port(config: &tokio_postgres::Config, host: usize) -> u16 {
    let ports = config.get_ports();
    ports.get(host).or(ports.first()).copied().unwrap_or(5432)
}

/// The transaction pooler that hosts and ports show.
fn pooler(config: &tokio_postgres::Config, says_pgbouncer: bool) -> Option<Pooler> {
    let known = config.get_hosts().iter().enumerate().find_map(|(index, host)| {
        let Host::Tcp(name) = host else { return None };
        let (name, port) = (name.to_ascii_lowercase(), port(config, index));
        let is_supabase = name.ends_with(".supabase.com") || name.ends_with(".supabase.co");
        if is_supabase {
            return (port == SUPABASE_PORT).then_some(Pooler::Supabase);
        }
        let mut labels = name.split('.');
        if labels.next().is_some_and(|first| first.ends_with("-pooler")) {
            return Some(Pooler::Neon);
        }
        if labels.any(|label| label.starts_with("proxy-")) && name.ends_with(".rds.amazonaws.com") {
            return Some(Pooler::RdsProxy);
        }
        (port == PGBOUNCER_PORT).then_some(Pooler::PgBouncer)
    });
    known.or(says_pgbouncer.then_some(Pooler::PgBouncer))
}

/// An address with its options taken apart.
struct Text<'a> {
    /// What stands before the options of a URL; `None` where there are only options, as in `host=… user=…`.
    base: Option<&'a str>,
    /// As they are written: in a URL percent-encoded.
    options: Vec<(String, String)>,
}

impl<'a> Text<'a> {
    fn split(variable: &'static str, text: &'a str) -> Result<Self, InvalidUrl> {
        let is_word = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.:".contains(&byte));
        let rest = match text.split_once("://") {
            Some(("postgres" | "postgresql", rest)) => rest,
            Some((scheme, _)) if !scheme.is_empty() && is_word(scheme) => {
                return Err(InvalidUrl::Scheme { variable, scheme: scheme.to_owned() });
            }
            Some(_) | None => return Ok(Self { base: None, options: words(variable, text)? }),
        };
        // Before the first @ anything may stand but another one: whoever forgets to encode it names a host that does not
        // exist, with half a password in it.
        let credentials = rest.find('@').map_or(0, |at| at + 1);
        let hosts = &rest[credentials..];
        let hosts = &hosts[..hosts.find(['/', '?']).unwrap_or(hosts.len())];
        if hosts.contains('@') {
            return Err(InvalidUrl::Unencoded { variable });
        }
        let begin = text.len() - rest.len() + credentials;
        let (base, query) = match text[begin..].find('?') {
            Some(mark) => (&text[..begin + mark], &text[begin + mark + 1..]),
            None => (text, ""),
        };
        let options = query.split('&').filter(|option| !option.is_empty()).map(|option| {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            (name.to_owned(), value.to_owned())
        });
        Ok(Self { base: Some(base), options: options.collect() })
    }

    fn value(&self, written: &str) -> String {
        if self.base.is_some() {
            percent_decode_str(written).decode_utf8_lossy().into_owned()
        } else {
            written.to_owned()
        }
    }

    fn joined(&self) -> String {
        match self.base {
            Some(base) => {
                let options: Vec<_> = self.options.iter().map(|(name, value)| format!("{name}={value}")).collect();
                if options.is_empty() { base.to_owned() } else { format!("{base}?{}", options.join("&")) }
            }
            None => {
                let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
                let options = self.options.iter().map(|(name, value)| format!("{name}='{}'", quoted(value)));
                options.collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// Takes `host=… password='it\'s'` apart.
fn words(variable: &'static str, text: &str) -> Result<Vec<(String, String)>, InvalidUrl> {
    let broken = || InvalidUrl::Syntax { variable, reason: "name=value was expected".to_owned() };
    let mut options = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or_else(broken)?;
        let after = after.trim_start();
        let (is_quoted, mut letters) = match after.strip_prefix('\'') {
            Some(inner) => (true, inner.chars()),
            None => (false, after.chars()),
        };
        let mut value = String::new();
        loop {
            match letters.next() {
                Some('\'') if is_quoted => break,
                Some('\\') => value.extend(letters.next()),
                Some(letter) if !is_quoted && letter.is_whitespace() => break,
                Some(letter) => value.push(letter),
                None if is_quoted => return Err(broken()),
                None => break,
            }
        }
        options.push((name.trim().to_owned(), value));
        rest = letters.as_str().trim_start();
    }
    if options.is_empty() { Err(broken()) } else { Ok(options) }
}

/// What an address asks for besides what the driver reads.
#[derive(Default)]
struct Asked {
    /// As libpq knows them; empty where the address says nothing.
    ssl_mode: String,
    root: Option<String>,
    says_pgbouncer: bool,
    passed_over: Vec<String>,
}

impl Asked {
    /// Takes out what the driver does not know, and refuses what must not be passed over.
    fn take(variable: &'static str, text: &mut Text<'_>) -> Result<Self, InvalidUrl> {
        const SSL_MODES: &[&str] = &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
        const SESSIONS: &[&str] = &["any", "read-write", "primary"];
        let mut asked = Self::default();
        let mut kept = Vec::new();
        for (name, written) in std::mem::take(&mut text.options) {
            let value = text.value(&written);
            let wrong = |option, allowed| InvalidUrl::Option { variable, option, value: value.clone(), allowed };
            let other = |instead| InvalidUrl::Instead { variable, written: format!("{name}={value}"), instead };
            match (name.as_str(), value.as_str()) {
                ("sslmode", mode) if SSL_MODES.contains(&mode) => asked.ssl_mode = value,
                ("sslmode", _) => return Err(wrong("sslmode", SSL_MODES)),
                ("sslrootcert", _) => asked.root = Some(value).filter(|path| !path.is_empty()),
                ("ssl", "false" | "0" | "off") => return Err(other(&["sslmode=disable"])),
                ("ssl", _) => return Err(other(&["sslmode=verify-full", "sslmode=require"])),
                ("sslaccept", "strict") => return Err(other(&["sslmode=verify-full"])),
                ("sslaccept", _) => asked.passed_over.push(name),
                // We change what is there, so a server that only reads is of no use.
                ("target_session_attrs", "primary") => kept.push((name, "read-write".to_owned())),
                ("target_session_attrs", sessions) if !SESSIONS.contains(&sessions) => {
                    return Err(wrong("target_session_attrs", SESSIONS));
                }
                ("channel_binding", binding) if !["disable", "prefer", "require"].contains(&binding) => {
                    return Err(wrong("channel_binding", &["disable", "prefer", "require"]));
                }
                ("gssencmode", "disable" | "prefer") => asked.passed_over.push(name),
                ("gssencmode", _) => return Err(wrong("gssencmode", &["disable", "prefer"])),
                (option, _) if FOREIGN.contains(&option) => {
                    asked.says_pgbouncer |= option == "pgbouncer" && value != "false";
                    asked.passed_over.push(name);
                }
                (option, _) if KNOWN.contains(&option) => kept.push((name, written)),
                _ => return Err(unknown(variable, name)),
            }
        }
        text.options = kept;
        Ok(asked)
    }

    /// Says in the driver's configuration what else is asked for.
    fn complete(&self, variable: &'static str, config: &mut tokio_postgres::Config) -> Result<(), InvalidUrl> {
        if config.get_hosts().is_empty() {
            // A certificate is held against the name of the host, and where there is only an address, against that.
            let addresses: Vec<IpAddr> = config.get_hostaddrs().to_vec();
            for address in &addresses {
                config.host(address.to_string());
            }
            if addresses.is_empty() {
                return Err(InvalidUrl::NoHost { variable });
            }
        }
        config.ssl_mode(match self.ssl_mode.as_str() {
            "disable" => SslMode::Disable,
            "require" | "verify-ca" | "verify-full" => SslMode::Require,
            // As libpq: a server that is known by public authorities is to be known.
            _ if self.root.as_deref() == Some(tls::PUBLIC) => SslMode::Require,
            _ => SslMode::Prefer,
        });
        if config.get_channel_binding() == ChannelBinding::Require && config.get_ssl_mode() == SslMode::Disable {
            return Err(InvalidUrl::BindingWithoutTls { variable });
        }
        // As libpq: nothing is encrypted on the way through a socket, whatever the address asks for.
        if config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) {
            config.ssl_mode(SslMode::Disable);
        }
        if config.get_hosts().len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("downbeat");
        }
        config.keepalives_idle(Duration::from_secs(30)).keepalives_interval(Duration::from_secs(10));
        config.keepalives_retries(3).tcp_user_timeout(Duration::from_secs(20));
        Ok(())
    }
}

/// Options the driver reads.
const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "sslnegotiation",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// What does not look like the name of an option may be a piece of a password.
fn unknown(variable: &'static str, name: String) -> InvalidUrl {
    let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if is_name {
        InvalidUrl::UnknownOption { variable, option: name }
    } else {
        InvalidUrl::Syntax { variable, reason: "name=value was expected".to_owned() }
    }
}
