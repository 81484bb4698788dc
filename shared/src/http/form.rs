//! The form of what is read out of text: a schema for each way the readers in [`input`](super::input) read.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use crate::model::{Priority, Words, any_spelling};

/// Words of ours, separated by commas.
pub(super) struct List<T>(PhantomData<T>);
/// One word of ours, or nothing.
pub(super) struct Word<T>(PhantomData<T>);
/// Priorities, separated by commas, and `high-and-above`.
pub(super) struct Priorities;
/// The name of a task.
pub(super) struct Name;
/// Names of tasks, separated by commas.
pub(super) struct Names;

/// What [`TaskName`](crate::model::TaskName) takes.
pub(super) const NAME: &str = "[a-z][a-z0-9-]{0,99}";

macro_rules! forms {
    ($($type:ty $(where $word:ident)? => $name:literal, $schema:expr;)+) => {
        $(impl$(<$word: Words>)? JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        })+
    };
}

forms! {
    List<T> where T => "List", {
        let example: Vec<_> = T::ALL.iter().take(2).map(|word| word.written()).collect();
        text(&separated(&T::pattern()), &example.join(","))
    };
    Word<T> where T => "Word", {
        text(&format!("^{}?$", T::pattern()), T::ALL.first().map_or("", |word| word.written()))
    };
    Priorities => "Priorities", {
        let and_above = any_spelling("_and_above");
        text(&separated(&format!("{}({and_above})?", Priority::pattern())), "high-and-above")
    };
    Name => "Name", text(&format!("^{NAME}$"), "prune-history");
    Names => "Names", text(&separated(NAME), "prune-history,http-check");
}

fn text(pattern: &str, example: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": pattern, "examples": [json!(example)] })
}

/// Items between commas, with spaces around them; an empty one says nothing.
fn separated(item: &str) -> String {
    format!("^ *({item})? *(, *({item})? *)*$")
}
