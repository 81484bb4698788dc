//! Whatever comes in from outside is read or refused: nothing of it makes a reader panic, and what was written is read again.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::DateTime;
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, router};
use downbeat::locale::Locale;
use downbeat::repository::ConnectionSettings;
use downbeat::task::Registry;
use downbeat::testing::input::{cursor, read_cursor};
use proptest::prelude::*;
use tower::ServiceExt;
use uuid::Uuid;

use crate::support::registry;

/// Words that mean something somewhere, and any text besides.
fn text() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "",
        "0",
        "-1",
        "1",
        "99999999999999999999",
        "1h",
        "1d",
        "true",
        "null",
        "{}",
        "[]",
        "\u{0}",
        "%00",
        "%zz",
        "é",
        "é%",
        "..",
        "FAILED",
        "2026-03-02T12:00:00Z",
        "+275760-09-13T00:00:00Z",
        "postgres://",
        "host=",
        "e.",
        "&",
        "=",
        ",",
        "Europe/Berlin",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "\\PC{0,40}", "[ -~]{0,40}"]
}

fn address() -> impl Strategy<Value = String> {
    let part = prop_oneof!["[a-z0-9._%:@/?&=\\[\\]-]{0,16}", text()];
    let parameter = prop_oneof![
        "(sslmode|channel_binding|pgbouncer|connection_limit|host|hostaddr|port|options|connect_timeout|sslrootcert)=[a-z0-9/%-]{0,12}",
        text(),
    ];
    let url = (part.clone(), part.clone(), part, proptest::collection::vec(parameter, 0..4)).prop_map(
        |(user, host, database, parameters)| format!("postgresql://{user}@{host}/{database}?{}", parameters.join("&")),
    );
    prop_oneof![url, text()]
}

/// Every byte but letters and digits by its number.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn settings(url: &str) -> Result<ConnectionSettings, String> {
    let read = ConnectionSettings::new(&url.to_owned().into(), None, None, false, 4);
    read.map_err(|refused| format!("{refused}"))
}

/// The variables there are, as `.env.example` names them.
fn variables() -> Vec<String> {
    let file = include_str!("../../.env.example");
    let names = file.lines().filter_map(|line| Some(line.trim_start_matches(['#', ' ']).split_once('=')?.0));
    names
        .filter(|name| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
        .map(str::to_owned)
        .collect()
}

/// An app whose database is nowhere.
fn alone() -> App {
    let nowhere = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("nowhere");
    let url = format!("postgresql://nobody@/nothing?host={}", encoded(&nowhere.to_string_lossy()));
    let config = Config { database_url: Some(url.into()), ..Config::default() };
    App::new(config, registry(Registry::builder())).expect("an app")
}

/// Where requests go; the text stands for a parameter of the path.
const PATHS: [&str; 14] = [
    "/api/tasks/cron",
    "/api/tasks/cron/history",
    "/api/tasks/cron/stats",
    "/api/tasks/cron/queue",
    "/api/tasks/cron/{}",
    "/api/tasks/cron/{}/run",
    "/api/tasks/cron/{}/pause",
    "/api/tasks/cron/{}/explain",
    "/api/executions/{}/retry",
    "/api/pulse",
    "/api/pulse/history",
    "/api/pulse/status",
    "/api/runner/pause",
    "/api/events",
];
const NAMES: [&str; 9] = ["limit", "cursor", "status", "since", "until", "at", "task", "period", "count"];

fn request() -> impl Strategy<Value = (Method, String, String, Vec<u8>)> {
    let method = proptest::sample::select(vec![Method::GET, Method::POST, Method::PATCH, Method::DELETE]);
    let query = proptest::collection::vec((proptest::sample::select(NAMES.to_vec()), text()), 0..3);
    let body = prop_oneof![
        text().prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..60),
        (proptest::sample::select(vec!["config", "until", "enabled", "timeout", "schedule", "only"]), text())
            .prop_map(|(name, value)| serde_json::json!({ name: value }).to_string().into_bytes()),
    ];
    let path = (proptest::sample::select(PATHS.to_vec()), text(), query).prop_map(|(path, name, query)| {
        let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("{}?{}", path.replace("{}", &encoded(&name)), query.join("&"))
    });
    (method, path, text(), body)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_address_is_read_or_refused_in_words(url in address()) {
        if let Err(refused) = settings(&url) {
            prop_assert!(!refused.is_empty());
        }
    }

    #[test]
    fn what_an_address_names_is_what_was_meant_and_its_password_stays_secret(
        user in "\\PC{1,12}", password in "[A-Z][\\PC]{8,20}", database in "[^\\x00]{1,12}", port in 1..=u16::MAX,
    ) {
        let url = format!("postgresql://{}:{}@db.example:{port}/{}", encoded(&user), encoded(&password), encoded(&database));
        let settings = settings(&url);
        prop_assert!(settings.is_ok(), "{settings:?}");
        let settings = settings.unwrap();
        prop_assert_eq!(settings.database(), database);
        prop_assert_eq!(settings.hosts(), format!("db.example:{port}"));
        let shown = format!("{settings:?}");
        prop_assert!(!shown.contains(&password) && !shown.contains(&encoded(&password)), "{shown}");
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written(micros in -62_000_000_000_000_000i64..=250_000_000_000_000_000, id: u128) {
        let place = (DateTime::from_timestamp_micros(micros).unwrap(), Uuid::from_u128(id));
        prop_assert_eq!(read_cursor(&cursor(place.0, place.1)), Some(place));
    }

    #[test]
    fn any_text_as_a_cursor_is_none_or_stands_for_one_place(text in prop_oneof![text(), "e\\.-?[0-9]{0,22}\\.[0-9a-f-]{0,40}"]) {
        if let Some((at, id)) = read_cursor(&text) {
            prop_assert_eq!(read_cursor(&cursor(at, id)), Some((at, id)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_environment_is_a_configuration_or_refused_in_every_language(values in proptest::collection::vec(text(), 1..6)) {
        let names = variables();
        prop_assert!(names.len() > 20, "{names:?}");
        let given = names.iter().enumerate().map(|(place, name)| (name.clone(), values[place % values.len()].clone()));
        let given: BTreeMap<String, String> = given.collect();
        let read = Config::read(&|name| given.get(name).cloned().map(OsString::from));
        if let Err(mistakes) = read {
            for locale in Locale::all() {
                prop_assert!(mistakes.messages().all(|message| !locale.render(&message).is_empty()));
            }
        }
    }

    #[test]
    fn any_request_is_answered_and_none_makes_a_handler_panic((method, path, header, body) in request()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let request = Request::builder().method(method).uri(&path).extension(Trusted { actor: "test".to_owned() });
        let request = request
            .header("content-type", "application/json")
            .header("idempotency-key", header.as_bytes())
            .header("accept-language", header.as_bytes())
            .body(Body::from(body));
        // A header with a line end in it never arrives.
        if let Ok(request) = request {
            let answer = runtime.block_on(async { router(alone()).oneshot(request).await.unwrap() });
            prop_assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{}", path);
        }
    }
}
