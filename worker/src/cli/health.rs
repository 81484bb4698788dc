//! `worker health …`: what balancers and platforms ask.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum HealthCommand {
    #[command(after_help = "health live --url https://example.org")]
    Live,
    #[command(after_help = "health ready\nhealth ready --url https://example.org")]
    Ready,
}
