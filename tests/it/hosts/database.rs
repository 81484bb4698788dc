//! A migrated database for a test.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

use downbeat::testing::database::{Template, TestDatabase, TestServer};
use tokio_postgres::{Client, NoTls};

/// A database of the test's own, migrated and empty.
pub(super) async fn database() -> TestDatabase {
    let migrations = migrations();
    let mut hash = DefaultHasher::new();
    migrations.hash(&mut hash);
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    let template = Template {
        key: format!("hosts_{:016x}", hash.finish()),
        server: TestServer::from_environment(home),
        fill: |config: tokio_postgres::Config| {
            let migrations = migrations.clone();
            async move {
                let (client, connection) = config.connect(NoTls).await.expect("connect");
                let connected = tokio::spawn(connection);
                for migration in &migrations {
                    client.batch_execute(migration).await.expect("migrate");
                }
                drop(client);
                connected.await.expect("no panic").expect("an orderly end");
            }
        },
    };
    TestDatabase::new(&template).await
}

/// Somebody else on the same database.
pub(super) async fn observer(database: &TestDatabase) -> Client {
    let (client, connection) = database.config().connect(NoTls).await.expect("connect");
    // Ends with the client.
    tokio::spawn(connection);
    client
}

fn migrations() -> Vec<String> {
    let folder = fs::read_dir(super::checkout().join("migrations")).expect("there are migrations");
    let mut files: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).expect("SQL")).collect()
}
