//! The one router that every host serves: Vercel, Lambda, the worker, and the command line in process.
//!
//! One file a noun. Each lists its routes with their handlers, the command that does the same, and the errors that are its
//! own; what a route takes and gives is read off the handler. The command line, the OpenAPI description and `docs/api.md`
//! are made of that list.

mod access;
mod background;
mod change;
mod cors;
mod cron;
mod delivery;
mod etag;
mod events;
mod example;
mod execution;
mod explain;
mod fault;
mod finding;
mod form;
mod function;
mod health;
mod idempotency;
mod input;
mod metrics;
mod openapi;
mod problem;
mod pulse;
mod queue;
mod request_id;
mod route;
mod runner;
mod schedule;
mod side;
mod told;
mod types;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, Method, Request, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use route::Endpoint;

pub use access::{Access, Trusted};
pub use background::Background;
pub use change::{ChangeAnswer, ChangeBody, PauseBody};
pub use cron::{ExecutionAnswer, RunBody, ShowAnswer};
pub use events::EventAnswer;
pub use explain::{ExplainAnswer, ExplainFinding};
pub use fault::{Fault, Kind};
pub use function::function;
pub use health::HealthAnswer;
pub use openapi::document;
pub use problem::Problem;
pub use pulse::{Deadline, StatusAnswer};
pub use route::{Content, ROUTES, Route};
pub use runner::{SystemPauseBody, SystemResumeBody};
pub use schedule::NextAnswer;
pub use side::SideTaskAnswer;
pub use types::{TaskSchemas, TypesAnswer, Word};

/// No request of ours is longer than this, in bytes.
const LONGEST_BODY: usize = 1024 * 1024;

/// Every route with its handler: the one list there is.
fn endpoints() -> Vec<Endpoint> {
    std::iter::empty()
        .chain(pulse::endpoints())
        .chain(cron::endpoints())
        .chain(queue::endpoints())
        .chain(change::endpoints())
        .chain(execution::endpoints())
        .chain(explain::endpoints())
        .chain(side::endpoints())
        .chain(runner::endpoints())
        .chain(events::endpoints())
        .chain(types::endpoints())
        .chain(schedule::endpoints())
        .chain(openapi::endpoints())
        .chain(metrics::endpoints())
        .chain(health::endpoints())
        .collect()
}

/// The router over an app.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for Endpoint { route, handler } in endpoints() {
        let (path, methods, acts_by_get) = (route.path, route.methods, route.acts_by_get());
        let handler = if route.is_polled { handler.layer(middleware::from_fn(etag::revalidate)) } else { handler };
        let guard = middleware::from_fn_with_state((app.clone(), Arc::new(route)), access::guard);
        let handler = handler.layer(guard);
        let handler = if acts_by_get { without_head(handler, methods) } else { handler };
        router = router.route(path, handler);
    }
    let cors = cors::layer(app.config());
    let router = router
        .fallback(problem::no_such_route)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(app.clone(), finish))
        .with_state(app);
    // Outside of everything: a browser asks without a credential whether it may ask.
    let router = match cors {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(middleware::from_fn(request_id::name))
}

/// HEAD asks for what GET would answer, and must not act; axum would have it act.
fn without_head(handler: MethodRouter<App>, methods: &'static [Method]) -> MethodRouter<App> {
    let allowed = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(",");
    let refuse = move || async move { ([(header::ALLOW, allowed)], problem::wrong_method().await) };
    handler.on(MethodFilter::HEAD, refuse.clone()).fallback(refuse)
}

/// A successful answer: `{"success":true,"data":…}`.
#[derive(Debug)]
pub struct Answer<T>(pub T);

#[derive(Serialize)]
struct Envelope<T> {
    success: bool,
    data: T,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        axum::Json(Envelope { success: true, data: self.0 }).into_response()
    }
}

/// Words what went wrong in the caller's language; nothing is kept by anybody, except where a route says how.
async fn finish(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let locale = input::locale(request.headers(), &app);
    let is_head = request.method() == Method::HEAD;
    let is_trusted = request.extensions().get::<Trusted>().is_some();
    let mut response = next.run(request).await;
    debug_assert_eq!(undeclared(&response), None, "a route answers what it does not declare");
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let mut worded = problem.to(is_trusted).render(locale);
        // What was said besides stays: `Allow`, for one.
        for (name, value) in response.headers() {
            if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
                worded.headers_mut().insert(name, value.clone());
            }
        }
        *worded.extensions_mut() = std::mem::take(response.extensions_mut());
        response = worded;
    }
    if is_head {
        // As long as the answer to GET would be, where that is known.
        if let Some(length) = response.body().size_hint().exact() {
            response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length.into());
        }
        *response.body_mut() = Body::empty();
    }
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    if let Ok(language) = HeaderValue::from_str(locale.tag()) {
        headers.entry(header::CONTENT_LANGUAGE).or_insert(language);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What an answer says that its route does not declare. A description that is exact where tests look would be wrong where
/// they do not.
fn undeclared(response: &Response) -> Option<String> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let Some(problem) = response.extensions().get::<Problem>() else {
        return is_error.then(|| format!("{status} outside the envelope"));
    };
    let declared = match response.extensions().get::<Arc<Route>>() {
        Some(route) => route.faults(),
        // What no route answered.
        None => vec![Fault::RouteNotFound, Fault::MethodNotAllowed, Fault::InternalError],
    };
    (!declared.contains(&problem.fault)).then(|| problem.fault.code().to_owned())
}
