//! Why an execution failed, as it is recorded.

use super::words;

words! {
    /// The error kinds of the specification.
    pub enum ErrorKind: "error" {
        /// It took longer than its timeout.
        Timeout = "TIMEOUT",
        /// The task itself said no, or panicked.
        Execution = "EXECUTION",
        /// The machinery around the task failed: a lost runner, a lost database.
        System = "SYSTEM",
        /// A task it depends on did not complete.
        Dependency = "DEPENDENCY",
        /// Its settings are wrong; never retried.
        Configuration = "CONFIGURATION",
    }
}

/// An error as stored in `cron_task_executions.error`:
/// `{"kind","code","message","chain":[…]}`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct RecordedError {
    /// Which of the five kinds.
    pub kind: ErrorKind,
    /// A short word for programs, for example `runner_lost`.
    pub code: String,
    /// What happened, for people.
    pub message: String,
    /// The causes beneath it, outermost first.
    #[serde(default)]
    pub chain: Vec<String>,
}
