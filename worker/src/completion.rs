//! Completions: a script has the shell ask this program at each Tab, so that it knows this program's tasks.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};
use downbeat::locale::Locale;
use downbeat::task::Registry;

use crate::cli;

/// What the script sets where it asks: the name of the shell. `Config` reads it.
const VARIABLE: &str = "WORKER_COMPLETE";

/// The shells there are scripts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Shell {
    fn completer(self) -> &'static dyn EnvCompleter {
        match self {
            Self::Bash => &Bash,
            Self::Elvish => &Elvish,
            Self::Fish => &Fish,
            Self::Powershell => &Powershell,
            Self::Zsh => &Zsh,
        }
    }

    /// The script. It asks the program that was called to write it: where that was by a path, by the whole of it.
    pub(crate) fn script(self, program: &OsStr) -> io::Result<String> {
        let path = Path::new(program);
        let name = path.file_stem().unwrap_or(program).to_string_lossy();
        let called = if path.components().count() > 1 { std::path::absolute(path)? } else { PathBuf::from(path) };
        let mut script = Vec::new();
        self.completer().write_registration(VARIABLE, &name, &name, &called.to_string_lossy(), &mut script)?;
        Ok(String::from_utf8_lossy(&script).into_owned())
    }

    /// What may stand where the shell asks, in the form it reads: behind `--`, the line up to there.
    pub(crate) fn answer(self, arguments: &[OsString], registry: &Registry, locale: Locale) -> io::Result<String> {
        let words = arguments.iter().skip_while(|argument| *argument != "--").skip(1).cloned().collect();
        let mut command = knowing(cli::command(locale), "", registry, locale);
        let mut answer = Vec::new();
        self.completer().write_complete(&mut command, words, None, &mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// The commands, knowing the tasks that may be named in each.
fn knowing(command: clap::Command, noun: &str, registry: &Registry, locale: Locale) -> clap::Command {
    let command = command.mut_args(|argument| match argument.get_id().as_str() {
        "task" => argument.add(named(noun, registry, locale)),
        _ => argument,
    });
    command.mut_subcommands(|sub| {
        let noun = if noun.is_empty() { sub.get_name().to_owned() } else { noun.to_owned() };
        knowing(sub, &noun, registry, locale)
    })
}

/// Those tasks a noun is about, each with what it is called or does.
fn named(noun: &str, registry: &Registry, locale: Locale) -> ArgValueCandidates {
    let cron = registry.cron_tasks().into_iter().map(|task| task.definition()).map(|it| (it.name, it.description));
    let side = registry.side_tasks().into_iter().map(|task| task.definition()).map(|it| (it.name, it.description));
    let tasks: Vec<_> = match noun {
        "cron" | "pulse" => cron.collect(),
        "side" => side.collect(),
        _ => cron.chain(side).collect(),
    };
    let told = tasks.into_iter().map(|(name, description)| {
        (name, locale.lookup(&format!("task-{name}-title")).unwrap_or_else(|| description.to_owned()))
    });
    let told: Vec<_> = told.collect();
    ArgValueCandidates::new(move || {
        let candidates = told.iter().map(|(name, title)| CompletionCandidate::new(*name).help(Some(title.into())));
        candidates.collect()
    })
}
