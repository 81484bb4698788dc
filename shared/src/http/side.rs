//! Side tasks across all workers.

use axum::extract::State;
use axum::http::Method;

use super::{Access, Answer, Problem, Route};
use crate::app::App;
use crate::model::SideTaskRow;

/// Lists the side tasks.
pub(super) const TASKS: Route =
    Route { methods: &[Method::GET], path: "/api/tasks/side", command: Some("side tasks"), access: Access::Token };

pub(super) async fn tasks(State(app): State<App>) -> Result<Answer<Vec<SideTaskRow>>, Problem> {
    app.check().await?;
    Ok(Answer(app.repository().side_tasks().await?))
}
