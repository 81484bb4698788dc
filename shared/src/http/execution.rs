//! What operators do with executions: try one again, cancel one.

use axum::Extension;
use axum::extract::State;
use serde_json::json;
use uuid::Uuid;

use super::access::Actor;
use super::idempotency::{Key, Marked};
use super::input::{Language, Path};
use super::route::Endpoint;
use super::{Answer, Fault, Problem, change, idempotency, told};
use crate::app::App;
use crate::locale::{Locale, msg};
use crate::model::{Execution, ExecutionId};
use crate::repository::{Cancelled, Keyed, Retried};

pub(super) fn endpoints() -> [Endpoint; 2] {
    [
        Endpoint::post("/api/executions/{id}/retry", retry, "Tries the slot of an execution once more.")
            .command("cron retry")
            .faults(&[Fault::ExecutionNotFound, Fault::TaskRetired, Fault::ExecutionNotFinal, Fault::RetryUnderway]),
        Endpoint::post("/api/executions/{id}/cancel", cancel, "Cancels an execution wherever it runs.")
            .command("cron cancel")
            .faults(&[Fault::ExecutionNotFound, Fault::ExecutionFinal]),
    ]
}

pub(super) async fn retry(
    State(app): State<App>,
    Language(locale): Language,
    Path(id): Path,
    key: Key,
) -> Result<Marked<Execution>, Problem> {
    app.check().await?;
    let old = parsed(&id)?;
    let retried = match key.of(&[]) {
        Some(key) => app.repository().retry_execution_once(&key, old).await?,
        None => Keyed::First(app.repository().retry_execution(old).await?),
    };
    match retried {
        Keyed::First(retried) => {
            let retried = retried.ok_or_else(|| no_such_execution(&id))?;
            Ok(Marked { answer: attempt(&app, old, retried, locale).await, is_repeat: false })
        }
        Keyed::Repeat(new) => Ok(Marked { answer: found(&app, new, locale).await, is_repeat: true }),
        Keyed::Taken => Err(idempotency::taken()),
    }
}

async fn attempt(app: &App, old: ExecutionId, retried: Retried, locale: Locale) -> Result<Answer<Execution>, Problem> {
    match retried {
        Retried::Queued(new) => found(app, new, locale).await,
        Retried::NotFinal => Err(Problem::new(Fault::ExecutionNotFinal, msg::change_retry_not_final())),
        Retried::Underway(other) => {
            let message = msg::change_retry_underway(other.to_string());
            Err(Problem::new(Fault::RetryUnderway, message).with(json!({ "execution_id": other })))
        }
        Retried::Retired => {
            let Answer(execution) = found(app, old, locale).await?;
            Err(change::retired(&execution.task_name))
        }
    }
}

pub(super) async fn cancel(
    State(app): State<App>,
    Language(locale): Language,
    Extension(Actor(by)): Extension<Actor>,
    Path(id): Path,
) -> Result<Answer<Execution>, Problem> {
    app.check().await?;
    let execution = parsed(&id)?;
    match app.repository().cancel_execution(execution, &by).await?.ok_or_else(|| no_such_execution(&id))? {
        Cancelled::AtOnce | Cancelled::Requested => found(&app, execution, locale).await,
        Cancelled::Final => Err(Problem::new(Fault::ExecutionFinal, msg::change_cancel_final())),
    }
}

async fn found(app: &App, id: ExecutionId, locale: Locale) -> Result<Answer<Execution>, Problem> {
    let execution = app.repository().execution(id).await?;
    execution
        .map(|execution| Answer(told::execution(execution, locale)))
        .ok_or_else(|| no_such_execution(&id.to_string()))
}

fn parsed(id: &str) -> Result<ExecutionId, Problem> {
    Uuid::try_parse(id).map(ExecutionId).map_err(|_| no_such_execution(id))
}

pub(super) fn no_such_execution(id: &str) -> Problem {
    Problem::new(Fault::ExecutionNotFound, msg::http_no_such_execution(id))
}
