//! The form of a request to set something, out of the same table it is read by.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{CONFIG, ENVIRONMENTS, Kind, SETTINGS, SETTINGS_OF_ENVIRONMENT};
use crate::model::{Environment, any_spelling};

/// The form of a request.
pub(crate) fn change_schema() -> Schema {
    let of_environment = object(SETTINGS_OF_ENVIRONMENT, []);
    let environments: Map<_, _> =
        Environment::ALL.iter().map(|environment| (environment.as_str().to_owned(), of_environment.clone())).collect();
    let environments = json!({
        "type": ["object", "null"],
        "description": "What is set for one environment only.",
        "properties": environments,
        "additionalProperties": false,
    });
    let mut schema = object(SETTINGS, [(ENVIRONMENTS.to_owned(), environments)]);
    schema["type"] = json!("object");
    schema["minProperties"] = json!(1);
    Schema::try_from(schema).unwrap_or_else(|_| json_schema!(true))
}

fn object<const N: usize>(settings: &[(&str, Kind)], besides: [(String, Value); N]) -> Value {
    let config = json!({ "type": ["object", "null"], "description": "Settings, laid over the task's by name." });
    let properties: Map<_, _> = settings
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), kind.schema()))
        .chain([(CONFIG.to_owned(), config)])
        .chain(besides)
        .collect();
    json!({ "type": ["object", "null"], "properties": properties, "additionalProperties": false })
}

impl Kind {
    fn schema(&self) -> Value {
        match self {
            Self::Switch => json!({ "type": ["boolean", "null"] }),
            Self::Schedule => json!({ "type": ["string", "null"], "examples": ["30 4 * * *"] }),
            Self::Zone => json!({ "type": ["string", "null"], "examples": ["Europe/Berlin"] }),
            Self::Number(range) => {
                json!({ "type": ["integer", "null"], "minimum": range.start(), "maximum": range.end() })
            }
            Self::Word(read) => {
                // What is no word at all is refused with all that would be one.
                let words = read("").err().unwrap_or_default();
                let spellings: Vec<_> = words.iter().map(|word| any_spelling(word)).collect();
                json!({
                    "type": ["string", "null"],
                    "pattern": format!("^({})$", spellings.join("|")),
                    "examples": words,
                })
            }
            Self::Instant => json!({ "type": ["string", "null"], "format": "date-time" }),
        }
    }
}
