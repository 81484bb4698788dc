//! What went wrong, for the caller: `{"success":false,"error":{"kind","code","message","details"}}`.

use std::any::Any;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Fault, Kind};
use crate::app::AppError;
use crate::locale::{Locale, Message, msg};
use crate::model::TaskType;
use crate::repository::RepositoryError;
use crate::task::Registry;

/// What went wrong, not yet in any language: the router's last layer words it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which of the errors the API may answer with.
    pub fault: Fault,
    /// The sentence for people.
    pub message: Message,
    /// What a program may want to know.
    pub details: Value,
    /// What is behind it, which is logged, and told only to who may know all.
    cause: Option<Message>,
}

/// The answer, in the order people read it.
#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    success: bool,
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    kind: Kind,
    code: Fault,
    message: String,
    details: &'a Value,
}

impl Problem {
    /// A problem without details.
    #[must_use]
    pub fn new(fault: Fault, message: Message) -> Self {
        Self { fault, message, details: Value::Null, cause: None }
    }

    /// The same with details.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// The same to somebody in this process, who is told what is behind it; for anybody else, that is logged. Here, at the
    /// boundary, and nowhere else.
    pub(super) fn to(mut self, is_trusted: bool) -> Self {
        match self.cause.take() {
            Some(cause) if is_trusted => self.message = cause,
            Some(cause) => tracing::error!(error = %cause, "a request failed"),
            None => {}
        }
        self
    }

    /// There is no task of that name and kind among those of the program: perhaps one of the other kind, perhaps one that
    /// is called much like it.
    #[must_use]
    pub fn no_such_task(registry: &Registry, kind: TaskType, name: &str) -> Self {
        let nearest = registry.closest(kind, name);
        let message = match (registry.kind(name), nearest) {
            (Some(TaskType::Side), _) if kind == TaskType::Cron => msg::http_is_side_task(name),
            (Some(TaskType::Cron), _) if kind == TaskType::Side => msg::http_is_cron_task(name),
            (_, Some(nearest)) => msg::http_no_such_task_nearest(name, nearest),
            (_, None) => msg::http_no_such_task(name),
        };
        Self::new(Fault::TaskNotFound, message).with(json!({ "task": name, "nearest": nearest }))
    }

    /// What is sent, in a language.
    pub(super) fn envelope(&self, locale: Locale) -> Envelope<'_> {
        let message = locale.render(&self.message);
        let error = ErrorBody { kind: self.fault.kind(), code: self.fault, message, details: &self.details };
        Envelope { success: false, error }
    }

    pub(super) fn render(&self, locale: Locale) -> Response {
        let kind = self.fault.kind();
        let mut response = (kind.status(), axum::Json(self.envelope(locale))).into_response();
        let headers = response.headers_mut();
        if let Ok(language) = HeaderValue::from_str(locale.tag()) {
            headers.insert(header::CONTENT_LANGUAGE, language);
        }
        if let Some((name, value)) = kind.header() {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.fault.kind().status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NoDatabase => Self::new(Fault::DatabaseNotConfigured, error.message()),
            AppError::Repository(error) => error.into(),
        }
    }
}

impl From<RepositoryError> for Problem {
    fn from(error: RepositoryError) -> Self {
        let message = error.message();
        if error.is_not_migrated() {
            return Self::new(Fault::DatabaseNotMigrated, message);
        }
        // The caller learns no more than it may know.
        let problem = if error.is_read_only() {
            Self::new(Fault::DatabaseReadOnly, message.clone())
        } else if error.is_connection() {
            Self::new(Fault::DatabaseUnreachable, msg::http_database_unreachable())
        } else {
            Self::new(Fault::DatabaseError, msg::http_server_error())
        };
        Self { cause: Some(message), ..problem }
    }
}

pub(super) async fn no_such_route() -> Problem {
    Problem::new(Fault::RouteNotFound, msg::http_no_such_route())
}

pub(super) async fn wrong_method() -> Problem {
    Problem::new(Fault::MethodNotAllowed, msg::http_wrong_method())
}

#[allow(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(Fault::InternalError, msg::http_server_error()).into_response()
}
