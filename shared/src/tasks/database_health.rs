//! Looks at how the database fares, and warns of what is past its threshold.

use tokio::time::Instant;

use crate::repository::{DatabaseFacts, OpenTransaction, TableFacts};
use crate::task::prelude::*;

/// Looks at how the database fares, and warns of what is past its threshold.
pub struct DatabaseHealth;

/// From where on it warns. A value equal to its threshold is still fine.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How long the database may take to answer, in milliseconds.
    #[schemars(range(min = 0))]
    pub ping_ms: i64,
    /// How many of 100 connections may be in use.
    #[schemars(range(min = 0, max = 100))]
    pub connections_percent: i64,
    /// How long a session may wait for a lock, in milliseconds.
    #[schemars(range(min = 0))]
    pub lock_wait_ms: i64,
    /// How old a transaction may become, in milliseconds.
    #[schemars(range(min = 0))]
    pub transaction_ms: i64,
    /// How long a transaction may be idle, in milliseconds.
    #[schemars(range(min = 0))]
    pub idle_in_transaction_ms: i64,
    /// How many of 100 rows of a big table may be dead, where they are more than `dead_rows`.
    #[schemars(range(min = 0, max = 100))]
    pub dead_rows_percent: i64,
    /// How many dead rows a table may have, whatever share they are.
    #[schemars(range(min = 0))]
    pub dead_rows: i64,
    /// How big the database may become, in bytes; null: as big as it likes.
    #[schemars(range(min = 0))]
    pub size_bytes: Option<i64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ping_ms: 500,
            connections_percent: 80,
            lock_wait_ms: 30_000,
            transaction_ms: 15 * 60_000,
            idle_in_transaction_ms: 5 * 60_000,
            dead_rows_percent: 20,
            dead_rows: 10_000,
            size_bytes: None,
        }
    }
}

/// How the database fares.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    /// How long it took to answer, in milliseconds.
    pub ping_ms: i64,
    /// What it says of itself.
    #[serde(flatten)]
    pub facts: DatabaseFacts,
    /// What is past its threshold.
    pub warnings: Vec<Warning>,
}

/// A measure past its threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warning {
    /// What was measured, named as its threshold is in the settings.
    pub measure: &'static str,
    /// The table it was measured on, where it was one.
    pub table: Option<String>,
    /// What it is.
    pub value: i64,
    /// What it may be.
    pub threshold: i64,
}

impl CronTask for DatabaseHealth {
    type Config = Config;
    type Report = Report;

    const DEFINITION: CronTaskDefinition = CronTaskDefinition {
        schedule: Schedule::Cron("* * * * *"),
        description: "Looks at connections, locks, transactions and tables of the database",
        category: Category::Database,
        priority: Priority::Low,
        timeout: Some(Duration::from_secs(60)),
        // The next slot is near, and its answer is fresher.
        retry: RetryPolicy::NEVER,
        ..CronTaskDefinition::new("database-health")
    };

    async fn execute(&self, cx: TaskContext<Config>) -> TaskResult<Report> {
        let facts = cx.repository().database_facts().await?;
        // Asked second, on a connection that stands already.
        let asked_at = Instant::now();
        cx.repository().now().await?;
        let ping_ms = i64::try_from(asked_at.elapsed().as_millis()).unwrap_or(i64::MAX);

        let warnings = warnings(ping_ms, &facts, &cx.config);
        for Warning { measure, table, value, threshold } in &warnings {
            tracing::warn!(measure, table, value, threshold, "the database is past a threshold");
        }
        Ok(Report { ping_ms, facts, warnings })
    }
}

fn warnings(ping_ms: i64, facts: &DatabaseFacts, config: &Config) -> Vec<Warning> {
    let age_ms = |transaction: &Option<_>| transaction.as_ref().map_or(0, |open: &OpenTransaction| open.age_ms);
    let past = |measure, table: Option<&str>, value, threshold| {
        (value > threshold).then(|| Warning { measure, table: table.map(str::to_owned), value, threshold })
    };
    let dead_rows = |table: &TableFacts| {
        let share = percent(table.dead_rows, table.dead_rows + table.live_rows);
        let many = table.dead_rows > config.dead_rows;
        past("dead_rows_percent", Some(&table.name), share, config.dead_rows_percent).filter(|_| many)
    };

    let connections = percent(facts.connections_used, facts.connections_max);
    let mut warnings: Vec<_> = [
        past("ping_ms", None, ping_ms, config.ping_ms),
        past("connections_percent", None, connections, config.connections_percent),
        past("lock_wait_ms", None, facts.longest_lock_wait_ms.unwrap_or(0), config.lock_wait_ms),
        past("transaction_ms", None, age_ms(&facts.oldest_transaction), config.transaction_ms),
        past("idle_in_transaction_ms", None, age_ms(&facts.oldest_idle_in_transaction), config.idle_in_transaction_ms),
        config.size_bytes.and_then(|threshold| past("size_bytes", None, facts.size_bytes, threshold)),
    ]
    .into_iter()
    .flatten()
    .collect();
    warnings.extend(facts.biggest_tables.iter().filter_map(dead_rows));
    warnings
}

/// How many of 100; nothing of nothing is none.
fn percent(part: i64, whole: i64) -> i64 {
    (part * 100).checked_div(whole).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> DatabaseFacts {
        DatabaseFacts {
            connections_used: 5,
            connections_max: 100,
            lock_waits: 0,
            longest_lock_wait_ms: None,
            oldest_transaction: None,
            oldest_idle_in_transaction: None,
            size_bytes: 8_000_000,
            biggest_tables: vec![table(100, 0)],
        }
    }

    fn table(live_rows: i64, dead_rows: i64) -> TableFacts {
        TableFacts { name: "public.orders".to_owned(), size_bytes: 8192, live_rows, dead_rows }
    }

    fn open_for(age_ms: i64) -> Option<OpenTransaction> {
        Some(OpenTransaction { pid: 1, application_name: None, age_ms })
    }

    fn measures(ping_ms: i64, facts: &DatabaseFacts) -> Vec<(&'static str, i64)> {
        let warnings = warnings(ping_ms, facts, &Config { size_bytes: Some(8_000_000), ..Config::default() });
        warnings.into_iter().map(|warning| (warning.measure, warning.value)).collect()
    }

    #[test]
    fn a_quiet_database_is_no_reason_to_warn() {
        assert_eq!(measures(1, &facts()), []);
    }

    #[test]
    fn a_value_at_its_threshold_is_fine_and_one_past_it_is_not() {
        assert_eq!((measures(500, &facts()), measures(501, &facts())), (vec![], vec![("ping_ms", 501)]));
        let used = |connections_used| measures(1, &DatabaseFacts { connections_used, ..facts() });
        assert_eq!((used(80), used(81)), (vec![], vec![("connections_percent", 81)]));
        let size = |size_bytes| measures(1, &DatabaseFacts { size_bytes, ..facts() });
        assert_eq!((size(8_000_000), size(8_000_001)), (vec![], vec![("size_bytes", 8_000_001)]));
    }

    #[test]
    fn what_waits_or_stays_open_too_long_is_told_of() {
        let stuck = DatabaseFacts {
            longest_lock_wait_ms: Some(30_001),
            oldest_transaction: open_for(900_001),
            oldest_idle_in_transaction: open_for(300_001),
            ..facts()
        };
        let expected = [("lock_wait_ms", 30_001), ("transaction_ms", 900_001), ("idle_in_transaction_ms", 300_001)];
        assert_eq!(measures(1, &stuck), expected);
    }

    #[test]
    fn dead_rows_are_told_of_where_they_are_both_many_and_a_large_share() {
        let dead = |live, dead| measures(1, &DatabaseFacts { biggest_tables: vec![table(live, dead)], ..facts() });
        assert_eq!(dead(10_001, 10_001), [("dead_rows_percent", 50)]);
        assert_eq!(dead(10, 10_000), [], "a large share of a small table");
        assert_eq!(dead(1_000_000, 10_001), [], "many rows, but a small share");
    }
}
