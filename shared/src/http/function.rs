//! The router as a function serves it, where nobody reads an exit code.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;

use super::{Fault, Problem, request_id, router};
use crate::app::App;
use crate::config::{Config, ConfigErrors};
use crate::locale::{Locale, msg};
use crate::task::RegistryBuilder;

/// The router of a function: these tasks, configured like this. Touches neither database nor network.
///
/// Where the configuration or a task is wrong, that is logged once, in full, and every request is answered 500. A function
/// that ended instead would be started again and again, and its caller would learn nothing.
pub fn function(config: Result<Config, ConfigErrors>, tasks: RegistryBuilder) -> Router {
    let readable = config.as_ref().unwrap_or_else(|errors| errors.readable());
    let locale = readable.locale.unwrap_or_default();
    match assemble(config, tasks) {
        Ok(app) => router(app.clone()).layer(middleware::from_fn_with_state(app, leave_no_connections)),
        Err(mistakes) => {
            tracing::error!(mistakes, "wrongly configured; every request is answered 500");
            refusing(locale)
        }
    }
}

/// An instance that has answered may be frozen for hours, and would keep its connections from all others for as long.
async fn leave_no_connections(State(app): State<App>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    app.repository().close_idle();
    response
}

fn assemble(config: Result<Config, ConfigErrors>, tasks: RegistryBuilder) -> Result<App, String> {
    let config = config.map_err(|errors| errors.to_string())?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let registry = tasks.build().map_err(|errors| errors.to_string())?;
    let app = App::new(config, registry).map_err(|error| error.message().to_string())?;
    app.log_addresses();
    Ok(app)
}

/// Answers everything with the same problem. What is wrong is for the log: anybody may ask.
fn refusing(locale: Locale) -> Router {
    let refusing = Router::new().fallback(move |headers: HeaderMap| async move {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let problem = Problem::new(Fault::ConfigurationWrong, msg::http_configuration_wrong());
        let mut response = problem.render(wanted.and_then(Locale::negotiate).unwrap_or(locale));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    });
    refusing.layer(middleware::from_fn(request_id::name))
}
