//! The router as a function serves it, where nobody reads an exit code.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use futures_util::StreamExt;

use super::background::Background;
use super::{Fault, Problem, request_id, router};
use crate::app::App;
use crate::config::{Config, ConfigErrors};
use crate::locale::{Locale, msg};
use crate::repository::Repository;
use crate::task::RegistryBuilder;

/// The router of a function: these tasks, configured like this. Touches neither database nor network.
///
/// Where the configuration or a task is wrong, that is logged once, in full, and every request is answered 500. A function
/// that ended instead would be started again and again, and its caller would learn nothing.
pub fn function(config: Result<Config, ConfigErrors>, tasks: RegistryBuilder) -> Router {
    let readable = config.as_ref().unwrap_or_else(|errors| errors.readable());
    let locale = readable.locale.unwrap_or_default();
    match assemble(config, tasks) {
        Ok(app) => {
            let requests = Requests { repository: app.repository().clone(), under_way: Arc::default() };
            router(app).layer(middleware::from_fn_with_state(requests, leave_no_connections))
        }
        Err(mistakes) => {
            tracing::error!(mistakes, "wrongly configured; every request is answered 500");
            refusing(locale)
        }
    }
}

/// The requests that one instance is at.
#[derive(Clone)]
struct Requests {
    repository: Repository,
    under_way: Arc<Mutex<Weak<UnderWay>>>,
}

/// Kept by each request until nothing of it goes on.
struct UnderWay(Repository);

impl Requests {
    fn begin(&self) -> Arc<UnderWay> {
        let mut current = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        current.upgrade().unwrap_or_else(|| {
            let first = Arc::new(UnderWay(self.repository.clone()));
            *current = Arc::downgrade(&first);
            first
        })
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.close_idle();
    }
}

/// An instance that has answered may be frozen for hours, and would keep its connections from all others for as long. While
/// it is at other requests it is not, and what one leaves the next one takes. An answer that is a stream goes on after its head.
async fn leave_no_connections(State(requests): State<Requests>, mut request: Request, next: Next) -> Response {
    let under_way = requests.begin();
    if let Some(background) = request.extensions_mut().get_mut::<Background>() {
        *background = background.keeping(under_way.clone());
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        // The server may have no connection left for another instance, which waits for one of these.
        requests.repository.close_idle();
    }
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    response.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |part| {
            let _kept = &under_way;
            part
        }))
    })
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
