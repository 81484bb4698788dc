//! What happens, live.

use super::{EVENT, TASK, WORKER, at, id};
use crate::http::events::{EventAnswer, written};
use crate::http::route::Example;
use crate::model::{Event, EventKind, ExecutionId, RunnerId, Status};

impl Example for EventAnswer {
    fn example() -> Self {
        let event = Event {
            kind: EventKind::ExecutionFinished,
            task_name: Some(TASK.to_owned()),
            execution_id: Some(ExecutionId(id(2))),
            scheduled_for: Some(at(0)),
            attempt: Some(1),
            status: Some(Status::Completed),
            duration_ms: Some(1250),
            runner_id: Some(RunnerId(id(3))),
            runner: Some(WORKER.to_owned()),
            ..Event::gap(at(2))
        };
        Self { id: EVENT.to_owned(), event }
    }
}

/// The same as it arrives.
pub(in crate::http) fn stream() -> String {
    let answer = EventAnswer::example();
    format!("id: {}\nevent: {}\ndata: {}\n\n", answer.id, answer.event.kind.as_str(), written(&answer))
}
