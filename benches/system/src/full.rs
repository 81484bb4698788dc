//! A server whose connections are all taken, by more clients than there are connections.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use crate::figures::Table;
use crate::http;
use crate::measure::{Run, now, quantile};
use crate::measures::{Bench, Measured};
use crate::pulse::{Host, PULSE};

const CLIENTS: usize = 400;
/// How many pulses are called meanwhile, one after the other.
const CALLS: usize = 10;
/// One task that a worker runs each second.
const EACH_SECOND: &str = "* * * * * *";
/// How soon a client tries again, and a function is asked again.
const AGAIN: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(10);

/// What a function answers while there is no connection for it, how a worker fares that has its own, and how soon all is well.
pub(crate) fn full(bench: &Bench) -> Measured {
    let columns = [
        "refused, median ms",
        "most, ms",
        "answered otherwise",
        "late, median ms",
        "late, most ms",
        "missed",
        "answered again after, ms",
    ];
    let mut table = Table::new("ms", &columns);
    for _ in bench.rounds("full") {
        table.add(&bench.ours().name, &without_room(bench));
    }
    table.print(&format!(
        "{CLIENTS} clients hold all connections of the server: {CALLS} pulses of a function, and a worker"
    ));
    let faults = table.above_zero(&["answered otherwise", "missed"]);
    Measured { json: table.json(), faults }
}

fn without_room(bench: &Bench) -> [f64; 7] {
    let mut run = Run::new(&bench.server, bench.ours());
    run.command(&["crons", "1", EACH_SECOND]);
    let port = Host::Function.start(&mut run, 1, EACH_SECOND);
    http::get(port, PULSE);
    run.work(1, EACH_SECOND);
    assert!(run.until(|| run.lines("c").len() > 3), "the worker does not begin: see errors.log");
    let (over, held) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (answers, begun, ended) = scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let Some(_connection) = bench.server.try_connect() else {
                        sleep(AGAIN);
                        continue;
                    };
                    held.fetch_add(1, Ordering::Relaxed);
                    while !over.load(Ordering::Relaxed) {
                        sleep(AGAIN);
                    }
                }
            });
        }
        // All that there are, when no more are added for a while.
        let mut before = 0;
        run.until(|| {
            sleep(Duration::from_millis(500));
            let now = held.load(Ordering::Relaxed);
            std::mem::replace(&mut before, now) == now && now > 0
        });
        let begun = now();
        let answers: Vec<_> = (0..CALLS).map(|_| http::ask(port, "POST", PULSE)).collect();
        // At least some slots come meanwhile.
        sleep(Duration::from_secs(2));
        let ended = now();
        over.store(true, Ordering::Relaxed);
        (answers, begun, ended)
    });
    let free = now();
    while now() - free < PATIENCE.as_secs_f64()
        && http::ask(port, "POST", PULSE).is_ok_and(|answer| answer.status != 200)
    {
        sleep(AGAIN);
    }
    let again = (now() - free) * 1000.0;
    sleep(Duration::from_secs(2));

    let refused = answers.iter().flatten().filter(|answer| answer.status == 503);
    let mut ms: Vec<f64> = refused.map(|answer| answer.ms).collect();
    ms.sort_by(f64::total_cmp);
    let slots: BTreeSet<i64> = (begun.ceil() as i64..ended.floor() as i64).collect();
    let (mut late, mut done) = (Vec::new(), BTreeSet::new());
    for words in run.lines("c") {
        let (slot, at): (i64, f64) = (words[2].parse().expect("a slot"), words[3].parse().expect("a time"));
        if slots.contains(&slot) && done.insert(slot) {
            late.push((at - slot as f64) * 1000.0);
        }
    }
    late.sort_by(f64::total_cmp);
    [
        quantile(&ms, 0.5),
        ms.last().copied().unwrap_or(f64::NAN),
        (CALLS - ms.len()) as f64,
        quantile(&late, 0.5),
        late.last().copied().unwrap_or(f64::NAN),
        (slots.len() - done.len()) as f64,
        again,
    ]
}
