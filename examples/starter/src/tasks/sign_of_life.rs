//! Says every minute that its worker lives.

use downbeat::task::prelude::*;

/// Says every minute that its worker lives.
pub struct SignOfLife;

/// What may be set.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long it is silent in between, in seconds.
    #[schemars(range(min = 1))]
    pub every_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { every_seconds: 60 }
    }
}

impl SideTask for SignOfLife {
    type Config = Config;

    const DEFINITION: SideTaskDefinition = SideTaskDefinition {
        description: "Says every minute that its worker lives",
        ..SideTaskDefinition::new("sign-of-life")
    };

    async fn run(&self, cx: SideContext<Config>, stop: CancellationToken) -> TaskResult<()> {
        let silence = Duration::from_secs(cx.config.every_seconds);
        loop {
            tracing::info!("alive");
            tokio::select! {
                () = tokio::time::sleep(silence) => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }
}
