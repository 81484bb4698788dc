//! Programs of two versions on one database, as while a deploy is under way.

use downbeat::model::Status;
use downbeat::repository::RunRequest;
use downbeat::task::Registry;
use downbeat::task::prelude::*;

use crate::support::{Gate, Pulsing, World, at, history, pulse, quick, task};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Shared = "shared" { schedule: HOURLY });
task!(Gone = "gone" { schedule: HOURLY });
task!(Fresh = "fresh" { schedule: HOURLY });

#[tokio::test]
async fn an_old_and_a_new_program_side_by_side_each_leave_what_they_do_not_know_and_share_the_rest() {
    let world = World::new().await;
    let gate = Gate::closed();
    let old = world.app(Registry::builder().cron(Shared(quick())).cron(Gone(gate.script()))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&old);
    gate.somebody().await;
    let new = world.app(Registry::builder().cron(Shared(quick())).cron(Fresh(quick()))).await;
    gate.open(1);
    running.end().await;
    assert_eq!(history(&new, "gone").await[0].status, Status::Completed, "what the old one ran, it still finishes");

    world.set("14:00:00");
    let report = pulse(&old).await;
    assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed), ["shared"], "not what is retired by now");
    let by_hand = RunRequest { task: "fresh".to_owned(), ..RunRequest::default() };
    let by_hand = old.runner().enqueue(&by_hand).await.unwrap().unwrap();
    assert!(pulse(&old).await.results.is_empty(), "that, it leaves to others");
    let report = pulse(&new).await;
    assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed), ["fresh"]);
    let fresh = history(&new, "fresh").await;
    assert!(fresh.iter().any(|e| e.id == by_hand.id) && fresh.iter().any(|e| e.scheduled_for == at("14:00:00")));
    assert!(fresh.iter().all(|e| e.status == Status::Completed), "{fresh:?}");
    assert_eq!((history(&new, "shared").await.len(), history(&new, "gone").await.len()), (2, 1));
}

#[tokio::test]
async fn a_slot_that_an_older_program_has_moved_on_is_not_decided_again_and_the_next_one_is() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Shared(quick()))).await;
    world.set("13:00:00");
    // It ran the slot, and knows nothing of when the next one is due.
    let moved_on = "update cron_tasks set next_execution_at = '2026-03-02T14:00:00Z'";
    world.client().await.batch_execute(moved_on).await.unwrap();
    assert!(pulse(&app).await.results.is_empty());
    world.set("13:30:00");
    assert!(pulse(&app).await.results.is_empty());
    world.set("14:00:00");
    pulse(&app).await;
    let told: Vec<_> = history(&app, "shared").await.iter().map(|e| (e.scheduled_for, e.status)).collect();
    assert_eq!(told, [(at("14:00:00"), Status::Completed)]);
    let task = app.repository().cron_task("shared").await.unwrap().unwrap();
    assert_eq!((task.next_execution_at, task.due_at), (Some(at("15:00:00")), Some(at("15:00:00"))));
}
