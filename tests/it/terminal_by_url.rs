//! The real program at a terminal, and a deployment elsewhere: asked, waited for, and lost.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Command;

use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::router;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::binary::binary;
use crate::support::{World, asked};
use crate::terminal::{ENTER, Terminal};

const TOKEN: &str = "a-token-for-those-who-are-elsewhere";

/// A deployment that may keep its callers waiting, and the line to it, which may be cut.
struct Deployment {
    app: App,
    address: SocketAddr,
    served: SocketAddr,
    line: JoinHandle<()>,
    answers: watch::Sender<bool>,
}

impl Deployment {
    async fn of(world: &World) -> Self {
        let config = Config { api_token: Some(TOKEN.into()), ..world.config.clone() };
        let app = world.app_with(config, downbeat::tasks::registry()).await;
        let (answers, held) = watch::channel(true);
        let hold = move |request: Request, next: Next| {
            let mut held = held.clone();
            async move {
                held.wait_for(|answers| *answers).await.expect("the test goes on");
                next.run(request).await
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let served = listener.local_addr().expect("an address");
        let api = router(app.clone()).layer(from_fn(hold));
        tokio::spawn(async move { axum::serve(listener, api).await });
        let line = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = line.local_addr().expect("an address");
        Self { app, address, served, line: tokio::spawn(carry(line, served)), answers }
    }

    /// Queues a run, past the line.
    async fn run(&self, task: &str) {
        let path = format!("/api/tasks/cron/{task}/run");
        let (status, answer) = asked(&self.app, "anna", Method::POST, &path, &json!({})).await;
        assert!(status.is_success(), "{answer}");
    }

    async fn cut(&mut self) {
        self.line.abort();
        let ended = (&mut self.line).await;
        assert!(ended.is_err_and(|ended| ended.is_cancelled()));
    }

    async fn mend(&mut self) {
        let line = TcpListener::bind(self.address).await.expect("the same port");
        self.line = tokio::spawn(carry(line, self.served));
    }

    /// The program at a terminal, with nothing but the address and the token.
    fn terminal(&self, line: &str) -> Terminal {
        let url = format!("http://{}", self.address);
        let mut program = Command::new(binary("worker"));
        program.env_clear().env("TERM", "xterm-256color").env("TASK_API_TOKEN", TOKEN);
        Terminal::of(program.args(line.split(' ')).args(["--url", &url]))
    }
}

/// Carries bytes there and back; all connections end with it.
async fn carry(listener: TcpListener, to: SocketAddr) {
    let mut connections = JoinSet::new();
    loop {
        let (mut here, _) = listener.accept().await.expect("a caller");
        connections.spawn(async move {
            let mut there = TcpStream::connect(to).await.expect("the deployment listens");
            // How a connection ends is the concern of its ends.
            let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_chosen_from_what_the_deployment_knows() {
    let world = World::new().await;
    let deployment = Deployment::of(&world).await;
    let mut terminal = deployment.terminal("cron disable");
    terminal.shows("The task’s name:").types("prhist").shows("prune-history").types(ENTER);
    let (code, out, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(out.contains("prune-history"), "{out}");

    let mut terminal = deployment.terminal("cron enable");
    terminal.shows("The task’s name:").shows("prune-history").types(ENTER);
    let (code, out, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(out.contains("prune-history"), "only what is off is offered: {out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_sees_that_something_goes_on_and_none_of_it_afterwards() {
    let world = World::new().await;
    let deployment = Deployment::of(&world).await;
    deployment.answers.send_replace(false);
    let mut terminal = deployment.terminal("cron tasks");
    terminal.shows("Waiting for the answer").shows("Waiting for the answer");
    deployment.answers.send_replace(true);
    let (code, out, screen) = terminal.ends();
    assert_eq!(code, Some(0), "{screen}");
    assert!(out.contains("prune-history") && !out.contains("Waiting"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_followed_over_a_connection_that_is_lost_and_comes_back() {
    let world = World::new().await;
    let mut deployment = Deployment::of(&world).await;
    deployment.run("prune-history").await;
    let mut terminal = deployment.terminal("cron history --follow");
    let mut lines = BufReader::new(terminal.child.stdout.take().expect("a pipe")).lines();
    assert!(lines.next().expect("a line").expect("text").contains("prune-history"));

    deployment.cut().await;
    terminal.shows("Connection lost").shows("Trying again.");
    deployment.run("http-check").await;
    deployment.mend().await;
    terminal.shows("Connected again.");
    assert!(lines.next().expect("a line").expect("text").contains("http-check"), "nothing is lost");

    kill_process(Pid::from_child(&terminal.child), Signal::INT).expect("it still runs");
    assert_eq!(lines.count(), 0, "nothing is told twice");
    assert_eq!(terminal.child.wait().expect("it ends").code(), Some(0));
}
