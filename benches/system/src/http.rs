//! Asks over HTTP as `curl` does: a connection for each request.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What opens everything that is measured.
pub(crate) const SECRET: &str = "a-secret-of-sixteen-characters";

/// Whoever has not answered by then never does.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// From before the connection to the last byte, in milliseconds.
    pub(crate) ms: f64,
}

/// Asks a server of this machine. Without an answer, says why not.
pub(crate) fn ask(port: u16, method: &str, path: &str) -> io::Result<Answer> {
    let begun = Instant::now();
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    // The last two are what the platform sends to a function.
    let request = format!(
        "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1\r\nauthorization: Bearer {SECRET}\r\ncontent-length: 0\r\n\
         x-vercel-internal-invocation-id: i\r\nx-vercel-internal-request-id: 1\r\n\r\n"
    );
    connection.write_all(request.as_bytes())?;
    let mut text = String::new();
    connection.read_to_string(&mut text)?;
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("no answer: {text:?}")))?;
    Ok(Answer { status, text, ms })
}

/// Asks what has to be answered 200. Hands back how long it took, in milliseconds.
pub(crate) fn get(port: u16, path: &str) -> f64 {
    let answer = ask(port, "GET", path).expect("an answer");
    assert!(answer.status == 200, "{path}: {}", answer.text);
    answer.ms
}

/// A port that nobody listens at.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port()
}

/// Waits until somebody listens there; `false`: nobody does.
pub(crate) fn listens(port: u16, patience: Duration) -> bool {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if begun.elapsed() > patience {
            return false;
        }
        sleep(Duration::from_micros(200));
    }
    true
}
