//! What is computed without a database: `just bench-micro`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement without its means can only stop")]

use chrono::{DateTime, TimeDelta, Utc};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use downbeat::http;
use downbeat::locale::Locale;
use downbeat::model::{CatchUp, Execution};
use downbeat::runner::measured::{Attempt, Due};
use downbeat::task::{CronExpr, Zone};
use serde_json::Value;
use uuid::Uuid;

fn main() {
    divan::main();
}

const EXPRESSIONS: [&str; 7] =
    ["* * * * *", "*/5 * * * *", "0 3 * * *", "0 9 * * MON-FRI", "30 2 1 * *", "0 0 29 2 *", "*/10 * * * * *"];
const ZONES: [&str; 2] = ["UTC", "Europe/Berlin"];

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

/// An hour before the clocks of Berlin are put forward.
fn before() -> DateTime<Utc> {
    "2026-03-29T00:00:00Z".parse().unwrap()
}

/// A thousand slots, one after the other.
#[divan::bench(args = EXPRESSIONS, consts = [0, 1])]
fn next_slot<const ZONE: usize>(bencher: Bencher<'_, '_>, expression: &str) {
    const SLOTS: usize = 1_000;
    let (expression, zone) = (CronExpr::parse(expression).unwrap(), zone(ZONES[ZONE]));
    // Seldom ones end before the calendar does.
    let slots = |from| {
        let next = |at: &DateTime<Utc>| expression.next_after(*at, zone).or(Some(from));
        std::iter::successors(Some(from), next).take(SLOTS).last()
    };
    bencher.counter(ItemsCount::new(SLOTS)).bench_local(|| slots(black_box(before())));
}

/// Where catching up begins, a year after the last slot that ran.
#[divan::bench(args = EXPRESSIONS)]
fn newest_slot(bencher: Bencher<'_, '_>, expression: &str) {
    let (expression, zone) = (CronExpr::parse(expression).unwrap(), zone("Europe/Berlin"));
    let (at, not_before) = (before(), before() - TimeDelta::days(365));
    bencher.bench_local(|| expression.newest_at_or_before(black_box(at), not_before, zone));
}

#[divan::bench]
fn a_schedule_that_never_comes(bencher: Bencher<'_, '_>) {
    let (never, zone) = (CronExpr::parse("0 0 30 2 *").unwrap(), zone("Europe/Berlin"));
    bencher.bench_local(|| never.next_after(black_box(before()), zone));
}

#[divan::bench(args = EXPRESSIONS)]
fn parse(expression: &str) -> CronExpr {
    CronExpr::parse(black_box(expression)).unwrap()
}

#[divan::bench(args = ["en", "de", "pl"])]
fn explain(bencher: Bencher<'_, '_>, language: &str) {
    let (locale, expression) = (Locale::parse(language).unwrap(), CronExpr::parse("0 9 * * MON-FRI").unwrap());
    bencher.bench_local(|| locale.render(&expression.explain().message()));
}

/// The one the description shows.
fn execution() -> Execution {
    let document = http::document();
    let example = &document["paths"]["/api/executions/{id}"]["get"]["responses"]["200"]["content"]["application/json"];
    let example = example["example"].as_object().or(example["examples"][0].as_object()).unwrap();
    serde_json::from_value(Value::Object(example.clone())["data"].clone()).unwrap()
}

#[divan::bench]
fn an_execution_as_json(bencher: Bencher<'_, '_>) {
    let execution = execution();
    bencher.bench_local(|| serde_json::to_string(black_box(&execution)).unwrap());
}

#[divan::bench]
fn an_execution_from_json(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&execution()).unwrap();
    bencher.bench_local(|| serde_json::from_str::<Execution>(black_box(&text)).unwrap());
}

#[divan::bench]
fn the_description_of_the_api() -> Value {
    http::document()
}

/// A slot that is decided in time, and an hour of slots of which the newest runs and the others are recorded as passed.
#[divan::bench(args = [1, 60])]
fn plan(bencher: Bencher<'_, '_>, slots: usize) {
    let due = Due::since(before(), "* * * * *", "Europe/Berlin", CatchUp::Latest);
    let now = before() + TimeDelta::minutes(slots as i64 - 1);
    assert_eq!(due.decide(now), Some(slots));
    bencher.bench_local(|| due.decide(black_box(now)));
}

/// What is recorded of an attempt that completed, and of one that took too long and is tried again.
#[divan::bench(args = [true, false])]
fn outcome(bencher: Bencher<'_, '_>, completes: bool) {
    let attempt = Attempt::first(Uuid::from_u128(7));
    assert_eq!(attempt.end(completes), !completes);
    bencher.bench_local(|| attempt.end(black_box(completes)));
}
