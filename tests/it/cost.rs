//! What an execution costs in statements. They do not depend on the machine, so they are held here and times are not.

use std::sync::Arc;

use downbeat::model::{CatchUp, Status};
use downbeat::task::prelude::*;
use downbeat::task::{ErasedCronTask, Refusal, Registry, RegistryBuilder};
use futures_util::future::BoxFuture;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

use crate::support::{World, history, pulse};

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

    fn execute<'a>(&'a self, cx: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        Box::pin(async move { Ok(json!(cx.scheduled_for())) })
    }

    fn rollback<'a>(&'a self, _: TaskContext<Value>, _: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async { Ok(()) })
    }
}

fn minutely(tasks: usize) -> RegistryBuilder {
    (0..tasks).fold(Registry::builder(), |registry, n| {
        let name: &'static str = format!("minutely-{n}").leak();
        let definition = CronTaskDefinition {
            schedule: Schedule::Cron("* * * * *"),
            catch_up: CatchUp::All,
            ..CronTaskDefinition::new(name)
        };
        registry.erased(Arc::new(Minutely(Box::leak(Box::new(definition)))))
    })
}

#[tokio::test]
async fn a_hundred_executions_cost_a_handful_of_statements() {
    const TASKS: usize = 100;
    const SLOTS: usize = 10;
    let world = World::new().await;
    let app = world.app(minutely(TASKS)).await;
    pulse(&app).await;
    world.set("12:10:00");

    let before = app.repository().statements_sent();
    let report = pulse(&app).await;
    let sent = app.repository().statements_sent() - before;

    assert_eq!(report.results.len(), TASKS * SLOTS);
    let executions = history(&app, "minutely-7").await;
    assert!(executions.iter().all(|execution| execution.status == Status::Completed));
    assert_eq!(executions.len(), SLOTS);
    // Each round of a hundred takes one look, one claim, and one or two records of how they ended. Some rounds are smaller:
    // what ends late goes with the next.
    let each = sent as f64 / (TASKS * SLOTS) as f64;
    assert!(each <= 0.1, "{sent} statements for {} executions are {each} each", TASKS * SLOTS);
}

#[tokio::test]
async fn a_pulse_with_nothing_due_costs_four_statements() {
    let world = World::new().await;
    let app = world.app(minutely(3)).await;
    pulse(&app).await;

    let before = app.repository().statements_sent();
    assert!(pulse(&app).await.results.is_empty());
    let sent = app.repository().statements_sent() - before;

    assert!(sent <= 4, "{sent} statements");
}
