//! What there is to choose from, out of the API's answers. Pure.

use std::fmt;

use downbeat::model::{CronTaskRow, Execution, Runner, SideTaskRow, Status};
use downbeat::repository::{HistoryPage, RunnerPage};
use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::view::Page;

/// How many executions there are to choose from, the newest.
const NEWEST: u16 = 200;
/// Those that live come first.
const MOST_RUNNERS: u16 = 1000;

/// One that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What is typed for it.
    pub(crate) value: String,
    /// What a person reads and searches.
    label: String,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// A word that speaks for itself.
pub(super) fn word(word: String) -> Choice {
    Choice { label: word.clone(), value: word }
}

/// Where the choices come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Task(OfTasks),
    Execution(OfExecutions),
    SideTask,
    Runner,
}

/// Which cron tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfTasks {
    Any,
    Enabled,
    Disabled,
    Paused,
}

/// Which executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfExecutions {
    Any,
    /// Those that run or wait.
    Open,
    /// Those that can be tried again.
    Ended,
}

impl Source {
    /// Of an argument of a command.
    pub(crate) fn of(command: &str, argument: &str) -> Option<Self> {
        Some(match (command, argument) {
            ("side start" | "side stop" | "side restart", "task") => Self::SideTask,
            ("cron enable", "task") => Self::Task(OfTasks::Disabled),
            ("cron disable", "task") => Self::Task(OfTasks::Enabled),
            ("cron resume", "task") => Self::Task(OfTasks::Paused),
            (_, "task") => Self::Task(OfTasks::Any),
            ("cron cancel", "id") => Self::Execution(OfExecutions::Open),
            ("cron retry", "id") => Self::Execution(OfExecutions::Ended),
            (_, "id") => Self::Execution(OfExecutions::Any),
            (_, "instance") => Self::Runner,
            _ => return None,
        })
    }

    /// What is asked for them.
    pub(crate) fn call(self) -> Call {
        match self {
            Self::Task(which) => {
                let enabled = match which {
                    OfTasks::Enabled => Some(true),
                    OfTasks::Disabled => Some(false),
                    OfTasks::Any | OfTasks::Paused => None,
                };
                Call::of("cron tasks").query("enabled", enabled)
            }
            Self::Execution(which) => {
                let statuses = Status::ALL.iter().filter(|status| which.covers(**status));
                let statuses: Vec<_> = statuses.map(|status| status.as_str().to_owned()).collect();
                Call::of("cron history").list("status", &statuses).query("limit", Some(NEWEST))
            }
            Self::SideTask => Call::of("side tasks"),
            Self::Runner => Call::of("runner status").query("limit", Some(MOST_RUNNERS)),
        }
    }

    /// Reads them.
    pub(crate) fn choices(self, page: &Page, data: &Value) -> serde_json::Result<Vec<Choice>> {
        Ok(match self {
            Self::Task(which) => {
                let mut tasks = Vec::<CronTaskRow>::deserialize(data)?;
                tasks.retain(|task| task.retired_at.is_none() && (which != OfTasks::Paused || task.is_paused));
                named(page, tasks.iter().map(|task| (&*task.name, &*task.description)))
            }
            Self::SideTask => {
                let mut tasks = Vec::<SideTaskRow>::deserialize(data)?;
                tasks.retain(|task| task.retired_at.is_none());
                named(page, tasks.iter().map(|task| (&*task.name, task.description.as_deref().unwrap_or_default())))
            }
            Self::Execution(_) => {
                let executions = HistoryPage::deserialize(data)?.executions;
                executions.iter().map(|execution| of_execution(page, execution)).collect()
            }
            Self::Runner => {
                let mut runners = RunnerPage::deserialize(data)?.runners;
                runners.retain(|runner| runner.ended_at.is_none());
                runners.iter().map(|runner| of_runner(page, runner)).collect()
            }
        })
    }
}

impl OfExecutions {
    fn covers(self, status: Status) -> bool {
        match self {
            Self::Any => true,
            Self::Open => !status.is_final(),
            Self::Ended => status.is_final(),
        }
    }
}

/// Names under names, and what each is for.
fn named<'a>(page: &Page, tasks: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<Choice> {
    let longest = tasks.clone().map(|(name, _)| name.len()).max().unwrap_or_default();
    let choice = |(name, description): (&str, &str)| {
        let what = page.title(name).unwrap_or_else(|| page.description(name, description));
        Choice { value: name.to_owned(), label: page.cut(format!("{name:<longest$}  {what}").trim_end()) }
    };
    tasks.map(choice).collect()
}

fn of_execution(page: &Page, execution: &Execution) -> Choice {
    let label = format!(
        "{}  {}  {}  {}",
        page.instant(execution.scheduled_for),
        execution.task_name,
        page.label(&execution.status.key(), execution.status.as_str()),
        page.ago(execution.completed_at.or(execution.started_at).unwrap_or(execution.created_at)),
    );
    Choice { value: execution.id.to_string(), label: page.cut(&label) }
}

fn of_runner(page: &Page, runner: &Runner) -> Choice {
    let running: Vec<_> = runner.running.iter().map(|task| task.task_name.as_str()).collect();
    let label = format!(
        "{}  {}  {}  {}",
        runner.name,
        page.label(&runner.kind.key(), runner.kind.as_str()),
        page.label(&runner.state.key(), runner.state.as_str()),
        running.join(", "),
    );
    Choice { value: runner.instance_id.to_string(), label: page.cut(label.trim_end()) }
}
