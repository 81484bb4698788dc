//! A function on Vercel: every path is rewritten to it, and it serves the same router as the worker.
//!
//! All of `api/pulse.rs`, for tasks of one's own:
//!
//! ```no_run
//! fn main() -> Result<(), downbeat_vercel::Error> {
//!     downbeat_vercel::main(downbeat::task::Registry::builder())
//! }
//! ```

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use downbeat::config::Config;
use downbeat::http::{self, Background};
use downbeat::task::RegistryBuilder;
use futures_util::StreamExt;
use tokio::sync::oneshot;
use tower::util::MapResponse;
use tower::{Layer, ServiceExt};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
pub use vercel_runtime::Error;
use vercel_runtime::axum::VercelLayer;
use vercel_runtime::{AppState, Request, Response, ResponseBody, service_fn};

/// A whole program over these tasks: the environment and the platform's protocol are the process's own.
///
/// Ends when the platform says so. A wrong configuration or task is answered and logged, see [`http::function`].
pub fn main(tasks: RegistryBuilder) -> Result<(), Error> {
    tokio::runtime::Runtime::new()?.block_on(serve(tasks))
}

async fn serve(tasks: RegistryBuilder) -> Result<(), Error> {
    let lines = tracing_subscriber::fmt::layer().json().without_time().with_writer(std::io::stderr);
    let lines = lines.with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(downbeat::logs::capture()).with(lines).init();
    // Put together by the first request, so that nothing stands between the start of the process and its listening.
    let router = Arc::new(LazyLock::new(move || http::function(Config::from_env(), tasks)));
    let answering = move |request: Request, state: AppState| {
        let router = Arc::clone(&router);
        async move { answer(Router::clone(&router), request, state).await }
    };
    vercel_runtime::run(service_fn(answering)).await
}

/// Answers one request. What is not registered with the runtime may be frozen as soon as there is an answer, and is not
/// waited for when the process is told to end: so the answer is registered, to its last byte, and what goes on after it.
async fn answer(router: Router, mut request: Request, state: AppState) -> Result<Response<ResponseBody>, Error> {
    let (answered, last) = oneshot::channel::<()>();
    let answered = Arc::new(answered);
    state.wait_until(async { last.await.unwrap_or_default() });
    let after = state.clone();
    request.extensions_mut().insert(Background::new(move |work| after.wait_until(work)));
    let router = MapResponse::new(router, |response: axum::response::Response| {
        // Dropped with the body, which is sent piece by piece.
        response.map(|body| Body::from_stream(body.into_data_stream().inspect(move |_| _ = &answered)))
    });
    VercelLayer::new().layer(router).oneshot((state, request)).await
}
