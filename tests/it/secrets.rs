//! No secret stands anywhere: not in what is logged, however much that is, nor in errors, descriptions, answers, or the list
//! of processes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use downbeat::testing::database::TestDatabase;

use crate::binary::binary;
use crate::support::database;

const TOKEN: &str = "token-nobody-may-read";
const CRON: &str = "cron-secret-nobody-may-read";
const PASSWORD: &str = "password-nobody-may-read";
/// As it stands in an address.
const ENCODED: &str = "password%2Dnobody%2Dmay%2Dread";

/// The address of the test's database, with a password that this server does not ask for.
fn address(database: &TestDatabase) -> String {
    match database.url() {
        url if !url.contains("://") => format!("{url} password={PASSWORD}"),
        url if url.contains('?') => format!("{url}&password={ENCODED}"),
        url => format!("{url}?password={ENCODED}"),
    }
}

struct Told {
    what: String,
    text: String,
}

/// What the program says, on both of its outputs, with everything logged.
fn told(environment: &BTreeMap<&str, String>, line: &str) -> Told {
    let mut command = Command::new(binary("worker"));
    command.env_clear().envs(environment).arg("-vvv").args(line.split(' ')).stdin(Stdio::null());
    let Output { stdout, stderr, .. } = command.output().expect("it runs");
    let text = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    Told { what: line.to_owned(), text }
}

fn hold(Told { what, text }: &Told) {
    for secret in [TOKEN, CRON, PASSWORD, ENCODED] {
        assert!(!text.contains(secret), "{what} tells {secret}: {text}");
    }
}

#[tokio::test]
async fn no_command_tells_a_secret_whatever_goes_wrong() {
    let database = database().await;
    let sound = BTreeMap::from([
        ("DATABASE_URL", address(&database)),
        ("TASK_API_TOKEN", TOKEN.to_owned()),
        ("CRON_SECRET", CRON.to_owned()),
        ("TASK_RUNNER_ENVIRONMENT", "production".to_owned()),
    ]);
    let with = |name: &'static str, value: &str| {
        let mut environment = sound.clone();
        environment.insert(name, value.to_owned());
        environment
    };
    let nowhere = with("DATABASE_URL", &format!("postgres://user:{ENCODED}@127.0.0.1:1/db"));
    let unread = with("DATABASE_URL", &format!("postgres://user:{ENCODED}@ho st:many/db?sslmode=maybe"));
    let unpooled = with("DATABASE_URL_UNPOOLED", &format!("mysql://user:{PASSWORD}@localhost/db"));
    let short = with("TASK_API_TOKEN", "short-secret");
    let mut said = Vec::new();
    for environment in [&sound, &nowhere, &unread, &unpooled, &short] {
        for line in
            ["doctor", "doctor --json", "cron tasks", "cron run prune-history --wait", "pulse execute", "registry"]
        {
            said.push(told(environment, line));
        }
    }
    said.push(told(&sound, "--url http://127.0.0.1:1 cron tasks"));
    said.push(told(&sound, "openapi"));
    said.push(told(&nowhere, "start --no-http --concurrency nothing"));
    assert!(said.iter().any(|told| told.text.contains("COMPLETED") || told.text.contains("Completed")), "nothing ran");
    said.iter().for_each(hold);
    assert!(said.iter().all(|told| !told.text.contains("short-secret")));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_running_worker_tells_no_secret_to_callers_its_log_or_the_list_of_processes() {
    use std::time::Duration;

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

    let database = database().await;
    let mut command = tokio::process::Command::new(binary("worker"));
    command.env_clear().env("DATABASE_URL", address(&database)).env("TASK_API_TOKEN", TOKEN).env("CRON_SECRET", CRON);
    command.env("TASK_RUNNER_ENVIRONMENT", "production");
    command.args(["-vvv", "start", "--listen", "127.0.0.1:0"]).kill_on_drop(true).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut err = child.stderr.take().expect("a pipe");
    let log = tokio::spawn(async move {
        let mut log = String::new();
        err.read_to_string(&mut log).await.expect("text");
        log
    });
    let patience = Duration::from_secs(180);
    let mut shown = String::new();
    let found = async {
        loop {
            let line = out.next_line().await.expect("text").expect("it says where it listens");
            shown += &line;
            if let Some((_, address)) = line.split_once("http://") {
                return address.trim().to_owned();
            }
        }
    };
    let address = tokio::time::timeout(patience, found).await.expect("it begins");

    let mut answers = String::new();
    for (head, credential) in [
        ("GET /api/openapi.json", TOKEN),
        ("GET /api/runner/status", TOKEN),
        ("GET /metrics", TOKEN),
        ("GET /api/types", TOKEN),
        ("POST /api/pulse", CRON),
        ("POST /api/tasks/cron/prune-history/run", TOKEN),
        ("GET /api/tasks/cron", "token-nobody-may-reas"),
        ("GET /api/pulse/status?colour=token", TOKEN),
    ] {
        let mut stream = tokio::net::TcpStream::connect(&address).await.expect("a connection");
        let request = format!(
            "{head} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {credential}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("text");
        answers += &answer;
    }
    assert!(answers.contains("HTTP/1.1 200") && answers.contains("HTTP/1.1 401"), "{answers}");

    let line = std::fs::read(format!("/proc/{}/cmdline", child.id().expect("it runs"))).expect("Linux tells");
    child.kill().await.expect("kill -9");
    let log = log.await.expect("read");
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "{log}");
    let list = String::from_utf8_lossy(&line).into_owned();
    for (what, text) in [("answers", answers), ("the log", log), ("the list of processes", list), ("stdout", shown)] {
        hold(&Told { what: what.to_owned(), text });
    }
}

/// Whoever asks is told apart by how long a comparison takes only by its length.
#[test]
fn a_request_is_held_against_a_secret_in_one_place_and_in_constant_time() {
    let mut places = Vec::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src/http")) {
        let source = fs::read_to_string(&path).expect("a source");
        places.extend(source.lines().filter(|line| line.contains("expose_secret")).map(str::to_owned));
    }
    let [place] = &places[..] else { panic!("{places:?}") };
    assert!(place.contains(".ct_eq(secret.expose_secret().as_bytes())"), "{place}");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| sources(folder));
    files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")).chain(below).collect()
}
