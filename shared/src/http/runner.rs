//! Runner instances.

use std::time::Duration;

use axum::extract::State;
use axum::http::Method;

use super::{Access, Answer, Problem, Route};
use crate::app::App;
use crate::model::Runner;

/// Lists the runner instances and what they run.
pub(super) const STATUS: Route =
    Route { methods: &[Method::GET], path: "/api/runner", command: Some("runner status"), access: Access::Token };

/// How long ended instances are shown.
const SHOWN: Duration = Duration::from_secs(3600);

pub(super) async fn status(State(app): State<App>) -> Result<Answer<Vec<Runner>>, Problem> {
    app.check().await?;
    Ok(Answer(app.repository().runners(SHOWN).await?))
}
