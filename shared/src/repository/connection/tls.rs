//! Whom we believe to be the database: nobody is asked, public authorities, or those of a file.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use super::InvalidUrl;

/// The `sslrootcert` that stands for the public authorities.
pub(super) const PUBLIC: &str = "system";

/// Whose certificates are believed.
#[derive(Clone)]
pub(super) enum Trust {
    /// Nobody is asked: it is encrypted, to whomever.
    Anybody,
    /// What public authorities signed, for this host.
    Public,
    /// What the authorities of a file signed, and what stands there itself.
    Own {
        certificates: Arc<Vec<CertificateDer<'static>>>,
        /// Whether it has to be for this host.
        asks_name: bool,
    },
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anybody => "Anybody",
            Self::Public => "Public",
            Self::Own { .. } => "Own",
        })
    }
}

impl Trust {
    /// By libpq's rules, but for one: `verify-ca` without a file asks for the host as well. Anybody can have a certificate
    /// of a public authority.
    pub(super) fn new(variable: &'static str, ssl_mode: &str, root: Option<&str>) -> Result<Self, InvalidUrl> {
        let own = |path: &str, asks_name| {
            let certificates = Arc::new(read(variable, path)?);
            Ok(Self::Own { certificates, asks_name })
        };
        match (ssl_mode, root) {
            ("" | "verify-full", Some(PUBLIC)) | ("verify-ca" | "verify-full", None) => Ok(Self::Public),
            (mode, Some(PUBLIC)) => Err(InvalidUrl::Option {
                variable,
                option: "sslmode",
                value: mode.to_owned(),
                allowed: &["verify-full"],
            }),
            ("verify-full", Some(path)) => own(path, true),
            // libpq reads `require` so where there is a file, and people rely on it.
            ("verify-ca" | "require", Some(path)) => own(path, false),
            _ => Ok(Self::Anybody),
        }
    }

    pub(super) fn verifies(&self) -> bool {
        match self {
            Self::Public | Self::Own { .. } => true,
            Self::Anybody => false,
        }
    }

    /// `is_direct`: the server is spoken TLS to from the first byte, and then has to be told what comes after.
    pub(super) fn connector(&self, is_direct: bool) -> MakeRustlsConnect {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = match ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()
        {
            Ok(builder) => builder,
            Err(error) => unreachable!("ring supports the default protocol versions: {error}"),
        };
        let custom = |builder: rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, verifier| {
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        };
        let mut config = match self {
            Self::Anybody => custom(builder, Arc::new(EncryptOnly { provider }) as Arc<dyn ServerCertVerifier>),
            Self::Public => {
                let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
                builder.with_root_certificates(roots).with_no_client_auth()
            }
            Self::Own { certificates, asks_name } => {
                let authorities =
                    match WebPkiServerVerifier::builder_with_provider(roots(certificates), provider).build() {
                        Ok(authorities) => authorities,
                        Err(error) => unreachable!("the file was seen to hold certificates: {error}"),
                    };
                custom(
                    builder,
                    Arc::new(Own { authorities, certificates: certificates.clone(), asks_name: *asks_name }),
                )
            }
        };
        if is_direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        MakeRustlsConnect::new(config)
    }
}

fn roots(certificates: &[CertificateDer<'static>]) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    // One that cannot be read is one nobody can be shown to be.
    roots.add_parsable_certificates(certificates.iter().cloned());
    Arc::new(roots)
}

/// The certificates of a file, at least one of them an authority's that can be read.
fn read(variable: &'static str, path: &str) -> Result<Vec<CertificateDer<'static>>, InvalidUrl> {
    let unusable = |reason: String| InvalidUrl::RootCertificate { variable, path: path.to_owned(), reason };
    let text = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text).filter_map(Result::ok).collect();
    if roots(&certificates).is_empty() {
        return Err(unusable("it holds no certificate in PEM".to_owned()));
    }
    Ok(certificates)
}

/// Encrypts without asking who the server is: what libpq does for `prefer` and `require`.
#[derive(Debug)]
struct EncryptOnly {
    provider: Arc<CryptoProvider>,
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

/// Believes the authorities of a file, and a server whose own certificate stands there.
#[derive(Debug)]
struct Own {
    authorities: Arc<WebPkiServerVerifier>,
    certificates: Arc<Vec<CertificateDer<'static>>>,
    asks_name: bool,
}

impl ServerCertVerifier for Own {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.certificates.iter().any(|own| own == shown) {
            // The self-signed one of PostgreSQL's manual calls itself an authority, and those are not taken for servers.
            is_current(shown, now)?;
            if self.asks_name {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(shown)?, host)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match self.authorities.verify_server_cert(shown, between, host, ocsp, now) {
            // The name is looked at when all else is well.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.asks_name => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.authorities.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

/// Whether the time it is valid in has begun and has not ended.
fn is_current(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), rustls::Error> {
    let parsed = Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let validity = parsed.tbs_certificate.validity;
    if now.as_secs() < validity.not_before.to_unix_duration().as_secs() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now.as_secs() > validity.not_after.to_unix_duration().as_secs() {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}
