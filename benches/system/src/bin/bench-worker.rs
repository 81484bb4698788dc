//! Our worker as the benches drive it: the product's own program over as many tasks as are asked for.
//!
//! It speaks the language all measured programs speak: `setup`, `enqueue N`, `sleepjob SECONDS`, `crons TASKS SCHEDULE` and
//! `work CONCURRENCY TASKS SCHEDULE`, with `PGURL` for the database and `OUT` for the folder where each process writes down
//! what its tasks did, a line an event. A concurrency of 0 leaves the default; [`bench_tasks::registry`] says what a schedule
//! may be.
//!
//! Besides, ours knows `queue TASKS SCHEDULE MS`, which queues an execution of each task that never ends, so many milliseconds
//! apart; `work … PORT`, which serves HTTP there; and `private FOLDER`, which starts the private PostgreSQL, asks it once and
//! stops it. `SETTINGS` holds settings of the product, `NAME=VALUE` by spaces.

#![allow(missing_docs, reason = "a program")]

use std::io::Write;
use std::process::ExitCode;

use bench_tasks::{TASKS, now, registry, sleeping, tell, variable, waiting};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::private_postgres::{Durability, Lifetime, PrivatePostgres, Settings};
use downbeat::task::{Registry, RegistryBuilder};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |n: usize| arguments.get(n).map_or("", String::as_str);
    let number = |n: usize| word(n).parse::<usize>().unwrap_or_default();
    match word(0) {
        "setup" => told(prepare(Registry::builder(), "")),
        "enqueue" => {
            let tasks = number(1).clamp(1, TASKS);
            told(prepare(waiting(tasks), &backlog(number(1).div_ceil(tasks))))
        }
        "crons" => told(prepare(registry(number(1), word(2)), "")),
        "queue" => told(prepare(registry(number(1), word(2)), &queue(number(3)))),
        "sleepjob" => told(prepare(sleeping(number(1) as u64), RUN_SLEEP)),
        "work" => work(number(1), number(2), word(3), word(4)),
        "private" => told(private(word(1))),
        other => told(Err(format!("{other:?} is none of setup, enqueue, crons, queue, sleepjob, work, private"))),
    }
}

fn told(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads it, the exit code still says it.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

/// Each task has so many slots behind it, but for those that are never due.
fn backlog(slots: usize) -> String {
    format!(
        "update cron_tasks set next_execution_at = date_trunc('minute', now()) - {slots} * interval '1 minute',
           due_at = date_trunc('minute', now()) - {slots} * interval '1 minute'
         where name like 'task-%';"
    )
}

const RUN_SLEEP: &str = "
    insert into cron_task_executions
      (id, task_id, task_name, scheduled_for, max_attempts, status, config, triggered_by, is_manual)
    select gen_random_uuid(), id, name, now(), 5, 'PENDING', '{}', 'manual', true from cron_tasks where name = 'sleep'";

/// The first in two seconds; beside others with a hundred slots behind them a day ago, for who has waited longest goes first.
fn queue(apart_ms: usize) -> String {
    format!(
        "insert into cron_task_executions
           (id, task_id, task_name, scheduled_for, max_attempts, status, priority, config, triggered_by, is_manual, available_at)
         select gen_random_uuid(), id, name, now(), 1, 'PENDING', priority, '{{}}', 'manual', true,
           now() + row_number() over () * {apart_ms} * interval '1 ms' + case
             when exists (select from cron_tasks where name like 'task-%') then interval '-1 day'
             else interval '2 s'
           end
         from cron_tasks where name like 'slow-%';
         {}",
        backlog(100)
    )
}

fn prepare(tasks: RegistryBuilder, sql: &str) -> Result<(), String> {
    runtime().block_on(async {
        let registry = tasks.build().map_err(|errors| format!("{errors:?}"))?;
        let app = App::new(config(0), registry).map_err(|error| format!("{error:?}"))?;
        app.migrate().await.map_err(|error| format!("{error:?}"))?;
        app.prepare().await.map_err(|error| format!("{error:?}"))?;
        app.runner().synchronise().await.map_err(|error| format!("{error:?}"))?;
        ask(&variable("PGURL"), sql).await
    })
}

async fn ask(url: &str, sql: &str) -> Result<(), String> {
    let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
    let (client, connection) = connected.map_err(|error| format!("{error:?}"))?;
    tokio::spawn(connection);
    client.batch_execute(sql).await.map_err(|error| format!("{error:?}"))
}

fn work(concurrency: usize, tasks: usize, schedule: &str, port: &str) -> ExitCode {
    // No line for each execution, as none of the peers writes one here; what tasks log is kept as ever.
    tracing_subscriber::registry().with(downbeat::logs::capture()).init();
    let registry = registry(tasks, schedule);
    tell(&format!("ready {}", now()));
    let listen = format!("127.0.0.1:{port}");
    let http = if port.is_empty() { vec!["--no-http"] } else { vec!["--listen", &listen] };
    let arguments = ["worker", "start"].into_iter().chain(http).map(Into::into);
    let exit =
        runtime().block_on(worker::run(arguments, Ok(config(concurrency)), registry, &mut worker::Printer::standard()));
    exit.into()
}

/// As `worker dev` starts it.
fn private(home: &str) -> Result<(), String> {
    let settings = Settings {
        home: home.into(),
        programs: None,
        durability: Durability::Development,
        lifetime: Lifetime::WithUsers,
    };
    runtime().block_on(async {
        let postgres = PrivatePostgres::start(settings).await.map_err(|error| format!("{error:?}"))?;
        ask(postgres.url(), "select 1").await?;
        tell(&format!("p {}", now()));
        postgres.stop().await.map_err(|error| format!("{error:?}"))
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap_or_else(|error| panic!("no runtime: {error}"))
}

fn config(concurrency: usize) -> Config {
    let mut pairs = vec![("DATABASE_URL".to_owned(), variable("PGURL"))];
    if concurrency > 0 {
        pairs.push(("TASK_CONCURRENCY".to_owned(), concurrency.to_string()));
    }
    let settings = variable("SETTINGS");
    let settings = settings.split_whitespace().filter_map(|setting| setting.split_once('='));
    pairs.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
    Config::from_pairs(pairs).unwrap_or_else(|errors| panic!("{errors:?}"))
}
