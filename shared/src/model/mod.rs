//! The words of the system: names, statuses, priorities, executions. No IO, and of ours, only sentences are imported here.

mod change;
mod error;
mod event;
mod execution;
mod explanation;
mod name;
mod position;
mod pulse;
mod queue;
mod runner;
pub(crate) mod schema;
mod side;
mod status;
mod task;

pub use change::{Change, ChangeAction, Maintenance};
pub use error::{ErrorKind, RecordedError};
pub use event::{Event, EventKind};
pub use execution::{Execution, ExecutionId, ExecutionLog, LogLine, Progress, Reason, Rollback, Trigger};
pub use explanation::SlotVerdict;
pub use name::{InvalidName, TaskName, closest, likeness};
pub use position::{Place, Position, Snapshot, Unreadable};
pub use pulse::{PulseExecution, PulseHealth, PulseStatus};
pub use queue::{Queue, RunningExecution, UpcomingSlot, WaitReason, WaitingExecution};
pub use runner::{Runner, RunnerId, RunnerKind, RunnerState, RunningTask};
pub use side::{SideHealth, SideInstance, SideState, SideTaskRow};
pub use status::{Category, Environment, Priority, Status, TaskType};
pub use task::{CatchUp, CronTaskRow, OverlapPolicy, RunsOn, TaskId};

/// An enum whose values are written the same way everywhere.
pub trait Words: Copy + Sized + std::str::FromStr<Err = UnknownWord> + 'static {
    /// Every value, in order of declaration.
    const ALL: &'static [Self];

    /// The written form.
    fn written(self) -> &'static str;

    /// A regular expression, without anchors, of all that is read as one of them: any case, `-` for `_`.
    fn pattern() -> String {
        let words: Vec<_> = Self::ALL.iter().map(|word| any_spelling(word.written())).collect();
        format!("({})", words.join("|"))
    }
}

/// A regular expression of a word in any case, with `-` for `_`. Written out: JSON Schema knows no flags.
pub(crate) fn any_spelling(word: &str) -> String {
    let letters = word.chars().map(|letter| match letter {
        '_' => "[-_]".to_owned(),
        letter => format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase()),
    });
    letters.collect()
}

/// Declares an enum whose values are written the same way everywhere: in PostgreSQL, JSON, the command line and locales.
///
/// Each value has its written form (`HIGH`) and gives its translation key (`tasks.priority.high`).
macro_rules! words {
    (
        $(# $on_all:tt)*
        $vis:vis enum $name:ident: $family:literal {
            $($(# $on_word:tt)* $variant:ident = $text:literal,)+
        }
    ) => {
        $(# $on_all)*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $($(# $on_word)* #[serde(rename = $text)] $variant,)+
        }

        $crate::model::schema::described_by!($name, |_: &mut schemars::SchemaGenerator| {
            const WORDS: &[$crate::model::schema::Word] =
                &[$(($text, $crate::model::schema::about!($($on_word)*))),+];
            $crate::model::schema::of_words($crate::model::schema::about!($($on_all)*), WORDS)
        });

        impl $name {
            /// Every value, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The written form, the same in the database, in JSON and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The translation key, for example `tasks.priority.high`.
            #[must_use]
            pub fn key(self) -> String {
                format!(concat!("tasks.", $family, ".{}"), self.as_str().to_lowercase())
            }
        }

        impl $crate::model::Words for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn written(self) -> &'static str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownWord;

            /// Reads the written form in any case; `-` and `_` are the same.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let wanted = text.replace('-', "_");
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str().eq_ignore_ascii_case(&wanted))
                    .ok_or_else(|| $crate::model::UnknownWord {
                        family: $family,
                        written: text.to_owned(),
                        allowed: Self::ALL.iter().map(|value| value.as_str()).collect(),
                    })
            }
        }
    };
}
pub(crate) use words;

/// A word that no value of its enum is written as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{family}: {written:?} is not one of {}", allowed.join(", "))]
pub struct UnknownWord {
    /// Which enum was meant: `priority`, `status`, …
    pub family: &'static str,
    /// What was written.
    pub written: String,
    /// What could have been written.
    pub allowed: Vec<&'static str>,
}
