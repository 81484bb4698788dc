//! Tasks that are due each minute and end at once: what an execution costs is measured by them.

use std::sync::Arc;

use downbeat::model::CatchUp;
use downbeat::task::prelude::*;
use downbeat::task::{ErasedCronTask, Refusal, Registry, RegistryBuilder};
use futures_util::future::BoxFuture;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

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

/// So many of them, `minutely-0` and so on.
pub(crate) fn minutely(tasks: usize) -> RegistryBuilder {
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
