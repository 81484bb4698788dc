//! The pulse: what a platform's cron calls, and how the system fares.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::access::Credential;
use super::background::Background;
use super::delivery::Delivery;
use super::form::{Name, Names};
use super::idempotency::Marked;
use super::input::{Body, Language, Query, instant, list, out_of_range};
use super::route::Endpoint;
use super::{Access, Answer, Fault, Problem, input, told};
use crate::app::App;
use crate::locale::msg;
use crate::model::{CronTaskRow, PulseStatus, TaskType};
use crate::repository::{PulseFilter, PulsePage, RepositoryError, TaskFilter};
use crate::runner::{LEAST_PATIENCE, PulseReport, PulseRequest};

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        // Platforms call it by GET or by POST.
        Endpoint::new(&[Method::GET, Method::POST], "/api/pulse", execute, "Runs the cron tasks that are due.")
            .command("pulse execute")
            .access(Access::Pulse)
            .faults(&[Fault::TaskNotFound]),
        Endpoint::get("/api/pulse/status", status, "Tells how the system fares; per task to who shows the token.")
            .command("pulse status")
            .access(Access::Open),
        Endpoint::get("/api/pulse/history", history, "Lists pulses, the newest first.")
            .command("pulse history")
            .polled()
            .faults(&[Fault::LimitOutOfRange, Fault::CursorInvalid]),
    ]
}

/// What is left of the host's time; put into a request's extensions by a host that knows it.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(pub Duration);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExecuteQuery {
    /// Only say what would run.
    #[serde(default)]
    dry_run: bool,
    /// Due or not.
    #[serde(default)]
    force: bool,
    /// Only these, separated by commas.
    #[serde(default, deserialize_with = "list")]
    #[schemars(with = "Names")]
    tasks: Option<Vec<String>>,
}

/// The same in a body. Platforms send bodies of their own, so what is not ours there is passed over.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ExecuteBody {
    /// Only say what would run.
    pub(super) dry_run: bool,
    /// Due or not.
    pub(super) force: bool,
    /// Only these.
    #[schemars(with = "Option<Vec<Name>>")]
    pub(super) tasks: Option<Vec<String>>,
}

pub(super) async fn execute(
    State(app): State<App>,
    deadline: Option<Extension<Deadline>>,
    background: Option<Extension<Background>>,
    delivery: Delivery,
    headers: HeaderMap,
    Query(query): Query<ExecuteQuery>,
    Body(body): Body<ExecuteBody>,
) -> Result<Marked<PulseReport>, Problem> {
    // Those in the body, too, where the query names others: a mistake is told, wherever it stands.
    for name in query.tasks.iter().chain(&body.tasks).flatten() {
        if app.registry().cron_task(name).is_none() {
            return Err(Problem::no_such_task(app.registry(), TaskType::Cron, name));
        }
    }
    let query = ExecuteQuery {
        dry_run: query.dry_run || body.dry_run,
        force: query.force || body.force,
        tasks: query.tasks.or(body.tasks),
    };
    let locale = input::locale(&headers, &app);
    let id = Uuid::now_v7();
    let (begun, limit) = (Instant::now(), app.config().pulse_budget);
    let budget = deadline.map_or(limit, |Extension(Deadline(left))| left.min(limit));
    let earlier = tokio::time::timeout(budget.max(LEAST_PATIENCE), async {
        if query.dry_run {
            app.check().await?;
            return Ok::<_, Problem>(None);
        }
        app.prepare().await?;
        match &delivery {
            // A dry run may be asked for again and again.
            Delivery(Some(delivery)) => Ok(app.runner().report_of_delivery(delivery, id).await?),
            Delivery(None) => Ok(None),
        }
    });
    // A database that does not answer must not cost more time than there is.
    let earlier = earlier.await.unwrap_or_else(|_| Err(RepositoryError::TimedOut { statement: "prepare" }.into()))?;
    if let Some(report) = earlier {
        return Ok(Marked { answer: Ok(Answer(told::pulse(report, locale))), is_repeat: true });
    }
    let request = PulseRequest {
        id: Some(id),
        tasks: query.tasks,
        force: query.force,
        dry_run: query.dry_run,
        triggered_by: caller(&headers),
        budget: Some(budget.saturating_sub(begun.elapsed())),
    };
    // A caller that hangs up does not end the pulse: what is claimed is worked off.
    let (runner, at_work) = app.runner().tracked();
    let pulse = at_work.spawn(async move { runner.pulse(&request, &CancellationToken::new()).await });
    if let Some(Extension(background)) = background {
        background.wait_for(at_work);
    }
    match pulse.await {
        Ok(report) => Ok(Marked { answer: Ok(Answer(told::pulse(report?, locale))), is_repeat: false }),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// Who calls, by what it calls itself.
fn caller(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("unknown");
    agent.chars().take(100).collect()
}

/// How the system fares; per task only for who has the token.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct StatusAnswer {
    /// The verdict and its facts.
    #[serde(flatten)]
    pub pulse: PulseStatus,
    /// Every cron task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<CronTaskRow>>,
}

pub(super) async fn status(
    State(app): State<App>,
    Extension(Credential(opens_all)): Extension<Credential>,
    Language(locale): Language,
) -> Result<Answer<StatusAnswer>, Problem> {
    app.check().await?;
    let pulse = app.runner().pulse_status().await?;
    let tasks = if opens_all { Some(app.repository().cron_tasks(&TaskFilter::default()).await?) } else { None };
    let tasks = tasks.map(|tasks| tasks.into_iter().map(|task| told::cron_task(task, locale)).collect());
    Ok(Answer(StatusAnswer { pulse, tasks }))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    /// How many.
    #[serde(default = "some")]
    #[schemars(range(min = 1, max = 1000))]
    limit: usize,
    /// Those that began at or after this instant.
    #[serde(default, deserialize_with = "instant")]
    since: Option<DateTime<Utc>>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn some() -> usize {
    20
}

pub(super) async fn history(
    State(app): State<App>,
    Query(query): Query<HistoryQuery>,
) -> Result<Answer<PulsePage>, Problem> {
    if !(1..=1000).contains(&query.limit) {
        return Err(out_of_range(Fault::LimitOutOfRange, "limit", 1000));
    }
    app.check().await?;
    let HistoryQuery { limit, since, cursor } = query;
    let page = app.repository().pulses(&PulseFilter { since, limit, cursor }).await?;
    page.map(Answer).ok_or_else(|| Problem::new(Fault::CursorInvalid, msg::http_cursor_invalid()))
}
