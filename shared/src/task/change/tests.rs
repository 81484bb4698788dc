use serde_json::json;

use super::*;

fn definition() -> Value {
    json!({
        "name": "keep-tidy", "schedule": "0 3 * * *", "schedule_function": null, "timezone": "UTC", "enabled": true,
        "timeout": 60_000, "retries": 3, "priority": "MEDIUM", "config": { "keep": 30, "deep": { "a": 1, "b": 2 } },
        "not_before": null, "not_after": null,
    })
}

fn good(overrides: Value, request: Value) -> Value {
    let (changed, errors) = changed_overrides(&definition(), &overrides, &request);
    assert_eq!(errors, [], "{request}");
    changed
}

fn wrong(request: Value) -> Vec<(String, String)> {
    let (_, errors) = changed_overrides(&definition(), &json!({}), &request);
    errors.iter().map(|error| (error.path.clone(), error.message().to_string())).collect()
}

#[test]
fn what_is_asked_for_is_laid_over_what_was_set_name_by_name() {
    let set = json!({ "timeout": 5000, "config": { "keep": 7 }, "environments": { "serverless": { "retries": 1 } } });
    let request = json!({
        "priority": "high", "config": { "deep": { "a": 9 } },
        "environments": { "serverless": { "timeout": 100 }, "development": { "config": { "keep": 1 } } },
    });
    assert_eq!(
        good(set, request),
        json!({
            "timeout": 5000, "priority": "HIGH", "config": { "keep": 7, "deep": { "a": 9 } },
            "environments": {
                "serverless": { "retries": 1, "timeout": 100 }, "development": { "config": { "keep": 1 } },
            },
        })
    );
}

#[test]
fn null_takes_back_what_it_names_and_leaves_no_empty_rest() {
    let set = json!({
        "timeout": 5000, "enabled": false, "config": { "keep": 7, "deep": {} },
        "environments": { "serverless": { "retries": 1, "config": { "keep": 1 } }, "production": { "retries": 0 } },
    });
    for (request, left) in [
        (json!({ "timeout": null }), "/timeout"),
        (json!({ "config": null }), "/config"),
        (json!({ "config": { "keep": null, "deep": null } }), "/config"),
        (json!({ "environments": null }), "/environments"),
        (json!({ "environments": { "production": null } }), "/environments/production"),
        (json!({ "environments": { "production": { "retries": null } } }), "/environments/production"),
        (
            json!({ "environments": { "serverless": { "config": { "keep": null } } } }),
            "/environments/serverless/config",
        ),
    ] {
        let changed = good(set.clone(), request.clone());
        assert_eq!((changed.pointer(left), set.pointer(left).is_some()), (None, true), "{request}: {changed}");
    }
}

#[test]
fn every_mistake_is_told_with_its_path_and_what_is_allowed() {
    let request = json!({
        "enabled": "yes", "schedule": "0 25 * * *", "timezone": "Europe/Berln", "timeout": 0, "retries": 1001,
        "priority": "urgent", "prioritty": 1, "not_before": "tomorrow", "config": [1], "overlap_limit": 0,
        "environments": { "serverles": {}, "production": { "timeout": -1, "priority": "LOW", "config": 3 } },
    });
    let told: BTreeMap<_, _> = wrong(request).into_iter().collect();
    for (path, part) in [
        ("enabled", "true or false"),
        ("schedule", "25"),
        ("timezone", "“Europe/Berlin”"),
        ("timeout", "between 1 and 2073600000"),
        ("retries", "between 0 and 1000"),
        ("priority", "CRITICAL, HIGH, MEDIUM, LOW or BACKGROUND"),
        ("prioritty", "“priority”"),
        ("not_before", "2027-03-28T00:00:00Z"),
        ("config", "JSON object"),
        ("overlap_limit", "between 1 and 10000"),
        ("environments.serverles", "“serverless”"),
        ("environments.production.timeout", "between 1"),
        ("environments.production.priority", "timeout, retries and config"),
        ("environments.production.config", "JSON object"),
    ] {
        assert!(told.get(path).is_some_and(|message| message.contains(part)), "{path}: {:?}", told.get(path));
    }
    assert_eq!(told.len(), 14, "{told:?}");
    for (request, part) in [(json!(null), "nothing"), (json!({}), "nothing"), (json!([1]), "JSON object")] {
        assert!(wrong(request.clone())[0].1.contains(part), "{request}");
    }
}

#[test]
fn a_schedule_that_never_comes_or_stands_beside_a_function_is_refused() {
    assert_eq!(wrong(json!({ "schedule": "0 0 31 2 *" }))[0].0, "schedule");
    let asked = json!({ "schedule_function": "weekdays" });
    let (_, errors) = changed_overrides(&asked, &json!({}), &json!({ "schedule": "@daily" }));
    assert!(errors[0].message().to_string().contains("weekdays"), "{errors:?}");
    assert_eq!(
        changed_overrides(&asked, &json!({ "schedule": "@daily" }), &json!({ "schedule": null })),
        (json!({}), vec![])
    );
    let by_hand = json!({ "schedule": null, "schedule_function": null });
    assert_eq!(changed_overrides(&by_hand, &json!({}), &json!({ "schedule": "@daily" })).1, []);
}

#[test]
fn bounds_are_stored_in_utc_and_do_not_run_backwards() {
    let first = good(json!({}), json!({ "not_before": "2027-03-28T02:00:00+02:00" }));
    assert_eq!(first, json!({ "not_before": "2027-03-28T00:00:00Z" }));
    let (_, errors) = changed_overrides(&definition(), &first, &json!({ "not_after": "2027-03-27T00:00:00Z" }));
    assert_eq!(errors.iter().map(|error| error.path.as_str()).collect::<Vec<_>>(), ["not_after"]);
}

#[test]
fn the_difference_tells_what_is_in_force_of_what_was_changed() {
    let old = json!({ "timeout": 5000, "config": { "keep": 7 } });
    let new = json!({
        "timeout": 5000, "schedule": "15 * * * *", "config": { "deep": { "a": 9 } },
        "environments": { "serverless": { "timeout": 100, "config": { "keep": 1 } } },
    });
    assert_eq!(
        difference(&definition(), &old, &new),
        (
            json!({
                "schedule": "0 3 * * *", "config": { "keep": 7, "deep": { "a": 1, "b": 2 } },
                "environments": { "serverless": { "timeout": 5000, "config": { "keep": 7 } } },
            }),
            json!({
                "schedule": "15 * * * *", "config": { "keep": 30, "deep": { "a": 9 } },
                "environments": { "serverless": { "timeout": 100, "config": { "keep": 1 } } },
            })
        )
    );
    assert_eq!(difference(&definition(), &new, &new), (json!({}), json!({})));
}

#[test]
fn settings_of_an_environment_lie_over_those_of_all() {
    let set = json!({ "config": { "keep": 7 }, "environments": {
        "serverless": { "config": { "deep": 0 } }, "production": { "retries": 1 },
    } });
    assert_eq!(
        configs_in_force(&definition(), &set),
        [
            ("config".to_owned(), json!({ "keep": 7, "deep": { "a": 1, "b": 2 } })),
            ("environments.serverless.config".to_owned(), json!({ "keep": 7, "deep": 0 })),
        ]
    );
}
