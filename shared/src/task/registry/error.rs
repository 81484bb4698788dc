//! What is wrong with the tasks of a program, and how it is told.

use std::fmt;

use super::check::RESERVED;
use crate::locale::{Argument, Locale, Message, format, msg};
use crate::task::CronExprError;

/// Something wrong in the registry.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistryError {
    /// The name is no [`TaskName`](crate::model::TaskName).
    #[error("task {task:?}: the name is not allowed")]
    InvalidName {
        /// The name.
        task: &'static str,
    },
    /// The name stands for something else in the paths of the HTTP API.
    #[error("task {task:?}: the name is reserved")]
    ReservedName {
        /// The name.
        task: &'static str,
    },
    /// Two tasks have one name.
    #[error("task {task:?}: the name is taken twice")]
    DuplicateName {
        /// The name.
        task: &'static str,
    },
    /// The cron expression cannot be read.
    #[error("task {task:?}: the schedule cannot be read")]
    Schedule {
        /// The task's name.
        task: &'static str,
        /// What is wrong with the expression.
        #[source]
        error: CronExprError,
    },
    /// The cron expression is valid and never comes.
    #[error("task {task:?}: the schedule {expression:?} never comes")]
    NeverComes {
        /// The task's name.
        task: &'static str,
        /// The expression.
        expression: String,
    },
    /// The time zone is unknown.
    #[error("task {task:?}: the time zone {zone:?} is unknown")]
    UnknownZone {
        /// The task's name.
        task: &'static str,
        /// What was written.
        zone: &'static str,
        /// What could have been meant.
        nearest: Option<&'static str>,
    },
    /// The timeout is zero or longer than 24 days.
    #[error("task {task:?}: the timeout must be between 1 ms and 24 days")]
    Timeout {
        /// The task's name.
        task: &'static str,
    },
    /// Another duration is longer than 24 days.
    #[error("task {task:?}: a duration is longer than 24 days")]
    TooLong {
        /// The task's name.
        task: &'static str,
    },
    /// The start jitter is a day or longer.
    #[error("task {task:?}: the start jitter must be shorter than a day")]
    Jitter {
        /// The task's name.
        task: &'static str,
    },
    /// No slot may wait, or no instance may run.
    #[error("task {task:?}: the number of the overlap policy must be at least 1")]
    Overlap {
        /// The task's name.
        task: &'static str,
    },
    /// An instant cannot be read.
    #[error("task {task:?}: {written:?} is no instant of RFC 3339")]
    Instant {
        /// The task's name.
        task: &'static str,
        /// What was written.
        written: &'static str,
    },
    /// The time in which it has slots ends before it begins.
    #[error("task {task:?}: not_after is before not_before")]
    Backwards {
        /// The task's name.
        task: &'static str,
    },
    /// The JSON Schema of its settings says what cannot be checked.
    #[error("task {task:?}: the schema of its settings cannot be checked: {problem}")]
    Schema {
        /// The task's name.
        task: &'static str,
        /// What of it.
        problem: Message,
    },
    /// The settings it comes with are not what their JSON Schema says.
    #[error("task {task:?}: its default settings are refused: {path}: {reason}")]
    DefaultConfig {
        /// The task's name.
        task: &'static str,
        /// Where: `config.targets[2].url`.
        path: String,
        /// What is wrong, and what is allowed.
        reason: Argument,
    },
    /// A named limit lets nothing run.
    #[error("limit {tag:?}: at least 1 must be allowed")]
    Limit {
        /// The tag.
        tag: &'static str,
    },
    /// A task falls under two named limits.
    #[error("task {task:?}: it falls under several limits: {}", tags.join(", "))]
    TwoLimits {
        /// The task's name.
        task: &'static str,
        /// Its tags that are limited.
        tags: Vec<&'static str>,
    },
    /// A dependency names no cron task.
    #[error("task {task:?}: the dependency {dependency:?} is unknown")]
    UnknownDependency {
        /// The task's name.
        task: &'static str,
        /// What was written.
        dependency: &'static str,
        /// What could have been meant.
        nearest: Option<&'static str>,
    },
    /// Messages are for a language there is not.
    #[error("messages: there is no language {language:?}")]
    UnknownLanguage {
        /// What was written.
        language: &'static str,
    },
    /// Messages cannot be read, or say twice what one id means.
    #[error("messages: {problem}")]
    Messages {
        /// The language, the line, and what is wrong.
        problem: String,
    },
    /// A message is neither the title nor the description of a task.
    #[error("messages: {place}: {id:?} is the title or description of no task")]
    UnknownMessage {
        /// The language and the line.
        place: String,
        /// What was written.
        id: String,
        /// What could have been meant.
        nearest: Option<String>,
    },
    /// Tasks wait for each other in a circle.
    #[error("tasks wait for each other: {}", path.join(" → "))]
    Cycle {
        /// The way round, first and last the same.
        path: Vec<&'static str>,
    },
}

impl RegistryError {
    /// The sentence for people.
    pub fn message(&self) -> Message {
        match self {
            Self::InvalidName { task } => msg::registry_invalid_name(*task),
            Self::ReservedName { task } => msg::registry_reserved_name(format::all_of(RESERVED), *task),
            Self::DuplicateName { task } => msg::registry_duplicate_name(*task),
            Self::Schedule { task, error } => msg::registry_schedule(error.message(), *task),
            Self::NeverComes { task, expression } => msg::registry_never_comes(expression.as_str(), *task),
            Self::UnknownZone { task, zone, nearest: None } => msg::registry_unknown_zone(*task, *zone),
            Self::UnknownZone { task, zone, nearest: Some(nearest) } => {
                msg::registry_unknown_zone_nearest(*nearest, *task, *zone)
            }
            Self::Timeout { task } => msg::registry_timeout(*task),
            Self::TooLong { task } => msg::registry_too_long(*task),
            Self::Jitter { task } => msg::registry_jitter(*task),
            Self::Overlap { task } => msg::registry_overlap(*task),
            Self::Instant { task, written } => msg::registry_instant(*task, *written),
            Self::Backwards { task } => msg::registry_backwards(*task),
            Self::Schema { task, problem } => msg::registry_schema(problem.clone(), *task),
            Self::DefaultConfig { task, path, reason } => {
                msg::registry_default_config(path.as_str(), reason.clone(), *task)
            }
            Self::Limit { tag } => msg::registry_limit(*tag),
            Self::TwoLimits { task, tags } => msg::registry_two_limits(format::all_of(tags.iter().copied()), *task),
            Self::UnknownDependency { task, dependency, nearest: None } => {
                msg::registry_unknown_dependency(*dependency, *task)
            }
            Self::UnknownDependency { task, dependency, nearest: Some(nearest) } => {
                msg::registry_unknown_dependency_nearest(*dependency, *nearest, *task)
            }
            Self::UnknownLanguage { language } => {
                msg::registry_unknown_language(format::all_of(Locale::all().map(Locale::tag)), *language)
            }
            Self::Messages { problem } => msg::registry_messages(problem.as_str()),
            Self::UnknownMessage { place, id, nearest: None } => {
                msg::registry_unknown_message(id.as_str(), place.as_str())
            }
            Self::UnknownMessage { place, id, nearest: Some(nearest) } => {
                msg::registry_unknown_message_nearest(id.as_str(), nearest.as_str(), place.as_str())
            }
            Self::Cycle { path } => msg::registry_cycle(path.join(" → ")),
        }
    }
}

/// Everything that is wrong in the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryErrors(pub Vec<RegistryError>);

impl fmt::Display for RegistryErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(|error| error.message().to_string()).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for RegistryErrors {}
