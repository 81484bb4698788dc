//! Any request is answered, and no handler panics: the first line is the method and the path, then come headers up to an empty
//! line, and the body. There is no database.
#![no_main]

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, router};
use downbeat::task::Registry;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));
static APP: LazyLock<App> = LazyLock::new(|| {
    let url = "postgresql://nobody@/nothing?host=%2Fnowhere".to_owned();
    let config = Config { database_url: Some(url.into()), ..Config::default() };
    App::new(config, Registry::builder().build().expect("a registry")).expect("an app")
});

fuzz_target!(|text: &str| {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let Some((method, path)) = lines.next().and_then(|line| line.split_once(' ')) else { return };
    let request = Request::builder().method(method).uri(path).extension(Trusted { actor: "fuzz".to_owned() });
    let headers = lines.filter_map(|line| line.split_once(": "));
    let request = headers.fold(request, |request, (name, value)| request.header(name, value));
    let Ok(request) = request.body(Body::from(body.to_owned())) else { return };
    let answer = RUNTIME.block_on(async { router(APP.clone()).oneshot(request).await.expect("an answer") });
    assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
});
