//! The server that is measured on, and what it bears.

use std::path::PathBuf;
use std::process::Command;

use postgres::{Client, Config, NoTls};

/// A PostgreSQL of the bench's own.
pub(crate) struct Server {
    socket: String,
    pgbench: PathBuf,
    /// Where the sources of this bench are.
    pub(crate) source: PathBuf,
    /// Where its results go.
    pub(crate) out: PathBuf,
}

impl Server {
    /// As `benches/system/run` made it.
    #[allow(clippy::disallowed_methods, reason = "the script that calls this says where things are")]
    pub(crate) fn from_environment() -> Self {
        let variable = |name: &str| std::env::var(name).expect("benches/system/run calls this");
        Self {
            socket: variable("BENCH_SOCKET"),
            pgbench: variable("BENCH_PGBENCH").into(),
            source: variable("BENCH_SOURCE").into(),
            out: variable("BENCH_OUT").into(),
        }
    }

    pub(crate) fn connect(&self, database: &str) -> Client {
        let mut config = Config::new();
        config.host(&self.socket).user("postgres").dbname(database);
        config.connect(NoTls).expect("the server answers")
    }

    /// The address of a database, as programs get it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgresql://postgres@localhost/{database}?host={}", self.socket.replace('/', "%2F"))
    }

    /// An empty database of that name.
    pub(crate) fn fresh(&self, database: &str) {
        let mut admin = self.connect("postgres");
        admin.batch_execute(&format!("drop database if exists {database} with (force)")).expect("the old one goes");
        admin.batch_execute(&format!("create database {database}")).expect("a new one comes");
    }

    pub(crate) fn version(&self) -> String {
        self.connect("postgres").query_one("select version()", &[]).expect("it answers").get(0)
    }

    /// How many executions a second it bears where there is no scheduler, a hundred in two statements at a time.
    pub(crate) fn limit(&self) -> f64 {
        self.fresh("limit_of_server");
        let schema = std::fs::read_to_string(self.source.join("limit-schema.sql")).expect("the schema");
        let mut client = self.connect("limit_of_server");
        for statement in schema.split_inclusive(';').filter(|statement| !statement.trim().is_empty()) {
            client.batch_execute(statement).expect("the schema is made");
        }
        client.batch_execute("checkpoint").expect("a checkpoint");
        let run = Command::new(&self.pgbench)
            .args(["--no-vacuum", "--protocol=prepared", "--client=8", "--jobs=2", "--time=5", "--username=postgres"])
            .arg("--host")
            .arg(&self.socket)
            .arg("--file")
            .arg(self.source.join("limit.sql"))
            .arg("limit_of_server")
            .output()
            .expect("pgbench runs");
        let told = String::from_utf8_lossy(&run.stdout);
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
        100.0 * rate.unwrap_or_else(|| panic!("pgbench: {told}{}", String::from_utf8_lossy(&run.stderr)))
    }
}
