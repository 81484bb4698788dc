//! How long the function takes from exec to its first answer, beside an empty one, in turn, in the same minute.
//!
//! `cold-start FUNCTION EMPTY_FUNCTION [ROUNDS]`: both are started as Vercel starts them, asked once, and ended. Prints a
//! table; writes every sample to `cold-start.json` in the folder it is called in.

#![allow(clippy::print_stdout, reason = "its report")]
#![allow(clippy::expect_used, reason = "a measurement without its means can only stop")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use downbeat::testing::database::{TestDatabase, TestServer};
use serde_json::{Value, json};

const SECRET: &str = "a-secret-of-sixteen-characters";
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked first, of which program.
struct Case {
    name: &'static str,
    program: PathBuf,
    path: &'static str,
}

/// One start: microseconds from exec until it announced its port, and until its first answer was there.
struct Sample {
    announced_us: u128,
    answered_us: u128,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [function, empty, rest @ ..] = &arguments[..] else {
        println!("cold-start FUNCTION EMPTY_FUNCTION [ROUNDS]");
        std::process::exit(2);
    };
    let rounds: usize = rest.first().map_or(60, |rounds| rounds.parse().expect("a number of rounds"));
    // Called in target/bench, it shares the server of the tests.
    let home = std::env::current_dir().expect("a folder").with_file_name("downbeat-postgres-test");
    let server = TestServer::from_environment(home);
    let database = TestDatabase::migrated(server).await;
    let url = database.url().to_owned();
    let case = |name, program: &String, path| Case { name, program: PathBuf::from(program), path };
    let cases = [
        case("empty function, no database", empty, "/health/live"),
        case("ours, no database: /health/live", function, "/health/live"),
        case("empty function, one connection", empty, "/health/ready"),
        case("ours, the tables looked at: /health/ready", function, "/health/ready"),
        case("ours, the status: /api/pulse/status", function, "/api/pulse/status"),
        case("ours, a pulse with nothing due: /api/pulse", function, "/api/pulse"),
    ];
    let samples = tokio::task::spawn_blocking(move || {
        // The first of each reads its program from the disk; and of ours, the first pulse makes the tasks known.
        for case in &cases {
            start(case, &url);
        }
        let mut samples: Vec<Vec<Sample>> = cases.iter().map(|_| Vec::new()).collect();
        for _ in 0..rounds {
            // In turn, so that whatever else this machine does is shared by all.
            for (case, samples) in cases.iter().zip(&mut samples) {
                samples.push(start(case, &url));
            }
        }
        report(&cases, &samples);
    });
    samples.await.expect("it measures");
    drop(database);
}

/// Starts a program as the platform does, asks once, and ends it.
fn start(case: &Case, url: &str) -> Sample {
    let socket = std::env::temp_dir().join(format!("cold-start-{}", std::process::id()));
    let _ = std::fs::remove_file(&socket);
    let listener = UnixListener::bind(&socket).expect("a socket");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let mut command = Command::new(&case.program);
    command.env_clear().env("VERCEL", "1").env("VERCEL_IPC_PATH", &socket).env("VERCEL_DEV_PORT", port.to_string());
    command.env("DATABASE_URL", url).env("CRON_SECRET", SECRET).stderr(Stdio::null()).stdout(Stdio::null());

    let begun = Instant::now();
    let process = Ended(command.spawn().expect("it starts"));
    let (mut frames, _) = listener.accept().expect("it connects");
    frames.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut byte = [0];
    while frames.read(&mut byte).expect("it announces its port") > 0 && byte != [0] {}
    let announced = begun.elapsed();
    let answer = ask(port, case.path);
    let answered = begun.elapsed();

    assert!(answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.0 200"), "{}: {answer}", case.name);
    drop(process);
    std::fs::remove_file(&socket).expect("its socket");
    Sample { announced_us: announced.as_micros(), answered_us: answered.as_micros() }
}

/// Ends the process it holds.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).expect("it ends");
    }
}

fn ask(port: u16, path: &str) -> String {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    connection.set_nodelay(true).expect("no delay");
    connection.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let request = format!(
        "GET {path} HTTP/1.0\r\nhost: example.org\r\nauthorization: Bearer {SECRET}\r\n\
         x-vercel-internal-invocation-id: i\r\nx-vercel-internal-request-id: 1\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).expect("it is asked");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it answers");
    answer
}

fn report(cases: &[Case], samples: &[Vec<Sample>]) {
    println!("| first request after exec | size, MB | port announced, ms | answered, ms: median | p10 | p90 |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let mut document = Vec::new();
    for (case, samples) in cases.iter().zip(samples) {
        let bytes = std::fs::metadata(&case.program).expect("a program").len();
        let announced = sorted(samples.iter().map(|sample| sample.announced_us));
        let answered = sorted(samples.iter().map(|sample| sample.answered_us));
        let ms = |us: u128| us as f64 / 1000.0;
        let at = |sorted: &[u128], percent: usize| ms(sorted[(sorted.len() - 1) * percent / 100]);
        println!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
            case.name,
            bytes as f64 / 1e6,
            at(&announced, 50),
            at(&answered, 50),
            at(&answered, 10),
            at(&answered, 90)
        );
        document.push(json!({
            "case": case.name, "bytes": bytes, "announced_us": numbers(&announced), "answered_us": numbers(&answered),
        }));
    }
    std::fs::write("cold-start.json", Value::from(document).to_string()).expect("a file of samples");
}

fn sorted(samples: impl Iterator<Item = u128>) -> Vec<u128> {
    let mut samples: Vec<_> = samples.collect();
    samples.sort_unstable();
    samples
}

fn numbers(samples: &[u128]) -> Vec<u64> {
    samples.iter().map(|us| u64::try_from(*us).unwrap_or(u64::MAX)).collect()
}
