//! What ran, in time, late, or not at all, because nobody was there.

use std::time::Duration;

use downbeat::model::{SlotVerdict, Status};
use downbeat::runner::PulseRequest;
use downbeat::task::Registry;

use super::{EveryFive, Hourly, Slow, codes, explain, explain_at, runner, said, write};
use crate::support::{Worker, World, at, history, pulse, pulse_with, quick, until};

#[tokio::test]
async fn what_ran_in_time_says_when_and_where_and_what_comes_next() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:01");
    pulse(&app).await;
    world.set("13:10:00");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    assert_eq!(codes(&answer), ["completed", "next_slot"]);
    let completed = format!("It started at 2026-03-02 13:00:01 UTC on {} and completed after 0 ms.", runner(&app));
    assert_eq!(said(&answer, "completed"), completed);
    assert_eq!(said(&answer, "next_slot"), "The next slot is 2026-03-02 14:00:00 UTC.");
    assert_eq!(answer.next_slot, Some(at("14:00:00")));
    assert_eq!(answer.findings[0].facts["attempt"], 1);
}

#[tokio::test]
async fn what_ran_late_says_that_no_runner_lived_meanwhile() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let early = Worker::start(&app).await;
    world.set("12:30:00");
    early.stop().await;
    world.set("13:20:00");
    let late = Worker::start(&app).await;
    until(async || history(&app, "hourly").await.first().is_some_and(|e| e.status == Status::Completed)).await;
    late.stop().await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&answer), ["completed", "late", "no_runner", "next_slot"]);
    assert_eq!(said(&answer, "late"), "It started 20 min after it was due at 2026-03-02 13:00:00 UTC.");
    let gap = "No runner lived from 2026-03-02 12:30:00 UTC to 2026-03-02 13:20:00 UTC.";
    assert_eq!(said(&answer, "no_runner"), gap);
}

#[tokio::test]
async fn what_ran_late_says_that_the_pulse_came_only_then() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:59:00");
    pulse(&app).await;
    world.set("13:02:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&answer), ["completed", "late", "no_pulse", "next_slot"]);
    let gap = "After the pulse of 2026-03-02 12:59:00 UTC, the next came only at 2026-03-02 13:02:00 UTC.";
    assert_eq!(said(&answer, "no_pulse"), gap);
}

#[tokio::test]
async fn what_caught_up_says_how_many_slots_and_they_say_which_one_ran_instead() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(quick()))).await;
    world.set("12:31:00");
    pulse(&app).await;
    let answer = explain(&app, "every-five").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::RanLate, Some(at("12:30:00"))));
    assert_eq!(said(&answer, "stands_for"), "It caught up 5 slots that passed while nothing ran.");
    let passed = explain_at(&app, "every-five", "12:12:00").await;
    assert_eq!((passed.verdict, passed.slot), (SlotVerdict::Skipped, Some(at("12:10:00"))));
    assert_eq!(codes(&passed), ["skipped_at", "no_runner", "stood_for", "next_slot"]);
    assert_eq!(said(&passed, "stood_for"), "The slot of 2026-03-02 12:30:00 UTC ran in its place.");
    assert_eq!(said(&passed, "no_runner"), "No runner lived until 2026-03-02 12:31:00 UTC.");
}

#[tokio::test]
async fn a_slot_that_shares_a_row_with_others_is_explained_by_it() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Slow(quick()))).await;
    world.set("12:01:00");
    pulse(&app).await;
    world.clock.set("2026-03-03T14:30:00Z".parse().unwrap());
    pulse(&app).await;
    let rows = "select count(*)::integer, sum(1 + case when status = 'SKIPPED' then missed_slots else 0 end)::integer
                from cron_task_executions";
    let row = world.client().await.query_one(rows, &[]).await.unwrap();
    let slots = 24 * 60 + 2 * 60 + 30;
    assert_eq!((row.get::<_, i32>(0), row.get::<_, i32>(1)), (2 + 1440 + 1, slots), "each slot is in some row, once");

    let answer = explain_at(&app, "slow", "12:05:00").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Skipped, Some(at("12:05:00"))));
    assert_eq!(codes(&answer)[..3], ["together", "no_pulse", "stood_for"]);
    assert_eq!(
        said(&answer, "together"),
        "It was recorded together with others, in one row with the slot of 2026-03-02 14:29:00 UTC."
    );
    // The row's own slot is explained by it as any other.
    assert_eq!(codes(&explain_at(&app, "slow", "14:29:00").await)[..3], ["skipped_at", "no_pulse", "stood_for"]);
}

#[tokio::test]
async fn a_missed_slot_says_what_is_caught_up() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    write(&world, "update cron_tasks set catch_up_window = 60000").await;
    world.set("13:20:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Skipped);
    assert_eq!(codes(&answer), ["skipped_at", "no_runner", "missed", "next_slot"]);
    assert!(
        said(&answer, "missed").ends_with("The newest one runs, at most 1 min old."),
        "{}",
        said(&answer, "missed")
    );
}

#[tokio::test]
async fn what_nobody_decided_says_since_when_nobody_is_there() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:20:00");
    let never = explain(&app, "hourly").await;
    assert_eq!((never.verdict, never.slot), (SlotVerdict::NobodyDecided, Some(at("13:00:00"))));
    assert_eq!(codes(&never), ["undecided", "no_runner", "decided_next"]);
    assert_eq!(said(&never, "no_runner"), "No runner has been there.");
    let due = "It has been due since 2026-03-02 13:00:00 UTC, and nobody has decided it.";
    assert_eq!(said(&never, "undecided"), due);

    pulse(&app).await;
    world.set("14:20:00");
    let pulses = explain(&app, "hourly").await;
    assert_eq!(said(&pulses, "no_pulse"), "The last pulse came at 2026-03-02 13:20:00 UTC, and none since.");

    let worker = Worker::start(&app).await;
    until(async || history(&app, "hourly").await.len() > 1).await;
    worker.stop().await;
    world.set("15:20:00");
    let workers = explain(&app, "hourly").await;
    assert_eq!(said(&workers, "no_runner"), "No runner has lived since 2026-03-02 14:20:00 UTC.");
}

#[tokio::test]
async fn what_no_living_runner_takes_names_them() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:30:00");
    let worker = Worker::start(&app).await;
    // As if the worker that lives knew nothing of it.
    write(&world, "update cron_tasks set next_execution_at = '2026-03-02T12:15:00Z', schedule = '15 * * * *'").await;
    world.set("12:30:01");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NobodyDecided, Some(at("12:15:00"))));
    assert!(said(&answer, "not_taken").contains(runner(&app)));
    worker.stop().await;
}

#[tokio::test]
async fn what_a_pulse_had_no_time_for_says_so_while_it_waits_and_afterwards() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse_with(&app, PulseRequest { budget: Some(Duration::ZERO), ..PulseRequest::default() }).await;
    let waiting = explain(&app, "hourly").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["waits", "budget_spent", "next_slot"]);
    let why = "The pulse that looked at it at 2026-03-02 13:00:00 UTC had too little time left and queued it.";
    assert_eq!(said(&waiting, "budget_spent"), why);
    world.set("13:01:00");
    pulse(&app).await;
    let ran = explain(&app, "hourly").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran), ["completed", "late", "budget_spent", "next_slot"]);
}
