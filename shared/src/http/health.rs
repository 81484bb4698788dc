//! Whether this process lives, and whether it can work.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::route::Endpoint;
use super::{Access, Answer, Problem};
use crate::app::App;

pub(super) fn endpoints() -> [Endpoint; 2] {
    [
        Endpoint::get("/health/live", live, "Tells that the process answers.").access(Access::Open).without_database(),
        Endpoint::get("/health/ready", ready, "Tells that the database answers too, with the tables of this version.")
            .access(Access::Open),
    ]
}

/// What is fine.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Fine {
    /// `live` or `ready`.
    pub(super) status: &'static str,
}

pub(super) async fn live() -> Answer<Fine> {
    Answer(Fine { status: "live" })
}

pub(super) async fn ready(State(app): State<App>) -> Result<Answer<Fine>, Problem> {
    app.check().await?;
    app.repository().now().await?;
    Ok(Answer(Fine { status: "ready" }))
}
