//! On tables that have grown, each statement that is sent again and again finds what it needs by an index.
//!
//! Each is explained with the values it is sent with, and those whose plan a busy shift keeps for any values besides, carried
//! out, and undone. What it read is counted in pages, which do not depend on how busy the machine is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Client;

use crate::statements::{declared, repository};
use crate::support::{connect, database};

/// Ten thousand tasks, two hundred thousand executions of five hundred of them, one every ten seconds until now, and what else
/// grows with them. One in ten is of the task that runs most; one in a hundred failed; ten timed out, long ago.
const GROW: &str = include_str!("grown.sql");
/// Counts as of a hundred more tasks that run often.
const OTHERS: &str = "
    insert into cron_task_hours
    select ('20000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, hour, completed, failed, skipped, blocked, cancelled,
        timed, total_ms, min_ms, max_ms, durations, times, longest, failures, open
    from cron_task_hours
    cross join generate_series(9001, 9100) n
    where task_id = '20000000-0000-0000-0000-000000000001'";
/// Now, as the tests have it.
const NOW: &str = "2026-03-02 12:00:00Z";
/// A runner that lives, as grown.sql makes it.
const RUNNER: &str = "00000000-0000-0000-0000-000000000001";
/// An execution that it runs, one that is queued, and one that has failed.
const RUNNING: &str = "10000000-0000-0000-0000-000000000001";
const QUEUED: &str = "10000000-0000-0000-0000-000000000002";
const FAILED: &str = "10000000-0000-0000-0000-000000000003";
const ID: &str = "30000000-0000-0000-0000-000000000001";
/// The task that runs most.
const BUSY: &str = "20000000-0000-0000-0000-000000000001";
/// A slot that is yet to come.
const SOON: &str = "2026-03-02 12:01:00Z";
/// An hour that is over, and not counted.
const AN_HOUR: &str = "2026-02-20 12:00:00Z";
/// A slot of days ago.
const LONG_AGO: &str = "2026-02-20 12:00:00Z";

/// What grows without end, and the tasks, of which there may be many.
const HISTORY: [&str; 7] = [
    "cron_tasks",
    "cron_task_executions",
    "cron_task_execution_logs",
    "cron_task_hours",
    "pulse_executions",
    "task_events",
    "task_runners",
];
/// What a busy shift sends again and again, on connections that keep a plan for it.
const KEPT: [&str; 3] = ["candidates.sql", "claim.sql", "finish.sql"];

/// A statement as it is sent; `None` is null.
struct Sent {
    what: &'static str,
    file: &'static str,
    values: Vec<Option<String>>,
    /// Pages it may read. All the tables together have some 20,000.
    pages: i64,
    /// What it may read from one end to the other.
    may_scan: &'static str,
}

/// A page of a list, or the work of a tick on a few rows.
const FEW: i64 = 500;

/// About each task there is.
const TASKS: i64 = 1_500;

/// One that tells of each task.
fn of_each_task(what: &'static str, file: &'static str, values: &[&str]) -> Sent {
    Sent { may_scan: "cron_tasks", ..sent(what, file, TASKS, values) }
}

fn sent(what: &'static str, file: &'static str, pages: i64, values: &[&str]) -> Sent {
    let value = |value: &&str| (*value != "null").then(|| (*value).to_owned());
    Sent { what, file, pages, may_scan: "", values: values.iter().map(value).collect() }
}

/// Those of a tick, a pulse and a heartbeat.
fn of_the_runner() -> Vec<Sent> {
    let claim = |execution: &str, task: &str, queued: &str| {
        let of_slot = |value: &str| if task.is_empty() { "{}".to_owned() } else { format!("{{\"{value}\"}}") };
        let one = |value: &str| if value.is_empty() { "{}".to_owned() } else { format!("{{{value}}}") };
        let unknown = if queued.is_empty() { "{}" } else { "{null}" };
        let (read, next) = (of_slot("2026-03-02 11:59:00Z"), of_slot("2026-03-02 12:01:00Z"));
        let mut values =
            vec![NOW.to_owned(), RUNNER.to_owned(), "one".to_owned(), "production".to_owned(), "t".to_owned()];
        values.extend([
            one(execution),
            one(task),
            read.clone(),
            read,
            next.clone(),
            next,
            of_slot("0"),
            of_slot("run"),
        ]);
        values.extend([one(queued), unknown.to_owned()]);
        values.extend(["{}", "{}", "{}", "{}", "{}", "1000"].map(str::to_owned));
        values.into_iter().map(Some).collect::<Vec<_>>()
    };
    let candidates = |what, now: &str, runner: &str| {
        let of_it = ["100", "{}", "null", "null", "t", "{any,worker}", runner, "100"];
        sent(what, "candidates.sql", FEW, &[&[now], &of_it[..]].concat())
    };
    let running = format!("{{{RUNNING}}}");
    let one_ending = ["{COMPLETED}", "{100}", "{\"{}\"}", "{null}", "{null}", "{0}", "{f}", "{f}", "f"];
    let finish: Vec<&str> =
        [NOW, RUNNER, &running].into_iter().chain(one_ending).chain(["{null}", "{null}", "{null}", "{1}"]).collect();
    let pulse =
        [NOW, ID, RUNNER, "production", "cron", "f", NOW, "500", "{task-2}", "{task-2}", "{task-2}", "{}", "{}"];
    vec![
        candidates("what is due where nothing is", "2026-03-02 11:00:00Z", RUNNER),
        candidates("what is due", NOW, "null"),
        candidates("what is due, to decide it", NOW, RUNNER),
        Sent {
            what: "a claim of a slot",
            file: "claim.sql",
            pages: FEW,
            may_scan: "",
            values: claim(ID, "20000000-0000-0000-0000-000000000002", ""),
        },
        Sent {
            what: "a claim of a queued one",
            file: "claim.sql",
            pages: FEW,
            may_scan: "",
            values: claim("", "", QUEUED),
        },
        sent("an ending", "finish.sql", FEW, &finish),
        sent("a handing back", "hand_back.sql", FEW, &[NOW, RUNNER, &running, "9"]),
        sent("a burial", "bury_dead_runners.sql", FEW, &[NOW, RUNNER, &format!("{{{ID}}}")]),
        sent("a heartbeat", "heartbeat.sql", FEW, &[NOW, RUNNER, "1000", "1", &running, "{null}"]),
        sent("a checkpoint", "save_checkpoint.sql", FEW, &[RUNNING, RUNNER, "{}"]),
        sent("the record of a pulse", "record_pulse.sql", FEW, &pulse),
        sent("the answer of a pulse", "read_pulse_report.sql", FEW, &["40000000-0000-0000-0000-000000000001"]),
        sent("what runs", "running_tasks.sql", FEW, &[]),
        sent("a run by hand", "enqueue.sql", FEW, &[NOW, ID, "busy", "null", "f", "t", "production"]),
        sent("a retry", "retry_execution.sql", FEW, &[NOW, FAILED, ID]),
        sent("a cancellation", "cancel_execution.sql", FEW, &[NOW, QUEUED, "anna"]),
        sent("the end of a runner", "end_runner.sql", FEW, &[NOW, RUNNER]),
        sent("a fence", "hold_execution.sql", FEW, &[RUNNING, RUNNER]),
        sent("what a schedule function said", "record_answer.sql", FEW, &[NOW, RUNNER, RUNNING]),
        sent("one that is stuck", "mark_stuck.sql", FEW, &[NOW, RUNNING]),
        sent("a delivery", "claim_delivery.sql", FEW, &[NOW, "key-7", ID]),
        sent("a key that is taken", "claim_idempotency_key.sql", FEW, &[NOW, "key-7", "other", ID, "86400000"]),
        sent("what a key was for", "read_idempotency_key.sql", FEW, &["key-7"]),
        of_each_task("the count of an hour", "count_hour.sql", &[AN_HOUR]),
        // Five hundred are looked for, in each partition where there are some.
        sent("hours to be counted", "list_uncounted_hours.sql", 8_000, &[NOW, "1800000000", "24"]),
    ]
}

/// Those of people who look.
fn of_readers() -> Vec<Sent> {
    let history = |what, values: [&str; 8]| sent(what, "list_executions.sql", FEW, &values);
    let day = "86400000";
    // Who lived when it was due, no index tells; people ask, and not often.
    let explained = |what, slot| Sent {
        may_scan: "task_runners",
        ..sent(what, "explain_slot.sql", 3_000, &[NOW, BUSY, slot, slot, NOW])
    };
    vec![
        history("history", ["null", "null", "null", "null", "null", "51", "null", "null"]),
        history("history, far down", ["null", "null", "null", LONG_AGO, ID, "51", "null", "null"]),
        history("history of a task", ["task-7", "null", "null", "null", "null", "51", "null", "null"]),
        history("history of a task, far down", ["busy", "null", "null", LONG_AGO, ID, "51", "null", "null"]),
        history("history of what completed", ["null", "{COMPLETED}", "null", "null", "null", "51", "null", "null"]),
        history("history of failures", ["null", "{FAILED}", "null", "null", "null", "51", "null", "null"]),
        history("history of what is rare", ["null", "{TIMEOUT}", "null", "null", "null", "51", "null", "null"]),
        history("history of a task's failures", ["task-7", "{FAILED}", "null", "null", "null", "51", "null", "null"]),
        // Ten pages of rows, and of the index. Of those of its task there are a hundred pages in any index.
        Sent {
            pages: 60,
            ..history(
                "history of what is rare of a task",
                ["busy", "{TIMEOUT}", "null", "null", "null", "51", "null", "null"],
            )
        },
        history("history of what never was", ["null", "{CANCELLED}", "null", "null", "null", "51", "null", "null"]),
        history("history since then", ["null", "null", "2026-03-02 11:00:00Z", "null", "null", "51", "null", "null"]),
        history("history before then", ["null", "null", "null", "null", "null", "51", "null", LONG_AGO]),
        history(
            "history of all that went wrong",
            ["null", "{FAILED,TIMEOUT}", "null", "null", "null", "51", "null", "null"],
        ),
        history("one execution", ["null", "null", "null", "null", "null", "1", FAILED, "null"]),
        history("what runs", ["null", "{RUNNING}", "null", "null", "null", "51", "null", "null"]),
        history("what is queued", ["null", "{PENDING}", "null", "null", "null", "51", "null", "null"]),
        sent("the log of one", "read_execution_log.sql", FEW, &[FAILED]),
        sent("statistics of a task", "cron_stats.sql", FEW, &[NOW, day, "task-7", "3600000"]),
        sent("statistics of a task that runs often", "cron_stats.sql", FEW, &[NOW, day, "busy", "3600000"]),
        of_each_task("statistics of a day", "cron_stats.sql", &[NOW, day, "null", "3600000"]),
        // Nine of the ten tasks with the longest executions have some four hundred, too few in an hour to be counted.
        Sent {
            may_scan: "cron_tasks",
            ..sent("statistics of a month", "cron_stats.sql", 5_000, &[NOW, "2592000000", "null", day])
        },
        of_each_task("health", "pulse_facts.sql", &[NOW, "60000"]),
        of_each_task("metrics", "read_metrics.sql", &[NOW, "60000"]),
        sent("the queue", "list_queue.sql", 2_000, &[NOW, "101", "t"]),
        sent("pulses", "list_pulses.sql", FEW, &["null", "null", "null", "51"]),
        sent("pulses, far down", "list_pulses.sql", FEW, &["null", LONG_AGO, ID, "51"]),
        sent("runners", "list_runners.sql", FEW, &[NOW, "3600000", "null", "null", "null", "101"]),
        sent("runners, far down", "list_runners.sql", FEW, &[NOW, "3600000", "t", LONG_AGO, ID, "101"]),
        sent("changes", "list_changes.sql", FEW, &["cron", "busy", "51"]),
        of_each_task("tasks", "list_cron_tasks.sql", &[NOW, "null", "null", "null", "null", "null"]),
        sent("a task explained", "explain_task.sql", FEW, &[NOW, "busy", "null"]),
        explained("a slot explained", LONG_AGO),
        explained("a slot explained that is yet to come", SOON),
        of_each_task("the doctor's look", "doctor_work.sql", &[NOW, "60000", "5", day]),
        sent("no new events", "read_events.sql", FEW, &[NOW, "1000000:1000000:", "null", "null", "null", "1000"]),
    ]
}

/// Those that let go of what is old: of nothing, and of a hundred rows.
fn of_retention() -> Vec<Sent> {
    let (year, fortnight) = ("31536000000", "1209600000");
    let tables = [
        ("executions that are not old", "executions that are old", "prune_executions.sql"),
        ("pulses that are not old", "pulses that are old", "prune_pulses.sql"),
        ("runners that are not old", "runners that are old", "prune_runners.sql"),
        ("events that are not old", "events that are old", "prune_events.sql"),
        ("keys that are not old", "keys that are old", "prune_idempotency_keys.sql"),
        ("hours that are not old", "hours that are old", "prune_hours.sql"),
    ];
    let each = tables.into_iter().flat_map(|(none, some, file)| {
        // A row of each table it deletes from, its index entries, and what looks whether it may go.
        [sent(none, file, FEW, &[NOW, year, "100"]), sent(some, file, 4_000, &[NOW, fortnight, "100"])]
    });
    each.collect()
}

/// What is left out, and why.
const LEFT: [(&str, &[&str]); 4] = [
    (
        "it reads no table of ours",
        &[
            "database_health.sql",
            "doctor_backend.sql",
            "doctor_server.sql",
            "doctor_tables.sql",
            "encryption_in_use.sql",
            "newest_fencing_token.sql",
            "now.sql",
            "read_snapshot.sql",
            "take_session_lock.sql",
            "take_transaction_lock.sql",
            "takes_changes.sql",
            "wake.sql",
        ],
    ),
    (
        "it is about side tasks, of which there are as many as the code has",
        &[
            "list_side_tasks.sql",
            "order_side_task.sql",
            "read_side_orders.sql",
            "record_side_task.sql",
            "release_side_task.sql",
            "take_side_tasks.sql",
        ],
    ),
    (
        "it is sent once by a process that starts, for all tasks the code has",
        &[
            "read_definitions.sql",
            "register_runner.sql",
            "retire_tasks.sql",
            "write_cron_definitions.sql",
            "write_limits.sql",
            "write_side_definitions.sql",
        ],
    ),
    (
        "an operator sends it, about one row or the only one",
        &["drain_runner.sql", "pause_system.sql", "pause_task.sql"],
    ),
];

#[test]
fn each_statement_is_looked_at_or_left_out_for_a_reason() {
    let looked_at = of_the_runner().into_iter().chain(of_readers()).chain(of_retention()).map(|sent| sent.file);
    let looked_at: BTreeSet<_> = looked_at.collect();
    let left: BTreeSet<_> = LEFT.iter().flat_map(|(_, files)| *files).copied().collect();
    let declared = declared();
    let declared: BTreeSet<_> = declared.keys().map(String::as_str).collect();
    assert_eq!(looked_at.union(&left).copied().collect::<BTreeSet<_>>(), declared);
    assert!(looked_at.is_disjoint(&left));
}

#[test]
fn those_with_plans_that_are_kept_are_looked_at_with_such_plans() {
    let sources = fs::read_dir(repository())
        .expect("the repository's sources")
        .filter_map(|entry| fs::read_to_string(entry.expect("an entry").path()).ok());
    let calls = [".all_of_shift(", ".begin_of_shift(", ".commit_of_shift("];
    let kept: usize = sources.map(|source| calls.map(|call| source.matches(call).count()).iter().sum::<usize>()).sum();
    assert_eq!(kept, KEPT.len());
}

#[tokio::test]
async fn what_is_sent_again_and_again_reads_few_pages_of_tables_that_have_grown() {
    let database = database().await;
    let client = connect(database.config()).await;
    grow(&client).await;
    let wrong = wrong(&client, &[]).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn plans_that_are_kept_look_up_what_they_are_about_however_little_there_was_when_they_were_made() {
    /// So many more, of a task that runs each second.
    const MORE: &str = "
        insert into cron_tasks (id, name, schedule) values ('20000000-0000-0000-0000-000000000001', 'busy', '* * * * *')
          on conflict do nothing;
        insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, available_at, started_at, completed_at, config)
          select gen_random_uuid(), '20000000-0000-0000-0000-000000000001', 'busy', at.at, 'COMPLETED', at.at, at.at, at.at, '{}'
          from (select timestamptz '2026-03-01 12:00:00Z' + (EXISTING + n) * interval '1 second' as at
            from generate_series(1, 2000) n) as at;";
    let database = database().await;
    let client = connect(database.config()).await;
    let declared = declared();
    // From ten thousand on, any plan is right.
    for existing in (0..10_000).step_by(2_000) {
        for sent in of_the_runner().into_iter().filter(|sent| KEPT.contains(&sent.file)) {
            let plan = explained(&client, &sent, &declared, Planned::ForAny).await;
            let read = nodes(&plan["Plan"], &|node| {
                node["Relation Name"] == "cron_task_executions" && node["Node Type"] == "Seq Scan"
            });
            assert!(read.is_empty(), "{} of {existing} reads all: {read:?}", sent.what);
            let compared = nodes(&plan["Plan"], &|node| {
                let sides = || node["Plans"].as_array().into_iter().flatten();
                let is_many = |side: &Value| side["Node Type"] == "CTE Scan" && side["CTE Name"] != "clock";
                node["Node Type"] == "Nested Loop" && sides().count() == 2 && sides().all(is_many)
            });
            assert!(compared.is_empty(), "{} compares each with each: {compared:?}", sent.what);
        }
        client.batch_execute(&MORE.replace("EXISTING", &existing.to_string())).await.expect("executions");
    }
}

/// Fills the tables of an empty database.
pub(crate) async fn grow(client: &Client) {
    client.batch_execute(GROW).await.expect("rows");
    let count = fs::read_to_string(repository().join("sql/count_hour.sql")).expect("a statement");
    let hours =
        "select at from generate_series(timestamptz '2026-02-05 00:00:00Z', '2026-03-02 10:00:00Z', '1 hour') as at
        where at <> $1::text::timestamptz";
    for hour in client.query(hours, &[&AN_HOUR]).await.expect("hours") {
        client.execute(&count, &[&hour.get::<_, DateTime<Utc>>(0)]).await.expect("counts");
    }
    client.batch_execute(OTHERS).await.expect("counts of others");
    client.batch_execute("vacuum analyze").await.expect("statistics");
}

/// The statements, but for those of these files, that read too much of tables that have grown, each with what it read.
pub(crate) async fn wrong(client: &Client, but: &[&str]) -> Vec<String> {
    let declared = declared();
    let mut wrong = Vec::new();
    for sent in of_the_runner().into_iter().chain(of_readers()).chain(of_retention()) {
        if but.contains(&sent.file) {
            continue;
        }
        let plans: &[Planned] =
            if KEPT.contains(&sent.file) { &[Planned::WithValues, Planned::ForAny] } else { &[Planned::WithValues] };
        for planned in plans {
            let plan = explained(client, &sent, &declared, *planned).await;
            let mut scanned = scans(&plan["Plan"]);
            scanned.retain(|table| table != sent.may_scan);
            let pages =
                ["Shared Hit Blocks", "Shared Read Blocks"].map(|kind| plan["Plan"][kind].as_i64().unwrap_or(0));
            let pages: i64 = pages.iter().sum();
            if !scanned.is_empty() || pages > sent.pages {
                wrong.push(format!("{} ({}, {planned:?}): {pages} pages, scans {scanned:?}", sent.what, sent.file));
            }
        }
    }
    wrong
}

/// The indexes that the claim of a slot looks into.
pub(crate) async fn indexes_of_a_claim(client: &Client) -> Vec<String> {
    let claim = of_the_runner().into_iter().find(|sent| sent.what == "a claim of a slot").expect("it is there");
    indexes(&explained(client, &claim, &declared(), Planned::WithValues).await["Plan"])
}

fn indexes(plan: &Value) -> Vec<String> {
    let here = plan["Index Name"].as_str().filter(|_| plan["Actual Loops"] != 0).map(str::to_owned);
    let below = plan["Plans"].as_array().into_iter().flatten().flat_map(indexes);
    here.into_iter().chain(below).collect()
}

/// What the server knows when it plans.
#[derive(Clone, Copy, Debug)]
enum Planned {
    /// The values, as with a statement that is sent once.
    WithValues,
    /// Nothing of them, as with one that is kept.
    ForAny,
}

/// Its plan and what that came to; undone.
async fn explained(client: &Client, sent: &Sent, declared: &BTreeMap<String, Vec<String>>, planned: Planned) -> Value {
    let sql = fs::read_to_string(repository().join("sql").join(sent.file)).expect("a statement");
    let types = &declared[sent.file];
    assert_eq!(types.len(), sent.values.len(), "{} is sent with other parameters", sent.file);
    let types: Vec<_> = types.iter().map(|name| name.replace("_array", "[]")).collect();
    let literal = |value: &Option<String>| {
        value.as_ref().map_or("null".to_owned(), |value| format!("'{}'", value.replace('\'', "''")))
    };
    let values: Vec<_> =
        types.iter().zip(&sent.values).map(|(name, value)| format!("{}::{name}", literal(value))).collect();
    let (prepare, execute) = match planned {
        // From the last on, so that $1 is not found in $10.
        Planned::WithValues => {
            let with_values = values.iter().enumerate().rev();
            let put = |sql: String, (index, value): (usize, &String)| sql.replace(&format!("${}", index + 1), value);
            (String::new(), with_values.fold(sql, put))
        }
        Planned::ForAny => {
            let prepare = format!("prepare kept ({}) as {sql}", types.join(", "));
            (prepare, format!("execute kept ({})", values.join(", ")))
        }
    };
    client.batch_execute("begin; set local plan_cache_mode = force_generic_plan").await.expect("a transaction");
    client.batch_execute(&prepare).await.unwrap_or_else(|error| panic!("{}: {error:?}", sent.file));
    let plan = client.query(&format!("explain (analyze, buffers, timing off, format json) {execute}"), &[]).await;
    let plan: Value = plan.unwrap_or_else(|error| panic!("{}: {error:?}", sent.file))[0].get(0);
    client.batch_execute("rollback; deallocate all").await.expect("its end");
    plan[0].clone()
}

/// Those parts of a plan of which that holds.
fn nodes<'a>(plan: &'a Value, holds: &dyn Fn(&Value) -> bool) -> Vec<&'a Value> {
    let below = plan["Plans"].as_array().into_iter().flatten().flat_map(|node| nodes(node, holds));
    std::iter::once(plan).filter(|node| holds(node)).chain(below).collect()
}

/// Growing tables, and partitions of such, that are read from one end to the other, and are not empty.
fn scans(plan: &Value) -> Vec<String> {
    let table = plan["Relation Name"].as_str().filter(|table| HISTORY.iter().any(|grown| table.starts_with(grown)));
    let read = ["Actual Rows", "Rows Removed by Filter"].map(|rows| plan[rows].as_f64().unwrap_or(0.0));
    let is_scan = plan["Node Type"] == "Seq Scan" && read.iter().sum::<f64>() > 0.0;
    let here = table.filter(|_| is_scan).map(str::to_owned);
    let below = plan["Plans"].as_array().into_iter().flatten().flat_map(scans);
    here.into_iter().chain(below).collect()
}
