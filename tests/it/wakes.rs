//! Who is called when something ends: nobody, where the runner that recorded it looks itself for what waited for that.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use downbeat::config::Config;
use downbeat::model::{CatchUp, Status};
use downbeat::repository::RunRequest;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, NoTls};
use uuid::Uuid;

use crate::support::{Gate, Worker, World, at, history, quick, task, until, until_waiting};

const BURY: &str = include_str!("../../shared/src/repository/sql/bury_dead_runners.sql");

task!(Each = "each" { schedule: Schedule::Cron("* * * * *"), catch_up: CatchUp::All });

task!(Urgent = "urgent" { schedule: Schedule::Manual, priority: Priority::Critical });

/// How often workers were called to look.
struct Calls {
    heard: Arc<AtomicUsize>,
    client: Client,
}

impl Calls {
    async fn heard_from_here_on(world: &World) -> Self {
        let (client, mut connection) = world.database.config().connect(NoTls).await.expect("a connection");
        let heard = Arc::new(AtomicUsize::new(0));
        let calls = Self { heard: heard.clone(), client };
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if matches!(&message, AsyncMessage::Notification(call) if call.payload() == "queue") {
                    heard.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        calls.client.batch_execute("listen downbeat").await.expect("it listens");
        calls
    }

    /// Calls that were committed before this.
    async fn count(&self) -> usize {
        // The server tells of them before it answers.
        self.client.batch_execute("select").await.expect("an answer");
        self.heard.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn who_looks_itself_for_what_waited_for_an_ending_calls_nobody() {
    const SLOTS: usize = 40;
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Each(quick()))).await;
    let worker = Worker::start(&app).await;
    let (calls, begun) = (Calls::heard_from_here_on(&world).await, Instant::now());

    world.set("12:40:00");
    until(async || history(&app, "each").await.iter().filter(|e| e.status == Status::Completed).count() == SLOTS).await;

    // Each ending lets the next slot begin. Only where that goes on for five seconds the others are called.
    let most = begun.elapsed().as_secs() / 5;
    let heard = calls.count().await;
    assert!(heard as u64 <= most, "{heard} calls, at most {most}");
    worker.stop().await;
}

#[tokio::test]
async fn who_is_stopped_before_it_looks_calls_the_others() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Each(gate.script()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    let worker = Worker::start(&app).await;
    world.set("12:02:00");
    gate.somebody().await;
    holder.batch_execute("begin; select from cron_tasks for no key update").await.unwrap();
    gate.open(1);
    until_waiting(&client, 1).await;
    let calls = Calls::heard_from_here_on(&world).await;
    // The next slot is due; while the ending is being recorded, the worker is told to stop.
    world.set("12:03:00");
    let stopping = tokio::spawn(worker.stop());
    holder.batch_execute("commit").await.unwrap();
    stopping.await.unwrap();

    assert!(calls.count().await >= 1, "nobody looks for what is due");
    let due = history(&app, "each").await;
    assert_eq!(due.len(), 1, "it is left to others: {due:#?}");
}

#[tokio::test]
async fn a_burial_calls_the_others_whatever_is_left_behind() {
    let world = World::new().await;
    world.app(Registry::builder().cron(Each(quick()))).await;
    let client = world.client().await;
    let idle = "insert into task_runners values
        ('00000000-0000-0000-0000-00000000000a', 'a', 'worker', 'x', '1', 1, 'session', 1000, 60000, 0,
         '2026-03-02 11:58Z', '2026-03-02 11:58Z')";
    client.batch_execute(idle).await.unwrap();
    let calls = Calls::heard_from_here_on(&world).await;
    let bury = async || {
        let parameters: [(&(dyn ToSql + Sync), Type); 3] = [
            (&at("12:00:00"), Type::TIMESTAMPTZ),
            (&Uuid::nil(), Type::UUID),
            (&vec![Uuid::now_v7()], Type::UUID_ARRAY),
        ];
        client.query_typed(BURY, &parameters).await.unwrap()[0].get::<_, i64>("buried")
    };
    // It may have been about to look for what waited for what it ran.
    assert_eq!(bury().await, 1);
    assert_eq!(calls.count().await, 1);
    assert_eq!(bury().await, 0);
    assert_eq!(calls.count().await, 1);
    // What an earlier burial passed by is queued by a later one.
    let left = "insert into cron_task_executions
           (id, task_id, task_name, scheduled_for, status, started_at, config, max_attempts, runner_instance_id)
           select '00000000-0000-0000-0000-0000000000e1', id, name, '2026-03-02 11:58Z', 'RUNNING', '2026-03-02 11:58Z', '{}', 4,
             '00000000-0000-0000-0000-00000000000a'
           from cron_tasks;
         insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
           select id, task_name, 'cron', started_at, 'x', runner_instance_id from cron_task_executions";
    client.batch_execute(left).await.unwrap();
    assert_eq!(bury().await, 0);
    assert_eq!(calls.count().await, 2);
}

#[tokio::test]
async fn who_has_no_room_for_what_came_while_it_recorded_an_ending_calls_the_others() {
    let world = World::new().await;
    let (gate, long) = (Gate::closed(), Gate::closed());
    let config = Config { concurrency: 1, ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Each(gate.script())).cron(Urgent(long.script()))).await;
    let (client, holder) = (world.client().await, world.client().await);
    let worker = Worker::start(&app).await;
    world.set("12:01:00");
    gate.somebody().await;
    let request = RunRequest { task: "urgent".to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.unwrap();
    let calls = Calls::heard_from_here_on(&world).await;
    // The ending has seen that no slot waits, and is not committed, when the next one comes due; and who looks for that then sees
    // its task run.
    holder.batch_execute("begin; select from cron_tasks for no key update").await.unwrap();
    gate.open(1);
    until_waiting(&client, 1).await;
    world.set("12:02:00");
    holder.batch_execute("commit").await.unwrap();
    // The urgent one takes its place, for as long as it likes.
    long.somebody().await;
    let begun = Instant::now();
    until(async || calls.count().await > 0).await;
    assert!(begun.elapsed() < Duration::from_secs(20), "nobody was called before all look anyway");
    long.open(1);
    gate.open(1);
    worker.stop().await;
}
