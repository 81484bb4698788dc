//! What operators change about cron tasks at run time.

use std::borrow::Cow;

use axum::Extension;
use axum::extract::State;
use axum::http::Method;
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::access::Actor;
use super::input::{Body, Language, Path, instant};
use super::route::Endpoint;
use super::{Answer, Fault, Problem, told};
use crate::app::App;
use crate::locale::{Locale, msg};
use crate::model::{CronTaskRow, TaskType};
use crate::repository::Hold;
use crate::runner::{ChangeRefused, Changed};
use crate::task::{ChangeError, change_schema};

pub(super) fn endpoints() -> [Endpoint; 4] {
    [
        Endpoint::new(&[Method::PATCH], "/api/tasks/cron/{task}", set, "Sets something over a cron task's definition.")
            .command("cron set")
            .faults(&[Fault::ChangeRefused, Fault::TaskNotFound, Fault::TaskRetired, Fault::ChangedMeanwhile]),
        Endpoint::new(&[Method::DELETE], "/api/tasks/cron/{task}/overrides", reset, "Takes back all that was set.")
            .command("cron reset")
            .faults(&[Fault::TaskNotFound, Fault::TaskRetired, Fault::ChangedMeanwhile]),
        Endpoint::post("/api/tasks/cron/{task}/pause", pause, "Pauses a cron task.").command("cron pause").faults(&[
            Fault::UntilPassed,
            Fault::TaskNotFound,
            Fault::TaskRetired,
        ]),
        Endpoint::post("/api/tasks/cron/{task}/resume", resume, "Ends the pause of a cron task.")
            .command("cron resume")
            .faults(&[Fault::TaskNotFound, Fault::TaskRetired]),
    ]
}

/// A task as it is now, and what was changed about it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ChangeAnswer {
    /// The task.
    #[serde(flatten)]
    pub task: CronTaskRow,
    /// What was in force before, of what was changed, by column name; empty where nothing was.
    #[schemars(with = "Map<String, Value>")]
    pub before: Value,
    /// What is in force since.
    #[schemars(with = "Map<String, Value>")]
    pub after: Value,
}

/// What is to be set, by column name; `null` takes back what it names.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeBody(pub Value);

impl JsonSchema for ChangeBody {
    fn schema_name() -> Cow<'static, str> {
        "ChangeBody".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        change_schema()
    }
}

pub(super) async fn set(
    State(app): State<App>,
    Language(locale): Language,
    Extension(Actor(by)): Extension<Actor>,
    Path(name): Path,
    Body(ChangeBody(request)): Body<ChangeBody>,
) -> Result<Answer<ChangeAnswer>, Problem> {
    app.prepare().await?;
    let changed = app.runner().change_cron_task(&name, &request, &by).await;
    answer(&app, &name, changed.map_err(|refused| problem(&app, &name, refused, locale))?, locale).await
}

pub(super) async fn reset(
    State(app): State<App>,
    Language(locale): Language,
    Extension(Actor(by)): Extension<Actor>,
    Path(name): Path,
) -> Result<Answer<ChangeAnswer>, Problem> {
    app.prepare().await?;
    let changed = app.runner().reset_cron_task(&name, &by).await;
    answer(&app, &name, changed.map_err(|refused| problem(&app, &name, refused, locale))?, locale).await
}

/// Until when something is held back.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PauseBody {
    /// When it ends by itself; without it, only when somebody ends it.
    #[serde(deserialize_with = "instant")]
    pub until: Option<DateTime<Utc>>,
}

pub(super) async fn pause(
    State(app): State<App>,
    Language(locale): Language,
    Extension(Actor(by)): Extension<Actor>,
    Path(name): Path,
    Body(PauseBody { until }): Body<PauseBody>,
) -> Result<Answer<ChangeAnswer>, Problem> {
    app.check().await?;
    let hold = hold(&app, until).await?;
    held(&app, &name, hold, &by, locale).await
}

pub(super) async fn resume(
    State(app): State<App>,
    Language(locale): Language,
    Extension(Actor(by)): Extension<Actor>,
    Path(name): Path,
) -> Result<Answer<ChangeAnswer>, Problem> {
    app.check().await?;
    held(&app, &name, Hold::Release, &by, locale).await
}

async fn held(app: &App, name: &str, hold: Hold, by: &str, locale: Locale) -> Result<Answer<ChangeAnswer>, Problem> {
    match app.repository().pause_task(name, hold, by).await? {
        Some((before, after)) => answer(app, name, Changed { before, after }, locale).await,
        None if app.repository().cron_task(name).await?.is_some() => Err(retired(name)),
        None => Err(Problem::no_such_task(app.registry(), TaskType::Cron, name)),
    }
}

/// A pause that would be over at once is a mistake.
pub(super) async fn hold(app: &App, until: Option<DateTime<Utc>>) -> Result<Hold, Problem> {
    if let Some(until) = until
        && until <= app.repository().now().await?
    {
        return Err(Problem::new(Fault::UntilPassed, msg::change_until_passed()).with(json!({ "until": until })));
    }
    Ok(Hold::Until(until))
}

async fn answer(app: &App, name: &str, changed: Changed, locale: Locale) -> Result<Answer<ChangeAnswer>, Problem> {
    let task = app
        .repository()
        .cron_task(name)
        .await?
        .ok_or_else(|| Problem::no_such_task(app.registry(), TaskType::Cron, name))?;
    let Changed { before, after } = changed;
    Ok(Answer(ChangeAnswer { task: told::cron_task(task, locale), before, after }))
}

fn problem(app: &App, name: &str, refused: ChangeRefused, locale: Locale) -> Problem {
    match refused {
        ChangeRefused::NoSuchTask => Problem::no_such_task(app.registry(), TaskType::Cron, name),
        ChangeRefused::Retired => retired(name),
        ChangeRefused::Wrong(mistakes) => wrong(&mistakes, locale),
        ChangeRefused::Overtaken => Problem::new(Fault::ChangedMeanwhile, msg::change_meanwhile(name)),
        ChangeRefused::Repository(error) => error.into(),
    }
}

/// The code no longer has the task.
pub(super) fn retired(name: &str) -> Problem {
    Problem::new(Fault::TaskRetired, msg::change_task_retired(name)).with(json!({ "task": name }))
}

/// What was asked for is wrong.
pub(super) fn wrong(mistakes: &[ChangeError], locale: Locale) -> Problem {
    let told = told(mistakes, locale);
    Problem::new(Fault::ChangeRefused, msg::change_task_refused(mistakes.len(), told.lines)).with(told.details)
}

/// Mistakes as they are told.
pub(super) struct Told {
    /// Each on a line of its own, after its path.
    pub(super) lines: String,
    /// The same for a program.
    pub(super) details: Value,
}

/// Tells all mistakes at once, each with its path.
pub(super) fn told(mistakes: &[ChangeError], locale: Locale) -> Told {
    let told: Vec<_> = mistakes.iter().map(|mistake| (mistake, locale.render(&mistake.message()))).collect();
    let lines = told.iter().map(|(mistake, message)| match mistake.path.as_str() {
        "" => format!("\n{message}"),
        path => format!("\n{path}: {message}"),
    });
    let details = told.iter().map(|(mistake, message)| {
        json!({
            "path": mistake.path, "message": message,
            "allowed": mistake.allowed(), "nearest": mistake.nearest(),
        })
    });
    Told { lines: lines.collect(), details: json!({ "mistakes": details.collect::<Vec<_>>() }) }
}
