//! The one router that every host serves: Vercel, Lambda, the worker, and the command line in process.
//!
//! One file a noun. Each route stands as a constant next to its handler, with the command that does the same.

mod access;
mod change;
mod cron;
mod events;
mod execution;
mod explain;
mod finding;
mod function;
mod health;
mod idempotency;
mod input;
mod problem;
mod pulse;
mod runner;
mod schedule;
mod side;
mod types;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::app::App;

pub use access::{Access, Trusted};
pub use change::{ChangeAnswer, PauseBody};
pub use cron::{ExecutionAnswer, RunBody, ShowAnswer};
pub use events::EventAnswer;
pub use explain::{ExplainAnswer, ExplainFinding};
pub use function::function;
pub use problem::{Kind, Problem};
pub use pulse::{Deadline, StatusAnswer};
pub use runner::{SystemPauseBody, SystemResumeBody};
pub use schedule::NextAnswer;
pub use types::{TaskSchemas, TypesAnswer, Word};

/// No request of ours is longer than this, in bytes.
const LONGEST_BODY: usize = 1024 * 1024;

/// One route: how it is reached, who may, and which command does the same.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its methods.
    pub methods: &'static [Method],
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// The command of the command line that does the same; none for what only machines ask.
    pub command: Option<&'static str>,
    /// Who may.
    pub access: Access,
}

/// Every route there is.
pub const ROUTES: &[&Route] = &[
    &pulse::EXECUTE,
    &pulse::STATUS,
    &pulse::HISTORY,
    &cron::TASKS,
    &cron::HISTORY,
    &cron::STATS,
    &cron::SHOW,
    &cron::RUN,
    &cron::EXECUTION,
    &change::SET,
    &change::RESET,
    &change::PAUSE,
    &change::RESUME,
    &execution::RETRY,
    &execution::CANCEL,
    &explain::EXPLAIN,
    &side::TASKS,
    &side::START,
    &side::STOP,
    &side::RESTART,
    &runner::STATUS,
    &runner::PAUSE,
    &runner::RESUME,
    &runner::STOP,
    &runner::RESTART,
    &events::EVENTS,
    &types::TYPES,
    &schedule::NEXT,
    &health::LIVE,
    &health::READY,
];

/// The router over an app.
pub fn router(app: App) -> Router {
    let routes = [
        (&pulse::EXECUTE, with(&pulse::EXECUTE, pulse::execute)),
        (&pulse::STATUS, with(&pulse::STATUS, pulse::status)),
        (&pulse::HISTORY, with(&pulse::HISTORY, pulse::history)),
        (&cron::TASKS, with(&cron::TASKS, cron::tasks)),
        (&cron::HISTORY, with(&cron::HISTORY, cron::history)),
        (&cron::STATS, with(&cron::STATS, cron::stats)),
        (&cron::SHOW, with(&cron::SHOW, cron::show)),
        (&cron::RUN, with(&cron::RUN, cron::run)),
        (&cron::EXECUTION, with(&cron::EXECUTION, cron::execution)),
        (&change::SET, with(&change::SET, change::set)),
        (&change::RESET, with(&change::RESET, change::reset)),
        (&change::PAUSE, with(&change::PAUSE, change::pause)),
        (&change::RESUME, with(&change::RESUME, change::resume)),
        (&execution::RETRY, with(&execution::RETRY, execution::retry)),
        (&execution::CANCEL, with(&execution::CANCEL, execution::cancel)),
        (&explain::EXPLAIN, with(&explain::EXPLAIN, explain::explain)),
        (&side::TASKS, with(&side::TASKS, side::tasks)),
        (&side::START, with(&side::START, side::start)),
        (&side::STOP, with(&side::STOP, side::stop)),
        (&side::RESTART, with(&side::RESTART, side::restart)),
        (&runner::STATUS, with(&runner::STATUS, runner::status)),
        (&runner::PAUSE, with(&runner::PAUSE, runner::pause)),
        (&runner::RESUME, with(&runner::RESUME, runner::resume)),
        (&runner::STOP, with(&runner::STOP, runner::stop)),
        (&runner::RESTART, with(&runner::RESTART, runner::restart)),
        (&events::EVENTS, with(&events::EVENTS, events::events)),
        (&types::TYPES, with(&types::TYPES, types::types)),
        (&schedule::NEXT, with(&schedule::NEXT, schedule::next)),
        (&health::LIVE, with(&health::LIVE, health::live)),
        (&health::READY, with(&health::READY, health::ready)),
    ];
    let mut router = Router::new();
    for (route, handler) in routes {
        let guard = middleware::from_fn_with_state((app.clone(), route.access), access::guard);
        router = router.route(route.path, handler.layer(guard));
    }
    router
        .fallback(problem::no_such_route)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(RequestBodyLimitLayer::new(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(app.clone(), finish))
        .with_state(app)
}

fn with<H, T>(route: &Route, handler: H) -> MethodRouter<App>
where
    H: axum::handler::Handler<T, App>,
    T: 'static,
{
    let filter = route
        .methods
        .iter()
        .map(|method| match *method {
            Method::POST => MethodFilter::POST,
            Method::PATCH => MethodFilter::PATCH,
            Method::DELETE => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        })
        .reduce(MethodFilter::or)
        .unwrap_or(MethodFilter::GET);
    on(filter, handler)
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

/// Words what went wrong in the caller's language; nothing is ever cached.
async fn finish(State(app): State<App>, request: Request<axum::body::Body>, next: Next) -> Response {
    let locale = input::locale(request.headers(), &app);
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.render(locale);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
