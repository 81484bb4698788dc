//! Runner instances, and what is held back on all of them.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::access::Actor;
use super::input::{Body, Path, Query, instant, out_of_range};
use super::route::Endpoint;
use super::{Answer, Fault, Problem, change};
use crate::app::App;
use crate::locale::msg;
use crate::model::{Maintenance, Runner, TaskType};
use crate::repository::{Drain, Hold, RunnerFilter, RunnerPage};

pub(super) fn endpoints() -> [Endpoint; 5] {
    const OF_INSTANCE: &[Fault] = &[Fault::RunnerAmbiguous, Fault::RunnerNotFound, Fault::RunnerEnded];
    let (stopping, restarting) = ("/api/runner/{instance}/stop", "/api/runner/{instance}/restart");
    [
        Endpoint::get("/api/runner", status, "Lists the runner instances and what they run.")
            .command("runner status")
            .polled()
            .faults(&[Fault::LimitOutOfRange, Fault::CursorInvalid]),
        Endpoint::post("/api/runner/pause", pause, "Lets no task start, on any runner.")
            .command("runner pause")
            .faults(&[Fault::UntilPassed]),
        Endpoint::post("/api/runner/resume", resume, "Lets tasks start again.").command("runner resume"),
        Endpoint::post(stopping, stop, "Has a runner instance finish what it runs, and end.")
            .command("runner stop")
            .faults(OF_INSTANCE),
        Endpoint::post(restarting, restart, "Has a runner instance finish what it runs, and begin anew.")
            .command("runner restart")
            .faults(OF_INSTANCE),
    ]
}

/// How long ended instances are shown.
const SHOWN: Duration = Duration::from_secs(3600);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusQuery {
    /// How many.
    #[serde(default = "many")]
    #[schemars(range(min = 1, max = 1000))]
    limit: usize,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn many() -> usize {
    100
}

pub(super) async fn status(
    State(app): State<App>,
    Query(StatusQuery { limit, cursor }): Query<StatusQuery>,
) -> Result<Answer<RunnerPage>, Problem> {
    if !(1..=1000).contains(&limit) {
        return Err(out_of_range(Fault::LimitOutOfRange, "limit", 1000));
    }
    app.check().await?;
    let page = app.repository().runner_page(&RunnerFilter { ended_within: SHOWN, limit, cursor }).await?;
    page.map(Answer).ok_or_else(|| Problem::new(Fault::CursorInvalid, msg::http_cursor_invalid()))
}

/// What is held back, and until when.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SystemPauseBody {
    /// Only tasks of this type; without it, all.
    pub only: Option<TaskType>,
    /// When it ends by itself; without it, only when somebody ends it.
    #[serde(deserialize_with = "instant")]
    pub until: Option<DateTime<Utc>>,
}

pub(super) async fn pause(
    State(app): State<App>,
    Extension(Actor(by)): Extension<Actor>,
    Body(SystemPauseBody { only, until }): Body<SystemPauseBody>,
) -> Result<Answer<Maintenance>, Problem> {
    app.check().await?;
    let hold = change::hold(&app, until).await?;
    Ok(Answer(app.repository().pause_system(only, hold, &by).await?))
}

/// What goes on.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SystemResumeBody {
    /// Only tasks of this type; without it, all.
    pub only: Option<TaskType>,
}

pub(super) async fn resume(
    State(app): State<App>,
    Extension(Actor(by)): Extension<Actor>,
    Body(SystemResumeBody { only }): Body<SystemResumeBody>,
) -> Result<Answer<Maintenance>, Problem> {
    app.check().await?;
    Ok(Answer(app.repository().pause_system(only, Hold::Release, &by).await?))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DrainQuery {
    /// Only tell of the instance that is meant, and what it runs.
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn stop(
    State(app): State<App>,
    Extension(Actor(by)): Extension<Actor>,
    Path(instance): Path,
    Query(query): Query<DrainQuery>,
) -> Result<Answer<Runner>, Problem> {
    drain(&app, &instance, Drain::Stop, &by, &query).await
}

pub(super) async fn restart(
    State(app): State<App>,
    Extension(Actor(by)): Extension<Actor>,
    Path(instance): Path,
    Query(query): Query<DrainQuery>,
) -> Result<Answer<Runner>, Problem> {
    drain(&app, &instance, Drain::Restart, &by, &query).await
}

async fn drain(
    app: &App,
    written: &str,
    then: Drain,
    by: &str,
    DrainQuery { dry_run }: &DrainQuery,
) -> Result<Answer<Runner>, Problem> {
    app.check().await?;
    let runner = meant(written, app.repository().runners(SHOWN).await?)?;
    if *dry_run {
        return Ok(Answer(runner));
    }
    if !app.repository().drain_runner(runner.instance_id, then, by).await? {
        return Err(ended(written));
    }
    let mut now = app.repository().runners(SHOWN).await?.into_iter();
    Ok(Answer(now.find(|now| now.instance_id == runner.instance_id).unwrap_or(runner)))
}

/// The living instance of that id, of that name, or whose id alone begins like that.
fn meant(written: &str, runners: Vec<Runner>) -> Result<Runner, Problem> {
    let lower = written.to_lowercase();
    let is_meant = |runner: &Runner| {
        let id = runner.instance_id.to_string();
        runner.name == written
            || (!lower.is_empty() && (id.starts_with(&lower) || runner.instance_id.0.simple().to_string() == lower))
    };
    let (alive, over): (Vec<_>, Vec<_>) =
        runners.into_iter().filter(is_meant).partition(|runner| runner.ended_at.is_none());
    let mut alive = alive.into_iter();
    match (alive.next(), alive.next()) {
        (Some(runner), None) => Ok(runner),
        (Some(first), Some(second)) => {
            let meant: Vec<_> =
                [first, second].into_iter().chain(alive).map(|one| one.instance_id.to_string()).collect();
            let message = msg::change_runner_ambiguous(meant.join(", "), written);
            Err(Problem::new(Fault::RunnerAmbiguous, message).with(json!({ "instances": meant })))
        }
        (None, _) if !over.is_empty() => Err(ended(written)),
        (None, _) => Err(Problem::new(Fault::RunnerNotFound, msg::change_no_such_runner(written))),
    }
}

fn ended(written: &str) -> Problem {
    Problem::new(Fault::RunnerEnded, msg::change_runner_ended(written))
}
