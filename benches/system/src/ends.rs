//! Executions that do not end by themselves: how exactly their timeout comes, and how soon a cancel.

use std::thread::sleep;
use std::time::Duration;

use crate::figures::Table;
use crate::http;
use crate::measure::{Run, now, quantile};
use crate::measures::{Bench, Measured};

/// How many executions there are in a round.
const EXECUTIONS: usize = 50;
/// Their timeout, in seconds; and that of those that are cancelled, which is out of reach.
const TIMEOUT: usize = 1;
const FAR: usize = 600;
/// How long after one another they begin, in milliseconds.
const APART: usize = 60;

const COLUMNS: [&str; 5] = ["median, ms", "p99, ms", "most, ms", "least, ms", "not ended so"];

/// When `TIMEOUT` is recorded after the timeout, on an idle worker and on one with much else to do; and `CANCELLED` after
/// somebody asked for it by HTTP.
pub(crate) fn ends(bench: &Bench) -> Measured {
    let mut table = Table::new("ms", &COLUMNS);
    for _ in bench.rounds("ends") {
        for (name, word) in [("timeout", "slow"), ("timeout, under full load", "busy")] {
            table.add(name, &timeouts(bench, &format!("{word}:{TIMEOUT}")));
        }
        table.add("cancel", &cancels(bench));
    }
    table.print(&format!("How late an end is recorded, {EXECUTIONS} executions a round"));
    let faults = table.above_zero(&["not ended so"]);
    Measured { json: table.json(), faults }
}

/// From the recorded start and the timeout to the recorded end, by the server's clock.
fn timeouts(bench: &Bench, schedule: &str) -> [f64; 5] {
    let mut run = Run::new(&bench.server, bench.ours());
    run.command(&["queue", &EXECUTIONS.to_string(), schedule, &APART.to_string()]);
    run.client().batch_execute("vacuum analyze").expect("statistics");
    run.work(EXECUTIONS, schedule);
    let mut client = run.client();
    run.until(|| ended(&mut client, "completed_at is not null") == EXECUTIONS);
    let sql = format!(
        "select (extract(epoch from completed_at - started_at)::float8 - {TIMEOUT}) * 1000
         from cron_task_executions where task_name like 'slow-%' and status = 'TIMEOUT'"
    );
    figures(client.query(&sql, &[]).expect("how they ended").iter().map(|row| row.get(0)).collect())
}

/// From before the request to the recorded end. The machine's clock is the server's, too.
fn cancels(bench: &Bench) -> [f64; 5] {
    let schedule = format!("slow:{FAR}");
    let mut run = Run::new(&bench.server, bench.ours());
    run.command(&["queue", &EXECUTIONS.to_string(), &schedule, "0"]);
    run.set("TASK_API_TOKEN", http::SECRET);
    let port = run.work_listening(EXECUTIONS, &schedule);
    let mut client = run.client();
    run.until(|| ended(&mut client, "status = 'RUNNING'") == EXECUTIONS);
    let mut late = Vec::new();
    let ids = "select id::text from cron_task_executions where task_name like 'slow-%' order by task_name";
    for row in client.query(ids, &[]).expect("their ids") {
        let id: String = row.get(0);
        let begun = now();
        let answer = http::ask(port, "POST", &format!("/api/executions/{id}/cancel")).expect("an answer");
        assert!(answer.status == 200, "{}", answer.text);
        let sql = "select extract(epoch from completed_at)::float8 from cron_task_executions
                   where id::text = $1 and status = 'CANCELLED'";
        let mut at = None;
        run.until(|| {
            at = client.query_opt(sql, &[&id]).expect("whether it ended").map(|row| row.get::<_, f64>(0));
            at.is_some()
        });
        late.extend(at.map(|at| (at - begun) * 1000.0));
        sleep(Duration::from_millis(APART as u64));
    }
    figures(late)
}

fn ended(client: &mut postgres::Client, condition: &str) -> usize {
    let sql = format!("select count(*) from cron_task_executions where task_name like 'slow-%' and {condition}");
    let count: i64 = client.query_one(&sql, &[]).expect("how many").get(0);
    count as usize
}

fn figures(mut late: Vec<f64>) -> [f64; 5] {
    late.sort_by(f64::total_cmp);
    let missing = (EXECUTIONS - late.len()) as f64;
    [quantile(&late, 0.5), quantile(&late, 0.99), quantile(&late, 1.0 - f64::EPSILON), quantile(&late, 0.0), missing]
}
