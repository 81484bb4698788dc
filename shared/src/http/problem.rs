//! What went wrong, for the caller: `{"success":false,"error":{"kind","code","message","details"}}`.

use std::any::Any;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use crate::app::AppError;
use crate::locale::{Locale, Message, msg};
use crate::repository::RepositoryError;

/// What kind of thing went wrong. Each has its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// Not in this state: 409.
    Conflict,
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
            Self::Conflict => StatusCode::CONFLICT,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// What went wrong, not yet in any language: the router's last layer words it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What kind of thing.
    pub kind: Kind,
    /// A short word for programs.
    pub code: &'static str,
    /// The sentence for people.
    pub message: Message,
    /// What a program may want to know.
    pub details: Value,
}

/// The answer, in the order people read it.
#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    kind: Kind,
    code: &'static str,
    message: String,
    details: &'a Value,
}

impl Problem {
    /// A problem without details.
    #[must_use]
    pub fn new(kind: Kind, code: &'static str, message: Message) -> Self {
        Self { kind, code, message, details: Value::Null }
    }

    /// The request is wrong.
    #[must_use]
    pub fn invalid(code: &'static str, message: Message) -> Self {
        Self::new(Kind::ValidationFailed, code, message)
    }

    /// The same with details.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// There is no task of that name.
    #[must_use]
    pub fn no_such_task(name: &str, nearest: Option<&str>) -> Self {
        let message = match nearest {
            Some(nearest) => msg::http_no_such_task_nearest(name, nearest),
            None => msg::http_no_such_task(name),
        };
        Self::new(Kind::NotFound, "task_not_found", message).with(json!({ "task": name, "nearest": nearest }))
    }

    pub(super) fn render(&self, locale: Locale) -> Response {
        let message = locale.render(&self.message);
        let error = ErrorBody { kind: self.kind, code: self.code, message, details: &self.details };
        let body = Envelope { success: false, error };
        let mut response = (self.kind.status(), axum::Json(body)).into_response();
        let headers = response.headers_mut();
        if let Ok(language) = HeaderValue::from_str(locale.tag()) {
            headers.insert(header::CONTENT_LANGUAGE, language);
        }
        match self.kind {
            Kind::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Kind::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Kind::ValidationFailed
            | Kind::Forbidden
            | Kind::NotFound
            | Kind::MethodNotAllowed
            | Kind::Conflict
            | Kind::Unprocessable
            | Kind::ServerError => {}
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NoDatabase => Self::new(Kind::Unavailable, "database_not_configured", error.message()),
            AppError::Repository(error) => error.into(),
        }
    }
}

impl From<RepositoryError> for Problem {
    fn from(error: RepositoryError) -> Self {
        let message = error.message();
        if error.is_not_migrated() {
            return Self::new(Kind::Unavailable, "database_not_migrated", message);
        }
        // Logged here, at the boundary, and nowhere else. The caller learns no more than it may know.
        tracing::error!(error = %message, "a request failed");
        if error.is_connection() {
            Self::new(Kind::Unavailable, "database_unreachable", msg::http_database_unreachable())
        } else {
            Self::new(Kind::ServerError, "database_error", msg::http_server_error())
        }
    }
}

pub(super) async fn no_such_route() -> Problem {
    Problem::new(Kind::NotFound, "route_not_found", msg::http_no_such_route())
}

pub(super) async fn wrong_method() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "method_not_allowed", msg::http_wrong_method())
}

#[allow(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(Kind::ServerError, "internal_error", msg::http_server_error()).into_response()
}
