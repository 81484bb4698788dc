//! Every error the API may answer with, in one table: nothing else can be made a [`Problem`](super::Problem) of.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// What kind of thing went wrong. Each has its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request is wrong: 400.
    ValidationFailed,
    /// No credential, or a wrong one: 401.
    Unauthorized,
    /// No credential opens this here: 403.
    Forbidden,
    /// There is no such thing: 404.
    NotFound,
    /// Not by this method: 405.
    MethodNotAllowed,
    /// The caller was too slow: 408.
    RequestTimeout,
    /// Not in this state: 409.
    Conflict,
    /// The body is longer than any may be: 413.
    PayloadTooLarge,
    /// The body is of a type nobody reads here: 415.
    UnsupportedMediaType,
    /// Well written, and at odds with what was asked before: 422.
    Unprocessable,
    /// Our fault: 500.
    ServerError,
    /// Not now: 503, with `Retry-After`.
    Unavailable,
}

impl Kind {
    /// Its HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::ValidationFailed => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The header that comes with it, and what that says.
    pub(super) fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Unauthorized => Some(("WWW-Authenticate", "Bearer")),
            Self::Unavailable => Some(("Retry-After", "1")),
            Self::ValidationFailed
            | Self::Forbidden
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::RequestTimeout
            | Self::Conflict
            | Self::PayloadTooLarge
            | Self::UnsupportedMediaType
            | Self::Unprocessable
            | Self::ServerError => None,
        }
    }

    /// As it is written in an answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ValidationFailed => "validation_failed",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RequestTimeout => "request_timeout",
            Self::Conflict => "conflict",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Unprocessable => "unprocessable",
            Self::ServerError => "server_error",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Declares the errors: `Name: Kind = "code"`, and what each means as its documentation.
macro_rules! faults {
    ($($(#[doc = $meaning:literal])+ $name:ident: $kind:ident = $code:literal,)+) => {
        /// An error the API may answer with. A route says which of them are its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[doc = $meaning])+ $name,)+
        }

        impl Fault {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What kind of thing it is.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)+
                }
            }

            /// The short word for programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What it means, for the documentation.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($meaning),+).trim_ascii(),)+
                }
            }
        }
    };
}

faults! {
    /// A path parameter, the query or the body is wrong; the message says what, and where.
    RequestInvalid: ValidationFailed = "request_invalid",
    /// `limit` lies outside what is allowed.
    LimitOutOfRange: ValidationFailed = "limit_out_of_range",
    /// `count` lies outside what is allowed.
    CountOutOfRange: ValidationFailed = "count_out_of_range",
    /// The cursor was not handed out by this list.
    CursorInvalid: ValidationFailed = "cursor_invalid",
    /// The id of the event was not handed out by this system.
    EventIdInvalid: ValidationFailed = "event_id_invalid",
    /// The `Idempotency-Key` is not one of 1 to 255 visible ASCII characters, or there are several.
    IdempotencyKeyInvalid: ValidationFailed = "idempotency_key_invalid",
    /// The settings of the run are no JSON object.
    ConfigNotAnObject: ValidationFailed = "config_not_an_object",
    /// The task refuses the settings of the run; `details.mistakes` has each with its path.
    ConfigRefused: ValidationFailed = "config_refused",
    /// What was to be set cannot be; `details.mistakes` has each with its path.
    ChangeRefused: ValidationFailed = "change_refused",
    /// The pause would be over at once.
    UntilPassed: ValidationFailed = "until_passed",
    /// Several living runner instances are meant; `details.instances` has their ids.
    RunnerAmbiguous: ValidationFailed = "runner_ambiguous",
    /// The cron expression is wrong.
    ScheduleInvalid: ValidationFailed = "schedule_invalid",
    /// There is no such IANA time zone.
    TimezoneInvalid: ValidationFailed = "timezone_invalid",
    /// The credential is missing or wrong.
    CredentialMissing: Unauthorized = "credential_missing",
    /// The deployment has no credential that would open this route.
    CredentialNotConfigured: Forbidden = "credential_not_configured",
    /// There is no such route.
    RouteNotFound: NotFound = "route_not_found",
    /// There is no task of that name; `details.nearest` may name the one that was meant.
    TaskNotFound: NotFound = "task_not_found",
    /// There is no execution of that id.
    ExecutionNotFound: NotFound = "execution_not_found",
    /// There is no runner instance of that id or name.
    RunnerNotFound: NotFound = "runner_not_found",
    /// The route does not answer to that method; `Allow` has those it answers to.
    MethodNotAllowed: MethodNotAllowed = "method_not_allowed",
    /// The body did not come to its end in time.
    BodyTooSlow: RequestTimeout = "body_too_slow",
    /// The task still runs; this run was recorded as skipped.
    PreviousInstanceRunning: Conflict = "previous_instance_running",
    /// The code no longer has the task.
    TaskRetired: Conflict = "task_retired",
    /// Others changed the task again and again meanwhile; ask again.
    ChangedMeanwhile: Conflict = "changed_meanwhile",
    /// The execution has not ended, so there is nothing to try again.
    ExecutionNotFinal: Conflict = "execution_not_final",
    /// Another attempt at the same slot is queued or runs; `details.execution_id` names it.
    RetryUnderway: Conflict = "retry_underway",
    /// The execution has ended already.
    ExecutionFinal: Conflict = "execution_final",
    /// The runner instance has ended already.
    RunnerEnded: Conflict = "runner_ended",
    /// The body is longer than any may be.
    BodyTooLarge: PayloadTooLarge = "body_too_large",
    /// The body is declared as something else than JSON.
    MediaTypeUnsupported: UnsupportedMediaType = "media_type_unsupported",
    /// The `Idempotency-Key` was used for another request.
    IdempotencyKeyReused: Unprocessable = "idempotency_key_reused",
    /// The deployment is configured wrongly; its log says how.
    ConfigurationWrong: ServerError = "configuration_wrong",
    /// Something went wrong on our side; the log says what.
    InternalError: ServerError = "internal_error",
    /// The database refused something; the log says what.
    DatabaseError: ServerError = "database_error",
    /// The deployment names no database.
    DatabaseNotConfigured: Unavailable = "database_not_configured",
    /// The tables are not what this version needs.
    DatabaseNotMigrated: Unavailable = "database_not_migrated",
    /// The database takes no changes: it is a standby, or set to be read-only.
    DatabaseReadOnly: Unavailable = "database_read_only",
    /// The database cannot be reached at the moment.
    DatabaseUnreachable: Unavailable = "database_unreachable",
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_fault_has_a_code_of_its_own_and_says_what_it_means() {
        let codes: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.code()).collect();
        assert_eq!(codes.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert!(fault.meaning().ends_with('.'), "{}: {}", fault.code(), fault.meaning());
        }
    }

    #[test]
    fn a_kind_is_written_as_it_is_serialised() {
        for fault in Fault::ALL {
            assert_eq!(serde_json::to_value(fault.kind()).unwrap(), fault.kind().as_str());
        }
    }
}
