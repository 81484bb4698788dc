//! Cron tasks: the trait authors implement, and the form the engine knows.

use std::future::Future;

use futures_util::future::BoxFuture;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::typed::{default_config, typed};
use super::{CronTaskDefinition, Refusal, TaskContext, TaskError, TaskResult};
use crate::locale::{msg, reading};

/// A task that runs at slots and ends.
pub trait CronTask: Send + Sync + 'static {
    /// Its settings. `()` for a task without any. Their `Default` is what applies unless an operator says otherwise.
    type Config: Serialize + DeserializeOwned + JsonSchema + Default + Send + Sync + 'static;
    /// What a run hands back; stored as the execution's result.
    type Report: Serialize + JsonSchema + Send + 'static;

    /// What the task says about itself.
    const DEFINITION: CronTaskDefinition;

    /// Does the work. To be cancellable, it awaits often, or looks at [`TaskContext::cancelled`].
    fn execute(&self, cx: TaskContext<Self::Config>) -> impl Future<Output = TaskResult<Self::Report>> + Send;

    /// Looks at the settings before each run and before they are stored, where they are what their JSON Schema says: what a
    /// schema can say, such as `#[schemars(range(min = 1))]`, needs no word here. A refusal is a `CONFIGURATION` error, never
    /// retried.
    fn validate(&self, config: &Self::Config) -> impl Future<Output = Result<(), Refusal>> + Send {
        let _ = config;
        async { Ok(()) }
    }

    /// Undoes what can be undone, after the last attempt has failed with `why`.
    fn rollback(&self, cx: TaskContext<Self::Config>, why: &TaskError) -> impl Future<Output = TaskResult<()>> + Send {
        let _ = (cx, why);
        async { Ok(()) }
    }
}

/// A [`CronTask`] as the engine knows it: settings and reports are JSON.
///
/// The only place where types turn into JSON and back.
pub trait ErasedCronTask: Send + Sync + 'static {
    /// What the task says about itself.
    fn definition(&self) -> &'static CronTaskDefinition;
    /// JSON Schema of its settings.
    fn config_schema(&self) -> Schema;
    /// JSON Schema of its report.
    fn report_schema(&self) -> Schema;
    /// Its settings where nobody changed them, as JSON.
    fn default_config(&self) -> Value;
    /// Whether `config` can be read, apart from what [`config_schema`](Self::config_schema) says: told together with what that
    /// refuses, so that whoever wrote it hears of every mistake at once.
    fn read(&self, config: &Value) -> Result<(), Refusal> {
        let _ = config;
        Ok(())
    }
    /// Whether `config` is one it would run with. Not asked where its schema refuses it already.
    fn validate<'a>(&'a self, config: &'a Value) -> BoxFuture<'a, Result<(), Refusal>>;
    /// See [`CronTask::execute`].
    fn execute<'a>(&'a self, cx: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>>;
    /// See [`CronTask::rollback`].
    fn rollback<'a>(&'a self, cx: TaskContext<Value>, why: &'a TaskError) -> BoxFuture<'a, TaskResult<()>>;
}

impl<T: CronTask> ErasedCronTask for T {
    fn definition(&self) -> &'static CronTaskDefinition {
        const { &T::DEFINITION }
    }

    fn config_schema(&self) -> Schema {
        schema_for!(T::Config)
    }

    fn report_schema(&self) -> Schema {
        schema_for!(T::Report)
    }

    fn default_config(&self) -> Value {
        default_config::<T::Config>()
    }

    fn read(&self, config: &Value) -> Result<(), Refusal> {
        typed::<T::Config>(config).map(drop)
    }

    fn validate<'a>(&'a self, config: &'a Value) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move { CronTask::validate(self, &typed::<T::Config>(config)?).await })
    }

    fn execute<'a>(&'a self, cx: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        Box::pin(async move {
            let config = typed::<T::Config>(&cx.config)?;
            let report = CronTask::execute(self, cx.with_config(config)).await?;
            serde_json::to_value(report).map_err(|error| {
                TaskError::execution("report_not_json", msg::error_report_not_json(reading(&error.to_string())))
                    .never_retried()
            })
        })
    }

    fn rollback<'a>(&'a self, cx: TaskContext<Value>, why: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async move {
            let config = typed::<T::Config>(&cx.config)?;
            CronTask::rollback(self, cx.with_config(config), why).await
        })
    }
}
