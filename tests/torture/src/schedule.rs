//! Which tasks the torture run has and which slots they have: multiples of their seconds since 1970.
//!
//! The worker's tasks say the same by cron expressions, which are the product's to read. Would the two differ, slots would be
//! missing, or there would be some that nobody expects.

/// How many tasks there are that only make work.
pub const LOADS: i64 = 12;

/// The cron tasks besides `load-00` and so on: name, and seconds from one slot to the next.
const TASKS: [(&str, i64); 14] = [
    ("tick", 1),
    ("urgent", 2),
    ("flaky", 2),
    ("effect", 2),
    ("parent", 5),
    ("child", 5),
    ("panics", 10),
    ("hangs", 10),
    ("ignores-cancel", 10),
    ("blocks", 10),
    ("long", 10),
    ("longer", 20),
    ("chunks", 20),
    ("exits", 30),
];

/// The task that waits for another, and the other.
pub const PAIR: (&str, &str) = ("child", "parent");

/// The task that writes by a fenced transaction.
pub const EFFECT: &str = "effect";

/// The side task of which one instance lives across all workers.
pub const SIDE_TASK: &str = "sentinel";

/// All cron tasks, with a crowd of so many that come each minute: name, and seconds from one slot to the next.
#[must_use]
pub fn cron_tasks(crowd: u32) -> Vec<(String, i64)> {
    let loads = (0..LOADS).map(|n| (format!("load-{n:02}"), 2));
    let crowd = (0..crowd).map(|n| (crowded(n), 60));
    TASKS.iter().map(|(name, every_s)| ((*name).to_owned(), *every_s)).chain(loads).chain(crowd).collect()
}

/// The name of one of the crowd.
#[must_use]
pub fn crowded(n: u32) -> String {
    format!("crowd-{n:04}")
}

/// The slots of a task from one instant to another, both included; microseconds since 1970.
pub fn slots(every_s: i64, from_us: i64, until_us: i64) -> impl Iterator<Item = i64> {
    let step = every_s * 1_000_000;
    let first = -(-from_us).div_euclid(step) * step;
    (0..).map(move |n| first + n * step).take_while(move |slot| *slot <= until_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_lie_on_multiples_and_both_ends_count() {
        let at = |from: i64, until: i64| slots(5, from * 1_000_000, until * 1_000_000).map(|slot| slot / 1_000_000);
        assert!(at(10, 20).eq([10, 15, 20]));
        assert!(at(11, 24).eq([15, 20]));
        assert_eq!(at(11, 14).count(), 0);
    }
}
