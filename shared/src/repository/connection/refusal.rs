//! Why no encrypted connection could be had, and how to mend it.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::locale::{Message, msg};

/// The sentence for an error that has to do with TLS; `None`: it is about something else.
pub(in crate::repository) fn refusal(error: &tokio_postgres::Error) -> Option<Message> {
    let cause = error.source()?;
    let refused = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    if let Some(refused) = refused.and_then(|refused| refused.downcast_ref::<rustls::Error>()) {
        return Some(match refused {
            rustls::Error::InvalidCertificate(certificate) => certificate_refused(certificate),
            _ => msg::database_tls_failed(refused.to_string()),
        });
    }
    // The driver has no names for these.
    match cause.to_string().as_str() {
        "server does not support TLS" => Some(msg::database_tls_missing()),
        "server did not use channel binding" => Some(msg::database_tls_unbound()),
        _ => None,
    }
}

fn certificate_refused(error: &CertificateError) -> Message {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => msg::database_tls_expired(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            msg::database_tls_not_yet_valid()
        }
        // A bad signature is that of another authority with the name of one of ours.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => msg::database_tls_unknown_issuer(),
        // The self-signed one of PostgreSQL's manual. The error is of a library that is not ours to name.
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            msg::database_tls_unknown_issuer()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            msg::database_tls_other_host()
        }
        other => msg::database_tls_failed(other.to_string()),
    }
}
