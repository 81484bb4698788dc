//! Makes small mistakes in the engine, one after the other, and tells which of them no test sees.

mod rewrite;
mod trial;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::rewrite::{Mutant, rewrite};
use crate::trial::{Programs, Verdict};

/// How often the build is mended by leaving out what does not compile.
const MOST_BUILDS: usize = 8;

/// Makes small mistakes in the engine, one after the other, and tells which of them no test sees.
///
/// All of them are built at once, each behind a question to the variable MUTANT; then the tests run once for each, and end
/// with the first that fails.
#[derive(Debug, Parser)]
#[command(
    after_help = "Ends with 0 where at least nine of ten are seen, with 1 where they are not, with 2 where nothing could be tried."
)]
struct Arguments {
    /// What is made wrong
    #[arg(value_enum)]
    room: Room,
    /// Only every so manieth mistake
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    every: u32,
    /// With which mistake to begin, so that the others are tried in another run
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u32,
    /// Only those in these files, or on these lines: runner/crowd.rs,runner/shift.rs:173
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    at: Vec<String>,
    /// Only say which there are, those included that turn out not to compile
    #[arg(long)]
    list: bool,
    /// How long the tests may take with one mistake, in seconds; longer counts as seen
    #[arg(long, value_name = "N", default_value_t = 180)]
    patience: u64,
    /// Where the work is done; a copy of what is committed
    #[arg(long, value_name = "DIR", default_value = "target/mutants")]
    folder: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Room {
    /// Cron expressions and zones
    Cron,
    /// What is decided, claimed, run, tried again and recorded
    Engine,
}

impl Room {
    fn files(self) -> &'static [&'static str] {
        match self {
            Self::Cron => &[
                "task/cron_expr/mod.rs",
                "task/cron_expr/parse.rs",
                "task/cron_expr/field.rs",
                "task/cron_expr/days.rs",
                "task/cron_expr/times.rs",
                "task/cron_expr/next.rs",
                "task/cron_expr/zone.rs",
            ],
            Self::Engine => &[
                "runner/plan.rs",
                "runner/jitter.rs",
                "runner/budget.rs",
                "runner/shift.rs",
                "runner/crowd.rs",
                "runner/debt.rs",
                "runner/room.rs",
                "runner/turn.rs",
                "runner/execute.rs",
                "runner/hand_back.rs",
                "runner/outcome.rs",
                "runner/record.rs",
                "repository/claim.rs",
                "repository/ending.rs",
                "repository/queue.rs",
                "task/retry.rs",
                "backoff.rs",
            ],
        }
    }

    /// The tests that are to see it, of the library and of the whole, the quickest first.
    fn tests(self) -> (&'static [&'static str], &'static [&'static [&'static str]]) {
        match self {
            Self::Cron => (&["cron_expr", "plan"], &[&["cron_expr"]]),
            Self::Engine => (
                &["runner", "task", "repository", "backoff"],
                &[
                    &[
                        "engine::",
                        "pulse::",
                        "overlap::",
                        "retries::",
                        "dependencies::",
                        "queue::",
                        "limits::",
                        "logs::",
                    ],
                    &[
                        "daily_pulse::",
                        "cancel::",
                        "holding::",
                        "schedule_functions::",
                        "long_tasks::",
                        "plans::",
                        "unanswered::",
                        "polling::",
                        "crash::",
                        "faults::",
                        "states::",
                        "contention::",
                        "wakes::",
                        "cost::",
                        "outages::",
                        "deploys::",
                        "parents::",
                        "runs_on::",
                        "changes::",
                        "explain::",
                        "stuck::",
                    ],
                ],
            ),
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("nothing could be tried: {error}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<bool, Failure> {
    fs::create_dir_all(&arguments.folder)?;
    let folder = arguments.folder.canonicalize()?;
    let workspace = copy(&folder)?;
    if arguments.list {
        let (mutants, _) = make(&sources(&workspace, arguments.room)?, &BTreeSet::new())?;
        mutants
            .iter()
            .for_each(|(file, mutant)| say(&format!("{} {file}:{}: {}", mutant.id, mutant.line, mutant.change)));
        return Ok(true);
    }
    let (mutants, programs) = build(&folder, &workspace, arguments.room)?;
    let (of_library, of_whole) = arguments.room.tests();
    let patience = Duration::from_secs(arguments.patience);
    say("the tests without a mistake");
    if programs.try_out(0, of_library, of_whole, patience * 4)? != Verdict::Missed {
        return Err("the tests fail without any mistake".into());
    }

    let is_chosen = |file: &str, mutant: &Mutant| {
        let further = mutant.id.checked_sub(arguments.first);
        let line = format!("{file}:{}", mutant.line);
        further.is_some_and(|further| further.is_multiple_of(arguments.every))
            && (arguments.at.is_empty() || arguments.at.iter().any(|at| at == file || *at == line))
    };
    let chosen: Vec<_> = mutants.iter().filter(|(file, mutant)| is_chosen(file, mutant)).collect();
    if chosen.is_empty() {
        return Err(format!("none of {} mistakes was chosen: see --first, --every and --at", mutants.len()).into());
    }
    let mut missed = Vec::new();
    for (done, (file, mutant)) in chosen.iter().enumerate() {
        let verdict = programs.try_out(mutant.id, of_library, of_whole, patience)?;
        let told = format!("{file}:{}: {}", mutant.line, mutant.change);
        say(&format!("{}/{} {verdict:?} {told}", done + 1, chosen.len()));
        if verdict == Verdict::Missed {
            missed.push(told);
        }
    }
    say(&format!("\n{} mistakes, {} seen, {} missed:", chosen.len(), chosen.len() - missed.len(), missed.len()));
    missed.iter().for_each(|told| say(told));
    Ok(missed.len() * 10 <= chosen.len())
}

/// A copy of what is committed, without what an earlier run made wrong.
fn copy(folder: &Path) -> Result<PathBuf, Failure> {
    let workspace = folder.join("workspace");
    if workspace.exists() {
        fs::remove_dir_all(&workspace)?;
    }
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--local", "."]).arg(&workspace);
    if clone.status()?.success() { Ok(workspace) } else { Err("git clone failed".into()) }
}

/// The files in which mistakes are made, and their texts.
type Texts = Vec<(&'static str, String)>;

fn sources(workspace: &Path, room: Room) -> io::Result<Texts> {
    let text = |file: &&'static str| Ok((*file, fs::read_to_string(workspace.join("shared/src").join(file))?));
    room.files().iter().map(text).collect()
}

/// All mistakes but these, each with its file, and the files with all of them made.
fn make(sources: &Texts, without: &BTreeSet<u32>) -> Result<(Vec<(String, Mutant)>, Texts), Failure> {
    let (mut mutants, mut written, mut last) = (Vec::new(), Vec::new(), 0);
    for (file, text) in sources {
        let (text, of_file, reached) = rewrite(text, last, without)?;
        last = reached;
        written.push((*file, text));
        mutants.extend(of_file.into_iter().map(|mutant| ((*file).to_owned(), mutant)));
    }
    Ok((mutants, written))
}

/// Builds all mistakes at once. What does not compile is left out, and built again.
fn build(folder: &Path, workspace: &Path, room: Room) -> Result<(Vec<(String, Mutant)>, Programs), Failure> {
    let source = workspace.join("shared/src");
    let library = source.join("lib.rs");
    let text = fs::read_to_string(&library)?;
    fs::write(&library, format!("{text}\n{}", include_str!("question.rs.txt")))?;
    let sources = sources(workspace, room)?;
    let mut without = BTreeSet::new();
    for _ in 0..MOST_BUILDS {
        let (mutants, written) = make(&sources, &without)?;
        for (file, text) in &written {
            fs::write(source.join(file), text)?;
        }
        say(&format!("building {} mistakes", mutants.len()));
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--workspace", "--exclude", "mutants", "--lib", "--bins", "--test", "it", "--no-run"]);
        cargo.args(["--message-format", "short"]).current_dir(workspace).env("CARGO_TARGET_DIR", folder.join("build"));
        let built = cargo.stderr(Stdio::piped()).stdout(Stdio::null()).output()?;
        let told = String::from_utf8_lossy(&built.stderr);
        if built.status.success() {
            return Ok((mutants, Programs::of(&told, workspace, folder)?));
        }
        let wrong = uncompilable(&told, &written);
        if wrong.is_empty() {
            return Err(told.into_owned().into());
        }
        say(&format!("{} of them do not compile", wrong.len()));
        without.extend(wrong);
    }
    Err("it does not compile, whatever is left out".into())
}

/// The mistakes at which the compiler found fault: the last that was asked for before that line.
fn uncompilable(told: &str, written: &Texts) -> BTreeSet<u32> {
    let mut wrong = BTreeSet::new();
    for line in told.lines().filter(|line| line.contains(": error")) {
        let mut parts = line.splitn(3, ':');
        let (Some(file), Some(Ok(at))) = (parts.next(), parts.next().map(str::parse::<usize>)) else { continue };
        let Some((_, text)) = written.iter().find(|(name, _)| file.ends_with(name)) else { continue };
        let lines: Vec<_> = text.lines().take(at).collect();
        wrong.extend(lines.iter().rev().find_map(|line| asked_last(line)));
    }
    wrong
}

/// The last mistake this line asks for.
fn asked_last(line: &str) -> Option<u32> {
    let (_, rest) = line.rsplit_once("crate::mutant(")?;
    rest.split("u32").next()?.parse().ok()
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody listens any more, so nobody misses it.
    let _ = writeln!(out, "{line}");
}
