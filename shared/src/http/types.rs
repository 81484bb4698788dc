//! The words of the system and the schemas of the tasks.

use std::collections::BTreeMap;

use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use super::input::Language;
use super::route::Endpoint;
use crate::app::App;
use crate::locale::Locale;
use crate::model::{
    CatchUp, Category, ChangeAction, Environment, ErrorKind, EventKind, OverlapPolicy, Priority, PulseHealth, Reason,
    RunnerKind, RunnerState, SlotVerdict, Status, TaskType, Trigger, WaitReason,
};

pub(super) fn endpoints() -> [Endpoint; 1] {
    let summary = "Tells the words of the system with their labels, and the JSON Schemas of every task.";
    [Endpoint::get("/api/types", types, summary).command("types").without_database()]
}

/// One value of an enum.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// As it is written everywhere.
    pub value: String,
    /// Its translation key.
    pub key: String,
    /// Its label in the caller's language.
    pub label: String,
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
    /// Every task's schemas, by name.
    pub tasks: BTreeMap<String, TaskSchemas>,
}

pub(super) async fn types(State(app): State<App>, Language(locale): Language) -> Answer<TypesAnswer> {
    macro_rules! enums {
        ($($name:literal: $kind:ty),+ $(,)?) => {
            BTreeMap::from([$((
                $name.to_owned(),
                <$kind>::ALL.iter().map(|word| labelled(word.as_str(), word.key(), locale)).collect::<Vec<_>>(),
            )),+])
        };
    }
    let enums = enums! {
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
        "change": ChangeAction,
        "environment": Environment,
        "event": EventKind,
        "runner_kind": RunnerKind,
        "runner_state": RunnerState,
    };
    let cron = app.registry().cron_tasks().into_iter().map(|task| {
        let report = Some(task.report_schema().to_value());
        (task.definition().name.to_owned(), TaskSchemas { config: task.config_schema().to_value(), report })
    });
    let side = app.registry().side_tasks().into_iter().map(|task| {
        (task.definition().name.to_owned(), TaskSchemas { config: task.config_schema().to_value(), report: None })
    });
    Answer(TypesAnswer { enums, tasks: cron.chain(side).collect() })
}

fn labelled(value: &'static str, key: String, locale: Locale) -> Word {
    let label = locale.lookup(&key.replace(['.', '_'], "-")).unwrap_or_else(|| value.to_owned());
    Word { value: value.to_owned(), key, label }
}
