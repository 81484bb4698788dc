//! Looks the whole system over, and says of each part what it saw, what that means, and what to do.
//!
//! What is read stands in [`facts`] and in the repository; [`judge`] and [`vercel`] conclude, purely; [`sentence`] words it.
//! It never stops at the first problem: what can still be looked at is.

mod answer;
mod facts;
mod finding;
mod judge;
mod sentence;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests;
mod vercel;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::Config;
use crate::locale::{Locale, Message};
use crate::model::words;
use crate::task::{Registry, RegistryErrors};

pub use answer::{CheckAnswer, DoctorAnswer};
pub(crate) use finding::Finding;

words! {
    /// What is looked at.
    pub enum Check: "check" {
        /// The environment variables.
        Configuration = "configuration",
        /// The definitions of the code.
        Tasks = "tasks",
        /// `CRON_SECRET` and `TASK_API_TOKEN`.
        Secrets = "secrets",
        /// Who can reach the HTTP API.
        Listening = "listening",
        /// Whether a task is kept from running while it runs.
        Overlap = "overlap",
        /// What calls the pulse on Vercel.
        Vercel = "vercel",
        /// Named limits.
        Limits = "limits",
        /// The database, and its version.
        Database = "database",
        /// The tables.
        Migrations = "migrations",
        /// Whether the way there is encrypted.
        Tls = "tls",
        /// Whether a pooler stands between, and whether locks last behind it.
        Pooler = "pooler",
        /// The clocks of database and machine.
        Clock = "clock",
        /// Room for connections.
        Connections = "connections",
        /// Transactions that stay open.
        Transactions = "transactions",
        /// Dead rows.
        Vacuum = "vacuum",
        /// What the planner knows of the tables.
        Statistics = "statistics",
        /// Room on the disk.
        Disk = "disk",
        /// The runner instances.
        Runners = "runners",
        /// The versions of the program.
        Versions = "versions",
        /// Schedules, and who looks at them how often.
        Schedules = "schedules",
        /// Whether there are hosts of the kinds that tasks are bound to.
        Hosts = "hosts",
        /// Slots nobody decided.
        Overdue = "overdue",
        /// Tasks without a run.
        NeverRan = "never_ran",
        /// Failures in a row.
        Failures = "failures",
        /// Side tasks that were given up.
        SideTasks = "side_tasks",
        /// Pauses that are forgotten.
        Pauses = "pauses",
        /// Attempts of tasks that are gone.
        Retired = "retired",
    }
}

words! {
    /// How a check ended.
    pub enum CheckStatus: "check-status" {
        /// All is well.
        Ok = "ok",
        /// It works, and something is amiss.
        Warning = "warning",
        /// It does not work, or not for long.
        Failed = "failed",
        /// It could not be looked at.
        Skipped = "skipped",
    }
}

words! {
    /// What checks are about.
    pub enum CheckGroup: "check-group" {
        /// What is set and defined.
        Setup = "setup",
        /// The database.
        Database = "database",
        /// What runs and ran.
        Work = "work",
    }
}

impl Check {
    fn group(self) -> CheckGroup {
        match self {
            Self::Configuration
            | Self::Tasks
            | Self::Secrets
            | Self::Listening
            | Self::Overlap
            | Self::Vercel
            | Self::Limits => CheckGroup::Setup,
            Self::Database
            | Self::Migrations
            | Self::Tls
            | Self::Pooler
            | Self::Clock
            | Self::Connections
            | Self::Transactions
            | Self::Vacuum
            | Self::Statistics
            | Self::Disk => CheckGroup::Database,
            Self::Runners
            | Self::Versions
            | Self::Schedules
            | Self::Hosts
            | Self::Overdue
            | Self::NeverRan
            | Self::Failures
            | Self::SideTasks
            | Self::Pauses
            | Self::Retired => CheckGroup::Work,
        }
    }
}

/// What is looked over.
#[derive(Debug)]
pub struct Subject {
    /// The configuration, as far as it can be read.
    pub config: Config,
    /// What is wrong with it.
    pub mistakes: Vec<Message>,
    /// The tasks.
    pub registry: Result<Registry, RegistryErrors>,
    /// Why there is no database, if there is none.
    pub no_database: Option<Message>,
    /// The clock; the database's but for tests.
    pub clock: Clock,
    /// Where `worker start` is to listen.
    pub listen: SocketAddr,
    /// The folder `vercel.json` would lie in.
    pub folder: PathBuf,
}

/// What was found, a finding a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    findings: Vec<(Check, Finding)>,
}

impl Diagnosis {
    /// How a check ended.
    #[must_use]
    pub fn status(&self, check: Check) -> CheckStatus {
        let found = self.findings.iter().find(|(looked_at, _)| *looked_at == check);
        found.map_or(CheckStatus::Skipped, |(_, finding)| finding.status())
    }

    /// Whether nothing can work as it is: the configuration is wrong, or there is no database that is migrated.
    #[must_use]
    pub fn lacks_setup(&self) -> bool {
        let needed = [Check::Configuration, Check::Tasks, Check::Database, Check::Migrations];
        needed.into_iter().any(|check| self.status(check) == CheckStatus::Failed)
    }

    /// In a language.
    #[must_use]
    pub fn answer(&self, locale: Locale) -> DoctorAnswer {
        DoctorAnswer::of(&self.findings, locale)
    }
}

/// Looks the whole system over.
pub async fn examine(subject: &Subject) -> Diagnosis {
    Diagnosis { findings: judge::judge(subject, &facts::read(subject).await) }
}
