//! Side tasks: the trait authors implement, and the form the engine knows.

use std::future::Future;

use futures_util::future::BoxFuture;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::typed::{default_config, typed};
use super::{Refusal, SideTaskDefinition, TaskError, TaskResult};
use crate::repository::Repository;

/// A long-running loop. One instance lives across all workers, or one in each, see [`Instances`](super::Instances).
pub trait SideTask: Send + Sync + 'static {
    /// Its settings. `()` for a task without any.
    type Config: Serialize + DeserializeOwned + JsonSchema + Default + Send + Sync + 'static;

    /// What the task says about itself.
    const DEFINITION: SideTaskDefinition;

    /// Works until `stop` is cancelled, then returns. Returning earlier, an error and a panic end in a restart; an error no
    /// other attempt can help with, see [`TaskError::never_retried`], in none.
    fn run(
        &self,
        cx: SideContext<Self::Config>,
        stop: CancellationToken,
    ) -> impl Future<Output = TaskResult<()>> + Send;

    /// Whether it works as it should, asked each `health_check_interval` while it runs. An error, a panic and no answer within
    /// that interval, at most ten seconds, count as no; after three in a row it is ended and started again.
    fn health(&self, cx: SideContext<Self::Config>) -> impl Future<Output = TaskResult<()>> + Send {
        let _ = cx;
        async { Ok(()) }
    }

    /// Told of each error and panic, before the restart.
    fn on_error(&self, cx: SideContext<Self::Config>, error: &TaskError) -> impl Future<Output = ()> + Send {
        let _ = (cx, error);
        async {}
    }

    /// Called once after the loop has ended for good, to clean up.
    fn on_shutdown(&self, cx: SideContext<Self::Config>) -> impl Future<Output = ()> + Send {
        let _ = cx;
        async {}
    }
}

/// What a side task has to work with.
#[derive(Clone, Debug)]
pub struct SideContext<C> {
    /// Its settings.
    pub config: std::sync::Arc<C>,
    pub(crate) repository: Repository,
}

impl<C> SideContext<C> {
    /// The database, by its verbs.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.repository
    }
}

/// A [`SideTask`] as the engine knows it: settings are JSON.
pub trait ErasedSideTask: Send + Sync + 'static {
    /// What the task says about itself.
    fn definition(&self) -> &'static SideTaskDefinition;
    /// JSON Schema of its settings. Nothing is asked of it with others.
    fn config_schema(&self) -> Schema;
    /// Its settings where nobody changed them, as JSON.
    fn default_config(&self) -> Value;
    /// See [`SideTask::run`].
    fn run<'a>(&'a self, cx: SideContext<Value>, stop: CancellationToken) -> BoxFuture<'a, TaskResult<()>>;
    /// See [`SideTask::health`].
    fn health<'a>(&'a self, cx: SideContext<Value>) -> BoxFuture<'a, TaskResult<()>>;
    /// See [`SideTask::on_error`].
    fn on_error<'a>(&'a self, cx: SideContext<Value>, error: &'a TaskError) -> BoxFuture<'a, ()>;
    /// See [`SideTask::on_shutdown`].
    fn on_shutdown<'a>(&'a self, cx: SideContext<Value>) -> BoxFuture<'a, ()>;
}

impl<T: SideTask> ErasedSideTask for T {
    fn definition(&self) -> &'static SideTaskDefinition {
        const { &T::DEFINITION }
    }

    fn config_schema(&self) -> Schema {
        schema_for!(T::Config)
    }

    fn default_config(&self) -> Value {
        default_config::<T::Config>()
    }

    fn run<'a>(&'a self, cx: SideContext<Value>, stop: CancellationToken) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async move { SideTask::run(self, with_types(cx)?, stop).await })
    }

    fn health<'a>(&'a self, cx: SideContext<Value>) -> BoxFuture<'a, TaskResult<()>> {
        Box::pin(async move { SideTask::health(self, with_types(cx)?).await })
    }

    fn on_error<'a>(&'a self, cx: SideContext<Value>, error: &'a TaskError) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Ok(cx) = with_types(cx) {
                SideTask::on_error(self, cx, error).await;
            }
        })
    }

    fn on_shutdown<'a>(&'a self, cx: SideContext<Value>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Ok(cx) = with_types(cx) {
                SideTask::on_shutdown(self, cx).await;
            }
        })
    }
}

fn with_types<C: DeserializeOwned + Serialize + Default>(cx: SideContext<Value>) -> Result<SideContext<C>, Refusal> {
    Ok(SideContext { config: std::sync::Arc::new(typed(&cx.config)?), repository: cx.repository })
}
