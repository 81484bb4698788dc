//! What is measured: each on an empty database, out of what the tasks themselves write down.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use postgres::Client;

use crate::http;
use crate::program::Program;
use crate::server::Server;

const DATABASE: &str = "measured";
/// How long before an instant workers are started, in seconds, so that they wait for it.
pub(crate) const LEAD: f64 = 6.0;
const POLL: Duration = Duration::from_millis(20);
/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(90);

/// A database, and the programs that work on it. They end with this.
pub(crate) struct Run<'a> {
    server: &'a Server,
    program: &'a Program,
    ledger: PathBuf,
    /// Of ours: `NAME=VALUE` by spaces.
    settings: String,
    workers: Vec<Child>,
    /// What functions talk to.
    platforms: Vec<JoinHandle<()>>,
}

impl<'a> Run<'a> {
    /// On an empty database.
    pub(crate) fn new(server: &'a Server, program: &'a Program) -> Self {
        server.fresh(DATABASE);
        let run = Self::begin(server, program);
        run.command(&["setup"]);
        run
    }

    /// On one with so many rows of history, which the first that asks for it makes.
    pub(crate) fn grown(server: &'a Server, program: &'a Program, rows: usize) -> Self {
        if rows == 0 {
            return Self::new(server, program);
        }
        let grown = format!("grown_{rows}");
        if !server.has(&grown) {
            let run = Self::new(server, program);
            run.command(&["crons", "1000", "* * * * *"]);
            let sql = include_str!("history.sql").replace("$rows", &rows.to_string());
            run.client().batch_execute(&sql).expect("rows");
            run.client().batch_execute("vacuum analyze").expect("statistics");
            server.copy(DATABASE, &grown);
        }
        server.copy(&grown, DATABASE);
        Self::begin(server, program)
    }

    fn begin(server: &'a Server, program: &'a Program) -> Self {
        let ledger = server.out.join("ledger");
        let run = Self { server, program, ledger, settings: String::new(), workers: Vec::new(), platforms: Vec::new() };
        run.clear();
        run
    }

    /// Ours begin with this setting from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings += &format!("{name}={value} ");
    }

    /// Forgets what was written down.
    pub(crate) fn clear(&self) {
        // Where there is none, nothing is to be forgotten.
        let _ = fs::remove_dir_all(&self.ledger);
        fs::create_dir_all(&self.ledger).expect("a folder for the ledger");
    }

    fn prepared(&self, words: &[&str]) -> Command {
        self.with_streams(self.program.command(words))
    }

    /// Told where everything is; nothing of it is to be seen.
    fn with_streams(&self, mut command: Command) -> Command {
        let errors = fs::OpenOptions::new().create(true).append(true).open(self.server.out.join("errors.log"));
        command
            .env("PGURL", self.server.url(DATABASE))
            .env("OUT", &self.ledger)
            .env("SETTINGS", &self.settings)
            .env("RUST_LOG", "off")
            .env("NODE_ENV", "production")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors.expect("a file for errors"));
        command
    }

    pub(crate) fn command(&self, words: &[&str]) {
        let status = self.prepared(words).status().expect("it runs");
        assert!(status.success(), "{} {words:?}: see errors.log", self.program.name);
    }

    pub(crate) fn work(&mut self, tasks: usize, schedule: &str) {
        let (concurrency, tasks) = (self.program.concurrency.to_string(), tasks.to_string());
        let child = self.prepared(&["work", &concurrency, &tasks, schedule]).spawn().expect("it starts");
        self.workers.push(child);
    }

    /// The same, serving HTTP. Hands back the port where it listens by now.
    pub(crate) fn work_listening(&mut self, tasks: usize, schedule: &str) -> u16 {
        let (concurrency, tasks, port) = (self.program.concurrency.to_string(), tasks.to_string(), http::free_port());
        let words = ["work", &concurrency, &tasks, schedule, &port.to_string()];
        let child = self.prepared(&words).spawn().expect("it starts");
        self.workers.push(child);
        assert!(http::listens(port, PATIENCE), "it does not listen: see errors.log");
        port
    }

    /// The function as its platform starts it. Hands back the port where it listens by now.
    pub(crate) fn function(&mut self, tasks: usize, schedule: &str) -> u16 {
        let port = http::free_port();
        let socket = self.server.out.join("platform");
        // Of the one before.
        let _ = fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).expect("a socket");
        let mut command = Command::new(&self.server.function);
        command.args([&tasks.to_string(), schedule]);
        command.env("VERCEL", "1").env("VERCEL_IPC_PATH", &socket).env("VERCEL_DEV_PORT", port.to_string());
        command.env("DATABASE_URL", self.server.url(DATABASE)).env("CRON_SECRET", http::SECRET);
        self.workers.push(self.with_streams(command).spawn().expect("it starts"));
        let (mut frames, _) = listener.accept().expect("it connects");
        let mut byte = [0];
        while frames.read(&mut byte).expect("it announces its port") > 0 && byte != [0] {}
        // It goes on telling the platform what it does, and waits where nobody reads that.
        self.platforms.push(spawn(move || {
            // However it ends: there is nobody any more.
            let _ = io::copy(&mut frames, &mut io::sink());
        }));
        port
    }

    pub(crate) fn client(&self) -> Client {
        self.server.connect(DATABASE)
    }

    /// What was written down with that mark, by words.
    pub(crate) fn lines(&self, mark: &str) -> Vec<Vec<String>> {
        let files = fs::read_dir(&self.ledger).expect("the ledger").filter_map(Result::ok);
        let texts = files.map(|file| fs::read_to_string(file.path()).unwrap_or_default());
        let mut lines = Vec::new();
        for text in texts {
            let words = text.lines().map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
            lines.extend(words.filter(|words| words.first().is_some_and(|first| first == mark)));
        }
        lines
    }

    /// Forgets what was written down, while they go on writing.
    pub(crate) fn clear_lines(&self) {
        let files = fs::read_dir(&self.ledger).expect("the ledger").filter_map(Result::ok);
        for file in files {
            fs::OpenOptions::new().write(true).truncate(true).open(file.path()).expect("a file of the ledger");
        }
    }

    /// How much was written down so far, in bytes.
    pub(crate) fn size(&self) -> u64 {
        let files = fs::read_dir(&self.ledger).expect("the ledger").filter_map(Result::ok);
        files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
    }

    /// The first of the programs.
    pub(crate) fn pid(&self) -> u32 {
        self.workers[0].id()
    }

    /// Tells all to end, and waits for it.
    pub(crate) fn end_in_order(&mut self, patience: Duration) {
        for n in 0..self.workers.len() {
            self.signal(n, "-TERM");
            assert!(self.ends(n, patience), "it does not end");
        }
        self.workers.clear();
    }

    /// Sends one of the programs a signal, as `kill` names it.
    pub(crate) fn signal(&self, n: usize, signal: &str) {
        let pid = self.workers[n].id().to_string();
        let told = Command::new("kill").args([signal, &pid]).status().expect("it is told");
        assert!(told.success(), "it has ended before");
    }

    /// Waits until one of the programs has ended; `false`: it does not.
    pub(crate) fn ends(&mut self, n: usize, patience: Duration) -> bool {
        let begun = Instant::now();
        while self.workers[n].try_wait().expect("a child").is_none() {
            if begun.elapsed() > patience {
                return false;
            }
            sleep(Duration::from_micros(200));
        }
        true
    }

    /// Kills all, and waits for it.
    pub(crate) fn kill(&mut self) {
        for mut worker in self.workers.drain(..) {
            // One that has ended is no harm, and none is to outlive the run.
            let _ = worker.kill();
            let _ = worker.wait();
        }
        for platform in self.platforms.drain(..) {
            platform.join().expect("it reads to the end");
        }
    }

    /// When what has that mark was written down, in order, by process.
    pub(crate) fn times_by_process(&self, mark: &str) -> Vec<Vec<f64>> {
        let files = fs::read_dir(&self.ledger).expect("the ledger").filter_map(Result::ok);
        let texts = files.map(|file| fs::read_to_string(file.path()).unwrap_or_default());
        let of_mark = |line: &str| line.split(' ').next() == Some(mark);
        let at = |line: &str| line.rsplit(' ').next()?.parse::<f64>().ok();
        let times = texts.map(|text| text.lines().filter(|line| of_mark(line)).filter_map(at).collect::<Vec<_>>());
        let mut times: Vec<_> = times.filter(|times| !times.is_empty()).collect();
        times.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
        times
    }

    pub(crate) fn times(&self, mark: &str) -> Vec<f64> {
        let last = |words: &Vec<String>| words.last().and_then(|word| word.parse().ok());
        let mut times: Vec<f64> = self.lines(mark).iter().filter_map(last).collect();
        times.sort_by(f64::total_cmp);
        times
    }

    /// Waits until that holds; `false`: it never did.
    pub(crate) fn until(&self, mut holds: impl FnMut() -> bool) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if holds() {
                return true;
            }
            sleep(POLL);
        }
        false
    }
}

/// Of samples in order: that which so large a part does not exceed.
pub(crate) fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted.get((part * sorted.len() as f64) as usize).copied().unwrap_or(f64::NAN)
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How slots that waited were worked off.
pub(crate) struct Drained {
    pub(crate) per_second: f64,
    /// Bytes an execution.
    pub(crate) wal: f64,
    pub(crate) commits: f64,
}

/// From the first of so many executions by so many workers to the end of the last, recorded, where so many rows of history
/// lie before them.
pub(crate) fn throughput(
    server: &Server,
    program: &Program,
    slots: usize,
    workers: usize,
    history: usize,
) -> Option<Drained> {
    let mut run = Run::grown(server, program, history);
    run.command(&["enqueue", &slots.to_string()]);
    run.clear();
    let mut client = run.client();
    client.batch_execute("vacuum analyze").expect("statistics");
    client.batch_execute("checkpoint").expect("a checkpoint");
    let before = spent(&mut client);
    for _ in 0..workers {
        run.work(0, "* * * * *");
    }
    let mut ended = 0.0;
    let drained = run.until(|| {
        let left: i64 = client.query_one(program.left, &[]).expect("what is left").get(0);
        ended = now();
        left == 0 && run.times("n").len() >= slots
    });
    let times = run.times("n");
    // Statistics of sessions that go on arrive within a second.
    sleep(Duration::from_millis(1200));
    let after = spent(&mut client);
    let each = |spent: f64| spent / times.len() as f64;
    drained.then(|| Drained {
        per_second: times.len() as f64 / (ended - times[0]),
        wal: each(after.0 - before.0),
        commits: each(after.1 - before.1),
    })
}

/// Bytes of WAL and commits so far.
fn spent(client: &mut Client) -> (f64, f64) {
    let sql = "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8, xact_commit::float8
               from pg_stat_database where datname = current_database()";
    let row = client.query_one(sql, &[]).expect("what was spent");
    (row.get(0), row.get(1))
}

/// How tasks fared that came due at one instant, in milliseconds from it.
pub(crate) struct Due {
    pub(crate) first: f64,
    pub(crate) median: f64,
    pub(crate) p99: f64,
    /// When the last end was recorded, by the server's clock.
    pub(crate) recorded: f64,
    pub(crate) missed: f64,
    pub(crate) doubled: f64,
}

impl Due {
    /// Of what was written down about that slot, and recorded, once it is over.
    pub(crate) fn of(run: &Run<'_>, tasks: usize, slot: i64, from: f64) -> Self {
        let (starts, late) = starts(run, slot, from);
        let sql = "select count(*) filter (where status = 'COMPLETED'), extract(epoch from max(completed_at))::float8
                   from cron_task_executions where scheduled_for = to_timestamp($1)";
        let row = run.client().query_one(sql, &[&(slot as f64)]).expect("what was recorded");
        let (completed, ended): (i64, Option<f64>) = (row.get(0), row.get(1));
        // What ran and was not recorded is missed as well.
        let done = starts.len().min(completed as usize);
        Self {
            first: quantile(&late, 0.0),
            median: quantile(&late, 0.5),
            p99: quantile(&late, 0.99),
            recorded: ended.map_or(f64::NAN, |ended| (ended - from) * 1000.0),
            missed: (tasks - done) as f64,
            doubled: (late.len() - starts.len()) as f64,
        }
    }

    /// Of a peer: of what it wrote down about that slot, and of what it wrote from its instant on where it does not tell the slot.
    fn of_peer(run: &Run<'_>, tasks: usize, slot: i64) -> Self {
        let (starts, late) = starts(run, slot, slot as f64);
        Self {
            first: quantile(&late, 0.0),
            median: quantile(&late, 0.5),
            p99: quantile(&late, 0.99),
            recorded: f64::NAN,
            missed: (tasks - starts.len().min(tasks)) as f64,
            doubled: (late.len() - starts.len()) as f64,
        }
    }

    /// Whether so many executions of that slot have ended.
    pub(crate) fn is_over(client: &mut Client, tasks: usize, slot: i64) -> bool {
        let sql = "select count(*) from cron_task_executions
                   where scheduled_for = to_timestamp($1) and completed_at is not null";
        let ended: i64 = client.query_one(sql, &[&(slot as f64)]).expect("what has ended").get(0);
        ended as usize >= tasks
    }
}

/// How late each task of that slot started, in milliseconds, and all of that in order.
fn starts(run: &Run<'_>, slot: i64, from: f64) -> (BTreeMap<String, Vec<f64>>, Vec<f64>) {
    let mut starts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for words in run.lines("c") {
        let (of, at): (f64, f64) = (words[2].parse().expect("a slot"), words[3].parse().expect("a time"));
        if of == slot as f64 || of == 0.0 && at >= slot as f64 {
            starts.entry(words[1].clone()).or_default().push((at - from) * 1000.0);
        }
    }
    let mut late: Vec<f64> = starts.values().flatten().copied().collect();
    late.sort_by(f64::total_cmp);
    (starts, late)
}

/// So many tasks at the next full minute, for so many workers that are started so many seconds before it.
pub(crate) fn dispatch(server: &Server, program: &Program, tasks: usize, workers: usize, lead: f64) -> Due {
    let mut run = Run::new(server, program);
    run.command(&["crons", &tasks.to_string(), "* * * * *"]);
    let minute = ((now() + lead + 2.0) / 60.0).ceil() * 60.0;
    sleep(Duration::from_secs_f64((minute - lead - now()).max(0.0)));
    run.clear();
    for _ in 0..workers {
        run.work(tasks, "* * * * *");
    }
    sleep(Duration::from_secs_f64((minute + 2.0 - now()).max(0.0)));
    if !program.is_ours {
        // What comes in the next minute is another slot.
        run.until(|| now() > minute + 56.0 || starts(&run, minute as i64, minute).0.len() == tasks);
        return Due::of_peer(&run, tasks, minute as i64);
    }
    let mut client = run.client();
    run.until(|| Due::is_over(&mut client, tasks, minute as i64));
    Due::of(&run, tasks, minute as i64, minute)
}

/// From exec to the first task, in milliseconds.
pub(crate) fn start(server: &Server, program: &Program) -> Option<f64> {
    let mut run = Run::new(server, program);
    run.command(&["enqueue", "1"]);
    run.clear();
    let begun = now();
    run.work(0, "* * * * *");
    run.until(|| !run.times("n").is_empty()).then(|| (run.times("n")[0] - begun) * 1000.0)
}

/// From `kill -9` of the worker that runs a task until another one runs it again, in seconds.
pub(crate) fn crash(server: &Server, program: &Program) -> Option<f64> {
    let mut run = Run::new(server, program);
    run.command(&["sleepjob", "600"]);
    run.work(0, "* * * * *");
    let starts = |run: &Run<'_>| {
        let begun = run.lines("s").into_iter().filter(|words| words[1] == "start");
        begun.filter_map(|words| words[2].parse::<f64>().ok()).fold(Vec::new(), |mut all, at| {
            all.push(at);
            all
        })
    };
    if !run.until(|| starts(&run).len() == 1) {
        return None;
    }
    run.work(0, "* * * * *");
    sleep(Duration::from_secs(3));
    let killed = now();
    run.workers[0].kill().expect("it is killed");
    run.until(|| starts(&run).len() > 1).then(|| starts(&run).into_iter().fold(0.0, f64::max) - killed)
}

/// What a worker costs that has nothing to do.
pub(crate) struct Idle {
    /// A minute.
    pub(crate) commits: f64,
    /// Resident, in MB.
    pub(crate) memory: f64,
    /// Of one core.
    pub(crate) cpu: f64,
    pub(crate) connections: f64,
}

/// A minute with so many tasks of which none comes due.
pub(crate) fn idle(server: &Server, program: &Program, tasks: usize) -> Idle {
    let mut run = Run::new(server, program);
    run.command(&["crons", &tasks.to_string(), "0 3 1 1 *"]);
    run.work(tasks, "0 3 1 1 *");
    sleep(Duration::from_secs(5));
    let mut client = run.client();
    let folder = PathBuf::from(format!("/proc/{}", run.workers[0].id()));
    let (commits, cpu, begun) = (spent(&mut client).1, seconds_of_cpu(&folder), Instant::now());
    sleep(Duration::from_secs(60));
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    // Our own looks at the statistics are commits of this database, too.
    let commits = spent(&mut client).1 - commits - 1.0;
    let sql =
        "select count(*)::float8 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    Idle {
        commits: (commits / minutes).max(0.0),
        memory: resident(&folder),
        cpu: (seconds_of_cpu(&folder) - cpu) / begun.elapsed().as_secs_f64() * 100.0,
        connections: client.query_one(sql, &[]).expect("its connections").get(0),
    }
}

pub(crate) fn resident(process: &Path) -> f64 {
    let status = fs::read_to_string(process.join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).map_or(f64::NAN, |kb| kb / 1024.0)
}

/// Of all its threads; the kernel counts hundredths.
pub(crate) fn seconds_of_cpu(process: &Path) -> f64 {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    let words: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| words.get(n).and_then(|word| word.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

/// Seconds since 1970, as every program that is measured writes them down.
#[allow(clippy::disallowed_methods, reason = "what is measured is not ours to give a clock")]
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
