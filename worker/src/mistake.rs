//! What is wrong with the arguments, in the person's language. Clap finds it and knows English only.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use downbeat::locale::{Message, format, msg, reading};
use downbeat::model::{closest, likeness};

use crate::cli::Allowed;

/// The sentence for a mistake; `None` for the rare ones that only clap has words for.
pub(crate) fn sentence(error: &clap::Error, command: &clap::Command) -> Option<Message> {
    let first = |kind| words(error, kind).into_iter().next();
    let argument = || first(ContextKind::InvalidArg);
    // Clap has the nearest last.
    let near = |kind| {
        let quoted = |words: Vec<String>| format::one_of(words.into_iter().rev().map(msg::cli_quoted));
        Some(words(error, kind)).filter(|words| !words.is_empty()).map(quoted)
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let written = first(ContextKind::InvalidSubcommand)?;
            // Clap knows the commands beside the one that was written; where that is no noun, it may stand beneath one.
            let is_noun = usage(error) == usage_of(command);
            let beside = words(error, ContextKind::SuggestedSubcommand);
            let beside = beside.iter().map(|word| likeness(&written, word)).fold(0.0, f64::max);
            let elsewhere = below(command, &written).filter(|(likeness, _)| is_noun && *likeness > beside);
            let elsewhere = elsewhere.map(|(_, paths)| format::one_of(paths.into_iter().map(msg::cli_quoted)));
            Some(match elsewhere.or_else(|| near(ContextKind::SuggestedSubcommand)) {
                Some(nearest) => msg::cli_unknown_command_nearest(nearest, written),
                None => msg::cli_unknown_command(written),
            })
        }
        ErrorKind::UnknownArgument => {
            let written = argument()?;
            Some(match near(ContextKind::SuggestedArg) {
                _ if !written.starts_with('-') => msg::cli_unexpected_argument(written),
                Some(nearest) => msg::cli_unknown_argument_nearest(nearest, written),
                None => msg::cli_unknown_argument(written),
            })
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = words(error, ContextKind::InvalidArg);
            Some(msg::cli_missing_arguments(format::all_of(missing)))
        }
        ErrorKind::TooManyValues => Some(msg::cli_value_not_taken(argument()?, first(ContextKind::InvalidValue)?)),
        ErrorKind::InvalidUtf8 => Some(msg::cli_no_text()),
        ErrorKind::ArgumentConflict if argument() == first(ContextKind::PriorArg) => {
            Some(msg::cli_given_twice(argument()?))
        }
        ErrorKind::ArgumentConflict => Some(msg::cli_conflicting_arguments(argument()?, first(ContextKind::PriorArg)?)),
        ErrorKind::InvalidValue => {
            let (argument, value) = (argument()?, first(ContextKind::InvalidValue)?);
            let allowed = words(error, ContextKind::ValidValue);
            let allowed = format::one_of(allowed);
            Some(match near(ContextKind::SuggestedValue) {
                _ if value.is_empty() => msg::cli_missing_value(argument),
                Some(nearest) => msg::cli_value_not_allowed_nearest(allowed, argument, nearest, value),
                None => msg::cli_value_not_allowed(allowed, argument, value),
            })
        }
        ErrorKind::ValueValidation => {
            let (argument, value) = (argument()?, first(ContextKind::InvalidValue)?);
            let source = std::error::Error::source(error).filter(|source| !source.is::<std::num::ParseIntError>());
            let Some(reason) = source.map(ToString::to_string) else {
                return Some(msg::cli_value_no_number(argument, value));
            };
            if let Some(Allowed(allowed)) = std::error::Error::source(error).and_then(|source| source.downcast_ref()) {
                return Some(msg::cli_value_not_allowed(*allowed, argument, value));
            }
            // Clap's own words for a range: "0 is not in 1..=1000".
            let range = reason.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
            Some(match range {
                Some((least, most)) => msg::cli_value_out_of_range(argument, least, most, value),
                None => msg::cli_value_refused(argument, reading(&reason), value),
            })
        }
        _ => None,
    }
}

/// What is said where only a part of a command was typed: which may come next.
pub(crate) fn missing_command(command: &clap::Command, words: &[OsString]) -> Message {
    let mut at = command;
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        at = at.find_subcommand(word).unwrap_or(at);
    }
    msg::cli_missing_command(format::all_of(at.get_subcommands().map(|next| next.get_name().to_owned())))
}

/// What is said where `cron set` names nothing to set.
pub(crate) fn nothing_to_set(command: &clap::Command) -> Message {
    let set = command.find_subcommand("cron").and_then(|cron| cron.find_subcommand("set"));
    let sets = set.into_iter().flat_map(settings);
    msg::cli_nothing_to_set(format::one_of(sets.filter_map(|option| Some(format!("--{}", option.get_long()?)))))
}

/// The options of `cron set` that set something; `--environment` only says where.
pub(crate) fn settings(set: &clap::Command) -> impl Iterator<Item = &clap::Arg> {
    set.get_opts().filter(|option| !option.is_global_set() && option.get_id() != "environment")
}

/// The commands beneath a noun whose name is most like what was written, as they are typed, and how like it is: `history`,
/// and `histroy`, is `cron history` or `pulse history`.
fn below(command: &clap::Command, written: &str) -> Option<(f64, Vec<String>)> {
    let beneath = command.get_subcommands().flat_map(clap::Command::get_subcommands);
    let name = closest(written, beneath.map(clap::Command::get_name))?;
    let nouns = command.get_subcommands().filter(|noun| noun.find_subcommand(name).is_some());
    Some((likeness(written, name), nouns.map(|noun| format!("{} {name}", noun.get_name())).collect()))
}

/// How the command is used, without the heading.
pub(crate) fn usage(error: &clap::Error) -> Option<String> {
    Some(without_heading(&words(error, ContextKind::Usage).into_iter().next()?))
}

fn usage_of(command: &clap::Command) -> Option<String> {
    Some(without_heading(&command.clone().render_usage().to_string()))
}

fn without_heading(usage: &str) -> String {
    usage.trim_start_matches("Usage:").trim().to_owned()
}

fn words(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        _ => Vec::new(),
    }
}
