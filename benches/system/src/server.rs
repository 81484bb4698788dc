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
    /// The function over the tasks of the benches.
    pub(crate) function: PathBuf,
}

/// What [`Server::limit`] has the server bear.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// A hundred executions in two statements, eight clients.
    Batches,
    /// One in two statements, 24 clients.
    Single,
}

impl Limit {
    /// The script, how many clients, and how many executions are in it.
    fn script(self) -> (&'static str, usize, f64) {
        match self {
            Self::Batches => ("limit.sql", 8, 100.0),
            Self::Single => ("limit-single.sql", 24, 1.0),
        }
    }
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
            function: variable("BENCH_FUNCTION").into(),
        }
    }

    pub(crate) fn connect(&self, database: &str) -> Client {
        self.to(database).expect("the server answers")
    }

    /// Where it has room for one more.
    pub(crate) fn try_connect(&self) -> Option<Client> {
        self.to("postgres").ok()
    }

    fn to(&self, database: &str) -> Result<Client, postgres::Error> {
        let mut config = Config::new();
        config.host(&self.socket).user("postgres").dbname(database);
        config.connect(NoTls)
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

    /// A database like that one, which nobody uses.
    pub(crate) fn copy(&self, template: &str, database: &str) {
        let mut admin = self.connect("postgres");
        admin.batch_execute(&format!("drop database if exists {database} with (force)")).expect("the old one goes");
        admin.batch_execute(&format!("create database {database} template {template}")).expect("a copy comes");
    }

    pub(crate) fn has(&self, database: &str) -> bool {
        let sql = "select exists (select from pg_database where datname = $1)";
        self.connect("postgres").query_one(sql, &[&database]).expect("it answers").get(0)
    }

    pub(crate) fn version(&self) -> String {
        self.connect("postgres").query_one("select version()", &[]).expect("it answers").get(0)
    }

    /// How many executions a second it bears where there is no scheduler.
    pub(crate) fn limit(&self, limit: Limit) -> f64 {
        let (script, clients, each) = limit.script();
        self.fresh("limit_of_server");
        let schema = std::fs::read_to_string(self.source.join("limit-schema.sql")).expect("the schema");
        let mut client = self.connect("limit_of_server");
        for statement in schema.split_inclusive(';').filter(|statement| !statement.trim().is_empty()) {
            client.batch_execute(statement).expect("the schema is made");
        }
        client.batch_execute("checkpoint").expect("a checkpoint");
        let run = Command::new(&self.pgbench)
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--time=5", "--username=postgres"])
            .arg(format!("--client={clients}"))
            .arg("--host")
            .arg(&self.socket)
            .arg("--file")
            .arg(self.source.join(script))
            .arg("limit_of_server")
            .output()
            .expect("pgbench runs");
        let told = String::from_utf8_lossy(&run.stdout);
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
        each * rate.unwrap_or_else(|| panic!("pgbench: {told}{}", String::from_utf8_lossy(&run.stderr)))
    }
}
