//! What went wrong, in words, and the exit code it means. The only place that knows the exit codes.

use std::process::ExitCode;

use downbeat::app::AppError;
use downbeat::config::ConfigErrors;
use downbeat::locale::{Locale, msg};
use downbeat::repository::RepositoryError;
use downbeat::task::RegistryErrors;
use serde::Serialize;
use serde_json::{Value, json};

use crate::start::StartError;

/// How the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It was tried and failed; a task that was run and failed, too.
    Failed = 1,
    /// What was typed is wrong.
    Input = 2,
    /// There is no database, it is not migrated, or the configuration is wrong.
    Setup = 3,
    /// The credentials are missing or wrong.
    Refused = 4,
    /// The person was asked and left, by Ctrl-C or Esc: as shells count it.
    BrokenOff = 130,
}

impl Exit {
    /// Every one, by its code.
    pub(crate) const ALL: [Self; 6] =
        [Self::Done, Self::Failed, Self::Input, Self::Setup, Self::Refused, Self::BrokenOff];

    /// What it says.
    pub(crate) fn meaning(self, locale: Locale) -> String {
        locale.render(&match self {
            Self::Done => msg::cli_exit_done(),
            Self::Failed => msg::cli_exit_failed(),
            Self::Input => msg::cli_exit_input(),
            Self::Setup => msg::cli_exit_setup(),
            Self::Refused => msg::cli_exit_refused(),
            Self::BrokenOff => msg::cli_exit_broken_off(),
        })
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What went wrong, in the words of the API's envelope and in the person's language.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Box<str>,
    code: Box<str>,
    /// The sentence.
    pub(crate) message: String,
    /// What more there is to say, such as the lines of a difference; a program finds it in the details by its name.
    pub(crate) lines: Vec<String>,
    name_of_lines: &'static str,
    /// The envelope as it came from the API.
    body: Option<Box<str>>,
}

impl Failure {
    /// A failure of our own.
    pub(crate) fn new(kind: &str, code: &str, message: String) -> Self {
        Self { kind: kind.into(), code: code.into(), message, lines: Vec::new(), name_of_lines: "", body: None }
    }

    /// One the API answered.
    pub(crate) fn answered(error: &Value, body: String) -> Self {
        let text = |name: &str| error[name].as_str().unwrap_or_default();
        Self { body: Some(body.into()), ..Self::new(text("kind"), text("code"), text("message").to_owned()) }
    }

    /// With lines for a person to read below.
    pub(crate) fn with_lines(self, name: &'static str, lines: Vec<String>) -> Self {
        Self { lines, name_of_lines: name, ..self }
    }

    /// The environment is wrong.
    pub(crate) fn configuration(errors: &ConfigErrors, locale: Locale) -> Self {
        Self::new("server_error", "configuration_invalid", locale.render(&errors.message()))
    }

    /// The tasks of this program are wrong.
    pub(crate) fn registry(errors: &RegistryErrors, locale: Locale) -> Self {
        let lines = errors.0.iter().map(|error| locale.render(&error.message())).collect();
        let failure = Self::new("server_error", "registry_invalid", locale.render(&msg::cli_registry_invalid()));
        failure.with_lines("mistakes", lines)
    }

    /// `dev` or `start`.
    pub(crate) fn start(error: &StartError, locale: Locale) -> Self {
        let (kind, code) = match error {
            StartError::App(error) => return Self::database(error, locale),
            StartError::AddressInUse { .. } => ("conflict", "address_in_use"),
            StartError::Listen { .. } => ("server_error", "listen_failed"),
            StartError::Signals(_) => ("server_error", "signals_failed"),
            StartError::NothingToDo => ("validation_failed", "nothing_to_do"),
            StartError::DatabaseRequired => ("unavailable", "database_not_configured"),
            StartError::OpenToOthers { .. } => ("server_error", "configuration_invalid"),
            StartError::NoPrivateDatabase { .. } => ("unavailable", "database_not_configured"),
            StartError::Project { .. } => ("server_error", "data_folder_unusable"),
            StartError::PrivatePostgres(_) => ("unavailable", "private_postgres_failed"),
        };
        Self::new(kind, code, locale.render(&error.message()))
    }

    /// The database, where no route stands between us and it.
    pub(crate) fn database(error: &AppError, locale: Locale) -> Self {
        let (kind, code) = match error {
            AppError::NoDatabase => {
                return Self::new("unavailable", "database_not_configured", locale.render(&msg::cli_no_database()));
            }
            AppError::Repository(error) if error.is_not_migrated() => ("unavailable", "database_not_migrated"),
            AppError::Repository(error) if error.is_read_only() => ("unavailable", "database_read_only"),
            AppError::Repository(error) if error.is_connection() => ("unavailable", "database_unreachable"),
            AppError::Repository(RepositoryError::Url(_)) => ("unavailable", "database_address_invalid"),
            AppError::Repository(_) => ("server_error", "database_error"),
        };
        Self::new(kind, code, locale.render(&error.message()))
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match (&*self.kind, &*self.code) {
            (_, "configuration_invalid" | "registry_invalid") | ("unavailable", _) => Exit::Setup,
            // An older deployment that lacks the route is not the typist's mistake.
            (_, "route_not_found") => Exit::Failed,
            ("validation_failed" | "not_found" | "payload_too_large" | "unprocessable", _) => Exit::Input,
            ("unauthorized" | "forbidden", _) => Exit::Refused,
            _ => Exit::Failed,
        }
    }

    /// Whether it may be gone in a moment: the way there is cut, or the other side is not well.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(&*self.kind, "unavailable" | "server_error") && !matches!(&*self.code, "configuration_invalid")
    }

    /// The one JSON document.
    pub(crate) fn envelope(&self) -> String {
        if let Some(body) = &self.body {
            return body.to_string();
        }
        let Self { kind, code, message, lines, name_of_lines, .. } = self;
        let details = if lines.is_empty() { Value::Null } else { json!({ *name_of_lines: lines }) };
        Refusal { success: false, error: Described { kind, code, message, details } }.written()
    }
}

/// The envelope of a failure, in the order in which it is read.
#[derive(Serialize)]
struct Refusal<'a> {
    success: bool,
    error: Described<'a>,
}

#[derive(Serialize)]
struct Described<'a> {
    kind: &'a str,
    code: &'a str,
    message: &'a str,
    details: Value,
}

impl Refusal<'_> {
    fn written(&self) -> String {
        // Strings and a list of them: there is nothing in it that JSON has no way to say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_failure_has_its_exit_code() {
        for (kind, code, exit) in [
            ("validation_failed", "cursor_invalid", Exit::Input),
            ("not_found", "task_not_found", Exit::Input),
            ("not_found", "route_not_found", Exit::Failed),
            ("method_not_allowed", "method_not_allowed", Exit::Failed),
            ("conflict", "previous_instance_running", Exit::Failed),
            ("unprocessable", "idempotency_key_reused", Exit::Input),
            ("unauthorized", "credential_missing", Exit::Refused),
            ("forbidden", "credential_not_configured", Exit::Refused),
            ("unavailable", "database_not_migrated", Exit::Setup),
            ("unavailable", "database_read_only", Exit::Setup),
            ("unavailable", "database_unreachable", Exit::Setup),
            ("server_error", "database_error", Exit::Failed),
            ("server_error", "configuration_invalid", Exit::Setup),
            ("of a newer version", "unheard_of", Exit::Failed),
        ] {
            assert_eq!(Failure::new(kind, code, String::new()).exit(), exit, "{kind}, {code}");
        }
    }

    #[test]
    fn an_envelope_of_our_own_says_first_that_it_failed() {
        let failure = Failure::new("conflict", "x", "m".to_owned());
        assert_eq!(
            failure.envelope(),
            r#"{"success":false,"error":{"kind":"conflict","code":"x","message":"m","details":null}}"#
        );
    }

    #[test]
    fn an_envelope_that_came_is_handed_on_as_it_came() {
        let body = r#"{"success":false,  "error":{"kind":"conflict","code":"x","message":"m","later":1}}"#;
        let envelope: Value = serde_json::from_str(body).unwrap_or_default();
        let failure = Failure::answered(&envelope["error"], body.to_owned());
        assert_eq!((failure.exit(), failure.message.as_str(), failure.envelope().as_str()), (Exit::Failed, "m", body));
    }
}
