//! Vercel: every path is rewritten to this function, which serves the same router as the worker.

use std::sync::LazyLock;

use downbeat::config::Config;
use tokio::sync::oneshot;
use tower::{Layer, ServiceExt};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use vercel_runtime::axum::VercelLayer;
use vercel_runtime::{AppState, Error, Request, Response, ResponseBody, service_fn};

/// Put together by the first request, so that nothing stands between the start of the process and its listening.
static ROUTER: LazyLock<axum::Router> =
    LazyLock::new(|| downbeat::http::function(Config::from_env(), downbeat::tasks::registry()));

#[tokio::main]
async fn main() -> Result<(), Error> {
    let lines = tracing_subscriber::fmt::layer().json().without_time().with_writer(std::io::stderr);
    let lines = lines.with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(downbeat::logs::capture()).with(lines).init();
    vercel_runtime::run(service_fn(answer)).await
}

/// Answers one request. Told to end, the runtime waits only for what is registered with it, so every request is.
async fn answer(request: Request, state: AppState) -> Result<Response<ResponseBody>, Error> {
    let (answered, last) = oneshot::channel::<()>();
    state.wait_until(async { last.await.unwrap_or_default() });
    let answer = VercelLayer::new().layer(ROUTER.clone()).oneshot((state, request)).await;
    drop(answered);
    answer
}
