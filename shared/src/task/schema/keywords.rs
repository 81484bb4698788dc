//! What a schema is made of, gone through once: what stands in it can be checked, or is refused.

use std::collections::{BTreeSet, HashMap};

use percent_encoding::percent_decode_str;
use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::locale::{Message, msg};

/// Hold one schema.
const ONE: &[&str] = &[
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedProperties",
];
/// Hold a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Hold schemas by name.
const NAMED: &[&str] = &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
/// Say what is not checked here.
const NOT_CHECKED: &[&str] = &["$dynamicRef", "$recursiveRef", "dependencies", "unevaluatedItems"];

/// The patterns of a schema, ready to be matched.
///
/// # Errors
///
/// What of it cannot be checked: a pattern that cannot be read, a reference that leads nowhere, a keyword.
pub(super) fn patterns(root: &Value) -> Result<HashMap<String, Regex>, Message> {
    let mut patterns = HashMap::new();
    let mut seen = BTreeSet::new();
    let mut rest = vec![root];
    while let Some(schema) = rest.pop() {
        let Value::Object(schema) = schema else {
            if schema.is_boolean() {
                continue;
            }
            return Err(msg::settings_no_schema(schema.to_string()));
        };
        if let Some(keyword) = NOT_CHECKED.iter().find(|keyword| schema.contains_key(**keyword)) {
            return Err(msg::settings_keyword_unchecked(*keyword));
        }
        let by_name = schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
        for written in by_name.map(String::as_str).chain(schema.get("pattern").and_then(Value::as_str)) {
            let pattern = Regex::new(written).map_err(|_| msg::settings_pattern_unreadable(written))?;
            patterns.insert(written.to_owned(), pattern);
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let meant = referred(root, reference).ok_or_else(|| msg::settings_reference_astray(reference))?;
            if seen.insert(reference) {
                rest.push(meant);
            }
        }
        rest.extend(ONE.iter().filter_map(|keyword| schema.get(*keyword)));
        rest.extend(LIST.iter().filter_map(|keyword| schema.get(*keyword)?.as_array()).flatten());
        rest.extend(NAMED.iter().filter_map(|keyword| schema.get(*keyword)?.as_object()).flat_map(Map::values));
    }
    Ok(patterns)
}

/// What a reference within the schema leads to: `#/$defs/Target`, `#/$defs/Gr%C3%B6%C3%9Fe`.
pub(super) fn referred<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
    root.pointer(&pointer)
}
