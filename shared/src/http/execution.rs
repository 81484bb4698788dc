//! What operators do with executions: try one again, cancel one.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;

use super::access::Actor;
use super::idempotency::Key;
use super::{Access, Answer, Kind, Problem, Route, change, idempotency};
use crate::app::App;
use crate::locale::msg;
use crate::model::{Execution, ExecutionId};
use crate::repository::{Cancelled, Keyed, Retried};

const fn acting(path: &'static str, command: &'static str) -> Route {
    Route { methods: &[Method::POST], path, command: Some(command), access: Access::Token }
}

/// Tries the slot of an execution once more.
pub(super) const RETRY: Route = acting("/api/executions/{id}/retry", "cron retry");
/// Cancels an execution wherever it runs.
pub(super) const CANCEL: Route = acting("/api/executions/{id}/cancel", "cron cancel");

pub(super) async fn retry(State(app): State<App>, Path(id): Path<String>, key: Key) -> Result<Response, Problem> {
    app.check().await?;
    let old = parsed(&id)?;
    let retried = match key.of(&[]) {
        Some(key) => app.repository().retry_execution_once(&key, old).await?,
        None => Keyed::First(app.repository().retry_execution(old).await?),
    };
    match retried {
        Keyed::First(retried) => {
            let retried = retried.ok_or_else(|| no_such_execution(&id))?;
            Ok(idempotency::answer(attempt(&app, old, retried).await, false))
        }
        Keyed::Repeat(new) => Ok(idempotency::answer(found(&app, new).await, true)),
        Keyed::Taken => Err(idempotency::taken()),
    }
}

async fn attempt(app: &App, old: ExecutionId, retried: Retried) -> Result<Answer<Execution>, Problem> {
    match retried {
        Retried::Queued(new) => found(app, new).await,
        Retried::NotFinal => Err(Problem::new(Kind::Conflict, "execution_not_final", msg::change_retry_not_final())),
        Retried::Underway(other) => {
            let message = msg::change_retry_underway(other.to_string());
            Err(Problem::new(Kind::Conflict, "retry_underway", message).with(json!({ "execution_id": other })))
        }
        Retried::Retired => {
            let Answer(execution) = found(app, old).await?;
            Err(change::retired(&execution.task_name))
        }
    }
}

pub(super) async fn cancel(
    State(app): State<App>,
    Extension(Actor(by)): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Answer<Execution>, Problem> {
    app.check().await?;
    let execution = parsed(&id)?;
    match app.repository().cancel_execution(execution, &by).await?.ok_or_else(|| no_such_execution(&id))? {
        Cancelled::AtOnce | Cancelled::Requested => found(&app, execution).await,
        Cancelled::Final => Err(Problem::new(Kind::Conflict, "execution_final", msg::change_cancel_final())),
    }
}

async fn found(app: &App, id: ExecutionId) -> Result<Answer<Execution>, Problem> {
    let execution = app.repository().execution(id).await?;
    execution.map(Answer).ok_or_else(|| no_such_execution(&id.to_string()))
}

fn parsed(id: &str) -> Result<ExecutionId, Problem> {
    Uuid::try_parse(id).map(ExecutionId).map_err(|_| no_such_execution(id))
}

pub(super) fn no_such_execution(id: &str) -> Problem {
    Problem::new(Kind::NotFound, "execution_not_found", msg::http_no_such_execution(id))
}
