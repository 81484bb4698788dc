//! Vercel: every path is rewritten to this function, which serves the same router as the worker.

fn main() -> Result<(), downbeat_vercel::Error> {
    downbeat_vercel::main(downbeat::tasks::registry())
}
