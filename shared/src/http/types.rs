//! The words of the system and the schemas of the tasks.

use std::collections::BTreeMap;

use axum::extract::State;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use super::input::Language;
use super::route::Endpoint;
use crate::app::App;
use crate::doctor::{self, Check, CheckGroup, CheckStatus};
use crate::locale::Locale;
use crate::model::{
    CatchUp, Category, ChangeAction, Environment, ErrorKind, EventKind, OverlapPolicy, Priority, PulseHealth, Reason,
    RunnerKind, RunnerState, RunsOn, SideHealth, SideState, SlotVerdict, Status, TaskType, Trigger, WaitReason, Words,
};
use crate::runner::Finding;

pub(super) fn endpoints() -> [Endpoint; 1] {
    let summary = "Tells the words of the system with their labels, and the JSON Schemas of every task.";
    [Endpoint::get("/api/types", types, summary).command("types").without_database()]
}

/// One value of an enum.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// As it is written everywhere.
    pub value: String,
    /// What follows it behind a colon where it is recorded: `task` or `tag`, for the name of who is to blame.
    pub parameter: Option<String>,
    /// Its translation key.
    pub key: String,
    /// Its label in the caller's language.
    pub label: String,
    /// What it means, in the caller's language, where the label does not say it all.
    pub description: Option<String>,
}

/// The JSON Schemas of a task.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TaskSchemas {
    /// Of its settings.
    pub config: Value,
    /// Of its report; side tasks have none.
    pub report: Option<Value>,
}

/// Everything there is to know before one reads or writes any of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct TypesAnswer {
    /// Every enum with its values in order.
    pub enums: BTreeMap<String, Vec<Word>>,
    /// The JSON Schema of what `explain` and `doctor` find: each code with its facts. Their sentences come with them.
    pub findings: BTreeMap<String, Value>,
    /// Every task's schemas, by name.
    pub tasks: BTreeMap<String, TaskSchemas>,
}

pub(super) async fn types(State(app): State<App>, Language(locale): Language) -> Answer<TypesAnswer> {
    let findings = [("explain", schema_of::<Finding>()), ("doctor", schema_of::<doctor::Finding>())];
    let cron = app.registry().cron_tasks().into_iter().map(|task| {
        let report = Some(task.report_schema().to_value());
        (task.definition().name.to_owned(), TaskSchemas { config: task.config_schema().to_value(), report })
    });
    let side = app.registry().side_tasks().into_iter().map(|task| {
        (task.definition().name.to_owned(), TaskSchemas { config: task.config_schema().to_value(), report: None })
    });
    Answer(TypesAnswer {
        enums: enums(locale),
        findings: findings.map(|(name, schema)| (name.to_owned(), schema.to_value())).into(),
        tasks: cron.chain(side).collect(),
    })
}

/// The JSON Schema of a type on its own, without definitions elsewhere.
pub(super) fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>()
}

fn enums(locale: Locale) -> BTreeMap<String, Vec<Word>> {
    macro_rules! enums {
        ($($name:literal: $kind:ty),+ $(,)?) => {
            BTreeMap::from([$((
                $name.to_owned(),
                <$kind>::ALL.iter().map(|word| worded(*word, word.key(), locale)).collect::<Vec<_>>(),
            )),+])
        };
    }
    let mut enums = enums! {
        "priority": Priority,
        "status": Status,
        "error_kind": ErrorKind,
        "category": Category,
        "task_type": TaskType,
        "triggered_by": Trigger,
        "skipped_reason": Reason,
        "wait_reason": WaitReason,
        "verdict": SlotVerdict,
        "pulse_health": PulseHealth,
        "catch_up": CatchUp,
        "overlap": OverlapPolicy,
        "runs_on": RunsOn,
        "change": ChangeAction,
        "environment": Environment,
        "event": EventKind,
        "runner_kind": RunnerKind,
        "runner_state": RunnerState,
        "side_state": SideState,
        "side_health": SideHealth,
        "check": Check,
        "check_group": CheckGroup,
        "check_status": CheckStatus,
    };
    for (reason, word) in Reason::ALL.iter().zip(enums.entry("skipped_reason".to_owned()).or_default()) {
        word.parameter = reason.parameter().map(str::to_owned);
    }
    enums
}

fn worded(word: impl Words, key: String, locale: Locale) -> Word {
    let id = key.replace(['.', '_'], "-");
    Word {
        value: word.written().to_owned(),
        parameter: None,
        label: locale.lookup(&id).unwrap_or_else(|| word.written().to_owned()),
        description: locale.lookup(&format!("{id}-about")),
        key,
    }
}
