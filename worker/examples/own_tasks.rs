//! A worker of one's own: every command of `worker`, over one's own tasks.
//!
//! `cargo run --example own_tasks -- registry`

use std::process::ExitCode;

use downbeat::task::Registry;
use downbeat::task::prelude::*;

/// Greets every morning.
struct MorningGreeting;

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Greeting {
    name: String,
}

impl CronTask for MorningGreeting {
    type Config = Greeting;
    type Report = Greeting;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        description: "Greets every morning",
        schedule: Schedule::Cron("0 7 * * MON-FRI"),
        timezone: "Europe/Berlin",
        priority: Priority::Low,
        ..CronTaskDefinition::new("morning-greeting")
    };

    async fn execute(&self, cx: TaskContext<Greeting>) -> TaskResult<Greeting> {
        Ok(Greeting { name: cx.config.name.clone() })
    }
}

/// Fails, to show how that looks.
struct AlwaysLate;

impl CronTask for AlwaysLate {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        description: "Fails, to show how that looks",
        schedule: Schedule::Cron("*/5 * * * *"),
        category: Category::Test,
        retry: RetryPolicy::NEVER,
        ..CronTaskDefinition::new("always-late")
    };

    async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> {
        Err(TaskError::execution("train_late", "the train to Kraków is 40 minutes late, and the connection is gone"))
    }
}

/// Waits until it is told to stop.
struct NightWatch;

impl SideTask for NightWatch {
    type Config = ();

    const DEFINITION: SideTaskDefinition = SideTaskDefinition {
        description: "Waits until it is told to stop",
        category: Category::Monitoring,
        ..SideTaskDefinition::new("night-watch")
    };

    async fn run(&self, _: SideContext<()>, stop: CancellationToken) -> TaskResult<()> {
        stop.cancelled().await;
        Ok(())
    }
}

fn main() -> ExitCode {
    worker::main(Registry::builder().cron(MorningGreeting).cron(AlwaysLate).side(NightWatch))
}
