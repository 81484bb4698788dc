//! What is next.

use axum::extract::State;
use axum::http::Method;
use serde::Deserialize;

use super::input::Query;
use super::{Access, Answer, Problem, Route};
use crate::app::App;
use crate::locale::msg;
use crate::model::Queue;

/// Tells what runs, what waits and why, and which slots come next.
pub(super) const QUEUE: Route = Route {
    methods: &[Method::GET],
    path: "/api/tasks/cron/queue",
    command: Some("cron queue"),
    access: Access::Token,
};

/// No more of each are told at once.
const MOST: usize = 1000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QueueQuery {
    #[serde(default = "some")]
    limit: usize,
}

fn some() -> usize {
    20
}

pub(super) async fn queue(
    State(app): State<App>,
    Query(QueueQuery { limit }): Query<QueueQuery>,
) -> Result<Answer<Queue>, Problem> {
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("limit_out_of_range", msg::http_limit_out_of_range(MOST)));
    }
    app.check().await?;
    Ok(Answer(app.runner().whats_next(limit).await?))
}
