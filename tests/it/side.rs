//! Side tasks: how many of them live, what restarts them, and who may tell them what to do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http;
use downbeat::model::{Environment, SideTaskRow, Status};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};
use tower::ServiceExt;
use worker::{Exit, Printer};

use crate::support::{Gate, Worker, World, task, until};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });

/// What a life does in a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Life {
    /// Works until it is told to stop.
    #[default]
    Steady,
    /// Ends with an error at once.
    Failing,
    /// Returns at once, without one.
    Brief,
}

/// What its health check says in a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Health {
    #[default]
    Well,
    Ill,
    Panicking,
    Silent,
}

/// How a side task behaves in a test, and what became of it.
#[derive(Clone, Default)]
struct Play {
    life: Life,
    health: Health,
    hangs_at_its_end: bool,
    started: Arc<AtomicUsize>,
    cleaned_up: Arc<AtomicUsize>,
    errors: Arc<Mutex<Vec<String>>>,
    recovered: Arc<AtomicBool>,
}

impl Play {
    fn steady() -> Self {
        Self::default()
    }

    fn living(life: Life) -> Self {
        Self { life, ..Self::default() }
    }

    fn feeling(health: Health) -> Self {
        Self { health, ..Self::default() }
    }

    fn started(&self) -> usize {
        self.started.load(Ordering::SeqCst)
    }

    fn cleaned_up(&self) -> usize {
        self.cleaned_up.load(Ordering::SeqCst)
    }

    async fn has_started(&self, times: usize) {
        until(async || self.started() == times).await;
    }

    async fn live(&self, stop: CancellationToken) -> TaskResult<()> {
        self.started.fetch_add(1, Ordering::SeqCst);
        match self.life {
            _ if self.recovered.load(Ordering::SeqCst) => stop.cancelled().await,
            Life::Steady => stop.cancelled().await,
            Life::Failing => return Err(TaskError::execution("socket", "the socket was closed")),
            Life::Brief => {}
        }
        Ok(())
    }

    async fn feel(&self) -> TaskResult<()> {
        match self.health {
            _ if self.recovered.load(Ordering::SeqCst) => Ok(()),
            Health::Well => Ok(()),
            Health::Ill => Err(TaskError::execution("ill", "nothing was heard")),
            Health::Panicking => panic!("it does not bear the question"),
            Health::Silent => std::future::pending().await,
        }
    }

    async fn clean_up(&self) {
        self.cleaned_up.fetch_add(1, Ordering::SeqCst);
        if self.hangs_at_its_end {
            std::future::pending().await
        }
    }
}

/// Declares a side task that behaves as its play says: `side_task!(Watch = "watch" { instances: … })`.
macro_rules! side_task {
    ($name:ident = $task:literal { $($field:ident: $value:expr),* $(,)? }) => {
        struct $name(Play);

        impl SideTask for $name {
            type Config = ();

            const DEFINITION: SideTaskDefinition =
                SideTaskDefinition { $($field: $value,)* ..SideTaskDefinition::new($task) };

            async fn run(&self, _: SideContext<()>, stop: CancellationToken) -> TaskResult<()> {
                self.0.live(stop).await
            }

            async fn health(&self, _: SideContext<()>) -> TaskResult<()> {
                self.0.feel().await
            }

            async fn on_error(&self, _: SideContext<()>, error: &TaskError) {
                self.0.errors.lock().unwrap().push(error.code().to_owned());
            }

            async fn on_shutdown(&self, _: SideContext<()>) {
                self.0.clean_up().await;
            }
        }
    };
}

const QUICKLY: RestartPolicy = RestartPolicy { auto_restart: true, delay: Duration::from_millis(1), max_restarts: 3 };
const OFTEN: Duration = Duration::from_millis(100);

side_task!(Loop = "loop" { restart: QUICKLY });
side_task!(Everywhere = "everywhere" { restart: QUICKLY, instances: Instances::PerWorker });
side_task!(Patient = "patient" { restart: RestartPolicy { delay: Duration::from_secs(3600), ..QUICKLY } });
side_task!(Watched = "watched" { restart: QUICKLY, health_check_interval: OFTEN });
side_task!(Once = "once" { restart: RestartPolicy { auto_restart: false, ..QUICKLY } });
side_task!(Clinging = "clinging" { shutdown_timeout: Duration::from_millis(50) });
side_task!(Off = "off" { enabled: false });

async fn row(app: &App, name: &str) -> SideTaskRow {
    app.repository().side_task(name).await.unwrap().unwrap()
}

async fn becomes(app: &App, name: &str, status: Status) -> SideTaskRow {
    until(async || row(app, name).await.status == Some(status)).await;
    row(app, name).await
}

/// What was recorded of orders: who, what, before and after.
async fn changes(world: &World) -> Vec<(String, String, Value, Value)> {
    let recorded = "select changed_by, action, before, after from task_changes where task_type = 'side' order by id";
    let rows = world.client().await.query(recorded, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()
}

/// A worker whose process is killed: it says goodbye to nobody.
async fn kill(worker: Worker, app: &App) {
    worker.handle.abort();
    assert!(worker.handle.await.unwrap_err().is_cancelled());
    app.repository().close();
}

#[tokio::test]
async fn a_side_task_lives_in_one_worker_and_moves_to_another_when_that_one_ends() {
    let world = World::new().await;
    let (here, there) = (Play::steady(), Play::steady());
    let one = world.app(Registry::builder().side(Loop(here.clone()))).await;
    let other = world.app(Registry::builder().side(Loop(there.clone()))).await;
    let first = Worker::start(&one).await;
    here.has_started(1).await;
    let second = Worker::start(&other).await;
    assert!(one.runner().is_task_running("loop").await.unwrap());
    first.stop().await;
    assert_eq!(here.cleaned_up(), 1);
    there.has_started(1).await;
    second.stop().await;
    assert_eq!(here.started(), 1);
    let task = row(&other, "loop").await;
    assert_eq!((task.status, task.is_running), (Some(Status::Pending), false), "the next worker takes it");
}

#[tokio::test]
async fn it_moves_as_soon_as_its_worker_drains_although_that_one_still_finishes_what_it_runs() {
    let world = World::new().await;
    let (here, there, gate) = (Play::steady(), Play::steady(), Gate::closed());
    let one = world.app(Registry::builder().side(Loop(here.clone())).cron(Hourly(gate.script()))).await;
    let other = world.app(Registry::builder().side(Loop(there.clone())).cron(Hourly(gate.script()))).await;
    let draining = Worker::start(&one).await;
    here.has_started(1).await;
    world.set("13:00:00");
    gate.somebody().await;
    let second = Worker::start(&other).await;
    draining.stop.cancel();
    there.has_started(1).await;
    assert!(!draining.handle.is_finished(), "it still runs the cron task");
    gate.open(1);
    draining.handle.await.unwrap();
    second.stop().await;
}

#[tokio::test]
async fn a_side_task_of_a_dead_worker_is_taken_by_another() {
    let world = World::new().await;
    let (here, there) = (Play::steady(), Play::steady());
    let one = world.app(Registry::builder().side(Loop(here.clone()))).await;
    let other = world.app(Registry::builder().side(Loop(there.clone()))).await;
    let dying = Worker::start(&one).await;
    here.has_started(1).await;
    let survivor = Worker::start(&other).await;
    kill(dying, &one).await;
    // Idle workers beat each 15 s, and two beats may be missed.
    until(async || {
        world.clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(20)).await;
        there.started() == 1
    })
    .await;
    survivor.stop().await;
}

#[tokio::test]
async fn what_each_worker_runs_runs_on_both_and_where_one_dies_the_other_s_stays() {
    let world = World::new().await;
    let (here, there) = (Play::steady(), Play::steady());
    let one = world.app(Registry::builder().side(Everywhere(here.clone()))).await;
    let other = world.app(Registry::builder().side(Everywhere(there.clone()))).await;
    let dying = Worker::start(&one).await;
    here.has_started(1).await;
    world.clock.advance(Duration::from_secs(1));
    let survivor = Worker::start(&other).await;
    there.has_started(1).await;
    let task = row(&other, "everywhere").await;
    assert!(task.per_worker && task.instances[0].started_at < task.instances[1].started_at, "{task:?}");
    assert_ne!(task.instances[0].runner_instance_id, task.instances[1].runner_instance_id);

    kill(dying, &one).await;
    until(async || {
        world.clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(20)).await;
        row(&other, "everywhere").await.instances.len() == 1
    })
    .await;
    let task = row(&other, "everywhere").await;
    assert_eq!((task.status, task.is_running, task.stopped_at), (Some(Status::Running), true, None));
    assert_eq!((there.started(), there.cleaned_up()), (1, 0), "it went on all the time");
    survivor.stop().await;
    assert_eq!(row(&other, "everywhere").await.status, Some(Status::Pending));
}

#[tokio::test]
async fn what_fails_too_often_in_one_worker_goes_on_in_the_others_and_is_tried_there_again_when_it_is_started() {
    let world = World::new().await;
    let (failing, steady) = (Play::living(Life::Failing), Play::steady());
    let one = world.app(Registry::builder().side(Everywhere(steady.clone()))).await;
    let other = world.app(Registry::builder().side(Everywhere(failing.clone()))).await;
    let first = Worker::start(&one).await;
    steady.has_started(1).await;
    let second = Worker::start(&other).await;
    let task = becomes(&one, "everywhere", Status::Failed).await;
    until(async || row(&one, "everywhere").await.instances.len() == 1).await;
    assert_eq!((failing.started(), task.is_running), (4, true));
    assert_eq!(steady.cleaned_up(), 0);

    // Whoever ended for good is not started by others that begin, or are paused and go on.
    pause(&world, None).await;
    until(async || steady.cleaned_up() == 1).await;
    go_on(&world).await;
    steady.has_started(2).await;
    assert_eq!(failing.started(), 4);

    world.clock.advance(Duration::from_secs(1));
    failing.recovered.store(true, Ordering::SeqCst);
    assert!(one.runner().start_side_task("everywhere", "anna").await.unwrap());
    failing.has_started(5).await;
    assert_eq!(steady.started(), 2, "it ran already");
    assert_eq!(becomes(&one, "everywhere", Status::Running).await.instances.len(), 2);
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_side_task_is_stopped_and_started_from_any_machine_and_it_is_recorded_who_did() {
    let world = World::new().await;
    let play = Play::steady();
    let app = world.app(Registry::builder().side(Loop(play.clone()))).await;
    let elsewhere = world.app(Registry::builder().side(Loop(Play::steady()))).await;
    let worker = Worker::start(&app).await;
    play.has_started(1).await;
    assert!(elsewhere.runner().stop_side_task("loop", "anna").await.unwrap());
    until(async || play.cleaned_up() == 1).await;
    let task = becomes(&app, "loop", Status::Cancelled).await;
    until(async || row(&app, "loop").await.instances.is_empty()).await;
    assert_eq!(task.last_error, None);
    assert!(elsewhere.runner().start_side_task("loop", "bela").await.unwrap());
    play.has_started(2).await;
    worker.stop().await;
    assert!(!app.runner().stop_side_task("nobody", "anna").await.unwrap());
    let (running, cancelled, pending) =
        (json!({ "status": "RUNNING" }), json!({ "status": "CANCELLED" }), json!({ "status": "PENDING" }));
    let told = |who: &str, what: &str| (who.to_owned(), what.to_owned());
    let ((anna, stop), (bela, start)) = (told("anna", "stop"), told("bela", "start"));
    assert_eq!(changes(&world).await, [(anna, stop, running, cancelled.clone()), (bela, start, cancelled, pending)]);
}

#[tokio::test]
async fn a_stopped_side_task_stays_stopped_when_its_worker_dies_and_when_another_starts() {
    let world = World::new().await;
    let play = Play::steady();
    let app = world.app(Registry::builder().side(Loop(play.clone()))).await;
    assert!(app.runner().stop_side_task("loop", "anna").await.unwrap());
    Worker::start(&app).await.stop().await;
    assert_eq!((play.started(), row(&app, "loop").await.status), (0, Some(Status::Cancelled)));
}

#[tokio::test]
async fn what_is_off_is_on_again_when_somebody_starts_it() {
    let world = World::new().await;
    let play = Play::steady();
    let app = world.app(Registry::builder().side(Off(play.clone()))).await;
    let worker = Worker::start(&app).await;
    assert!(app.runner().start_side_task("off", "anna").await.unwrap());
    play.has_started(1).await;
    worker.stop().await;
    let again = world.app(Registry::builder().side(Off(play))).await;
    assert!(row(&again, "off").await.enabled, "also for a program that starts later");
}

#[tokio::test]
async fn a_restart_from_another_machine_ends_every_instance_and_has_it_taken_anew() {
    let world = World::new().await;
    let (single, here, there) = (Play::steady(), Play::steady(), Play::steady());
    let tasks = |everywhere: &Play| Registry::builder().side(Loop(single.clone())).side(Everywhere(everywhere.clone()));
    let (one, other) = (world.app(tasks(&here)).await, world.app(tasks(&there)).await);
    let elsewhere = world.app(tasks(&Play::steady())).await;
    let (first, second) = (Worker::start(&one).await, Worker::start(&other).await);
    single.has_started(1).await;
    here.has_started(1).await;
    there.has_started(1).await;

    world.clock.advance(Duration::from_secs(1));
    assert!(elsewhere.runner().restart_side_task("loop", "anna").await.unwrap());
    single.has_started(2).await;
    assert_eq!((single.cleaned_up(), here.cleaned_up(), there.cleaned_up()), (1, 0, 0), "only that one");
    assert!(elsewhere.runner().restart_side_task("everywhere", "anna").await.unwrap());
    here.has_started(2).await;
    there.has_started(2).await;
    assert_eq!((here.cleaned_up(), there.cleaned_up(), single.started()), (1, 1, 2));

    let (_, action, before, after) = changes(&world).await.remove(0);
    assert_eq!((action.as_str(), &before["restart_requested_at"]), ("restart", &Value::Null));
    assert!(after["restart_requested_at"].is_string(), "{after}");
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_side_task_is_stopped_while_it_waits_to_be_started_again() {
    let world = World::new().await;
    let play = Play::living(Life::Failing);
    let app = world.app(Registry::builder().side(Patient(play.clone()))).await;
    let worker = Worker::start(&app).await;
    until(async || row(&app, "patient").await.restart_count == 1).await;
    assert!(app.runner().stop_side_task("patient", "anna").await.unwrap());
    until(async || row(&app, "patient").await.instances.is_empty()).await;
    let task = row(&app, "patient").await;
    assert_eq!((task.status, play.started(), play.cleaned_up()), (Some(Status::Cancelled), 1, 1));
    worker.stop().await;
}

#[tokio::test]
async fn a_storm_of_restarts_ends_as_failed_with_its_reason_and_is_tried_again_by_hand_and_by_a_new_worker() {
    let world = World::new().await;
    let play = Play::living(Life::Failing);
    let app = world.app(Registry::builder().side(Loop(play.clone()))).await;
    let worker = Worker::start(&app).await;
    let task = becomes(&app, "loop", Status::Failed).await;
    assert_eq!((play.started(), task.restart_count), (4, 3));
    let error = task.last_error.unwrap();
    assert_eq!((error.code.as_str(), error.chain), ("restart_storm", vec!["the socket was closed".to_owned()]));
    assert!(error.message.starts_with("restarted 3 times within "), "{}", error.message);
    assert!(error.message.ends_with(" and ended again: the socket was closed"), "{}", error.message);
    assert_eq!(*play.errors.lock().unwrap(), ["socket"; 4], "it was told of each");
    until(async || row(&app, "loop").await.instances.is_empty()).await;

    assert!(app.runner().start_side_task("loop", "anna").await.unwrap());
    play.has_started(8).await;
    becomes(&app, "loop", Status::Failed).await;
    worker.stop().await;
    play.recovered.store(true, Ordering::SeqCst);
    let worker = Worker::start(&app).await;
    play.has_started(9).await;
    assert_eq!(becomes(&app, "loop", Status::Running).await.restart_count, 0);
    worker.stop().await;
}

#[tokio::test]
async fn what_is_not_to_be_restarted_is_completed_where_it_ends_without_an_error() {
    let world = World::new().await;
    let play = Play::living(Life::Brief);
    let app = world.app(Registry::builder().side(Once(play.clone()))).await;
    let worker = Worker::start(&app).await;
    let task = becomes(&app, "once", Status::Completed).await;
    assert_eq!((task.last_error, task.restart_count), (None, 0));
    until(async || row(&app, "once").await.instances.is_empty()).await;
    worker.stop().await;
    Worker::start(&app).await.stop().await;
    assert_eq!(play.started(), 1, "it has done what it was for");

    let worker = Worker::start(&app).await;
    assert!(app.runner().start_side_task("once", "anna").await.unwrap());
    play.has_started(2).await;
    becomes(&app, "once", Status::Completed).await;
    worker.stop().await;
    assert_eq!((play.cleaned_up(), play.errors.lock().unwrap().len()), (2, 0));
}

#[tokio::test]
async fn what_is_not_to_be_restarted_fails_by_its_own_error() {
    let world = World::new().await;
    let play = Play::living(Life::Failing);
    let app = world.app(Registry::builder().side(Once(play.clone()))).await;
    let worker = Worker::start(&app).await;
    let task = becomes(&app, "once", Status::Failed).await;
    assert_eq!((task.last_error.unwrap().code.as_str(), play.started()), ("socket", 1));
    worker.stop().await;
}

#[tokio::test]
async fn a_health_check_is_recorded_each_time() {
    let world = World::new().await;
    let (ill, well) = (Play::feeling(Health::Ill), Play::steady());
    let app = world.app(Registry::builder().side(Watched(ill.clone())).side(Loop(well.clone()))).await;
    let worker = Worker::start(&app).await;
    well.has_started(1).await;
    until(async || row(&app, "watched").await.is_healthy == Some(false)).await;
    ill.recovered.store(true, Ordering::SeqCst);
    until(async || row(&app, "watched").await.is_healthy == Some(true)).await;
    let task = row(&app, "watched").await;
    assert_eq!((task.health_message, task.last_health_check), (None, Some(world.clock.now())));
    let task = row(&app, "loop").await;
    assert_eq!((task.is_healthy, task.last_health_check), (None, None), "its first check is yet to come");
    worker.stop().await;
}

#[tokio::test]
async fn three_failing_health_checks_in_a_row_end_it_and_it_is_started_again() {
    for (health, message) in [
        (Health::Ill, "nothing was heard"),
        (Health::Panicking, "panicked: it does not bear the question"),
        (Health::Silent, "no answer within 100 ms"),
    ] {
        let world = World::new().await;
        let play = Play::feeling(health);
        let app = world.app(Registry::builder().side(Watched(play.clone()))).await;
        let worker = Worker::start(&app).await;
        play.has_started(2).await;
        play.recovered.store(true, Ordering::SeqCst);
        assert_eq!(play.errors.lock().unwrap()[0], "unhealthy");
        let task = row(&app, "watched").await;
        let error = task.last_error.unwrap();
        assert_eq!((task.restart_count, error.code.as_str()), (1, "unhealthy"));
        assert_eq!(error.message, format!("3 health checks in a row failed: {message}"));
        assert_eq!(error.chain, [message]);
        worker.stop().await;
    }
}

/// As an operator would, until an instant or until further notice.
async fn pause(world: &World, until: Option<&str>) {
    let until = until.map(crate::support::at);
    let client = world.client().await;
    let pause = "update pulse_health set side_tasks_paused = true, side_tasks_paused_until = $1";
    client.execute(pause, &[&until]).await.unwrap();
    client.execute("select pg_notify('downbeat', 'side')", &[]).await.unwrap();
}

async fn go_on(world: &World) {
    let go_on = "update pulse_health set side_tasks_paused = false, side_tasks_paused_until = null;
        select pg_notify('downbeat', 'side')";
    world.client().await.batch_execute(go_on).await.unwrap();
}

#[tokio::test]
async fn paused_side_tasks_are_stopped_in_order_and_taken_again_when_the_pause_ends_by_itself() {
    let world = World::new().await;
    let play = Play::steady();
    let app = world.app(Registry::builder().side(Loop(play.clone()))).await;
    let worker = Worker::start(&app).await;
    play.has_started(1).await;
    pause(&world, Some("12:10:00")).await;
    until(async || row(&app, "loop").await.instances.is_empty()).await;
    let task = row(&app, "loop").await;
    assert_eq!((task.is_paused, task.status, play.cleaned_up()), (true, Some(Status::Pending), 1));

    let late = Worker::start(&app).await;
    world.set("12:09:59");
    assert!(app.runner().start_side_task("loop", "anna").await.unwrap());
    late.stop().await;
    assert_eq!(play.started(), 1, "an order does not lift the pause");
    world.set("12:10:00");
    play.has_started(2).await;
    assert!(!row(&app, "loop").await.is_paused);
    worker.stop().await;
}

#[tokio::test]
async fn side_tasks_that_were_given_up_are_tried_by_a_worker_that_started_during_a_pause() {
    let world = World::new().await;
    let play = Play::living(Life::Failing);
    let app = world.app(Registry::builder().side(Loop(play.clone()))).await;
    let worker = Worker::start(&app).await;
    becomes(&app, "loop", Status::Failed).await;
    worker.stop().await;
    pause(&world, Some("12:10:00")).await;
    let worker = Worker::start(&app).await;
    play.recovered.store(true, Ordering::SeqCst);
    world.set("12:10:00");
    play.has_started(5).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_clean_up_that_hangs_holds_nobody_up_for_longer_than_its_limit() {
    let world = World::new().await;
    let here = Play { hangs_at_its_end: true, ..Play::default() };
    let there = Play::steady();
    let one = world.app(Registry::builder().side(Clinging(here.clone()))).await;
    let other = world.app(Registry::builder().side(Clinging(there.clone()))).await;
    let first = Worker::start(&one).await;
    here.has_started(1).await;
    let second = Worker::start(&other).await;
    tokio::time::timeout(Duration::from_secs(20), first.stop()).await.expect("its worker ends");
    there.has_started(1).await;
    assert_eq!(here.cleaned_up(), 1);
    second.stop().await;
}

#[tokio::test]
async fn a_place_that_a_worker_holds_without_knowing_is_given_back() {
    let world = World::new().await;
    let play = Play::steady();
    let app = world.app(Registry::builder().side(Loop(play.clone()))).await;
    assert!(app.runner().stop_side_task("loop", "anna").await.unwrap());
    let worker = Worker::start(&app).await;
    // As if it had been taken, and the answer had been lost.
    let taken = "insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
        select gen_random_uuid(), 'loop', 'side', now(), 'production', instance_id from task_runners;
        update side_tasks set status = 'RUNNING';
        select pg_notify('downbeat', 'side')";
    world.client().await.batch_execute(taken).await.unwrap();
    play.has_started(1).await;
    worker.stop().await;
}

#[tokio::test]
async fn side_tasks_are_off_where_the_environment_is_serverless() {
    let world = World::new().await;
    let (single, everywhere) = (Play::steady(), Play::steady());
    let config = Config { environment: Some(Environment::Serverless), side_tasks: true, ..world.config.clone() };
    let tasks = Registry::builder().side(Loop(single.clone())).side(Everywhere(everywhere.clone()));
    let app = world.app_with(config, tasks).await;
    assert!(!app.runner().supports_side_tasks());
    Worker::start(&app).await.stop().await;
    assert_eq!((single.started(), everywhere.started()), (0, 0));
}

const TOKEN: &str = "a-token-of-sixteen-characters";

/// What the API answers to an order with that token.
async fn post(app: &App, path: &str, token: &str) -> (StatusCode, Value) {
    let request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = http::router(app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn the_api_takes_orders_from_whoever_has_the_token_and_answers_with_the_task() {
    let world = World::new().await;
    let play = Play::steady();
    let config = Config { api_token: Some(TOKEN.to_owned().into()), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().side(Loop(play.clone()))).await;
    let worker = Worker::start(&app).await;
    play.has_started(1).await;

    let (status, _) = post(&app, "/api/tasks/side/loop/stop", "another-token-than-that").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, answer) = post(&app, "/api/tasks/side/lop/stop", TOKEN).await;
    assert_eq!((status, &answer["error"]["details"]["nearest"]), (StatusCode::NOT_FOUND, &json!("loop")));

    let (status, answer) = post(&app, "/api/tasks/side/loop/stop", TOKEN).await;
    assert_eq!((status, &answer["data"]["status"]), (StatusCode::OK, &json!("CANCELLED")));
    until(async || play.cleaned_up() == 1).await;
    post(&app, "/api/tasks/side/loop/start", TOKEN).await;
    play.has_started(2).await;
    world.clock.advance(Duration::from_secs(1));
    let (_, answer) = post(&app, "/api/tasks/side/loop/restart", TOKEN).await;
    assert_eq!(answer["data"]["restart_requested_at"], json!(world.clock.now()));
    play.has_started(3).await;
    worker.stop().await;
    let told: Vec<_> = changes(&world).await.into_iter().map(|(who, what, ..)| (who, what)).collect();
    assert_eq!(told, ["stop", "start", "restart"].map(|what| ("TASK_API_TOKEN".to_owned(), what.to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_gives_orders_under_the_name_of_who_is_logged_in() {
    let world = World::new().await;
    let typed = async |line: &str| {
        let mut printer = Printer::to(std::io::sink(), std::io::sink());
        let config = Config { user: "anna".to_owned(), ..world.config.clone() };
        let tasks = Registry::builder().side(Loop(Play::steady()));
        let arguments = std::iter::once("worker").chain(line.split(' ')).map(Into::into);
        worker::run(arguments, Ok(config), tasks, &mut printer).await
    };
    assert_eq!(typed("side stop loop").await, Exit::Done);
    assert_eq!(typed("side stop lopo").await, Exit::Input);
    let (who, what, ..) = changes(&world).await.remove(0);
    assert!(who.starts_with("command-line:anna@"), "{who}");
    assert_eq!(what, "stop");
}
