//! `worker runner …`: every runner instance, and what holds all of them back.

use clap::{Args, Subcommand};
use downbeat::model::TaskType;

use super::value::{EndOfPause, words};

/// `runner` alone, as the specification's `unified-runner`, is `runner status`.
#[derive(Debug, Args)]
pub(crate) struct RunnerOptions {
    #[command(subcommand)]
    pub(crate) command: Option<RunnerCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunnerCommand {
    #[command(after_help = "runner status")]
    Status,
    #[command(after_help = "runner pause --for 30m\nrunner pause --only side")]
    Pause(RunnerPause),
    #[command(after_help = "runner resume")]
    Resume(RunnerResume),
    #[command(after_help = "runner stop web-1/4711")]
    Stop(RunnerStop),
    #[command(after_help = "runner restart 01980000")]
    Restart(RunnerRestart),
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
}

#[derive(Debug, Args)]
pub(crate) struct RunnerRestart {
    pub(crate) instance: String,
}
