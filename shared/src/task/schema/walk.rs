//! Goes through a value and its schema together.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Number, Value};

use super::keywords::referred;
use super::mistake::{Mistake, Wrong, none_fits};
use super::{Form, Regex};
use crate::locale::{Argument, Message, msg};
use crate::task::refusal::joined;
use crate::task::typed::MOST;

/// So deep a schema may lead: one that leads to itself would have no end. Without optimisation this takes just under a
/// mebibyte of stack, half of what a thread has.
const DEEPEST: usize = 256;
/// So many schemas are looked at for one value: where forms nest, they multiply.
const MOST_STEPS: usize = 1_000_000;

/// All that is wrong with a value.
pub(super) fn mistakes(form: &Form, value: &Value) -> Vec<Mistake> {
    let walk = Walk::new(form);
    let mistakes = walk.value(&form.schema, value, "", 0);
    // Nothing is known of what was not looked at.
    match walk.given_up.get() {
        Some(TooMuch::Depth) => vec![Mistake::other("", msg::reading_too_deep())],
        Some(TooMuch::Work) => vec![Mistake::other("", msg::settings_too_much())],
        None => mistakes,
    }
}

/// Why a value is not looked at to its end.
#[derive(Clone, Copy)]
enum TooMuch {
    Depth,
    Work,
}

struct Walk<'a> {
    form: &'a Form,
    steps: Cell<usize>,
    given_up: Cell<Option<TooMuch>>,
}

impl<'a> Walk<'a> {
    fn new(form: &'a Form) -> Self {
        Self { form, steps: Cell::new(0), given_up: Cell::new(None) }
    }

    /// One step further, unless it leads too far.
    fn goes_on(&self, depth: usize) -> bool {
        if self.given_up.get().is_some() {
            return false;
        }
        self.steps.set(self.steps.get() + 1);
        if depth > DEEPEST {
            self.given_up.set(Some(TooMuch::Depth));
        } else if self.steps.get() > MOST_STEPS {
            self.given_up.set(Some(TooMuch::Work));
        }
        self.given_up.get().is_none()
    }

    fn value(&self, schema: &Value, value: &Value, path: &str, depth: usize) -> Vec<Mistake> {
        if !self.goes_on(depth) {
            return Vec::new();
        }
        let Value::Object(schema) = schema else {
            let is_refused = schema == &Value::Bool(false);
            return is_refused.then(|| Mistake::other(path, msg::settings_nothing_allowed())).into_iter().collect();
        };
        if let Some(mistake) = kind(schema, value, path).or_else(|| word(schema, value, path)) {
            // What else the schema says is about other values.
            return vec![mistake];
        }
        let mut found = match value {
            Value::Number(number) => self::number(schema, number, path),
            Value::String(text) => self.text(schema, text, path),
            Value::Array(elements) => self.list(schema, elements, path, depth),
            Value::Object(fields) => self.object(schema, fields, path, depth),
            Value::Null | Value::Bool(_) => Vec::new(),
        };
        add(&mut found, self.applied(schema, value, path, depth));
        if found.is_empty()
            && let Some(rest) = schema.get("unevaluatedProperties")
        {
            found = self.unevaluated(schema, rest, value, path, depth);
        }
        found.truncate(MOST);
        found
    }

    /// What the schemas say that are applied to the same value.
    fn applied(&self, schema: &Map<String, Value>, value: &Value, path: &str, depth: usize) -> Vec<Mistake> {
        let held = |schema: &Value| self.value(schema, value, path, depth + 1);
        let mut found = Vec::new();
        if let Some(meant) = schema.get("$ref").and_then(Value::as_str).and_then(|to| referred(&self.form.schema, to)) {
            found.extend(held(meant));
        }
        found.extend(schemas(schema, "allOf").iter().flat_map(held));
        if let Some(forms) = schema.get("anyOf").and_then(Value::as_array) {
            let wrong: Vec<_> = forms.iter().map(held).collect();
            if !wrong.iter().any(Vec::is_empty) {
                found.extend(none_fits(path, wrong));
            }
        }
        if let Some(forms) = schema.get("oneOf").and_then(Value::as_array) {
            let wrong: Vec<_> = forms.iter().map(held).collect();
            match wrong.iter().filter(|wrong| wrong.is_empty()).count() {
                0 => found.extend(none_fits(path, wrong)),
                1 => {}
                _ => found.push(Mistake::other(path, msg::settings_several_forms())),
            }
        }
        if schema.get("not").is_some_and(|not| held(not).is_empty()) {
            found.push(Mistake::other(path, msg::settings_not_allowed()));
        }
        let asked = self.branch(schema, value, path, depth).into_iter();
        found.extend(asked.chain(dependent(schema, value)).flat_map(held));
        found
    }

    /// The branch of `if` that is for this value.
    fn branch<'s>(&self, schema: &'s Map<String, Value>, value: &Value, path: &str, depth: usize) -> Option<&'s Value> {
        let holds = self.value(schema.get("if")?, value, path, depth + 1).is_empty();
        schema.get(if holds { "then" } else { "else" })
    }

    fn text(&self, schema: &Map<String, Value>, text: &str, path: &str) -> Vec<Mistake> {
        let length = text.chars().count();
        let mut found = Vec::new();
        if let Some(least) = count(schema, "minLength").filter(|least| length < *least) {
            found.push(msg::settings_text_too_short(least, length));
        }
        if let Some(most) = count(schema, "maxLength").filter(|most| length > *most) {
            found.push(msg::settings_text_too_long(length, most));
        }
        // The text itself is not repeated: it may be long, or a secret.
        if let Some(pattern) =
            schema.get("pattern").and_then(Value::as_str).filter(|written| !self.matches(written, text))
        {
            found.push(msg::settings_pattern(pattern));
        }
        found.into_iter().map(|message| Mistake::other(path, message)).collect()
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        self.form.patterns.get(pattern).is_some_and(|pattern: &Regex| pattern.is_match(text))
    }

    fn list(&self, schema: &Map<String, Value>, elements: &[Value], path: &str, depth: usize) -> Vec<Mistake> {
        let length = elements.len();
        let mut found = Vec::new();
        if let Some(least) = count(schema, "minItems").filter(|least| length < *least) {
            found.push(Mistake::other(path, msg::settings_list_too_short(least, length)));
        }
        if let Some(most) = count(schema, "maxItems").filter(|most| length > *most) {
            found.push(Mistake::other(path, msg::settings_list_too_long(length, most)));
        }
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
            let mut seen = HashSet::new();
            let again = elements.iter().enumerate().filter(|(_, element)| !seen.insert(canonical(element)));
            let again = again.take(MOST).map(|(n, _)| Mistake::other(&format!("{path}[{n}]"), msg::settings_twice()));
            found.extend(again);
        }
        if let Some(contained) = schema.get("contains") {
            let fits = |element: &&Value| self.value(contained, element, path, depth + 1).is_empty();
            let fitting = elements.iter().filter(fits).count();
            let (least, most) = (count(schema, "minContains").unwrap_or(1), count(schema, "maxContains"));
            if fitting < least {
                found.push(Mistake::other(path, msg::settings_contains_too_few(fitting, least)));
            }
            if let Some(most) = most.filter(|most| fitting > *most) {
                found.push(Mistake::other(path, msg::settings_contains_too_many(fitting, most)));
            }
        }
        let (first, rest) = (schemas(schema, "prefixItems"), schema.get("items"));
        for (n, element) in elements.iter().enumerate() {
            if found.len() >= MOST {
                break;
            }
            if let Some(schema) = first.get(n).or(rest) {
                found.extend(self.value(schema, element, &format!("{path}[{n}]"), depth + 1));
            }
        }
        found
    }

    fn object(
        &self,
        schema: &Map<String, Value>,
        fields: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Vec<Mistake> {
        let mut found: Vec<_> = required(schema, fields).map(|name| Mistake::missing(path, name)).take(MOST).collect();
        let size = fields.len();
        if let Some(least) = count(schema, "minProperties").filter(|least| size < *least) {
            found.push(Mistake::other(path, msg::settings_too_few_fields(least, size)));
        }
        if let Some(most) = count(schema, "maxProperties").filter(|most| size > *most) {
            found.push(Mistake::other(path, msg::settings_too_many_fields(most, size)));
        }
        for (name, value) in fields {
            if found.len() >= MOST {
                break;
            }
            let path_of_field = joined(path, name);
            if let Some(names) = schema.get("propertyNames") {
                add(&mut found, self.value(names, &Value::from(name.as_str()), &path_of_field, depth + 1));
            }
            let own: Vec<_> = self.own_schemas(schema, name).collect();
            for schema in &own {
                add(&mut found, self.value(schema, value, &path_of_field, depth + 1));
            }
            match schema.get("additionalProperties") {
                Some(Value::Bool(false)) if own.is_empty() => {
                    let allowed = named(schema, "properties").map(|(name, _)| name.clone()).collect();
                    found.push(Mistake::unknown(path, name, allowed));
                }
                Some(schema) if own.is_empty() => {
                    add(&mut found, self.value(schema, value, &path_of_field, depth + 1));
                }
                Some(_) | None => {}
            }
        }
        found
    }

    /// The schemas of the field of that name, by its name or by a pattern of names.
    fn own_schemas<'s>(&self, schema: &'s Map<String, Value>, name: &str) -> impl Iterator<Item = &'s Value> {
        let by_name = schema.get("properties").and_then(|properties| properties.get(name));
        let by_pattern = named(schema, "patternProperties").filter(|(pattern, _)| self.matches(pattern, name));
        by_name.into_iter().chain(by_pattern.map(|(_, schema)| schema))
    }

    /// The fields that nothing in the schema speaks of.
    fn unevaluated(
        &self,
        schema: &Map<String, Value>,
        rest: &Value,
        value: &Value,
        path: &str,
        depth: usize,
    ) -> Vec<Mistake> {
        let mut spoken = Spoken::default();
        self.hear(schema, value, path, depth, &mut spoken);
        if spoken.of_all {
            return Vec::new();
        }
        let others = value.as_object().into_iter().flatten().filter(|(name, _)| !spoken.names.contains(*name));
        if rest == &Value::Bool(false) {
            let allowed: Vec<_> = spoken.names.iter().cloned().collect();
            return others.take(MOST).map(|(name, _)| Mistake::unknown(path, name, allowed.clone())).collect();
        }
        let mut found = Vec::new();
        for (name, value) in others {
            if found.len() >= MOST {
                break;
            }
            add(&mut found, self.value(rest, value, &joined(path, name), depth + 1));
        }
        found
    }

    /// Which fields a schema speaks of, itself or by another that is applied to the same value.
    fn hear(&self, schema: &Map<String, Value>, value: &Value, path: &str, depth: usize, spoken: &mut Spoken) {
        if !self.goes_on(depth) {
            return;
        }
        let is_own = |name: &&String| self.own_schemas(schema, name).next().is_some();
        spoken.names.extend(named(schema, "properties").map(|(name, _)| name.clone()));
        spoken.names.extend(value.as_object().into_iter().flat_map(Map::keys).filter(is_own).cloned());
        spoken.of_all |= schema.contains_key("additionalProperties");
        let fits = |schema: &&Value| self.value(schema, value, path, depth + 1).is_empty();
        let meant = schema.get("$ref").and_then(Value::as_str).and_then(|to| referred(&self.form.schema, to));
        let applied = meant.into_iter().chain(schemas(schema, "allOf"));
        let forms = schemas(schema, "anyOf").iter().chain(schemas(schema, "oneOf")).chain(schema.get("if"));
        let asked = self.branch(schema, value, path, depth).into_iter().chain(dependent(schema, value));
        for inner in applied.chain(forms.filter(fits)).chain(asked).filter_map(Value::as_object) {
            spoken.of_all |= inner.contains_key("unevaluatedProperties");
            self.hear(inner, value, path, depth + 1, spoken);
        }
    }
}

/// Adds what is not known yet. Of the type of a value, the first mistake says enough.
fn add(found: &mut Vec<Mistake>, more: Vec<Mistake>) {
    for mistake in more {
        let is_type = matches!(mistake.wrong, Wrong::Type { .. });
        let is_told = found.iter().any(|known| {
            *known == mistake || is_type && known.path == mistake.path && matches!(known.wrong, Wrong::Type { .. })
        });
        if !is_told {
            found.push(mistake);
        }
    }
}

/// The fields that a schema speaks of.
#[derive(Default)]
struct Spoken {
    names: BTreeSet<String>,
    of_all: bool,
}

/// The schemas in the list of that keyword.
fn schemas<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    schema.get(keyword).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The schemas of that keyword by name.
fn named<'a>(schema: &'a Map<String, Value>, keyword: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    schema.get(keyword).and_then(Value::as_object).into_iter().flatten()
}

/// The schemas that go with fields which are there.
fn dependent<'a>(schema: &'a Map<String, Value>, value: &'a Value) -> impl Iterator<Item = &'a Value> {
    named(schema, "dependentSchemas").filter(|(name, _)| value.get(name).is_some()).map(|(_, schema)| schema)
}

fn count(schema: &Map<String, Value>, keyword: &str) -> Option<usize> {
    let number = schema.get(keyword)?;
    let whole = number.as_u64().or_else(|| number.as_f64().map(|number| number as u64));
    whole.and_then(|number| usize::try_from(number).ok())
}

/// The fields that have to be there and are not.
fn required<'a>(schema: &'a Map<String, Value>, fields: &'a Map<String, Value>) -> impl Iterator<Item = &'a str> {
    let always = schemas(schema, "required").iter();
    let with_others = schema.get("dependentRequired").and_then(Value::as_object).into_iter().flatten();
    let with_others = with_others.filter(|(name, _)| fields.contains_key(*name));
    let with_others = with_others.filter_map(|(_, names)| names.as_array()).flatten();
    let mut told = BTreeSet::new();
    let names = always.chain(with_others).filter_map(Value::as_str);
    names.filter(move |name| !fields.contains_key(*name) && told.insert(*name))
}

/// A value of another type than is asked for.
fn kind(schema: &Map<String, Value>, value: &Value, path: &str) -> Option<Mistake> {
    let asked = schema.get("type")?;
    let kinds: Vec<_> = match asked {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let is = |kind: &&str| match (*kind, value) {
        ("null", Value::Null) | ("boolean", Value::Bool(_)) | ("number", Value::Number(_)) => true,
        ("string", Value::String(_)) | ("array", Value::Array(_)) | ("object", Value::Object(_)) => true,
        ("integer", Value::Number(number)) => integer(number).is_some(),
        _ => false,
    };
    if kinds.iter().any(is) {
        return None;
    }
    let wanted = kinds.into_iter().map(|kind| wanted(kind, schema)).collect();
    Some(Mistake::new(path, Wrong::Type { found: found(value), wanted }))
}

/// What stands there. A text is not repeated: it may be long, or a secret.
fn found(value: &Value) -> Argument {
    let message = match value {
        Value::Null => msg::reading_found_null(),
        Value::Bool(value) => msg::reading_found_boolean(value.to_string()),
        Value::Number(number) if number.is_f64() => msg::reading_found_number(number.to_string()),
        Value::Number(number) => msg::reading_found_integer(number.to_string()),
        Value::String(_) => msg::reading_found_string(),
        Value::Array(_) => msg::reading_found_list(),
        Value::Object(_) => msg::reading_found_object(),
    };
    message.into()
}

fn wanted(kind: &str, schema: &Map<String, Value>) -> Message {
    let bound = |keyword: &str| schema.get(keyword).filter(|bound| bound.is_number()).map(Value::to_string);
    match (kind, bound("minimum"), bound("maximum")) {
        ("integer", Some(least), Some(most)) => msg::reading_wanted_range(least, most),
        ("integer", Some(least), None) if least == "0" => msg::reading_wanted_count(),
        ("integer", ..) => msg::reading_wanted_integer(),
        ("number", Some(least), Some(most)) => msg::settings_wanted_range(least, most),
        ("number", ..) => msg::reading_wanted_number(),
        ("string", ..) => msg::reading_wanted_string(),
        ("boolean", ..) => msg::reading_wanted_boolean(),
        ("array", ..) => msg::reading_wanted_list(),
        ("object", ..) => msg::reading_wanted_object(),
        _ => msg::reading_found_null(),
    }
}

/// A value that is none of those that are listed.
fn word(schema: &Map<String, Value>, value: &Value, path: &str) -> Option<Mistake> {
    let listed = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice);
    let only = schema.get("const").map(std::slice::from_ref);
    let mut lists = listed.into_iter().chain(only);
    let allowed = lists.find(|list| !list.iter().any(|allowed| is_same(allowed, value)))?;
    Some(Mistake::word(path, value, allowed))
}

fn number(schema: &Map<String, Value>, number: &Number, path: &str) -> Vec<Mistake> {
    let bound = |keyword: &str| schema.get(keyword).and_then(|bound| Some((bound.as_number()?, bound.to_string())));
    let is = |keyword: &str, than: Ordering| {
        bound(keyword).filter(|(bound, _)| compared(number, bound) == Some(than)).map(|(_, bound)| bound)
    };
    let written = || found(&Value::Number(number.clone()));
    let is_integer = schema.get("type").is_some_and(|kind| {
        kind == "integer" || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "integer"))
    });
    let kind = if is_integer { "integer" } else { "number" };
    let (too_small, too_large) = (is("minimum", Ordering::Less), is("maximum", Ordering::Greater));
    let mut told = Vec::new();
    if (too_small.is_some() || too_large.is_some()) && bound("minimum").is_some() && bound("maximum").is_some() {
        told.push(msg::reading_wrong_value(written(), wanted(kind, schema)));
    } else {
        told.extend(too_small.map(|least| msg::settings_too_small(least, written())));
        told.extend(too_large.map(|most| msg::settings_too_large(most, written())));
    }
    let at = |keyword: &str, beyond: Ordering| is(keyword, beyond).or_else(|| is(keyword, Ordering::Equal));
    told.extend(at("exclusiveMinimum", Ordering::Less).map(|bound| msg::settings_not_above(bound, written())));
    told.extend(at("exclusiveMaximum", Ordering::Greater).map(|bound| msg::settings_not_below(bound, written())));
    if let Some((step, step_written)) = bound("multipleOf")
        && !is_multiple(number, step)
    {
        told.push(msg::settings_no_multiple(step_written, written()));
    }
    told.into_iter().map(|message| Mistake::other(path, message)).collect()
}

/// A number without decimals, also one written with some: `1.0`.
fn integer(number: &Number) -> Option<i128> {
    let written = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let whole = || number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e30);
    written.or_else(|| whole().map(|number| number as i128))
}

fn compared(one: &Number, other: &Number) -> Option<Ordering> {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn is_multiple(number: &Number, step: &Number) -> bool {
    if let (Some(number), Some(step)) = (integer(number), integer(step)) {
        return step == 0 || number % step == 0;
    }
    let (Some(number), Some(step)) = (number.as_f64(), step.as_f64()) else { return true };
    let times = number / step;
    // 0.3 is three times 0.1, although not in binary.
    (times - times.round()).abs() <= 1e-9 * times.abs().max(1.0)
}

/// Whether two values are the same, however they are written: `1` and `1.0`, fields in any order.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => canonical(one) == canonical(other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_in_other =
                |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(is_in_other)
        }
        _ => one == other,
    }
}

/// The same text for the same value, see [`is_same`].
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => integer(number).map_or_else(|| number.to_string(), |number| number.to_string()),
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(canonical).collect();
            format!("[{}]", elements.join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            fields.sort_unstable();
            format!("{{{}}}", fields.join(","))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_fields_are_not_all_gathered() {
        let many: Value = (0..1000).map(|n| (n.to_string(), json!({}))).collect();
        for rest in [json!(false), json!({ "required": ["a", "b"] })] {
            let form = Form::new(&json_schema!({ "unevaluatedProperties": rest })).unwrap();
            let schema = form.schema.as_object().unwrap();
            let found = Walk::new(&form).unevaluated(schema, &rest, &many, "", 0);
            assert_eq!(found.len(), MOST, "{rest}");
        }
        let form = Form::new(&json_schema!({ "additionalProperties": false })).unwrap();
        let found = Walk::new(&form).object(form.schema.as_object().unwrap(), many.as_object().unwrap(), "", 0);
        assert_eq!(found.len(), MOST);
    }
}
