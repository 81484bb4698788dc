//! Why a task ran, or did not.

use axum::extract::State;
use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::finding::sentence;
use super::input::{Language, Path, Query, instant};
use super::route::Endpoint;
use super::types::schema_of;
use super::{Answer, Fault, Problem};
use crate::app::App;
use crate::locale::Locale;
use crate::model::{SlotVerdict, TaskType};
use crate::runner::{Explanation, Finding};
use crate::task::Zone;

pub(super) fn endpoints() -> [Endpoint; 1] {
    let path = "/api/tasks/cron/{task}/explain";
    [Endpoint::get(path, explain, "Tells why a cron task ran, or did not, at a moment.")
        .command("cron explain")
        .faults(&[Fault::TaskNotFound])]
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExplainQuery {
    /// The moment; without it, now.
    #[serde(default, deserialize_with = "instant")]
    at: Option<DateTime<Utc>>,
}

/// Why a task ran, or did not, at a moment.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainAnswer {
    /// The task.
    pub task: String,
    /// The moment.
    pub at: DateTime<Utc>,
    /// The zone its slots are meant in; sentences tell instants in it.
    pub timezone: String,
    /// The slot the moment belongs to, the newest at or before it; for a task that is run by hand, when that was asked for.
    pub slot: Option<DateTime<Utc>>,
    /// What became of it.
    pub verdict: SlotVerdict,
    /// What happened, then why, then what follows.
    pub findings: Vec<ExplainFinding>,
    /// The next slot, if one is to come.
    pub next_slot: Option<DateTime<Utc>>,
    /// When the next attempt at this slot may start.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// One thing that happened, or why it did, or what follows.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainFinding {
    /// What it says, for programs.
    #[schemars(schema_with = "codes")]
    pub code: String,
    /// The same in the caller's language.
    pub message: String,
    /// What the sentence tells: instants, names, numbers.
    pub facts: Map<String, Value>,
}

/// Every code there is.
fn codes(_: &mut SchemaGenerator) -> Schema {
    let schema = schema_of::<Finding>().to_value();
    let kinds = schema["oneOf"].as_array().into_iter().flatten();
    let codes: Vec<_> = kinds.map(|kind| &kind["properties"]["code"]["const"]).collect();
    json_schema!({ "type": "string", "enum": codes })
}

pub(super) async fn explain(
    State(app): State<App>,
    Language(locale): Language,
    Path(name): Path,
    Query(query): Query<ExplainQuery>,
) -> Result<Answer<ExplainAnswer>, Problem> {
    app.check().await?;
    let explanation = app.runner().explain(&name, query.at).await?;
    let explanation = explanation.ok_or_else(|| Problem::no_such_task(app.registry(), TaskType::Cron, &name))?;
    Ok(Answer(answer(explanation, locale)))
}

fn answer(explanation: Explanation, locale: Locale) -> ExplainAnswer {
    let zone = explanation.timezone.parse().unwrap_or_default();
    ExplainAnswer {
        task: explanation.task,
        at: explanation.at,
        timezone: explanation.timezone,
        slot: explanation.slot,
        verdict: explanation.verdict,
        findings: explanation.findings.into_iter().map(|finding| worded(finding, zone, locale)).collect(),
        next_slot: explanation.next_slot,
        next_attempt_at: explanation.next_attempt_at,
    }
}

/// `{"code","facts"}` as a finding is written, and its sentence.
fn worded(finding: Finding, zone: Zone, locale: Locale) -> ExplainFinding {
    let finding = finding.told(locale);
    let mut written = match serde_json::to_value(&finding) {
        Ok(written) => written,
        Err(error) => unreachable!("words, instants and numbers are always JSON: {error}"),
    };
    let facts = written.get_mut("facts").map(Value::take);
    ExplainFinding {
        code: written.get("code").and_then(Value::as_str).unwrap_or_default().to_owned(),
        message: locale.render(&sentence(&finding, zone, locale)),
        facts: match facts {
            Some(Value::Object(facts)) => facts,
            _ => Map::new(),
        },
    }
}
