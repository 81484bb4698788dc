//! The function on Vercel over the tasks of the benches: `bench-function TASKS SCHEDULE`, with the platform's variables and
//! with `OUT` for the folder where it writes down what its tasks did.
//!
//! A package of its own: the platform's runtime asks more of the libraries that both use than a worker is built with.

fn main() -> Result<(), downbeat_vercel::Error> {
    let mut arguments = std::env::args().skip(1);
    let tasks = arguments.next().and_then(|tasks| tasks.parse().ok()).unwrap_or_default();
    downbeat_vercel::main(bench_tasks::registry(tasks, &arguments.next().unwrap_or_default()))
}
