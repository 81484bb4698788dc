//! `worker runner …`: every runner instance, what holds all of them back, and one more of them.

use clap::{Args, Subcommand};
use downbeat::model::TaskType;

use super::value::{EndOfPause, amount, words};
use super::{ApiCommand, Command, LocalCommand};
use crate::start::StartOptions;

/// `runner` alone, as the specification's `unified-runner`, is `runner status`.
#[derive(Debug, Args)]
pub(crate) struct RunnerOptions {
    #[command(subcommand)]
    command: Option<RunnerSubcommand>,
}

#[derive(Debug, Subcommand)]
enum RunnerSubcommand {
    #[command(after_help = "runner start --concurrency 20\nunified-runner start --dry-run")]
    Start(StartOptions),
    #[command(flatten)]
    OfAll(RunnerCommand),
}

impl RunnerOptions {
    /// The command that was meant: `runner start` is `start` under the specification's name.
    pub(crate) fn meant(self) -> Command {
        match self.command {
            Some(RunnerSubcommand::Start(options)) => Command::Local(LocalCommand::Start(options)),
            Some(RunnerSubcommand::OfAll(command)) => Command::Api(ApiCommand::Runner(command)),
            None => Command::Api(ApiCommand::Runner(RunnerCommand::Status(RunnerStatus::default()))),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunnerCommand {
    #[command(after_help = "runner status\nrunner status --limit 500")]
    Status(RunnerStatus),
    #[command(after_help = "runner pause --for 30m\nrunner pause --only side")]
    Pause(RunnerPause),
    #[command(after_help = "runner resume")]
    Resume(RunnerResume),
    #[command(after_help = "runner stop web-1/4711\nrunner stop web-1/4711 --dry-run")]
    Stop(RunnerStop),
    #[command(after_help = "runner restart 01980000")]
    Restart(RunnerRestart),
}

#[derive(Debug, Args)]
pub(crate) struct RunnerStatus {
    #[arg(long, value_name = "N", default_value_t = MANY, value_parser = amount())]
    pub(crate) limit: u16,
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

/// So many instances, unless asked for otherwise.
const MANY: u16 = 100;

impl Default for RunnerStatus {
    fn default() -> Self {
        Self { limit: MANY, cursor: None }
    }
}

#[derive(Debug, Args)]
pub(crate) struct RunnerPause {
    #[arg(long, value_name = "TYPE", ignore_case = true, value_parser = words(TaskType::ALL, TaskType::as_str))]
    pub(crate) only: Option<String>,
    #[command(flatten)]
    pub(crate) end: EndOfPause,
}

#[derive(Debug, Args)]
pub(crate) struct RunnerResume {
    #[arg(long, value_name = "TYPE", ignore_case = true, value_parser = words(TaskType::ALL, TaskType::as_str))]
    pub(crate) only: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RunnerStop {
    pub(crate) instance: String,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunnerRestart {
    pub(crate) instance: String,
    #[arg(long)]
    pub(crate) dry_run: bool,
}
