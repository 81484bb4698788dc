//! Many deliveries at once, to several instances, on a database that takes few connections.

use downbeat::app::App;
use downbeat::config::Config;
use tokio_postgres::Client;

use super::instance::{Instance, TOKEN};
use crate::hosts::CRON_SECRET;
use crate::server::Server;
use crate::support::{connect, registry, until};

const INSTANCES: usize = 6;
const DELIVERIES: usize = 30;
/// What others keep open, so that the instances have about ten.
const OTHERS: usize = 6;

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.expect("a count").get(0)
}

#[tokio::test]
async fn instances_that_find_the_server_full_answer_503_and_keep_no_connection() {
    let server = Server::start(&[("max_connections", "20")], |_| {}).await;
    let admin = server.client().await;
    admin.batch_execute("create role app login").await.expect("a role");
    admin.batch_execute("create database app owner app").await.expect("a database");
    let url = server.url_of("app", "app");
    let config = Config { database_url: Some(url.as_str().into()), ..Config::default() };
    let app = App::new(config, registry(downbeat::tasks::registry())).expect("an app");
    app.migrate().await.expect("migrations");
    app.prepare().await.expect("definitions");
    app.repository().close();
    let client = connect(url.parse().expect("an address")).await;
    let due = "update cron_tasks set schedule = '0 0 1 1 *', next_execution_at = slot, due_at = slot
        from (select clock_timestamp() - interval '1 minute' as slot) as t where name = 'http-check'";
    assert_eq!(client.execute(due, &[]).await.expect("an update"), 1);

    let mut instances = Vec::new();
    for _ in 0..INSTANCES {
        let environment = [("DATABASE_URL", url.as_str()), ("CRON_SECRET", CRON_SECRET), ("TASK_API_TOKEN", TOKEN)];
        instances.push(Instance::start(&environment).await);
    }
    let mut others = Vec::new();
    for _ in 0..OTHERS {
        others.push(connect(url.parse().expect("an address")).await);
    }
    let deliver =
        |n: usize| instances.iter().enumerate().map(move |(i, instance)| instance.deliver(&format!("x{i}::{n}")));
    let begun: Vec<_> = (0..DELIVERIES).flat_map(deliver).collect();
    for invocation in begun {
        let answer = invocation.answer().await;
        match answer.status {
            200 => {}
            503 => assert_eq!(answer.header("retry-after"), Some("1"), "{answer:?}"),
            _ => panic!("{answer:?}"),
        }
    }
    until(async || {
        count(&admin, "select count(*) from pg_stat_activity where application_name = 'downbeat'").await == 0
    })
    .await;

    drop(others);
    let last = instances[0].deliver("last::1").answer().await;
    assert_eq!(last.status, 200, "{last:?}");
    let done = "select count(*) filter (where status = 'COMPLETED') * 1000 + count(*) from cron_task_executions
        where task_name = 'http-check'";
    assert_eq!(count(&client, done).await, 1001, "decided once, and completed");
}
