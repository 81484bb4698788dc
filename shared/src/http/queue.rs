//! What is next.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::etag::{Named, NamedBy};
use super::input::{Query, out_of_range};
use super::route::Endpoint;
use super::{Answer, Fault, Problem};
use crate::app::App;
use crate::model::Queue;

pub(super) fn endpoints() -> [Endpoint; 1] {
    let queue =
        Endpoint::get("/api/tasks/cron/queue", queue, "Tells what runs, what waits and why, and what comes next.");
    [queue.command("cron queue").polled().faults(&[Fault::LimitOutOfRange])]
}

/// No more of each are told at once.
const MOST: usize = 1000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QueueQuery {
    /// How many of what waits, and how many slots to come.
    #[serde(default = "some")]
    #[schemars(range(min = 1, max = 1000))]
    limit: usize,
}

fn some() -> usize {
    20
}

pub(super) async fn queue(
    State(app): State<App>,
    Query(QueueQuery { limit }): Query<QueueQuery>,
) -> Result<Named<Queue>, Problem> {
    if !(1..=MOST).contains(&limit) {
        return Err(out_of_range(Fault::LimitOutOfRange, "limit", MOST as u64));
    }
    app.check().await?;
    let queue = app.runner().whats_next(limit).await?;
    // The present is in it, which alone makes it no other answer.
    let Queue { now: _, running, waiting, upcoming, has_more } = &queue;
    let same = serde_json::to_vec(&(running, waiting, upcoming, has_more)).unwrap_or_default();
    Ok(Named { answer: Answer(queue), by: NamedBy(same) })
}
