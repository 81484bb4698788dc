//! A platform may deliver one call twice. Where it says which call that is, the second is answered with what came of the
//! first.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use super::Problem;
use super::access::Actor;

/// What identifies a call however often it is delivered: first of all an event as CloudEvents tells it, by its source and its
/// id, which is what schedules of Vercel send to a function; then Vercel's own id of a request.
const IDENTITIES: [&[&str]; 2] = [&["ce-source", "ce-id"], &["x-vercel-id"]];
/// No id is as long as this.
const LONGEST: usize = 1024;

/// Which call this is; `None`: nobody says.
#[derive(Clone, Debug)]
pub(super) struct Delivery(pub(super) Option<String>);

impl<S: Sync> FromRequestParts<S> for Delivery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let identity = IDENTITIES.iter().find_map(|names| identity(&parts.headers, names));
        let actor = parts.extensions.get::<Actor>().map_or("", |Actor(name)| name);
        // Asking for something else is another call, whatever its id.
        let told = |identity| format!("{} {} {actor} {identity}", parts.method, parts.uri);
        // The space keeps it apart from keys that clients choose.
        Ok(Self(identity.map(|identity| format!("delivery {:x}", Sha256::digest(told(identity))))))
    }
}

fn identity(headers: &HeaderMap, names: &[&str]) -> Option<String> {
    let values: Vec<_> = names.iter().map(|name| sound(headers, name)).collect::<Option<_>>()?;
    Some(values.join(" "))
}

/// The one value of a header that has one.
fn sound<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    let fits = (1..=LONGEST).contains(&value.len()) && values.next().is_none();
    fits.then_some(value)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn told(path: &str, headers: &[(&str, &str)]) -> Option<String> {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        let mut parts = request.body(()).ok()?.into_parts().0;
        Delivery::from_request_parts(&mut parts, &()).await.ok()?.0
    }

    #[tokio::test]
    async fn the_same_call_is_the_same_however_often_it_comes() {
        let event = [("ce-source", "/schedule/default/pulse"), ("ce-id", "01K9")];
        let first = told("/api/pulse", &event).await;
        assert!(first.as_ref().is_some_and(|key| key.len() < 100), "{first:?}");
        let again = [("x-vercel-id", "fra1::second"), ("ce-id", "01K9"), ("ce-source", "/schedule/default/pulse")];
        assert_eq!(told("/api/pulse", &again).await, first, "the request is another, the event is the same");
    }

    #[tokio::test]
    async fn other_calls_are_others() {
        let call = ("x-vercel-id", "fra1::iad1::abc-1");
        let first = told("/api/pulse", &[call]).await;
        assert!(first.is_some());
        assert_ne!(told("/api/pulse", &[("x-vercel-id", "fra1::iad1::abc-2")]).await, first);
        assert_ne!(told("/api/pulse?force=true", &[call]).await, first);
        assert_ne!(told("/api/pulse", &[("ce-source", "a"), ("ce-id", "fra1::iad1::abc-1")]).await, first);
    }

    #[tokio::test]
    async fn where_nobody_says_which_call_it_is_none_is_made_up() {
        for headers in
            [&[][..], &[("ce-id", "1")], &[("x-vercel-id", "")], &[("x-vercel-id", "a"), ("x-vercel-id", "b")]]
        {
            assert_eq!(told("/api/pulse", headers).await, None, "{headers:?}");
        }
    }
}
