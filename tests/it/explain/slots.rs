//! Which slots there are, and what is told of those without a row.

use downbeat::model::SlotVerdict;
use downbeat::task::Registry;
use serde_json::Value;

use super::{
    Asked, ByHand, Hourly, Later, Local, Over, Spread, Thin, answered, codes, explain, explain_at, run_by_hand, said,
    told, write,
};
use crate::support::{World, at, pulse, quick};

#[tokio::test]
async fn a_task_without_a_schedule_is_never_due_and_says_what_it_did_by_hand() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(ByHand(quick()))).await;
    world.set("12:30:00");
    let answer = explain(&app, "by-hand").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NotDue, None));
    assert_eq!(codes(&answer), ["by_hand_only"]);
    assert_eq!(said(&answer, "by_hand_only"), "The task has no schedule; it runs only by hand.");

    run_by_hand(&app, "by-hand").await;
    let waiting = explain(&app, "by-hand").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["by_hand", "waits", "no_runner", "by_hand_only"]);
    world.set("12:32:00");
    pulse(&app).await;
    let ran = explain(&app, "by-hand").await;
    assert_eq!((ran.verdict, ran.slot), (SlotVerdict::RanLate, Some(at("12:30:00"))));
    assert_eq!(codes(&ran), ["by_hand", "completed", "late", "no_runner", "by_hand_only"]);
}

#[tokio::test]
async fn a_run_by_hand_is_told_beside_the_slot() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:15:00");
    run_by_hand(&app, "hourly").await;
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    let told = "It was asked for by hand at 2026-03-02 13:15:00 UTC; that run came to: Completed.";
    assert_eq!(said(&answer, "run_by_hand_since"), told);
}

#[tokio::test]
async fn a_spread_start_says_by_how_much_before_and_after_it_is_due() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Spread(quick()))).await;
    let due = app.repository().cron_task("spread").await.unwrap().unwrap().due_at.unwrap();
    assert!(due > at("13:00:10"), "else this says nothing");
    world.set("13:00:01");
    let early = explain(&app, "spread").await;
    assert_eq!((early.verdict, early.slot), (SlotVerdict::NotDue, Some(at("13:00:00"))));
    assert_eq!(codes(&early)[..2], ["yet_to_come", "starts_spread"]);
    world.clock.set(due);
    pulse(&app).await;
    let ran = explain(&app, "spread").await;
    assert_eq!((ran.verdict, codes(&ran)), (SlotVerdict::Ran, vec!["completed", "starts_spread", "next_slot"]));
}

#[tokio::test]
async fn outside_its_time_a_task_has_no_slots_and_says_so() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Over(quick())).cron(Later(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("14:10:00");
    let over = explain(&app, "over").await;
    assert_eq!((over.verdict, over.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    assert_eq!(codes(&over), ["completed", "not_after", "no_next_slot"]);
    let later = explain(&app, "later").await;
    assert_eq!((later.verdict, later.slot), (SlotVerdict::NotDue, None));
    assert_eq!(codes(&later), ["no_slot_yet", "not_before", "next_slot"]);
    let ahead = explain_at(&app, "later", "15:10:00").await;
    assert_eq!((ahead.verdict, ahead.slot), (SlotVerdict::NotDue, Some(at("15:00:00"))));
    assert_eq!(said(&ahead, "yet_to_come"), "It is due only at 2026-03-02 15:00:00 UTC.");
}

#[tokio::test]
async fn before_its_first_slot_a_task_says_that_none_has_come() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:30:00");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NotDue, None), "12:00 came before it was known");
    assert_eq!(codes(&answer), ["no_slot_yet", "next_slot"]);
}

#[tokio::test]
async fn a_schedule_function_that_said_no_is_named() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Asked(quick()))).await;
    write(
        &world,
        "insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config)
        select gen_random_uuid(), id, name, '2026-03-02T12:00:00Z', 'COMPLETED', now(), now(), '{}' from cron_tasks",
    )
    .await;
    world.set("12:01:00");
    pulse(&app).await;
    let answer = explain(&app, "asked").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NotDue, Some(at("12:01:00"))));
    assert_eq!(said(&answer, "function_said_no"), "The function never said no, or was not asked.");
}

#[tokio::test]
async fn what_no_row_is_left_of_says_why() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Thin(quick())).cron(Hourly(quick()))).await;
    for minute in 1..=4 {
        world.set(&format!("12:0{minute}:00"));
        pulse(&app).await;
    }
    let thinned = explain_at(&app, "thin", "12:02:30").await;
    assert_eq!((thinned.verdict, thinned.slot), (SlotVerdict::NotRecorded, Some(at("12:02:00"))));
    assert_eq!(codes(&thinned)[..2], ["no_row", "thinned"]);
    for hour in [13, 14] {
        world.set(&format!("{hour}:00:00"));
        pulse(&app).await;
    }
    write(&world, "delete from cron_task_executions where scheduled_for = '2026-03-02T13:00:00Z'").await;
    let pruned = explain_at(&app, "hourly", "13:30:00").await;
    assert_eq!((pruned.verdict, pruned.slot), (SlotVerdict::NotRecorded, Some(at("13:00:00"))));
    assert_eq!(codes(&pruned), ["no_row", "history_begins", "next_slot"]);
}

#[tokio::test]
async fn instants_are_told_in_the_zone_of_the_task_and_sentences_in_the_language_of_the_caller() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Local(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let path = "/api/tasks/cron/local/explain";
    let next = async |language| said(&told(&app, path, language).await, "next_slot").to_owned();
    assert_eq!(next("en").await, "The next slot is 2026-03-02 15:00:00 CET.");
    assert_eq!(next("de").await, "Der nächste Termin ist 2026-03-02 15:00:00 CET.");
    assert_eq!(next("pl").await, "Następny termin to 2026-03-02 15:00:00 CET.");
    let answer = told(&app, path, "de").await;
    assert_eq!((answer.timezone.as_str(), answer.at), ("Europe/Berlin", at("13:00:00")));
}

#[tokio::test]
async fn an_unknown_task_and_a_moment_that_is_none_are_refused() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (status, answer) = answered(&app, "/api/tasks/cron/hourli/explain", "en").await;
    assert_eq!((status, &answer["error"]["code"]), (404, &Value::from("task_not_found")));
    let (status, _) = answered(&app, "/api/tasks/cron/hourly/explain?at=yesterday", "en").await;
    assert_eq!(status, 400);
}
