//! What a task *is*: the traits an author implements, and the words an author uses in them.
//!
//! A task is one file: a type, its definition as data, and what it does as named functions.
//!
//! ```
//! use downbeat::task::prelude::*;
//!
//! /// Says hello to the log.
//! pub struct SayHello;
//!
//! #[derive(Default, Serialize, Deserialize, JsonSchema)]
//! #[serde(default, deny_unknown_fields)]
//! pub struct Config {
//!     /// Who is greeted.
//!     name: String,
//! }
//!
//! impl CronTask for SayHello {
//!     type Config = Config;
//!     type Report = ();
//!
//!     const DEFINITION: CronTaskDefinition = CronTaskDefinition {
//!         schedule: Schedule::Cron("*/5 * * * *"),
//!         description: "Says hello to the log",
//!         ..CronTaskDefinition::new("say-hello")
//!     };
//!
//!     async fn execute(&self, cx: TaskContext<Config>) -> TaskResult<()> {
//!         tracing::info!(name = cx.config.name, "hello");
//!         Ok(())
//!     }
//! }
//! # let registry = downbeat::task::Registry::builder().cron(SayHello).build().unwrap();
//! # assert_eq!(registry.cron_tasks().len(), 1);
//! ```

mod change;
mod checked;
mod context;
mod cron;
pub mod cron_expr;
mod definition;
mod error;
mod refusal;
mod registry;
mod retry;
mod schema;
mod side;
mod typed;

pub use change::ChangeError;
pub(crate) use change::{change_schema, changed_overrides, configs_in_force, difference, in_force};
pub use context::{FencedTransaction, TaskContext};
pub(crate) use context::{Live, RunFacts};
pub use cron::{CronTask, ErasedCronTask};
pub use cron_expr::{CronExpr, CronExprError, UnknownZone, Zone};
pub use definition::{
    CronTaskDefinition, Defaults, Instances, Overlap, RestartPolicy, Schedule, SideTaskDefinition, WhenContext, WhenFn,
};
pub use error::{IntoTaskError, Retry, TaskError, TaskResult};
pub use refusal::Refusal;
pub use registry::{AnyTask, RESERVED_NAMES, Registry, RegistryBuilder, RegistryError, RegistryErrors};
pub use retry::RetryPolicy;
pub(crate) use retry::{backoff, share};
pub(crate) use schema::check_typed;
pub use side::{ErasedSideTask, SideContext, SideTask};

/// What a task's file begins with: `use downbeat::task::prelude::*;`
pub mod prelude {
    pub use std::time::Duration;

    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};
    pub use tokio_util::sync::CancellationToken;

    pub use super::{
        CronTask, CronTaskDefinition, Instances, IntoTaskError, Overlap, Refusal, RestartPolicy, RetryPolicy, Schedule,
        SideContext, SideTask, SideTaskDefinition, TaskContext, TaskError, TaskResult, WhenContext,
    };
    pub use crate::model::{CatchUp, Category, Priority, RunsOn};
    pub use crate::when;
}
