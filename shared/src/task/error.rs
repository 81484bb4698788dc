//! How a task says that something went wrong.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::locale::{Argument, Message, Stored, cut};
use crate::model::{ErrorKind, RecordedError};
use crate::repository::RepositoryError;

/// Of a message that was made of a sentence of ours, and of one of its causes, so many bytes of what it was made of are kept:
/// an error is read and written with its row each time.
const LARGEST_SENTENCE: usize = 16 * 1024;
const LARGEST_CAUSE: usize = 2 * 1024;

/// What a task's functions return.
pub type TaskResult<T> = Result<T, TaskError>;

/// Why an attempt failed, and whether another may help.
///
/// Any error turns into one by `?`: of kind `EXECUTION`, tried again as the task's policy allows. Where the author
/// knows better, [`IntoTaskError`] says so: `.transient()?`, `.fatal()?`.
#[derive(Clone, Debug)]
pub struct TaskError {
    kind: ErrorKind,
    code: Cow<'static, str>,
    message: Argument,
    chain: Vec<Argument>,
    retry: Retry,
}

/// Whether another attempt may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It may: try again with the policy's back-off.
    Backoff,
    /// It may, but not before this long.
    After(Duration),
    /// It cannot.
    Never,
}

impl TaskError {
    /// An error of the task's own doing, tried again as its policy allows. `code` is a short word for programs, and may be
    /// any: by it, nobody takes an error for one of ours. `message` is told to every reader as it is.
    pub fn execution(code: impl Into<Cow<'static, str>>, message: impl Into<Argument>) -> Self {
        Self::new(ErrorKind::Execution, code, message)
    }

    /// The settings are wrong. Never tried again.
    pub fn configuration(code: impl Into<Cow<'static, str>>, message: impl Into<Argument>) -> Self {
        Self::new(ErrorKind::Configuration, code, message)
    }

    /// The machinery around the task failed. Tried again.
    pub(crate) fn system(code: &'static str, message: impl Into<Argument>) -> Self {
        Self::new(ErrorKind::System, code, message)
    }

    /// It took too long. Tried again.
    pub(crate) fn timeout(message: Message) -> Self {
        Self::new(ErrorKind::Timeout, "timeout", message)
    }

    fn new(kind: ErrorKind, code: impl Into<Cow<'static, str>>, message: impl Into<Argument>) -> Self {
        let retry = match kind {
            ErrorKind::Timeout | ErrorKind::Execution | ErrorKind::System => Retry::Backoff,
            ErrorKind::Dependency | ErrorKind::Configuration => Retry::Never,
        };
        Self { kind, code: code.into(), message: message.into(), chain: Vec::new(), retry }
    }

    /// The same error, not tried again.
    #[must_use]
    pub fn never_retried(self) -> Self {
        Self { retry: Retry::Never, ..self }
    }

    /// The same error, tried again, but not before `wait` has passed.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry: Retry::After(wait), ..self }
    }

    /// The same error with a cause beneath it.
    #[must_use]
    pub fn caused_by(mut self, cause: &(dyn Error + 'static)) -> Self {
        self.chain.push(cause.to_string().into());
        self.chain.extend(causes(cause));
        self
    }

    /// The same error with another one beneath it.
    #[must_use]
    pub(crate) fn because_of(mut self, cause: &Self) -> Self {
        self.chain.push(cause.message.clone());
        self.chain.extend(cause.chain.iter().cloned());
        self
    }

    /// What happened, for people.
    pub(crate) fn message(&self) -> &Argument {
        &self.message
    }

    /// Which of the five kinds it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The short word for programs.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether another attempt may help.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.retry
    }

    /// The error as it is stored. Messages are cut to a length one can read.
    #[must_use]
    pub fn record(&self) -> RecordedError {
        let Stored { text, sentence } = self.message.stored();
        let (chain, mut causes): (Vec<_>, Vec<_>) = self
            .chain
            .iter()
            .take(16)
            .map(Argument::stored)
            .map(|cause| {
                (cut(&cause.text, 1_000), cause.sentence.and_then(|sentence| sentence.storable(LARGEST_CAUSE)))
            })
            .unzip();
        if causes.iter().all(Option::is_none) {
            causes.clear();
        }
        RecordedError {
            kind: self.kind,
            code: cut(&self.code, 100),
            message: cut(&text, 4_000),
            chain,
            sentence: sentence.and_then(|sentence| sentence.storable(LARGEST_SENTENCE)),
            causes,
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

// Not an `Error` itself, so that every `Error` can turn into one.
impl<E: Error + Send + Sync + 'static> From<E> for TaskError {
    fn from(error: E) -> Self {
        // One of the database has a sentence, which is told in every language.
        let ours = (&error as &dyn Any).downcast_ref::<RepositoryError>();
        let message = ours.map_or_else(|| Argument::from(error.to_string()), |error| error.message().into());
        let mut task_error = Self::execution("execution_failed", message);
        task_error.chain = causes(&error).collect();
        task_error
    }
}

fn causes(error: &(dyn Error + 'static)) -> impl Iterator<Item = Argument> {
    std::iter::successors(error.source(), |&cause| cause.source()).map(|cause| cause.to_string().into())
}

/// Says of an error whether another attempt may help.
pub trait IntoTaskError<T> {
    /// Another attempt may help.
    fn transient(self) -> TaskResult<T>;
    /// No other attempt can help.
    fn fatal(self) -> TaskResult<T>;
}

impl<T, E: Into<TaskError>> IntoTaskError<T> for Result<T, E> {
    fn transient(self) -> TaskResult<T> {
        self.map_err(|error| TaskError { retry: Retry::Backoff, ..error.into() })
    }

    fn fatal(self) -> TaskResult<T> {
        self.map_err(|error| error.into().never_retried())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);

    fn fails() -> Result<(), Outer> {
        Err(Outer(std::io::Error::other("inner")))
    }

    #[test]
    fn any_error_becomes_an_execution_error_with_its_causes() {
        let error = (|| -> TaskResult<()> { Ok(fails()?) })().unwrap_err();
        let recorded = error.record();
        assert_eq!((recorded.kind, recorded.message.as_str()), (ErrorKind::Execution, "outer"));
        assert_eq!(recorded.chain, ["inner"]);
        assert_eq!(error.retry(), Retry::Backoff);
    }

    #[test]
    fn the_author_decides_whether_to_try_again() {
        assert_eq!(fails().fatal().unwrap_err().retry(), Retry::Never);
        assert_eq!(fails().transient().unwrap_err().retry(), Retry::Backoff);
        let later = TaskError::execution("busy", "busy").retry_after(Duration::from_secs(9));
        assert_eq!(later.retry(), Retry::After(Duration::from_secs(9)));
        assert_eq!(TaskError::configuration("bad", "bad").retry(), Retry::Never);
    }

    #[test]
    fn what_the_database_says_is_a_sentence_of_ours() {
        let fails = || -> TaskResult<()> { Err(RepositoryError::TimedOut { statement: "now.sql" })? };
        let recorded = fails().unwrap_err().record();
        assert_eq!(recorded.sentence.map(|sentence| sentence.id().to_owned()), Some("database-timed-out".to_owned()));
    }

    #[test]
    fn what_is_stored_is_bounded_and_free_of_nul() {
        let recorded = TaskError::execution("x", "\0".repeat(1_000_000)).record();
        assert_eq!(recorded.message.chars().count(), 4_000);
        assert!(!recorded.message.contains('\0'));
    }
}
