//! Whether this process lives, and whether it can work.

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::route::Endpoint;
use super::{Access, Answer, Problem};
use crate::app::App;

pub(super) fn endpoints() -> [Endpoint; 2] {
    let ready = "Tells that the database answers and takes changes too, with the tables of this version.";
    [
        Endpoint::get("/health/live", live, "Tells that the process answers.")
            .command("health live")
            .access(Access::Open)
            .without_database(),
        Endpoint::get("/health/ready", self::ready, ready).command("health ready").access(Access::Open),
    ]
}

/// What is fine.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct HealthAnswer {
    /// `live` or `ready`.
    pub status: String,
}

impl HealthAnswer {
    /// The process answers.
    pub const LIVE: &str = "live";
    /// It can work, too.
    pub const READY: &str = "ready";

    pub(super) fn of(status: &str) -> Self {
        Self { status: status.to_owned() }
    }
}

pub(super) async fn live() -> Answer<HealthAnswer> {
    Answer(HealthAnswer::of(HealthAnswer::LIVE))
}

pub(super) async fn ready(State(app): State<App>) -> Result<Answer<HealthAnswer>, Problem> {
    app.check().await?;
    app.repository().require_writable().await?;
    Ok(Answer(HealthAnswer::of(HealthAnswer::READY)))
}
