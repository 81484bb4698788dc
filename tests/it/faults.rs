//! Faults that were once in the engine: what meets in an unlucky order, and what the database refuses for a while.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::repository::RunRequest;
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_postgres::types::{ToSql, Type};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{
    Gate, Pulsing, Worker, World, at, connect, ghost_takes_the_lock, history, pulse, quick, script, task, until,
    until_waiting,
};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });
task!(Other = "other" { schedule: Schedule::Cron("0 * * * *"), priority: Priority::Critical });
task!(Manual = "manual" { schedule: Schedule::Manual });
task!(Stubborn = "stubborn" {
    schedule: Schedule::Cron("0 * * * *"),
    retry: RetryPolicy { retries: Some(u32::MAX), ..RetryPolicy::DEFAULT }
});

async fn within(seconds: u64, work: impl Future<Output = ()>) -> bool {
    tokio::time::timeout(Duration::from_secs(seconds), work).await.is_ok()
}

#[tokio::test]
async fn a_claim_that_meets_the_burial_of_its_runner_claims_nothing() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Hourly(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    let worker = Worker::start(&one).await;
    let mut burial = world.client().await;
    let burial = burial.transaction().await.unwrap();
    // What a burial does with the row, in its own words; it has not committed yet.
    burial.execute("update task_runners set ended_at = $1, end_reason = 'lost'", &[&at("12:59:59")]).await.unwrap();
    world.set("13:00:00");
    let client = world.client().await;
    until_waiting(&client, 1).await;
    burial.commit().await.unwrap();
    let ran = within(1, gate.somebody()).await;
    let second = Pulsing::begin(&other);
    let ran_twice = within(2, gate.somebody()).await && ran;
    let most = gate.most_inside();
    gate.open(10);
    second.end().await;
    worker.stop.cancel();
    assert!(!ran_twice && most < 2, "a buried runner ran it (ran: {ran}), and at most {most} at the same time");
}

#[tokio::test]
async fn a_result_is_recorded_after_the_database_was_read_only_for_a_moment() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let _worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let client = world.client().await;
    let name: String = client.query_one("select current_database()::text", &[]).await.unwrap().get(0);
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let set = format!("alter database \"{name}\" set default_transaction_read_only = on");
    client.batch_execute(&set).await.unwrap();
    client.query(cut, &[]).await.unwrap();
    gate.open(10);
    // No connection is older than the refusal, so the first to say how it ended was refused.
    let tried = "select from pg_stat_activity
        where datname = current_database() and query like '-- Records how executions ended%'";
    until(async || !client.query(tried, &[]).await.unwrap().is_empty()).await;
    client.batch_execute(&format!("alter database \"{name}\" reset default_transaction_read_only")).await.unwrap();
    client.query(cut, &[]).await.unwrap();
    // Not through the app's own connections: what was cut off says so to whoever asks first.
    let count = "select count(*) from cron_task_executions where status = 'COMPLETED'";
    let completed = async || client.query_one(count, &[]).await.unwrap().get::<_, i64>(0);
    until(async || completed().await == 1).await;
    world.set("14:00:00");
    until(async || completed().await == 2).await;
}

#[tokio::test]
async fn a_runner_with_neither_lock_nor_heartbeat_ends_what_it_runs_before_others_may_take_it() {
    let world = World::new().await;
    let (begun, ended) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let script = script({
        let (begun, ended) = (begun.clone(), ended.clone());
        move |cx| {
            let (begun, ended) = (begun.clone(), ended.clone());
            async move {
                begun.add_permits(1);
                cx.cancelled().cancelled().await;
                ended.add_permits(1);
                Ok(Value::Null)
            }
        }
    });
    // Its lock is free from the moment it is cut off, so two beats decide and not the lease, which no test would outlast.
    let config = Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(script))).await;
    let _worker = Worker::start(&app).await;
    world.set("13:00:00");
    assert!(within(30, async { begun.acquire().await.unwrap().forget() }).await);
    let elsewhere = connect(world.database.config().clone().dbname("postgres").clone()).await;
    let name = world.database.config().get_dbname().unwrap().to_owned();
    elsewhere.batch_execute(&format!("alter database \"{name}\" with allow_connections false")).await.unwrap();
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
    elsewhere.query(cut, &[&name]).await.unwrap();
    assert!(
        within(30, async { ended.acquire().await.unwrap().forget() }).await,
        "it goes on, and others may run it too"
    );
}

#[tokio::test]
async fn a_task_that_may_be_retried_very_often_does_not_stop_the_others() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Stubborn(quick())).cron(Hourly(quick()))).await;
    world.set("13:00:00");
    let result = app.runner().pulse(&PulseRequest::default(), &CancellationToken::new()).await;
    let error = result.err().map(|error| error.message().to_string());
    assert_eq!((error, history(&app, "hourly").await.len()), (None, 1));
}

#[tokio::test]
async fn a_due_task_that_this_program_does_not_know_starves_nobody() {
    let world = World::new().await;
    let config = Config { concurrency: 1, ..world.config.clone() };
    let old = world.app_with(config, Registry::builder().cron(Hourly(quick()))).await;
    world.app(Registry::builder().cron(Hourly(quick())).cron(Other(quick()))).await;
    world.set("13:00:00");
    for _ in 0..5 {
        pulse(&old).await;
    }
    assert_eq!(history(&old, "hourly").await.len(), 1);
}

#[tokio::test]
async fn a_lock_that_a_ghost_holds_does_not_stop_a_worker_for_ever() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(10);
    let config = Config { lease: Duration::from_secs(3), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
    let _worker = Worker::start(&app).await;
    let _ghost = ghost_takes_the_lock(&world).await;
    world.set("13:00:00");
    let ran = within(12, gate.somebody()).await;
    let states: Vec<_> =
        app.repository().runners(Duration::from_secs(9)).await.unwrap().iter().map(|runner| runner.state).collect();
    assert!(ran, "four leases later nothing was claimed; runners: {states:?}");
}

task!(Parent = "parent" { schedule: Schedule::Cron("0 * * * *") });
task!(Child = "child" { schedule: Schedule::Cron("30 * * * *"), dependencies: &["parent"] });

#[tokio::test]
async fn a_manual_run_that_was_skipped_does_not_block_children_of_the_one_that_runs() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Parent(gate.script())).cron(Child(quick()))).await;
    world.set("13:00:00");
    let _running = Pulsing::begin(&app);
    gate.somebody().await;
    world.set("13:10:00");
    let request = RunRequest { task: "parent".to_owned(), ..RunRequest::default() };
    assert_eq!(app.runner().enqueue(&request).await.unwrap().unwrap().status, Status::Skipped);
    world.set("13:30:00");
    pulse(&app).await;
    let child = &history(&app, "child").await[1];
    assert_eq!(child.status, Status::Pending, "{:?}", child.skipped_reason);
}

#[tokio::test]
async fn a_dry_run_does_not_complete_a_parent_that_failed() {
    let world = World::new().await;
    let fails = script(async |_| Err(TaskError::execution("no", "no").never_retried()));
    let app = world.app(Registry::builder().cron(Parent(fails)).cron(Child(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:10:00");
    let request = RunRequest { task: "parent".to_owned(), dry_run: true, ..RunRequest::default() };
    app.runner().execute_cron_task(&request, &CancellationToken::new()).await.unwrap();
    world.set("13:30:00");
    pulse(&app).await;
    let told: Vec<_> = history(&app, "child").await.iter().map(|e| (e.scheduled_for, e.status)).collect();
    assert_eq!(told.last().unwrap().1, Status::Blocked, "{told:?}");
}

task!(H1 = "h1" { schedule: Schedule::Manual });
task!(H2 = "h2" { schedule: Schedule::Manual });
task!(H3 = "h3" { schedule: Schedule::Manual });
task!(H4 = "h4" { schedule: Schedule::Manual });
task!(H5 = "h5" { schedule: Schedule::Manual });
task!(H6 = "h6" { schedule: Schedule::Manual });
task!(H7 = "h7" { schedule: Schedule::Manual });
task!(H8 = "h8" { schedule: Schedule::Manual });

#[tokio::test]
async fn tasks_in_long_transactions_do_not_stop_the_heart() {
    let world = World::new().await;
    let gate = Gate::closed();
    let long = || {
        let gate = gate.clone();
        script(move |cx| {
            let gate = gate.clone();
            async move {
                let transaction = cx.transaction().await?;
                gate.pass().await;
                transaction.commit().await?;
                Ok(Value::Null)
            }
        })
    };
    let tasks = Registry::builder()
        .cron(H1(long()))
        .cron(H2(long()))
        .cron(H3(long()))
        .cron(H4(long()))
        .cron(H5(long()))
        .cron(H6(long()))
        .cron(H7(long()))
        .cron(H8(long()));
    let app = world.app(tasks).await;
    let operator = world.app(Registry::builder()).await;
    world.client().await.batch_execute("update cron_tasks set retired_at = null").await.unwrap();
    for n in 1..=8 {
        let request = RunRequest { task: format!("h{n}"), ..RunRequest::default() };
        operator.runner().enqueue(&request).await.unwrap();
    }
    let _worker = Worker::start(&app).await;
    for _ in 1..=8 {
        gate.somebody().await;
    }
    let client = world.client().await;
    let beaten = "select heartbeat_at >= $1 from task_runners where kind = 'worker'";
    for time in ["12:00:05", "12:00:10"] {
        world.set(time);
        until(async || client.query_one(beaten, &[&at(time)]).await.unwrap().get(0)).await;
    }
    gate.open(8);
    until(async || history(&operator, "h1").await[0].status.is_final()).await;
    let first = &history(&operator, "h1").await[0];
    assert_eq!(first.status, Status::Completed, "{:?}", first.error);
}

#[tokio::test]
async fn a_schedule_that_was_mended_is_followed_again() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(10);
    let app = world.app(Registry::builder().cron(Hourly(gate.script())).cron(Other(quick()))).await;
    let _worker = Worker::start(&app).await;
    let client = world.client().await;
    client.batch_execute("update cron_tasks set schedule = 'nonsense' where name = 'hourly'").await.unwrap();
    world.set("13:00:00");
    // Whoever looks at the one sees the other, too.
    until(async || history(&app, "other").await.iter().any(|e| e.status == Status::Completed)).await;
    client.batch_execute("update cron_tasks set schedule = '0 * * * *'; notify downbeat").await.unwrap();
    world.set("14:00:00");
    gate.somebody().await;
}

#[tokio::test]
async fn two_claims_of_the_same_tasks_do_not_wait_in_a_circle() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick())).cron(Manual(quick()))).await;
    let client = world.client().await;
    client
        .batch_execute(
            "update cron_tasks set next_execution_at = case name when 'hourly' then timestamptz '2026-03-02 12:00Z'
               else timestamptz '2026-03-02 12:30Z' end;
             insert into task_limits values ('scarce', 5);
             update cron_tasks set tags = '{scarce}';
             insert into cron_task_executions (id, task_id, task_name, scheduled_for, attempt, status, available_at, config)
               select gen_random_uuid(), id, name, '2026-03-02 11:00Z', 2, 'PENDING',
                 case name when 'manual' then timestamptz '2026-03-02 12:10Z' else timestamptz '2026-03-02 12:20Z' end, '{}'
               from cron_tasks;
             insert into task_runners values
               ('00000000-0000-0000-0000-00000000000a', 'a', 'worker', 'x', '1', 1, 'session', 1000, 60000, 0, now(), now()),
               ('00000000-0000-0000-0000-00000000000b', 'b', 'worker', 'x', '1', 2, 'session', 1000, 60000, 0, now(), now());
             create function dawdle() returns trigger language plpgsql as
               'begin perform pg_sleep(0.4); return new; end';
             create trigger dawdle before insert on task_runner_state for each row execute function dawdle()",
        )
        .await
        .unwrap();
    let _ = app;
    let ids = |sql: &'static str| {
        let client = &client;
        async move {
            client.query(sql, &[]).await.unwrap().iter().map(|row| row.get::<_, uuid::Uuid>(0)).collect::<Vec<_>>()
        }
    };
    let tasks = ids("select id from cron_tasks order by next_execution_at").await;
    let queued = ids("select id from cron_task_executions order by available_at").await;
    const CLAIM: &str = include_str!("../../shared/src/repository/sql/claim.sql");
    let claim = async |runner: u128, slots: bool| {
        let client = world.client().await;
        let now = at("13:00:00");
        let runner = uuid::Uuid::from_u128(runner);
        let (tasks, queued) = if slots { (tasks.clone(), vec![]) } else { (vec![], queued.clone()) };
        let fresh: Vec<_> = tasks.iter().map(|_| uuid::Uuid::now_v7()).collect();
        let due: Vec<_> = [at("12:00:00"), at("12:30:00")].into_iter().take(tasks.len()).collect();
        let next: Vec<_> = due.iter().map(|_| Some(at("14:00:00"))).collect();
        let missed = vec![0_i32; tasks.len()];
        let decision = vec!["run"; tasks.len()];
        let blocked: Vec<Option<&str>> = vec![None; queued.len()];
        let none = Vec::<uuid::Uuid>::new();
        client
            .query_typed(
                CLAIM,
                &[
                    (&now, Type::TIMESTAMPTZ),
                    (&runner, Type::UUID),
                    (&"x", Type::TEXT),
                    (&"x", Type::TEXT),
                    (&true, Type::BOOL),
                    (&fresh, Type::UUID_ARRAY),
                    (&tasks, Type::UUID_ARRAY),
                    (&due, Type::TIMESTAMPTZ_ARRAY),
                    (&due, Type::TIMESTAMPTZ_ARRAY),
                    (&next, Type::TIMESTAMPTZ_ARRAY),
                    (&next, Type::TIMESTAMPTZ_ARRAY),
                    (&missed, Type::INT4_ARRAY),
                    (&decision, Type::TEXT_ARRAY),
                    (&queued, Type::UUID_ARRAY),
                    (&blocked, Type::TEXT_ARRAY),
                    (&none, Type::UUID_ARRAY),
                    (&none, Type::UUID_ARRAY),
                    (&Vec::<chrono::DateTime<chrono::Utc>>::new(), Type::TIMESTAMPTZ_ARRAY),
                    (&Vec::<String>::new(), Type::TEXT_ARRAY),
                    (&Vec::<i32>::new(), Type::INT4_ARRAY),
                    (&1000_i32, Type::INT4),
                ],
            )
            .await
            .map(|rows| rows.len())
            .map_err(|error| format!("{:?}", error.code()))
    };
    let both = tokio::join!(claim(0xa, true), claim(0xb, false));
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
}

async fn always(_: WhenContext) -> TaskResult<bool> {
    Ok(true)
}
task!(Asked = "asked" { schedule: when!(always) });

#[tokio::test]
async fn a_history_row_of_a_newer_version_leaves_no_execution_running() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Asked(quick()))).await;
    let worker = Worker::start(&app).await;
    world.set("12:01:00");
    until(async || history(&app, "asked").await.first().is_some_and(|e| e.status == Status::Completed)).await;
    let client = world.client().await;
    let newer = json!({ "kind": "QUOTA", "code": "quota", "message": "", "chain": [] });
    client.execute("update cron_task_executions set error = $1", &[&newer]).await.unwrap();
    let decided = "select next_execution_at > $1
          and not exists (select from cron_task_executions where status = 'RUNNING')
        from cron_tasks";
    for time in ["12:02:00", "12:03:00", "12:04:00"] {
        world.set(time);
        until(async || client.query_one(decided, &[&at(time)]).await.unwrap().get(0)).await;
    }
    worker.stop().await;
}

#[tokio::test]
async fn waiting_for_a_run_of_an_unknown_task_does_not_join_again_and_again() {
    let world = World::new().await;
    let old = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.app(Registry::builder().cron(Hourly(quick())).cron(Other(quick()))).await;
    let request = RunRequest { task: "other".to_owned(), ..RunRequest::default() };
    let stop = CancellationToken::new();
    let _ = tokio::time::timeout(Duration::from_secs(3), old.runner().execute_cron_task(&request, &stop)).await;
    let joined: i64 = world.client().await.query_one("select count(*) from task_runners", &[]).await.unwrap().get(0);
    assert!(joined <= 1, "{joined} instances in 3 s");
}

/// Ten tasks whose slots are due every second, each at another moment of it.
macro_rules! spread {
    ($($name:ident = $task:literal),+) => {
        $(task!($name = $task {
            schedule: Schedule::Cron("* * * * * *"), start_jitter: Duration::from_secs(1)
        });)+
        fn spread() -> downbeat::task::RegistryBuilder {
            Registry::builder()$(.cron($name(quick())))+
        }
    };
}

spread!(SpreadA = "spread-a", SpreadB = "spread-b", SpreadC = "spread-c", SpreadD = "spread-d", SpreadE = "spread-e");

#[tokio::test]
async fn a_busy_runner_beats_however_often_it_decides_that_nothing_starts() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config {
        heartbeat_interval: Duration::from_millis(300),
        lease: Duration::from_secs(3),
        ..world.config.clone()
    };
    let tasks = spread().cron(Manual(gate.script()));
    let app = downbeat::app::App::new(config, crate::support::registry(tasks)).unwrap();
    app.prepare().await.unwrap();
    let client = world.client().await;
    client.execute("update cron_tasks set paused_at = now() where name like 'spread-%'", &[]).await.unwrap();
    let worker = Worker::start(&app).await;
    let request = RunRequest { task: "manual".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.unwrap();
    gate.somebody().await;
    // Skipped several times a second, for longer than its lease.
    let skipped = "select count(*) from cron_task_executions where skipped_reason = 'paused'";
    until(async || client.query_one(skipped, &[]).await.unwrap().get::<_, i64>(0) > 25).await;
    let beaten = "select heartbeat_at > now() - interval '2 seconds' from task_runners where ended_at is null";
    assert!(client.query_one(beaten, &[]).await.unwrap().get::<_, bool>(0));
    gate.open(1);
    worker.stop().await;
    assert_eq!(history(&app, "manual").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_fence_lets_nobody_through_where_another_runner_owns_the_execution_by_now() {
    let world = World::new().await;
    let gate = Gate::closed();
    let inner = gate.clone();
    let (told, outcome) = tokio::sync::oneshot::channel();
    let told = std::sync::Arc::new(std::sync::Mutex::new(Some(told)));
    let work = script(move |cx| {
        let (gate, told) = (inner.clone(), told.clone());
        async move {
            gate.pass().await;
            let refused = cx.transaction().await.map(drop).map_err(|error| error.code().to_owned());
            if let Some(told) = told.lock().unwrap().take() {
                told.send(refused).unwrap();
            }
            Ok(Value::Null)
        }
    });
    let app = world.app(Registry::builder().cron(Hourly(work))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    // As where it is undone by somebody else under the same id.
    let client = world.client().await;
    client.execute("update task_runner_state set runner_instance_id = gen_random_uuid()", &[]).await.unwrap();
    gate.open(1);
    assert_eq!(outcome.await.unwrap(), Err("ownership_lost".to_owned()));
    running.end().await;
}

/// Runner A, and that execution of the task, which A has claimed with fencing token 2.
async fn claimed_by_a(client: &tokio_postgres::Client) {
    client
        .batch_execute(
            "insert into task_runners values
               ('00000000-0000-0000-0000-00000000000a', 'a', 'worker', 'x', '1', 1, 'session', 1000, 60000, 0,
                '2026-03-02 12:00Z', '2026-03-02 12:00Z');
             insert into cron_task_executions (
               id, task_id, task_name, scheduled_for, status, started_at, config, max_attempts, runner_instance_id,
               fencing_token
             )
               select '00000000-0000-0000-0000-0000000000e1', id, name, '2026-03-02 12:00Z', 'RUNNING',
                 '2026-03-02 12:00Z', '{}', 1, '00000000-0000-0000-0000-00000000000a', 2 from cron_tasks;
             insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
               values ('00000000-0000-0000-0000-0000000000e1', 'hourly', 'cron', now(), 'x',
                 '00000000-0000-0000-0000-00000000000a')",
        )
        .await
        .unwrap();
}

/// How many A hands back of that execution and another, where this was the newest token before.
async fn hand_back(world: &World, client: &tokio_postgres::Client, newest: i64) -> usize {
    const HAND_BACK: &str = include_str!("../../shared/src/repository/sql/hand_back.sql");
    let (runner, taken) = (Uuid::from_u128(0xa), vec![Uuid::from_u128(0xe1), Uuid::from_u128(0xe2)]);
    let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
        (&world.clock.now(), Type::TIMESTAMPTZ),
        (&runner, Type::UUID),
        (&taken, Type::UUID_ARRAY),
        (&newest, Type::INT8),
    ];
    client.query_typed(HAND_BACK, &parameters).await.unwrap().len()
}

#[tokio::test]
async fn what_a_claim_without_an_answer_took_goes_back_to_the_queue_as_it_was() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    claimed_by_a(&client).await;
    assert_eq!(hand_back(&world, &client, 2).await, 1);
    let execution = &history(&app, "hourly").await[0];
    assert_eq!((execution.status, execution.attempt, execution.max_attempts), (Status::Pending, 1, 1));
    assert!(app.runner().running_tasks().await.unwrap().is_empty());
    pulse(&app).await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed, "its only attempt was not used up");
}

#[tokio::test]
async fn a_handing_back_that_is_carried_out_late_takes_nothing_away_that_was_claimed_anew() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    claimed_by_a(&client).await;
    assert_eq!(hand_back(&world, &client, 1).await, 0, "it was sent before the claim with token 2");
    assert_eq!(history(&app, "hourly").await[0].status, Status::Running);
    assert_eq!(app.runner().running_tasks().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_ending_that_is_carried_out_late_does_not_end_what_was_claimed_anew() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    claimed_by_a(&client).await;
    // Somebody asked for its end, its first claim failed, and now it is being undone: under the same id, by the same runner.
    let undone = r#"update cron_task_executions set cancel_requested_at = now(),
        rollback = '{"status": "PENDING", "duration_ms": 0, "error": null}'"#;
    client.execute(undone, &[]).await.unwrap();
    assert_eq!(finish(&world, &client, 1).await, 0, "the ending of the claim with token 1");
    assert_eq!(history(&app, "hourly").await[0].status, Status::Running);
    assert_eq!(app.runner().running_tasks().await.unwrap().len(), 1);
    assert_eq!(finish(&world, &client, 2).await, 1);
}

/// How many ends A records: that of the execution, which failed in the claim with this token and would be tried again.
async fn finish(world: &World, client: &tokio_postgres::Client, token: i64) -> usize {
    const FINISH: &str = include_str!("../../shared/src/repository/sql/finish.sql");
    let (runner, execution) = (Uuid::from_u128(0xa), vec![Uuid::from_u128(0xe1)]);
    let none: Vec<Option<Value>> = vec![None];
    let parameters: [(&(dyn ToSql + Sync), Type); 16] = [
        (&world.clock.now(), Type::TIMESTAMPTZ),
        (&runner, Type::UUID),
        (&execution, Type::UUID_ARRAY),
        (&vec!["FAILED"], Type::TEXT_ARRAY),
        (&vec![7_i32], Type::INT4_ARRAY),
        (&none, Type::JSONB_ARRAY),
        (&none, Type::JSONB_ARRAY),
        (&vec![Uuid::from_u128(0xe3)], Type::UUID_ARRAY),
        (&vec![0_i64], Type::INT8_ARRAY),
        (&vec![false], Type::BOOL_ARRAY),
        (&vec![false], Type::BOOL_ARRAY),
        (&false, Type::BOOL),
        (&none, Type::JSONB_ARRAY),
        (&none, Type::JSONB_ARRAY),
        (&none, Type::JSONB_ARRAY),
        (&vec![token], Type::INT8_ARRAY),
    ];
    client.query_typed(FINISH, &parameters).await.unwrap().len()
}

#[tokio::test]
async fn what_was_queued_for_a_task_that_is_turned_off_waits_until_it_is_on_again() {
    let world = World::new().await;
    let fails = script(async |_| Err(TaskError::execution("no", "no")));
    let app = world.app(Registry::builder().cron(Hourly(fails))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let client = world.client().await;
    client.execute("update cron_tasks set enabled = false", &[]).await.unwrap();
    world.set("13:01:00");
    pulse(&app).await;
    assert_eq!(history(&app, "hourly").await[1].status, Status::Pending);
    client.execute("update cron_tasks set enabled = true", &[]).await.unwrap();
    pulse(&app).await;
    assert_eq!(history(&app, "hourly").await[1].status, Status::Failed);
}

#[tokio::test]
async fn a_lock_that_went_with_its_server_buries_nobody_before_the_lease_is_over() {
    let world = World::new().await;
    world.app(Registry::builder()).await;
    let client = world.client().await;
    client
        .batch_execute(
            "insert into task_runners (
               instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at,
               heartbeat_at
             )
             select gen_random_uuid(), r.name, 'worker', 'x', '1', r.key, 'session', 1, r.lease, r.beaten, r.beaten
             from (values
               ('beat before', 1, 2000000000, pg_postmaster_start_time() - interval '1 second'),
               ('beat before, a lease ago', 2, 900, pg_postmaster_start_time() - interval '1 second'),
               ('beat since', 3, 2000000000, clock_timestamp() - interval '10 milliseconds')
             ) as r (name, key, lease, beaten)",
        )
        .await
        .unwrap();
    const BURY: &str = include_str!("../../shared/src/repository/sql/bury_dead_runners.sql");
    let (by_the_database, nobody, fresh) = (None::<DateTime<Utc>>, Uuid::nil(), vec![Uuid::now_v7()]);
    let parameters: [(&(dyn ToSql + Sync), Type); 3] =
        [(&by_the_database, Type::TIMESTAMPTZ), (&nobody, Type::UUID), (&fresh, Type::UUID_ARRAY)];
    client.query_typed(BURY, &parameters).await.unwrap();
    let rows =
        client.query("select name from task_runners where ended_at is not null order by name", &[]).await.unwrap();
    let buried: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(buried, ["beat before, a lease ago", "beat since"], "nobody holds a lock");
}
