//! Which argument of a command is missing, and what it may be. Pure.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, FromArgMatches};
use downbeat::locale::{Locale, msg};

use super::choice::Source;
use crate::cli::GlobalOptions;
use crate::mistake::settings;

/// An argument that nobody typed.
#[derive(Debug)]
pub(crate) struct Missing {
    /// What was typed for all of the program.
    pub(crate) options: GlobalOptions,
    /// How the help calls it: `<TASK>`.
    pub(super) argument: String,
    /// What is asked.
    pub(super) question: String,
    pub(super) wanted: Wanted,
    /// Whether the command would have nothing to do, whatever is answered: `cron set` that sets nothing.
    pub(crate) sets_nothing: bool,
}

/// What may stand there.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// One of these.
    Word(Vec<String>),
    /// A cron expression.
    Expression,
    /// A name for a task that is not there yet.
    TaskName,
    /// A folder.
    Folder,
    /// One of what the API knows.
    OfApi(Source),
}

/// The argument that is missing, if that is all that is wrong.
pub(crate) fn find(command: &clap::Command, arguments: &[OsString], locale: Locale) -> Option<Missing> {
    let matches = lenient(command.clone()).try_get_matches_from(arguments).ok()?;
    let options = GlobalOptions::from_arg_matches(&matches).ok()?;
    let (path, leaf, matches) = descend(command, &matches);
    let argument = leaf
        .get_positionals()
        .find(|argument| argument.is_required_set() && !matches.contains_id(argument.get_id().as_str()))?;
    let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let id = argument.get_id().as_str();
    let wanted = match (Source::of(&path, id), values.is_empty(), id) {
        (Some(source), _, _) => Wanted::OfApi(source),
        (None, false, _) => Wanted::Word(values),
        (None, true, "name") => Wanted::TaskName,
        (None, true, "folder") => Wanted::Folder,
        (None, true, _) => Wanted::Expression,
    };
    let names = argument.get_value_names().unwrap_or_default();
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    // The list says itself what is allowed.
    let help = help.split(" [").next().unwrap_or_default().to_owned();
    Some(Missing {
        options,
        argument: names.first().map_or_else(String::new, |name| format!("<{name}>")),
        question: locale.render(&msg::cli_ask(help)),
        wanted,
        sets_nothing: path == "cron set" && !settings(leaf).any(|setting| is_typed(matches, setting)),
    })
}

fn is_typed(matches: &ArgMatches, argument: &clap::Arg) -> bool {
    matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
}

/// The same commands without a need for anything.
fn lenient(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| argument.required(false)).mut_subcommands(lenient)
}

/// The innermost command that was typed, with its path and what was typed for it.
fn descend<'a>(command: &'a clap::Command, matches: &'a ArgMatches) -> (String, &'a clap::Command, &'a ArgMatches) {
    let (mut path, mut command, mut matches) = (Vec::new(), command, matches);
    while let Some((name, below)) = matches.subcommand() {
        let Some(sub) = command.get_subcommands().find(|sub| sub.get_name() == name) else { break };
        path.push(name);
        (command, matches) = (sub, below);
    }
    (path.join(" "), command, matches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn missing(line: &str) -> Option<Missing> {
        let arguments: Vec<_> = line.split(' ').map(OsString::from).collect();
        find(&command(Locale::ENGLISH), &arguments, Locale::ENGLISH)
    }

    #[test]
    fn what_is_missing_is_known_with_what_it_may_be() {
        for (line, argument, question, wanted) in [
            ("worker cron show", "<TASK>", "The task’s name:", "OfApi(Task(Any))"),
            ("worker cron enable", "<TASK>", "The task’s name:", "OfApi(Task(Disabled))"),
            ("worker cron run --wait --locale de", "<TASK>", "The task’s name:", "OfApi(Task(Any))"),
            ("worker cron cancel", "<ID>", "The execution’s id:", "OfApi(Execution(Open))"),
            ("worker cron retry", "<ID>", "The execution’s id:", "OfApi(Execution(Ended))"),
            ("worker side stop", "<TASK>", "The task’s name:", "OfApi(SideTask)"),
            ("worker runner stop", "<INSTANCE>", "Its name, its id, or how its id alone begins:", "OfApi(Runner)"),
            ("worker schedule next --count 3", "<EXPR>", "A cron expression", "Expression"),
            ("worker new task --side", "<NAME>", "What the task is to be called", "TaskName"),
            ("worker new project", "<FOLDER>", "Where it is to lie", "Folder"),
            ("worker completions", "<SHELL>", "The shell:", "Word([\"bash\""),
        ] {
            let missing = missing(line).unwrap_or_else(|| panic!("{line}: nothing is missing"));
            assert_eq!(missing.argument, argument, "{line}");
            assert!(missing.question.starts_with(question), "{line}: {}", missing.question);
            assert!(format!("{:?}", missing.wanted).starts_with(wanted), "{line}: {:?}", missing.wanted);
        }
    }

    #[test]
    fn nothing_is_missing_where_something_else_is_wrong() {
        for line in ["worker cron show a", "worker cron show --nope", "worker cron tasks", "worker cron shwo"] {
            assert!(missing(line).is_none(), "{line}");
        }
    }

    #[test]
    fn who_sets_nothing_is_known_before_a_task_is_asked_for() {
        for (line, expected) in [
            ("worker cron set", true),
            ("worker cron set --locale de", true),
            ("worker cron set --environment production", true),
            ("worker cron set --timeout 90s", false),
            ("worker cron show", false),
        ] {
            assert_eq!(missing(line).map(|missing| missing.sets_nothing), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_was_typed_for_all_of_the_program_is_known() {
        let missing = missing("worker cron show --url https://a --json").expect("a task is missing");
        assert!(missing.options.url.is_some() && missing.options.json);
    }
}
