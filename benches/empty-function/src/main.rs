//! The least a function on Vercel can be: the platform's runtime, and one connection to the database where it is asked for.

use tokio_postgres::NoTls;
use vercel_runtime::{Error, Request, run, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(answer)).await
}

async fn answer(request: Request) -> Result<&'static str, Error> {
    if request.uri().path() == "/health/ready" {
        connect().await?;
    }
    Ok("OK")
}

#[allow(clippy::disallowed_methods, reason = "an empty function has no configuration")]
async fn connect() -> Result<(), Error> {
    let (client, connection) = tokio_postgres::connect(&std::env::var("DATABASE_URL")?, NoTls).await?;
    tokio::spawn(connection);
    client.query_one("select 1", &[]).await?;
    Ok(())
}
