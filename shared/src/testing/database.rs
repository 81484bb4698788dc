//! A database of its own for every test, in tens of milliseconds.
//!
//! The first process that needs a [`Template`] builds `tpl_<key>`; every test clones it as `t_<uuid>`. Who is still
//! there is told by advisory locks on those names, taken in the database all processes meet in: the kernel and the
//! server free them however a process ends. So what a dead process left is swept by the next test, and what lives never
//! is.

#![allow(clippy::expect_used, reason = "a test without a database can only panic")]

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls};

use crate::private_postgres::{Durability, Lifetime, PrivatePostgres, Settings};
use crate::repository::migrate;

/// Templates no test uses are kept while they are among this many youngest: a suite may have several, and so may the
/// branches of a checkout.
const KEPT_TEMPLATES: i64 = 8;

/// Where the databases are made.
#[derive(Debug, Clone)]
pub enum TestServer {
    /// At this `postgresql://` address; its role may create databases.
    At(String),
    /// A private server in this folder, left running for the next run.
    Private(PathBuf),
}

impl TestServer {
    /// `DOWNBEAT_TEST_DATABASE_URL`, `DATABASE_URL`, or else a private server in the folder.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "tests have no configuration")]
    pub fn from_environment(home: PathBuf) -> Self {
        let url = ["DOWNBEAT_TEST_DATABASE_URL", "DATABASE_URL"].iter().find_map(|name| std::env::var(name).ok());
        url.map_or(Self::Private(home), Self::At)
    }
}

/// What every test's database begins as.
pub struct Template<Fill> {
    /// Names the content: a hash of the migrations, in letters, digits and `_`. Another content needs another key.
    pub key: String,
    /// Where.
    pub server: TestServer,
    /// Fills the empty database it gets the address of; called once for a key, and again if it panicked.
    pub fill: Fill,
}

/// A fresh database cloned from a template. Dropping it drops the database, in a test that panics too.
#[must_use = "the database goes with it"]
pub struct TestDatabase {
    url: String,
    /// `Some` until dropped.
    keeper: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
    _server: Option<PrivatePostgres>,
}

impl TestDatabase {
    /// A database with our tables and nothing in them.
    ///
    /// # Panics
    /// As [`TestDatabase::new`].
    pub async fn migrated(server: TestServer) -> Self {
        let fill = async |empty: Config| {
            let (mut client, connection) = empty.connect(NoTls).await.expect("connect to the template");
            // Ends with the client.
            tokio::spawn(connection);
            migrate::migrate(&mut client, None).await.expect("the migrations apply");
        };
        Self::new(&Template { key: migrate::fingerprint(), server, fill }).await
    }

    /// Clones the template, building it first where it does not exist.
    ///
    /// # Panics
    /// Wherever something goes wrong: that is what a test can do about it.
    pub async fn new<Filling: Future<Output = ()>>(template: &Template<impl Fn(Config) -> Filling>) -> Self {
        let (meeting_place, server) = match &template.server {
            TestServer::At(url) => (url.clone(), None),
            TestServer::Private(home) => {
                let settings = Settings {
                    home: home.clone(),
                    programs: None,
                    durability: Durability::Test,
                    lifetime: Lifetime::Detached,
                };
                let server = PrivatePostgres::start(settings).await.expect("a private PostgreSQL for the tests");
                (server.url().to_owned(), Some(server))
            }
        };
        let admin = connect(&meeting_place).await;
        sweep(&admin).await.expect("sweep what dead tests left");
        let template_name = format!("tpl_{}", template.key);
        // Held until the clone holds it too: nobody sweeps the template in between.
        lock(&admin, &template_name, Share::WithOthers).await.expect("lock the template");
        if !exists(&admin, &template_name).await.expect("look for the template") {
            build(&admin, &meeting_place, &template_name, &template.fill).await;
        }

        let (ready, made) = oneshot::channel();
        let (end, ended) = mpsc::channel();
        let keeper = std::thread::spawn({
            let meeting_place = meeting_place.clone();
            move || keep(&meeting_place, &template_name, ready, &ended)
        });
        let name = made.await.expect("a clone of the template; the keeper's own panic says more");
        Self { url: with_database(&meeting_place, &name), keeper: Some((end, keeper)), _server: server }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same address, parsed.
    #[must_use]
    pub fn config(&self) -> Config {
        parsed(&self.url)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((end, keeper)) = self.keeper.take() {
            drop(end);
            // Waited for, or the process may end before the database is dropped. A keeper that panicked has said so,
            // and panicking twice would abort.
            let _ = keeper.join();
        }
    }
}

/// The life of one clone, on a thread and a connection of its own: a test's runtime may be gone, or busy, when the
/// clone is to be dropped.
fn keep(meeting_place: &str, template: &str, ready: oneshot::Sender<String>, ended: &mpsc::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let admin = runtime.block_on(connect(meeting_place));
    let name = runtime.block_on(clone(&admin, template)).expect("clone the template");
    // A test that does not wait for its database any more does not hinder dropping it.
    let _ = ready.send(name.clone());
    let _ = ended.recv();
    runtime.block_on(drop_database(&admin, &name)).expect("drop the test's database");
}

async fn clone(admin: &Client, template: &str) -> Result<String, Error> {
    let name: String = admin.query_one("select 't_' || replace(gen_random_uuid()::text, '-', '')", &[]).await?.get(0);
    lock(admin, template, Share::WithOthers).await?;
    lock(admin, &name, Share::Alone).await?;
    // Copying files beats writing everything to the log, but only where nothing is synced.
    let copies_files =
        "select current_setting('fsync') = 'off' and current_setting('server_version_num')::int >= 150000";
    let strategy = if admin.query_one(copies_files, &[]).await?.get(0) { "strategy file_copy" } else { "" };
    let create = format!("create database {name} template {template} {strategy}");
    when_free(admin, &create).await?;
    // Nobody gathers statistics while a test runs, and estimates without them make the server compile statements for longer
    // than it runs them.
    admin.batch_execute(&format!("alter database {name} set jit = off")).await?;
    Ok(name)
}

/// Builds under another name, whose lock lets one process do it: what a killed one began is never cloned.
async fn build<Filling: Future<Output = ()>>(
    admin: &Client,
    meeting_place: &str,
    template: &str,
    fill: impl Fn(Config) -> Filling,
) {
    let unfinished = format!("{template}_new");
    lock(admin, &unfinished, Share::Alone).await.expect("lock the unfinished template");
    if exists(admin, template).await.expect("look for the template again") {
        return;
    }
    drop_database(admin, &unfinished).await.expect("drop a half-made template");
    let create = format!("create database {unfinished} template template0");
    when_free(admin, &create).await.expect("create the template");
    fill(parsed(&with_database(meeting_place, &unfinished))).await;
    let name = format!("alter database {unfinished} rename to {template}");
    when_free(admin, &name).await.expect("name the template; has `fill` closed its connections?");
}

/// Drops the clones of dead tests and all but the youngest of the templates nobody uses.
async fn sweep(admin: &Client) -> Result<(), Error> {
    let abandoned = "
        with candidate as materialized (
            select datname from pg_database where datname ~ '^t_[0-9a-f]{32}$'
            union all
            (select datname from pg_database where datname ~ '^tpl_' order by oid desc offset $1)
        )
        select datname::text from candidate where pg_try_advisory_lock(hashtextextended(datname, 0))";
    for row in admin.query(abandoned, &[&KEPT_TEMPLATES]).await? {
        drop_database(admin, row.get(0)).await?;
    }
    admin.batch_execute("select pg_advisory_unlock_all()").await
}

async fn drop_database(admin: &Client, name: &str) -> Result<(), Error> {
    admin.batch_execute(&format!("drop database if exists {name} with (force)")).await
}

async fn exists(admin: &Client, name: &str) -> Result<bool, Error> {
    let found = admin.query_opt("select from pg_database where datname = $1", &[&name]).await?;
    Ok(found.is_some())
}

/// With whom a lock is held.
enum Share {
    Alone,
    WithOthers,
}

/// Locks the name of a database until the connection ends.
async fn lock(admin: &Client, name: &str, share: Share) -> Result<(), Error> {
    let lock = match share {
        Share::Alone => "select pg_advisory_lock(hashtextextended($1, 0))",
        Share::WithOthers => "select pg_advisory_lock_shared(hashtextextended($1, 0))",
    };
    admin.execute(lock, &[&name]).await.map(drop)
}

/// Tries again as long as somebody is connected to a database that must be free: a closed connection takes a moment to
/// be gone. PostgreSQL itself waits 5 s each time.
async fn when_free(admin: &Client, statement: &str) -> Result<(), Error> {
    for _ in 0..5 {
        match admin.batch_execute(statement).await {
            Err(error) if error.code() == Some(&SqlState::OBJECT_IN_USE) => {
                tokio::time::sleep(Duration::from_millis(100)).await
            }
            done => return done,
        }
    }
    admin.batch_execute(statement).await
}

async fn connect(url: &str) -> Client {
    let (client, connection) = parsed(url).connect(NoTls).await.expect("connect to the tests' server");
    // Ends with the client.
    tokio::spawn(connection);
    client
}

fn parsed(url: &str) -> Config {
    url.parse().expect("the database URL of the tests is valid")
}

/// The address of another database of the same server.
fn with_database(url: &str, name: &str) -> String {
    let (place, options) =
        url.split_once('?').map_or((url, String::new()), |(place, options)| (place, format!("?{options}")));
    let server = match place.match_indices('/').nth(2) {
        Some((before_name, _)) => &place[..before_name],
        None => place,
    };
    format!("{server}/{name}{options}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_name_of_the_database_is_replaced() {
        for (url, other) in [
            ("postgresql:///postgres?host=/a/b", "postgresql:///new?host=/a/b"),
            ("postgres://u:p@host:5432/db", "postgres://u:p@host:5432/new"),
            ("postgres://host", "postgres://host/new"),
            ("postgres://host?sslmode=require", "postgres://host/new?sslmode=require"),
        ] {
            assert_eq!(with_database(url, "new"), other);
        }
    }
}
