//! TLS with a server whose certificate is right, expired, self-signed, for another host, or that has none: whether it works
//! is what libpq's table says, and a refusal says what is wrong with the certificate and how to mend it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use downbeat::clock::Clock;
use downbeat::config::Config;
use downbeat::doctor::{Subject, examine};
use downbeat::locale::Locale;
use downbeat::repository::{ConnectionSettings, Repository, RepositoryError};
use downbeat::task::Registry;
use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use secrecy::SecretString;

use crate::server::Server;

const PASSWORD: &str = "open sesame";

/// A server that is reached by TCP with a password, and the certificates it may show.
struct Site {
    server: Server,
    /// Files of roots, beside the server's.
    folder: PathBuf,
}

/// What the server shows.
struct Shown {
    certificate: Certificate,
    key: KeyPair,
}

impl AsRef<Certificate> for Shown {
    fn as_ref(&self) -> &Certificate {
        &self.certificate
    }
}

/// An authority of one's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// For these hosts; its time ends long after anybody runs this.
fn for_hosts(hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut parameters = CertificateParams::new(hosts).unwrap();
    parameters.not_before = date_time_ymd(2000, 1, 1);
    parameters.not_after = date_time_ymd(4000, 1, 1);
    parameters
}

fn signed(parameters: &CertificateParams, by: &CertifiedIssuer<'static, KeyPair>) -> Shown {
    let key = KeyPair::generate().unwrap();
    Shown { certificate: parameters.signed_by(&key, by).unwrap(), key }
}

fn self_signed(parameters: &CertificateParams) -> Shown {
    let key = KeyPair::generate().unwrap();
    Shown { certificate: parameters.self_signed(&key).unwrap(), key }
}

impl Site {
    async fn showing(shown: Option<&Shown>) -> Self {
        let settings: &[_] = if shown.is_some() { &[("ssl", "on")] } else { &[] };
        let server = Server::start(settings, |data| {
            let rules = "local all all trust\nhost all old 127.0.0.1/32 md5\nhost all all 127.0.0.1/32 scram-sha-256\n";
            fs::write(data.join("pg_hba.conf"), rules).unwrap();
            if let Some(Shown { certificate, key }) = shown {
                own(data, "server.crt", &certificate.pem());
                own(data, "server.key", &key.serialize_pem());
            }
        })
        .await;
        let roles = format!(
            "set password_encryption = 'scram-sha-256'; create role app login password '{PASSWORD}';
             set password_encryption = 'md5'; create role old login password '{PASSWORD}'"
        );
        server.client().await.batch_execute(&roles).await.unwrap();
        let folder = std::env::temp_dir().join(format!("downbeat-roots-{}", server.port()));
        fs::create_dir(&folder).unwrap();
        Self { server, folder }
    }

    /// A file of roots.
    fn roots(&self, name: &str, certificate: impl AsRef<Certificate>) -> String {
        let file = self.folder.join(name);
        fs::write(&file, certificate.as_ref().pem()).unwrap();
        format!("&sslrootcert={}", file.display())
    }

    /// Asks something as `app` with these options; whether it was encrypted, or the refusal in English.
    async fn ask(&self, options: &str) -> Result<bool, String> {
        self.ask_as("app", options).await.map_err(|error| error.message().to_string())
    }

    fn url(&self, role: &str, options: &str) -> SecretString {
        let port = self.server.port();
        SecretString::from(format!("postgresql://{role}:open%20sesame@localhost:{port}/postgres?{options}"))
    }

    async fn ask_as(&self, role: &str, options: &str) -> Result<bool, RepositoryError> {
        let settings = ConnectionSettings::new(&self.url(role, options), None, None, false, 1)?;
        let repository = Repository::new(settings, Clock::System)?;
        repository.now().await?;
        let admin = self.server.client().await;
        let encrypted = "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = $1";
        let rows = admin.query(encrypted, &[&role]).await.unwrap();
        let is_encrypted = rows.last().expect("the connection stays open").get(0);
        repository.close();
        // The next question must not find this one's connection.
        crate::support::until(async || admin.query(encrypted, &[&role]).await.unwrap().is_empty()).await;
        Ok(is_encrypted)
    }

    #[track_caller]
    fn refused(asked: Result<bool, String>, fix: &str) {
        let told = asked.expect_err(fix);
        assert!(told.contains(fix), "{told}");
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Writes a file that the server's account alone may read: it refuses a key others can.
fn own(data: &Path, name: &str, text: &str) {
    let file = data.join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let owner = fs::metadata(data).unwrap();
    chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
}

const PLAIN: Result<bool, String> = Ok(false);
const ENCRYPTED: Result<bool, String> = Ok(true);

#[tokio::test(flavor = "multi_thread")]
async fn a_right_certificate_of_ones_own_authority_works_with_each_mode() {
    let authority = authority();
    let site = Site::showing(Some(&signed(&for_hosts(&["localhost"]), &authority))).await;
    let roots = site.roots("ca.pem", &authority);
    assert_eq!(site.ask("sslmode=disable").await, PLAIN);
    assert_eq!(site.ask("").await, ENCRYPTED);
    for mode in ["allow", "prefer", "require"] {
        assert_eq!(site.ask(&format!("sslmode={mode}")).await, ENCRYPTED, "{mode}");
    }
    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        assert_eq!(site.ask(&format!("sslmode={mode}{roots}")).await, ENCRYPTED, "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_is_believed_only_where_its_file_is_named() {
    let authority = authority();
    let site = Site::showing(Some(&signed(&for_hosts(&["localhost"]), &authority))).await;
    let of_others = site.roots("others.pem", self::authority());
    for options in ["sslmode=verify-ca", "sslmode=verify-full", "sslrootcert=system"] {
        Site::refused(site.ask(options).await, "sslrootcert=/path/to/ca.pem");
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        Site::refused(site.ask(&format!("sslmode={mode}{of_others}")).await, "sslrootcert=/path/to/ca.pem");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_is_refused_where_it_is_verified() {
    let authority = authority();
    let mut expired = for_hosts(&["localhost"]);
    expired.not_after = date_time_ymd(2001, 1, 1);
    let site = Site::showing(Some(&signed(&expired, &authority))).await;
    let roots = site.roots("ca.pem", &authority);
    for mode in ["prefer", "require"] {
        assert_eq!(site.ask(&format!("sslmode={mode}")).await, ENCRYPTED, "{mode}");
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        Site::refused(site.ask(&format!("sslmode={mode}{roots}")).await, "has expired; renew it there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_the_future_is_refused_where_it_is_verified() {
    let authority = authority();
    let mut early = for_hosts(&["localhost"]);
    early.not_before = date_time_ymd(3999, 1, 1);
    let site = Site::showing(Some(&signed(&early, &authority))).await;
    let roots = site.roots("ca.pem", &authority);
    Site::refused(site.ask(&format!("sslmode=verify-full{roots}")).await, "is not valid yet; compare its clock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_signed_certificate_works_where_its_own_file_is_named() {
    let site_of = async |parameters: &CertificateParams| {
        let shown = self_signed(parameters);
        let site = Site::showing(Some(&shown)).await;
        let roots = site.roots("server.pem", &shown);
        (site, roots)
    };
    // As PostgreSQL's manual makes one, it calls itself an authority.
    let mut of_the_manual = for_hosts(&["localhost"]);
    of_the_manual.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for parameters in [for_hosts(&["localhost"]), of_the_manual] {
        let (site, roots) = site_of(&parameters).await;
        let of_others = site.roots("others.pem", authority());
        assert_eq!(site.ask("sslmode=require").await, ENCRYPTED);
        for mode in ["require", "verify-ca", "verify-full"] {
            assert_eq!(site.ask(&format!("sslmode={mode}{roots}")).await, ENCRYPTED, "{mode}");
            let asked = site.ask(&format!("sslmode={mode}{of_others}")).await;
            Site::refused(asked, "or a self-signed one itself: sslrootcert=");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_signed_certificate_that_is_named_still_has_to_be_current_and_for_the_host() {
    let mut expired = for_hosts(&["localhost"]);
    expired.not_after = date_time_ymd(2001, 1, 1);
    for (parameters, full, host_is_asked) in
        [(expired, "has expired", false), (for_hosts(&["elsewhere.example"]), "is for another host", true)]
    {
        let shown = self_signed(&parameters);
        let site = Site::showing(Some(&shown)).await;
        let roots = site.roots("server.pem", &shown);
        Site::refused(site.ask(&format!("sslmode=verify-full{roots}")).await, full);
        let by_authority = site.ask(&format!("sslmode=verify-ca{roots}")).await;
        if host_is_asked {
            assert_eq!(by_authority, ENCRYPTED);
        } else {
            Site::refused(by_authority, full);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_host_is_refused_where_the_host_is_verified() {
    let authority = authority();
    let site = Site::showing(Some(&signed(&for_hosts(&["elsewhere.example", "10.0.0.7"]), &authority))).await;
    let roots = site.roots("ca.pem", &authority);
    assert_eq!(site.ask("sslmode=require").await, ENCRYPTED);
    for mode in ["require", "verify-ca"] {
        assert_eq!(site.ask(&format!("sslmode={mode}{roots}")).await, ENCRYPTED, "{mode}");
    }
    Site::refused(site.ask(&format!("sslmode=verify-full{roots}")).await, "put the name it was made for into");
    // The name is the address's, also where it is reached by a number.
    let by_number = format!("sslmode=verify-full&hostaddr=127.0.0.1{roots}");
    Site::refused(site.ask(&by_number).await, "is for another host");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let site = Site::showing(None).await;
    let roots = site.roots("ca.pem", authority());
    for mode in ["disable", "allow", "prefer"] {
        assert_eq!(site.ask(&format!("sslmode={mode}")).await, PLAIN, "{mode}");
    }
    assert_eq!(site.ask("").await, PLAIN);
    for mode in ["require", "verify-ca", "verify-full"] {
        Site::refused(site.ask(&format!("sslmode={mode}{roots}")).await, "turn it on there (ssl = on)");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn channel_binding_is_required_where_the_address_says_so() {
    let authority = authority();
    let site = Site::showing(Some(&signed(&for_hosts(&["localhost"]), &authority))).await;
    let roots = site.roots("ca.pem", &authority);
    for mode in ["prefer", "require", "verify-full"] {
        assert_eq!(site.ask(&format!("sslmode={mode}&channel_binding=require{roots}")).await, ENCRYPTED, "{mode}");
    }
    assert_eq!(site.ask("sslmode=require&channel_binding=disable").await, ENCRYPTED);
    Site::refused(site.ask("sslmode=disable&channel_binding=require").await, "write sslmode=require");

    let without = Site::showing(None).await;
    Site::refused(without.ask("channel_binding=require").await, "needs TLS and a password stored as scram-sha-256");
    assert_eq!(without.ask("channel_binding=prefer").await, PLAIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_cannot_be_bound_is_refused_where_binding_is_required() {
    let site = Site::showing(Some(&self_signed(&for_hosts(&["localhost"])))).await;
    assert!(site.ask_as("old", "sslmode=require").await.unwrap());
    let told = site.ask_as("old", "sslmode=require&channel_binding=require").await.map_err(|error| error.message());
    Site::refused(told.map_err(|told| told.to_string()), "a password stored as scram-sha-256");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_certificate_is_told_in_each_language() {
    let authority = authority();
    let mut expired = for_hosts(&["localhost"]);
    expired.not_after = date_time_ymd(2001, 1, 1);
    let by_expired = Site::showing(Some(&signed(&expired, &authority))).await;
    let elsewhere = Site::showing(Some(&signed(&for_hosts(&["elsewhere.example"]), &authority))).await;
    let without = Site::showing(None).await;
    let words = [("en", "expired"), ("de", "abgelaufen"), ("pl", "wygasł")];
    told_in_each_language(&by_expired, &authority, &words).await;
    let words = [("en", "another host"), ("de", "anderen Host"), ("pl", "innego hosta")];
    told_in_each_language(&elsewhere, &authority, &words).await;
    let words = [("en", "sslrootcert="), ("de", "unterschrieben"), ("pl", "nie podpisał")];
    told_in_each_language(&elsewhere, &self::authority(), &words).await;
    let words = [("en", "ssl = on"), ("de", "bietet kein TLS an"), ("pl", "nie oferuje TLS")];
    told_in_each_language(&without, &authority, &words).await;
}

async fn told_in_each_language(site: &Site, authority: &CertifiedIssuer<'static, KeyPair>, words: &[(&str, &str)]) {
    let roots = site.roots("ca.pem", authority);
    let error = site.ask_as("app", &format!("sslmode=verify-full{roots}")).await.unwrap_err();
    for (tag, word) in words {
        let told = Locale::parse(tag).unwrap().render(&error.message());
        assert!(told.contains(word), "{tag}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_what_is_wrong_with_the_certificate() {
    let authority = authority();
    let site = Site::showing(Some(&signed(&for_hosts(&["elsewhere.example"]), &authority))).await;
    let roots = site.roots("ca.pem", &authority);
    let told = async |options: &str| {
        let subject = Subject {
            config: Config { database_url: Some(site.url("app", options)), ..Config::default() },
            mistakes: Vec::new(),
            registry: Registry::builder().build(),
            no_database: None,
            clock: Clock::System,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            folder: site.folder.clone(),
        };
        let answer = serde_json::to_value(examine(&subject).await.answer(Locale::default())).unwrap();
        let checks = answer["checks"].as_array().unwrap().clone();
        let of = |name: &str| checks.iter().find(|check| check["check"] == name).unwrap().clone();
        (of("database"), of("pooler"))
    };
    let (database, _) = told(&format!("sslmode=verify-full{roots}")).await;
    assert_eq!(database["status"], "failed", "{database}");
    assert!(database.to_string().contains("put the name it was made for into the address"), "{database}");
    let (database, pooler) = told(&format!("sslmode=verify-ca{roots}&pgbouncer=true")).await;
    assert_eq!(database["status"], "ok", "{database}");
    assert!(pooler.to_string().contains("TASK_LOCK_MODE: transaction"), "{pooler}");
}
