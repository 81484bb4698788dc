//! Tasks that come each minute, as many as the conductor wants.

use std::sync::Arc;
use std::time::Duration;

use downbeat::task::prelude::*;
use downbeat::task::{ErasedCronTask, Refusal, RegistryBuilder};
use futures_util::future::BoxFuture;
use schemars::{Schema, schema_for};
use serde_json::{Value, json};
use tokio::time::sleep;
use torture::schedule::crowded;

use crate::run::{fate, recorded};
use crate::tasks::every_slot;

/// Adds them.
#[allow(clippy::disallowed_methods, reason = "this variable is no setting of the product")]
#[allow(clippy::panic, reason = "a run without its tasks must not count as one")]
pub(crate) fn join(tasks: RegistryBuilder) -> RegistryBuilder {
    let wanted = std::env::var("TORTURE_CROWD")
        .map_or(0, |wanted| wanted.parse().unwrap_or_else(|error| panic!("TORTURE_CROWD: {error}")));
    (0..wanted).fold(tasks, |tasks, n| {
        // They live as long as the program.
        let name = Box::leak(crowded(n).into_boxed_str());
        tasks.erased(Arc::new(OneOfMany(Box::leak(Box::new(every_slot(name, "* * * * *"))))))
    })
}

/// Takes up to two seconds.
struct OneOfMany(&'static CronTaskDefinition);

impl ErasedCronTask for OneOfMany {
    fn definition(&self) -> &'static CronTaskDefinition {
        self.0
    }

    fn config_schema(&self) -> Schema {
        schema_for!(())
    }

    fn report_schema(&self) -> Schema {
        schema_for!(())
    }

    fn default_config(&self) -> Value {
        json!({})
    }

    fn validate<'a>(&'a self, _: &'a Value) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async { Ok(()) })
    }

    fn execute<'a>(&'a self, cx: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        Box::pin(async move {
            recorded(&cx, async {
                sleep(Duration::from_millis(fate(&cx) % 2_000)).await;
                Ok(Value::Null)
            })
            .await
        })
    }

    fn rollback<'a>(&'a self, _: TaskContext<Value>, _: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async { Ok(()) })
    }
}
