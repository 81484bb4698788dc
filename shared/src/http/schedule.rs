//! What a cron expression means.

use axum::extract::State;
use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::input::{Language, Query, instant, out_of_range};
use super::route::Endpoint;
use super::{Answer, Fault, Problem};
use crate::app::App;
use crate::locale::msg;
use crate::model::closest;
use crate::task::{CronExpr, Zone};

pub(super) fn endpoints() -> [Endpoint; 1] {
    let summary = "Tells the next slots of a cron expression, and what it means in words.";
    [Endpoint::get("/api/schedule/next", next, summary).command("schedule next").faults(&[
        Fault::ScheduleInvalid,
        Fault::TimezoneInvalid,
        Fault::CountOutOfRange,
    ])]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NextQuery {
    /// The cron expression.
    #[schemars(extend("examples" = ["0 9 * * MON-FRI"]))]
    expression: String,
    /// The IANA zone it is meant in.
    #[serde(default = "utc")]
    #[schemars(extend("examples" = ["Europe/Berlin"]))]
    timezone: String,
    /// Slots after this; without it, after now.
    #[serde(default, deserialize_with = "instant")]
    from: Option<DateTime<Utc>>,
    /// How many.
    #[serde(default = "five")]
    #[schemars(range(min = 1, max = 1000))]
    count: usize,
}

fn utc() -> String {
    "UTC".to_owned()
}

fn five() -> usize {
    5
}

/// The next slots of an expression.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextAnswer {
    /// The expression, as it was written.
    pub expression: String,
    /// The zone it is meant in.
    pub timezone: String,
    /// What it means, in the caller's language.
    pub explanation: String,
    /// The next slots, with the zone's offset; fewer than asked for if no more ever come.
    pub next: Vec<String>,
}

/// A year of minutes is not asked for by people.
const MOST: usize = 1000;

pub(super) async fn next(
    State(app): State<App>,
    Language(locale): Language,
    Query(query): Query<NextQuery>,
) -> Result<Answer<NextAnswer>, Problem> {
    let expression = CronExpr::parse(&query.expression).map_err(|error| {
        Problem::new(Fault::ScheduleInvalid, error.message()).with(json!({ "expression": query.expression }))
    })?;
    let zone: Zone = query.timezone.parse().map_err(|_| no_such_zone(&query.timezone))?;
    if !(1..=MOST).contains(&query.count) {
        return Err(out_of_range(Fault::CountOutOfRange, "count", MOST as u64));
    }
    let from = match query.from {
        Some(from) => from,
        None => app.repository().now().await?,
    };
    let slots = std::iter::successors(expression.next_after(from, zone), |slot| expression.next_after(*slot, zone));
    let next =
        slots.take(query.count).map(|slot| zone.local(slot).to_rfc3339_opts(SecondsFormat::Secs, false)).collect();
    Ok(Answer(NextAnswer {
        explanation: locale.render(&expression.explain().message()),
        expression: query.expression,
        timezone: query.timezone,
        next,
    }))
}

fn no_such_zone(written: &str) -> Problem {
    let nearest = closest(written, Zone::names());
    let message = match nearest {
        Some(nearest) => msg::http_no_such_zone_nearest(written, nearest),
        None => msg::http_no_such_zone(written),
    };
    Problem::new(Fault::TimezoneInvalid, message).with(json!({ "timezone": written, "nearest": nearest }))
}
