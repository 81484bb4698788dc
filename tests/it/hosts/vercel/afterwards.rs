//! What goes on after an answer, and when the process is told to end.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::instance::{Instance, TOKEN, bearer};
use crate::support::{connect, database, until};

#[tokio::test]
async fn told_to_end_it_answers_what_it_has_begun() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    assert_eq!(instance.pulse("first").await.status, 200);
    // The next pulse cannot record itself while somebody else holds its table.
    let holder = connect(database.config()).await;
    holder.batch_execute("begin; lock table pulse_executions in exclusive mode").await.expect("lock");
    let pulse = instance.deliver("second");
    until_somebody_waits(&connect(database.config()).await).await;

    instance.terminate();
    let early = timeout(Duration::from_millis(300), instance.process.wait()).await;
    assert!(early.is_err(), "it left in the middle of a pulse: {early:?}");
    assert!(!instance.has_ended_any().await);
    holder.batch_execute("commit").await.expect("unlock");

    let request = pulse.request;
    assert_eq!(pulse.answer().await.status, 200);
    assert_eq!(instance.ended().await, request);
    assert!(instance.end().await.success());
}

async fn until_somebody_waits(observer: &tokio_postgres::Client) {
    // Databases cloned from one template give their tables the same number.
    let waits = "
        select from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.relation = 'pulse_executions'::regclass and not l.granted";
    until(async || observer.query_opt(waits, &[]).await.expect("locks").is_some()).await;
}

#[tokio::test]
async fn idle_it_ends_at_once_when_told() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    assert_eq!(instance.pulse("first").await.status, 200);
    instance.terminate();
    assert!(instance.end().await.success());
}

#[tokio::test]
async fn an_invocation_lasts_for_as_long_as_its_answer_is_sent() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    instance.pulse("first").await;
    // Live events: the answer begins at once, and ends when something has happened.
    let mut stream = TcpStream::connect(("127.0.0.1", instance.port)).await.expect("connect");
    let request = format!(
        "GET /api/events HTTP/1.1\r\nhost: example.org\r\nauthorization: {}\r\nconnection: close\r\n\
         x-vercel-internal-invocation-id: invocation-900\r\nx-vercel-internal-request-id: 900\r\n\r\n",
        bearer(TOKEN)
    );
    stream.write_all(request.as_bytes()).await.expect("send");
    let mut head = [0; 15];
    stream.read_exact(&mut head).await.expect("receive");
    assert_eq!(&head, b"HTTP/1.1 200 OK");

    // The order of the frames says it: this one ends first, although it came later.
    assert_eq!(instance.invoke("GET", "/health/live", &[]).await.status, 200);

    let force = instance.begin("POST", "/api/pulse?force=true&tasks=database-health", &token(), "");
    let other = force.request;
    assert_eq!(force.answer().await.status, 200);
    instance.end_of([other, 900]).await;
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.expect("the rest");
    assert!(rest.contains("event: execution.started"), "{rest}");
}

fn token() -> [(&'static str, &'static str); 1] {
    static AUTHORIZATION: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| bearer(TOKEN));
    [("authorization", AUTHORIZATION.as_str())]
}
