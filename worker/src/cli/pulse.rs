//! `worker pulse …`: the pulse, as its route does it.

use clap::{Args, Subcommand};

use super::value::{Since, amount, since};

#[derive(Debug, Subcommand)]
pub(crate) enum PulseCommand {
    #[command(after_help = "pulse execute --dry-run\npulse execute --task prune-history --force")]
    Execute(PulseExecute),
    #[command(after_help = "pulse status")]
    Status,
    #[command(after_help = "pulse history --since 24h --limit 50")]
    History(PulseHistory),
}

#[derive(Debug, Args)]
pub(crate) struct PulseExecute {
    #[arg(long, value_delimiter = ',', num_args = 1..)]
    pub(crate) task: Vec<String>,
    #[arg(long)]
    pub(crate) force: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PulseHistory {
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Since>,
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = amount())]
    pub(crate) limit: u16,
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}
