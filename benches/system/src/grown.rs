//! A million rows of history: what is claimed and what is asked, beside the same without.

use std::thread::scope;
use std::time::{Duration, Instant};

use crate::figures::Table;
use crate::http;
use crate::measure::{Due, Run, now, quantile, throughput};
use crate::measures::{Bench, Measured};
use crate::pulse::{Host, Slot};

const ROWS: usize = 1_000_000;
/// How many tasks the history is of.
const TASKS: usize = 1_000;
/// How many pulses there are in a round.
const PULSES: usize = 5;
/// How many readers there are at once, for how long; and how often each route is asked by one alone.
const READERS: usize = 8;
const READING: Duration = Duration::from_secs(1);
const READS: usize = 100;

const ROUTES: [(&str, &str); 5] = [
    ("list", "/api/tasks/cron"),
    ("history", "/api/tasks/cron/history?limit=50"),
    ("history of a task", "/api/tasks/cron/history?task=task-7&limit=50"),
    ("statistics of a day", "/api/tasks/cron/stats?period=day"),
    ("status", "/api/pulse/status"),
];

/// Claims by a worker and by pulses, and answers of the API.
pub(crate) fn grown(bench: &Bench) -> Measured {
    let columns = ["executions/s", "pulse: start, p99 ms", "pulse: answered, ms", "missed", "doubled"];
    let mut claims = Table::new("executions/s", &columns);
    let mut reads = Table::new("ms", &["median, ms", "p99, ms", "reads/s"]);
    let mut faults = Vec::new();
    let sizes = [("empty", 0), ("a million rows", ROWS)];
    for _ in bench.rounds("grown") {
        for (name, rows) in sizes {
            let drained = throughput(&bench.server, bench.ours(), bench.options.slots, 1, rows);
            let per_second = drained.map_or(f64::NAN, |drained| drained.per_second);
            if per_second.is_nan() {
                faults.push(format!("{name}: it did not come to an end"));
            }
            claims.add(name, &[per_second]);

            let slot = Slot::of_this_minute();
            let mut run = Run::grown(&bench.server, bench.ours(), rows);
            run.command(&["crons", &TASKS.to_string(), &slot.schedule]);
            let port = Host::Worker.start(&mut run, TASKS, &slot.schedule);
            http::get(port, "/api/pulse");
            let mut client = run.client();
            for _ in 0..PULSES {
                slot.come(&run, &mut client);
                let begun = now();
                let ms = http::get(port, "/api/pulse");
                let due = Due::of(&run, TASKS, slot.at, begun);
                claims.add_beside(name, 1, &[due.p99, ms, due.missed, due.doubled]);
            }
            for (route, path) in ROUTES {
                reads.add(&format!("{route}, {name}"), &read(port, path));
            }
        }
    }
    claims.print(&format!("A million rows of history: claims ({TASKS} due in a pulse)"));
    reads.print(&format!("A million rows of history: answers; by {READERS} at once, a connection for each"));
    faults.extend(claims.above_zero(&["missed", "doubled"]));
    Measured { json: serde_json::json!({ "claims": claims.json(), "reads": reads.json() }), faults }
}

/// By one alone: the median and p99, in milliseconds; by some at once: how many a second.
fn read(port: u16, path: &str) -> [f64; 3] {
    let mut alone: Vec<f64> = (0..READS).map(|_| http::get(port, path)).collect();
    alone.sort_by(f64::total_cmp);
    let begun = Instant::now();
    let counted: usize = scope(|scope| {
        let reader = || {
            let mut count = 0;
            while begun.elapsed() < READING {
                http::get(port, path);
                count += 1;
            }
            count
        };
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(reader)).collect();
        readers.into_iter().map(|reader| reader.join().expect("it reads")).sum()
    });
    [quantile(&alone, 0.5), quantile(&alone, 0.99), counted as f64 / begun.elapsed().as_secs_f64()]
}
