//! Who may do what.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Request, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{Fault, Problem, Route, input};
use crate::app::App;
use crate::locale::msg;
use crate::model::Environment;

/// Who may reach a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Who has `CRON_SECRET` or `TASK_API_TOKEN`.
    Pulse,
    /// Who has `TASK_API_TOKEN`.
    Token,
}

/// Put into a request's extensions by a host that knows the caller by other means: the command line, which holds the
/// database's address itself, or a platform that delivers an event of its own.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// Who that is, as it is recorded beside what they change: `command-line:anna@host`.
    pub actor: String,
}

/// Who asks, as it is recorded beside what they change: the name of the credential, never the credential. In the extensions
/// of every request that showed one, so in those of all routes that are not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Actor(pub(super) String);

/// Whether the caller has shown a credential that opens everything; handlers of open routes may tell more then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credential(pub(super) bool);

/// Lets a request through to its route, or refuses it. The answer says which route it came from.
pub(super) async fn guard(
    State((app, route)): State<(App, Arc<Route>)>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let mut response = answer(&app, &route, request, next).await;
    response.extensions_mut().insert(route);
    response
}

async fn answer(app: &App, route: &Route, mut request: Request<Body>, next: Next) -> Response {
    let (access, config) = (route.access, app.config());
    let opener = opener(app, &request);
    let opens_all = opener.is_some();
    let actor = match access {
        Access::Open | Access::Token => opener,
        Access::Pulse => opener.or_else(|| named(&request, "CRON_SECRET", config.cron_secret.as_ref())),
    };
    if access == Access::Open || actor.is_some() {
        request.extensions_mut().insert(Credential(opens_all));
        if let Some(actor) = actor {
            request.extensions_mut().insert(actor);
        }
        if let Err(problem) = input::check(request.uri(), route.query.is_some()) {
            return problem.into_response();
        }
        if !route.refuses_body() {
            return next.run(request).await;
        }
        return match input::without_body(request).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
    }
    let token = config.api_token.as_ref();
    let configured = token.is_some() || (access == Access::Pulse && config.cron_secret.is_some());
    let problem = if !configured {
        let variables = if access == Access::Pulse { "CRON_SECRET, TASK_API_TOKEN" } else { "TASK_API_TOKEN" };
        Problem::new(Fault::CredentialNotConfigured, msg::http_credential_not_configured(variables))
    } else {
        Problem::new(Fault::CredentialMissing, msg::http_credential_missing())
    };
    problem.into_response()
}

/// Who may do everything.
fn opener(app: &App, request: &Request<Body>) -> Option<Actor> {
    let trusted = || request.extensions().get::<Trusted>().map(|trusted| Actor(trusted.actor.clone()));
    let local = || is_local_development(app, request).then(|| Actor("loopback".to_owned()));
    named(request, "TASK_API_TOKEN", app.config().api_token.as_ref()).or_else(trusted).or_else(local)
}

/// Whoever shows the secret goes by the name of its variable.
fn named(request: &Request<Body>, variable: &str, secret: Option<&SecretString>) -> Option<Actor> {
    shows(request, secret).then(|| Actor(variable.to_owned()))
}

/// Whether the request carries the secret as a bearer token. Takes the same time for every wrong one of its length.
fn shows(request: &Request<Body>, secret: Option<&SecretString>) -> bool {
    let Some(secret) = secret else { return false };
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        shown.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token.is_some_and(|(_, token)| token.trim().as_bytes().ct_eq(secret.expose_secret().as_bytes()).into())
}

/// Without a token, a developer's own machine may do everything: but not a page in the developer's browser.
fn is_local_development(app: &App, request: &Request<Body>) -> bool {
    let caller = request.extensions().get::<ConnectInfo<SocketAddr>>();
    app.config().environment() == Environment::Development
        && app.config().api_token.is_none()
        && caller.is_some_and(|ConnectInfo(address)| address.ip().is_loopback())
        && names_this_machine(request.headers())
}

/// A foreign page would show its own origin, or a name of its own that was made to resolve to this machine.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(header::HOST).is_none_or(is_loopback_host);
    let origin = text(header::ORIGIN)
        .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, host)| is_loopback_host(host)));
    // What a page loads as if it were an image shows no origin, but browsers tell whose page it is.
    let foreign_page = text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site == "cross-site");
    host && origin && !foreign_page
}

fn is_loopback_host(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_s_own_names_count_as_local() {
        for host in ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]:3000", "[::1]", "LOCALHOST:1"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org:3000", "127.0.0.1.nip.io", "10.0.0.1:3000", ""] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
    /// What a browser tells of whoever asks.
    fn told(headers: &[(&'static str, &str)]) -> HeaderMap {
        let named = |(name, value): &(&'static str, &str)| {
            (header::HeaderName::from_static(name), value.parse().expect("a header"))
        };
        headers.iter().map(named).collect()
    }

    #[test]
    fn a_page_from_elsewhere_is_not_taken_for_this_machine() {
        let ours = [
            &[][..],
            &[("host", "localhost:3000")],
            &[("host", "127.0.0.1:3000"), ("origin", "http://localhost:3000")],
            &[("host", "[::1]:3000"), ("origin", "http://[::1]:5173"), ("sec-fetch-site", "same-site")],
            &[("host", "localhost:3000"), ("sec-fetch-site", "none")],
        ];
        for headers in ours {
            assert!(names_this_machine(&told(headers)), "{headers:?}");
        }
        let foreign = [
            // A name of its own that was made to resolve to this machine.
            &[("host", "evil.example:3000")][..],
            &[("host", "localhost:3000"), ("origin", "https://evil.example")],
            &[("host", "localhost:3000"), ("origin", "https://localhost.evil.example")],
            // Of a frame without rights.
            &[("host", "localhost:3000"), ("origin", "null")],
            // What is loaded as if it were an image shows no origin.
            &[("host", "localhost:3000"), ("sec-fetch-site", "cross-site")],
            &[("host", "localhost:3000"), ("origin", "localhost:3000")],
        ];
        for headers in foreign {
            assert!(!names_this_machine(&told(headers)), "{headers:?}");
        }
    }
}
