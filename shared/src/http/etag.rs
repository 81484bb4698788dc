//! `ETag` and `If-None-Match`: who asks for a list again and again is told in a few bytes that it is as it was.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::route::{Example, Gives};
use super::{Answer, Fault, Problem, Route};
use crate::locale::msg;

/// Kept by the caller alone, and asked about each time.
const REVALIDATED: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What an answer is named by where that is not all of it: the present, for one, is another each time.
#[derive(Clone, Debug)]
pub(super) struct NamedBy(pub(super) Vec<u8>);

/// An answer with what it is named by.
#[derive(Debug)]
pub(super) struct Named<T> {
    pub(super) answer: Answer<T>,
    pub(super) by: NamedBy,
}

impl<T: Serialize> IntoResponse for Named<T> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        response.extensions_mut().insert(self.by);
        response
    }
}

impl<T: JsonSchema + Example> Gives for Named<T> {
    fn describe(route: &mut Route) {
        Answer::<T>::describe(route);
    }
}

/// Names a successful answer by what stands in it, byte by byte; answers 304 to who has the same already.
pub(super) async fn revalidate(request: Request, next: Next) -> Response {
    let had: HeaderMap =
        request.headers().iter().filter(|(name, _)| **name == header::IF_NONE_MATCH).map(owned).collect();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Problem::new(Fault::InternalError, msg::http_server_error()).into_response();
    };
    let tag = parts.extensions.remove::<NamedBy>().map_or_else(|| tag_of(&bytes), |NamedBy(of)| tag_of(&of));
    let is_known = had.get_all(header::IF_NONE_MATCH).iter().any(|had| names(had, &tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    parts.headers.insert(header::CACHE_CONTROL, REVALIDATED);
    if !is_known {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

fn owned<'a>((name, value): (&'a header::HeaderName, &'a HeaderValue)) -> (header::HeaderName, HeaderValue) {
    (name.clone(), value.clone())
}

/// A strong one. Half of the hash is enough to tell answers apart.
fn tag_of(bytes: &[u8]) -> String {
    let hash = format!("{:x}", Sha256::digest(bytes));
    format!("\"{}\"", &hash[..32])
}

/// Whether the list has the tag. One that a proxy has weakened is the same to who reads.
fn names(list: &HeaderValue, tag: &str) -> bool {
    let list = list.to_str().unwrap_or_default();
    list.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_however_it_is_written() {
        let tag = tag_of(b"body");
        for list in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            assert!(names(&HeaderValue::from_str(&list).unwrap(), &tag), "{list}");
        }
        for list in [String::new(), "\"x\"".to_owned(), tag.replace('"', "")] {
            assert!(!names(&HeaderValue::from_str(&list).unwrap(), &tag), "{list}");
        }
    }
}
