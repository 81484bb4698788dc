//! Side tasks across all workers.

use axum::Extension;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::Actor;
use super::input::{Language, Path};
use super::route::Endpoint;
use super::{Answer, Fault, Problem, told};
use crate::app::App;
use crate::locale::Locale;
use crate::model::{SideHealth, SideState, SideTaskRow, TaskType};

pub(super) fn endpoints() -> [Endpoint; 4] {
    [
        Endpoint::get("/api/tasks/side", tasks, "Lists the side tasks.").command("side tasks").polled(),
        Endpoint::post("/api/tasks/side/{task}/start", start, "Tells all workers to run a side task.")
            .command("side start")
            .faults(&[Fault::TaskNotFound]),
        Endpoint::post("/api/tasks/side/{task}/stop", stop, "Tells all workers to stop a side task.")
            .command("side stop")
            .faults(&[Fault::TaskNotFound]),
        Endpoint::post("/api/tasks/side/{task}/restart", restart, "Tells all workers to take a side task anew.")
            .command("side restart")
            .faults(&[Fault::TaskNotFound]),
    ]
}

/// A side task, and what its facts come to.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct SideTaskAnswer {
    /// The task.
    #[serde(flatten)]
    pub task: SideTaskRow,
    /// How it fares, in view of what it is told to do.
    pub state: SideState,
    /// What it said of its health; null where it does not run, or has not been asked since it started.
    pub health: Option<SideHealth>,
}

impl SideTaskAnswer {
    pub(super) fn of(task: SideTaskRow, locale: Locale) -> Self {
        Self { state: task.state(), health: task.health(), task: told::side_task(task, locale) }
    }
}

pub(super) async fn tasks(
    State(app): State<App>,
    Language(locale): Language,
) -> Result<Answer<Vec<SideTaskAnswer>>, Problem> {
    app.check().await?;
    let tasks = app.repository().side_tasks().await?;
    Ok(Answer(tasks.into_iter().map(|task| SideTaskAnswer::of(task, locale)).collect()))
}

pub(super) async fn start(
    State(app): State<App>,
    Language(locale): Language,
    Path(name): Path,
    Extension(Actor(actor)): Extension<Actor>,
) -> Result<Answer<SideTaskAnswer>, Problem> {
    app.prepare().await?;
    let known = app.runner().start_side_task(&name, &actor).await?;
    ordered(&app, &name, known, locale).await
}

pub(super) async fn stop(
    State(app): State<App>,
    Language(locale): Language,
    Path(name): Path,
    Extension(Actor(actor)): Extension<Actor>,
) -> Result<Answer<SideTaskAnswer>, Problem> {
    app.prepare().await?;
    let known = app.runner().stop_side_task(&name, &actor).await?;
    ordered(&app, &name, known, locale).await
}

pub(super) async fn restart(
    State(app): State<App>,
    Language(locale): Language,
    Path(name): Path,
    Extension(Actor(actor)): Extension<Actor>,
) -> Result<Answer<SideTaskAnswer>, Problem> {
    app.prepare().await?;
    let known = app.runner().restart_side_task(&name, &actor).await?;
    ordered(&app, &name, known, locale).await
}

/// The task as it stands right after an order: workers carry it out when they hear of it.
async fn ordered(app: &App, name: &str, known: bool, locale: Locale) -> Result<Answer<SideTaskAnswer>, Problem> {
    let row = if known { app.repository().side_task(name).await? } else { None };
    let row = row.map(|task| Answer(SideTaskAnswer::of(task, locale)));
    row.ok_or_else(|| Problem::no_such_task(app.registry(), TaskType::Side, name))
}
