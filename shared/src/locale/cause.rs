//! What systems, servers and libraries say of a connection, a file or an address, as a sentence of ours.

use std::error::Error;
use std::io::{self, ErrorKind};

use tokio_postgres::error::{DbError, SqlState};

use super::{Argument, Message, msg};

/// Why something failed: the sentence for what is common; else what the innermost cause says, for the outer ones only say
/// that there was one, and may repeat an address with what is secret in it.
#[must_use]
pub fn cause(error: &(dyn Error + 'static)) -> Argument {
    let innermost = || causes(error).last().map(ToString::to_string).unwrap_or_default();
    common(error).map_or_else(|| innermost().into(), Argument::from)
}

/// The sentence for what is common.
pub(crate) fn common(error: &(dyn Error + 'static)) -> Option<Message> {
    causes(error).find_map(|cause| {
        let by_system = cause.downcast_ref::<io::Error>().and_then(|error| of_io(error.kind()));
        let by_server = || cause.downcast_ref::<DbError>().and_then(|error| of_server(error.code()));
        by_system.or_else(by_server).or_else(|| of_text(&cause.to_string()))
    })
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}

fn of_io(kind: ErrorKind) -> Option<Message> {
    Some(match kind {
        ErrorKind::ConnectionRefused => msg::error_refused(),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => msg::error_broken_off(),
        ErrorKind::TimedOut => msg::error_silent(),
        ErrorKind::AddrInUse => msg::error_address_in_use(),
        ErrorKind::AddrNotAvailable => msg::error_address_elsewhere(),
        ErrorKind::PermissionDenied => msg::error_not_permitted(),
        ErrorKind::NotFound => msg::error_not_there(),
        _ => return None,
    })
}

fn of_server(code: &SqlState) -> Option<Message> {
    let is = |codes: &[SqlState]| codes.contains(code);
    if is(&[SqlState::INVALID_CATALOG_NAME]) {
        Some(msg::error_no_such_database())
    } else if is(&[SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION]) {
        Some(msg::error_login_refused())
    } else {
        None
    }
}

/// These have neither kind nor code.
fn of_text(said: &str) -> Option<Message> {
    match said {
        "dns error" => Some(msg::error_host_not_found()),
        _ if said.starts_with("failed to lookup address information") => Some(msg::error_host_not_found()),
        "operation timed out" | "deadline has elapsed" => Some(msg::error_silent()),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[derive(Debug, thiserror::Error)]
    #[error("postgresql://app:secret@host")]
    struct Outer(#[source] io::Error);

    #[test]
    fn what_is_common_is_said_in_every_language_and_the_rest_as_it_was_said() {
        for kind in [
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::TimedOut,
            ErrorKind::AddrInUse,
            ErrorKind::AddrNotAvailable,
            ErrorKind::PermissionDenied,
            ErrorKind::NotFound,
        ] {
            let told = common(&Outer(kind.into())).unwrap_or_else(|| panic!("{kind} has no sentence"));
            let mut said: Vec<_> = Locale::all().map(|locale| locale.render(&told)).collect();
            said.sort();
            said.dedup();
            assert_eq!(said.len(), Locale::all().count(), "{kind}: {said:?}");
        }
        let looked_up = io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(cause(&Outer(looked_up)), msg::error_host_not_found().into());
        assert_eq!(cause(&Outer(io::Error::other("out of ink"))).to_string(), "out of ink");
    }

    #[test]
    fn what_the_server_refuses_is_known_by_its_code() {
        for (code, expected) in [
            ("3D000", Some(msg::error_no_such_database())),
            ("28000", Some(msg::error_login_refused())),
            ("28P01", Some(msg::error_login_refused())),
            ("42601", None),
        ] {
            assert_eq!(of_server(&SqlState::from_code(code)), expected, "{code}");
        }
    }
}
