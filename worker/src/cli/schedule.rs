//! `worker schedule …`: what a cron expression means.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::value::amount;

#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    #[command(after_help = "schedule next '30 2 * * *' --tz Europe/Berlin --from 2027-03-27T00:00:00Z")]
    Next(ScheduleNext),
    #[command(after_help = "schedule explain '*/15 9-17 * * MON-FRI'")]
    Explain(ScheduleExplain),
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleNext {
    #[arg(value_name = "EXPR")]
    pub(crate) expression: String,
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(crate) tz: String,
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<DateTime<Utc>>,
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = amount())]
    pub(crate) count: u16,
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleExplain {
    #[arg(value_name = "EXPR")]
    pub(crate) expression: String,
}
