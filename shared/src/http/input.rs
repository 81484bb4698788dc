//! What callers send: queries, bodies, languages.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::json;

use super::Problem;
use crate::app::App;
use crate::locale::{Locale, msg};

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
            Err(error) => Err(refused(&innermost(&error))),
        }
    }
}

/// A JSON body, or none at all. What is wrong is told with its path.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| refused(&innermost(&error)))?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(T::default()));
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        serde_path_to_error::deserialize(&mut json).map(Self).map_err(|error| {
            let path = error.path().to_string();
            let reason = error.into_inner().to_string();
            refused(&reason).with(json!({ "path": path }))
        })
    }
}

fn refused(reason: &str) -> Problem {
    Problem::invalid("request_invalid", msg::http_request_invalid(reason))
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |cause| cause.source()).last().map(ToString::to_string).unwrap_or_default()
}

/// A list as one reads it in a URL: `status=FAILED,TIMEOUT`.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    let items = text.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|item| !item.is_empty());
    let items = items.map(|item| item.parse().map_err(D::Error::custom)).collect::<Result<Vec<T>, _>>()?;
    Ok(if items.is_empty() { None } else { Some(items) })
}

/// One word of ours, in any case.
pub(super) fn word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    text.filter(|text| !text.is_empty()).map(|text| text.parse().map_err(D::Error::custom)).transpose()
}
