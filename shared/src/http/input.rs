//! What callers send: queries, bodies, languages.

use std::str::FromStr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use chrono::{DateTime, Datelike, Utc};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{Fault, LONGEST_BODY, Problem};
use crate::app::App;
use crate::locale::{Argument, Locale, format, msg, reading};

/// How long a body may take: the longest one over a poor line.
const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// The language of the answer: `Accept-Language`, else `TASK_LOCALE`.
pub(super) fn locale(headers: &HeaderMap, app: &App) -> Locale {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.and_then(Locale::negotiate).unwrap_or_else(|| app.locale())
}

/// The caller's language, as handlers take it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Language(pub(super) Locale);

impl FromRequestParts<App> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(locale(&parts.headers, app)))
    }
}

/// The query string. What is wrong is told by name.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        match query {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(error) => Err(parameter_refused(&innermost(&error))),
        }
    }
}

/// The one parameter of a path.
#[derive(Debug)]
pub(super) struct Path(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match axum::extract::Path::<String>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(parameter)) => Ok(Self(parameter)),
            Err(error) => Err(refused(reading(&innermost(&error)))),
        }
    }
}

/// A JSON body, or none at all. What is wrong is told with its path.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + Serialize + Default, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let media_type = request.headers().get(header::CONTENT_TYPE).cloned();
        let bytes = body_of(request, state).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(T::default()));
        }
        if let Some(media_type) = media_type.filter(|written| !is_json(written)) {
            let written = String::from_utf8_lossy(media_type.as_bytes());
            return Err(Problem::new(Fault::MediaTypeUnsupported, msg::http_media_type_unsupported(&*written)));
        }
        // First whether it is JSON at all, and not too deep: also what the type passes over.
        let body: Value = serde_json::from_slice(&bytes).map_err(|error| {
            let place = json!({ "line": error.line(), "column": error.column() });
            refused(reading(&error.to_string())).with(place)
        })?;
        // A list would be taken for the fields in their order.
        if !body.is_object() {
            return Err(refused(msg::change_no_object()));
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            let (error, whole) = (error.inner(), path == ".");
            let place =
                if whole { json!({ "line": error.line(), "column": error.column() }) } else { json!({ "path": path }) };
            refused(reading(&error.to_string())).with(place)
        })?;
        if let Some(path) = serde_json::to_value(&read).ok().and_then(|read| nul_in(&read, String::new())) {
            return Err(refused(msg::http_nul_character()).with(json!({ "path": path })));
        }
        Ok(Self(read))
    }
}

/// The request again, where nothing is sent along that somebody would think is obeyed.
pub(super) async fn without_body(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = body_of(Request::from_parts(parts.clone(), body), &()).await?;
    let says_nothing = serde_json::from_slice(&bytes).is_ok_and(|body: Value| body.is_null() || body == json!({}));
    if !says_nothing && !bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refused(msg::http_body_not_read()));
    }
    Ok(Request::from_parts(parts, bytes.into()))
}

/// What is wrong with a request before its route looks at it.
pub(super) fn check(uri: &Uri, takes_query: bool) -> Result<(), Problem> {
    let query = uri.query().unwrap_or_default();
    // No text in PostgreSQL holds this character.
    if uri.path().contains("%00") || query.contains("%00") {
        return Err(refused(msg::http_nul_character()));
    }
    match query.split(['=', '&']).find(|name| !name.is_empty()) {
        Some(name) if !takes_query => Err(refused(msg::http_unknown_parameter(name))),
        Some(_) | None => Ok(()),
    }
}

/// Where the body holds the character that no text in PostgreSQL holds.
fn nul_in(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(path),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul_in(item, format!("{path}[{index}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if name.contains('\0') { Some(path) } else { nul_in(value, path) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn is_json(media_type: &HeaderValue) -> bool {
    let written = media_type.to_str().unwrap_or_default();
    let essence = written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// All of the body, if it is not too long and comes in time.
async fn body_of<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    match timeout(SLOWEST_BODY, Bytes::from_request(request, state)).await {
        Ok(read) => read.map_err(unread),
        Err(_) => Err(too_slow()),
    }
}

pub(super) fn too_slow() -> Problem {
    Problem::new(Fault::BodyTooSlow, msg::http_body_too_slow(format::duration(SLOWEST_BODY)))
}

/// The body did not come, or it does not end.
fn unread(rejection: BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Problem::new(Fault::BodyTooLarge, msg::http_body_too_large(LONGEST_BODY as u64))
        }
        other => refused(reading(&innermost(&other))),
    }
}

/// What is wrong with a parameter of the query; its name stands in front of what was said of it.
fn parameter_refused(said: &str) -> Problem {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match said.split_once(": ").filter(|(name, _)| is_name(name)) {
        Some((name, said)) => refused(at_path(name, reading(said))).with(json!({ "path": name })),
        None => refused(reading(said)),
    }
}

/// A reason behind the place it is about; of the whole there is none.
pub(super) fn at_path(path: &str, reason: Argument) -> Argument {
    if path.is_empty() { reason } else { msg::http_at_path(path, reason).into() }
}

/// A number of the query that is none of 1 to `most`.
pub(super) fn out_of_range(fault: Fault, name: &str, most: u64) -> Problem {
    Problem::new(fault, msg::http_limit_out_of_range(most, name)).with(json!({ "path": name }))
}

pub(super) fn refused(reason: impl Into<Argument>) -> Problem {
    Problem::new(Fault::RequestInvalid, msg::http_request_invalid(reason))
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |cause| cause.source()).last().map(ToString::to_string).unwrap_or_default()
}

/// A list as one reads it in a URL: `status=FAILED,TIMEOUT`. Its form is [`List`](super::form::List).
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    let items = text.iter().flat_map(|text| text.split(',')).map(|item| item.trim_matches(' '));
    let items = items.filter(|item| !item.is_empty());
    let items = items.map(|item| item.parse().map_err(D::Error::custom)).collect::<Result<Vec<T>, _>>()?;
    Ok(if items.is_empty() { None } else { Some(items) })
}

/// One word of ours, in any case. Its form is [`Word`](super::form::Word).
pub(super) fn word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    text.filter(|text| !text.is_empty()).map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

/// An instant as RFC 3339 writes it. Its years are those the database and every reader of the answer know, too.
pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let read = |text: String| match DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc()) {
        Ok(at) if (0..=9999).contains(&at.year()) => Ok(at),
        Ok(_) => Err(D::Error::custom("the year lies outside 0000 to 9999")),
        Err(error) => Err(D::Error::custom(error)),
    };
    text.map(read).transpose()
}
