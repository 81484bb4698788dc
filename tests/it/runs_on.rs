//! Tasks that are bound to one kind of host, on a database that a function and a worker share.

use axum::http::Method;
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::doctor::{Check, CheckStatus, examine};
use downbeat::model::{Environment, Status};
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use serde_json::{Value, json};

use crate::support::{Worker, World, asked, history, pulse, pulse_with, quick, task};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(Heavy = "heavy" { schedule: HOURLY, runs_on: RunsOn::Worker });
task!(Near = "near" { schedule: HOURLY, runs_on: RunsOn::Function });
task!(Free = "free" { schedule: HOURLY });

fn tasks() -> RegistryBuilder {
    Registry::builder().cron(Heavy(quick())).cron(Near(quick())).cron(Free(quick()))
}

/// The same program, as it runs in that environment.
async fn host(world: &World, environment: Environment) -> App {
    world.app_with(Config { environment: Some(environment), ..world.config.clone() }, tasks()).await
}

/// The tasks that have run, in order.
async fn have_run(app: &App) -> Vec<&'static str> {
    let mut ran = Vec::new();
    for task in ["free", "heavy", "near"] {
        if history(app, task).await.iter().any(|execution| execution.status == Status::Completed) {
            ran.push(task);
        }
    }
    ran
}

#[tokio::test]
async fn each_host_runs_what_is_bound_to_it_and_leaves_the_rest_to_the_other() {
    let world = World::new().await;
    let (function, machine) =
        (host(&world, Environment::Serverless).await, host(&world, Environment::Production).await);
    world.set("13:00:00");
    pulse(&function).await;
    assert_eq!(have_run(&function).await, ["free", "near"]);
    assert!(history(&function, "heavy").await.is_empty(), "its slot is still to be decided, by somebody else");
    pulse(&machine).await;
    assert_eq!(have_run(&function).await, ["free", "heavy", "near"]);
}

#[tokio::test]
async fn a_machine_leaves_alone_what_belongs_into_functions() {
    let world = World::new().await;
    let machine = host(&world, Environment::Production).await;
    world.set("13:00:00");
    pulse(&machine).await;
    assert_eq!(have_run(&machine).await, ["free", "heavy"]);
}

#[tokio::test]
async fn while_developing_everything_runs_here() {
    let world = World::new().await;
    let here = host(&world, Environment::Development).await;
    world.set("13:00:00");
    pulse(&here).await;
    assert_eq!(have_run(&here).await, ["free", "heavy", "near"]);
}

#[tokio::test]
async fn what_is_asked_for_by_hand_waits_for_its_host_and_is_explained_by_it() {
    let world = World::new().await;
    let (function, machine) =
        (host(&world, Environment::Serverless).await, host(&world, Environment::Production).await);
    let (status, _) = asked(&function, "anna", Method::POST, "/api/tasks/cron/heavy/run", &json!({})).await;
    assert!(status.is_success());
    pulse(&function).await;
    assert_eq!(history(&function, "heavy").await[0].status, Status::Pending);
    let (_, queue) = asked(&function, "anna", Method::GET, "/api/tasks/cron/queue", &Value::Null).await;
    let waiting = &queue["data"]["waiting"][0];
    assert_eq!((&waiting["reason"], &waiting["waits_for"]), (&json!("host"), &json!(["worker"])));
    let path = "/api/tasks/cron/heavy/explain";
    let (_, told) = asked(&function, "anna", Method::GET, path, &Value::Null).await;
    let findings = told["data"]["findings"].as_array().expect("findings");
    let bound = findings.iter().find(|finding| finding["code"] == "bound_to").expect("that it is bound");
    assert_eq!(bound["facts"], json!({ "runs_on": "worker" }));
    assert_eq!(bound["message"], "It runs only on machines that stay.");
    pulse(&machine).await;
    assert_eq!(history(&function, "heavy").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_slot_nobody_may_decide_here_is_explained_by_its_host() {
    let world = World::new().await;
    let function = host(&world, Environment::Serverless).await;
    world.set("13:00:00");
    pulse(&function).await;
    let path = "/api/tasks/cron/heavy/explain?at=2026-03-02T13:00:00Z";
    let (_, told) = asked(&function, "anna", Method::GET, path, &Value::Null).await;
    let codes: Vec<_> = told["data"]["findings"].as_array().expect("findings").iter().map(|it| &it["code"]).collect();
    assert!(codes.contains(&&json!("bound_to")), "{told}");
}

#[tokio::test]
async fn a_task_that_is_bound_to_nothing_is_not_explained_by_its_host() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Free(quick()))).await;
    world.set("13:00:00");
    let path = "/api/tasks/cron/free/explain?at=2026-03-02T13:00:00Z";
    let (_, told) = asked(&app, "anna", Method::GET, path, &Value::Null).await;
    assert_eq!(told["data"]["verdict"], "nobody_decided");
    let findings = told["data"]["findings"].as_array().expect("findings");
    assert!(findings.iter().all(|finding| finding["code"] != "bound_to"), "{told}");
}

#[tokio::test]
async fn what_a_forced_pulse_would_run_here_is_foreseen() {
    let world = World::new().await;
    let function = host(&world, Environment::Serverless).await;
    let names = ["heavy", "near"].map(str::to_owned).to_vec();
    let request = PulseRequest { tasks: Some(names), force: true, dry_run: true, ..PulseRequest::default() };
    let report = pulse_with(&function, request.clone()).await;
    let foreseen: Vec<_> = report.results.iter().map(|outcome| outcome.task_name.as_str()).collect();
    assert_eq!(foreseen, ["near"]);
    pulse_with(&function, PulseRequest { dry_run: false, budget: Some(Duration::ZERO), ..request }).await;
    assert!(history(&function, "heavy").await.iter().all(|execution| execution.status == Status::Pending));
}

#[tokio::test]
async fn an_operator_moves_a_task_to_other_hosts() {
    let world = World::new().await;
    let function = host(&world, Environment::Serverless).await;
    let moved =
        asked(&function, "anna", Method::PATCH, "/api/tasks/cron/heavy", &json!({ "runs_on": "function" })).await;
    assert!(moved.0.is_success(), "{}", moved.1);
    let refused = asked(&function, "anna", Method::PATCH, "/api/tasks/cron/heavy", &json!({ "runs_on": "moon" })).await;
    assert!(!refused.0.is_success());
    world.set("13:00:00");
    pulse(&function).await;
    assert_eq!(have_run(&function).await, ["free", "heavy", "near"]);
}

/// What the doctor says of hosts that tasks are bound to.
async fn hosts_there(world: &World) -> CheckStatus {
    examine(&world.subject(world.config.clone(), tasks())).await.status(Check::Hosts)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_of_tasks_whose_host_is_missing() {
    let world = World::new().await;
    let machine = host(&world, Environment::Production).await;
    assert_eq!(hosts_there(&world).await, CheckStatus::Warning, "nobody is there");
    let worker = Worker::start(&machine).await;
    assert_eq!(hosts_there(&world).await, CheckStatus::Warning, "no function was ever called");
    let function = host(&world, Environment::Serverless).await;
    pulse_with(&function, PulseRequest { dry_run: true, ..PulseRequest::default() }).await;
    assert_eq!(hosts_there(&world).await, CheckStatus::Warning, "a rehearsal runs nothing");
    pulse(&function).await;
    assert_eq!(hosts_there(&world).await, CheckStatus::Ok);
    let client = world.client().await;
    client.execute("update pulse_executions set environment = 'orbit'", &[]).await.expect("pulses of a later version");
    assert_eq!(hosts_there(&world).await, CheckStatus::Warning, "a kind that is not known here is none of these");
    client.execute("update pulse_executions set environment = 'serverless'", &[]).await.expect("as they were");
    pulse(&machine).await;
    worker.stop().await;
    assert_eq!(hosts_there(&world).await, CheckStatus::Warning, "the worker has gone");
}
