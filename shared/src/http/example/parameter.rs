//! What stands in an address or a header, and what is answered without an envelope.

use serde_json::{Value, json};

use super::{at, id};
use crate::repository::List;

/// The id of an event, from the beginning of a database: one that its present sees, whatever database that is.
pub(in crate::http) const EVENT: &str = "1a48a138f50.2a0-0.2a2-0.2a1-2f00000";
/// What an answer is named by that was given before.
pub(in crate::http) const ETAG: &str = "\"9b2f1a6c0d4e8f7a3b5c6d7e8f901234\"";

/// A parameter of the query, where the form of its value does not say it already.
pub(in crate::http) fn query(path: &str, name: &str) -> Option<Value> {
    let list = match path {
        "/api/pulse/history" => List::Pulses,
        "/api/runner" => List::Runners,
        _ => List::Executions,
    };
    Some(match name {
        "at" | "since" | "from" => json!(at(0)),
        "until" => json!(at(3600)),
        "after" => json!(EVENT),
        "cursor" => json!(list.cursor(at(0), id(2))),
        "limit" => json!(20),
        "count" => json!(5),
        "enabled" | "dry_run" => json!(true),
        "follow" | "force" => json!(false),
        _ => return None,
    })
}

/// A description, in short.
pub(in crate::http) fn description() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Downbeat", "version": env!("CARGO_PKG_VERSION") },
        "paths": { "/health/live": { "get": { "responses": { "200": { "description": "Done." } } } } },
    })
}
