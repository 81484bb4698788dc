//! One run of the tests with one mistake.

use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;

/// What the tests said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// One of them failed.
    Caught,
    /// They did not end.
    Stuck,
    /// They passed.
    Missed,
}

/// The programs of the tests.
#[derive(Debug)]
pub(crate) struct Programs {
    library: PathBuf,
    whole: PathBuf,
    workspace: PathBuf,
}

impl Programs {
    /// Those that cargo said it made.
    pub(crate) fn of(told: &str, workspace: &Path, folder: &Path) -> Result<Self, Failure> {
        let made = |of: &str| {
            let path = told.lines().rev().find(|line| line.contains("Executable") && line.contains(of));
            let path = path.and_then(|line| line.rsplit_once('(')).map(|(_, path)| path.trim_end_matches(')'));
            path.map(|path| folder.join("build").join(path)).ok_or(format!("cargo made no program of {of}"))
        };
        Ok(Self { library: made("/downbeat-")?, whole: made("/it-")?, workspace: workspace.to_owned() })
    }

    /// Runs the tests with this mistake, until one fails.
    pub(crate) fn try_out(
        &self,
        mutant: u32,
        of_library: &[&str],
        of_whole: &[&[&str]],
        patience: Duration,
    ) -> io::Result<Verdict> {
        let until = Instant::now() + patience;
        let library = (&self.library, self.workspace.join("shared"), of_library);
        let whole = of_whole.iter().map(|filters| (&self.whole, self.workspace.join("tests"), *filters));
        for (program, folder, filters) in std::iter::once(library).chain(whole) {
            let mut command = Command::new(program);
            command.args(filters).env("MUTANT", mutant.to_string()).current_dir(folder);
            let verdict = run(command, until)?;
            if verdict != Verdict::Missed {
                return Ok(verdict);
            }
        }
        Ok(Verdict::Missed)
    }
}

fn run(mut command: Command, until: Instant) -> io::Result<Verdict> {
    // A group of its own, so that what it started ends with it.
    let mut child =
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let Some(out) = child.stdout.take() else { return Err(io::Error::other("no output")) };
    let (told, lines) = channel();
    thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) if line.ends_with("... FAILED") => return end(&mut child, Verdict::Caught),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return end(&mut child, Verdict::Stuck),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    Ok(if child.wait()?.success() { Verdict::Missed } else { Verdict::Caught })
}

fn end(child: &mut Child, verdict: Verdict) -> io::Result<Verdict> {
    let group = format!("-{}", child.id());
    Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status()?;
    child.wait()?;
    Ok(verdict)
}
