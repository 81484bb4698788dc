//! A PostgreSQL of one test's own, for what the others' server must not be: encrypted, full, or reached by TCP.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use downbeat::private_postgres::{Durability, Lifetime, PrivatePostgres, Settings};
use tokio_postgres::{Client, NoTls};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{connect, until};

/// A server of its own; it and its data go with it.
pub(crate) struct Server {
    process: Child,
    /// The folders of its programs and of its data.
    folders: (PathBuf, PathBuf),
    home: PathBuf,
    port: u16,
}

impl Server {
    /// Starts one with these settings, over a new cluster whose folder `prepare` may write to. Its superuser `postgres` needs
    /// no password.
    pub(crate) async fn start(settings: &[(&str, &str)], prepare: impl FnOnce(&Path)) -> Self {
        let home = std::env::temp_dir().join(format!("downbeat-server-{}", uuid::Uuid::now_v7()));
        let (programs, data) = new_cluster(&home).await;
        prepare(&data);
        let port = free_port();
        let command = command(&programs, &data, &home, port, settings);
        let mut server = Self { process: spawned(command, &home), folders: (programs, data), home, port };
        server.until_it_answers().await;
        server
    }

    /// Stops it in order and starts it anew, at the same address. Its folder `prepare` may write to meanwhile.
    pub(crate) async fn again(&mut self, prepare: impl FnOnce(&Path)) {
        kill_process(Pid::from_child(&self.process), Signal::INT).expect("it runs");
        self.process.wait().expect("a child");
        let (programs, data) = &self.folders;
        prepare(data);
        self.process = spawned(command(programs, data, &self.home, self.port, &[]), &self.home);
        self.until_it_answers().await;
    }

    async fn until_it_answers(&mut self) {
        until(async || {
            let ended = self.process.try_wait().expect("a child");
            assert!(ended.is_none(), "PostgreSQL has ended: {}", self.log());
            self.config().connect(NoTls).await.is_ok()
        })
        .await;
    }

    /// The address of its database `postgres` by its socket.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres", "postgres")
    }

    /// The address of a database by its socket.
    pub(crate) fn url_of(&self, role: &str, database: &str) -> String {
        format!("postgresql://{role}@/{database}?host={}&port={}", self.home.join("pg").display(), self.port)
    }

    /// The port it listens at on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) async fn client(&self) -> Client {
        connect(self.config()).await
    }

    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.home.join("of-its-own.log")).unwrap_or_default()
    }

    fn config(&self) -> tokio_postgres::Config {
        self.url().parse().expect("an address")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // At once, and all its processes with it.
        // It may have ended by itself.
        let _ = kill_process(Pid::from_child(&self.process), Signal::QUIT);
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

fn command(programs: &Path, data: &Path, home: &Path, port: u16, settings: &[(&str, &str)]) -> Command {
    let owner = std::fs::metadata(data).expect("the cluster");
    let mut command = Command::new(programs.join("postgres"));
    command.arg("-D").arg(data).arg("-k").arg(home.join("pg")).args(["-c", &format!("port={port}")]);
    let always = [("listen_addresses", "127.0.0.1"), ("fsync", "off"), ("autovacuum", "off")];
    for (name, value) in always.iter().chain(settings) {
        command.args(["-c", &format!("{name}={value}")]);
    }
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    // Where it stands in the way of nobody, and keeps nothing of ours.
    command.current_dir("/").env_clear().env("LC_ALL", "C").env("TZ", "UTC");
    command
}

fn spawned(mut command: Command, home: &Path) -> Child {
    let log = std::fs::File::create(home.join("of-its-own.log")).expect("a log");
    let errors = log.try_clone().expect("a second handle");
    let process = command.stdin(Stdio::null()).stdout(Stdio::from(log)).stderr(Stdio::from(errors)).spawn();
    process.expect("PostgreSQL starts")
}

/// Makes a cluster under `home`; the folders of the server's programs and of its data.
async fn new_cluster(home: &Path) -> (PathBuf, PathBuf) {
    let settings =
        Settings { home: home.to_owned(), programs: None, durability: Durability::Test, lifetime: Lifetime::WithUsers };
    let private = PrivatePostgres::start(settings).await.expect("a private PostgreSQL");
    let client = connect(private.config()).await;
    let folders = "select (select setting from pg_config where name = 'BINDIR'), current_setting('data_directory')";
    let row = client.query_one(folders, &[]).await.expect("an answer");
    let (programs, data): (String, String) = (row.get(0), row.get(1));
    drop(client);
    private.stop().await.expect("it stops");
    (programs.into(), data.into())
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
