//! `Idempotency-Key`: a request that is sent again, because nobody knows whether it arrived, acts once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::access::Actor;
use super::route::{Example, Gives};
use super::{Answer, Fault, Problem, Route};
use crate::locale::msg;
use crate::repository::RequestKey;

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// In the answer to a repeat.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const LONGEST: usize = 255;

/// The key of a request, if it has one, and who asks for what.
#[derive(Clone, Debug)]
pub(super) struct Key {
    key: Option<String>,
    request: String,
}

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let key = match (keys.next(), keys.next()) {
            (None, _) => None,
            (Some(key), None) => Some(sound(key).ok_or_else(invalid)?),
            (Some(_), Some(_)) => return Err(invalid()),
        };
        let actor = parts.extensions.get::<Actor>().map_or("", |Actor(name)| name);
        Ok(Self { key, request: format!("{}\n{}\n{actor}\n", parts.method, parts.uri.path()) })
    }
}

impl Key {
    /// The key with the fingerprint of its request, of which this is the body; `None`: it came without a key.
    pub(super) fn of(self, body: &[u8]) -> Option<RequestKey> {
        let fingerprint = Sha256::new().chain_update(self.request).chain_update(body).finalize();
        Some(RequestKey { key: self.key?, fingerprint: format!("{fingerprint:x}") })
    }
}

/// 1 to 255 visible letters of ASCII.
fn sound(key: &HeaderValue) -> Option<String> {
    let key = key.to_str().ok()?;
    let fits = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| key.to_owned())
}

/// It is no key.
pub(super) fn invalid() -> Problem {
    Problem::new(Fault::IdempotencyKeyInvalid, msg::http_idempotency_key_invalid(LONGEST))
}

/// The key was used for another request.
pub(super) fn taken() -> Problem {
    Problem::new(Fault::IdempotencyKeyReused, msg::http_idempotency_key_reused())
}

/// An answer that says whether it is one to a repeat.
#[derive(Debug)]
pub(super) struct Marked<T> {
    pub(super) answer: Result<Answer<T>, Problem>,
    pub(super) is_repeat: bool,
}

impl<T: Serialize> IntoResponse for Marked<T> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        if self.is_repeat {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

impl<T: JsonSchema + Example> Gives for Marked<T> {
    fn describe(route: &mut Route) {
        Answer::<T>::describe(route);
    }
}
