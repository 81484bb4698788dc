//! The arguments before they are parsed: what they say of language and form, and the names of the specification.

use std::ffi::{OsStr, OsString};

use downbeat::locale::Locale;

/// The language asked for among the arguments, before they are parsed: what is wrong with them is said in it.
pub(crate) fn wanted_locale(arguments: &[OsString]) -> Option<Locale> {
    let mut arguments = arguments.iter().map(|argument| argument.to_str().unwrap_or_default());
    let mut wanted = None;
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--locale") {
            Some("") => wanted = arguments.next(),
            Some(value) => wanted = value.strip_prefix('='),
            None => {}
        }
    }
    Locale::parse(wanted?)
}

/// Options in front of the command that take a value of their own.
const VALUED: [&str; 4] = ["--locale", "--database-url", "--url", "--log-format"];

/// Turns the specification's names into ours: `cron:tasks`, also as `core:system:tasks:cron:tasks`, into `cron tasks`; and
/// `help cron tasks` into `cron tasks --help`.
pub(crate) fn without_colons(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut at = 1;
    while let Some(argument) = arguments.get(at).and_then(|argument| argument.to_str()) {
        if !argument.starts_with('-') {
            let name = argument.strip_prefix("core:system:tasks:").unwrap_or(argument);
            // An empty word stays, and is refused: `worker "$COMMAND" start` is not to start where the variable is empty.
            let words: Vec<_> = name.split(':').map(OsString::from).collect();
            arguments.splice(at..=at, words);
            if arguments.get(at).is_some_and(|word| word == "help") {
                // In the person's language, as `--help` is; clap's own command would have a sentence of its own.
                arguments.remove(at);
                arguments.push(OsString::from("--help"));
            }
            break;
        }
        at += if VALUED.contains(&argument) { 2 } else { 1 };
    }
    arguments
}

/// Whether `--json` is among the arguments, before they are parsed.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != OsStr::new("--")).any(|argument| argument == "--json")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_names_of_the_specification_are_ours() {
        for (theirs, ours) in [
            ("worker cron:tasks", "worker cron tasks"),
            ("worker cron:history --limit 3", "worker cron history --limit 3"),
            ("worker cron:stats", "worker cron stats"),
            ("worker pulse:execute --dry-run", "worker pulse execute --dry-run"),
            ("worker --json --locale de pulse:status", "worker --json --locale de pulse status"),
            ("worker core:system:tasks:cron:stats", "worker cron stats"),
            ("worker core:system:tasks:types", "worker types"),
            ("worker core:system:tasks:unified-runner status", "worker unified-runner status"),
            ("worker cron show a:b", "worker cron show a:b"),
            ("worker --url https://a:1 types", "worker --url https://a:1 types"),
            ("worker help", "worker --help"),
            ("worker --locale pl help cron run", "worker --locale pl cron run --help"),
            ("worker cron show help", "worker cron show help"),
            ("worker", "worker"),
            ("worker  start", "worker  start"),
            ("worker cron:", "worker cron "),
            ("worker :cron", "worker  cron"),
        ] {
            assert_eq!(without_colons(words(theirs)), words(ours), "{theirs}");
        }
        for line in ["worker unified-runner", "worker unified-runner status", "worker runner", "worker types"] {
            assert!(Cli::try_parse_from(words(line)).is_ok(), "{line}");
        }
    }

    #[test]
    fn the_language_is_known_before_anything_is_parsed() {
        let wanted = |line| wanted_locale(&words(line)).map(Locale::tag);
        assert_eq!(wanted("worker --locale de --nonsense"), Some("de"));
        assert_eq!(wanted("worker cron tasks --locale=pl"), Some("pl"));
        assert_eq!(wanted("worker --locale"), None);
        assert_eq!(wanted("worker --locale tlh"), None);
        assert_eq!(wanted("worker cron tasks"), None);
    }
}
