//! What a shell offers at Tab, with the script as it is installed.

use std::process::Command;

use crate::binary::binary;

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
