//! Asks the API: the router in this process, or a running deployment. One question, the same answer.

use std::sync::Once;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use downbeat::http::{Content, ROUTES, Route, Trusted};
use downbeat::locale::{Locale, msg};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::failure::Failure;

/// How long a deployment may take to be reached. What it does may take longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// What this program calls itself; a pulse records it as its caller.
const USER_AGENT: &str = concat!("downbeat-worker/", env!("CARGO_PKG_VERSION"));

/// A request to the route of a command.
#[derive(Debug)]
pub(crate) struct Call {
    command: &'static str,
    parameters: Vec<(&'static str, String)>,
    query: Vec<String>,
    body: Option<Value>,
}

impl Call {
    /// The request of that command.
    pub(crate) fn of(command: &'static str) -> Self {
        Self { command, parameters: Vec::new(), query: Vec::new(), body: None }
    }

    /// Fills a parameter of the path.
    pub(crate) fn path(mut self, name: &'static str, value: &str) -> Self {
        self.parameters.push((name, encoded(value)));
        self
    }

    /// Adds to the query, unless there is nothing to say.
    pub(crate) fn query(mut self, name: &str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| format!("{name}={}", encoded(&value.to_string()))));
        self
    }

    /// The same for a list: `status=FAILED,TIMEOUT`.
    pub(crate) fn list(self, name: &str, values: &[String]) -> Self {
        self.query(name, (!values.is_empty()).then(|| values.join(",")))
    }

    /// Adds to the query only what is so.
    pub(crate) fn flag(self, name: &str, is_so: bool) -> Self {
        self.query(name, is_so.then_some(true))
    }

    /// Sends this as JSON.
    pub(crate) fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// What to send where: what acts is asked for by POST, also where a platform may only GET.
    pub(crate) fn target(&self) -> Option<(Method, String)> {
        let route = self.route()?;
        let fill = |path: String, (name, value): &(&str, String)| path.replace(&format!("{{{name}}}"), value);
        let path = self.parameters.iter().fold(route.path.to_owned(), fill);
        let target = if self.query.is_empty() { path } else { format!("{path}?{}", self.query.join("&")) };
        Some((route.acting_method().clone(), target))
    }

    fn route(&self) -> Option<&'static Route> {
        ROUTES.iter().find(|route| route.command == Some(self.command))
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Who answers.
#[derive(Debug)]
pub(crate) enum Api {
    /// The router in this process, and who asks it. Who holds the database's address may do everything.
    Here(Router, Trusted),
    /// A running deployment.
    There(Deployment),
}

/// A running deployment, and what opens it.
#[derive(Debug)]
pub(crate) struct Deployment {
    url: Url,
    token: Option<SecretString>,
    client: reqwest::Client,
}

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The envelope as it came, or the document that stands by itself.
    pub(crate) body: String,
    /// What it holds.
    pub(crate) data: Value,
}

impl Deployment {
    /// The deployment at that address.
    pub(crate) fn new(url: Url, token: Option<SecretString>) -> Result<Self, reqwest::Error> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Fails only if there is one already, which will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = reqwest::Client::builder().user_agent(USER_AGENT).connect_timeout(CONNECT_TIMEOUT).build()?;
        Ok(Self { url, token, client })
    }

    async fn send(
        &self,
        (method, target): (Method, String),
        call: &Call,
        locale: Locale,
    ) -> Result<(StatusCode, String), reqwest::Error> {
        let url = format!("{}{target}", self.url.as_str().trim_end_matches('/'));
        let mut request = self.client.request(method, url).header(header::ACCEPT_LANGUAGE, locale.tag());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await?;
        Ok((response.status(), response.text().await?))
    }
}

impl Api {
    /// Sends the request; what is not a success is a failure.
    pub(crate) async fn ask(&self, call: &Call, locale: Locale) -> Result<Answer, Failure> {
        let Some((route, target)) = call.route().zip(call.target()) else {
            return Err(Failure::new("not_found", "route_not_found", locale.render(&msg::http_no_such_route())));
        };
        let (status, body) = match self {
            Self::Here(router, trusted) => {
                in_process(router, trusted, target, call, locale).await.map_err(|error| {
                    Failure::new(
                        "server_error",
                        "answer_broken",
                        locale.render(&msg::cli_answer_broken(error.to_string())),
                    )
                })?
            }
            Self::There(deployment) => deployment.send(target, call, locale).await.map_err(|error| {
                let message = msg::cli_unreachable(innermost(&error), deployment.url.as_str());
                Failure::new("unavailable", "deployment_unreachable", locale.render(&message))
            })?,
        };
        match route.content {
            Content::Document if status.is_success() => read_document(body, locale),
            // In JSON, a text is enveloped like everything else.
            Content::Metrics if status.is_success() => {
                let body_in_json = json!({ "success": true, "data": body }).to_string();
                Ok(Answer { data: Value::String(body), body: body_in_json })
            }
            Content::Envelope | Content::Document | Content::Metrics => read(status, body, locale),
        }
    }
}

async fn in_process(
    router: &Router,
    trusted: &Trusted,
    (method, target): (Method, String),
    call: &Call,
    locale: Locale,
) -> Result<(StatusCode, String), Box<dyn std::error::Error + Send + Sync>> {
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header(header::ACCEPT_LANGUAGE, locale.tag())
        .header(header::USER_AGENT, USER_AGENT)
        .extension(trusted.clone());
    if call.body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let response = router.clone().oneshot(request.body(Body::from(body))?).await?;
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    Ok((status, String::from_utf8(bytes.into())?))
}

fn read(status: StatusCode, body: String, locale: Locale) -> Result<Answer, Failure> {
    let envelope: Option<Value> = serde_json::from_str(&body).ok();
    match envelope {
        Some(mut envelope) if envelope["success"] == true => Ok(Answer { data: envelope["data"].take(), body }),
        Some(envelope) if envelope["success"] == false => Err(Failure::answered(&envelope["error"], body)),
        // A proxy in between, or an address where something else lives.
        _ => {
            let message = locale.render(&msg::cli_not_ours(status.as_u16()));
            Err(Failure::new("server_error", "answer_not_ours", message))
        }
    }
}

fn read_document(body: String, locale: Locale) -> Result<Answer, Failure> {
    match serde_json::from_str(&body) {
        Ok(data) => Ok(Answer { data, body }),
        Err(error) => {
            let message = locale.render(&msg::cli_answer_broken(error.to_string()));
            Err(Failure::new("server_error", "answer_broken", message))
        }
    }
}

/// The outer layers only say that there was a cause; none of them may repeat the address with what stands in it.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |cause| cause.source()).last().map(ToString::to_string).unwrap_or_default()
}
