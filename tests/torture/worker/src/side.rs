//! The side task of which one instance lives across all workers.

use downbeat::task::prelude::*;
use torture::schedule;

use crate::run::Run;

/// Works until it is told to stop.
pub(crate) struct Sentinel;

impl SideTask for Sentinel {
    type Config = ();

    const DEFINITION: SideTaskDefinition = SideTaskDefinition {
        description: "Lives once across all workers",
        category: Category::Test,
        ..SideTaskDefinition::new(schedule::SIDE_TASK)
    };

    async fn run(&self, _: SideContext<()>, stop: CancellationToken) -> TaskResult<()> {
        let run = Run::start_side(schedule::SIDE_TASK);
        stop.cancelled().await;
        run.end(&Ok(()));
        Ok(())
    }
}
