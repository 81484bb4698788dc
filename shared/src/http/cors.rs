//! Pages of other origins: none may ask, unless the operator lists it.
//!
//! No answer here is for cookies, so none are allowed: whoever asks shows the token itself.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::events::LAST_EVENT_ID;
use super::idempotency::{IDEMPOTENCY_KEY, REPLAYED};
use super::request_id::REQUEST_ID;
use crate::config::{ANY_ORIGIN, Config};

/// How long a browser remembers what it was allowed.
const REMEMBERED: Duration = Duration::from_secs(3600);

const SENT: [HeaderName; 7] = [
    header::ACCEPT_LANGUAGE,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_NONE_MATCH,
    IDEMPOTENCY_KEY,
    LAST_EVENT_ID,
    REQUEST_ID,
];
const SHOWN: [HeaderName; 5] = [header::CONTENT_LANGUAGE, header::ETAG, header::RETRY_AFTER, REPLAYED, REQUEST_ID];

/// What lets the pages in that are listed; `None`: none are.
pub(super) fn layer(config: &Config) -> Option<CorsLayer> {
    let origins = &config.cors_origins;
    let allowed = match origins.as_slice() {
        [] => return None,
        [any] if any == ANY_ORIGIN => AllowOrigin::any(),
        listed => AllowOrigin::list(listed.iter().filter_map(|origin| HeaderValue::from_str(origin).ok())),
    };
    let methods = [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE];
    let layer = CorsLayer::new().allow_origin(allowed).allow_methods(methods).allow_headers(SENT);
    Some(layer.expose_headers(SHOWN).max_age(REMEMBERED))
}
