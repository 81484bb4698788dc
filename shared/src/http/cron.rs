//! Cron tasks and their executions.

use axum::extract::State;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::form::{List, Name, Priorities, Word};
use super::idempotency::{Key, Marked};
use super::input::{Body, Language, Path, Query, instant, list, out_of_range, word};
use super::route::Endpoint;
use super::{Answer, Fault, Problem, change, execution, idempotency, told};
use crate::app::App;
use crate::locale::{Locale, msg};
use crate::model::{Category, Change, CronTaskRow, Execution, ExecutionId, ExecutionLog, Priority, Status, TaskType};
use crate::repository::{HistoryFilter, HistoryPage, Keyed, Period, RunRequest, TaskFilter, TaskStats};
use crate::task::ChangeError;

pub(super) fn endpoints() -> [Endpoint; 6] {
    [
        Endpoint::get("/api/tasks/cron", tasks, "Lists the cron tasks.").command("cron tasks").polled(),
        Endpoint::get("/api/tasks/cron/history", history, "Lists executions, newest decision first.")
            .command("cron history")
            .polled()
            .faults(&[Fault::LimitOutOfRange, Fault::CursorInvalid, Fault::TaskNotFound]),
        Endpoint::get("/api/tasks/cron/stats", stats, "Tells what executions came to in a period.")
            .command("cron stats")
            .faults(&[Fault::TaskNotFound]),
        Endpoint::get("/api/tasks/cron/{task}", show, "Tells of one cron task.")
            .command("cron show")
            .faults(&[Fault::TaskNotFound]),
        Endpoint::post("/api/tasks/cron/{task}/run", run, "Runs a cron task now.").command("cron run").faults(&[
            Fault::ConfigNotAnObject,
            Fault::ConfigRefused,
            Fault::TaskNotFound,
            Fault::ExecutionNotFound,
            Fault::PreviousInstanceRunning,
        ]),
        Endpoint::get("/api/executions/{id}", execution, "Tells of one execution, with what it logged.")
            .command("cron execution")
            .faults(&[Fault::ExecutionNotFound]),
    ]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TasksQuery {
    /// Enabled ones, or disabled ones.
    enabled: Option<bool>,
    /// Those of one of these priorities, separated by commas; `high-and-above` stands for several.
    #[serde(default, deserialize_with = "priorities")]
    #[schemars(with = "Priorities")]
    priority: Option<Vec<Priority>>,
    /// Those whose newest attempt ended in one of these, separated by commas.
    #[serde(default, deserialize_with = "list")]
    #[schemars(with = "List<Status>")]
    status: Option<Vec<Status>>,
    /// Those of this category.
    #[serde(default, deserialize_with = "word")]
    #[schemars(with = "Word<Category>")]
    category: Option<Category>,
}

/// Priorities by name, and `high-and-above`, `medium-and-above`.
fn priorities<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Priority>>, D::Error> {
    let names: Option<Vec<String>> = list(deserializer)?;
    let Some(names) = names else { return Ok(None) };
    let mut wanted = Vec::new();
    for name in names {
        let lower = name.to_ascii_lowercase().replace('_', "-");
        if let Some(least) = lower.strip_suffix("-and-above") {
            let least: Priority = least.parse().map_err(|_| no_priority(&name))?;
            // Declared most urgent first.
            wanted.extend(Priority::ALL.iter().copied().filter(|priority| *priority <= least));
        } else {
            wanted.push(name.parse().map_err(|_| no_priority(&name))?);
        }
    }
    Ok(Some(wanted))
}

/// In the form in which words of ours are refused.
fn no_priority<E: serde::de::Error>(written: &str) -> E {
    let words = Priority::ALL.iter().map(|priority| priority.as_str());
    let allowed: Vec<_> = words.chain(["HIGH-and-above", "MEDIUM-and-above"]).collect();
    E::custom(format!("\"{written}\" is not one of {}", allowed.join(", ")))
}

pub(super) async fn tasks(
    State(app): State<App>,
    Language(locale): Language,
    Query(query): Query<TasksQuery>,
) -> Result<Answer<Vec<CronTaskRow>>, Problem> {
    app.check().await?;
    let TasksQuery { enabled, priority, status, category } = query;
    let filter = TaskFilter { enabled, priority, status, category };
    let tasks = app.repository().cron_tasks(&filter).await?;
    Ok(Answer(tasks.into_iter().map(|task| told::cron_task(task, locale)).collect()))
}

/// One task with its newest executions, and what operators changed about it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ShowAnswer {
    /// The task.
    #[serde(flatten)]
    pub task: CronTaskRow,
    /// Its newest executions.
    pub executions: Vec<Execution>,
    /// What operators changed about it at run time, newest first.
    #[serde(default)]
    pub changes: Vec<Change>,
}

pub(super) async fn show(
    State(app): State<App>,
    Language(locale): Language,
    Path(name): Path,
) -> Result<Answer<ShowAnswer>, Problem> {
    app.check().await?;
    let task = told::cron_task(known(&app, &name).await?, locale);
    let changes = app.repository().changes(TaskType::Cron, &name, 10).await?;
    let filter = HistoryFilter { task: Some(name), limit: 10, ..HistoryFilter::default() };
    let page = app.repository().history(&filter).await?.map(|page| told::history(page, locale));
    let executions = page.map(|page| page.executions).unwrap_or_default();
    Ok(Answer(ShowAnswer { task, executions, changes }))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    /// Those of this task.
    #[serde(default)]
    #[schemars(with = "Name")]
    task: Option<String>,
    /// Those in one of these, separated by commas.
    #[serde(default, deserialize_with = "list")]
    #[schemars(with = "List<Status>")]
    status: Option<Vec<Status>>,
    /// Those decided at or after this instant.
    #[serde(default, deserialize_with = "instant")]
    since: Option<DateTime<Utc>>,
    /// Those decided before this instant.
    #[serde(default, deserialize_with = "instant")]
    until: Option<DateTime<Utc>>,
    /// How many.
    #[serde(default = "some")]
    #[schemars(range(min = 1, max = 1000))]
    limit: usize,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn some() -> usize {
    20
}

pub(super) async fn history(
    State(app): State<App>,
    Language(locale): Language,
    Query(query): Query<HistoryQuery>,
) -> Result<Answer<HistoryPage>, Problem> {
    if !(1..=1000).contains(&query.limit) {
        return Err(out_of_range(Fault::LimitOutOfRange, "limit", 1000));
    }
    app.check().await?;
    if let Some(name) = &query.task {
        known(&app, name).await?;
    }
    let HistoryQuery { task, status, since, until, limit, cursor } = query;
    let page = app.repository().history(&HistoryFilter { task, status, since, until, limit, cursor }).await?;
    let page = page.map(|page| Answer(told::history(page, locale)));
    page.ok_or_else(|| Problem::new(Fault::CursorInvalid, msg::http_cursor_invalid()))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StatsQuery {
    /// Only of this task.
    #[serde(default)]
    #[schemars(with = "Name")]
    task: Option<String>,
    /// How far back; without it, a day.
    #[serde(default, deserialize_with = "word")]
    #[schemars(with = "Word<Period>")]
    period: Option<Period>,
}

pub(super) async fn stats(
    State(app): State<App>,
    Language(locale): Language,
    Query(query): Query<StatsQuery>,
) -> Result<Answer<TaskStats>, Problem> {
    app.check().await?;
    if let Some(name) = &query.task {
        known(&app, name).await?;
    }
    let period = query.period.unwrap_or(Period::Day);
    Ok(Answer(told::stats(app.repository().stats(period, query.task.as_deref()).await?, locale)))
}

/// One execution with what it logged.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionAnswer {
    /// The execution.
    #[serde(flatten)]
    pub execution: Execution,
    /// What it logged; empty until it has ended.
    pub log: ExecutionLog,
}

pub(super) async fn execution(
    State(app): State<App>,
    Language(locale): Language,
    Path(id): Path,
) -> Result<Answer<ExecutionAnswer>, Problem> {
    let not_found = || Problem::new(Fault::ExecutionNotFound, msg::http_no_such_execution(id.as_str()));
    let parsed = ExecutionId(Uuid::try_parse(&id).map_err(|_| not_found())?);
    app.check().await?;
    let execution = app.repository().execution(parsed).await?.ok_or_else(not_found)?;
    // Read second: an execution that has ended is never answered without its log.
    let log = app.repository().execution_log(parsed).await?.unwrap_or_default();
    Ok(Answer(ExecutionAnswer { execution: told::execution(execution, locale), log }))
}

/// How a task is to be run.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunBody {
    /// Settings laid over the task's, for this run only.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub config: Option<Value>,
    /// Only check the settings.
    pub dry_run: bool,
    /// Answer when it has ended, and run it here if nobody else does.
    pub wait: bool,
}

pub(super) async fn run(
    State(app): State<App>,
    Language(locale): Language,
    Path(name): Path,
    key: Key,
    Body(body): Body<RunBody>,
) -> Result<Marked<Execution>, Problem> {
    app.prepare().await?;
    let row = known(&app, &name).await?;
    let Some(task) = app.registry().cron_task(&name) else {
        return Err(Problem::no_such_task(app.registry(), TaskType::Cron, &name));
    };
    let config = checked_config(&row.config, body.config.as_ref())?;
    if let Err(refusal) = task.validate(&config).await {
        let mistakes: Vec<_> = ChangeError::refused("", refusal).collect();
        return Err(refused(&mistakes, locale));
    }
    // Its own words in their own order: two ways to write the same are the same.
    let key = key.of(&serde_json::to_vec(&body).unwrap_or_default());
    let request = RunRequest { task: name.clone(), config: body.config, dry_run: body.dry_run };
    let enqueued = match key {
        Some(key) => app.runner().enqueue_once(&key, &request).await?,
        None => Keyed::First(app.runner().enqueue(&request).await?),
    };
    let (id, is_repeat) = match enqueued {
        Keyed::First(Some(enqueued)) => (enqueued.id, false),
        Keyed::First(None) => return Err(Problem::no_such_task(app.registry(), TaskType::Cron, &name)),
        Keyed::Repeat(id) => (id, true),
        Keyed::Taken => return Err(idempotency::taken()),
    };
    if body.wait {
        // A caller that hangs up does not end the run.
        let runner = app.runner().clone();
        match tokio::spawn(async move { runner.see_through(id).await }).await {
            Ok(seen) => seen?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    Ok(Marked { answer: run_of(&app, &name, id, locale).await, is_repeat })
}

/// The settings of a run are wrong.
pub(super) fn refused(mistakes: &[ChangeError], locale: Locale) -> Problem {
    let told = change::told(mistakes, locale);
    Problem::new(Fault::ConfigRefused, msg::http_config_refused(told.lines)).with(told.details)
}

async fn run_of(app: &App, task: &str, id: ExecutionId, locale: Locale) -> Result<Answer<Execution>, Problem> {
    let execution = app.repository().execution(id).await?;
    let execution = execution.ok_or_else(|| execution::no_such_execution(&id.to_string()))?;
    if execution.status == Status::Skipped {
        let message = msg::http_already_running(task);
        let details = json!({ "execution_id": execution.id, "reason": execution.skipped_reason });
        return Err(Problem::new(Fault::PreviousInstanceRunning, message).with(details));
    }
    Ok(Answer(told::execution(execution, locale)))
}

/// The settings a run would have: an object, laid over the task's.
fn checked_config(in_force: &Value, over: Option<&Value>) -> Result<Value, Problem> {
    let mut config = in_force.clone();
    match (config.as_object_mut(), over) {
        (_, None) => {}
        (Some(config), Some(Value::Object(over))) => {
            config.extend(over.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        _ => return Err(Problem::new(Fault::ConfigNotAnObject, msg::http_config_not_an_object())),
    }
    Ok(config)
}

pub(super) async fn known(app: &App, name: &str) -> Result<CronTaskRow, Problem> {
    let row = app.repository().cron_task(name).await?;
    row.ok_or_else(|| Problem::no_such_task(app.registry(), TaskType::Cron, name))
}
