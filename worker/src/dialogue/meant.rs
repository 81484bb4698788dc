//! What is asked again before it is done, because it is hard to undo. Pure.

use downbeat::locale::{Message, msg};

use crate::cli::{ApiCommand, CronCommand, PulseCommand, RunnerCommand};

/// What a person is asked before this is done; nothing where one command undoes it.
///
/// `cron disable`, `cron pause` and `side stop` are undone by their opposites. What was reset, cancelled or begun does not
/// come back, and a runner that is told to stop has ended before one could say otherwise.
pub(crate) fn confirmation(command: &ApiCommand) -> Option<Message> {
    match command {
        ApiCommand::Cron(CronCommand::Reset(options)) => Some(msg::cli_confirm_reset(options.task.as_str())),
        ApiCommand::Cron(CronCommand::Cancel(options)) => Some(msg::cli_confirm_cancel(options.id.as_str())),
        ApiCommand::Cron(
            CronCommand::Tasks(_)
            | CronCommand::Show(_)
            | CronCommand::History(_)
            | CronCommand::Stats(_)
            | CronCommand::Queue(_)
            | CronCommand::Run(_)
            | CronCommand::Execution(_)
            | CronCommand::Enable(_)
            | CronCommand::Disable(_)
            | CronCommand::Set(_)
            | CronCommand::Pause(_)
            | CronCommand::Resume(_)
            | CronCommand::Retry(_)
            | CronCommand::Explain(_),
        ) => None,
        ApiCommand::Pulse(PulseCommand::Execute(options)) => {
            let is_everything = options.force && options.task.is_empty() && !options.dry_run;
            is_everything.then(msg::cli_confirm_force)
        }
        ApiCommand::Pulse(PulseCommand::Status | PulseCommand::History(_)) => None,
        ApiCommand::Runner(RunnerCommand::Pause(_)) => Some(msg::cli_confirm_pause()),
        ApiCommand::Runner(RunnerCommand::Stop(options)) => {
            (!options.dry_run).then(|| msg::cli_confirm_stop(options.instance.as_str()))
        }
        ApiCommand::Runner(RunnerCommand::Restart(options)) => {
            (!options.dry_run).then(|| msg::cli_confirm_restart(options.instance.as_str()))
        }
        ApiCommand::Runner(RunnerCommand::Status(_) | RunnerCommand::Resume(_)) => None,
        ApiCommand::Side(_)
        | ApiCommand::Schedule(_)
        | ApiCommand::Health(_)
        | ApiCommand::Types
        | ApiCommand::Openapi
        | ApiCommand::Metrics => None,
    }
}
