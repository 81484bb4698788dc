//! `types`: the words of the system, what they mean, and what findings are made of.

use axum::body::Body;
use axum::http::{Request, header};
use downbeat::http::{Trusted, router};
use downbeat::locale::Locale;
use downbeat::model::{ErrorKind, Reason, Status, WaitReason};
use downbeat::task::Registry;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::World;

/// What `/api/types` answers in a language.
pub(crate) async fn types(world: &World, language: &str) -> Value {
    let api = router(world.app(Registry::builder()).await);
    let request = Request::get("/api/types")
        .header(header::ACCEPT_LANGUAGE, language)
        .extension(Trusted { actor: "anna".to_owned() });
    let answer = api.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    serde_json::from_slice::<Value>(&bytes).unwrap()["data"].take()
}

fn words<'a>(types: &'a Value, name: &str) -> &'a Vec<Value> {
    types["enums"][name].as_array().unwrap_or_else(|| panic!("there is no {name}"))
}

#[tokio::test]
async fn every_word_has_its_label_and_those_that_say_why_a_sentence_in_each_language() {
    let world = World::new().await;
    let mut told = Vec::new();
    for locale in Locale::all() {
        let types = types(&world, locale.tag()).await;
        for (name, words) in types["enums"].as_object().unwrap() {
            for word in words.as_array().unwrap() {
                assert_eq!(word["label"], json!(label(locale, &word["key"])), "{name}");
            }
        }
        for (name, count) in [
            ("status", Status::ALL.len()),
            ("error_kind", ErrorKind::ALL.len()),
            ("skipped_reason", Reason::ALL.len()),
            ("wait_reason", WaitReason::ALL.len()),
        ] {
            let sentences: Vec<_> =
                words(&types, name).iter().filter_map(|word| word["description"].as_str()).collect();
            assert_eq!(sentences.len(), count, "{name} in {locale:?}");
            told.extend(sentences.into_iter().map(str::to_owned));
        }
    }
    // Where a language had no text, English would stand in, and be told twice.
    let all = told.len();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), all);
}

#[tokio::test]
async fn labels_are_of_the_language_that_is_asked_for() {
    let world = World::new().await;
    for (language, label) in [("en", "Low"), ("de", "Niedrig"), ("pl", "Niski")] {
        let types = types(&world, language).await;
        let low = words(&types, "priority").iter().find(|word| word["value"] == "LOW").expect("a priority");
        assert_eq!((&low["key"], &low["label"]), (&json!("tasks.priority.low"), &json!(label)));
    }
}

/// The label as the language's folder has it.
fn label(locale: Locale, key: &Value) -> String {
    let id = key.as_str().unwrap().replace(['.', '_'], "-");
    locale.lookup(&id).unwrap_or_else(|| panic!("{id} has no text in {locale:?}"))
}

#[tokio::test]
async fn no_sentence_is_about_a_word_that_is_gone() {
    let world = World::new().await;
    let types = types(&world, "en").await;
    let words = types["enums"].as_object().unwrap().values().flat_map(|words| words.as_array().unwrap());
    let described = words.filter(|word| word["description"].is_string()).count();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/locales/en/tasks.ftl");
    let source = std::fs::read_to_string(folder).unwrap();
    let written = source.lines().filter(|line| line.split(' ').next().unwrap().ends_with("-about")).count();
    assert_eq!(described, written);
}

#[tokio::test]
async fn reasons_tell_whose_name_follows_them() {
    let world = World::new().await;
    let types = types(&world, "en").await;
    let named: Vec<_> = words(&types, "skipped_reason")
        .iter()
        .filter_map(|word| Some((&word["value"], word["parameter"].as_str()?)))
        .collect();
    assert_eq!(named, [(&json!("dependency_failed"), "task"), (&json!("concurrency_limit"), "tag")]);
}
