//! What is wrong with an address, and how to mend it.

use crate::locale::{Message, format, msg};

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
    /// It begins with another word than `postgresql://`: that of another database, or of another driver.
    #[error("{variable} begins with {scheme}://")]
    Scheme {
        /// The variable it came from.
        variable: &'static str,
        /// How it begins.
        scheme: String,
    },
    /// It names no host.
    #[error("{variable} names no host")]
    NoHost {
        /// The variable it came from.
        variable: &'static str,
    },
    /// User or password have an `@` in them.
    #[error("{variable} has more than one @ before its host")]
    Unencoded {
        /// The variable it came from.
        variable: &'static str,
    },
    /// An option has a value it cannot have.
    #[error("{variable}: option {option} is {value:?}")]
    Option {
        /// The variable it came from.
        variable: &'static str,
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        allowed: &'static [&'static str],
    },
    /// An option of another driver that must not be passed over, for it says how safe the way to the server has to be.
    #[error("{variable}: {written} is understood by other drivers only")]
    Instead {
        /// The variable it came from.
        variable: &'static str,
        /// As it stands there.
        written: String,
        /// What says the same here.
        instead: &'static [&'static str],
    },
    /// An option nobody knows.
    #[error("{variable}: there is no option {option}")]
    UnknownOption {
        /// The variable it came from.
        variable: &'static str,
        /// The option.
        option: String,
    },
    /// The file of `sslrootcert` holds no certificate.
    #[error("{variable}: sslrootcert={path} cannot be used: {reason}")]
    RootCertificate {
        /// The variable it came from.
        variable: &'static str,
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// `channel_binding=require` where nothing is encrypted that could be bound.
    #[error("{variable}: channel_binding=require needs TLS")]
    BindingWithoutTls {
        /// The variable it came from.
        variable: &'static str,
    },
}

impl InvalidUrl {
    /// The sentence for people: what is wrong, and how to mend it.
    pub fn message(&self) -> Message {
        match self {
            Self::Syntax { variable, reason } => msg::database_url_syntax(reason.as_str(), *variable),
            Self::Scheme { variable, scheme } => msg::database_url_scheme(scheme.as_str(), *variable),
            Self::NoHost { variable } => msg::database_url_no_host(*variable),
            Self::Unencoded { variable } => msg::database_url_unencoded(*variable),
            Self::Option { variable, option, value, allowed } => {
                msg::database_url_option(format::one_of(allowed.iter().copied()), *option, value.as_str(), *variable)
            }
            Self::Instead { variable, written, instead } => {
                msg::database_url_instead(format::one_of(instead.iter().copied()), *variable, written.as_str())
            }
            Self::UnknownOption { variable, option } => msg::database_url_unknown_option(option.as_str(), *variable),
            Self::RootCertificate { variable, path, reason } => {
                msg::database_url_root_certificate(path.as_str(), reason.as_str(), *variable)
            }
            Self::BindingWithoutTls { variable } => msg::database_url_binding_without_tls(*variable),
        }
    }
}
