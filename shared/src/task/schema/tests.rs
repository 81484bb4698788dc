use schemars::json_schema;
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::locale::Locale;
use crate::task::typed::typed;

/// Whatever a schema says of a field that is called `x`.
fn form(schema: &Value) -> Form {
    let defs = schema.get("$defs").cloned().unwrap_or(json!({}));
    Form::new(&json_schema!({ "type": "object", "properties": { "x": schema }, "$defs": defs })).unwrap()
}

fn refused(schema: &Value, value: &Value) -> Vec<Refusal> {
    let checked = form(schema).check(&json!({ "x": value }), || Ok(()));
    checked.err().into_iter().flat_map(Refusal::each).collect()
}

fn paths(schema: &Value, value: &Value) -> Vec<String> {
    refused(schema, value).into_iter().map(|refusal| refusal.path).collect()
}

#[test]
fn every_keyword_holds() {
    let recursive = json!({ "$defs": { "node": {
        "type": "object", "required": ["id"],
        "properties": { "id": { "type": "integer" }, "next": { "anyOf": [{ "$ref": "#/$defs/node" }, { "type": "null" }] } },
    } }, "$ref": "#/$defs/node" });
    for (schema, good, bad, path) in [
        (json!({ "type": "null" }), json!(null), json!(0), "x"),
        (json!({ "type": "boolean" }), json!(true), json!("true"), "x"),
        (json!({ "type": "integer" }), json!(1.0), json!(1.5), "x"),
        (json!({ "type": "number" }), json!(1.5), json!("1.5"), "x"),
        (json!({ "type": "string" }), json!(""), json!(null), "x"),
        (json!({ "type": "array" }), json!([]), json!({}), "x"),
        (json!({ "type": "object" }), json!({}), json!([]), "x"),
        (json!({ "type": ["integer", "null"] }), json!(null), json!("a"), "x"),
        (json!(true), json!("anything"), json!(null), ""),
        (json!({ "enum": ["a", 2, null] }), json!(2.0), json!("2"), "x"),
        (json!({ "const": { "a": [1, 2] } }), json!({ "a": [1.0, 2] }), json!({ "a": [2, 1] }), "x"),
        (json!({ "minimum": 3 }), json!(3), json!(2.9), "x"),
        (json!({ "maximum": 3 }), json!(3), json!(4), "x"),
        (json!({ "minimum": 1, "maximum": 3 }), json!(1), json!(0), "x"),
        (
            json!({ "minimum": 9_007_199_254_740_993_u64 }),
            json!(9_007_199_254_740_993_u64),
            json!(9_007_199_254_740_992_u64),
            "x",
        ),
        (json!({ "exclusiveMinimum": 3 }), json!(3.1), json!(3), "x"),
        (json!({ "exclusiveMaximum": 3 }), json!(2), json!(3), "x"),
        (json!({ "multipleOf": 5 }), json!(-10), json!(12), "x"),
        (json!({ "multipleOf": 0.1 }), json!(0.3), json!(0.35), "x"),
        (json!({ "minLength": 2 }), json!("ąę"), json!("ą"), "x"),
        (json!({ "maxLength": 2 }), json!("ąę"), json!("abc"), "x"),
        (json!({ "pattern": "^[a-z]+$" }), json!("abc"), json!("aBc"), "x"),
        (json!({ "pattern": "b" }), json!("abc"), json!("ac"), "x"),
        (json!({ "minItems": 1 }), json!([0]), json!([]), "x"),
        (json!({ "maxItems": 1 }), json!([0]), json!([0, 1]), "x"),
        (
            json!({ "uniqueItems": true }),
            json!([1, "1", [1]]),
            json!([{ "a": 1, "b": 2 }, { "b": 2, "a": 1.0 }]),
            "x[1]",
        ),
        (json!({ "items": { "type": "string" } }), json!(["a"]), json!(["a", 1]), "x[1]"),
        (json!({ "prefixItems": [{ "type": "string" }], "items": false }), json!(["a"]), json!(["a", 1]), "x[1]"),
        (json!({ "prefixItems": [{ "type": "string" }] }), json!(["a", 1]), json!([1]), "x[0]"),
        (json!({ "contains": { "type": "string" } }), json!([1, "a"]), json!([1]), "x"),
        (json!({ "contains": { "const": 1 }, "maxContains": 1 }), json!([1, 2]), json!([1, 1]), "x"),
        (json!({ "properties": { "a": { "type": "string" } } }), json!({ "b": 1 }), json!({ "a": 1 }), "x.a"),
        (json!({ "required": ["a"] }), json!({ "a": null }), json!({ "b": 1 }), "x.a"),
        (
            json!({ "properties": { "a": {} }, "additionalProperties": false }),
            json!({ "a": 1 }),
            json!({ "b": 1 }),
            "x.b",
        ),
        (json!({ "additionalProperties": { "type": "integer" } }), json!({ "b": 1 }), json!({ "b": "1" }), "x.b"),
        (
            json!({ "patternProperties": { "^\\d+$": { "type": "string" } } }),
            json!({ "7": "a" }),
            json!({ "7": 1 }),
            "x.7",
        ),
        (json!({ "propertyNames": { "maxLength": 1 } }), json!({ "a": 1 }), json!({ "ab": 1 }), "x.ab"),
        (json!({ "minProperties": 1 }), json!({ "a": 1 }), json!({}), "x"),
        (json!({ "maxProperties": 1 }), json!({ "a": 1 }), json!({ "a": 1, "b": 1 }), "x"),
        (json!({ "dependentRequired": { "a": ["b"] } }), json!({ "b": 1 }), json!({ "a": 1 }), "x.b"),
        (
            json!({ "dependentSchemas": { "a": { "maxProperties": 1 } } }),
            json!({ "a": 1 }),
            json!({ "a": 1, "b": 1 }),
            "x",
        ),
        (json!({ "$defs": { "id": { "minimum": 1 } }, "$ref": "#/$defs/id" }), json!(1), json!(0), "x"),
        (
            recursive,
            json!({ "id": 1, "next": { "id": 2 } }),
            json!({ "id": 1, "next": { "id": 2, "next": {} } }),
            "x.next.next.id",
        ),
        (json!({ "allOf": [{ "minimum": 1 }, { "maximum": 3 }] }), json!(2), json!(4), "x"),
        (json!({ "anyOf": [{ "type": "string" }, { "minimum": 1 }] }), json!(1), json!(0), "x"),
        (json!({ "oneOf": [{ "minimum": 1 }, { "maximum": 3 }] }), json!(0), json!(2), "x"),
        (json!({ "not": { "type": "string" } }), json!(0), json!("a"), "x"),
        (
            json!({ "if": { "minimum": 10 }, "then": { "multipleOf": 10 }, "else": { "minimum": 0 } }),
            json!(20),
            json!(15),
            "x",
        ),
        (json!({ "if": { "minimum": 10 }, "else": { "minimum": 0 } }), json!(5), json!(-1), "x"),
        (
            json!({ "allOf": [{ "properties": { "a": {} } }], "unevaluatedProperties": false }),
            json!({ "a": 1 }),
            json!({ "b": 1 }),
            "x.b",
        ),
    ] {
        assert_eq!(refused(&schema, &good), [], "{schema} and {good}");
        let expected: &[&str] = if path.is_empty() { &[] } else { &[path] };
        assert_eq!(paths(&schema, &bad), expected, "{schema} and {bad}");
    }
}

#[test]
fn a_mistake_by_two_schemas_is_told_once() {
    for (schema, value, told) in [
        (
            json!({ "properties": { "b": false }, "patternProperties": { "b": false } }),
            json!({ "b": null }),
            vec!["x.b"],
        ),
        (
            json!({ "patternProperties": { "^a": { "minimum": 1 }, "a$": { "minimum": 1, "multipleOf": 2 } } }),
            json!({ "a": -1 }),
            vec!["x.a", "x.a"],
        ),
        (json!({ "propertyNames": false, "additionalProperties": false }), json!({ "a": 1 }), vec!["x.a", "x.a"]),
        (json!({ "propertyNames": false, "additionalProperties": { "not": {} } }), json!({ "": 1 }), vec!["x", "x"]),
        (
            json!({ "unevaluatedProperties": { "properties": { "b": false } } }),
            json!({ "a": { "b": 1 }, "a.b": 1, "": { "a": { "b": 1 } } }),
            vec!["x.a.b"],
        ),
    ] {
        assert_eq!(paths(&schema, &value), told, "{schema}");
    }
}

/// What `schemars` writes of such names: percent-encoded, and with `~` as a pointer has it.
#[test]
fn a_reference_leads_to_whatever_name() {
    #[derive(JsonSchema)]
    struct Größe {
        #[expect(dead_code, reason = "its form is of interest")]
        #[schemars(range(min = 1))]
        n: u32,
    }
    #[derive(JsonSchema)]
    #[schemars(rename = "A B")]
    struct Blank {
        #[expect(dead_code, reason = "its form is of interest")]
        #[schemars(range(min = 1))]
        n: u32,
    }
    #[derive(JsonSchema)]
    #[schemars(rename = "a/b~ü%c")]
    struct Signs {
        #[expect(dead_code, reason = "its form is of interest")]
        #[schemars(range(min = 1))]
        n: u32,
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "its form is of interest")]
    struct All {
        size: Größe,
        blank: Blank,
        signs: Signs,
    }
    let schema = schema_for!(All);
    assert_eq!(schema.as_value()["properties"]["size"]["$ref"], "#/$defs/Gr%C3%B6%C3%9Fe");
    let form = Form::new(&schema).unwrap();
    let refused = |n: u32| {
        let n = json!({ "n": n });
        let checked = form.check(&json!({ "size": n, "blank": n, "signs": n }), || Ok(()));
        checked.err().into_iter().flat_map(Refusal::each).map(|refusal| refusal.path).collect::<Vec<_>>()
    };
    assert_eq!(refused(1), [] as [&str; 0]);
    assert_eq!(refused(0), ["blank.n", "signs.n", "size.n"]);
}

#[test]
fn a_text_that_was_written_is_never_repeated() {
    let secret = "https://user:hunter2@host";
    let said = |refusals: Vec<Refusal>| refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    for (schema, value) in [
        (json!({ "type": "array" }), json!(secret)),
        (json!({ "type": ["integer", "null"] }), json!(secret)),
        (json!({ "enum": ["a", "b"] }), json!(secret)),
        (json!({ "enum": [1, 2] }), json!(secret)),
        (json!({ "const": null }), json!([secret])),
        (json!({ "const": { "url": "" } }), json!({ "url": secret })),
        (json!({ "oneOf": [{ "const": "none" }, { "type": "object" }] }), json!(secret)),
        (json!({ "anyOf": [{ "const": "none" }, { "type": "string", "pattern": "^http:" }] }), json!(secret)),
        (json!({ "minLength": 99, "pattern": "^a$", "format": "email" }), json!(secret)),
        (json!({ "maxLength": 2 }), json!(secret)),
        (json!({ "not": { "const": secret } }), json!(secret)),
        (json!({ "uniqueItems": true }), json!([secret, secret])),
        (json!({ "contains": { "type": "integer" } }), json!([secret])),
        (json!({ "items": false }), json!([secret])),
        (json!({ "additionalProperties": false }), json!({ "url": secret })),
        (json!({ "if": {}, "then": { "type": "integer" } }), json!(secret)),
    ] {
        let said = said(refused(&schema, &value));
        assert!(!said.is_empty() && !said.contains("hunter2"), "{schema}: {said}");
    }
    // Nor by the reader, where the schema says less than it.
    for config in [json!({ "targets": secret }), json!({ "days": secret }), json!({ "targets": [secret] })] {
        let said = typed::<Limits>(&config).unwrap_err().to_string();
        assert!(!said.contains("hunter2"), "{said}");
    }
    // A word that is nearly an allowed one was meant to be it; a number is no secret.
    assert_eq!(said(refused(&json!({ "enum": ["fast", "slow"] }), &json!("fats"))).matches("“fats”").count(), 1);
    assert_eq!(said(refused(&json!({ "enum": [1, 2] }), &json!(7))).matches("“7”").count(), 1);
}

#[test]
fn a_format_is_no_promise() {
    assert_eq!(refused(&json!({ "type": "string", "format": "email" }), &json!("no address")), []);
}

#[test]
fn a_mistake_says_what_was_wrong_and_what_is_allowed_in_each_language() {
    let within = json!({ "type": "integer", "minimum": 1, "maximum": 10 });
    for (schema, value, english, german, polish) in [
        (
            within,
            json!(11),
            "integer `11` is not allowed, expected a whole number from 1 to 10",
            "nicht erlaubt ist Zahl `11` statt einer ganzen Zahl von 1 bis 10",
            "niedozwolona liczba `11` zamiast liczby całkowitej od 1 do 10",
        ),
        (
            json!({ "type": "number", "minimum": 0.5 }),
            json!(0.25),
            "number `0.25` is too small; allowed is 0.5 or more",
            "Zahl `0.25` ist zu klein; erlaubt ist mindestens 0.5",
            "liczba `0.25` jest za mała; dozwolone jest co najmniej 0.5",
        ),
        (
            json!({ "minLength": 3 }),
            json!("ab"),
            "the text is too short: its length is 2, allowed is 3 or more",
            "der Text ist zu kurz: Länge 2, erlaubt ist mindestens 3",
            "tekst jest za krótki: długość 2, dozwolone jest co najmniej 3",
        ),
        (
            json!({ "pattern": "^a+$" }),
            json!("secret"),
            "the text is not of the form `^a+$`",
            "der Text hat nicht die Form `^a+$`",
            "tekst nie ma postaci `^a+$`",
        ),
        (
            json!({ "type": ["string", "null"] }),
            json!(7),
            "integer `7`, expected a string or null",
            "Zahl `7` statt eines Textes oder null",
            "liczba `7` zamiast tekstu lub null",
        ),
    ] {
        let refusals = refused(&schema, &value);
        let [refusal] = refusals.as_slice() else { panic!("{refusals:?}") };
        for (language, expected) in [("en", english), ("de", german), ("pl", polish)] {
            let said =
                Locale::parse(language).unwrap().render(&crate::locale::msg::format_list(refusal.reason.clone()));
            assert_eq!(said, expected, "{schema}");
        }
    }
}

#[test]
fn of_several_forms_the_one_that_was_meant_is_told_of() {
    let tagged = |tag: &str, field: &str| {
        json!({
            "type": "object", "required": ["kind"], "additionalProperties": false,
            "properties": { "kind": { "type": "string", "const": tag }, field: { "type": "integer" } },
        })
    };
    let tagged = json!({ "oneOf": [tagged("daily", "hour"), tagged("hourly", "minute")] });
    let named = |name: &str| {
        json!({
            "type": "object", "required": [name], "additionalProperties": false,
            "properties": { name: { "type": "object", "properties": { "a": { "minimum": 1 }, "b": { "minimum": 1 } } } },
        })
    };
    let named = json!({ "oneOf": [{ "type": "string", "enum": ["Never"] }, named("After"), named("Before")] });
    let words = json!({ "oneOf": [{ "type": "string", "const": "get" }, { "type": "string", "const": "head" }] });
    let either = json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    for (schema, value, told) in [
        (&tagged, json!({ "kind": "daily", "hour": "x" }), vec!["x.hour: a string, expected a whole number"]),
        (&tagged, json!({ "kind": "weekly" }), vec!["x.kind: this is not allowed; allowed are `daily` or `hourly`"]),
        (&tagged, json!({}), vec!["x.kind: missing field `kind`"]),
        (&tagged, json!("daily"), vec!["x: a string, expected an object"]),
        (
            &named,
            json!({ "After": { "a": 0, "b": 0 } }),
            vec![
                "x.After.a: integer `0` is too small; allowed is 1 or more",
                "x.After.b: integer `0` is too small; allowed is 1 or more",
            ],
        ),
        (&named, json!("never"), vec!["x: “never” is not allowed; allowed are `Never`"]),
        (&named, json!(7), vec!["x: integer `7`, expected a string or an object"]),
        (&words, json!("heat"), vec!["x: “heat” is not allowed; allowed are `get` or `head`"]),
        (&either, json!(["a", 1]), vec!["x[1]: integer `1`, expected a string"]),
        (&either, json!(null), vec!["x: null, expected a string or a list"]),
    ] {
        let refusals: Vec<_> = refused(schema, &value).iter().map(ToString::to_string).collect();
        assert_eq!(refusals, told, "{value}");
    }
    let nearest = refused(&words, &json!("heat")).remove(0);
    assert_eq!(
        (nearest.allowed, nearest.nearest.as_deref()),
        (vec!["get".to_owned(), "head".to_owned()], Some("head"))
    );
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Limits {
    #[schemars(range(min = 1, max = 10))]
    days: u32,
    #[schemars(length(min = 1))]
    targets: Vec<Target>,
    mode: Option<Mode>,
    rule: Option<Rule>,
    total: u32,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Target {
    #[schemars(regex(pattern = "^https://"))]
    url: String,
    #[serde(default)]
    method: Option<Mode>,
}

/// Its words have sentences of their own.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// As fast as can be.
    Fast,
    /// With patience.
    Slow,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Rule {
    Every {
        #[schemars(range(min = 1))]
        every: u32,
    },
    Named(String),
}

fn told(config: &Value) -> Vec<String> {
    let form = Form::new(&schema_for!(Limits)).unwrap();
    let checked = form.check(config, || typed::<Limits>(config).map(drop));
    checked.err().into_iter().flat_map(Refusal::each).map(|refusal| refusal.to_string()).collect()
}

#[test]
fn what_the_schema_and_the_reader_refuse_is_told_once() {
    let wrong = json!({
        "days": 11, "dasy": 1, "mode": "fats", "total": 99_999_999_999_u64, "rule": { "every": 0 },
        "targets": [{ "url": 7 }, { "url": "http://a", "method": "zzz" }, {}],
    });
    assert_eq!(
        told(&wrong),
        [
            "days: integer `11` is not allowed, expected a whole number from 1 to 10",
            "rule.every: integer `0` is too small; allowed is 1 or more",
            "targets[0].url: integer `7`, expected a string",
            "targets[1].url: the text is not of the form `^https://`",
            "targets[2].url: missing field `url`",
            "dasy: unknown field `dasy`, expected `days`, `targets`, `mode`, `rule` or `total`",
            "mode: “fats” is not allowed; allowed are `fast` or `slow`",
            "targets[1].method: “zzz” is not allowed; allowed are `fast` or `slow`",
            "total: integer `99999999999` is not allowed, expected a whole number from 0 to 4294967295",
        ]
    );
    assert_eq!(told(&json!({ "days": 1, "targets": [{ "url": "https://a" }], "rule": "daily" })), [] as [&str; 0]);
    assert_eq!(
        told(&json!({ "days": 1, "targets": [] })),
        ["targets: the list is too short: its length is 0, allowed is 1 or more"]
    );
}

#[test]
fn there_is_an_end_to_what_is_told() {
    let many = json!((0..1000).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(refused(&json!({ "items": { "type": "integer" } }), &many).len(), 20);
    let many: Value = (0..1000).map(|n| (n.to_string(), json!(n))).collect();
    assert_eq!(Form::new(&schema_for!(())).unwrap().mistakes(&many).len(), 20);
}

/// So that a large value is not written out once for each schema that is held against it: with this one, the stack
/// would not even do for once.
#[test]
fn what_no_list_of_words_is_for_is_not_written_out() {
    let deep = (0..200_000).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    let config = Value::Object([("x".to_owned(), deep)].into_iter().collect());
    let checked = form(&json!({ "anyOf": [{ "enum": [1, { "a": 1 }, [2]] }, { "const": "a" }, {}] }));
    assert_eq!(checked.check(&config, || Ok(())), Ok(()));
    // Its end would be as deep as it is.
    std::mem::forget(config);
}

#[test]
fn a_task_without_settings_takes_an_object_with_nothing_in_it() {
    let form = Form::new(&schema_for!(())).unwrap();
    assert_eq!(form.check(&json!({}), || Ok(())), Ok(()));
    let refusal = form.check(&json!({ "days": 1 }), || typed::<()>(&json!({ "days": 1 }))).unwrap_err();
    assert_eq!(refusal.to_string(), "days: unknown field `days`");
}

#[test]
fn what_cannot_be_checked_is_refused() {
    for (schema, part) in [
        (json_schema!({ "items": { "pattern": "(?=a)b" } }), "(?=a)b"),
        (json_schema!({ "patternProperties": { "[": {} } }), "`[`"),
        (json_schema!({ "anyOf": [{ "$ref": "#/$defs/nowhere" }] }), "#/$defs/nowhere"),
        (json_schema!({ "$ref": "https://example.com/schema.json" }), "https://example.com/schema.json"),
        (json_schema!({ "unevaluatedItems": false }), "unevaluatedItems"),
        (json_schema!({ "items": [{}] }), "[{}]"),
    ] {
        let problem = Form::new(&schema).unwrap_err().to_string();
        assert!(problem.contains(part), "{problem}");
    }
    // What stands in an example is no schema.
    assert!(Form::new(&json_schema!({ "default": { "$ref": "nowhere" }, "const": { "pattern": "(" } })).is_ok());
}

#[test]
fn a_schema_that_leads_to_itself_accepts_nothing() {
    let form = Form::new(&json_schema!({ "$ref": "#" })).unwrap();
    assert_eq!(
        form.check(&json!({}), || Ok(())).unwrap_err().reason.to_string(),
        "this is nested too deeply to be read"
    );
    for schema in endless() {
        assert!(Form::new(&schema).unwrap().check(&endless_value(), || Ok(())).is_err());
    }
}

/// Schemas that lead to themselves, each on another way.
fn endless() -> Vec<Schema> {
    vec![
        json_schema!({ "$ref": "#" }),
        json_schema!({ "not": { "$ref": "#" } }),
        json_schema!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }], "unevaluatedProperties": false }),
        json_schema!({ "anyOf": [{ "oneOf": [{ "$ref": "#" }] }] }),
        json_schema!({ "if": { "$ref": "#" }, "then": true }),
        json_schema!({ "dependentSchemas": { "a": { "$ref": "#" } } }),
        json_schema!({ "properties": { "b": {} }, "unevaluatedProperties": { "$ref": "#" } }),
        json_schema!({ "additionalProperties": { "$ref": "#" } }),
        json_schema!({ "unevaluatedProperties": { "not": { "items": { "$ref": "#" } } }, "anyOf": [{ "$ref": "#" }] }),
    ]
}

/// As deep as the deepest of those goes.
fn endless_value() -> Value {
    (0..300).fold(json!({}), |inner, _| Value::Object([("a".to_owned(), inner)].into_iter().collect()))
}

/// A thread has 2 MiB, and is not at its beginning when it comes to settings.
#[test]
fn half_the_stack_of_a_thread_does_for_the_deepest() {
    let checked =
        || endless().iter().all(|schema| Form::new(schema).unwrap().check(&endless_value(), || Ok(())).is_err());
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(checked).unwrap();
    assert!(thread.join().unwrap());
}

#[test]
fn what_is_too_much_to_be_checked_is_not_called_too_deep() {
    let form = form(&json!({ "anyOf": [{ "items": { "type": "integer" } }, { "items": { "type": "string" } }] }));
    let many = json!({ "x": vec![0; 1_000_001] });
    for (language, sentence) in [
        ("en", "there is too much of this to be checked to its end"),
        ("de", "das ist zu viel, um es bis zum Ende zu prüfen"),
        ("pl", "tego jest za dużo, by sprawdzić to do końca"),
    ] {
        let refusal = form.check(&many, || Ok(())).unwrap_err();
        let said = Locale::parse(language).unwrap().render(&crate::locale::msg::format_list(refusal.reason));
        assert_eq!((refusal.path.as_str(), said.as_str()), ("", sentence));
    }
}

#[test]
fn settings_that_nest_deeply_are_looked_at_to_their_end() {
    let list = json_schema!({ "anyOf": [{ "type": "array", "items": { "$ref": "#" } }, { "type": "string" }] });
    let form = Form::new(&list).unwrap();
    let nested = |innermost: Value| (0..60).fold(innermost, |inner, _| json!([inner]));
    assert_eq!(form.check(&nested(json!("a")), || Ok(())), Ok(()));
    let path = form.check(&nested(json!(7)), || Ok(())).unwrap_err().path;
    assert_eq!(path, "[0]".repeat(60));
}
