//! What follows a failed attempt.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use downbeat::config::Config;
use downbeat::model::{ErrorKind, Execution, Status, Trigger};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};

use crate::support::{Gate, Script, World, at, history, pulse, runs_of, script, task};

const MINUTELY: Schedule = Schedule::Cron("* * * * *");
const ONE_RETRY: RetryPolicy = RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT };

task!(Flaky = "flaky" { schedule: Schedule::Cron("0 * * * *"), retry: RetryPolicy { retries: Some(2), ..RetryPolicy::DEFAULT } });
task!(Hasty = "hasty" { schedule: MINUTELY, timeout: Some(Duration::from_millis(50)), retry: ONE_RETRY });
// Has time: the panic hook may print a backtrace first, which keeps the thread for a while.
task!(Explosive = "explosive" { schedule: MINUTELY, retry: ONE_RETRY });

/// Fails so many times, then completes.
fn fails(times: usize) -> (Script, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let work = script(move |_| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        async move { if run < times { Err(TaskError::execution("flaky", "not yet")) } else { Ok(Value::Null) } }
    });
    (work, runs)
}

fn told(executions: &[Execution]) -> Vec<(i32, Status, Trigger)> {
    executions.iter().map(|e| (e.attempt, e.status, e.triggered_by)).collect()
}

#[tokio::test]
async fn a_failed_attempt_is_followed_by_another_of_the_same_slot_as_a_row_of_its_own() {
    let world = World::new().await;
    let (work, runs) = fails(1);
    let app = world.app(Registry::builder().cron(Flaky(work))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let executions = history(&app, "flaky").await;
    assert_eq!(told(&executions), [(1, Status::Failed, Trigger::Schedule), (2, Status::Pending, Trigger::Retry)]);
    assert!(executions[1].available_at <= at("13:00:05"), "the first wait is at most five seconds");
    assert_eq!(executions[1].parent_execution_id, Some(executions[0].id));

    world.clock.set(executions[1].available_at);
    pulse(&app).await;
    let executions = history(&app, "flaky").await;
    assert_eq!(told(&executions)[1], (2, Status::Completed, Trigger::Retry));
    assert!(executions.iter().all(|e| e.scheduled_for == at("13:00:00")));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    let task = app.repository().cron_task("flaky").await.unwrap().unwrap();
    assert_eq!((task.consecutive_failures, task.error_count, task.success_count), (0, 1, 1));
    assert_eq!(task.last_execution_error, None);
}

#[tokio::test]
async fn attempts_end_when_they_are_used_up() {
    let world = World::new().await;
    let (work, runs) = fails(usize::MAX);
    let app = world.test_app(Registry::builder().cron(Flaky(work))).await;
    app.advance_to(at("13:59:00")).await;
    assert_eq!(runs.load(Ordering::SeqCst), 3, "one attempt and two retries");
    let flaky = app.expect("flaky").await.failed(3);
    let error = flaky.executions()[2].error.as_ref().unwrap();
    assert_eq!((error.kind, error.code.as_str(), error.message.as_str()), (ErrorKind::Execution, "flaky", "not yet"));
    flaky.nothing_else();
    assert_eq!(app.task("flaky").await.consecutive_failures, 3);
}

#[tokio::test]
async fn a_task_over_its_time_is_told_then_dropped_and_recorded_as_timed_out() {
    let world = World::new().await;
    let told_to_stop = Arc::new(AtomicUsize::new(0));
    let count = told_to_stop.clone();
    let work = script(move |cx| {
        let count = count.clone();
        async move {
            cx.cancelled().cancelled().await;
            count.fetch_add(1, Ordering::SeqCst);
            // And yet it stays.
            std::future::pending().await
        }
    });
    let app = world.app(Registry::builder().cron(Hasty(work))).await;
    world.set("12:01:00");
    pulse(&app).await;
    let executions = history(&app, "hasty").await;
    assert_eq!(told(&executions), [(1, Status::Timeout, Trigger::Schedule), (2, Status::Pending, Trigger::Retry)]);
    assert_eq!(executions[0].error.as_ref().unwrap().kind, ErrorKind::Timeout);
    assert_eq!(told_to_stop.load(Ordering::SeqCst), 1);
    assert!(app.runner().running_tasks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_panic_ends_one_attempt_and_nothing_else() {
    let world = World::new().await;
    let work = script(|_| async move { panic!("boom at {}", 7) });
    let (fine, runs) = fails(0);
    let app = world.app(Registry::builder().cron(Explosive(work)).cron(Flaky(fine))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let error = runs_of(&app, "explosive").await[0].error.clone().unwrap();
    assert_eq!(
        (error.kind, error.code.as_str(), error.message.as_str()),
        (ErrorKind::Execution, "panic", "panicked: boom at 7")
    );
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_report_that_cannot_be_stored_harms_nobody() {
    let world = World::new().await;
    // jsonb refuses NUL in texts; a report of 100 MB nobody wants.
    let poison = script(async |_| Ok(json!({ "nul": "a\u{0}b" })));
    let huge = script(async |_| Ok(json!("x".repeat(100 << 20))));
    let app = world.app(Registry::builder().cron(Hasty(poison)).cron(Flaky(huge))).await;
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(runs_of(&app, "hasty").await[0].result, Some(json!({ "nul": "a\u{fffd}b" })));
    let huge = &history(&app, "flaky").await[0];
    assert_eq!(
        (huge.status, huge.result.as_ref().map(|result| result["truncated"].clone())),
        (Status::Completed, Some(json!(true)))
    );
}

#[tokio::test]
async fn a_pulse_whose_budget_is_spent_hands_its_work_on_without_costing_an_attempt() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Flaky(gate.script()))).await;
    world.set("13:00:00");
    let request = downbeat::runner::PulseRequest { budget: Some(Duration::from_secs(1)), ..Default::default() };
    let report = crate::support::pulse_with(&app, request).await;
    assert!(report.budget_spent);
    let executions = history(&app, "flaky").await;
    assert_eq!(told(&executions), [(1, Status::Cancelled, Trigger::Schedule), (2, Status::Pending, Trigger::Retry)]);
    assert_eq!(executions[0].error.as_ref().unwrap().code, "interrupted");
    assert_eq!(executions[1].max_attempts, executions[0].max_attempts + 1);
    gate.open(1);
    pulse(&app).await;
    assert_eq!(history(&app, "flaky").await[1].status, Status::Completed);
}

/// Wants a limit, and undoes what it did when it has failed for good.
struct Careful(Arc<AtomicUsize>);

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct CarefulConfig {
    limit: u32,
}

impl CronTask for Careful {
    type Config = CarefulConfig;
    type Report = ();

    const DEFINITION: CronTaskDefinition =
        CronTaskDefinition { schedule: MINUTELY, retry: ONE_RETRY, ..CronTaskDefinition::new("careful") };

    async fn validate(&self, config: &CarefulConfig) -> Result<(), Refusal> {
        if config.limit > 10 { Err(Refusal::new("limit", "at most 10")) } else { Ok(()) }
    }

    async fn execute(&self, _: TaskContext<CarefulConfig>) -> TaskResult<()> {
        Err(TaskError::execution("no", "no"))
    }

    async fn rollback(&self, _: TaskContext<CarefulConfig>, why: &TaskError) -> TaskResult<()> {
        assert_eq!(why.code(), "no");
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn what_failed_for_good_is_rolled_back_once() {
    let world = World::new().await;
    let rollbacks = Arc::new(AtomicUsize::new(0));
    let app = world.app(Registry::builder().cron(Careful(rollbacks.clone()))).await;
    world.set("12:01:00");
    pulse(&app).await;
    assert_eq!(rollbacks.load(Ordering::SeqCst), 0, "another attempt follows");
    world.set("12:01:30");
    pulse(&app).await;
    assert_eq!(rollbacks.load(Ordering::SeqCst), 1);
}

/// Fails, and does not come to an end of undoing it.
struct Lasting;

impl CronTask for Lasting {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: MINUTELY,
        retry: RetryPolicy { retries: Some(0), ..RetryPolicy::DEFAULT },
        timeout: Some(Duration::from_millis(50)),
        ..CronTaskDefinition::new("lasting")
    };

    async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> {
        Err(TaskError::execution("no", "no"))
    }

    async fn rollback(&self, _: TaskContext<()>, _: &TaskError) -> TaskResult<()> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn undoing_takes_no_longer_than_the_task_may() {
    const LESS_THAN_ANY_UNDOING_MAY: Duration = Duration::from_secs(20);
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Lasting)).await;
    world.set("12:01:00");
    tokio::time::timeout(LESS_THAN_ANY_UNDOING_MAY, pulse(&app)).await.expect("the task's timeout ends it");
    let executions = history(&app, "lasting").await;
    let undone = executions[0].rollback.as_ref().unwrap();
    assert_eq!((executions[0].status, undone.status), (Status::Failed, Status::Timeout));
}

#[tokio::test]
async fn refused_settings_are_a_configuration_error_and_never_tried_again() {
    let world = World::new().await;
    let rollbacks = Arc::new(AtomicUsize::new(0));
    let app = world.app(Registry::builder().cron(Careful(rollbacks.clone()))).await;
    let client = world.client().await;
    for config in [json!({ "limit": 11 }), json!({ "limit": "many" }), json!({ "unknown": 1 })] {
        client.execute("update cron_tasks set config = $1", &[&config]).await.unwrap();
        world.clock.advance(Duration::from_secs(60));
        pulse(&app).await;
    }
    let executions = history(&app, "careful").await;
    assert_eq!(executions.len(), 3);
    for execution in &executions {
        let error = execution.error.as_ref().unwrap();
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Configuration, "config_refused"));
    }
    assert_eq!(executions[0].error.as_ref().unwrap().message, "limit: at most 10");
    let told = &executions[1].error.as_ref().unwrap().message;
    assert!(told.starts_with("limit: ") && told.contains(", expected "), "{told}");
    assert_eq!(rollbacks.load(Ordering::SeqCst), 0, "nothing was done, so nothing is undone");
}

/// Of a service that is not there.
#[derive(Debug)]
struct Away(std::io::Error);

impl std::fmt::Display for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the service is away")
    }
}

impl std::error::Error for Away {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn away() -> Result<Value, Away> {
    Err(Away(std::io::Error::other("connection refused")))
}

#[tokio::test]
async fn the_author_says_which_errors_are_tried_again_and_their_causes_are_kept() {
    let world = World::new().await;
    let (transient, fatal) = (script(async |_| away().transient()), script(async |_| away().fatal()));
    let app = world.app(Registry::builder().cron(Flaky(transient)).cron(Explosive(fatal))).await;
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(
        told(&history(&app, "flaky").await),
        [(1, Status::Failed, Trigger::Schedule), (2, Status::Pending, Trigger::Retry)]
    );
    let for_good = runs_of(&app, "explosive").await;
    assert_eq!(told(&for_good), [(1, Status::Failed, Trigger::Schedule)], "it had an attempt left");
    let error = for_good[0].error.as_ref().unwrap();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Execution, "the service is away"));
    assert_eq!(error.chain, ["connection refused"]);
}

#[tokio::test]
async fn a_task_that_asks_for_a_later_retry_gets_it_at_that_instant() {
    let world = World::new().await;
    let busy = script(async |_| Err(TaskError::execution("busy", "busy").retry_after(Duration::from_secs(40 * 60))));
    let app = world.app(Registry::builder().cron(Flaky(busy))).await;
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "flaky").await[1].available_at, at("13:40:00"));
    world.set("13:39:59");
    assert!(pulse(&app).await.results.is_empty());
    world.set("13:40:00");
    pulse(&app).await;
    assert_eq!(history(&app, "flaky").await[1].status, Status::Failed);
}

task!(Plain = "plain" { schedule: MINUTELY });

#[tokio::test]
async fn what_a_definition_leaves_open_is_as_the_process_is_configured() {
    let world = World::new().await;
    let config = Config { default_retries: 7, default_timeout: Duration::from_secs(9), ..world.config.clone() };
    let failing = script(async |_| Err(TaskError::execution("no", "no")));
    let app = world.app_with(config, Registry::builder().cron(Plain(failing)).cron(Flaky(fails(0).0))).await;
    let task = async |name| app.repository().cron_task(name).await.unwrap().unwrap();
    let (plain, flaky) = (task("plain").await, task("flaky").await);
    assert_eq!((plain.retries, plain.timeout, flaky.retries, flaky.timeout), (7, 9_000, 2, 9_000));
    world.set("12:01:00");
    pulse(&app).await;
    assert_eq!(history(&app, "plain").await[1].max_attempts, 8);
}
