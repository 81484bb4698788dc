//! The private server against the real server programs. Users are processes: this test binary, started again.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it tells what it measured")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use downbeat::private_postgres::{Durability, Lifetime, PrivatePostgres, PrivatePostgresError, Settings};
use rustix::process::{Pid, Signal, kill_process};
use tokio_postgres::NoTls;

const NOBODY: u32 = 65534;

/// A home folder, removed at the end; nothing may still run in it then.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        Self::at(std::env::temp_dir().join(format!("downbeat-test-{}-{name}", std::process::id())))
    }

    fn at(path: PathBuf) -> Self {
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn settings(&self, lifetime: Lifetime) -> Settings {
        Settings { home: self.0.clone(), programs: None, durability: Durability::Development, lifetime }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.0.join("server.log")).unwrap_or_default()
    }

    /// The cluster there is.
    fn data(&self) -> PathBuf {
        let mut clusters = fs::read_dir(self.0.join("pg")).unwrap().flatten().map(|entry| entry.path());
        clusters.find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("data-")).unwrap()
    }

    fn server_pid(&self) -> Option<i32> {
        let lock = fs::read_to_string(self.0.join("pg/.s.PGSQL.5432.lock")).ok()?;
        lock.lines().next()?.parse().ok()
    }

    /// Processes whose working directory or command line is in this home, guardians included.
    fn processes(&self) -> Vec<String> {
        let mut found = vec![];
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let fds = fs::read_dir(entry.path().join("fd")).into_iter().flatten().flatten();
            let inside = fds.filter_map(|fd| fs::read_link(fd.path()).ok()).any(|file| file.starts_with(&self.0));
            if inside && entry.file_name().to_str() != Some(&std::process::id().to_string()) {
                let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
                found.push(format!("{} {}", entry.file_name().to_string_lossy(), name.trim()));
            }
        }
        found
    }

    #[track_caller]
    fn assert_all_ended(&self) {
        let begun = Instant::now();
        while !self.processes().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(5), "still running: {:?}\n{}", self.processes(), self.log());
            sleep(Duration::from_millis(10));
        }
        eprintln!("all ended after {} ms", begun.elapsed().as_millis());
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process that holds a lease until told to stop, killed, or its stdin ends.
struct User {
    process: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl User {
    fn spawn(home: &Home, lifetime: &str) -> Self {
        Self::spawn_as(home, lifetime, None, &[])
    }

    fn spawn_as(home: &Home, lifetime: &str, uid: Option<u32>, environment: &[(&str, &str)]) -> Self {
        // It has its output a second time, without the mark that exec closes it, as shells and build tools leave pipes.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 9>&1", "sh"]).arg(std::env::current_exe().unwrap());
        command.args(["private_postgres::a_process_that_uses_the_server", "--exact", "--nocapture"]);
        command.env("TEST_HOME", &home.0).env("TEST_LIFETIME", lifetime).envs(environment.iter().copied());
        if let Some(uid) = uid {
            command.uid(uid).gid(uid);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, answers }
    }

    fn ready(mut self) -> Self {
        self.expect("ready");
        self
    }

    #[track_caller]
    fn expect(&mut self, word: &str) -> String {
        let mut line = String::new();
        while self.answers.read_line(&mut line).unwrap() > 0 {
            if let Some((_, rest)) = line.split_once(&format!("{word} ")) {
                return rest.trim().to_owned();
            }
            line.clear();
        }
        panic!("the process ended without saying {word}");
    }

    #[track_caller]
    fn ask(&mut self, question: &str) -> String {
        writeln!(self.process.stdin.as_ref().unwrap(), "{question}").unwrap();
        self.expect("answer")
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn stop(mut self) {
        self.ask("stop");
        assert!(self.process.wait().unwrap().success());
    }
}

/// What other processes of these tests are: without its variables, it is nothing.
#[tokio::test]
async fn a_process_that_uses_the_server() {
    let Some(home) = std::env::var_os("TEST_HOME") else { return };
    let lifetime = match std::env::var("TEST_LIFETIME").unwrap().as_str() {
        "detached" => Lifetime::Detached,
        _ => Lifetime::WithUsers,
    };
    let begun = Instant::now();
    let home = Home(home.into());
    let postgres = PrivatePostgres::start(home.settings(lifetime)).await.unwrap();
    std::mem::forget(home);
    let (client, connection) = postgres.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let identity = "select system_identifier || ' ' || pg_postmaster_start_time() from pg_control_system()";
    let row = client.query_one(identity, &[]).await.unwrap();
    println!("ready {} ms {}", begun.elapsed().as_millis(), row.get::<_, String>(0));
    let questions = async {
        let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(tokio::io::stdin()));
        while let Some(question) = lines.next_line().await.unwrap() {
            match question.as_str() {
                "stop" => return,
                "pid" => {
                    let row = client.query_one("select pg_backend_pid()::text", &[]).await.unwrap();
                    println!("answer {}", row.get::<_, String>(0));
                }
                other => panic!("asked {other}"),
            }
        }
    };
    tokio::select! {
        () = questions => {}
        Err(error) = postgres.keep_alive() => panic!("{error}"),
    }
    postgres.stop().await.unwrap();
    println!("answer stopped");
}

#[tokio::test]
async fn an_empty_folder_gives_a_server_at_once_and_the_second_start_is_faster() {
    let home = Home::new("speed");
    for (start, limit_ms) in [("first", 5_000), ("second", 1_000)] {
        let begun = Instant::now();
        let postgres = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap();
        let (client, connection) = tokio_postgres::connect(postgres.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.execute("create table if not exists kept (id int)", &[]).await.unwrap();
        client.execute("insert into kept values (1)", &[]).await.unwrap();
        let took = begun.elapsed();
        eprintln!("{start} start to first query: {} ms", took.as_millis());
        let rows = client.query("select from kept", &[]).await.unwrap().len();
        assert_eq!(rows, if start == "first" { 1 } else { 2 });
        let sync: String = client.query_one("show fsync", &[]).await.unwrap().get(0);
        assert_eq!(sync, "on");
        assert!(took.as_millis() < limit_ms);
        drop(client);
        let begun = Instant::now();
        postgres.stop().await.unwrap();
        eprintln!("stop: {} ms", begun.elapsed().as_millis());
        home.assert_all_ended();
    }
}

#[test]
fn the_server_does_not_run_as_root_and_its_folder_is_closed_to_others() {
    if !we_are_root() {
        return;
    }
    let home = Home::new("root");
    let user = User::spawn(&home, "with users").ready();
    let server = fs::metadata(format!("/proc/{}", home.server_pid().unwrap())).unwrap();
    let folder = fs::metadata(home.0.join("pg")).unwrap();
    assert_ne!(server.uid(), 0);
    assert_eq!(folder.uid(), server.uid());
    assert_eq!(folder.mode() & 0o777, 0o700);
    user.stop();
    home.assert_all_ended();
}

#[test]
fn root_runs_the_server_under_the_owner_of_the_data() {
    if !we_are_root() {
        return;
    }
    let home = Home::new("owner");
    let (uid, gid) = (Some(NOBODY), Some(NOBODY));
    std::os::unix::fs::chown(&home.0, uid, gid).unwrap();
    User::spawn_as(&home, "with users", uid, &[]).ready().stop();
    // The locks belong to the ordinary user, and root may take them.
    let user = User::spawn(&home, "with users").ready();
    assert_eq!(fs::metadata(format!("/proc/{}", home.server_pid().unwrap())).unwrap().uid(), NOBODY);
    user.stop();
    home.assert_all_ended();
}

#[test]
fn an_ordinary_user_runs_the_server_under_his_own_account() {
    if !we_are_root() {
        return;
    }
    let home = Home::new("ordinary");
    std::os::unix::fs::chown(&home.0, Some(NOBODY), Some(NOBODY)).unwrap();
    let mut user = User::spawn_as(&home, "with users", Some(NOBODY), &[]);
    eprintln!("ordinary user: {}", user.expect("ready"));
    assert_eq!(fs::metadata(format!("/proc/{}", home.server_pid().unwrap())).unwrap().uid(), NOBODY);
    user.kill();
    home.assert_all_ended();
}

#[test]
fn processes_that_begin_together_share_one_server() {
    let home = Home::new("together");
    let mut users: Vec<_> = (0..8).map(|_| User::spawn(&home, "with users")).collect();
    let servers: Vec<_> = users.iter_mut().map(|user| user.expect("ready")).collect();
    eprintln!("{servers:#?}");
    let mut identities: Vec<_> = servers.iter().map(|server| server.split_once(" ms ").unwrap().1).collect();
    let mut late = User::spawn(&home, "with users");
    let joined = late.expect("ready");
    eprintln!("late: {joined}");
    identities.push(joined.split_once(" ms ").unwrap().1);
    identities.dedup();
    assert_eq!(identities.len(), 1, "{identities:?}");
    for user in users {
        user.stop();
    }
    assert!(home.server_pid().is_some(), "the late one still uses it");
    late.stop();
    home.assert_all_ended();
}

#[test]
fn killing_the_only_user_ends_the_server_cleanly() {
    let home = Home::new("killed");
    User::spawn(&home, "with users").ready().kill();
    home.assert_all_ended();
    assert!(home.log().contains("database system is shut down"), "{}", home.log());
}

#[test]
fn killing_the_starter_leaves_the_others_their_connections() {
    let home = Home::new("starter");
    let starter = User::spawn(&home, "with users").ready();
    let mut other = User::spawn(&home, "with users").ready();
    let before = other.ask("pid");
    starter.kill();
    sleep(Duration::from_millis(500));
    assert_eq!(other.ask("pid"), before);
    other.kill();
    home.assert_all_ended();
    assert!(home.log().contains("database system is shut down"), "{}", home.log());
}

#[test]
fn users_that_come_and_go_never_meet_a_server_that_ends_under_them() {
    let home = Home::new("churn");
    std::thread::scope(|scope| {
        for worker in 0..3 {
            let home = &home;
            scope.spawn(move || {
                for round in 0..6 {
                    let mut user = User::spawn(home, "with users").ready();
                    user.ask("pid");
                    if (worker + round) % 2 == 0 { user.kill() } else { user.stop() }
                }
            });
        }
    });
    home.assert_all_ended();
}

#[test]
fn a_server_killed_under_its_users_is_started_again() {
    let home = Home::new("sigkill");
    let user = User::spawn(&home, "with users").ready();
    let other = User::spawn(&home, "with users").ready();
    let killed = home.server_pid().unwrap();
    signal(killed, Signal::KILL);
    let begun = Instant::now();
    while home.server_pid().is_none_or(|pid| pid == killed) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", home.log());
        sleep(Duration::from_millis(10));
    }
    let mut late = User::spawn(&home, "with users");
    late.expect("ready");
    eprintln!("again after {} ms", begun.elapsed().as_millis());
    assert!(home.log().contains("was not properly shut down; automatic recovery"), "{}", home.log());
    user.kill();
    late.kill();
    other.kill();
    home.assert_all_ended();
}

#[test]
fn everything_killed_at_once_leaves_nothing_that_hinders_the_next_start() {
    let home = Home::new("massacre");
    let user = User::spawn(&home, "with users").ready();
    let server = home.server_pid().unwrap();
    let guardian = parent(server);
    for pid in [guardian, server, user.process.id().cast_signed()] {
        signal(pid, Signal::KILL);
    }
    user.kill();
    let mut next = User::spawn(&home, "with users");
    eprintln!("after the massacre: {}", next.expect("ready"));
    next.stop();
    home.assert_all_ended();
}

#[test]
fn a_killed_guardian_takes_the_server_along_and_its_users_start_another() {
    let home = Home::new("guardian");
    let user = User::spawn(&home, "with users").ready();
    let server = home.server_pid().unwrap();
    signal(parent(server), Signal::TERM);
    sleep(Duration::from_millis(300));
    assert_eq!(home.server_pid(), Some(server), "a guardian does not listen to polite signals");
    signal(parent(server), Signal::KILL);
    let begun = Instant::now();
    while home.server_pid().is_none_or(|pid| pid == server) {
        assert!(begun.elapsed() < Duration::from_secs(10), "{}", home.log());
        sleep(Duration::from_millis(10));
    }
    user.kill();
    home.assert_all_ended();
}

#[test]
fn a_process_id_that_went_to_a_stranger_is_not_taken_for_the_server() {
    if !we_are_root() {
        return;
    }
    let home = Home::new("stranger");
    User::spawn(&home, "with users").ready().stop();
    let mut stranger = Command::new("sleep").arg("60").uid(owner(&home)).spawn().unwrap();
    let data = home.data();
    fs::write(data.join("postmaster.pid"), format!("{}\n{}\n1\n5432\n\n\n", stranger.id(), data.display())).unwrap();
    User::spawn(&home, "with users").ready().stop();
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    home.assert_all_ended();
}

#[tokio::test]
async fn a_server_that_somebody_started_by_hand_keeps_its_data() {
    if !we_are_root() {
        return;
    }
    let home = Home::new("by-hand");
    let user = User::spawn(&home, "with users").ready();
    let program = fs::read_link(format!("/proc/{}/exe", home.server_pid().unwrap())).unwrap();
    user.stop();
    let data = home.data();
    let socket_dir = data.join("pg_notify");
    let mut by_hand = Command::new(program)
        .args(["-D", data.to_str().unwrap(), "-c", "listen_addresses=", "-k", socket_dir.to_str().unwrap()])
        .current_dir("/")
        .uid(owner(&home))
        .gid(owner(&home))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(Duration::from_millis(500));
    assert!(by_hand.try_wait().unwrap().is_none());
    let refused = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap_err();
    signal(by_hand.id().cast_signed(), Signal::INT);
    by_hand.wait().unwrap();
    assert!(refused.to_string().contains("shared memory block"), "{refused}");
    home.assert_all_ended();
}

#[test]
fn a_half_made_cluster_is_made_anew() {
    let home = Home::new("half");
    let mut first = User::spawn(&home, "with users");
    let begun = Instant::now();
    while !home.0.join("pg").exists() || fs::read_dir(home.0.join("pg")).unwrap().count() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(5));
        sleep(Duration::from_millis(1));
    }
    sleep(Duration::from_millis(100));
    first.process.kill().unwrap();
    first.process.wait().unwrap();
    let unfinished = home.data();
    assert_eq!(unfinished.extension().unwrap(), "new");
    let mut next = User::spawn(&home, "with users");
    eprintln!("after a killed initdb: {}", next.expect("ready"));
    assert!(!unfinished.exists());
    next.stop();
    home.assert_all_ended();
}

#[test]
fn data_of_another_version_is_left_alone() {
    let home = Home::new("version");
    fs::create_dir_all(home.0.join("pg/data-9/base")).unwrap();
    fs::write(home.0.join("pg/data-9/PG_VERSION"), "9\n").unwrap();
    User::spawn(&home, "with users").ready().stop();
    assert!(home.0.join("pg/data-9/PG_VERSION").exists());
    assert_eq!(fs::read_dir(home.0.join("pg")).unwrap().count(), 2);
}

#[tokio::test]
async fn test_clusters_of_earlier_boots_are_swept_and_others_are_not() {
    let home = Home::new("boot");
    let clusters = home.0.join("pg");
    fs::create_dir_all(clusters.join("data-9-00000000")).unwrap();
    fs::create_dir_all(clusters.join("data-9")).unwrap();
    let settings = Settings { durability: Durability::Test, ..home.settings(Lifetime::WithUsers) };
    PrivatePostgres::start(settings).await.unwrap().stop().await.unwrap();
    assert!(!clusters.join("data-9-00000000").exists());
    assert!(clusters.join("data-9").exists());
    home.assert_all_ended();
}

#[tokio::test]
async fn a_folder_the_account_cannot_enter_is_replaced_by_one_under_var_tmp() {
    if !we_are_root() {
        return;
    }
    let home = Home::at(PathBuf::from(format!("/root/downbeat-test-{}", std::process::id())));
    let first = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap();
    let second = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap();
    let used = first.socket_dir().to_owned();
    assert!(used.starts_with("/var/tmp"), "{used:?}");
    assert_eq!(used, second.socket_dir());
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    let used = Home(used.parent().unwrap().to_owned());
    used.assert_all_ended();
}

#[tokio::test]
async fn a_long_path_and_an_odd_one_get_a_socket_that_works() {
    for name in ["l".repeat(110), r#"with space, ä & "100"%?=#"#.to_owned()] {
        let home = Home::new(&name);
        let postgres = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap();
        drop(tokio_postgres::connect(postgres.url(), NoTls).await.unwrap());
        let psql = Command::new("psql").args([postgres.url(), "-Atc", "select 42"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&psql.stdout).trim(), "42", "{psql:?}");
        let socket_dir = postgres.socket_dir().to_owned();
        postgres.stop().await.unwrap();
        home.assert_all_ended();
        if !socket_dir.starts_with(&home.0) {
            fs::remove_dir(socket_dir).unwrap();
        }
    }
}

#[tokio::test]
async fn a_folder_of_somebody_else_is_refused() {
    let home = Home::new(&"s".repeat(110));
    let postgres = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap();
    let socket_dir = postgres.socket_dir().to_owned();
    postgres.stop().await.unwrap();
    fs::remove_dir(&socket_dir).unwrap();
    std::os::unix::fs::symlink("/var/tmp", &socket_dir).unwrap();
    let refused = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap_err();
    fs::remove_file(&socket_dir).unwrap();
    assert!(matches!(refused, PrivatePostgresError::FolderOfSomebodyElse { .. }), "{refused}");
}

#[test]
fn the_server_gets_nothing_of_our_environment() {
    let home = Home::new("environment");
    let outside =
        [("PGPORT", "9"), ("PGDATA", "/nowhere"), ("PGOPTIONS", "-c bad=1"), ("CRON_SECRET", "hush"), ("LC_ALL", "C")];
    let user = User::spawn_as(&home, "with users", None, &outside).ready();
    let environment = fs::read(format!("/proc/{}/environ", home.server_pid().unwrap())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    for forbidden in ["PGPORT", "PGOPTIONS", "CRON_SECRET", "TEST_HOME"] {
        assert!(!environment.contains(forbidden), "{environment}");
    }
    user.stop();
    home.assert_all_ended();
}

#[tokio::test]
async fn a_detached_server_outlives_its_users_and_holds_nothing_of_theirs() {
    let home = Home::new("detached");
    let mut starter = User::spawn(&home, "detached").ready();
    let server = home.server_pid().unwrap();
    for standard in open_files(server).iter().take_while(|(number, _)| *number <= 2) {
        assert!(standard.1.starts_with(&home.0) || standard.1 == Path::new("/dev/null"), "{standard:?}");
    }
    let inherited = open_files(starter.process.id().cast_signed());
    let pipes: Vec<_> = inherited.iter().filter(|(_, file)| file.to_string_lossy().starts_with("pipe:")).collect();
    assert!(pipes.iter().any(|(number, _)| *number == 9), "the user was left a pipe: {inherited:?}");
    for (number, file) in open_files(server) {
        assert!(pipes.iter().all(|(_, pipe)| *pipe != file), "{number} is a pipe of its starter's: {file:?}");
    }
    assert_eq!(session(server), server, "it leads a session of its own");
    writeln!(starter.process.stdin.as_ref().unwrap(), "stop").unwrap();
    // Would wait for the server if it held our pipe.
    starter.answers.read_to_string(&mut String::new()).unwrap();
    starter.process.wait().unwrap();
    sleep(Duration::from_millis(500));
    assert_eq!(home.server_pid(), Some(server));
    User::spawn(&home, "detached").ready().kill();
    assert_eq!(home.server_pid(), Some(server));
    PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap().stop().await.unwrap();
    home.assert_all_ended();
}

#[tokio::test]
async fn a_failed_start_tells_the_end_of_the_log() {
    let home = Home::new("broken");
    User::spawn(&home, "with users").ready().stop();
    fs::write(home.data().join("postgresql.conf"), "this is no setting\n").unwrap();
    let error = PrivatePostgres::start(home.settings(Lifetime::WithUsers)).await.unwrap_err();
    assert!(error.to_string().contains("syntax error in file"), "{error}");
    assert_eq!(error.message().id(), "postgres-start-failed");
    home.assert_all_ended();
}

#[test]
fn without_programs_the_error_says_where_they_were_looked_for() {
    if !we_are_root() {
        return;
    }
    let home = Home::new("missing");
    let hide = "mount -t tmpfs none /usr/lib/postgresql && exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", hide, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["private_postgres::a_process_that_uses_the_server", "--exact", "--nocapture"])
        .envs([("TEST_HOME", home.0.to_str().unwrap()), ("TEST_LIFETIME", "with users"), ("PATH", "/usr/bin:/bin")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("ProgramsMissing") && said.contains("/usr/lib/postgresql/*/bin"), "{said}");
}

#[tokio::test]
async fn named_programs_that_are_not_there_are_an_error() {
    let home = Home::new("programs");
    let settings = Settings { programs: Some("/usr/bin".into()), ..home.settings(Lifetime::WithUsers) };
    let error = PrivatePostgres::start(settings).await.unwrap_err();
    assert_eq!(error.to_string(), "no working initdb and postgres in /usr/bin");
    assert_eq!(error.message().id(), "postgres-programs-unusable");
}

#[tokio::test]
async fn a_server_is_told_from_outside_how_durable_it_is() {
    let home = Home::new("durability");
    let settings = Settings { durability: Durability::Test, ..home.settings(Lifetime::WithUsers) };
    let postgres = PrivatePostgres::start(settings).await.unwrap();
    let (client, connection) = postgres.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    for (setting, value) in
        [("fsync", "off"), ("wal_level", "minimal"), ("autovacuum", "off"), ("max_connections", "300")]
    {
        let found: String = client.query_one("select current_setting($1)", &[&setting]).await.unwrap().get(0);
        assert_eq!(found, value, "{setting}");
    }
    postgres.stop().await.unwrap();
    home.assert_all_ended();
}

fn we_are_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn owner(home: &Home) -> u32 {
    fs::metadata(home.0.join("pg")).unwrap().uid()
}

/// Number and file of what a process has open, by number. What it closes while we look is left out.
fn open_files(pid: i32) -> Vec<(i32, PathBuf)> {
    let folder = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let mut files: Vec<_> = folder
        .flatten()
        .filter_map(|fd| Some((fd.file_name().to_str()?.parse().ok()?, fs::read_link(fd.path()).ok()?)))
        .collect();
    files.sort();
    files
}

fn parent(pid: i32) -> i32 {
    status(pid, 1)
}

/// Its leader's number. `getsid` would answer 0 for a leader outside our namespace, which is no number.
fn session(pid: i32) -> i32 {
    status(pid, 3)
}

/// A field of `/proc/PID/stat`, counted from the state, which comes after the name.
fn status(pid: i32, field: usize) -> i32 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(") ").unwrap().1.split(' ').nth(field).unwrap().parse().unwrap()
}

fn signal(pid: i32, signal: Signal) {
    // It may have gone with those before it.
    let _ = kill_process(Pid::from_raw(pid).expect("a process id"), signal);
}
