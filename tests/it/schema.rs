//! Whatever a task's JSON Schema says of its settings holds: what is accepted and refused is held against another
//! implementation of the standard.

use std::sync::Arc;

use downbeat::task::{CronTaskDefinition, ErasedCronTask, Refusal, Registry, TaskContext, TaskError, TaskResult};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

/// A task that has no opinion besides its schema.
struct Published(Schema);

static DEFINITION: CronTaskDefinition = CronTaskDefinition::new("published");

impl ErasedCronTask for Published {
    fn definition(&self) -> &'static CronTaskDefinition {
        &DEFINITION
    }

    fn config_schema(&self) -> Schema {
        self.0.clone()
    }

    fn report_schema(&self) -> Schema {
        json_schema!(true)
    }

    fn default_config(&self) -> Value {
        json!({})
    }

    fn validate<'a>(&'a self, _: &'a Value) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async { Ok(()) })
    }

    fn execute<'a>(&'a self, _: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        Box::pin(async { Ok(Value::Null) })
    }

    fn rollback<'a>(&'a self, _: TaskContext<Value>, _: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// What a task with that schema refuses of these settings.
fn refused(schema: &Value, config: &Value) -> Vec<Refusal> {
    let task = Published(Schema::try_from(schema.clone()).unwrap());
    let registry = Registry::builder().erased(Arc::new(task)).build().unwrap_or_else(|errors| panic!("{errors}"));
    let checked = registry.cron_task("published").unwrap().validate(config).now_or_never().unwrap();
    checked.err().into_iter().flat_map(Refusal::each).collect()
}

fn value() -> impl Strategy<Value = Value> {
    let simple = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..6i64).prop_map(Value::from),
        select(vec![-0.5, 0.5, 1.0, 1.5, 2.5]).prop_map(Value::from),
        select(vec!["", "a", "b", "c", "ab", "ba", "aab", "ą"]).prop_map(Value::from),
    ];
    simple.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(select(vec!["a", "b", "c"]), inner, 0..4).prop_map(object),
        ]
    })
}

fn object<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.into(), value)).collect::<Map<_, _>>())
}

type Keyword = (&'static str, Value);

fn keyword() -> impl Strategy<Value = Keyword> {
    let kinds = || select(vec!["null", "boolean", "integer", "number", "string", "array", "object"]);
    let names = || proptest::sample::subsequence(vec!["a", "b", "c"], 0..3).prop_map(|names| json!(names));
    let bound = || prop_oneof![(-2..4i64).prop_map(Value::from), Just(json!(1.5))];
    prop_oneof![
        kinds().prop_map(|kind| ("type", json!(kind))),
        vec(kinds(), 1..4).prop_map(|mut kinds| {
            kinds.sort_unstable();
            kinds.dedup();
            ("type", json!(kinds))
        }),
        vec(value(), 1..4).prop_map(|words| ("enum", json!(words))),
        value().prop_map(|word| ("const", word)),
        (select(vec!["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), bound()),
        select(vec![json!(1), json!(2), json!(0.5)]).prop_map(|step| ("multipleOf", step)),
        (
            select(vec!["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]),
            (0..3u32).prop_map(Value::from)
        ),
        (select(vec!["minContains", "maxContains"]), (0..3u32).prop_map(Value::from)),
        select(vec!["^a", "b$", "^[ab]*$", "^.$"]).prop_map(|pattern| ("pattern", json!(pattern))),
        any::<bool>().prop_map(|unique| ("uniqueItems", json!(unique))),
        names().prop_map(|names| ("required", names)),
        (select(vec!["a", "b"]), names()).prop_map(|(name, names)| ("dependentRequired", json!({ name: names }))),
        Just(("additionalProperties", json!(false))),
        Just(("unevaluatedProperties", json!(false))),
        Just(("items", json!(false))),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    let simple = prop_oneof![4 => vec(keyword(), 0..3).prop_map(object), 1 => any::<bool>().prop_map(Value::from)];
    simple.prop_recursive(3, 24, 3, |inner| {
        let one = select(vec![
            "items",
            "contains",
            "not",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "if",
            "then",
            "else",
        ]);
        let one = (one, inner.clone());
        let list = select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]);
        let list = (list, vec(inner.clone(), 1..3).prop_map(Value::from));
        let named = select(vec!["properties", "dependentSchemas", "patternProperties"]);
        let named = (named, btree_map(select(vec!["a", "b", "c"]), inner, 1..3).prop_map(object));
        let reference = Just(("$ref", json!("#/$defs/shared")));
        vec(prop_oneof![4 => keyword(), 2 => one, 2 => list, 2 => named, 1 => reference], 1..4).prop_map(object)
    })
}

#[test]
fn a_mistake_by_name_and_by_pattern_is_told_once() {
    let schema = json!({ "properties": { "b": false }, "patternProperties": { "b": false } });
    let refused = refused(&schema, &json!({ "b": null }));
    assert_eq!(refused.iter().map(|refusal| refusal.path.as_str()).collect::<Vec<_>>(), ["b"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_is_accepted_is_what_the_standard_accepts(
        schema in schema(), shared in vec(keyword(), 0..2).prop_map(object), values in vec(value(), 4),
    ) {
        let whole = json!({ "properties": { "x": schema }, "$defs": { "shared": shared } });
        let standard = jsonschema::validator_for(&whole).unwrap();
        for value in values {
            let config = json!({ "x": value });
            let refused = refused(&whole, &config);
            prop_assert_eq!(refused.is_empty(), standard.is_valid(&config), "{} by {}: {:?}", config, whole, refused);
            prop_assert!(refused.iter().all(|refusal| refusal.path.starts_with('x')), "{:?}", refused);
            let told: Vec<_> = refused.iter().map(|refusal| (&refusal.path, refusal.reason.to_string())).collect();
            let twice = told.iter().enumerate().any(|(n, one)| told[..n].contains(one));
            prop_assert!(!twice && told.len() <= 20, "{:?}", told);
        }
    }
}
