//! Says when a runner falls silent or is lost, when due slots are left undecided, and when either is over.

use std::collections::HashMap;

use tokio::time::sleep;

use crate::model::{Runner, RunnerId, RunnerState};
use crate::repository::{Repository, RepositoryError};
use crate::task::prelude::*;

/// So many intervals ago a runner may have been lost to be told of: a look may fail.
const LOOKS_BACK: u32 = 3;

/// Says when a runner falls silent or is lost, when due slots are left undecided, and when either is over.
///
/// Whether pulses come is judged by what they leave undone: where workers decide all slots, a missing pulse harms nobody.
pub struct HeartbeatMonitor;

/// How often it looks, and from when on it warns.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How often it looks, in milliseconds.
    #[schemars(range(min = 100, max = 86_400_000))]
    pub interval_ms: u64,
    /// How long a due slot may be left undecided, in milliseconds. A pulse or a worker that does its work decides it at once.
    pub overdue_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { interval_ms: 30_000, overdue_ms: 5 * 60_000 }
    }
}

impl SideTask for HeartbeatMonitor {
    type Config = Config;

    const DEFINITION: SideTaskDefinition = SideTaskDefinition {
        description: "Says when runners or pulses fall silent",
        category: Category::Monitoring,
        priority: Priority::Low,
        ..SideTaskDefinition::new("heartbeat-monitor")
    };

    async fn run(&self, cx: SideContext<Config>, stop: CancellationToken) -> TaskResult<()> {
        stop.run_until_cancelled(watch(cx.repository(), &cx.config)).await;
        Ok(())
    }
}

/// Looks for as long as it is polled. A database that is away is no reason to end: it comes back.
async fn watch(repository: &Repository, config: &Config) {
    let interval = Duration::from_millis(config.interval_ms);
    let mut known = Known::default();
    loop {
        match look(repository, interval, Duration::from_millis(config.overdue_ms)).await {
            Ok((runners, overdue_slots)) => {
                known.learn(runners, overdue_slots).iter().for_each(News::tell);
            }
            Err(error) => tracing::warn!(error = %error.message(), "cannot look for silence; trying again"),
        }
        sleep(interval).await;
    }
}

/// Who lives, who was lost lately, and how many slots are overdue.
async fn look(
    repository: &Repository,
    interval: Duration,
    overdue: Duration,
) -> Result<(Vec<Runner>, i64), RepositoryError> {
    let runners = repository.runners(interval * LOOKS_BACK).await?;
    Ok((runners, repository.pulse_facts(overdue).await?.overdue_slots))
}

/// What was seen at the last look.
#[derive(Debug, Default)]
struct Known {
    runners: HashMap<RunnerId, RunnerState>,
    slots_are_overdue: bool,
}

/// What a look shows that the one before did not.
#[derive(Debug, PartialEq)]
enum News {
    Silent(Runner),
    Back(Runner),
    Lost(Runner),
    SlotsOverdue(i64),
    SlotsDecided,
}

impl Known {
    fn learn(&mut self, runners: Vec<Runner>, overdue_slots: i64) -> Vec<News> {
        let seen = runners.iter().map(|runner| (runner.instance_id, runner.state)).collect();
        let before = std::mem::replace(&mut self.runners, seen);
        let mut news: Vec<_> = runners
            .into_iter()
            .filter(|runner| before.get(&runner.instance_id) != Some(&runner.state))
            .filter_map(|runner| match runner.state {
                RunnerState::Silent => Some(News::Silent(runner)),
                RunnerState::Lost => Some(News::Lost(runner)),
                RunnerState::Alive => before.contains_key(&runner.instance_id).then_some(News::Back(runner)),
                RunnerState::Stopped => None,
            })
            .collect();

        match (self.slots_are_overdue, overdue_slots > 0) {
            (false, true) => news.push(News::SlotsOverdue(overdue_slots)),
            (true, false) => news.push(News::SlotsDecided),
            (false, false) | (true, true) => {}
        }
        self.slots_are_overdue = overdue_slots > 0;
        news
    }
}

impl News {
    fn tell(&self) {
        match self {
            Self::Silent(Runner { instance_id, name, heartbeat_at, .. }) => {
                tracing::warn!(runner.id = %instance_id, runner.name = name, %heartbeat_at, "runner {name} is silent");
            }
            Self::Back(Runner { instance_id, name, .. }) => {
                tracing::info!(runner.id = %instance_id, runner.name = name, "runner {name} is heard again");
            }
            Self::Lost(Runner { instance_id, name, heartbeat_at, .. }) => {
                tracing::warn!(
                    runner.id = %instance_id,
                    runner.name = name,
                    %heartbeat_at,
                    "runner {name} was lost; what it ran was handed on"
                );
            }
            Self::SlotsOverdue(slots) => {
                tracing::warn!(
                    slots,
                    "{slots} due slots are left undecided: no pulse comes, and no worker gets to them"
                );
            }
            Self::SlotsDecided => tracing::info!("all due slots are decided again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::model::RunnerKind;

    fn runner(state: RunnerState) -> Runner {
        Runner {
            instance_id: RunnerId(Uuid::from_u128(1)),
            name: "host/1".to_owned(),
            kind: RunnerKind::Worker,
            environment: "production".to_owned(),
            version: "1.0.0".to_owned(),
            state,
            started_at: DateTime::UNIX_EPOCH,
            heartbeat_at: DateTime::UNIX_EPOCH,
            heartbeat_interval: 1000,
            ended_at: None,
            drain_requested_at: None,
            drain_action: None,
            running: Vec::new(),
        }
    }

    /// What each of these looks at one runner brings.
    fn news(states: &[RunnerState]) -> Vec<Vec<News>> {
        let mut known = Known::default();
        states.iter().map(|state| known.learn(vec![runner(*state)], 0)).collect()
    }

    #[test]
    fn silence_and_recovery_are_told_once_each() {
        use RunnerState::{Alive, Silent};
        let told = news(&[Alive, Alive, Silent, Silent, Alive, Alive]);
        let expected =
            [vec![], vec![], vec![News::Silent(runner(Silent))], vec![], vec![News::Back(runner(Alive))], vec![]];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_loss_is_told_once_and_a_goodbye_not_at_all() {
        use RunnerState::{Alive, Lost, Stopped};
        assert_eq!(news(&[Lost, Lost]), [vec![News::Lost(runner(Lost))], vec![]]);
        assert_eq!(news(&[Alive, Stopped, Stopped]), [vec![], vec![], vec![]]);
    }

    #[test]
    fn overdue_slots_are_told_once_until_they_are_decided() {
        let mut known = Known::default();
        let told: Vec<_> = [0, 3, 5, 0, 0].map(|slots| known.learn(Vec::new(), slots)).into();
        assert_eq!(told, [vec![], vec![News::SlotsOverdue(3)], vec![], vec![News::SlotsDecided], vec![]]);
    }
}
