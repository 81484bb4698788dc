//! What an execution costs in allocations of memory. They hardly depend on the machine, so they are held here and times are
//! not. A program of its own, for all that its process allocates is counted.

use std::alloc::System;
use std::path::Path;
use std::time::Duration;

use downbeat::testing::TestApp;
use downbeat::testing::database::{TestDatabase, TestServer};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[path = "it/minutely.rs"]
mod minutely;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TASKS: usize = 100;
const MINUTES: u32 = 20;

#[tokio::test]
async fn an_execution_costs_less_than_a_hundred_allocations() {
    let home =
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder").join("downbeat-postgres-test");
    let database = TestDatabase::migrated(TestServer::from_environment(home)).await;
    let app = TestApp::new(database.url(), minutely::minutely(TASKS), "2026-03-02T12:00:00Z".parse().unwrap()).await;
    let minutes = Duration::from_secs(60) * MINUTES;
    // What is made once and kept is made now.
    app.advance(minutes).await;

    let region = Region::new(ALLOCATOR);
    app.advance(minutes).await;
    let spent = region.change();

    let executions = TASKS * MINUTES as usize;
    let completed = app.expect("minutely-7").await.executions().len();
    assert_eq!(completed, 2 * MINUTES as usize, "in both halves everything ran");
    let each = |count: usize| count as f64 / executions as f64;
    let (allocations, bytes) = (each(spent.allocations + spent.reallocations), each(spent.bytes_allocated));
    assert!(allocations < 100.0 && bytes < 25_000.0, "{allocations} allocations an execution, of {bytes} bytes");
}
