//! The tasks of the benches: each writes down what it did, a line an event, in a file of its process in the folder `OUT`.
//!
//! | line | what happened |
//! | --- | --- |
//! | `n TASK.SLOT AT` | a task with slots behind it ran |
//! | `c TASK SLOT AT` | a task ran that came due |
//! | `s start AT`, `s end AT` | the one that sleeps began, or ended |

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use downbeat::model::{CatchUp, Category, Priority};
use downbeat::task::prelude::*;
use downbeat::task::{ErasedCronTask, Refusal, Registry, RegistryBuilder};
use futures_util::future::BoxFuture;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

/// So many tasks share the slots that wait.
pub const TASKS: usize = 1000;
/// How long the one sleeps that does so in any registry without a schedule.
const LONG: u64 = 600;
const EACH_MINUTE: &str = "* * * * *";

/// The tasks that a schedule stands for:
///
/// - a cron expression: so many tasks that are due then; `A|B` is A of the first task and B of the rest. Of no task: those with
///   slots behind them, [`TASKS`] of them, and one that sleeps;
/// - `sleep:SECONDS`: one that sleeps for so long;
/// - `slow:SECONDS`: so many that never end, and may take so long; none is ever due;
/// - `busy:SECONDS`: the same, and those with slots behind them.
#[must_use]
pub fn registry(tasks: usize, schedule: &str) -> RegistryBuilder {
    match schedule.split_once(':').and_then(|(word, seconds)| Some((word, seconds.parse().ok()?))) {
        Some(("sleep", seconds)) => sleeping(seconds),
        Some(("slow", seconds)) => slow(Registry::builder(), tasks, seconds),
        Some(("busy", seconds)) => slow(waiting(TASKS), tasks, seconds),
        _ if tasks == 0 => waiting(TASKS).erased(Arc::new(Sleep(LONG))),
        _ => noops(tasks, schedule, "c"),
    }
}

/// So many tasks that are given slots behind them.
#[must_use]
pub fn waiting(tasks: usize) -> RegistryBuilder {
    noops(tasks, EACH_MINUTE, "n")
}

/// One that sleeps for so many seconds.
#[must_use]
pub fn sleeping(seconds: u64) -> RegistryBuilder {
    Registry::builder().erased(Arc::new(Sleep(seconds)))
}

/// Writes a line down.
pub fn tell(line: &str) {
    Ledger::open().line(line);
}

/// Seconds since 1970, as every program that is measured writes them down.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "what is measured is not ours to give a clock")]
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// What a bench says to the programs it measures.
///
/// # Panics
///
/// If it did not.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "a bench is told by variables what all measured programs are told by")]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// Definitions live as long as the program, and there are only so many.
fn static_text(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn noops(tasks: usize, schedule: &str, mark: &'static str) -> RegistryBuilder {
    let ledger = Arc::new(Ledger::open());
    let schedule = static_text(schedule);
    let (first, rest) = schedule.split_once('|').unwrap_or((schedule, schedule));
    (0..tasks).fold(Registry::builder(), |registry, n| {
        let name = static_text(&format!("task-{n}"));
        let definition = definition(name, Schedule::Cron(if n == 0 { first } else { rest }));
        let definition = Box::leak(Box::new(definition));
        registry.erased(Arc::new(Noop { definition, doing: Doing::Telling { mark, ledger: ledger.clone() } }))
    })
}

fn slow(registry: RegistryBuilder, tasks: usize, seconds: u64) -> RegistryBuilder {
    (0..tasks).fold(registry, |registry, n| {
        let definition = CronTaskDefinition {
            timeout: Some(Duration::from_secs(seconds)),
            priority: Priority::Critical,
            ..definition(static_text(&format!("slow-{n}")), Schedule::Manual)
        };
        registry.erased(Arc::new(Noop { definition: Box::leak(Box::new(definition)), doing: Doing::NeverEnding }))
    })
}

const fn definition(name: &'static str, schedule: Schedule) -> CronTaskDefinition {
    CronTaskDefinition {
        description: "A task of the benches",
        category: Category::Test,
        schedule,
        catch_up: CatchUp::All,
        catch_up_window: Duration::from_secs(20 * 24 * 3600),
        ..CronTaskDefinition::new(name)
    }
}

/// One of many.
struct Noop {
    definition: &'static CronTaskDefinition,
    doing: Doing,
}

enum Doing {
    /// Writes down that it ran, for which slot, and ends.
    Telling {
        mark: &'static str,
        ledger: Arc<Ledger>,
    },
    NeverEnding,
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
            match &self.doing {
                Doing::Telling { mark: "c", ledger } => ledger.line(&format!("c {name} {slot} {}", now())),
                Doing::Telling { mark, ledger } => ledger.line(&format!("{mark} {name}.{slot} {}", now())),
                Doing::NeverEnding => std::future::pending().await,
            }
            Ok(json!({ "ok": true }))
        })
    }

    fn rollback<'a>(&'a self, _: TaskContext<Value>, _: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async { Ok(()) })
    }
}

/// Sleeps for so many seconds.
struct Sleep(u64);

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
        tokio::time::sleep(Duration::from_secs(self.0)).await;
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
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            panic!("the ledger: {error}");
        }
    }
}
