//! Greets whoever its settings name.

use downbeat::task::prelude::*;

/// Greets whoever its settings name.
pub struct Greeting;

/// What may be set: `worker cron set greeting --config '{"name":"Anna"}'`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Who is greeted.
    pub name: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "world".to_owned(),
        }
    }
}

/// What a run hands back. It is stored with its execution.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// The words.
    pub said: String,
}

impl CronTask for Greeting {
    type Config = Config;
    type Report = Report;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        description: "Greets whoever its settings name",
        schedule: Schedule::Cron("*/5 * * * *"),
        timezone: "UTC",
        ..CronTaskDefinition::new("greeting")
    };

    async fn validate(&self, config: &Config) -> Result<(), Refusal> {
        if config.name.trim().is_empty() {
            return Err(Refusal::new("name", "somebody has to be greeted"));
        }
        Ok(())
    }

    async fn execute(&self, cx: TaskContext<Config>) -> TaskResult<Report> {
        let said = format!("Hello, {}!", cx.config.name);
        tracing::info!("{said}");
        Ok(Report { said })
    }
}
