//! AWS Lambda: the same router behind a function URL or an HTTP API, and for the plain events of EventBridge.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Uri, header};
use axum::response::Response;
use downbeat::config::Config;
use downbeat::http::{Deadline, Trusted};
use lambda_http::request::RequestContext;
use lambda_http::{Context, Error, RequestExt, service_fn};
use serde_json::Value;
use tower::ServiceExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What recording and answering may take at the end of an invocation.
const MARGIN: Duration = Duration::from_secs(1);
/// Below this a deadline is no instant in milliseconds since 1970: `cargo lambda watch` sends a span instead.
const EARLIEST: u64 = 1_000_000_000_000;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let lines = tracing_subscriber::fmt::layer().json().without_time().with_writer(std::io::stderr);
    let lines = lines.with_filter(LevelFilter::INFO);
    tracing_subscriber::registry().with(downbeat::logs::capture()).with(lines).init();
    let router = downbeat::http::function(Config::from_env(), downbeat::tasks::registry());
    lambda_http::run(service_fn(|event| answer(router.clone(), event))).await
}

/// Answers one event. Whether it is a plain one is told by its form, never by a path, which a caller of the function URL
/// could choose.
async fn answer(router: Router, event: lambda_http::Request) -> Result<Response, Error> {
    let deadline = event.lambda_context_ref().and_then(deadline);
    let is_plain = matches!(event.request_context_ref(), Some(RequestContext::PassThrough));
    let mut request = if is_plain { pulse(event.body())? } else { without_stage(event).map(Body::new) };
    if let Some(deadline) = deadline {
        request.extensions_mut().insert(deadline);
    }
    let response = router.oneshot(request).await?;
    if is_plain && !response.status().is_success() {
        // As an answer it would count as a success, and nobody would see it or try again.
        let (status, body) = (response.status(), to_bytes(response.into_body(), usize::MAX).await?);
        return Err(format!("the pulse was answered {status}: {}", String::from_utf8_lossy(&body)).into());
    }
    Ok(response)
}

/// The request without the stage that an HTTP API puts in front of its path, unless it is the stage called `$default`.
fn without_stage(mut event: lambda_http::Request) -> lambda_http::Request {
    let context = event.request_context_ref();
    if let Some(RequestContext::ApiGatewayV2(context)) = context
        && let Some(stage) = &context.stage
        && let Some(uri) = path_after(stage, event.uri())
    {
        *event.uri_mut() = uri;
    }
    event
}

fn path_after(first: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix('/')?.strip_prefix(first)?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest.starts_with('/').then_some(rest)?.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// The pulse that a plain event asks for. Only who may invoke the function can send one, so it is trusted.
///
/// An HTTP request of a kind or a form that `lambda_http` does not read would arrive as a plain event, too: refused.
fn pulse(event: &[u8]) -> Result<Request, Error> {
    let event: Value = serde_json::from_slice(event)?;
    if ["requestContext", "headers", "httpMethod", "rawPath"].iter().any(|key| event.get(key).is_some()) {
        return Err("an HTTP request in a form this function does not read".into());
    }
    let source = event.get("source").and_then(Value::as_str).unwrap_or("lambda-event");
    let trusted = Trusted { actor: source.to_owned() };
    let pulse = Request::post("/api/pulse").header(header::USER_AGENT, source).extension(trusted);
    Ok(pulse.body(Body::empty())?)
}

#[allow(clippy::disallowed_methods, reason = "the platform tells the deadline by its own clock")]
fn deadline(context: &Context) -> Option<Deadline> {
    let at = (context.deadline >= EARLIEST).then(|| context.deadline())?;
    let left = at.duration_since(SystemTime::now()).unwrap_or_default();
    Some(Deadline(left.saturating_sub(MARGIN)))
}

#[cfg(test)]
mod tests {
    use axum::extract::Extension;
    use axum::routing::post;

    use super::*;

    /// Answers with what is left of the invocation, in seconds.
    fn router() -> Router {
        let left = |deadline: Option<Extension<Deadline>>, trusted: Option<Extension<Trusted>>| async move {
            let left = deadline.map(|Extension(Deadline(left))| left.as_secs_f64().round());
            format!("{left:?} {}", trusted.is_some())
        };
        Router::new().route("/api/pulse", post(left))
    }

    async fn told(deadline: u64, event: &str) -> Result<String, Error> {
        let mut context = Context::default();
        context.deadline = deadline;
        let event = lambda_http::request::from_str(event)?.with_lambda_context(context);
        let body = answer(router(), event).await?.into_body();
        Ok(String::from_utf8(to_bytes(body, usize::MAX).await?.to_vec())?)
    }

    #[allow(clippy::disallowed_methods, reason = "the platform tells the deadline by its own clock")]
    fn in_seconds(seconds: u64) -> u64 {
        let at = SystemTime::now() + Duration::from_secs(seconds);
        let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    #[tokio::test]
    async fn the_pulse_gets_what_is_left_of_the_invocation_less_a_margin() -> Result<(), Error> {
        assert_eq!(told(in_seconds(15), "{}").await?, "Some(14.0) true");
        assert_eq!(told(in_seconds(0), "{}").await?, "Some(0.0) true");
        Ok(())
    }

    #[test]
    fn only_a_whole_first_part_is_taken_for_the_stage() {
        let after = |uri: &str| path_after("prod", &uri.parse().unwrap_or_default()).map(|uri| uri.to_string());
        assert_eq!(after("https://host/prod/api?a=1"), Some("https://host/api?a=1".to_owned()));
        assert_eq!(after("https://host/prod/"), Some("https://host/".to_owned()));
        for other in ["https://host/product/api", "https://host/api/prod/", "https://host/prod", "https://host/"] {
            assert_eq!(after(other), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_deadline_that_is_no_instant_is_none() -> Result<(), Error> {
        assert_eq!(told(600_000, "{}").await?, "None true");
        Ok(())
    }

    #[tokio::test]
    async fn what_looks_like_a_request_is_not_trusted() {
        for event in [
            r#"{"requestContext":{"elb":{}},"httpMethod":"POST","path":"/api/pulse"}"#,
            r#"{"headers":{},"raw_path":"/api/pulse"}"#,
            r#"{"rawPath":"/api/pulse"}"#,
        ] {
            assert!(told(in_seconds(15), event).await.is_err(), "{event}");
        }
    }
}
