//! Whether this process lives, and whether it can work.

use axum::extract::State;
use axum::http::Method;
use serde::Serialize;

use super::{Access, Answer, Problem, Route};
use crate::app::App;

const fn open(path: &'static str) -> Route {
    Route { methods: &[Method::GET], path, command: None, access: Access::Open }
}

/// The process answers.
pub(super) const LIVE: Route = open("/health/live");
/// The database answers too, and its tables are what this version needs.
pub(super) const READY: Route = open("/health/ready");

/// What is fine.
#[derive(Debug, Serialize)]
pub(super) struct Fine {
    status: &'static str,
}

pub(super) async fn live() -> Answer<Fine> {
    Answer(Fine { status: "live" })
}

pub(super) async fn ready(State(app): State<App>) -> Result<Answer<Fine>, Problem> {
    app.check().await?;
    app.repository().now().await?;
    Ok(Answer(Fine { status: "ready" }))
}
