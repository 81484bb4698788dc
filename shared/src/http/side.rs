//! Side tasks across all workers.

use axum::extract::{Extension, Path, State};
use axum::http::Method;

use super::access::Actor;
use super::{Access, Answer, Problem, Route};
use crate::app::App;
use crate::model::SideTaskRow;

/// Lists the side tasks.
pub(super) const TASKS: Route =
    Route { methods: &[Method::GET], path: "/api/tasks/side", command: Some("side tasks"), access: Access::Token };
/// Tells all workers to run a side task.
pub(super) const START: Route = act("/api/tasks/side/{task}/start", "side start");
/// Tells all workers to stop it.
pub(super) const STOP: Route = act("/api/tasks/side/{task}/stop", "side stop");
/// Tells all workers to end it and to take it anew.
pub(super) const RESTART: Route = act("/api/tasks/side/{task}/restart", "side restart");

const fn act(path: &'static str, command: &'static str) -> Route {
    Route { methods: &[Method::POST], path, command: Some(command), access: Access::Token }
}

pub(super) async fn tasks(State(app): State<App>) -> Result<Answer<Vec<SideTaskRow>>, Problem> {
    app.check().await?;
    Ok(Answer(app.repository().side_tasks().await?))
}

pub(super) async fn start(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(Actor(actor)): Extension<Actor>,
) -> Result<Answer<SideTaskRow>, Problem> {
    app.prepare().await?;
    let known = app.runner().start_side_task(&name, &actor).await?;
    ordered(&app, &name, known).await
}

pub(super) async fn stop(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(Actor(actor)): Extension<Actor>,
) -> Result<Answer<SideTaskRow>, Problem> {
    app.prepare().await?;
    let known = app.runner().stop_side_task(&name, &actor).await?;
    ordered(&app, &name, known).await
}

pub(super) async fn restart(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(Actor(actor)): Extension<Actor>,
) -> Result<Answer<SideTaskRow>, Problem> {
    app.prepare().await?;
    let known = app.runner().restart_side_task(&name, &actor).await?;
    ordered(&app, &name, known).await
}

/// The task as it stands right after an order: workers carry it out when they hear of it.
async fn ordered(app: &App, name: &str, known: bool) -> Result<Answer<SideTaskRow>, Problem> {
    let row = if known { app.repository().side_task(name).await? } else { None };
    row.map(Answer).ok_or_else(|| Problem::no_such_task(name, app.registry().closest(name)))
}
