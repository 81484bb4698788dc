//! The form that a task says its settings have, held against settings: whatever its published JSON Schema says holds. Pure.
//!
//! Draft 2020-12, which is what `types` shows. `format` is an annotation, as that draft has it. A schema that says what is not
//! checked here is refused when the registry is built, so that nobody relies on it in vain.

mod keywords;
mod mistake;
mod walk;

use std::collections::HashMap;

use regex_lite::Regex;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde_json::Value;

use super::Refusal;
use super::typed::{MOST, as_json};
use crate::locale::Message;
use mistake::{Mistake, Wrong};

/// The form of settings, ready to be held against some.
#[derive(Debug)]
pub(super) struct Form {
    schema: Value,
    /// By how they are written.
    patterns: HashMap<String, Regex>,
}

impl Form {
    /// The form a schema describes.
    ///
    /// # Errors
    ///
    /// What of the schema cannot be checked.
    pub(super) fn new(schema: &Schema) -> Result<Self, Message> {
        let schema = schema.as_value().clone();
        let patterns = keywords::patterns(&schema)?;
        Ok(Self { schema, patterns })
    }

    /// Refuses settings that are not of this form, telling every mistake at once. What else cannot be read of them is told
    /// besides: `read` says it.
    pub(super) fn check(&self, config: &Value, read: impl FnOnce() -> Result<(), Refusal>) -> Result<(), Refusal> {
        match self.mistakes(config) {
            mistakes if mistakes.is_empty() => Ok(()),
            mistakes => Refusal::all(mistake::told(mistakes, read().err())),
        }
    }

    fn mistakes(&self, config: &Value) -> Vec<Mistake> {
        let mistakes = walk::mistakes(self, config);
        let Value::Object(fields) = config else { return mistakes };
        if mistakes.is_empty() || !walk::mistakes(self, &Value::Null).is_empty() {
            return mistakes;
        }
        // Settings are an object also where a task has none: `()`.
        let has_none =
            mistakes.iter().any(|mistake| mistake.path.is_empty() && matches!(mistake.wrong, Wrong::Type { .. }));
        if has_none || fields.is_empty() {
            return fields.keys().take(MOST).map(|name| Mistake::unknown("", name, Vec::new())).collect();
        }
        mistakes
    }
}

/// Refuses settings that are not what the schema of their type says.
pub(crate) fn check_typed<C: Serialize + JsonSchema>(config: &C) -> Result<(), Refusal> {
    let form = Form::new(&schema_for!(C)).map_err(|problem| Refusal::new("", problem))?;
    form.check(&as_json(config), || Ok(()))
}

#[cfg(test)]
mod tests;
