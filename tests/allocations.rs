//! What an execution costs in allocations of memory. They hardly depend on the machine, so they are held here and times are
//! not. A program of its own, for all that its process allocates is counted.

use std::alloc::System;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use downbeat::model::CatchUp;
use downbeat::task::prelude::*;
use downbeat::task::{ErasedCronTask, Refusal, Registry, RegistryBuilder};
use downbeat::testing::TestApp;
use downbeat::testing::database::{TestDatabase, TestServer};
use futures_util::future::BoxFuture;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TASKS: usize = 100;
const MINUTES: u32 = 20;

/// A task that is known only at run time, and ends at once.
struct Minutely(&'static CronTaskDefinition);

impl ErasedCronTask for Minutely {
    fn definition(&self) -> &'static CronTaskDefinition {
        self.0
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

    fn execute<'a>(&'a self, _: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        Box::pin(async { Ok(json!({ "ok": true })) })
    }

    fn rollback<'a>(&'a self, _: TaskContext<Value>, _: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async { Ok(()) })
    }
}

fn minutely() -> RegistryBuilder {
    (0..TASKS).fold(Registry::builder(), |registry, n| {
        let definition = CronTaskDefinition {
            schedule: Schedule::Cron("* * * * *"),
            catch_up: CatchUp::All,
            ..CronTaskDefinition::new(format!("minutely-{n}").leak())
        };
        registry.erased(Arc::new(Minutely(Box::leak(Box::new(definition)))))
    })
}

#[tokio::test]
async fn an_execution_costs_less_than_a_hundred_allocations() {
    let home =
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder").join("downbeat-postgres-test");
    let database = TestDatabase::migrated(TestServer::from_environment(home)).await;
    let app = TestApp::new(database.url(), minutely(), "2026-03-02T12:00:00Z".parse().unwrap()).await;
    let minutes = Duration::from_secs(60) * MINUTES;
    // What is made once and kept is made now.
    app.advance(minutes).await;

    let region = Region::new(ALLOCATOR);
    app.advance(minutes).await;
    let spent = region.change();

    let executions = TASKS * MINUTES as usize;
    let completed = app.expect("minutely-7").await.executions().len();
    assert_eq!(completed, 2 * MINUTES as usize, "in both halves everything ran");
    let each = |count: usize| count as f64 / executions as f64;
    let (allocations, bytes) = (each(spent.allocations + spent.reallocations), each(spent.bytes_allocated));
    assert!(allocations < 100.0 && bytes < 25_000.0, "{allocations} allocations an execution, of {bytes} bytes");
}
