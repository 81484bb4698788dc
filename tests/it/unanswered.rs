//! Claims that the database carries out and whose answer never comes: nobody else looks at what they took while their runner
//! lives, so it has to find that out.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::config::Host;
use tokio_util::sync::CancellationToken;

use crate::support::{Pulsing, Script, Worker, World, history, pulse, script, task, until};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });

/// What only the text of a claim has. No plan is kept here, so the text goes with each claim.
const OF_A_CLAIM: &[u8] = b"as decided_before";
/// How an answer of the server ends: it is ready for the next question, and no transaction is open.
const END_OF_ANSWER: &[u8] = &[b'Z', 0, 0, 0, 5, b'I'];
/// How a claim ends: with what commits it.
const END_OF_CLAIM: &[u8] = b"commit\0";

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What becomes of a claim: its connection is lost once the server has carried it out, or as soon as it has been told of it;
/// or it never leaves, and its connection stays, as where a machine is frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    Answered,
    Asked,
    Kept,
}

/// A line to the database of a test that can lose the answer to one claim, and its connection with it.
struct Line {
    url: String,
    loses: Arc<Mutex<Option<Lost>>>,
}

impl Line {
    async fn to(world: &World) -> Self {
        let database = world.database.config();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (user, name) = (database.get_user().expect("a user"), database.get_dbname().expect("a name"));
        let url = format!("postgresql://{user}@127.0.0.1:{port}/{name}");
        let loses = Arc::new(Mutex::new(None));
        let line = Self { url, loses: loses.clone() };
        tokio::spawn(async move {
            loop {
                let (here, _) = listener.accept().await.expect("a caller");
                let there = reach(&database).await;
                tokio::spawn(carry(here, there, loses.clone()));
            }
        });
        line
    }

    /// An app whose statements go this way.
    async fn app(&self, world: &World, tasks: RegistryBuilder) -> App {
        world.app_with(Config { database_url: Some(self.url.clone().into()), ..world.config.clone() }, tasks).await
    }

    fn lose_the_next_answer(&self, when: Lost) {
        *self.loses.lock().expect("nobody panics") = Some(when);
    }

    fn has_lost_it(&self) -> bool {
        self.loses.lock().expect("nobody panics").is_none()
    }
}

async fn reach(database: &tokio_postgres::Config) -> Box<dyn Stream> {
    let port = database.get_ports().first().copied().unwrap_or(5432);
    match database.get_hosts().first().expect("a host") {
        Host::Unix(folder) => Box::new(UnixStream::connect(socket(folder, port)).await.expect("the server")),
        Host::Tcp(name) => Box::new(TcpStream::connect((name.as_str(), port)).await.expect("the server")),
    }
}

fn socket(folder: &Path, port: u16) -> std::path::PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// Carries questions there and answers back. What the server was told of a claim that is to be lost it carries out, for it does
/// not notice.
async fn carry(mut here: TcpStream, mut there: Box<dyn Stream>, loses: Arc<Mutex<Option<Lost>>>) {
    let (mut question, mut answer) = ([0; 1 << 16], [0; 1 << 16]);
    let (mut asked, mut told): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    let mut lost = None;
    loop {
        tokio::select! {
            read = here.read(&mut question) => {
                let Ok(length @ 1..) = read else { return };
                asked.extend(&question[..length]);
                let claims = asked.windows(OF_A_CLAIM.len()).any(|part| part == OF_A_CLAIM);
                if claims && lost.is_none() {
                    lost = loses.lock().expect("nobody panics").take();
                }
                if lost == Some(Lost::Kept) {
                    return std::future::pending().await;
                }
                if there.write_all(&question[..length]).await.is_err() {
                    return;
                }
                if lost == Some(Lost::Asked) && asked.ends_with(END_OF_CLAIM) {
                    drop(here);
                    return std::future::pending().await;
                }
            }
            read = there.read(&mut answer) => {
                let Ok(length @ 1..) = read else { return };
                told.extend(&answer[..length]);
                let is_whole = told.ends_with(END_OF_ANSWER);
                if is_whole && lost.is_some() {
                    return;
                }
                if lost.is_none() && here.write_all(&answer[..length]).await.is_err() {
                    return;
                }
                if is_whole {
                    (asked, told) = (Vec::new(), Vec::new());
                }
            }
        }
    }
}

/// A task that counts how often it ran.
fn counted() -> (Arc<AtomicUsize>, Script) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let work = script(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(Value::Null) }
    });
    (runs, work)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_runs_what_its_claim_without_an_answer_took() {
    let world = World::new().await;
    let line = Line::to(&world).await;
    let (runs, work) = counted();
    let app = line.app(&world, Registry::builder().cron(Hourly(work))).await;
    let worker = Worker::start(&app).await;
    line.lose_the_next_answer(Lost::Answered);
    world.set("13:00:00");
    until(async || runs.load(Ordering::SeqCst) > 0).await;
    assert!(line.has_lost_it());
    until(async || history(&app, "hourly").await[0].status == Status::Completed).await;
    worker.stop().await;
    let executions = history(&app, "hourly").await;
    let [execution] = executions.as_slice() else { panic!("one slot, one row: {executions:#?}") };
    assert_eq!((execution.status, execution.attempt), (Status::Completed, 1), "no attempt was used up");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let client = world.client().await;
    let row = client.query_one("select fencing_token from cron_task_executions", &[]).await.expect("the slot");
    assert_eq!(row.get::<_, i64>(0), 2, "the claim without an answer was carried out, and then another");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_finds_what_its_claim_took_however_late_that_is_carried_out() {
    let world = World::new().await;
    let line = Line::to(&world).await;
    let (runs, work) = counted();
    let app = line.app(&world, Registry::builder().cron(Hourly(work))).await;
    let worker = Worker::start(&app).await;
    // A claim waits until it is known whether the task runs.
    let holder = world.client().await;
    let runs_elsewhere = "begin;
        insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
        select gen_random_uuid(), 'hourly', 'cron', now(), 'production', gen_random_uuid()";
    holder.batch_execute(runs_elsewhere).await.unwrap();
    line.lose_the_next_answer(Lost::Asked);
    world.set("13:00:00");
    until(async || line.has_lost_it()).await;
    // It has handed back what that took, which was nothing yet, and looks again for what is due, behind the claim that is lost: while
    // it hands back, it does not look.
    let client = world.client().await;
    let both = "select count(distinct left(query, 20)) from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()
          and (query like '-- Decides slots%' or query like '-- What could be decided%')";
    until(async || client.query_one(both, &[]).await.unwrap().get::<_, i64>(0) == 2).await;
    assert!(history(&app, "hourly").await.is_empty());

    holder.batch_execute("rollback").await.unwrap();
    until(async || runs.load(Ordering::SeqCst) > 0).await;
    until(async || history(&app, "hourly").await[0].status == Status::Completed).await;
    worker.stop().await;
    assert_eq!((history(&app, "hourly").await.len(), runs.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulse_hands_back_what_its_claim_without_an_answer_took() {
    let world = World::new().await;
    let line = Line::to(&world).await;
    let (runs, work) = counted();
    let app = line.app(&world, Registry::builder().cron(Hourly(work.clone()))).await;
    line.lose_the_next_answer(Lost::Answered);
    world.set("13:00:00");
    let pulsed = app.runner().pulse(&PulseRequest::default(), &CancellationToken::new()).await;
    assert!(line.has_lost_it());
    assert_eq!(runs.load(Ordering::SeqCst), 0, "{pulsed:?}");
    let [execution] = &*history(&app, "hourly").await else { panic!("it was claimed") };
    assert_eq!((execution.status, execution.attempt), (Status::Pending, 1));
    let next = world.app(Registry::builder().cron(Hourly(work))).await;
    pulse(&next).await;
    assert_eq!(history(&next, "hourly").await[0].status, Status::Completed);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_runner_was_to_decide_when_it_was_frozen_is_decided_by_another() {
    let world = World::new().await;
    let line = Line::to(&world).await;
    let (runs, work) = counted();
    let frozen = line.app(&world, Registry::builder().cron(Hourly(work.clone()))).await;
    line.lose_the_next_answer(Lost::Kept);
    world.set("13:00:00");
    let pulsing = Pulsing::begin(&frozen);
    until(async || line.has_lost_it()).await;
    let other = world.app(Registry::builder().cron(Hourly(work))).await;
    // The server ends a transaction in which nothing happens, and a pulse waits for that.
    assert_eq!(pulse(&other).await.results.len(), 1);
    assert_eq!(history(&other, "hourly").await[0].status, Status::Completed);
    pulsing.die().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}
