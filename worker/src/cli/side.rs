//! `worker side …`: side tasks across all workers.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SideCommand {
    #[command(after_help = "side tasks")]
    Tasks,
    #[command(after_help = "side start heartbeat-monitor")]
    Start(SideTaskOptions),
    #[command(after_help = "side stop heartbeat-monitor")]
    Stop(SideTaskOptions),
    #[command(after_help = "side restart heartbeat-monitor")]
    Restart(SideTaskOptions),
}

#[derive(Debug, Args)]
pub(crate) struct SideTaskOptions {
    pub(crate) task: String,
}
