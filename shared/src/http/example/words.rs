//! Words, schedules and signs of life.

use std::collections::BTreeMap;

use serde_json::json;

use super::TASK;
use crate::http::HealthAnswer;
use crate::http::route::Example;
use crate::http::schedule::NextAnswer;
use crate::http::types::{TaskSchemas, TypesAnswer, Word};
use crate::model::Reason;

impl Example for TypesAnswer {
    fn example() -> Self {
        let word = Word {
            value: Reason::DependencyFailed.as_str().to_owned(),
            parameter: Reason::DependencyFailed.parameter().map(str::to_owned),
            key: Reason::DependencyFailed.key(),
            label: "A dependency failed".to_owned(),
            description: Some("A task that this one depends on did not complete.".to_owned()),
        };
        let schemas = TaskSchemas { config: json!({ "type": "object" }), report: Some(json!({ "type": "object" })) };
        Self {
            enums: BTreeMap::from([("skipped_reason".to_owned(), vec![word])]),
            findings: BTreeMap::from([("explain".to_owned(), json!({ "oneOf": [] }))]),
            tasks: BTreeMap::from([(TASK.to_owned(), schemas)]),
        }
    }
}

impl Example for NextAnswer {
    fn example() -> Self {
        Self {
            expression: "0 3 * * *".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            explanation: "at 03:00".to_owned(),
            next: vec!["2027-03-28T03:00:00+02:00".to_owned()],
        }
    }
}

impl Example for HealthAnswer {
    fn example() -> Self {
        Self::of(Self::LIVE)
    }
}
