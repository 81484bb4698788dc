//! Cron tasks and their executions.

use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::idempotency::Key;
use super::input::{Body, Query, list, word};
use super::{Access, Answer, Kind, Problem, Route, execution, idempotency};
use crate::app::App;
use crate::locale::msg;
use crate::model::{Category, Change, CronTaskRow, Execution, ExecutionId, ExecutionLog, Priority, Status, TaskType};
use crate::repository::{HistoryFilter, HistoryPage, Keyed, Period, RunRequest, TaskFilter, TaskStats};

const fn get(path: &'static str, command: &'static str) -> Route {
    Route { methods: &[Method::GET], path, command: Some(command), access: Access::Token }
}

/// Lists the tasks.
pub(super) const TASKS: Route = get("/api/tasks/cron", "cron tasks");
/// Tells of one task.
pub(super) const SHOW: Route = get("/api/tasks/cron/{task}", "cron show");
/// Lists executions.
pub(super) const HISTORY: Route = get("/api/tasks/cron/history", "cron history");
/// Tells what executions came to.
pub(super) const STATS: Route = get("/api/tasks/cron/stats", "cron stats");
/// Tells of one execution.
pub(super) const EXECUTION: Route = get("/api/executions/{id}", "cron execution");
/// Runs a task now.
pub(super) const RUN: Route = Route {
    methods: &[Method::POST],
    path: "/api/tasks/cron/{task}/run",
    command: Some("cron run"),
    access: Access::Token,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TasksQuery {
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "priorities")]
    priority: Option<Vec<Priority>>,
    #[serde(default, deserialize_with = "list")]
    status: Option<Vec<Status>>,
    #[serde(default, deserialize_with = "word")]
    category: Option<Category>,
}

/// Priorities by name, and `high-and-above`, `medium-and-above`.
fn priorities<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Priority>>, D::Error> {
    let names: Option<Vec<String>> = list(deserializer)?;
    let Some(names) = names else { return Ok(None) };
    let mut wanted = Vec::new();
    for name in names {
        let lower = name.to_lowercase().replace('_', "-");
        if let Some(least) = lower.strip_suffix("-and-above") {
            let least: Priority = least.parse().map_err(serde::de::Error::custom)?;
            // Declared most urgent first.
            wanted.extend(Priority::ALL.iter().copied().filter(|priority| *priority <= least));
        } else {
            wanted.push(name.parse().map_err(serde::de::Error::custom)?);
        }
    }
    Ok(Some(wanted))
}

pub(super) async fn tasks(
    State(app): State<App>,
    Query(query): Query<TasksQuery>,
) -> Result<Answer<Vec<CronTaskRow>>, Problem> {
    app.check().await?;
    let TasksQuery { enabled, priority, status, category } = query;
    let filter = TaskFilter { enabled, priority, status, category };
    Ok(Answer(app.repository().cron_tasks(&filter).await?))
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

pub(super) async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Answer<ShowAnswer>, Problem> {
    app.check().await?;
    let task = known(&app, &name).await?;
    let changes = app.repository().changes(TaskType::Cron, &name, 10).await?;
    let filter = HistoryFilter { task: Some(name), limit: 10, ..HistoryFilter::default() };
    let executions = app.repository().history(&filter).await?.map(|page| page.executions).unwrap_or_default();
    Ok(Answer(ShowAnswer { task, executions, changes }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    task: Option<String>,
    #[serde(default, deserialize_with = "list")]
    status: Option<Vec<Status>>,
    since: Option<DateTime<Utc>>,
    #[serde(default = "some")]
    limit: usize,
    cursor: Option<String>,
}

fn some() -> usize {
    20
}

pub(super) async fn history(
    State(app): State<App>,
    Query(query): Query<HistoryQuery>,
) -> Result<Answer<HistoryPage>, Problem> {
    if !(1..=1000).contains(&query.limit) {
        return Err(Problem::invalid("limit_out_of_range", msg::http_limit_out_of_range(1000)));
    }
    app.check().await?;
    if let Some(name) = &query.task {
        known(&app, name).await?;
    }
    let HistoryQuery { task, status, since, limit, cursor } = query;
    let page = app.repository().history(&HistoryFilter { task, status, since, limit, cursor }).await?;
    page.map(Answer).ok_or_else(|| Problem::invalid("cursor_invalid", msg::http_cursor_invalid()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatsQuery {
    task: Option<String>,
    #[serde(default, deserialize_with = "word")]
    period: Option<Period>,
}

pub(super) async fn stats(
    State(app): State<App>,
    Query(query): Query<StatsQuery>,
) -> Result<Answer<TaskStats>, Problem> {
    app.check().await?;
    if let Some(name) = &query.task {
        known(&app, name).await?;
    }
    let period = query.period.unwrap_or(Period::Day);
    Ok(Answer(app.repository().stats(period, query.task.as_deref()).await?))
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
    Path(id): Path<String>,
) -> Result<Answer<ExecutionAnswer>, Problem> {
    let not_found = || Problem::new(Kind::NotFound, "execution_not_found", msg::http_no_such_execution(id.as_str()));
    let parsed = ExecutionId(Uuid::try_parse(&id).map_err(|_| not_found())?);
    app.check().await?;
    let execution = app.repository().execution(parsed).await?.ok_or_else(not_found)?;
    // Read second: an execution that has ended is never answered without its log.
    let log = app.repository().execution_log(parsed).await?.unwrap_or_default();
    Ok(Answer(ExecutionAnswer { execution, log }))
}

/// How a task is to be run.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunBody {
    /// Settings laid over the task's, for this run only.
    pub config: Option<Value>,
    /// Only check the settings.
    pub dry_run: bool,
    /// Answer when it has ended, and run it here if nobody else does.
    pub wait: bool,
}

pub(super) async fn run(
    State(app): State<App>,
    Path(name): Path<String>,
    key: Key,
    Body(body): Body<RunBody>,
) -> Result<Response, Problem> {
    app.prepare().await?;
    let row = known(&app, &name).await?;
    let Some(task) = app.registry().cron_task(&name) else {
        return Err(Problem::no_such_task(&name, None));
    };
    let config = checked_config(&row.config, body.config.as_ref())?;
    task.validate(&config).await.map_err(|refusal| {
        let message = msg::http_config_refused(refusal.to_string());
        Problem::invalid("config_refused", message).with(json!({ "path": refusal.path }))
    })?;
    // Its own words in their own order: two ways to write the same are the same.
    let key = key.of(&serde_json::to_vec(&body).unwrap_or_default());
    let request = RunRequest { task: name.clone(), config: body.config, dry_run: body.dry_run };
    let enqueued = match key {
        Some(key) => app.runner().enqueue_once(&key, &request).await?,
        None => Keyed::First(app.runner().enqueue(&request).await?),
    };
    let (id, is_repeat) = match enqueued {
        Keyed::First(Some(enqueued)) => (enqueued.id, false),
        Keyed::First(None) => return Err(Problem::no_such_task(&name, None)),
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
    Ok(idempotency::answer(run_of(&app, &name, id).await, is_repeat))
}

async fn run_of(app: &App, task: &str, id: ExecutionId) -> Result<Answer<Execution>, Problem> {
    let execution = app.repository().execution(id).await?;
    let execution = execution.ok_or_else(|| execution::no_such_execution(&id.to_string()))?;
    if execution.status == Status::Skipped {
        let message = msg::http_already_running(task);
        let details = json!({ "execution_id": execution.id, "reason": execution.skipped_reason });
        return Err(Problem::new(Kind::Conflict, "previous_instance_running", message).with(details));
    }
    Ok(Answer(execution))
}

/// The settings a run would have: an object, laid over the task's.
fn checked_config(in_force: &Value, over: Option<&Value>) -> Result<Value, Problem> {
    let mut config = in_force.clone();
    match (config.as_object_mut(), over) {
        (_, None) => {}
        (Some(config), Some(Value::Object(over))) => {
            config.extend(over.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        _ => return Err(Problem::invalid("config_not_an_object", msg::http_config_not_an_object())),
    }
    Ok(config)
}

pub(super) async fn known(app: &App, name: &str) -> Result<CronTaskRow, Problem> {
    let row = app.repository().cron_task(name).await?;
    row.ok_or_else(|| Problem::no_such_task(name, app.registry().closest(name)))
}
