//! The OpenAPI description, made of the table of routes.
//!
//! Exact, so that it can be tested: `tests/it/http.rs` holds every answer against it, `tests/schemathesis` asks what it
//! allows and what it does not.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::form::NAME;
use super::route::{Endpoint, Exchanged, Gives};
use super::{Access, Content, Fault, Kind, ROUTES, Route, example, metrics};
use crate::locale::Locale;

pub(super) fn endpoints() -> [Endpoint; 1] {
    [Endpoint::get("/api/openapi.json", openapi, "Describes this API by OpenAPI 3.1: this document.")
        .command("openapi")
        .access(Access::Open)
        .without_database()]
}

/// The description, by itself: its readers know no envelope.
pub(super) struct Description(Value);

impl IntoResponse for Description {
    fn into_response(self) -> Response {
        ([(header::CONTENT_LANGUAGE, "en")], Json(self.0)).into_response()
    }
}

impl Gives for Description {
    fn describe(route: &mut Route) {
        route.content = Content::Document;
    }
}

pub(super) async fn openapi() -> Description {
    Description(document())
}

/// The OpenAPI document of this API.
#[must_use]
pub fn document() -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .for_serialize()
        .into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES.iter() {
        let path = paths.entry(route.path).or_default();
        for method in route.methods {
            path.insert(method.as_str().to_lowercase(), operation(route, method, &mut schemas));
            if *method == Method::GET && !route.acts_by_get() {
                path.insert("head".to_owned(), operation(route, &Method::HEAD, &mut schemas));
            }
        }
        path.insert("parameters".to_owned(), route.parameters().map(path_parameter).collect());
    }
    let bearer = |description: &str| json!({ "type": "http", "scheme": "bearer", "description": description });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Downbeat",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
            "description": ABOUT,
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "headers": headers(),
            "parameters": parameters(),
            "securitySchemes": {
                "token": bearer("The value of TASK_API_TOKEN."),
                "cron": bearer("The value of CRON_SECRET, as Vercel sends it; opens the pulse alone."),
            },
        },
    })
}

const ABOUT: &str = "Scheduled and background tasks on PostgreSQL.\n\n\
    Every answer but this document and the metrics is in an envelope: `{\"success\":true,\"data\":…}` or \
    `{\"success\":false,\"error\":{\"kind\",\"code\",\"message\",\"details\"}}`; `message` is in the language of \
    `Accept-Language`. An unknown path is answered 404 with the code `route_not_found`; a method that its path does not \
    answer to, OPTIONS among them, 405 with the code `method_not_allowed` and `Allow`. HEAD is GET without the body, where GET does not act.\n\n\
    What never reaches a route, the listener of `worker start` answers itself, without a body and for any path: 431 where the \
    head of a request is too long (64 KiB are always taken, more than 128 KiB never) or has more than 100 headers, 414 where its address alone is too long, 400 where \
    it is no HTTP, 503 with `Retry-After` where 512 connections are open already. A head that takes longer than 15 seconds is \
    not answered at all. In front of functions, the platform has such answers of its own.";

const STREAM: &str = "Server-Sent Events: `id` is where to go on from, `event` the kind, `data` a JSON object of the form \
    that `x-itemSchema` names. What comes without `data` only moves the id on.";

fn operation(route: &Route, method: &Method, schemas: &mut SchemaGenerator) -> Value {
    let is_head = *method == Method::HEAD;
    let parameters = [query_parameters(route), header_parameters(route)].concat();
    let mut operation = json!({
        "operationId": route.operation(method),
        "summary": route.summary,
        "tags": [tag(route)],
        "security": security(route),
        "parameters": parameters,
        "responses": responses(route, is_head, schemas),
    });
    if let Some(command) = route.command {
        operation["x-command"] = json!(format!("worker {command}"));
    }
    if let Some(body) = route.body.filter(|_| ![Method::GET, Method::HEAD].contains(method)) {
        let (schema, example) = (inline(body), (body.example)());
        operation["requestBody"] = json!({
            // What has to say something cannot be left out.
            "required": schema.get("minProperties").is_some(),
            "content": { "application/json": { "schema": schema, "example": example } },
        });
    }
    operation
}

/// The noun: the last fixed word before any parameter.
fn tag(route: &Route) -> &'static str {
    let noun = route.path.split('/').filter(|part| !part.is_empty() && *part != "api").find(|part| *part != "tasks");
    noun.map_or("api", |noun| noun.trim_end_matches(".json"))
}

fn security(route: &Route) -> Value {
    match route.access {
        Access::Open if route.tells_more => json!([{}, { "token": [] }]),
        Access::Open => json!([]),
        Access::Pulse => json!([{ "token": [] }, { "cron": [] }]),
        Access::Token => json!([{ "token": [] }]),
    }
}

/// The schema of what is sent. It stands by itself: how a type is read may differ from how it is written.
fn inline(sent: Exchanged) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    (sent.schema)(&mut settings.into_generator()).to_value()
}

fn path_parameter(name: &'static str) -> Value {
    let (schema, description) = match name {
        "id" => (json!({ "type": "string", "format": "uuid" }), "The id of an execution."),
        "instance" => {
            (json!({ "type": "string", "minLength": 1 }), "The id of a runner instance, how it begins, or its name.")
        }
        _ => (json!({ "type": "string", "pattern": format!("^{NAME}$") }), "The name of a task."),
    };
    let example = match name {
        "id" => "01980000-0000-7000-8000-000000000002",
        "instance" => "01980000-0000-7000-8000-000000000003",
        _ => "prune-history",
    };
    json!({
        "name": name, "in": "path", "required": true,
        "description": description, "schema": schema, "example": example,
    })
}

fn query_parameters(route: &Route) -> Vec<Value> {
    let Some(query) = route.query else { return Vec::new() };
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = query(&mut settings.into_generator()).to_value();
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| {
            let mut schema = schema.clone();
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            not_null(&mut schema);
            let mut parameter = json!({
                "name": name, "in": "query", "required": required.contains(&name.as_str()),
                "description": description, "schema": schema,
            });
            if let Some(example) = example::query(route.path, name) {
                parameter["example"] = example;
            }
            parameter
        })
        .collect()
}

/// What is read of the headers besides the credential and the language.
fn header_parameters(route: &Route) -> Vec<Value> {
    let header = |name: &str, description: &str, schema: Value, example: &str| {
        json!({
            "name": name, "in": "header", "required": false,
            "description": description, "schema": schema, "example": example,
        })
    };
    let key = json!({ "type": "string", "pattern": "^[!-~]{1,255}$" });
    let id = json!({ "type": "string", "pattern": "^([0-9a-f]+([.-][0-9a-f]+)+)?$" });
    let key =
        header("Idempotency-Key", "A repeat with the same key acts no second time, for a day.", key, "order-4711");
    let id = header("Last-Event-ID", "Goes on after this event, before `after` is looked at.", id, example::EVENT);
    let takes_id = route.content == Content::Events;
    let tag =
        header("If-None-Match", "The `ETag` of the answer the caller has.", json!({ "type": "string" }), example::ETAG);
    let text = || json!({ "type": "string" });
    let source = header(
        "ce-source",
        "With `ce-id`: which event this is. A second delivery gets the first one's answer.",
        text(),
        "//scheduler/pulse",
    );
    let event = header("ce-id", "With `ce-source`: which event this is.", text(), "4711");
    let vercel =
        header("x-vercel-id", "Which call this is, where no event says so.", text(), "fra1::iad1::x4711-1806202800000");
    let own = [
        (route.takes_key, key),
        (takes_id, id),
        (route.is_polled, tag),
        (route.takes_delivery, source),
        (route.takes_delivery, event),
        (route.takes_delivery, vercel),
    ];
    let own = own.into_iter().filter(|(takes, _)| *takes).map(|(_, header)| header);
    let every =
        ["Accept-Language", "X-Request-Id"].map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
    own.chain(every).collect()
}

/// A parameter is there or not; nobody writes null in a URL.
fn not_null(schema: &mut Value) {
    let Some(Value::Array(types)) = schema.get("type") else { return };
    let types: Vec<_> = types.iter().filter(|kind| *kind != "null").cloned().collect();
    if let [only] = types.as_slice() {
        schema["type"] = only.clone();
    }
}

fn responses(route: &Route, is_head: bool, schemas: &mut SchemaGenerator) -> Value {
    let mut responses = Map::from_iter([("200".to_owned(), success(route, is_head, schemas))]);
    let mut by_kind: BTreeMap<Kind, Vec<Fault>> = BTreeMap::new();
    for fault in route.faults() {
        by_kind.entry(fault.kind()).or_default().push(fault);
    }
    for (kind, faults) in by_kind {
        responses.insert(kind.status().as_str().to_owned(), failure(kind, &faults, is_head));
    }
    if route.is_polled {
        let headers = polled_headers();
        let unchanged = json!({ "description": "Nothing has changed since `If-None-Match`.", "headers": headers });
        responses.insert("304".to_owned(), unchanged);
    }
    Value::Object(responses)
}

fn polled_headers() -> Map<String, Value> {
    let reference =
        |name: &str, component: &str| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{component}") }));
    Map::from_iter([
        reference("Cache-Control", "Cache-Control-Polled"),
        reference("Content-Language", "Content-Language"),
        reference("Vary", "Vary"),
        reference("ETag", "ETag"),
        reference("X-Request-Id", "X-Request-Id"),
    ])
}

fn success(route: &Route, is_head: bool, schemas: &mut SchemaGenerator) -> Value {
    let content = match (route.content, route.answer) {
        (Content::Document, _) => {
            let schema = json!({ "type": "object", "required": ["openapi", "info", "paths"] });
            json!({ "application/json": { "schema": schema, "example": example::description() } })
        }
        (Content::Events, events) => {
            // OpenAPI 3.1 knows no streams; 3.2 calls it `itemSchema`. No type: some readers hold the whole text against this,
            // others each event.
            let data = events.map(|events| (events.schema)(schemas).to_value());
            let schema = json!({ "description": STREAM });
            let stream = json!({ "schema": schema, "x-itemSchema": data, "example": example::stream() });
            json!({ "text/event-stream": stream })
        }
        (Content::Metrics, _) => {
            json!({ "text/plain": { "schema": { "type": "string" }, "example": metrics::example() } })
        }
        (Content::Envelope, None) => json!({}),
        (Content::Envelope, Some(answer)) => {
            let data = (answer.schema)(schemas).to_value();
            let schema = json!({
                "type": "object",
                "properties": { "success": { "const": true }, "data": data },
                "required": ["success", "data"],
            });
            let example = json!({ "success": true, "data": (answer.example)() });
            json!({ "application/json": { "schema": schema, "example": example } })
        }
    };
    let replayed = (route.takes_key || route.takes_delivery).then_some("Idempotency-Replayed");
    let headers: Vec<_> = ["Cache-Control", "Content-Language", "Vary"].into_iter().chain(replayed).collect();
    let mut done = response("Done.", content, is_head, &headers);
    if route.is_polled {
        done["headers"] = Value::Object(polled_headers());
    }
    done
}

fn failure(kind: Kind, faults: &[Fault], is_head: bool) -> Value {
    let description: Vec<_> = faults.iter().map(|fault| format!("- `{}`: {}", fault.code(), fault.meaning())).collect();
    let error = json!({
        "type": "object",
        "properties": {
            "kind": { "const": kind.as_str() },
            "code": { "enum": faults },
            "message": { "type": "string", "minLength": 1 },
            "details": { "type": ["object", "null"] },
        },
        "required": ["kind", "code", "message", "details"],
    });
    let schema = json!({
        "type": "object",
        "properties": { "success": { "const": false }, "error": error },
        "required": ["success", "error"],
    });
    let examples: Map<_, _> = faults
        .iter()
        .map(|fault| {
            let problem = example::problem(*fault);
            let example = json!({ "summary": fault.meaning(), "value": problem.envelope(Locale::ENGLISH) });
            (fault.code().to_owned(), example)
        })
        .collect();
    let content = json!({ "application/json": { "schema": schema, "examples": examples } });
    let own = kind.header().map(|(name, _)| name);
    let besides: Vec<_> = ["Cache-Control", "Content-Language", "Vary"].into_iter().chain(own).collect();
    response(&description.join("\n"), content, is_head, &besides)
}

fn response(description: &str, content: Value, is_head: bool, headers: &[&str]) -> Value {
    let headers: Map<_, _> = headers
        .iter()
        .chain(&["X-Request-Id"])
        .map(|name| ((*name).to_owned(), json!({ "$ref": format!("#/components/headers/{name}") })))
        .collect();
    let mut response = json!({ "description": description, "headers": headers });
    if !is_head {
        response["content"] = content;
    }
    response
}

/// What every route reads of the headers besides the credential.
fn parameters() -> Value {
    // What does not fit is passed over and not refused, so any text will do.
    let parameter = |name: &str, description: &str, example: &str| {
        json!({
            "name": name, "in": "header", "required": false,
            "description": description, "schema": { "type": "string" }, "example": example,
        })
    };
    let languages: Vec<_> = Locale::all().map(Locale::tag).collect();
    let languages = format!("The language of what is for people; there are {}.", languages.join(", "));
    let id = "The id of the request in the log and in the answer; a new one where it is none.";
    json!({
        "Accept-Language": parameter("Accept-Language", &languages, Locale::ENGLISH.tag()),
        "X-Request-Id": parameter("X-Request-Id", id, "order-4711"),
    })
}

fn headers() -> Value {
    let header = |description: &str, schema: Value| {
        json!({
            "description": description, "required": true, "schema": schema,
        })
    };
    json!({
        "Cache-Control": header("Nothing is kept.", json!({ "const": "no-store" })),
        "Cache-Control-Polled": header("Kept by the caller alone, and asked about each time.", json!({ "const": "private, no-cache" })),
        "ETag": header("Names what stands in the answer.", json!({ "type": "string", "pattern": "^\"[0-9a-f]{32}\"$" })),
        "X-Request-Id": header("The id of the request in the log: the caller's, or a new one.", json!({ "type": "string", "minLength": 1 })),
        "Content-Language": header("The language of what is for people.", json!({ "type": "string", "minLength": 2 })),
        "Vary": header("An answer in another language is another answer.", json!({ "type": "string", "pattern": "accept-language" })),
        "Idempotency-Replayed": {
            "description": "There only, and `true`, where the answer is the one to an earlier request or delivery.",
            "required": false, "schema": { "const": "true" },
        },
        "Retry-After": header("After how many seconds to try again.", json!({ "type": "integer", "minimum": 1 })),
        "WWW-Authenticate": header("What kind of credential is asked for.", json!({ "const": "Bearer" })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_and_method_is_described() {
        let document = document();
        for route in ROUTES.iter() {
            for method in route.methods {
                let operation = &document["paths"][route.path][method.as_str().to_lowercase()];
                assert_eq!(operation["operationId"], route.operation(method), "{}", route.path);
                assert!(operation["responses"]["200"]["content"].is_object(), "{}", route.path);
                for fault in route.faults() {
                    let response = &operation["responses"][fault.kind().status().as_str()];
                    let error = &response["content"]["application/json"]["schema"]["properties"]["error"];
                    let codes = error["properties"]["code"]["enum"].as_array().unwrap();
                    assert!(codes.contains(&json!(fault.code())), "{}: {}", route.path, fault.code());
                }
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = 0;
        let mut rest = vec![&document];
        while let Some(value) = rest.pop() {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(reference)) = fields.get("$ref") {
                        found += 1;
                        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                    }
                    rest.extend(fields.values());
                }
                Value::Array(items) => rest.extend(items),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        assert!(found > 100);
    }

    #[test]
    fn what_is_sent_is_described_as_it_is_read() {
        let document = document();
        let query = |path: &str, name: &str| {
            let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
            parameters.iter().find(|parameter| parameter["name"] == name).unwrap().clone()
        };
        let limit = query("/api/tasks/cron/history", "limit");
        assert_eq!(limit["schema"]["minimum"], 1);
        assert_eq!((&limit["schema"]["maximum"], &limit["required"]), (&json!(1000), &json!(false)));
        assert_eq!(query("/api/tasks/cron/history", "since")["schema"]["format"], "date-time");
        assert_eq!(query("/api/schedule/next", "expression")["required"], true);
        let set = &document["paths"]["/api/tasks/cron/{task}"]["patch"]["requestBody"];
        assert_eq!(set["required"], true);
        let schema = &set["content"]["application/json"]["schema"];
        assert_eq!(schema["properties"]["retries"]["maximum"], 1000);
        assert_eq!(schema["additionalProperties"], false);
    }
}
