//! Why an execution failed, as it is recorded.

use super::words;
use crate::locale::{Locale, Sentence, Stored, lenient, lenient_list};

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
/// `{"kind","code","message","chain":[…]}`, and what sentences of ours in it were made of: `sentence` that of the message,
/// `causes` those of the chain. Callers are told without those.
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
    /// What the message was made of, where it is a sentence of ours and not the task's own words.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub sentence: Option<Sentence>,
    /// The same of each cause; empty where there is none of ours among them.
    #[serde(default, deserialize_with = "lenient_list", skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    pub causes: Vec<Option<Sentence>>,
}

impl RecordedError {
    /// The message, with what it was made of.
    #[must_use]
    pub fn stored(&self) -> Stored {
        Stored { text: self.message.clone(), sentence: self.sentence.clone() }
    }

    /// The error with its sentences in that language. A task's own words stay as they are.
    #[must_use]
    pub fn told(self, locale: Locale) -> Self {
        let message = self.stored().told(locale);
        let causes = self.causes.into_iter().chain(std::iter::repeat(None));
        let chain = self.chain.into_iter().zip(causes);
        Self {
            message,
            chain: chain.map(|(text, sentence)| Stored { text, sentence }.told(locale)).collect(),
            sentence: None,
            causes: Vec::new(),
            ..self
        }
    }
}
