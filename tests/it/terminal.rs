//! The real program at a real terminal: what it asks, how one answers, how one leaves; and how it follows history.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use downbeat::testing::database::TestDatabase;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use serde_json::Value;

use crate::binary::binary;
use crate::support::database;

/// Far longer than anything that is only slow.
const PATIENCE: Duration = Duration::from_secs(180);

/// The program at a terminal: stdin and stderr are one, stdout is a pipe, so that data is told from questions.
pub(crate) struct Terminal {
    keys: File,
    shown: Receiver<Vec<u8>>,
    screen: Vec<u8>,
    pub(crate) child: Child,
}

impl Terminal {
    fn run(database: &TestDatabase, line: &str) -> Self {
        Self::of(&mut program(database, line))
    }

    pub(crate) fn of(program: &mut Command) -> Self {
        Self::open(program, |_| Stdio::piped())
    }

    /// A shell, which has the terminal for everything.
    pub(crate) fn shell(shell: &mut Command) -> Self {
        Self::open(shell, |terminal| terminal.try_clone().expect("one more").into())
    }

    fn open(program: &mut Command, stdout: impl FnOnce(&File) -> Stdio) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).expect("it is ours");
        unlockpt(&master).expect("it opens");
        tcsetwinsize(&master, Winsize { ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 }).expect("a size");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let slave = OpenOptions::new().read(true).write(true).open(name.to_str().expect("text")).expect("a terminal");
        let child = program
            .stdin(slave.try_clone().expect("one more"))
            .stdout(stdout(&slave))
            .stderr(slave)
            .spawn()
            .expect("the program starts");
        let mut screen = File::from(master);
        let keys = screen.try_clone().expect("one more");
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Linux ends the reading of a terminal nobody holds any more with an error.
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { keys, shown, screen: Vec::new(), child }
    }

    /// Waits until that stands on the terminal, below what was waited for before.
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        loop {
            let screen = self.text();
            if let Some(at) = screen.find(text) {
                self.screen = screen.as_bytes()[at + text.len()..].to_vec();
                return self;
            }
            let more = self.shown.recv_timeout(PATIENCE);
            self.screen.extend(more.unwrap_or_else(|_| panic!("no {text:?} on the terminal: {screen}")));
        }
    }

    fn text(&self) -> String {
        anstream::adapter::strip_str(&String::from_utf8_lossy(&self.screen)).to_string()
    }

    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).expect("keys");
        self
    }

    /// How it ended, what stood on stdout, and what was shown last.
    pub(crate) fn ends(mut self) -> (Option<i32>, String, String) {
        let mut out = String::new();
        self.child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
        let status = self.child.wait().expect("it ends");
        drop(self.keys);
        while let Ok(more) = self.shown.recv_timeout(Duration::from_millis(200)) {
            self.screen.extend(more);
        }
        let screen = anstream::adapter::strip_str(&String::from_utf8_lossy(&self.screen)).to_string();
        (status.code(), out, screen)
    }
}

fn program(database: &TestDatabase, line: &str) -> Command {
    let mut command = Command::new(binary("worker"));
    command
        .env_clear()
        .env("DATABASE_URL", database.url())
        .env("TERM", "xterm-256color")
        .env("TASK_RUNNER_ENVIRONMENT", "production")
        .args(line.split(' '));
    command
}

/// The same without anybody at it.
fn unattended(database: &TestDatabase, line: &str) -> (Option<i32>, String, String) {
    let output = program(database, line).stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A database that knows the tasks that ship, with one execution to choose.
async fn known() -> (TestDatabase, String) {
    let database = database().await;
    let (code, out, err) = unattended(&database, "cron run prune-history --json");
    assert_eq!(code, Some(0), "{err}");
    let answer: Value = serde_json::from_str(&out).expect("one document");
    let id = answer["data"]["id"].as_str().expect("an id").to_owned();
    (database, id)
}

pub(crate) const ENTER: &str = "\r";
const ESCAPE: &str = "\u{1b}";
const BACKSPACE: &str = "\u{7f}";
const CONTROL_C: &str = "\u{3}";

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_task_is_chosen_by_typing_a_part_of_its_name() {
    let (database, _) = known().await;
    let mut terminal = Terminal::run(&database, "cron show");
    terminal.shows("The task’s name:").shows("type to filter").types("prhist").shows("prune-history").types(ENTER);
    let (code, out, err) = terminal.ends();
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("prune-history"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_asked_in_the_language_of_the_person() {
    let (database, _) = known().await;
    let mut terminal = Terminal::run(&database, "side restart --locale de");
    terminal
        .shows("Der Name der Aufgabe:")
        .shows("Tippen filtert")
        .types("heart")
        .shows("heartbeat-monitor")
        .types(ENTER);
    let (code, out, err) = terminal.ends();
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("heartbeat-monitor"), "{out}");

    let mut terminal = Terminal::run(&database, "runner pause --locale de");
    terminal.shows("Auf keinem Runner mehr Aufgaben starten").shows("(j/N)").types("vielleicht").types(ENTER);
    terminal
        .shows("Bitte mit ja oder nein antworten.")
        .types(&format!("{}j", BACKSPACE.repeat("vielleicht".len())))
        .types(ENTER);
    let (code, out, err) = terminal.ends();
    assert_eq!(code, Some(0), "{err}");
    assert!(!out.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_leaves_with_130_and_nothing_on_stdout() {
    let (database, id) = known().await;
    for keys in [CONTROL_C, ESCAPE] {
        for (line, question) in
            [("cron run", "The task’s name:"), ("schedule next", "A cron expression"), ("runner pause", "(y/N)")]
        {
            let mut terminal = Terminal::run(&database, line);
            terminal.shows(question).types(keys);
            let (code, out, screen) = terminal.ends();
            assert_eq!((code, out.as_str()), (Some(130), ""), "{line}: {screen}");
            assert!(!screen.contains("error"), "{screen}");
        }
    }
    let (_, out, _) = unattended(&database, &format!("cron execution {id}"));
    assert!(out.contains("Pending"), "nothing was run: {out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_run_is_shown_what_that_waits_for() {
    let (database, _) = known().await;
    assert_eq!(unattended(&database, "cron set http-check --runs-on function").0, Some(0));
    let mut terminal = Terminal::run(&database, "cron run http-check --wait");
    terminal.shows("http-check waits (For its host: In serverless functions)");
    assert_eq!(unattended(&database, "cron set http-check --runs-on any").0, Some(0));
    let (code, out, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(out.contains("Completed"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hard_to_undo_is_asked_first() {
    let (database, id) = known().await;
    let mut terminal = Terminal::run(&database, &format!("cron cancel {id}"));
    terminal.shows(&format!("Cancel the execution {id}?")).types("n").types(ENTER);
    let (code, out, screen) = terminal.ends();
    assert_eq!((code, out.as_str()), (Some(1), ""), "{screen}");
    assert!(screen.contains("Nothing was done."), "{screen}");

    // The execution itself is chosen as well, and only one that can be cancelled is offered.
    let mut terminal = Terminal::run(&database, "cron cancel");
    terminal.shows("The execution’s id:").shows("prune-history").types(ENTER);
    terminal.shows("Cancel the execution").shows("(y/N)").types("y").types(ENTER);
    let (code, out, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(out.contains("is cancelled"), "{out}");

    let terminal = Terminal::run(&database, "cron cancel");
    let (code, out, screen) = terminal.ends();
    assert_eq!((code, out.as_str()), (Some(2), ""), "nothing is left to cancel: {screen}");
    assert!(screen.contains("nothing to choose from"), "{screen}");

    // By its id, and said so: nobody is asked.
    let terminal = Terminal::run(&database, "runner pause --yes");
    assert_eq!(terminal.ends().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expression_is_asked_for_until_it_is_one() {
    let (database, _) = known().await;
    let mut terminal = Terminal::run(&database, "schedule explain");
    terminal
        .shows("A cron expression")
        .types("0 25 * * *")
        .types(ENTER)
        .shows("25")
        .types(&format!("{}@daily", BACKSPACE.repeat("0 25 * * *".len())))
        .types(ENTER);
    let (code, out, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(out, "@daily\nevery day at 00:00\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_person_or_with_json_nobody_is_asked() {
    let (database, _) = known().await;
    for line in ["cron show", "cron cancel", "schedule next"] {
        let (code, out, err) = unattended(&database, line);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{line}");
        assert!(err.contains("this is missing: <"), "{err}");
    }
    assert_eq!(unattended(&database, "runner pause").0, Some(0));
    let (code, out, _) = Terminal::run(&database, "cron show --json").ends();
    let answer: Value = serde_json::from_str(&out).expect("one document");
    assert_eq!((code, &answer["error"]["code"]), (Some(2), &Value::from("arguments_invalid")));
}

/// What follows history, a line at a time.
struct Following {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(database: &TestDatabase, line: &str) -> Self {
        let mut child = program(database, line).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    fn next(&mut self) -> String {
        self.lines.next().expect("one more line").expect("text")
    }

    /// Ends it as Ctrl-C does, and gives what it had still to say.
    fn end(mut self) -> (Option<i32>, Vec<String>) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::INT).expect("it still runs");
        let rest = self.lines.map_while(Result::ok).collect();
        (self.child.wait().expect("it ends").code(), rest)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_followed_with_each_change_once_until_it_is_ended() {
    let (database, id) = known().await;
    let mut json = Following::start(&database, "cron history --follow --json");
    let mut text = Following::start(&database, "cron history -f --status completed --locale de");
    let first: Value = serde_json::from_str(&json.next()).expect("an object");
    assert_eq!((&first["id"], &first["status"]), (&Value::from(id.as_str()), &Value::from("PENDING")));

    let (code, _, err) = unattended(&database, "pulse execute");
    assert_eq!(code, Some(0), "{err}");
    let ended = loop {
        let change: Value = serde_json::from_str(&json.next()).expect("an object");
        if change["id"] == id.as_str() && change["status"] == "COMPLETED" {
            break change;
        }
    };
    assert_eq!(ended["task_name"], "prune-history");
    let line = text.next();
    assert!(line.contains("Abgeschlossen") && line.contains("prune-history"), "{line}");

    let (_, _, err) = unattended(&database, "cron run http-check --json");
    assert!(err.is_empty(), "{err}");
    let next: Value = serde_json::from_str(&json.next()).expect("an object");
    assert_eq!((&next["task_name"], &next["status"]), (&Value::from("http-check"), &Value::from("PENDING")));

    assert_eq!(json.end(), (Some(0), vec![]), "nothing is told twice");
    assert_eq!(text.end(), (Some(0), vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_new_task_is_asked_for_until_it_is_one() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("new-task-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let database = database().await;
    let mut terminal = Terminal::run(&database, &format!("new task --dir {}", folder.display()));
    terminal.shows("What the task is to be called").types("history").types(ENTER).shows("give it another name");
    terminal.types(&BACKSPACE.repeat(7)).types("invoice-mailer").types(ENTER);
    let (code, out, err) = terminal.ends();
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("invoice_mailer.rs") && folder.join("invoice_mailer.rs").is_file(), "{out}");
    std::fs::remove_dir_all(folder).expect("ours to remove");
}
