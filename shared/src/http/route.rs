//! What there is to know of a route, and how it is read off the handler: what it takes and gives stands in its signature,
//! so the description cannot differ from it.

use std::sync::LazyLock;

use axum::Extension;
use axum::extract::State;
use axum::handler::Handler;
use axum::http::{HeaderMap, Method};
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use super::access::{Access, Actor, Credential};
use super::background::Background;
use super::delivery::Delivery;
use super::idempotency::Key;
use super::input::{Body, Language, Path, Query};
use super::{Answer, Deadline, Fault, Problem, endpoints};
use crate::app::App;

/// Gives the JSON Schema of a type.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Every route there is.
pub static ROUTES: LazyLock<Vec<Route>> =
    LazyLock::new(|| endpoints().into_iter().map(|endpoint| endpoint.route).collect());

/// One route: how it is reached, who may, which command does the same, what it takes, and what it may answer.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its methods.
    pub methods: &'static [Method],
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// What it does, in a sentence of its documentation.
    pub summary: &'static str,
    /// The command of the command line that does the same; none for what only machines ask.
    pub command: Option<&'static str>,
    /// Who may.
    pub access: Access,
    /// What a success looks like.
    pub content: Content,
    /// The errors that are its own.
    own_faults: &'static [Fault],
    needs_database: bool,
    /// Whether an open route tells more to who shows the token.
    pub(super) tells_more: bool,
    /// Whether it is asked again and again, and answers whether anything changed.
    pub(super) is_polled: bool,
    /// Whether it takes an `Idempotency-Key`.
    pub(super) takes_key: bool,
    /// Whether it looks at which delivery of a platform this is.
    pub(super) takes_delivery: bool,
    pub(super) query: Option<SchemaOf>,
    pub(super) body: Option<Exchanged>,
    pub(super) answer: Option<Exchanged>,
}

/// What a successful answer holds. Errors are always in the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// `{"success":true,"data":…}`.
    Envelope,
    /// A JSON document of a format of its own.
    Document,
    /// Prometheus's text exposition.
    Metrics,
    /// Server-Sent Events, for as long as somebody listens.
    Events,
}

/// What is sent either way: its form, and what it may look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchanged {
    pub(super) schema: SchemaOf,
    pub(super) example: fn() -> Value,
}

impl Exchanged {
    pub(super) fn of<T: JsonSchema + Example>() -> Self {
        Self { schema: |schemas| schemas.subschema_for::<T>(), example: written::<T> }
    }
}

fn written<T: Example>() -> Value {
    match serde_json::to_value(T::example()) {
        Ok(written) => written,
        Err(error) => unreachable!("what is sent is always JSON: {error}"),
    }
}

/// A type that is sent or answered: what one of it may look like, for the documentation.
pub(super) trait Example: Serialize {
    /// One that tells much.
    fn example() -> Self;
}

impl<T: Example> Example for Vec<T> {
    fn example() -> Self {
        vec![T::example()]
    }
}

impl Route {
    /// Every error it may answer with, sorted.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let guard: &[Fault] = match self.access {
            Access::Open => &[],
            Access::Pulse | Access::Token => &[Fault::CredentialMissing, Fault::CredentialNotConfigured],
        };
        let body: &[Fault] = match self.body {
            Some(_) => &[Fault::BodyTooLarge, Fault::BodyTooSlow, Fault::MediaTypeUnsupported],
            None if self.refuses_body() => &[Fault::BodyTooLarge, Fault::BodyTooSlow],
            None => &[],
        };
        let database: &[Fault] = if self.needs_database {
            &[
                Fault::DatabaseError,
                Fault::DatabaseNotConfigured,
                Fault::DatabaseNotMigrated,
                Fault::DatabaseReadOnly,
                Fault::DatabaseUnreachable,
            ]
        } else {
            &[]
        };
        let key: &[Fault] =
            if self.takes_key { &[Fault::IdempotencyKeyInvalid, Fault::IdempotencyKeyReused] } else { &[] };
        // A parameter of the path that is empty is another path.
        let path: &[Fault] = if self.parameters().next().is_some() { &[Fault::RouteNotFound] } else { &[] };
        let every: &[Fault] = &[Fault::RequestInvalid, Fault::ConfigurationWrong, Fault::InternalError];
        let mut faults = [self.own_faults, guard, body, key, database, path, every].concat();
        faults.sort();
        faults.dedup();
        faults
    }

    /// Whether a body is a mistake: it acts, and reads none. What calls a pulse may send along what it likes.
    pub(super) fn refuses_body(&self) -> bool {
        self.body.is_none() && self.access == Access::Token && !self.methods.contains(&Method::GET)
    }

    /// The names of the parameters in its path.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The name of one of its operations: the command that does the same, or the path; with the method where that is not
    /// the one that command sends.
    pub(super) fn operation(&self, method: &Method) -> String {
        let name = self.command.unwrap_or(self.path).trim_start_matches('/');
        let name = name.replace([' ', '/', '-'], "_");
        if *method == *self.acting_method() { name } else { format!("{name}_{}", method.as_str().to_lowercase()) }
    }

    /// Whether GET acts, as POST does: then HEAD, which must not, is not answered.
    #[must_use]
    pub fn acts_by_get(&self) -> bool {
        self.methods.contains(&Method::GET) && *self.acting_method() != Method::GET
    }

    /// The method its command asks by: what acts is asked for by POST, also where a platform may only GET.
    #[must_use]
    pub fn acting_method(&self) -> &Method {
        self.methods.iter().find(|method| **method != Method::GET).unwrap_or(&Method::GET)
    }
}

/// A route with what answers it.
pub(super) struct Endpoint {
    pub(super) route: Route,
    pub(super) handler: MethodRouter<App>,
}

impl Endpoint {
    /// The handler at that path, for whoever has the token. Whoever declares no command has none.
    pub(super) fn new<H, T, D>(
        methods: &'static [Method],
        path: &'static str,
        handler: H,
        summary: &'static str,
    ) -> Self
    where
        H: Handler<T, App> + Described<D>,
        T: 'static,
    {
        let mut route = Route {
            methods,
            path,
            summary,
            command: None,
            access: Access::Token,
            content: Content::Envelope,
            own_faults: &[],
            needs_database: true,
            tells_more: false,
            is_polled: false,
            takes_key: false,
            takes_delivery: false,
            query: None,
            body: None,
            answer: None,
        };
        H::describe(&mut route);
        Self { handler: on(filter(methods), handler), route }
    }

    /// One that is asked by GET, and by HEAD with it.
    pub(super) fn get<H, T, D>(path: &'static str, handler: H, summary: &'static str) -> Self
    where
        H: Handler<T, App> + Described<D>,
        T: 'static,
    {
        Self::new(&[Method::GET], path, handler, summary)
    }

    /// One that is asked by POST.
    pub(super) fn post<H, T, D>(path: &'static str, handler: H, summary: &'static str) -> Self
    where
        H: Handler<T, App> + Described<D>,
        T: 'static,
    {
        Self::new(&[Method::POST], path, handler, summary)
    }

    /// The command that does the same.
    pub(super) fn command(mut self, command: &'static str) -> Self {
        self.route.command = Some(command);
        self
    }

    /// For these instead.
    pub(super) fn access(mut self, access: Access) -> Self {
        self.route.access = access;
        self
    }

    /// It may answer with these besides what every route of its kind may.
    pub(super) fn faults(mut self, faults: &'static [Fault]) -> Self {
        self.route.own_faults = faults;
        self
    }

    /// It is asked again and again, and answers whether anything changed.
    pub(super) fn polled(mut self) -> Self {
        self.route.is_polled = true;
        self
    }

    /// It asks no database.
    pub(super) fn without_database(mut self) -> Self {
        self.route.needs_database = false;
        self
    }
}

fn filter(methods: &[Method]) -> MethodFilter {
    let filters = methods.iter().map(|method| match *method {
        Method::POST => MethodFilter::POST,
        Method::PATCH => MethodFilter::PATCH,
        Method::DELETE => MethodFilter::DELETE,
        _ => MethodFilter::GET,
    });
    filters.reduce(MethodFilter::or).unwrap_or(MethodFilter::GET)
}

/// What a handler takes.
pub(super) trait Takes {
    /// Says so on the route.
    fn describe(route: &mut Route);
}

/// What a handler gives.
pub(super) trait Gives {
    /// Says so on the route.
    fn describe(route: &mut Route);
}

/// A handler that says what it takes and gives.
pub(super) trait Described<T> {
    /// Says so on the route.
    fn describe(route: &mut Route);
}

macro_rules! described {
    ($($taken:ident)*) => {
        impl<F, Fut, R, $($taken),*> Described<($($taken,)*)> for F
        where
            F: Fn($($taken),*) -> Fut,
            Fut: Future<Output = R>,
            R: Gives,
            $($taken: Takes,)*
        {
            #[allow(clippy::allow_attributes, unused_variables, reason = "a handler may take nothing")]
            fn describe(route: &mut Route) {
                $($taken::describe(route);)*
                R::describe(route);
            }
        }
    };
}
described!();
described!(A);
described!(A B);
described!(A B C);
described!(A B C D);
described!(A B C D E);
described!(A B C D E G);
described!(A B C D E G H);

/// What no caller sends.
macro_rules! takes_nothing {
    ($($type:ty),+ $(,)?) => {
        $(impl Takes for $type {
            fn describe(_: &mut Route) {}
        })+
    };
}
takes_nothing!(
    State<App>,
    Extension<Actor>,
    Option<Extension<Deadline>>,
    Option<Extension<Background>>,
    Language,
    HeaderMap,
    Path
);

impl Takes for Extension<Credential> {
    fn describe(route: &mut Route) {
        route.tells_more = true;
    }
}

impl Takes for Delivery {
    fn describe(route: &mut Route) {
        route.takes_delivery = true;
    }
}

impl Takes for Key {
    fn describe(route: &mut Route) {
        route.takes_key = true;
    }
}

impl<T: JsonSchema> Takes for Query<T> {
    fn describe(route: &mut Route) {
        route.query = Some(|schemas| schemas.subschema_for::<T>());
    }
}

impl<T: JsonSchema + Example> Takes for Body<T> {
    fn describe(route: &mut Route) {
        route.body = Some(Exchanged::of::<T>());
    }
}

impl<T: JsonSchema + Example> Gives for Answer<T> {
    fn describe(route: &mut Route) {
        route.answer = Some(Exchanged::of::<T>());
    }
}

impl<T: Gives> Gives for Result<T, Problem> {
    fn describe(route: &mut Route) {
        T::describe(route);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::task::RESERVED_NAMES;

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let names: Vec<_> =
            ROUTES.iter().flat_map(|route| route.methods.iter().map(|method| route.operation(method))).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        assert!(names.contains(&"pulse_execute".to_owned()) && names.contains(&"pulse_execute_get".to_owned()));
    }

    #[test]
    fn every_summary_is_a_sentence_and_every_fault_is_declared_once() {
        for route in ROUTES.iter() {
            assert!(route.summary.ends_with('.'), "{}", route.path);
            let own: BTreeSet<_> = route.own_faults.iter().collect();
            assert_eq!(own.len(), route.own_faults.len(), "{}", route.path);
        }
    }

    #[test]
    fn no_task_is_called_like_a_path_beside_the_tasks() {
        let cron = ROUTES.iter().filter_map(|route| route.path.strip_prefix("/api/tasks/cron/"));
        let beside: BTreeSet<_> = cron.filter(|rest| !rest.starts_with('{')).collect();
        assert_eq!(beside, RESERVED_NAMES.into());
        let side = ROUTES.iter().filter_map(|route| route.path.strip_prefix("/api/tasks/side/"));
        assert!(side.into_iter().all(|rest| rest.starts_with('{')));
    }
}
