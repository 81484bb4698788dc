//! Completions: a script has the shell ask this program at each Tab, so that it knows this program's tasks.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{FromArgMatches, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};
use downbeat::locale::Locale;
use downbeat::model::TaskType;
use downbeat::task::{Registry, Zone};

use crate::cli::{self, GlobalOptions};
use crate::dialogue::{Choice, Source};
use crate::view::registry::ALL;

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
        let script = String::from_utf8_lossy(&script).into_owned();
        Ok(match self {
            Self::Bash => whole_words(&script),
            Self::Elvish | Self::Fish | Self::Powershell | Self::Zsh => script,
        })
    }

    /// What may stand where the shell asks, in the form it reads: behind `--`, the line up to there.
    pub(crate) fn answer(self, arguments: &[OsString], known: &Known) -> io::Result<String> {
        let words: Vec<_> = arguments.iter().skip_while(|argument| *argument != "--").skip(1).cloned().collect();
        let mut command = knowing(cli::command(known.locale), "", &words, known);
        let mut answer = Vec::new();
        self.completer().write_complete(&mut command, words, None, &mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// Bash takes `--priority=h` apart at the `=`, and completes what stands behind. The engine knows it as one word.
fn whole_words(script: &str) -> String {
    const ASKS: &str = "    COMPREPLY=( $( \\\n";
    const JOIN: &str = r#"    local _joined=() _before="" _at _word
    for _at in "${!COMP_WORDS[@]}"; do
        _word="${COMP_WORDS[_at]}"
        if (( _at > 0 )) && [[ "${_word}" == "=" || "${COMP_WORDS[_at - 1]}" == "=" ]]; then
            _joined[${#_joined[@]} - 1]+="${_word}"
        else
            _joined+=("${_word}")
        fi
        if (( _at == COMP_CWORD )); then
            _CLAP_COMPLETE_INDEX=$(( ${#_joined[@]} - 1 ))
        fi
    done
    if (( ${#_joined[@]} < ${#words[@]} )); then
        words=("${_joined[@]}")
        _before="${words[_CLAP_COMPLETE_INDEX]%"${2#=}"}"
    fi
"#;
    const ENDS: &str = "        compopt -o nospace\n    fi\n}";
    const CUT: &str = r#"        compopt -o nospace
    fi
    if [[ -n "${_before}" ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${_before}"}")
    fi
}"#;
    script.replacen(ASKS, &format!("{JOIN}{ASKS}"), 1).replacen(ENDS, CUT, 1)
}

/// What may be known at a Tab.
pub(crate) struct Known {
    /// The tasks of this program.
    pub(crate) registry: Registry,
    /// In which language words are explained.
    pub(crate) locale: Locale,
    /// Asks the API for what there is to choose from.
    pub(crate) ask: Arc<dyn Fn(GlobalOptions, Source) -> Vec<Choice> + Send + Sync>,
}

/// The commands, knowing the tasks, executions, runners and zones that may be named in each.
fn knowing(command: clap::Command, path: &str, words: &[OsString], known: &Known) -> clap::Command {
    let noun = path.split(' ').next().unwrap_or_default();
    let command = command.mut_args(|argument| match argument.get_id().as_str() {
        "task" => argument.add(named(noun, known)),
        "which" => argument.add(registered(known)),
        "timezone" | "tz" => argument.add(ArgValueCandidates::new(zones)),
        id @ ("id" | "instance") => match Source::of(path, id) {
            Some(source) => argument.add(asked(source, words, known)),
            None => argument,
        },
        _ => argument,
    });
    command.mut_subcommands(|sub| {
        let name = sub.get_name();
        let path = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
        knowing(sub, &path, words, known)
    })
}

/// Those tasks a noun is about, each with what it is called or does.
fn named(noun: &str, Known { registry, locale, .. }: &Known) -> ArgValueCandidates {
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

/// What the registry may be asked for: the types, the categories there are, and the tasks.
fn registered(Known { registry, .. }: &Known) -> ArgValueCandidates {
    let types = TaskType::ALL.iter().map(|word| word.as_str().to_owned());
    let categories = registry.tasks_by_category().into_keys().map(|word| word.as_str().to_lowercase());
    let tasks = registry.all_tasks().into_iter().map(|task| task.name().to_owned());
    let words: Vec<_> = types.chain([ALL.to_owned()]).chain(categories).chain(tasks).collect();
    ArgValueCandidates::new(move || words.iter().map(CompletionCandidate::new).collect())
}

fn zones() -> Vec<CompletionCandidate> {
    Zone::names().map(CompletionCandidate::new).collect()
}

/// What the API knows, asked only where it is to be completed: the database of the line, or its deployment.
fn asked(source: Source, words: &[OsString], Known { locale, ask, .. }: &Known) -> ArgValueCandidates {
    let (words, locale, ask) = (words.to_vec(), *locale, ask.clone());
    ArgValueCandidates::new(move || {
        // The line is half written, so what is wrong with it is passed over.
        let line = cli::command(locale).ignore_errors(true).try_get_matches_from(&words);
        let options = line.ok().and_then(|line| GlobalOptions::from_arg_matches(&line).ok()).unwrap_or_default();
        let candidate =
            |choice: Choice| CompletionCandidate::new(choice.value.clone()).help(Some(choice.to_string().into()));
        ask(options, source).into_iter().map(candidate).collect()
    })
}
