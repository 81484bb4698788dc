//! Asks addresses whether they answer as they should, in time, and with a certificate that lasts.

use std::error::Error;
use std::io;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use reqwest::tls::TlsInfo;
use reqwest::{Client, Response, StatusCode, Url, redirect};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::time::Instant;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::locale::{Message, cause, common, format, msg};
use crate::task::prelude::*;

/// How many targets are asked at once.
const AT_ONCE: usize = 8;
const MOST_REDIRECTS: usize = 5;

/// Asks addresses whether they answer as they should, in time, and with a certificate that lasts.
///
/// Fails if any of them does not. Of an address, only scheme, host, port and path are reported: what else it has may be
/// a secret.
pub struct HttpCheck;

/// What is asked.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The targets.
    pub targets: Vec<Target>,
}

/// An address, and how it should answer.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The address, `https://…` or `http://…`. Up to five redirects are followed.
    pub url: String,
    /// How it is asked.
    #[serde(default)]
    pub method: Method,
    /// The status it should answer with; null: any from 200 to 299.
    #[serde(default)]
    #[schemars(range(min = 100, max = 599))]
    pub expect_status: Option<u16>,
    /// How long it may take before it is given up, in milliseconds.
    #[serde(default = "ten_seconds")]
    #[schemars(range(min = 1))]
    pub timeout_ms: u64,
    /// How long it may take and still be fine, in milliseconds; null: up to its timeout.
    #[serde(default)]
    pub max_latency_ms: Option<u64>,
    /// How many days before its certificate expires it warns.
    #[serde(default = "two_weeks")]
    #[schemars(range(max = 36_500))]
    pub warn_certificate_days: u32,
}

fn ten_seconds() -> u64 {
    10_000
}

fn two_weeks() -> u32 {
    14
}

/// How a target is asked. Nothing is sent along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`.
    #[default]
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
    /// `POST`.
    Post,
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Head => Self::HEAD,
            Method::Options => Self::OPTIONS,
            Method::Post => Self::POST,
        }
    }
}

/// How the targets answered, in the order of the settings.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The answers.
    pub targets: Vec<Answer>,
}

/// How a target answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Its address: scheme, host, port and path.
    pub url: String,
    /// The status it answered with.
    pub status: Option<u16>,
    /// How long its answer took to begin, redirects included, in milliseconds.
    pub latency_ms: u64,
    /// When its certificate expires.
    pub certificate_expires_at: Option<DateTime<Utc>>,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What is wrong with the address of the target of that number. It is not repeated: it may hold a secret.
fn refusal(n: usize, target: &Target) -> Option<Refusal> {
    let reason = match Url::parse(&target.url) {
        Err(_) => msg::tasks_refused_address(),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => msg::tasks_refused_scheme(),
        Ok(_) => return None,
    };
    Some(Refusal::new(format!("targets[{n}].url"), reason))
}

impl CronTask for HttpCheck {
    type Config = Config;
    type Report = Report;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: Schedule::Cron("*/5 * * * *"),
        description: "Asks addresses whether they answer as they should",
        category: Category::Monitoring,
        ..CronTaskDefinition::new("http-check")
    };

    async fn validate(&self, config: &Config) -> Result<(), Refusal> {
        Refusal::all(config.targets.iter().enumerate().filter_map(|(n, target)| refusal(n, target)))
    }

    async fn execute(&self, cx: TaskContext<Config>) -> TaskResult<Report> {
        if cx.config.targets.is_empty() {
            return Ok(Report { targets: Vec::new() });
        }
        let client = client(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }).fatal()?;
        let questions: Vec<_> = cx.config.targets.iter().map(|target| ask(&client, target)).collect();
        let asked: Vec<_> = stream::iter(questions).buffered(AT_ONCE).collect().await;
        let (answers, wrongs): (Vec<_>, Vec<_>) = asked.into_iter().unzip();

        for (answer, target) in answers.iter().zip(&cx.config.targets) {
            if let Some(expires_at) = answer.certificate_expires_at
                && ends_within(target.warn_certificate_days, expires_at, cx.started_at())
            {
                tracing::warn!(url = answer.url, %expires_at, "the certificate of {} expires soon", answer.url);
            }
        }
        match failures(&answers, wrongs) {
            None => Ok(Report { targets: answers }),
            Some(message) => Err(TaskError::execution("http_check_failed", message)),
        }
    }
}

/// A client that trusts these roots.
fn client(roots: RootCertStore) -> TaskResult<Client> {
    // Its own provider of cryptography, so that nothing has to be installed for the whole process.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .tls_info(true)
        .redirect(redirect::Policy::limited(MOST_REDIRECTS))
        // Where an address leads to is not to learn what may be secret in it.
        .referer(false)
        // Through a proxy, it would be the proxy that is checked.
        .no_proxy()
        .user_agent(concat!("downbeat/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

/// How it answered, and what is wrong with that.
async fn ask(client: &Client, target: &Target) -> (Answer, Option<Message>) {
    let asked_at = Instant::now();
    let request = client.request(target.method.into(), &target.url);
    let answered = request.timeout(Duration::from_millis(target.timeout_ms)).send().await;
    let latency_ms = u64::try_from(asked_at.elapsed().as_millis()).unwrap_or(u64::MAX);

    let url = without_secrets(&target.url);
    let (status, certificate_expires_at, wrong) = match answered {
        Ok(response) => {
            let status = response.status();
            let wrong = wrong_status(status, target).or_else(|| too_slow(latency_ms, target));
            (Some(status.as_u16()), certificate_expiry(&response), wrong)
        }
        Err(error) => (None, None, Some(unasked(&error))),
    };
    let error = wrong.as_ref().map(ToString::to_string);
    (Answer { url, status, latency_ms, certificate_expires_at, error }, wrong)
}

fn wrong_status(status: StatusCode, target: &Target) -> Option<Message> {
    match target.expect_status {
        None if status.is_success() => None,
        Some(expected) if status == expected => None,
        None => Some(msg::error_target_answered_no_success(status.to_string())),
        Some(expected) => Some(msg::error_target_answered(expected, status.to_string())),
    }
}

fn too_slow(latency_ms: u64, target: &Target) -> Option<Message> {
    let most_ms = target.max_latency_ms.filter(|most_ms| latency_ms > *most_ms)?;
    Some(msg::error_target_slow(latency_ms, most_ms))
}

fn certificate_expiry(response: &Response) -> Option<DateTime<Utc>> {
    let certificate = Certificate::from_der(response.extensions().get::<TlsInfo>()?.peer_certificate()?).ok()?;
    Some(certificate.tbs_certificate.validity.not_after.to_system_time().into())
}

/// Why it gave no answer.
fn unasked(error: &reqwest::Error) -> Message {
    if error.is_timeout() {
        return msg::error_silent();
    }
    if error.is_redirect() {
        return msg::error_target_redirects();
    }
    let causes = || std::iter::successors(error.source(), |&cause| cause.source());
    let certificate = causes().find_map(|cause| cause.downcast_ref::<io::Error>().and_then(of_tls));
    certificate.or_else(|| common(error)).unwrap_or_else(|| msg::error_target_not_asked(cause(error)))
}

fn of_tls(error: &io::Error) -> Option<Message> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(certificate) => Some(of_certificate(certificate)),
        _ => None,
    }
}

fn of_certificate(error: &CertificateError) -> Message {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => msg::error_target_certificate_expired(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            msg::error_target_certificate_not_yet_valid()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            msg::error_target_certificate_of_other_host()
        }
        CertificateError::UnknownIssuer => msg::error_target_certificate_unknown(),
        other => msg::error_target_certificate_refused(other.to_string()),
    }
}

/// Scheme, host, port and path: user, password, query and fragment may be secrets.
fn without_secrets(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else {
        return msg::error_target_invalid().to_string();
    };
    // Refused only by addresses without a host, which have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn ends_within(days: u32, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    expires_at - now < TimeDelta::days(days.into())
}

/// What is wrong with whom, in one sentence; `None` if nothing is.
fn failures(answers: &[Answer], wrongs: Vec<Option<Message>>) -> Option<Message> {
    let named = |(answer, wrong): (&Answer, Option<Message>)| Some(msg::error_target(wrong?, answer.url.as_str()));
    let failed: Vec<_> = answers.iter().zip(wrongs).filter_map(named).collect();
    let count = failed.len();
    (count > 0).then(|| msg::error_targets_failed(answers.len(), count, format::each_of(failed)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::locale::Argument;
    use crate::task::Registry;

    fn target(url: &str) -> Target {
        serde_json::from_value(json!({ "url": url })).unwrap()
    }

    #[tokio::test]
    async fn settings_are_refused_by_the_path_of_what_is_wrong() {
        let registry = Registry::builder().cron(HttpCheck).build().unwrap();
        let task = registry.cron_task("http-check").unwrap();
        for (wrong, path) in [
            (json!({ "url": "no address" }), "targets[1].url"),
            (json!({ "url": "ftp://example.com" }), "targets[1].url"),
            (json!({ "url": "https://example.com", "expect_status": 99 }), "targets[1].expect_status"),
            (json!({ "url": "https://example.com", "timeout_ms": 0 }), "targets[1].timeout_ms"),
        ] {
            let config = json!({ "targets": [{ "url": "https://example.com" }, wrong] });
            let refusal = task.validate(&config).await.unwrap_err();
            assert_eq!(refusal.path, path);
            // A sentence of ours, which there is in every language.
            assert!(refusal.reason != Argument::from(refusal.reason.to_string()), "{}", refusal.reason);
        }
    }

    #[test]
    fn a_method_we_do_not_ask_by_is_refused() {
        let wrong = serde_json::from_value::<Target>(json!({ "url": "https://example.com", "method": "DELETE" }));
        assert!(wrong.unwrap_err().to_string().contains("DELETE"));
    }

    #[test]
    fn what_may_be_secret_is_cut_off_an_address() {
        let url = "https://user:password@example.com:8443/health?token=secret#secret";
        assert_eq!(without_secrets(url), "https://example.com:8443/health");
    }

    #[test]
    fn only_the_status_that_is_expected_is_fine() {
        let of = |status, expect_status| {
            wrong_status(status, &Target { expect_status, ..target("https://example.com") }).is_some()
        };
        assert!(!of(StatusCode::NO_CONTENT, None) && of(StatusCode::FOUND, None));
        assert!(!of(StatusCode::UNAUTHORIZED, Some(401)) && of(StatusCode::OK, Some(401)));
    }

    #[test]
    fn a_certificate_that_ends_within_two_weeks_is_warned_of() {
        let now = DateTime::UNIX_EPOCH;
        let warned =
            |days| ends_within(target("https://example.com").warn_certificate_days, now + TimeDelta::days(days), now);
        assert_eq!([-1, 13, 14, 15].map(warned), [true, true, false, false]);
    }

    #[tokio::test]
    async fn the_end_of_a_certificate_is_read_from_the_connection() {
        let (not_after, server) = tls_server().await;
        let (answer, _) = ask(&client(server.trust).unwrap(), &target(&server.url)).await;
        assert_eq!((answer.status, answer.error), (Some(200), None));
        assert_eq!(answer.certificate_expires_at, Some(not_after));
    }

    #[tokio::test]
    async fn a_certificate_nobody_vouches_for_is_an_error() {
        let (_, server) = tls_server().await;
        let (answer, _) = ask(&client(RootCertStore::empty()).unwrap(), &target(&server.url)).await;
        assert_eq!(answer.status, None);
        assert!(answer.error.unwrap().contains("certificate"));
    }

    struct TlsServer {
        url: String,
        trust: RootCertStore,
    }

    /// Answers one connection with 200, under a certificate of its own that ends at the instant.
    async fn tls_server() -> (DateTime<Utc>, TlsServer) {
        let not_after = DateTime::from_timestamp(4_000_000_000, 0).unwrap();
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.not_after = std::time::SystemTime::from(not_after).into();
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap().der().clone();
        let mut trust = RootCertStore::empty();
        trust.add(certificate.clone()).unwrap();

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())
            .unwrap();
        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        tokio::spawn(async move {
            let (connection, _) = listener.accept().await.unwrap();
            // A client that does not trust us hangs up.
            if let Ok(mut connection) = tokio_rustls::TlsAcceptor::from(Arc::new(tls)).accept(connection).await {
                let _ = connection.read(&mut [0; 1024]).await.unwrap();
                connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            }
        });
        (not_after, TlsServer { url, trust })
    }
}
