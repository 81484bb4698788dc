//! Statements that meet: what one holds, another passes by or waits for, and none waits in a circle.

use std::time::Duration;

use downbeat::config::Config;
use downbeat::model::{CatchUp, Status};
use downbeat::repository::{LockMode, RunRequest};
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Overlap, Registry};
use serde_json::{Value, json};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::minutely::minutely;
use crate::support::{Gate, Pulsing, Worker, World, at, history, pulse, quick, script, task, until, until_waiting};

const HEARTBEAT: &str = include_str!("../../shared/src/repository/sql/heartbeat.sql");
const CANCEL: &str = include_str!("../../shared/src/repository/sql/cancel_execution.sql");
const BURY: &str = include_str!("../../shared/src/repository/sql/bury_dead_runners.sql");

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });
task!(Many = "many" { schedule: Schedule::Manual, overlap: Overlap::Allow(20) });
task!(Each = "each" { schedule: Schedule::Cron("* * * * *"), catch_up: CatchUp::All });
task!(First = "first" { schedule: Schedule::Manual });
task!(Second = "second" { schedule: Schedule::Manual });

/// Asks for twenty runs of the only task.
const TWENTY: &str = "
    insert into cron_task_executions
      (id, task_id, task_name, scheduled_for, status, available_at, config, triggered_by, is_manual)
    select gen_random_uuid(), t.id, t.name, '2026-03-02 11:00Z'::timestamptz + n * interval '1 second', 'PENDING',
      '2026-03-02 11:00Z', '{}', 'manual', true
    from cron_tasks t, generate_series(1, 20) as n";

/// Who asks whether there is maintenance, as each look does, waits for lock 7.
const HOLD: &str = "
    create view held as
      with held as materialized (select pg_advisory_lock_shared(7), pg_advisory_unlock_shared(7))
      select count(*) as times from held;
    alter table pulse_health rename to away;
    create view pulse_health as select * from away where (select times from held) > 0";

/// Who claims a slot waits for lock 7.
const HOLD_CLAIM: &str = "
    create function hold() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(7); return new; end $$;
    create trigger hold before insert on cron_task_executions for each row execute function hold()";

#[tokio::test]
async fn a_pulse_looks_again_at_what_somebody_else_holds_at_this_moment() {
    const TAKE: &str = "select pg_advisory_lock(7)";
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (watching, holder) = (world.client().await, world.client().await);
    let (before, between, after) = (world.client().await, world.client().await, world.client().await);
    world.set("13:00:00");
    holder.batch_execute("begin; select from cron_tasks for update").await.unwrap();
    watching.batch_execute(HOLD).await.unwrap();
    // Who asks for the lock stands in line. Between the looks of the pulse stand we, so it is known here that one has come back
    // with nothing: the first is whether it has to join at all.
    before.batch_execute(TAKE).await.unwrap();
    let running = Pulsing::begin(&app);
    until_waiting(&watching, 1).await;
    // Each takes the lock once it has been let go, and after whoever asked before.
    let in_turn = async |next: &Client, let_go: &Client| {
        tokio::join!(async { next.batch_execute(TAKE).await.unwrap() }, async {
            until_waiting(&watching, 2).await;
            let_go.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
        });
    };
    in_turn(&between, &before).await;
    until_waiting(&watching, 1).await;
    in_turn(&after, &between).await;
    until_waiting(&watching, 1).await;
    assert!(history(&app, "hourly").await.is_empty(), "somebody else held it");
    holder.batch_execute("commit").await.unwrap();
    after.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
    running.end().await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_pulse_leaves_what_others_hold_for_long_to_them() {
    let world = World::new().await;
    let (heartbeat_interval, lease) = (Duration::from_secs(600), Duration::from_secs(3_600));
    let config = Config { heartbeat_interval, lease, ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(quick()))).await;
    let holder = world.client().await;
    world.set("13:00:00");
    holder.batch_execute("begin; select from cron_tasks for update").await.unwrap();

    let before = app.repository().statements_sent();
    assert!(pulse(&app).await.results.is_empty());

    // It joins in three, looks each tenth of a second for two and a half, in two each, and leaves in two.
    let sent = app.repository().statements_sent() - before;
    assert!((5 + 2 * 3..=5 + 2 * 26).contains(&sent), "{sent}");
    holder.batch_execute("commit").await.unwrap();
    assert_eq!(pulse(&app).await.results.len(), 1);
}

#[tokio::test]
async fn who_has_room_for_one_looks_past_all_that_others_hold() {
    const TASKS: usize = 30;
    let world = World::new().await;
    let (heartbeat_interval, lease) = (Duration::from_secs(600), Duration::from_secs(3_600));
    let config = Config { concurrency: 1, heartbeat_interval, lease, ..world.config.clone() };
    let app = world.app_with(config, minutely(TASKS)).await;
    let holder = world.client().await;
    world.set("12:01:00");
    // The least urgent one is nobody's.
    let most = "begin; select from cron_tasks
        where id <> (select id from cron_tasks order by due_at desc, id limit 1) for no key update";
    let late = "update cron_tasks set due_at = '2026-03-02 12:00:30Z' where name <> 'minutely-7'";
    holder.batch_execute(late).await.unwrap();
    holder.batch_execute(most).await.unwrap();

    let report = pulse(&app).await;

    let ran: Vec<_> = report.results.iter().map(|outcome| outcome.task_name.as_str()).collect();
    assert_eq!(ran, ["minutely-7"]);
    holder.batch_execute("commit").await.unwrap();
}

#[tokio::test]
async fn of_pulses_at_once_in_one_process_only_so_many_keep_a_connection() {
    const PULSES: usize = 40;
    const AT_ONCE: i64 = 12;
    // Who joins writes down how many have.
    const COUNTED: &str = "
        create table joined (live bigint);
        create function count_live() returns trigger language plpgsql as $$
        begin
          insert into joined select count(*) from task_runners where ended_at is null;
          return null;
        end $$;
        create trigger count_live after insert on task_runners for each statement execute function count_live()";
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    client.batch_execute(COUNTED).await.unwrap();
    world.set("13:00:00");
    holder.batch_execute("begin; select from cron_tasks for update").await.unwrap();

    // Each sees that there is something to do, and joins as soon as it may.
    let pulses: Vec<_> = (0..PULSES).map(|_| Pulsing::begin(&app)).collect();
    let most = "select coalesce(max(live), 0) from joined";
    until(async || client.query_one(most, &[]).await.unwrap().get::<_, i64>(0) >= AT_ONCE).await;
    holder.batch_execute("commit").await.unwrap();
    for pulse in pulses {
        pulse.end().await;
    }

    assert_eq!(client.query_one(most, &[]).await.unwrap().get::<_, i64>(0), AT_ONCE);
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn of_endings_that_are_recorded_together_one_that_cannot_be_stored_fails_alone() {
    let world = World::new().await;
    let (first, others, passed) = (Gate::closed(), Gate::closed(), Gate::closed());
    passed.open(20);
    let script = script({
        let (first, others, passed) = (first.clone(), others.clone(), passed.clone());
        move |cx| {
            let (gate, passed) = (if cx.scheduled_for() == at("11:00:01") { &first } else { &others }, passed.clone());
            let gate = gate.clone();
            async move {
                gate.pass().await;
                passed.pass().await;
                let is_bad = cx.scheduled_for() == at("11:00:07");
                Ok(if is_bad { json!("unheard of") } else { Value::Null })
            }
        }
    });
    let app = world.app(Registry::builder().cron(Many(script))).await;
    let (client, holder) = (world.client().await, world.client().await);
    let refuse = "alter table cron_task_executions add check (result <> '\"unheard of\"')";
    client.batch_execute(refuse).await.unwrap();
    client.batch_execute(TWENTY).await.unwrap();
    let running = Pulsing::begin(&app);
    first.somebody().await;
    for _ in 0..19 {
        others.somebody().await;
    }
    // Until the first is recorded, the others gather.
    holder.batch_execute("begin; select from cron_tasks for no key update").await.unwrap();
    first.open(1);
    until_waiting(&client, 1).await;
    others.open(19);
    for _ in 0..20 {
        passed.somebody().await;
    }
    holder.batch_execute("commit").await.unwrap();
    running.end().await;

    let executions = history(&app, "many").await;
    let with = |status| executions.iter().filter(|execution| execution.status == status).collect::<Vec<_>>();
    assert_eq!(with(Status::Completed).len(), 19);
    let failed: Vec<_> = with(Status::Failed).iter().map(|execution| execution.scheduled_for).collect();
    assert_eq!(failed, [at("11:00:07")]);
    assert!(app.runner().running_tasks().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_being_recorded_outlives_a_look_that_fails_beside_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Many(gate.script()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    client.batch_execute(TWENTY).await.unwrap();
    let running = Pulsing::begin(&app);
    for _ in 0..20 {
        gate.somebody().await;
    }
    // No ending can be recorded from here on, and no look can come back.
    holder.batch_execute("begin; select from cron_tasks for no key update").await.unwrap();
    client.batch_execute("alter table task_limits rename to away").await.unwrap();
    gate.open(20);
    until_waiting(&client, 1).await;
    let sent = app.repository().statements_sent();
    // At most one a second of these is a heartbeat; the others are looks that fail.
    until(async || app.repository().statements_sent() >= sent + 6).await;
    client.batch_execute("alter table away rename to task_limits").await.unwrap();
    holder.batch_execute("commit").await.unwrap();

    assert_eq!(running.end().await.results.len(), 20);
    assert!(history(&app, "many").await.iter().all(|execution| execution.status == Status::Completed));
}

#[tokio::test]
async fn what_ends_is_recorded_while_a_claim_waits() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(First(gate.script())).cron(Second(quick()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    let ask = async |task: &str| {
        let request = RunRequest { task: task.to_owned(), ..RunRequest::default() };
        app.runner().enqueue(&request).await.unwrap();
    };
    let worker = Worker::start(&app).await;
    ask("first").await;
    gate.somebody().await;
    // A look that is to be followed by a claim looks whether its runner is still thought alive.
    holder.batch_execute("begin; select from task_runners for update").await.unwrap();
    ask("second").await;
    let claims = "select count(*) from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database() and query like '-- What could be decided%'";
    until(async || client.query_one(claims, &[]).await.unwrap().get::<_, i64>(0) == 1).await;
    gate.open(1);
    until(async || history(&app, "first").await[0].status == Status::Completed).await;
    assert_eq!(history(&app, "second").await[0].status, Status::Pending);
    holder.batch_execute("commit").await.unwrap();
    until(async || history(&app, "second").await[0].status == Status::Completed).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_slot_that_is_free_since_a_look_began_is_looked_for_once_more() {
    let world = World::new().await;
    let (gate, other) = (Gate::closed(), Gate::closed());
    let app = world.app(Registry::builder().cron(Each(gate.script())).cron(First(other.script()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    world.set("12:02:00");
    let request = RunRequest { task: "first".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.unwrap();
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    other.somebody().await;
    holder.batch_execute("select pg_advisory_lock(7)").await.unwrap();
    client.batch_execute(HOLD).await.unwrap();
    // Once that is recorded, it looks, while the task still runs.
    other.open(1);
    until_waiting(&client, 1).await;
    gate.open(1);
    until(async || history(&app, "each").await[0].status == Status::Completed).await;
    // The pulse has its answer long before that of the look.
    tokio::time::sleep(Duration::from_millis(200)).await;
    holder.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
    gate.open(1);
    assert_eq!(running.end().await.results.len(), 3);
}

#[tokio::test]
async fn who_is_stopped_while_it_looks_begins_nothing() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    let worker = Worker::start(&app).await;
    holder.batch_execute("select pg_advisory_lock(7)").await.unwrap();
    client.batch_execute(HOLD).await.unwrap();
    world.set("13:00:00");
    until_waiting(&client, 1).await;
    let stopping = tokio::spawn(worker.stop());
    // It is told before the look has its answer.
    tokio::task::yield_now().await;
    holder.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
    stopping.await.unwrap();
    assert!(history(&app, "hourly").await.is_empty());
    let due = "select count(*) from cron_tasks where next_execution_at = '2026-03-02 13:00Z'";
    assert_eq!(client.query_one(due, &[]).await.unwrap().get::<_, i64>(0), 1, "it is left to others as it was");
}

#[tokio::test]
async fn who_is_stopped_while_it_claims_hands_back_what_it_took() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    let worker = Worker::start(&app).await;
    holder.batch_execute("select pg_advisory_lock(7)").await.unwrap();
    client.batch_execute(HOLD_CLAIM).await.unwrap();
    let refuse = "create sequence refused;
        create function refuse() returns trigger language plpgsql as
          $$ begin if nextval('refused') = 1 then raise exception 'not now'; end if; return new; end $$;
        create trigger refuse before update on cron_task_executions for each row execute function refuse()";
    client.batch_execute(refuse).await.unwrap();
    world.set("13:00:00");
    until_waiting(&client, 1).await;
    let stopping = tokio::spawn(worker.stop());
    // It is told before the claim has its answer.
    tokio::task::yield_now().await;
    holder.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
    stopping.await.unwrap();
    let taken = history(&app, "hourly").await;
    assert_eq!(
        taken.iter().map(|execution| (execution.status, execution.attempt)).collect::<Vec<_>>(),
        [(Status::Pending, 1)]
    );
    assert!(app.runner().running_tasks().await.unwrap().is_empty());
    let tries = client.query_one("select last_value from refused", &[]).await.unwrap();
    assert_eq!(tries.get::<_, i64>(0), 2, "it is tried again where it fails");
    // And others begin it.
    pulse(&app).await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_pulse_that_is_stopped_while_it_claims_says_that_it_left_work() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    holder.batch_execute("select pg_advisory_lock(7)").await.unwrap();
    client.batch_execute(HOLD_CLAIM).await.unwrap();
    world.set("13:00:00");
    let stop = CancellationToken::new();
    let pulsing = tokio::spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move { app.runner().pulse(&PulseRequest::default(), &stop).await }
    });
    until_waiting(&client, 1).await;
    stop.cancel();
    holder.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
    let report = pulsing.await.unwrap().unwrap();
    assert_eq!((report.results, report.budget_spent), (Vec::new(), true));
    assert_eq!(history(&app, "hourly").await[0].status, Status::Pending);
    // The next one begins it.
    let report = pulse(&app).await;
    assert_eq!((report.results.len(), report.budget_spent), (1, false));
}

#[tokio::test]
async fn the_connection_of_a_lock_is_closed_in_order() {
    for lock_mode in [LockMode::Session, LockMode::Transaction] {
        let world = World::new().await;
        let gate = Gate::closed();
        let config = Config { lock_mode: Some(lock_mode), ..world.config.clone() };
        let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
        let client = world.client().await;
        world.set("13:00:00");
        let pulsing = Pulsing::begin(&app);
        gate.somebody().await;
        let holder = "select l.pid from pg_locks l join pg_database d on d.oid = l.database
            where l.locktype = 'advisory' and l.granted and d.datname = current_database()";
        let holder: i32 = client.query_one(holder, &[]).await.unwrap().get(0);
        gate.open(1);
        pulsing.end().await;
        let lives = "select count(*) from pg_stat_activity where pid = $1";
        until(async || client.query_one(lives, &[&holder]).await.unwrap().get::<_, i64>(0) == 0).await;
        // What the server counts for a connection that ends without a word. It would tell of an open transaction in its log.
        let abandoned = "select sessions_abandoned from pg_stat_database where datname = current_database()";
        assert_eq!(client.query_one(abandoned, &[]).await.unwrap().get::<_, i64>(0), 0, "{lock_mode:?}");
    }
}

/// Runners A and B, each with an execution.
async fn two_busy_runners(world: &World) -> Client {
    let client = world.client().await;
    client
        .batch_execute(
            "insert into task_runners values
               ('00000000-0000-0000-0000-00000000000a', 'a', 'worker', 'x', '1', 1, 'session', 1000, 60000, 1,
                '2026-03-02 11:58Z', '2026-03-02 11:58Z'),
               ('00000000-0000-0000-0000-00000000000b', 'b', 'worker', 'x', '1', 2, 'session', 1000, 60000, 1,
                '2026-03-02 11:58Z', '2026-03-02 11:58Z');
             insert into cron_task_executions
               (id, task_id, task_name, scheduled_for, status, started_at, config, max_attempts, runner_instance_id)
               select e.id, t.id, t.name, '2026-03-02 11:58Z', 'RUNNING', '2026-03-02 11:58Z', '{}', 1, e.runner
               from cron_tasks t
               join (values
                 ('first', '00000000-0000-0000-0000-0000000000e1'::uuid, '00000000-0000-0000-0000-00000000000a'::uuid),
                 ('second', '00000000-0000-0000-0000-0000000000e2', '00000000-0000-0000-0000-00000000000b')
               ) as e (name, id, runner) on e.name = t.name;
             insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
               select id, task_name, 'cron', started_at, 'x', runner_instance_id from cron_task_executions",
        )
        .await
        .unwrap();
    client
}

/// One heartbeat of that runner, with the progress of that execution.
async fn beat(client: &Client, runner: u128, execution: u128) -> Vec<Row> {
    let (now, runner, executions) = (at("12:00:00"), Uuid::from_u128(runner), vec![Uuid::from_u128(execution)]);
    let progress = vec![json!({ "done": 1, "total": null, "message": "" })];
    let parameters: [(&(dyn ToSql + Sync), Type); 6] = [
        (&now, Type::TIMESTAMPTZ),
        (&runner, Type::UUID),
        (&1000_i32, Type::INT4),
        (&1_i32, Type::INT4),
        (&executions, Type::UUID_ARRAY),
        (&progress, Type::JSONB_ARRAY),
    ];
    client.query_typed(HEARTBEAT, &parameters).await.unwrap()
}

async fn bury(client: &Client) -> i64 {
    let fresh = vec![Uuid::now_v7(), Uuid::now_v7()];
    let parameters: [(&(dyn ToSql + Sync), Type); 3] =
        [(&at("12:00:00"), Type::TIMESTAMPTZ), (&Uuid::nil(), Type::UUID), (&fresh, Type::UUID_ARRAY)];
    client.query_typed(BURY, &parameters).await.unwrap()[0].get("buried")
}

#[tokio::test]
async fn heartbeats_an_order_to_end_and_a_burial_that_meet_do_not_wait_in_a_circle() {
    let world = World::new().await;
    world.app(Registry::builder().cron(First(quick())).cron(Second(quick()))).await;
    let client = two_busy_runners(&world).await;
    // Heartbeats stay in their middle, with all that they have locked, until the test lets them on.
    let linger = "create function linger() returns trigger language plpgsql as
           'begin perform pg_advisory_xact_lock_shared(42); return new; end';
         create trigger linger before update of progress on cron_task_executions
           for each row execute function linger()";
    client.batch_execute(linger).await.unwrap();
    client.execute("select pg_advisory_lock(42)", &[]).await.unwrap();
    let (a, b, operator, undertaker) =
        (world.client().await, world.client().await, world.client().await, world.client().await);
    let order = async {
        until_waiting(&client, 2).await;
        let parameters: [(&(dyn ToSql + Sync), Type); 3] =
            [(&at("12:00:00"), Type::TIMESTAMPTZ), (&Uuid::from_u128(0xe1), Type::UUID), (&"anna", Type::TEXT)];
        operator.query_typed(CANCEL, &parameters).await.unwrap()
    };
    let burial = async {
        until_waiting(&client, 3).await;
        // Both are overdue by their rows as they were, but they are beating at this moment.
        let buried = bury(&undertaker).await;
        client.execute("select pg_advisory_unlock(42)", &[]).await.unwrap();
        buried
    };
    let (of_a, of_b, ordered, buried) = tokio::join!(beat(&a, 0xa, 0xe1), beat(&b, 0xb, 0xe2), order, burial);
    assert_eq!((of_a.len(), of_b.len(), buried), (1, 1, 0));
    assert_eq!(ordered[0].get::<_, Option<&str>>(0), Some("RUNNING"));
    let next = beat(&a, 0xa, 0xe1).await;
    assert_eq!(next[0].get::<_, Option<Uuid>>("cancelled"), Some(Uuid::from_u128(0xe1)), "the next one brings it");
}

#[tokio::test]
async fn a_heart_beats_although_somebody_else_is_just_finishing_what_it_runs() {
    let world = World::new().await;
    world.app(Registry::builder().cron(First(quick())).cron(Second(quick()))).await;
    let client = two_busy_runners(&world).await;
    let finishing = world.client().await;
    finishing.batch_execute("begin; select from cron_task_executions for update").await.unwrap();
    client.batch_execute("set lock_timeout = '5s'").await.unwrap();
    assert_eq!(beat(&client, 0xa, 0xe1).await.len(), 1);
}

#[tokio::test]
async fn a_worker_beats_as_a_busy_one_for_as_long_as_it_runs_something() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { heartbeat_interval: Duration::from_millis(100), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
    let client = world.client().await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let beaten = async || {
        let row = "select xmin::text, heartbeat_interval, running from task_runners";
        let row = client.query_one(row, &[]).await.unwrap();
        (row.get::<_, String>(0), (row.get::<_, i32>(1), row.get::<_, i32>(2)))
    };
    let mut before = beaten().await.0;
    for _ in 0..5 {
        until(async || beaten().await.0 != before).await;
        let (beat, said) = beaten().await;
        assert_eq!(said, (100, 1), "how soon the next is to be expected, and what it runs");
        before = beat;
    }
    gate.open(1);
    worker.stop().await;
}

#[tokio::test]
async fn progress_that_a_failed_heartbeat_carried_is_told_with_the_next() {
    let world = World::new().await;
    let gate = Gate::closed();
    let inner = gate.clone();
    let work = script(move |cx| {
        let gate = inner.clone();
        async move {
            cx.progress(3, Some(7), "said once");
            gate.pass().await;
            Ok(Value::Null)
        }
    });
    let config = Config { heartbeat_interval: Duration::from_millis(100), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(work))).await;
    let client = world.client().await;
    let refuse = "create sequence refused;
         create function refuse() returns trigger language plpgsql as
           'begin perform nextval(''refused''); raise exception ''not now''; end';
         create trigger refuse before update of progress on cron_task_executions
           for each row when (new.progress is not null) execute function refuse()";
    client.batch_execute(refuse).await.unwrap();
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let refused = "select is_called from refused";
    until(async || client.query_one(refused, &[]).await.unwrap().get(0)).await;
    assert_eq!(history(&app, "hourly").await[0].progress, None);
    client.batch_execute("drop trigger refuse on cron_task_executions").await.unwrap();
    until(async || history(&app, "hourly").await[0].progress.as_ref().is_some_and(|progress| progress.done == 3)).await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Running);
    gate.open(1);
    worker.stop().await;
}
