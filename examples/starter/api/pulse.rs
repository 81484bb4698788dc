//! What Vercel calls: it answers the HTTP API, and its cron runs what is due.

fn main() -> Result<(), downbeat_vercel::Error> {
    downbeat_vercel::main(tasks::registry())
}
