//! Vercel: every path is rewritten to this function, which serves the same router as the worker.

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use downbeat::config::Config;
use downbeat::http::Background;
use futures_util::StreamExt;
use tokio::sync::oneshot;
use tower::util::MapResponse;
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

/// Answers one request. What is not registered with the runtime may be frozen as soon as there is an answer, and is not
/// waited for when the process is told to end: so the answer is registered, to its last byte, and what goes on after it.
async fn answer(mut request: Request, state: AppState) -> Result<Response<ResponseBody>, Error> {
    let (answered, last) = oneshot::channel::<()>();
    let answered = Arc::new(answered);
    state.wait_until(async { last.await.unwrap_or_default() });
    let after = state.clone();
    request.extensions_mut().insert(Background::new(move |work| after.wait_until(work)));
    let router = MapResponse::new(ROUTER.clone(), |response: axum::response::Response| {
        // Dropped with the body, which is sent piece by piece.
        response.map(|body| Body::from_stream(body.into_data_stream().inspect(move |_| _ = &answered)))
    });
    VercelLayer::new().layer(router).oneshot((state, request)).await
}
