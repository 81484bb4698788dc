//! `worker cron …`: the tasks, what became of their slots, and what may be done about it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use downbeat::model::{CatchUp, Category, Environment, OverlapPolicy, Priority, RunsOn, Status};
use downbeat::repository::Period;
use serde_json::Value;

use super::value::{EndOfPause, Since, amount, idempotency_key, json, priorities, since, span, words};

#[derive(Debug, Subcommand)]
pub(crate) enum CronCommand {
    #[command(after_help = "cron tasks --priority high-and-above --enabled")]
    Tasks(CronTasks),
    #[command(after_help = "cron show prune-history")]
    Show(CronShow),
    #[command(
        after_help = "cron history --task prune-history --status failed,timeout --since 24h\ncron history --follow"
    )]
    History(CronHistory),
    #[command(after_help = "cron stats --period week --type errors")]
    Stats(CronStats),
    #[command(after_help = "cron queue\ncron queue --limit 5")]
    Queue(CronQueue),
    #[command(after_help = "cron run prune-history --wait\ncron run prune-history --config '{\"retention_days\":7}'")]
    Run(CronRun),
    #[command(after_help = "cron execution 01980000-0000-7000-8000-000000000000")]
    Execution(CronExecution),
    #[command(after_help = "cron enable http-check")]
    Enable(CronEnable),
    #[command(after_help = "cron disable http-check")]
    Disable(CronDisable),
    #[command(
        after_help = "cron set prune-history --schedule '30 4 * * *' --timezone Europe/Berlin\ncron set http-check \
                            --timeout 20s --environment serverless\ncron set http-check --unset timeout,config.targets"
    )]
    Set(Box<CronSet>),
    #[command(after_help = "cron reset http-check")]
    Reset(CronReset),
    #[command(after_help = "cron pause http-check --for 2h\ncron pause http-check --until 2027-03-28T06:00:00Z")]
    Pause(CronPause),
    #[command(after_help = "cron resume http-check")]
    Resume(CronResume),
    #[command(after_help = "cron retry 01980000-0000-7000-8000-000000000000")]
    Retry(CronRetry),
    #[command(after_help = "cron cancel 01980000-0000-7000-8000-000000000000")]
    Cancel(CronCancel),
    #[command(after_help = "cron explain prune-history\ncron explain prune-history --at 2027-03-28T03:10:00Z")]
    Explain(CronExplain),
}

#[derive(Debug, Args)]
pub(crate) struct CronTasks {
    #[arg(long, value_delimiter = ',', ignore_case = true, value_parser = priorities())]
    pub(crate) priority: Vec<String>,
    #[arg(long, value_delimiter = ',', ignore_case = true, value_parser = words(Status::ALL, Status::as_str))]
    pub(crate) status: Vec<String>,
    #[arg(long, ignore_case = true, value_parser = words(Category::ALL, Category::as_str))]
    pub(crate) category: Option<String>,
    #[arg(long, conflicts_with = "disabled")]
    pub(crate) enabled: bool,
    #[arg(long)]
    pub(crate) disabled: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CronShow {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronHistory {
    #[arg(long)]
    pub(crate) task: Option<String>,
    #[arg(long, value_delimiter = ',', ignore_case = true, value_parser = words(Status::ALL, Status::as_str))]
    pub(crate) status: Vec<String>,
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) since: Option<Since>,
    #[arg(long, value_name = "TIME", value_parser = since, conflicts_with = "follow")]
    pub(crate) until: Option<Since>,
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = amount())]
    pub(crate) limit: u16,
    #[arg(long, conflicts_with = "follow")]
    pub(crate) cursor: Option<String>,
    #[arg(short, long)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CronStats {
    #[arg(long)]
    pub(crate) task: Option<String>,
    #[arg(long, ignore_case = true, default_value = "day", value_parser = words(Period::ALL, Period::as_str))]
    pub(crate) period: String,
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub(crate) kind: Option<StatsKind>,
}

/// Which part of the statistics is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsKind {
    Overview,
    Performance,
    Errors,
    Trends,
}

#[derive(Debug, Args)]
pub(crate) struct CronQueue {
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = amount())]
    pub(crate) limit: u16,
}

#[derive(Debug, Args)]
pub(crate) struct CronRun {
    pub(crate) task: String,
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) config: Option<Value>,
    #[arg(long)]
    pub(crate) wait: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, value_name = "KEY", value_parser = idempotency_key)]
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CronExecution {
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronEnable {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronDisable {
    pub(crate) task: String,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CronSet {
    pub(crate) task: String,
    #[arg(long, value_name = "EXPR", conflicts_with = "environment")]
    pub(crate) schedule: Option<String>,
    #[arg(long, value_name = "ZONE", conflicts_with = "environment")]
    pub(crate) timezone: Option<String>,
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) timeout: Option<Duration>,
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,
    #[arg(long, value_name = "SPAN", value_parser = span, conflicts_with = "environment")]
    pub(crate) retry_delay: Option<Duration>,
    #[arg(long, ignore_case = true, value_parser = words(Priority::ALL, Priority::as_str), conflicts_with = "environment")]
    pub(crate) priority: Option<String>,
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) config: Option<Value>,
    #[arg(long, ignore_case = true, value_parser = words(CatchUp::ALL, CatchUp::as_str), conflicts_with = "environment")]
    pub(crate) catch_up: Option<String>,
    #[arg(long, ignore_case = true, value_parser = words(OverlapPolicy::ALL, OverlapPolicy::as_str))]
    #[arg(conflicts_with = "environment")]
    pub(crate) overlap: Option<String>,
    #[arg(long, value_name = "N", conflicts_with = "environment")]
    pub(crate) overlap_limit: Option<u32>,
    #[arg(long, ignore_case = true, value_parser = words(RunsOn::ALL, RunsOn::as_str), conflicts_with = "environment")]
    pub(crate) runs_on: Option<String>,
    #[arg(long, value_name = "TIME", conflicts_with = "environment")]
    pub(crate) not_before: Option<DateTime<Utc>>,
    #[arg(long, value_name = "TIME", conflicts_with = "environment")]
    pub(crate) not_after: Option<DateTime<Utc>>,
    #[arg(long, ignore_case = true, value_parser = words(Environment::ALL, Environment::as_str))]
    pub(crate) environment: Option<String>,
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) unset: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CronReset {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronPause {
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) end: EndOfPause,
}

#[derive(Debug, Args)]
pub(crate) struct CronResume {
    pub(crate) task: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronRetry {
    pub(crate) id: String,
    #[arg(long, value_name = "KEY", value_parser = idempotency_key)]
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CronCancel {
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct CronExplain {
    pub(crate) task: String,
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub(crate) at: Option<Since>,
}
