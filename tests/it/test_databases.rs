//! Databases for tests, tested: the other processes are this test binary, started again.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it tells what it measured")]

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use downbeat::private_postgres::{Durability, Lifetime, PrivatePostgres, Settings};
use downbeat::testing::database::{Template, TestDatabase, TestServer};
use tokio_postgres::{Client, Config, NoTls};

fn home() -> PathBuf {
    std::env::var_os("TEST_HOME").map_or_else(|| std::env::temp_dir().join("downbeat-test-database"), PathBuf::from)
}

type Filling = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// As big as ours: 12 tables, 48 indexes.
fn template(key: &str) -> Template<impl Fn(Config) -> Filling> {
    Template {
        key: key.to_owned(),
        server: TestServer::Private(home()),
        fill: |config: Config| {
            Box::pin(async move {
                let client = connect(&config).await;
                // Would fail if it were called twice for the same database, and counts the calls.
                client
                    .batch_execute(
                        "create table filled (at timestamptz); insert into filled values (clock_timestamp())",
                    )
                    .await
                    .unwrap();
                for table in 0..12 {
                    client
                        .batch_execute(&format!("create table t{table} (a int primary key, b text, c text, d text)"))
                        .await
                        .unwrap();
                    for column in ["b", "c", "d"] {
                        client.batch_execute(&format!("create index on t{table} ({column})")).await.unwrap();
                    }
                }
            }) as Filling
        },
    }
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn databases() -> Vec<String> {
    let config: Config = url().parse().unwrap();
    let rows = connect(&config).await.query("select datname::text from pg_database order by oid", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn url() -> String {
    format!("postgresql:///postgres?user=postgres&host={}/pg", home().display())
}

async fn stop_server() {
    let settings =
        Settings { home: home(), programs: None, durability: Durability::Test, lifetime: Lifetime::WithUsers };
    PrivatePostgres::start(settings).await.unwrap().stop().await.unwrap();
    std::fs::remove_dir_all(home()).unwrap();
}

fn name(database: &TestDatabase) -> String {
    database.config().get_dbname().unwrap().to_owned()
}

/// What other processes of these tests are: without its variables, it is nothing.
#[tokio::test]
async fn a_process_with_a_database() {
    let Ok(key) = std::env::var("TEST_KEY") else { return };
    let begun = Instant::now();
    let database = TestDatabase::new(&template(&key)).await;
    let filled: String =
        connect(&database.config()).await.query_one("select at::text from filled", &[]).await.unwrap().get(0);
    println!("ready {} {filled} {}", name(&database), begun.elapsed().as_millis());
    match std::env::var("TEST_ENDS").unwrap().as_str() {
        "by panic" => panic!("as wanted"),
        "never" => std::future::pending().await,
        _ => {}
    }
}

fn process(key: &str, ends: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["test_databases::a_process_with_a_database", "--exact", "--nocapture"])
        .envs([("TEST_KEY", key), ("TEST_ENDS", ends)])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Name of its database, when the template was filled, milliseconds.
fn said(process: &mut Child) -> (String, String, u64) {
    use std::io::BufRead;
    let mut lines = std::io::BufReader::new(process.stdout.as_mut().unwrap()).lines();
    let line =
        lines.by_ref().map(Result::unwrap).find(|line| line.contains("ready ")).expect("the process gets a database");
    let words: Vec<_> = line.split_once("ready ").unwrap().1.split(' ').collect();
    (words[0].to_owned(), words[1..3].join(" "), words[3].parse().unwrap())
}

/// One test, because all of it shares a server that is stopped at the end.
#[tokio::test]
async fn databases_for_tests() {
    processes_that_begin_together_build_the_template_once().await;
    clones_are_apart_and_dropped().await;
    a_test_that_panics_leaves_no_database().await;
    databases_of_the_dead_are_swept_and_of_the_living_are_not().await;
    a_template_whose_builder_failed_is_built_again().await;
    unused_templates_beyond_the_youngest_are_swept().await;
    a_server_named_by_its_address_does_as_well().await;
    clone_times().await;
    stop_server().await;
}

async fn processes_that_begin_together_build_the_template_once() {
    let mut processes: Vec<_> = (0..8).map(|_| process("together", "at once")).collect();
    let said: Vec<_> = processes.iter_mut().map(said).collect();
    eprintln!("8 processes on nothing at all: {said:?}");
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    assert!(said.iter().all(|(_, filled, _)| *filled == said[0].1));
    assert_eq!(
        databases().await,
        ["template1", "template0", "postgres", "tpl_together"].map(str::to_owned)[..].to_vec()
    );
}

async fn clones_are_apart_and_dropped() {
    let template = template("apart");
    let (first, second) = tokio::join!(TestDatabase::new(&template), TestDatabase::new(&template));
    let client = connect(&first.config()).await;
    client.execute("insert into t0 values (1)", &[]).await.unwrap();
    assert!(connect(&second.config()).await.query("select from t0", &[]).await.unwrap().is_empty());
    let names = [name(&first), name(&second)];
    // Even with `client` still connected.
    drop((first, second));
    let left = databases().await;
    assert!(names.iter().all(|name| !left.contains(name)), "{left:?}");
}

async fn a_test_that_panics_leaves_no_database() {
    let mut process = process("apart", "by panic");
    let (name, ..) = said(&mut process);
    assert!(!process.wait().unwrap().success());
    assert!(!databases().await.contains(&name));
}

async fn databases_of_the_dead_are_swept_and_of_the_living_are_not() {
    let (mut dead, mut living) = (process("apart", "never"), process("apart", "never"));
    let (name_of_dead, name_of_living) = (said(&mut dead).0, said(&mut living).0);
    dead.kill().unwrap();
    dead.wait().unwrap();
    assert!(databases().await.contains(&name_of_dead));
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(TestDatabase::new(&template("apart")).await);
    let left = databases().await;
    living.kill().unwrap();
    living.wait().unwrap();
    assert!(!left.contains(&name_of_dead) && left.contains(&name_of_living), "{left:?}");
}

async fn a_template_whose_builder_failed_is_built_again() {
    let failing = Template {
        key: "failing".to_owned(),
        server: TestServer::Private(home()),
        fill: async |config: Config| {
            connect(&config).await.batch_execute("create table half ()").await.unwrap();
            panic!("as wanted");
        },
    };
    assert!(tokio::spawn(async move { drop(TestDatabase::new(&failing).await) }).await.is_err());
    assert!(!databases().await.contains(&"tpl_failing".to_owned()));
    let database = TestDatabase::new(&template("failing")).await;
    assert!(connect(&database.config()).await.query("select from half", &[]).await.is_err());
}

async fn unused_templates_beyond_the_youngest_are_swept() {
    let small = |key: String| Template { key, server: TestServer::Private(home()), fill: async |_: Config| {} };
    let used = TestDatabase::new(&template("apart")).await;
    for key in 0..9 {
        drop(TestDatabase::new(&small(format!("small_{key}"))).await);
    }
    drop(TestDatabase::new(&small("small_8".to_owned())).await);
    let left = databases().await;
    let has = |name: &str| left.contains(&name.to_owned());
    assert!(!has("tpl_small_0") && has("tpl_small_1") && has("tpl_small_8"), "{left:?}");
    assert!(!has("tpl_together") && has("tpl_apart"), "{left:?}");
    drop(used);
}

async fn a_server_named_by_its_address_does_as_well() {
    let here = Template { server: TestServer::At(url()), ..template("apart") };
    let database = TestDatabase::new(&here).await;
    assert_eq!(
        connect(&database.url().parse().unwrap()).await.query("select from filled", &[]).await.unwrap().len(),
        1
    );
}

async fn clone_times() {
    let template = template("apart");
    let (mut new, mut dropped) = (vec![], vec![]);
    for _ in 0..30 {
        let begun = Instant::now();
        let database = TestDatabase::new(&template).await;
        new.push(begun.elapsed().as_millis());
        let begun = Instant::now();
        drop(database);
        dropped.push(begun.elapsed().as_millis());
    }
    new.sort_unstable();
    dropped.sort_unstable();
    eprintln!("new: min {} median {} max {} ms", new[0], new[15], new[29]);
    eprintln!("drop: min {} median {} max {} ms", dropped[0], dropped[15], dropped[29]);
}
