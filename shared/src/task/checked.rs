//! Tasks of a registry: nothing runs with settings that are not what the task itself publishes of them.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::Schema;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::schema::Form;
use super::{
    CronTaskDefinition, ErasedCronTask, ErasedSideTask, Refusal, SideContext, SideTaskDefinition, TaskContext,
    TaskError, TaskResult,
};
use crate::locale::Message;

/// A task that is asked only about settings of the form it publishes.
pub(super) struct Checked<T: ?Sized> {
    task: Arc<T>,
    form: Form,
}

impl Checked<dyn ErasedCronTask> {
    /// # Errors
    ///
    /// What of the published schema cannot be checked.
    pub(super) fn cron(task: Arc<dyn ErasedCronTask>) -> Result<Self, Message> {
        Ok(Self { form: Form::new(&task.config_schema())?, task })
    }

    /// Refuses the settings it comes with, where they are not of the form it publishes.
    pub(super) fn check_default(&self) -> Result<(), Refusal> {
        let config = self.task.default_config();
        self.form.check(&config, || self.task.read(&config))
    }
}

impl Checked<dyn ErasedSideTask> {
    /// # Errors
    ///
    /// What of the published schema cannot be checked.
    pub(super) fn side(task: Arc<dyn ErasedSideTask>) -> Result<Self, Message> {
        Ok(Self { form: Form::new(&task.config_schema())?, task })
    }

    /// Refuses the settings it comes with, where they are not of the form it publishes.
    pub(super) fn check_default(&self) -> Result<(), Refusal> {
        self.form.check(&self.task.default_config(), || Ok(()))
    }
}

impl ErasedCronTask for Checked<dyn ErasedCronTask> {
    fn definition(&self) -> &'static CronTaskDefinition {
        self.task.definition()
    }

    fn config_schema(&self) -> Schema {
        self.task.config_schema()
    }

    fn report_schema(&self) -> Schema {
        self.task.report_schema()
    }

    fn default_config(&self) -> Value {
        self.task.default_config()
    }

    fn read(&self, config: &Value) -> Result<(), Refusal> {
        self.task.read(config)
    }

    fn validate<'a>(&'a self, config: &'a Value) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move {
            self.form.check(config, || self.task.read(config))?;
            self.task.validate(config).await
        })
    }

    fn execute<'a>(&'a self, cx: TaskContext<Value>) -> BoxFuture<'a, TaskResult<Value>> {
        self.task.execute(cx)
    }

    fn rollback<'a>(&'a self, cx: TaskContext<Value>, why: &'a TaskError) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async move {
            // A runner that was lost may have run another version of the task.
            self.form.check(&cx.config, || self.task.read(&cx.config))?;
            self.task.rollback(cx, why).await
        })
    }
}

impl ErasedSideTask for Checked<dyn ErasedSideTask> {
    fn definition(&self) -> &'static SideTaskDefinition {
        self.task.definition()
    }

    fn config_schema(&self) -> Schema {
        self.task.config_schema()
    }

    fn default_config(&self) -> Value {
        self.task.default_config()
    }

    fn run<'a>(&'a self, cx: SideContext<Value>, stop: CancellationToken) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async move {
            // Another version of the program may have stored them.
            self.form.check(&cx.config, || Ok(()))?;
            self.task.run(cx, stop).await
        })
    }

    fn health<'a>(&'a self, cx: SideContext<Value>) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async move {
            self.form.check(&cx.config, || Ok(()))?;
            self.task.health(cx).await
        })
    }

    fn on_error<'a>(&'a self, cx: SideContext<Value>, error: &'a TaskError) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if self.form.check(&cx.config, || Ok(())).is_ok() {
                self.task.on_error(cx, error).await;
            }
        })
    }

    fn on_shutdown<'a>(&'a self, cx: SideContext<Value>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if self.form.check(&cx.config, || Ok(())).is_ok() {
                self.task.on_shutdown(cx).await;
            }
        })
    }
}
