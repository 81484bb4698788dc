//! JSON Schemas of words and findings, made of tables. The derive of `schemars` writes code for each variant instead: a tenth of
//! a function.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// The lines of the doc comments among attributes.
macro_rules! about {
    (@ [$($line:literal)*]) => { &[$($line),*] };
    (@ [$($line:literal)*] [doc = $next:literal] $($rest:tt)*) => { $crate::model::schema::about!(@ [$($line)* $next] $($rest)*) };
    (@ [$($line:literal)*] $other:tt $($rest:tt)*) => { $crate::model::schema::about!(@ [$($line)*] $($rest)*) };
    ($($attribute:tt)*) => { $crate::model::schema::about!(@ [] $($attribute)*) };
}
pub(crate) use about;

/// Implements `JsonSchema` by a function from a generator.
macro_rules! described_by {
    ($name:ident, $schema:expr) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema(generator)
            }
        }
    };
}
pub(crate) use described_by;

/// Declares an enum of findings, which is written `{"code","facts"}`: the code is the variant's name in lower case, the facts are
/// its fields. What is marked `#[serde(skip)]` is only for sentences.
macro_rules! findings {
    (
        $(# $on_all:tt)*
        $vis:vis enum $name:ident {
            $($(# $on_kind:tt)* $kind:ident $({ $($(# $on_fact:tt)* $fact:ident: $type:ty),* $(,)? })?),* $(,)?
        }
    ) => {
        $(# $on_all)*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(tag = "code", content = "facts", rename_all = "snake_case")]
        $vis enum $name {
            $($(# $on_kind)* $kind $({ $($(# $on_fact)* $fact: $type),* })?),*
        }

        $crate::model::schema::described_by!($name, |generator: &mut schemars::SchemaGenerator| {
            const KINDS: &[$crate::model::schema::Kind] = &[$($crate::model::schema::Kind {
                name: stringify!($kind),
                about: $crate::model::schema::about!($($on_kind)*),
                facts: &[$(&[$($crate::model::schema::fact!($($on_fact)* $fact: $type)),*])?],
            }),*];
            $crate::model::schema::of_findings($crate::model::schema::about!($($on_all)*), KINDS, generator)
        });
    };
}
pub(crate) use findings;

/// A fact of a finding, unless it is only for its sentence.
macro_rules! fact {
    ([serde(skip)] $name:ident: $type:ty) => {
        None
    };
    ($name:ident: $type:ty) => {
        Some($crate::model::schema::Fact {
            name: stringify!($name),
            schema: |generator| generator.subschema_for::<$type>(),
        })
    };
}
pub(crate) use fact;

/// A word, and the lines that say what it means.
pub(crate) type Word = (&'static str, &'static [&'static str]);

/// One kind of finding.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) about: &'static [&'static str],
    /// None: it is only a code.
    pub(crate) facts: &'static [&'static [Option<Fact>]],
}

/// A fact of a finding.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

/// The schema of an enum of words.
pub(crate) fn of_words(about: &[&str], words: &[Word]) -> Schema {
    let word = |(written, about): &Word| described(about, [("type", "string".into()), ("const", (*written).into())]);
    described(about, [("oneOf", words.iter().map(word).collect())]).try_into().unwrap_or_default()
}

/// The schema of an enum of findings.
pub(crate) fn of_findings(about: &[&str], kinds: &[Kind], generator: &mut SchemaGenerator) -> Schema {
    let kinds = kinds.iter().map(|kind| {
        let code = described(&[], [("type", "string".into()), ("const", in_lower_case(kind.name).into())]);
        let mut properties = Map::from_iter([("code".to_owned(), code)]);
        properties.extend(kind.facts.iter().map(|facts| ("facts".to_owned(), object(facts, generator))));
        let required = properties.keys().cloned().collect();
        let kind_of = [("type", "object".into()), ("properties", properties.into()), ("required", required)];
        described(kind.about, kind_of)
    });
    described(about, [("oneOf", kinds.collect())]).try_into().unwrap_or_default()
}

/// What may be null is not required.
fn object(facts: &[Option<Fact>], generator: &mut SchemaGenerator) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for fact in facts.iter().flatten() {
        let schema = (fact.schema)(generator).to_value();
        if !schema["type"].as_array().is_some_and(|types| types.contains(&"null".into())) {
            required.push(Value::from(fact.name));
        }
        properties.insert(fact.name.to_owned(), schema);
    }
    let mut object = Map::from_iter([("type".to_owned(), "object".into())]);
    object.extend((!properties.is_empty()).then(|| ("properties".to_owned(), properties.into())));
    object.extend((!required.is_empty()).then(|| ("required".to_owned(), required.into())));
    object.into()
}

/// A schema with what its doc comment says.
fn described<const N: usize>(about: &[&str], schema: [(&str, Value); N]) -> Value {
    let mut schema: Map<_, _> = schema.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    if !about.is_empty() {
        let lines: Vec<_> = about.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        schema.insert("description".to_owned(), lines.join("\n").into());
    }
    schema.into()
}

/// `NoNextSlot` as `no_next_slot`.
fn in_lower_case(name: &str) -> String {
    let mut written = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.extend(letter.to_lowercase());
    }
    written
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use schemars::generate::SchemaSettings;
    use serde_json::json;

    use super::*;
    use crate::model::TaskType;

    findings! {
        /// What is found.
        enum Found {
            /// It is there.
            IsThere { kind: TaskType, times: Option<i64> },
            #[allow(dead_code, reason = "only its schema is looked at")]
            Seldom { times: Option<i64> },
            Said { #[serde(skip)] words: String },
            Nowhere,
        }
    }

    #[test]
    fn a_word_is_told_with_what_it_means() {
        let words: [Word; 2] = [("LEFT", &[" On the left."]), ("RIGHT", &[" Not there, and", " not here."])];
        let expected = json!({
            "description": "Where it is.",
            "oneOf": [
                { "type": "string", "const": "LEFT", "description": "On the left." },
                { "type": "string", "const": "RIGHT", "description": "Not there, and\nnot here." },
            ],
        });
        assert_eq!(of_words(&[" Where it is."], &words).to_value(), expected);
    }

    #[test]
    fn a_finding_is_written_as_its_schema_says() {
        let times = json!({ "type": ["integer", "null"], "format": "int64" });
        let kind_schema = TaskType::json_schema(&mut SchemaGenerator::default()).to_value();
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<Found>().to_value();
        assert_eq!(schema["description"], "What is found.");
        let kind = |code: &str, facts: Value| {
            json!({
                "type": "object",
                "properties": { "code": { "type": "string", "const": code }, "facts": facts },
                "required": ["code", "facts"],
            })
        };
        let mut there = kind(
            "is_there",
            json!({ "type": "object", "properties": { "kind": kind_schema, "times": times }, "required": ["kind"] }),
        );
        there["description"] = "It is there.".into();
        let nowhere = json!({
            "type": "object",
            "properties": { "code": { "type": "string", "const": "nowhere" } },
            "required": ["code"],
        });
        let expected = json!([
            there,
            kind("seldom", json!({ "type": "object", "properties": { "times": times } })),
            kind("said", json!({ "type": "object" })),
            nowhere,
        ]);
        assert_eq!(schema["oneOf"], expected);
        let written = |found| serde_json::to_value(found).unwrap();
        let there = Found::IsThere { kind: TaskType::Cron, times: None };
        assert_eq!(written(there), json!({ "code": "is_there", "facts": { "kind": "cron", "times": null } }));
        assert_eq!(written(Found::Said { words: "only here".to_owned() }), json!({ "code": "said", "facts": {} }));
        assert_eq!(written(Found::Nowhere), json!({ "code": "nowhere" }));
    }
}
