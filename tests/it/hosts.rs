//! The hosts: what Vercel is told in `vercel.json`, and both functions as their platforms run them.

#![allow(clippy::expect_used, reason = "a test may fail")]

mod lambda;
mod request;
mod vercel;
mod wrong_configuration;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use downbeat::clock::Clock;
use downbeat::config::Config;
use downbeat::doctor::{Check, CheckStatus, Subject, examine};
use downbeat::locale::{Locale, msg};
use serde_json::{Value, json};
use uuid::Uuid;

/// What platforms send to the pulse route in these tests.
const CRON_SECRET: &str = "a-secret-of-sixteen-characters";

/// What a function logs. Where it ends, it has told no secret.
struct Log {
    path: PathBuf,
    secrets: Vec<String>,
}

impl Log {
    /// Of a function with this environment.
    fn of(environment: &[(&str, &str)]) -> Self {
        let is_secret = |name: &str| name.ends_with("_SECRET") || name.ends_with("_TOKEN");
        let secrets = environment.iter().filter(|(name, value)| is_secret(name) && !value.is_empty());
        let path = std::env::temp_dir().join(format!("function-{}.log", Uuid::now_v7().simple()));
        fs::write(&path, "").expect("a file");
        Self { path, secrets: secrets.map(|(_, value)| (*value).to_owned()).collect() }
    }

    fn stdio(&self) -> Stdio {
        File::options().append(true).open(&self.path).expect("the file").into()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let log = fs::read(&self.path).expect("the log");
        fs::remove_file(&self.path).expect("it is there");
        let log = String::from_utf8_lossy(&log);
        let told = self.secrets.iter().find(|secret| log.contains(secret.as_str()));
        assert!(std::thread::panicking() || told.is_none(), "{told:?} is in the log:\n{log}");
    }
}

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn vercel_json() -> Value {
    let text = std::fs::read(checkout().join("vercel.json")).expect("there is a vercel.json");
    serde_json::from_slice(&text).expect("it is JSON")
}

#[test]
fn vercel_runs_one_function_for_every_path() {
    let vercel = vercel_json();
    // With a framework of its own choice, Vercel would not look at api/ at all.
    assert_eq!(vercel.get("framework"), Some(&Value::Null));
    assert_eq!(vercel["rewrites"], json!([{ "source": "/(.*)", "destination": "/api/pulse" }]));
    let functions = vercel["functions"].as_object().expect("functions");
    assert_eq!(functions.keys().collect::<Vec<_>>(), ["api/pulse.rs"]);

    let known =
        ["$schema", "framework", "outputDirectory", "functions", "rewrites", "crons"].map(ToOwned::to_owned).to_vec();
    let unknown: Vec<_> =
        vercel.as_object().into_iter().flat_map(|all| all.keys()).filter(|key| !known.contains(key)).collect();
    assert!(unknown.is_empty(), "Vercel refuses a deployment with keys it does not know: {unknown:?}");
}

#[test]
fn every_file_in_api_that_vercel_takes_for_a_function_is_one() {
    let functions: Vec<_> =
        vercel_json()["functions"].as_object().into_iter().flatten().map(|(path, _)| path.clone()).collect();
    let files = std::fs::read_dir(checkout().join("api")).expect("there is an api folder");
    for file in files.map(|file| file.expect("a file").file_name().into_string().expect("a plain name")) {
        // A folder may hold functions as well; there is none.
        let is_function = file.ends_with(".rs") && !file.starts_with(['_', '.']);
        assert!(file.contains('.'), "{file}");
        assert_eq!(is_function, functions.contains(&format!("api/{file}")), "{file}");
    }
}

#[test]
fn nothing_but_public_is_published() {
    let vercel = vercel_json();
    let folder = checkout().join(vercel["outputDirectory"].as_str().expect("an output directory"));
    let files = std::fs::read_dir(&folder).map(Iterator::count).unwrap_or_default();
    assert!(files > 0, "without a file in {} Vercel publishes the sources", folder.display());
}

#[test]
fn vercel_lets_a_pulse_record_itself_before_it_ends_it() {
    let most = vercel_json()["functions"]["api/pulse.rs"]["maxDuration"].as_u64().expect("a maxDuration");
    assert!(Duration::from_secs(most) > Config::default().pulse_budget);
}

#[tokio::test]
async fn vercel_understands_the_crons_and_they_lead_to_the_pulse() {
    // The platform's rules stand in one place: where `worker doctor` looks.
    let subject = Subject {
        config: Config::default(),
        mistakes: Vec::new(),
        registry: downbeat::tasks::registry().build(),
        no_database: Some(msg::database_not_configured()),
        clock: Clock::System,
        listen: ([127, 0, 0, 1], 3000).into(),
        folder: checkout(),
    };
    let diagnosis = examine(&subject).await;
    let answer = diagnosis.answer(Locale::ENGLISH);
    let told = answer.checks.iter().find(|check| check.check == Check::Vercel).expect("it looks");
    assert_eq!(diagnosis.status(Check::Vercel), CheckStatus::Ok, "{told:#?}");

    let vercel = vercel_json();
    let paths: Vec<_> = vercel["crons"].as_array().expect("crons").iter().map(|cron| &cron["path"]).collect();
    assert_eq!(paths, ["/api/pulse"], "one is enough: it runs every task that is due");
}

#[test]
fn a_pulse_ends_before_the_plan_that_allows_least_would_end_it() {
    let most = vercel_json()["functions"]["api/pulse.rs"]["maxDuration"].as_u64().expect("a maxDuration");
    assert!(most <= 300, "Hobby allows a function 300 s, and refuses to deploy one that is to have {most} s");
}
