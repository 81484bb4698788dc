//! `worker new …`: files to begin with.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum NewCommand {
    #[command(after_help = "new task invoice-mailer\nnew task queue-watch --side")]
    Task(NewTask),
    #[command(after_help = "new project ../billing\nnew project ../billing --git https://git.example.org/downbeat.git")]
    Project(NewProject),
}

#[derive(Debug, Args)]
pub(crate) struct NewTask {
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) side: bool,
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct NewProject {
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    #[arg(long, value_name = "URL", conflicts_with = "path")]
    pub(crate) git: Option<String>,
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) path: Option<PathBuf>,
}
