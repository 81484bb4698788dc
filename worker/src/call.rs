//! Asks the API: the router in this process, or a running deployment. One question, the same answer.

use std::sync::Once;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use downbeat::http::{Content, ROUTES, Route, Trusted};
use downbeat::locale::{Argument, Locale, cause, msg};
use futures_util::StreamExt;
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

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request to the route of a command.
#[derive(Debug)]
pub(crate) struct Call {
    command: &'static str,
    parameters: Vec<(&'static str, String)>,
    query: Vec<String>,
    body: Option<Value>,
    key: Option<String>,
}

impl Call {
    /// The request of that command.
    pub(crate) fn of(command: &'static str) -> Self {
        Self { command, parameters: Vec::new(), query: Vec::new(), body: None, key: None }
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

    /// Acts once, however often this is sent with that key.
    pub(crate) fn once(self, key: Option<String>) -> Self {
        Self { key, ..self }
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
    ) -> Result<reqwest::Response, reqwest::Error> {
        let url = format!("{}{target}", self.url.as_str().trim_end_matches('/'));
        let mut request = self.client.request(method, url).header(header::ACCEPT_LANGUAGE, locale.tag());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        if let Some(key) = &call.key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        request.send().await
    }
}

impl Api {
    /// Sends the request; what is not a success is a failure.
    pub(crate) async fn ask(&self, call: &Call, locale: Locale) -> Result<Answer, Failure> {
        let (route, status, coming) = self.begin(call, locale).await?;
        let body = coming.whole().await.map_err(|reason| self.broken(reason, locale))?;
        match route.content {
            Content::Document if status.is_success() => read_document(body, locale),
            // In JSON, a text is enveloped like everything else.
            Content::Metrics if status.is_success() => {
                let body_in_json = json!({ "success": true, "data": body }).to_string();
                Ok(Answer { data: Value::String(body), body: body_in_json })
            }
            Content::Envelope | Content::Document | Content::Metrics | Content::Events => read(status, body, locale),
        }
    }

    /// The same for an answer that comes bit by bit.
    pub(crate) async fn open(&self, call: &Call, locale: Locale) -> Result<Coming, Failure> {
        let (_, status, coming) = self.begin(call, locale).await?;
        if status.is_success() {
            return Ok(coming);
        }
        let body = coming.whole().await.map_err(|reason| self.broken(reason, locale))?;
        Err(read(status, body, locale).map_or_else(|failure| failure, |answer| self.broken(answer.body, locale)))
    }

    async fn begin(&self, call: &Call, locale: Locale) -> Result<(&'static Route, StatusCode, Coming), Failure> {
        let Some((route, target)) = call.route().zip(call.target()) else {
            return Err(Failure::new("not_found", "route_not_found", locale.render(&msg::http_no_such_route())));
        };
        match self {
            Self::Here(router, trusted) => {
                let response = in_process(router, trusted, target, call, locale).await;
                let response = response.map_err(|error| self.broken(error.to_string(), locale))?;
                Ok((route, response.status(), Coming::Here(response.into_body().into_data_stream())))
            }
            Self::There(deployment) => {
                let response = deployment.send(target, call, locale).await;
                let response = response.map_err(|error| self.broken(cause(&error), locale))?;
                Ok((route, response.status(), Coming::There(Box::new(response))))
            }
        }
    }

    /// No answer, or half of one.
    fn broken(&self, reason: impl Into<Argument>, locale: Locale) -> Failure {
        match self {
            Self::Here(..) => {
                Failure::new("server_error", "answer_broken", locale.render(&msg::cli_answer_broken(reason)))
            }
            Self::There(deployment) => {
                let message = msg::cli_unreachable(reason, deployment.url.as_str());
                Failure::new("unavailable", "deployment_unreachable", locale.render(&message))
            }
        }
    }
}

/// An answer that comes bit by bit.
#[derive(Debug)]
pub(crate) enum Coming {
    /// Of the router in this process.
    Here(BodyDataStream),
    /// Of a deployment.
    There(Box<reqwest::Response>),
}

impl Coming {
    /// The next bit; `None`: that was all. Where it was cut off, why.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Argument> {
        match self {
            Self::Here(body) => body.next().await.transpose().map_err(|error| cause(&error)),
            Self::There(response) => response.chunk().await.map_err(|error| cause(&error)),
        }
    }

    async fn whole(mut self) -> Result<String, Argument> {
        let mut body = Vec::new();
        while let Some(bytes) = self.next().await? {
            body.extend_from_slice(&bytes);
        }
        String::from_utf8(body).map_err(|error| cause(&error))
    }
}

async fn in_process(
    router: &Router,
    trusted: &Trusted,
    (method, target): (Method, String),
    call: &Call,
    locale: Locale,
) -> Result<Response, Box<dyn std::error::Error + Send + Sync>> {
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header(header::ACCEPT_LANGUAGE, locale.tag())
        .header(header::USER_AGENT, USER_AGENT)
        .extension(trusted.clone());
    if call.body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    if let Some(key) = &call.key {
        request = request.header(IDEMPOTENCY_KEY, key);
    }
    let body = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
    Ok(router.clone().oneshot(request.body(Body::from(body))?).await?)
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
