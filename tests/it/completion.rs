//! What a shell offers at Tab, with the script as it is installed.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::binary::binary;
use crate::terminal::Terminal;

/// What bash offers for the last of these words, which may be empty.
fn offered(words: &[&str]) -> Vec<String> {
    let ask = r#"
        source <("$1" completions bash)
        shift
        COMP_WORDS=(worker "$@") COMP_CWORD=$# COMP_TYPE=9
        registered=$(complete -p worker)
        [[ $registered =~ -F\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" worker "${@: -1}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let bash = Command::new("bash").args(["--norc", "-c", ask, "bash"]).arg(binary("worker")).args(words).output();
    let answer = bash.expect("there is bash");
    assert!(answer.status.success() && answer.stderr.is_empty(), "{answer:?}");
    String::from_utf8(answer.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn a_command_is_offered_those_tasks_it_is_about() {
    for (words, expected) in [
        (&["cron", "run", "h"][..], &["http-check"][..]),
        (&["cron", "explain", ""], &["database-health", "http-check", "prune-history"]),
        (&["side", "restart", ""], &["file-watcher", "heartbeat-monitor"]),
        (&["cron", "history", "--task", "p"], &["prune-history"]),
        (&["pulse", "execute", "--task", "d"], &["database-health"]),
        (&["events", "--task", "h"], &["http-check", "heartbeat-monitor"]),
    ] {
        let offered = offered(words);
        let tasks: Vec<_> = offered.iter().filter(|word| !word.starts_with('-')).collect();
        assert_eq!(tasks, expected, "{words:?}");
    }
}

#[test]
fn commands_options_and_their_values_are_offered() {
    for (words, expected) in [
        (&["sch"][..], &["schedule"][..]),
        (&["new", "p"], &["project"]),
        (&["new", "task", "--si"], &["--side"]),
        (&["cron", "his"], &["history"]),
        (&["cron", "run", "--wa"], &["--wait"]),
        (&["cron", "history", "--status", "failed,com"], &["failed,completed"]),
        (&["cron", "tasks", "--locale", ""], &["en", "de", "pl"]),
    ] {
        assert_eq!(offered(words), expected, "{words:?}");
    }
}

/// A shell, how it is started without anybody's settings, and how it reads the script. Its prompt is `ready>`.
const SHELLS: [(&str, &[&str], &str); 3] = [
    (
        "bash",
        &["--norc", "--noprofile", "-i"],
        "PS1='ready>'; bind 'set bell-style none'; source <(worker completions bash)",
    ),
    (
        "zsh",
        &["-f", "-i"],
        "PS1='ready>'; bindkey -e; autoload -Uz compinit; compinit -u -D; source <(worker completions zsh)",
    ),
    (
        "fish",
        &["--no-config", "-i"],
        "function fish_prompt; echo -n 'ready>'; end; bind ctrl-a beginning-of-line; worker completions fish | source",
    ),
];

#[test]
fn every_shell_there_is_completes_a_task_at_tab() {
    let worker = binary("worker");
    let folder = worker.parent().expect("it lies in a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").expect("a path"));
    let has = |program: &str| path.split(':').any(|folder| Path::new(folder).join(program).exists());
    // Part of every Linux; elsewhere there may be none.
    if !has("setsid") && !cfg!(target_os = "linux") {
        return;
    }
    let mut played = Vec::new();
    for (shell, options, setup) in SHELLS {
        if !has(shell) {
            continue;
        }
        // With the terminal for its own, as fish wants it.
        let mut command = Command::new("setsid");
        command
            .args(["--ctty", shell])
            .env_clear()
            .env("PATH", &path)
            .env("TERM", "xterm")
            .env("HOME", folder)
            .args(options);
        let mut terminal = Terminal::shell(&mut command);
        terminal.types(&format!("{setup}; echo 'now' 'it can begin'\n")).shows("now it can begin").shows("ready>");
        terminal.types("worker cron run h\t").shows("http-check");
        // What stands on the line is what the shell would run.
        terminal.types("\u{1}echo would run \n").shows("would run worker cron run http-check");
        terminal.types("exit\n");
        played.push(shell);
    }
    assert!(played.contains(&"bash"), "there is no shell to play");
}

#[test]
fn a_shell_we_know_nothing_of_runs_nothing_by_asking() {
    let mut worker = Command::new(binary("worker"));
    worker.env_clear().env("WORKER_COMPLETE", "tcsh").args(["migrate"]);
    let output = worker.stdin(Stdio::null()).output().expect("it runs");
    assert!(!output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
}
