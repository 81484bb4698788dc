//! What happens, live: Server-Sent Events that go on where a client left off.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{self, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::form::Name;
use super::input::Query;
use super::route::{Endpoint, Exchanged, Gives};
use super::{Content, Deadline, Fault, Problem, Route, cron};
use crate::app::App;
use crate::events::{End, Listener, Told};
use crate::locale::msg;
use crate::model::{Event, Position};

pub(super) fn endpoints() -> [Endpoint; 1] {
    let events = Endpoint::get("/api/events", events, "Tells what happens, live, by Server-Sent Events.");
    [events.command("events").faults(&[Fault::EventIdInvalid, Fault::TaskNotFound])]
}

/// How soon a client that was cut off comes again.
const RETRY: Duration = Duration::from_secs(1);
/// The longest id of ours: a few hundred transactions at once are written in it.
const LONGEST_ID: usize = 16 * 1024;

pub(super) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// What proxies of nginx's kind hold back until they have enough of it, unless they are told.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsQuery {
    /// Those of this task.
    #[serde(default)]
    #[schemars(with = "Name")]
    task: Option<String>,
    /// Those after the event of this id.
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = "^([0-9a-f]+([.-][0-9a-f]+)+)?$"))]
    after: Option<String>,
    /// Whether to go on when all is told that has happened.
    #[serde(default = "yes")]
    follow: bool,
}

fn yes() -> bool {
    true
}

/// One event as it is sent.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct EventAnswer {
    /// Where to go on from, as `Last-Event-ID` or `after`. Opaque, and not the event's name: it says how far this stream has
    /// come, so the same event has another one in another stream.
    pub id: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Events as they are sent.
#[derive(Debug)]
pub(super) struct Stream(Response);

impl IntoResponse for Stream {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Gives for Stream {
    fn describe(route: &mut Route) {
        route.content = Content::Events;
        route.answer = Some(Exchanged::of::<EventAnswer>());
    }
}

pub(super) async fn events(
    State(app): State<App>,
    deadline: Option<Extension<Deadline>>,
    headers: HeaderMap,
    Query(query): Query<EventsQuery>,
) -> Result<Stream, Problem> {
    // A browser that was cut off asks the same address again, and says in the header how far it came.
    let last = match headers.get(LAST_EVENT_ID) {
        Some(value) => Some(value.to_str().map_err(|_| invalid_id())?.to_owned()),
        None => query.after,
    };
    let after = last.filter(|last| !last.is_empty()).map(|last| position(&last)).transpose()?;
    app.check().await?;
    if let Some(name) = &query.task
        && app.repository().side_task(name).await?.is_none()
    {
        cron::known(&app, name).await?;
    }
    let left = deadline.map(|Extension(Deadline(left))| left);
    let end = if query.follow { end(&app, left) } else { End::WhenTold };
    let listener = Listener { task: query.task, after, end };
    let events = app.events().listen(listener).await?.ok_or_else(invalid_id)?;
    let said = stream::unfold(events, |mut events| async move { Some((told(events.next().await?), events)) });
    let headers = [(ACCEL_BUFFERING, "no"), (header::CACHE_CONTROL, "no-store")];
    Ok(Stream((headers, Sse::new(said)).into_response()))
}

/// A function's answer ends with what there is, for its host may hand it on only as a whole, and bills it.
fn end(app: &App, left: Option<Duration>) -> End {
    if app.config().environment().supports_side_tasks() {
        return End::Never;
    }
    let budget = app.config().pulse_budget;
    End::AfterSomething(Instant::now() + left.map_or(budget, |left| left.min(budget)))
}

fn position(id: &str) -> Result<Position, Problem> {
    Some(id).filter(|id| id.len() <= LONGEST_ID).and_then(|id| id.parse().ok()).ok_or_else(invalid_id)
}

fn invalid_id() -> Problem {
    Problem::new(Fault::EventIdInvalid, msg::http_event_id_invalid())
}

fn told(told: Told) -> Result<sse::Event, Infallible> {
    Ok(match told {
        // An id without data moves the client on, and nothing is told.
        Told::Alive(position) => sse::Event::default().comment("").id(position.to_string()).retry(RETRY),
        Told::Event(position, event) => {
            let kind = event.kind.as_str();
            let answer = EventAnswer { id: position.to_string(), event: *event };
            let data = written(&answer);
            sse::Event::default().id(answer.id).event(kind).data(data)
        }
    })
}

/// The data of an event. Words, numbers and instants: JSON has a way to say all of them.
pub(super) fn written(answer: &EventAnswer) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}
