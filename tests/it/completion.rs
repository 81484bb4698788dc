//! What a shell offers at Tab, with the script as it is installed.

use std::path::Path;
use std::process::{Command, Stdio};

use downbeat::locale::Locale;

use crate::binary::binary;
use crate::cli::typed;
use crate::support::{connect, database};
use crate::terminal::Terminal;

/// What bash offers for the last of these words, which may be empty.
fn offered(words: &[&str]) -> Vec<String> {
    offered_with(words, &[])
}

/// The same with these variables set.
fn offered_with(words: &[&str], environment: &[(&str, &str)]) -> Vec<String> {
    let ask = r#"
        source <("$1" completions bash)
        shift
        COMP_WORDS=(worker "$@") COMP_CWORD=$# COMP_TYPE=9
        registered=$(complete -p worker)
        last="${@: -1}"
        [[ $registered =~ -F\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" worker "${last#=}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let bash = Command::new("bash")
        .args(["--norc", "-c", ask, "bash"])
        .arg(binary("worker"))
        .args(words)
        .envs(environment.iter().copied())
        .output();
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
        // As bash takes it apart.
        (&["cron", "tasks", "--priority", "=", "h"], &["high", "high-and-above"]),
        (&["cron", "set", "http-check", "--timezone", "Europe/Wars"], &["Europe/Warsaw"]),
        (&["schedule", "next", "@daily", "--tz", "Pacific/Cha"], &["Pacific/Chatham"]),
        (&["registry", "s"], &["side"]),
        (&["registry", "mai"], &["maintenance"]),
        (&["registry", "f"], &["file-watcher"]),
    ] {
        assert_eq!(offered(words), expected, "{words:?}");
    }
    let languages: Vec<_> = Locale::all().map(|locale| locale.tag().to_owned()).collect();
    assert_eq!(offered(&["cron", "tasks", "--locale", ""]), languages);
    assert_eq!(offered(&["cron", "tasks", "--locale", "="]), languages, "as bash takes it apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_and_runners_are_offered_where_the_database_can_be_asked() {
    let database = database().await;
    let (_, out, _) = typed(&database, "cron run always-late --json").await;
    let answer: serde_json::Value = serde_json::from_str(&out).expect("one document");
    let id = answer["data"]["id"].as_str().expect("an id");
    let sql = "insert into task_runners (
        instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at,
        heartbeat_at
      )
      values (gen_random_uuid(), 'web-1/7', 'worker', 'production', '0', 1, 'session', 60000, 60000, now(), now())
      returning instance_id::text";
    let row = connect(database.config()).await.query_one(sql, &[]).await.expect("a runner");
    let url: &[_] = &[("DATABASE_URL", database.url())];
    let offered = |words: &'static [&str]| {
        let words = offered_with(words, url).into_iter().filter(|word| !word.starts_with('-') && !word.is_empty());
        words.collect::<Vec<_>>()
    };
    assert_eq!(offered(&["cron", "execution", ""]), [id]);
    assert_eq!(offered(&["cron", "cancel", ""]), [id]);
    assert_eq!(offered(&["cron", "retry", ""]), [""; 0], "it has not ended");
    assert_eq!(offered(&["runner", "stop", ""]), [row.get::<_, String>(0)]);
    let named = ["--database-url", database.url(), "cron", "cancel", ""];
    assert!(offered_with(&named, &[]).contains(&id.to_owned()));
    let nobody = [("DATABASE_URL", "postgresql://127.0.0.1:1/none")];
    assert!(!offered_with(&["cron", "cancel", ""], &nobody).contains(&id.to_owned()));
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
        terminal.types("\u{1}\u{b}worker cron tasks --priority=b\t").shows("--priority=background");
        terminal.types("\u{1}echo would ask \n").shows("would ask worker cron tasks --priority=background");
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
