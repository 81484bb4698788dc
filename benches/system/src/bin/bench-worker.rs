//! Our worker as the benches drive it: the product's own program over as many tasks as are asked for.
//!
//! It speaks the language all measured programs speak: `setup`, `enqueue N`, `sleepjob SECONDS`, `crons TASKS SCHEDULE` and
//! `work CONCURRENCY TASKS SCHEDULE`, with `PGURL` for the database and `OUT` for the folder where each process writes down
//! what its tasks did, a line an event. A concurrency of 0 leaves the default; a schedule `A|B` is A of the first task and B of
//! the rest.

#![allow(missing_docs, reason = "a program")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::{CatchUp, Category};
use downbeat::task::prelude::*;
use downbeat::task::{ErasedCronTask, Refusal, Registry, RegistryBuilder};
use futures_util::future::BoxFuture;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

/// So many tasks share the slots of `enqueue`.
const TASKS: usize = 1000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |n: usize| arguments.get(n).map_or("", String::as_str);
    let number = |n: usize| word(n).parse::<usize>().unwrap_or_default();
    match word(0) {
        "setup" => prepare(Registry::builder(), ""),
        "enqueue" => {
            let tasks = number(1).clamp(1, TASKS);
            prepare(noops(tasks, "* * * * *", "n"), &backlog(number(1).div_ceil(tasks)))
        }
        "crons" => prepare(noops(number(1), static_text(word(2)), "c"), ""),
        "sleepjob" => prepare(Registry::builder().erased(Arc::new(Sleep(number(1)))), RUN_SLEEP),
        "work" => work(number(1), number(2), static_text(word(3))),
        other => {
            let _ = writeln!(std::io::stderr(), "{other:?} is none of setup, enqueue, crons, sleepjob, work");
            ExitCode::FAILURE
        }
    }
}

/// Each task has so many slots behind it.
fn backlog(slots: usize) -> String {
    format!(
        "update cron_tasks set next_execution_at = date_trunc('minute', now()) - {slots} * interval '1 minute',
           due_at = date_trunc('minute', now()) - {slots} * interval '1 minute';"
    )
}

const RUN_SLEEP: &str = "
    insert into cron_task_executions
      (id, task_id, task_name, scheduled_for, max_attempts, status, config, triggered_by, is_manual)
    select gen_random_uuid(), id, name, now(), 5, 'PENDING', '{}', 'manual', true from cron_tasks where name = 'sleep'";

fn prepare(tasks: RegistryBuilder, sql: &str) -> ExitCode {
    let prepared = runtime().block_on(async {
        let registry = tasks.build().map_err(|errors| format!("{errors:?}"))?;
        let app = App::new(config(0), registry).map_err(|error| format!("{error:?}"))?;
        app.migrate().await.map_err(|error| format!("{error:?}"))?;
        app.prepare().await.map_err(|error| format!("{error:?}"))?;
        app.runner().synchronise().await.map_err(|error| format!("{error:?}"))?;
        let (client, connection) =
            tokio_postgres::connect(&url(), tokio_postgres::NoTls).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        client.batch_execute(sql).await.map_err(|error| format!("{error:?}"))
    });
    match prepared {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn work(concurrency: usize, tasks: usize, schedule: &'static str) -> ExitCode {
    let registry = match tasks {
        0 => noops(TASKS, "* * * * *", "n").erased(Arc::new(Sleep(600))),
        tasks => noops(tasks, schedule, "c"),
    };
    let ledger = Ledger::open();
    ledger.line(&format!("ready {}", now()));
    let arguments = ["worker", "start", "--no-http"].map(Into::into);
    let exit =
        runtime().block_on(worker::run(arguments, Ok(config(concurrency)), registry, &mut worker::Printer::standard()));
    exit.into()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap_or_else(|error| panic!("no runtime: {error}"))
}

#[allow(clippy::disallowed_methods, reason = "a bench is told by variables what all measured programs are told by")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn url() -> String {
    variable("PGURL")
}

fn config(concurrency: usize) -> Config {
    let mut pairs = vec![("DATABASE_URL", url())];
    if concurrency > 0 {
        pairs.push(("TASK_CONCURRENCY", concurrency.to_string()));
    }
    let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
    Config::from_pairs(pairs).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// Definitions live as long as the program, and there are only so many.
fn static_text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Seconds since 1970, as every program that is measured writes them down.
#[allow(clippy::disallowed_methods, reason = "what is measured is not ours to give a clock")]
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

fn noops(tasks: usize, schedule: &'static str, mark: &'static str) -> RegistryBuilder {
    let ledger = Arc::new(Ledger::open());
    let (first, rest) = schedule.split_once('|').unwrap_or((schedule, schedule));
    (0..tasks).fold(Registry::builder(), |registry, n| {
        let name = static_text(&format!("task-{n}"));
        let definition = definition(name, Schedule::Cron(if n == 0 { first } else { rest }));
        registry.erased(Arc::new(Noop { definition, mark, ledger: ledger.clone() }))
    })
}

fn definition(name: &'static str, schedule: Schedule) -> &'static CronTaskDefinition {
    Box::leak(Box::new(CronTaskDefinition {
        description: "A task of the benches",
        category: Category::Test,
        schedule,
        catch_up: CatchUp::All,
        catch_up_window: Duration::from_secs(20 * 24 * 3600),
        ..CronTaskDefinition::new(name)
    }))
}

/// Writes down that it ran, for which slot, and ends.
struct Noop {
    definition: &'static CronTaskDefinition,
    mark: &'static str,
    ledger: Arc<Ledger>,
}

impl ErasedCronTask for Noop {
    fn definition(&self) -> &'static CronTaskDefinition {
        self.definition
    }

    fn config_schema(&self) -> Schema {
        schema_for!(())
    }

    fn report_schema(&self) -> Schema {
        schema_for!(Value)
    }

    fn default_config(&self) -> Value {
        json!({})
    }

    fn validate<'a>(&'a self, _: &'a Value) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async { Ok(()) })
    }

    fn execute<'a>(&'a self, cx: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        Box::pin(async move {
            let (name, slot) = (self.definition.name, cx.scheduled_for().timestamp());
            self.ledger.line(&match self.mark {
                "c" => format!("c {name} {slot} {}", now()),
                mark => format!("{mark} {name}.{slot} {}", now()),
            });
            Ok(json!({ "ok": true }))
        })
    }

    fn rollback<'a>(&'a self, _: TaskContext<Value>, _: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Sleeps for so many seconds.
struct Sleep(usize);

impl CronTask for Sleep {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        description: "Sleeps",
        category: Category::Test,
        timeout: Some(Duration::from_secs(3600)),
        retry: RetryPolicy { retries: Some(5), delay: Duration::from_millis(1), max_delay: Duration::from_millis(1) },
        ..CronTaskDefinition::new("sleep")
    };

    async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> {
        let ledger = Ledger::open();
        ledger.line(&format!("s start {}", now()));
        tokio::time::sleep(Duration::from_secs(self.0 as u64)).await;
        ledger.line(&format!("s end {}", now()));
        Ok(())
    }
}

/// What this process did, a line an event, out of reach of what is measured.
struct Ledger(Mutex<File>);

impl Ledger {
    fn open() -> Self {
        let path = PathBuf::from(variable("OUT")).join(format!("w{}.log", std::process::id()));
        let file = OpenOptions::new().create(true).append(true).open(path);
        Self(Mutex::new(file.unwrap_or_else(|error| panic!("the ledger: {error}"))))
    }

    fn line(&self, line: &str) {
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            panic!("the ledger: {error}");
        }
    }
}
