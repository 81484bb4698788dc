//! The HTTP server: how many callers it bears at once, how slow they may be, and how it ends.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// What a server bears.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Connections at once; a further one is told to come again.
    pub(super) connections: usize,
    /// How long a connection may take over the head of a request, and be idle between two.
    pub(super) head: Duration,
    /// The longest head, in bytes.
    pub(super) head_bytes: usize,
    /// How long a connection may read so little of what it is told that nothing more can be sent.
    pub(super) unread: Duration,
}

/// Well below the 1,024 files that systems let a process open by default.
pub(super) const BOUNDS: Bounds =
    Bounds { connections: 512, head: Duration::from_secs(15), head_bytes: 64 * 1024, unread: Duration::from_secs(30) };

/// Accepting fails where the process has no files left; others must close some before it can succeed.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How long a connection too many may take to hear so.
const TURN_AWAY: Duration = Duration::from_secs(1);

/// Serves until `over`, then what is under way.
pub(super) async fn serve(listener: TcpListener, router: Router, bounds: Bounds, over: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(bounds.connections));
    let graceful = GracefulShutdown::new();
    let mut over = std::pin::pin!(over);
    loop {
        let (stream, caller) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut over => break,
        };
        match Arc::clone(&room).try_acquire_owned() {
            Ok(place) => {
                answer(stream, caller, router.clone(), bounds, &graceful, place);
            }
            Err(_) => {
                tokio::spawn(turn_away(stream));
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted; trying again");
                sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// Whether a caller went away again before it was accepted.
fn is_of_the_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Answers all that one connection asks, and gives up its place when that ends.
fn answer(
    stream: TcpStream,
    caller: SocketAddr,
    router: Router,
    bounds: Bounds,
    graceful: &GracefulShutdown,
    place: OwnedSemaphorePermit,
) {
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(caller));
        request.map(axum::body::Body::new)
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(bounds.unread));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(bounds.head_bytes)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(service));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, %caller, "a connection broke off");
        }
        drop(place);
    });
}

/// Tells a connection too many to come again. It is not asked what it wants.
async fn turn_away(mut stream: TcpStream) {
    const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\
        connection: close\r\n\r\n";
    let told = async {
        stream.write_all(FULL).await?;
        stream.shutdown().await
    };
    // Whoever does not listen either is left alone.
    let _: Result<io::Result<()>, _> = timeout(TURN_AWAY, told).await;
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use futures_util::{StreamExt, stream};
    use tokio::io::AsyncReadExt;
    use tokio_util::sync::CancellationToken;

    use super::*;

    /// Nothing here takes that long, unless it never comes.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// More than systems keep for somebody who does not read.
    const LARGE: usize = 64 * 1024 * 1024;

    const UNREAD: Duration = Duration::from_millis(50);

    struct Server {
        address: SocketAddr,
        over: CancellationToken,
        serving: tokio::task::JoinHandle<()>,
    }

    impl Server {
        async fn start(bounds: Bounds) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let large = get(async || vec![0; LARGE]);
            let slow = get(async || {
                let parts = stream::iter(["a", "b"]).then(async |part| {
                    sleep(UNREAD * 4).await;
                    Ok::<_, io::Error>(part)
                });
                axum::body::Body::from_stream(parts)
            });
            let router = Router::new().route("/", get(async || "here")).route("/large", large).route("/slow", slow);
            let over = CancellationToken::new();
            let serving = tokio::spawn(serve(listener, router, bounds, over.clone().cancelled_owned()));
            Self { address, over, serving }
        }

        async fn connect(&self) -> TcpStream {
            TcpStream::connect(self.address).await.expect("a connection")
        }

        async fn end(self) {
            self.over.cancel();
            timeout(PATIENCE, self.serving).await.expect("it ends").expect("it does not panic");
        }
    }

    /// All that comes until the other side closes.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        // What was sent and not read makes the end a reset.
        let _: io::Result<usize> = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("it is closed");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    async fn ask(stream: &mut TcpStream) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.expect("it listens");
        rest(stream).await
    }

    fn bounds() -> Bounds {
        Bounds { connections: 3, head: PATIENCE, head_bytes: 8192, unread: PATIENCE }
    }

    #[tokio::test]
    async fn a_connection_too_many_is_told_to_come_again_and_finds_room_when_one_ends() {
        let server = Server::start(bounds()).await;
        let mut idle = Vec::new();
        for _ in 0..3 {
            idle.push(server.connect().await);
        }
        let refused = rest(&mut server.connect().await).await;
        assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 1"), "{refused}");
        assert!(ask(&mut idle[0]).await.ends_with("here"), "who is there is answered");
        // Its place is free when the server has noticed that it ended.
        let answered = async { while !ask(&mut server.connect().await).await.ends_with("here") {} };
        timeout(PATIENCE, answered).await.expect("there is room again");
        drop(idle);
        server.end().await;
    }

    #[tokio::test]
    async fn who_says_nothing_or_too_slowly_is_cut_off() {
        let server = Server::start(Bounds { head: Duration::from_millis(50), ..bounds() }).await;
        let mut silent = server.connect().await;
        assert_eq!(rest(&mut silent).await, "");
        let mut slow = server.connect().await;
        slow.write_all(b"GET / HTTP/1.1\r\nhost:").await.expect("it listens");
        assert!(!rest(&mut slow).await.contains("200"), "the head never ended");
        // Between two requests as well.
        let mut lingering = server.connect().await;
        lingering.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("it listens");
        assert!(rest(&mut lingering).await.ends_with("here"));
        server.end().await;
    }

    #[tokio::test]
    async fn who_does_not_read_its_answer_is_cut_off() {
        let server = Server::start(Bounds { connections: 1, unread: UNREAD, ..bounds() }).await;
        let mut deaf = server.connect().await;
        deaf.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await.expect("it listens");
        let answered = async { while !ask(&mut server.connect().await).await.ends_with("here") {} };
        timeout(PATIENCE, answered).await.expect("its place is free again");
        let mut heard = Vec::new();
        let _: io::Result<usize> = timeout(PATIENCE, deaf.read_to_end(&mut heard)).await.expect("it is closed");
        assert!(heard.len() < LARGE, "else it was not cut off");
        server.end().await;
    }

    #[tokio::test]
    async fn an_answer_may_pause_for_longer() {
        let server = Server::start(Bounds { unread: UNREAD, ..bounds() }).await;
        let mut stream = server.connect().await;
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.expect("it listens");
        let answer = rest(&mut stream).await;
        assert!(answer.contains("\r\nb\r\n"), "{answer}");
        server.end().await;
    }

    #[tokio::test]
    async fn a_head_too_long_is_refused() {
        let server = Server::start(bounds()).await;
        let mut stream = server.connect().await;
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx-long: {}\r\n\r\n", "x".repeat(1024 * 1024));
        // It may hang up before it has heard all of it.
        let _: io::Result<()> = stream.write_all(head.as_bytes()).await;
        let answer = rest(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
        assert!(ask(&mut server.connect().await).await.ends_with("here"));
        server.end().await;
    }
}
