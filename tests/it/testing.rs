//! What authors of tasks test with, tested.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use downbeat::model::{Reason, Status, Trigger};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use downbeat::testing::{Attempt, TestApp};
use serde_json::{Value, json};

use crate::support::{Gate, Script, World, at, empty_database, quick, script, task};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Minutely = "minutely" { schedule: Schedule::Cron("* * * * *") });
task!(Import = "import" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Report = "report" { schedule: HOURLY, dependencies: &["import"] });
task!(ByHand = "by-hand" {});

/// Fails so many times, then completes.
fn fails(times: usize) -> Script {
    let runs = Arc::new(AtomicUsize::new(0));
    script(move |_| {
        let fails = runs.fetch_add(1, Ordering::SeqCst) < times;
        async move { if fails { Err(TaskError::execution("not_yet", "not yet")) } else { Ok(json!({ "rows": 7 })) } }
    })
}

/// What a panic said.
fn said(panic: Box<dyn std::any::Any + Send>) -> String {
    panic.downcast_ref::<String>().cloned().expect("a panic with a message")
}

#[tokio::test]
async fn an_empty_database_is_all_it_needs() {
    let database = empty_database().await;
    let app = TestApp::new(database.url(), Registry::builder().cron(Minutely(quick())), at("12:00:00")).await;
    app.advance(2 * MINUTE).await;
    app.expect("minutely").await.completed(2).nothing_else();
}

#[tokio::test]
async fn time_stops_at_each_slot_and_goes_on_to_the_end() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Minutely(quick())).cron(Import(quick()))).await;
    app.advance_to(at("13:30:30")).await;
    assert_eq!(app.now(), at("13:30:30"));
    app.expect("minutely").await.completed(90).nothing_else();
    app.expect("import").await.completed(1).nothing_else();
    for execution in app.executions("minutely").await {
        assert_eq!((execution.started_at, execution.missed_slots), (Some(execution.scheduled_for), 0));
    }
    assert_eq!(app.task("minutely").await.next_execution_at, Some(at("13:31:00")));
    app.advance(30 * Duration::from_secs(1)).await;
    app.expect("minutely").await.completed(91);
}

#[tokio::test]
async fn time_stops_at_each_retry_and_a_child_waits_for_it() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Import(fails(1))).cron(Report(quick()))).await;
    app.advance(HOUR).await;
    app.expect("import").await.failed(1).pending(1).nothing_else();
    app.expect("report").await.pending(1).nothing_else();
    app.advance(MINUTE).await;
    let import = app.expect("import").await.failed(1).completed(1);
    let retry = &import.executions()[1];
    assert_eq!((retry.triggered_by, retry.started_at), (Trigger::Retry, Some(retry.available_at)));
    let report = app.execution_of("report", at("13:00:00")).await;
    assert_eq!((report.status, report.started_at), (Status::Completed, retry.started_at));
}

#[tokio::test]
async fn time_stops_where_a_pause_ends() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Import(fails(1)))).await;
    app.advance(HOUR).await;
    let pause = "update cron_tasks set paused_at = $1, paused_until = $2";
    world.client().await.execute(pause, &[&app.now(), &at("15:30:00")]).await.unwrap();
    app.advance_to(at("17:00:00")).await;
    app.expect("import").await.failed(1).skipped(Reason::Paused, 2).completed(3).nothing_else();
    let retry = app.execution_of("import", at("13:00:00")).await;
    assert_eq!((retry.attempt, retry.started_at), (2, Some(at("15:30:00"))));
}

#[tokio::test]
async fn where_nothing_is_due_time_just_passes() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(ByHand(quick()))).await;
    app.advance(365 * DAY).await;
    app.expect("by-hand").await.nothing_else();
    assert_eq!(app.now(), at("12:00:00") + chrono::TimeDelta::days(365));
}

#[tokio::test]
async fn what_waits_for_something_that_never_comes_does_not_hold_time_up() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Import(fails(1))).cron(Report(quick()))).await;
    app.advance(HOUR).await;
    // The retry waits for the end of a pause that has none, and the child for the retry.
    world
        .client()
        .await
        .execute("update cron_tasks set paused_at = $1 where name = 'import'", &[&app.now()])
        .await
        .unwrap();
    app.advance(2 * DAY).await;
    app.expect("import").await.failed(1).pending(1).skipped(Reason::Paused, 48).nothing_else();
    let report = app.execution_of("report", at("13:00:00")).await;
    assert_eq!(report.status, Status::Pending);
}

#[tokio::test]
async fn a_task_that_does_not_end_fails_the_test_by_name() {
    let world = World::new().await;
    let gate = Gate::closed();
    let blocks = script(|_| async {
        std::thread::sleep(Duration::from_secs(2));
        Ok(Value::Null)
    });
    let app = world.test_app(Registry::builder().cron(Minutely(blocks)).cron(Import(gate.script()))).await;
    let app = app.with_patience(Duration::from_millis(300));
    let begun = Instant::now();
    let panic = tokio::spawn(async move { app.advance(HOUR).await }).await.unwrap_err().into_panic();
    assert_eq!(said(panic), "at 2026-03-02 12:01:00 UTC this still runs after 300ms of real time: minutely");
    assert!(begun.elapsed() < Duration::from_secs(2), "nobody waits for it");
}

#[tokio::test]
async fn what_others_hold_is_waited_for_and_fails_the_test_if_they_keep_it() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Minutely(quick()))).await.with_patience(HOUR);
    let mut client = world.client().await;
    let hold = async |client: &mut tokio_postgres::Client| {
        client.batch_execute("begin; select from cron_tasks for update").await.unwrap();
    };
    hold(&mut client).await;
    tokio::join!(app.advance(MINUTE), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.batch_execute("rollback").await.unwrap();
    });
    assert_eq!(app.execution_of("minutely", at("12:01:00")).await.started_at, Some(at("12:01:00")));

    hold(&mut client).await;
    let app = app.with_patience(Duration::from_millis(300));
    let panic = tokio::spawn(async move { app.advance(MINUTE).await }).await.unwrap_err().into_panic();
    assert_eq!(said(panic), "at 2026-03-02 12:02:00 UTC somebody else holds what is due, for 300ms of real time");
}

#[tokio::test]
async fn a_runner_that_others_took_for_dead_fails_the_test() {
    let world = World::new().await;
    let client = Arc::new(world.client().await);
    let buries = script(move |_| {
        let client = client.clone();
        async move {
            client.execute("update task_runners set ended_at = heartbeat_at, end_reason = 'lost'", &[]).await?;
            Ok(Value::Null)
        }
    });
    let app = world.test_app(Registry::builder().cron(Minutely(buries))).await;
    let panic = tokio::spawn(async move { app.advance(365 * DAY).await }).await.unwrap_err().into_panic();
    let said = said(panic);
    assert!(said.contains("this runner was lost: does somebody else work on the same database"), "{said}");
}

#[tokio::test]
async fn a_task_can_be_run_at_once_with_other_settings() {
    let world = World::new().await;
    let echo = script(async |cx| Ok((*cx.config).clone()));
    let app = world.test_app(Registry::builder().cron(ByHand(echo)).cron(Import(fails(1)))).await;
    assert_eq!(app.run_now_with("by-hand", json!({ "limit": 3 })).await.result, Some(json!({ "limit": 3 })));
    let failed = app.run_now("import").await;
    assert_eq!((failed.status, failed.triggered_by), (Status::Failed, Trigger::Manual));
    app.advance(MINUTE).await;
    let retry = app.execution_of("import", failed.scheduled_for).await;
    assert_eq!((retry.attempt, retry.result), (2, Some(json!({ "rows": 7 }))));
}

#[tokio::test]
async fn what_was_not_expected_is_told_with_all_there_is() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Import(fails(1)))).await;
    app.advance_to(at("14:00:00")).await;
    let import = app.expect("import").await;
    let panic = catch_unwind(AssertUnwindSafe(|| import.clone().failed(1).completed(3))).unwrap_err();
    assert_eq!(
        said(panic),
        "import: expected 3 COMPLETED, and there are 2
there was: 2 COMPLETED, 1 FAILED
  2026-03-02T13:00:00Z  attempt 1 of 2  FAILED  EXECUTION not_yet: not yet
  2026-03-02T13:00:00Z  attempt 2 of 2  COMPLETED
  2026-03-02T14:00:00Z  attempt 1 of 2  COMPLETED
"
    );
    let panic = catch_unwind(AssertUnwindSafe(|| import.clone().completed(2).nothing_else())).unwrap_err();
    assert!(
        said(panic).starts_with("import: expected 2 executions and nothing else\nthere was: 2 COMPLETED, 1 FAILED")
    );
    let panic = catch_unwind(AssertUnwindSafe(|| import.skipped(Reason::Missed, 1))).unwrap_err();
    assert!(said(panic).starts_with("import: expected 1 SKIPPED (missed), and there are 0\n"));
}

#[tokio::test]
async fn of_very_many_executions_the_first_and_the_last_are_listed() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Minutely(quick()))).await;
    app.advance(2 * HOUR).await;
    let told = app.expect("minutely").await.to_string();
    let lines: Vec<_> = told.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[31]), (62, "there was: 120 COMPLETED", "  … 60 more …"));
    assert!(lines[1].contains("T12:01:00Z") && lines[30].contains("T12:30:00Z"));
    assert!(lines[32].contains("T13:31:00Z") && lines[61].contains("T14:00:00Z"));
}

#[tokio::test]
async fn a_name_that_is_misspelt_is_no_task_without_executions() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder().cron(Import(quick()))).await;
    let panic = tokio::spawn(async move { app.expect("imprt").await.nothing_else() }).await.unwrap_err().into_panic();
    assert_eq!(said(panic), "there is no cron task imprt");
}

task!(Resumes = "resumes" { retry: RetryPolicy { retries: Some(2), ..RetryPolicy::DEFAULT } });

#[tokio::test]
async fn one_attempt_is_told_what_the_test_wants_and_what_it_keeps_is_handed_back() {
    let world = World::new().await;
    let app = world.test_app(Registry::builder()).await;
    let resumes = Resumes(script(async |cx| {
        let done = cx.last_checkpoint::<u64>()?.unwrap_or(0) + 10;
        cx.progress(done, 40, "going on");
        cx.checkpoint(&done).await?;
        let facts = json!([cx.scheduled_for(), cx.attempt(), cx.is_last_attempt(), cx.missed_slots()]);
        if done < 40 { Ok(facts) } else { Err(TaskError::execution("enough", "enough")) }
    }));
    let repository = app.app().repository();

    let first = Attempt::of(&resumes).run(repository).await;
    assert_eq!(first.report.unwrap(), json!([at("12:00:00"), 1, false, 0]));
    assert_eq!(first.checkpoint, Some(json!(10)));
    let progress = first.progress.unwrap();
    assert_eq!((progress.done, progress.total, progress.at), (10, Some(40), at("12:00:00")));

    let next = Attempt::of(&resumes).at(at("09:30:00")).attempt(3).missed_slots(4).checkpoint(&20);
    let next = next.run(repository).await;
    assert_eq!(next.report.unwrap(), json!([at("09:30:00"), 3, true, 4]), "the third of three");
    assert_eq!(next.checkpoint, Some(json!(30)));

    let last = Attempt::of(&resumes).last().checkpoint(&30).run(repository).await;
    assert_eq!(last.report.unwrap_err().code(), "enough");
    assert_eq!(last.checkpoint, Some(json!(40)), "what a failed attempt kept, the next one gets");
}
