//! Runs the tasks on a real PostgreSQL, in a time that the test lets pass.

use std::path::Path;
use std::time::Duration;

use downbeat::task::prelude::CancellationToken;
use downbeat::testing::database::{TestDatabase, TestServer};
use downbeat::testing::{TestApp, run, run_side};
use tasks::greeting::{Config, Greeting};
use tasks::sign_of_life::SignOfLife;

/// A database of its own: at `DATABASE_URL`, or on a private server in the target folder.
async fn database() -> TestDatabase {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    TestDatabase::migrated(TestServer::from_environment(home)).await
}

async fn app(database: &TestDatabase) -> TestApp {
    let noon = "2027-03-01T12:00:00Z".parse().unwrap();
    TestApp::new(database.url(), tasks::registry(), noon).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_brings_twelve_greetings() {
    let database = database().await;
    let app = app(&database).await;
    app.advance(Duration::from_secs(3600)).await;
    app.expect("greeting").await.completed(12).nothing_else();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_say_who_is_greeted() {
    let database = database().await;
    let app = app(&database).await;
    let greet = async |name: &str| {
        let name = name.to_owned();
        run(&Greeting, Config { name }, app.app().repository()).await
    };
    assert_eq!(greet("Anna").await.unwrap().said, "Hello, Anna!");
    assert!(greet(" ").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_side_task_ends_when_it_is_told_to() {
    let database = database().await;
    let app = app(&database).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let repository = app.app().repository();
    let ended = run_side(&SignOfLife, Default::default(), repository, stop);
    ended.await.unwrap();
}
