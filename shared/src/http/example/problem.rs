//! Errors.

use serde_json::json;

use super::{TASK, WORKER, id};
use crate::http::{Fault, LONGEST_BODY, Problem, change, cron, execution, idempotency, input};
use crate::locale::{Locale, msg};
use crate::task::{ChangeError, CronExpr, Refusal, changed_overrides};

/// How that error may be told.
pub(in crate::http) fn problem(fault: Fault) -> Problem {
    match fault {
        Fault::RequestInvalid => {
            input::refused(input::at_path("limit", msg::reading_no_number().into())).with(json!({ "path": "limit" }))
        }
        Fault::LimitOutOfRange => input::out_of_range(fault, "limit", 1000),
        Fault::CountOutOfRange => input::out_of_range(fault, "count", 1000),
        Fault::CursorInvalid => Problem::new(fault, msg::http_cursor_invalid()),
        Fault::EventIdInvalid => Problem::new(fault, msg::http_event_id_invalid()),
        Fault::IdempotencyKeyInvalid => idempotency::invalid(),
        Fault::ConfigNotAnObject => Problem::new(fault, msg::http_config_not_an_object()),
        Fault::ConfigRefused => {
            let refusal = Refusal::new("retention_days", msg::change_out_of_range(1, 36_500));
            cron::refused(&ChangeError::refused("", refusal).collect::<Vec<_>>(), Locale::ENGLISH)
        }
        Fault::ChangeRefused => change::wrong(&mistakes(), Locale::ENGLISH),
        Fault::UntilPassed => Problem::new(fault, msg::change_until_passed()).with(json!({ "until": super::at(0) })),
        Fault::RunnerAmbiguous => {
            let instances = [id(3), id(9)];
            let names = format!("{}, {}", instances[0], instances[1]);
            Problem::new(fault, msg::change_runner_ambiguous(names, WORKER)).with(json!({ "instances": instances }))
        }
        Fault::ScheduleInvalid => {
            let expression = "61 * * * *";
            let reason = CronExpr::parse(expression).err().map(|error| error.message());
            Problem::new(fault, reason.unwrap_or_else(msg::change_never_comes))
                .with(json!({ "expression": expression }))
        }
        Fault::TimezoneInvalid => {
            let (written, nearest) = ("Europe/Berln", "Europe/Berlin");
            let details = json!({ "timezone": written, "nearest": nearest });
            Problem::new(fault, msg::http_no_such_zone_nearest(written, nearest)).with(details)
        }
        Fault::CredentialMissing => Problem::new(fault, msg::http_credential_missing()),
        Fault::CredentialNotConfigured => Problem::new(fault, msg::http_credential_not_configured("TASK_API_TOKEN")),
        Fault::RouteNotFound => Problem::new(fault, msg::http_no_such_route()),
        Fault::TaskNotFound => Problem::new(fault, msg::http_no_such_task_nearest("prune-histroy", TASK))
            .with(json!({ "task": "prune-histroy", "nearest": TASK })),
        Fault::ExecutionNotFound => execution::no_such_execution(&id(2).to_string()),
        Fault::RunnerNotFound => Problem::new(fault, msg::change_no_such_runner(WORKER)),
        Fault::MethodNotAllowed => Problem::new(fault, msg::http_wrong_method()),
        Fault::PreviousInstanceRunning => Problem::new(fault, msg::http_already_running(TASK))
            .with(json!({ "execution_id": id(2), "reason": "previous_instance_running" })),
        Fault::TaskRetired => change::retired(TASK),
        Fault::ChangedMeanwhile => Problem::new(fault, msg::change_meanwhile(TASK)),
        Fault::ExecutionNotFinal => Problem::new(fault, msg::change_retry_not_final()),
        Fault::RetryUnderway => {
            Problem::new(fault, msg::change_retry_underway(id(7).to_string())).with(json!({ "execution_id": id(7) }))
        }
        Fault::ExecutionFinal => Problem::new(fault, msg::change_cancel_final()),
        Fault::RunnerEnded => Problem::new(fault, msg::change_runner_ended(WORKER)),
        Fault::BodyTooSlow => input::too_slow(),
        Fault::BodyTooLarge => Problem::new(fault, msg::http_body_too_large(LONGEST_BODY as u64)),
        Fault::MediaTypeUnsupported => Problem::new(fault, msg::http_media_type_unsupported("text/plain")),
        Fault::IdempotencyKeyReused => idempotency::taken(),
        Fault::ConfigurationWrong => Problem::new(fault, msg::http_configuration_wrong()),
        Fault::InternalError | Fault::DatabaseError => Problem::new(fault, msg::http_server_error()),
        Fault::DatabaseNotConfigured => Problem::new(fault, msg::database_not_configured()),
        Fault::DatabaseNotMigrated => Problem::new(fault, msg::database_not_migrated()),
        Fault::DatabaseReadOnly => Problem::new(fault, msg::database_read_only()),
        Fault::DatabaseUnreachable => Problem::new(fault, msg::http_database_unreachable()),
    }
}

/// What is wrong with a change that sets a time limit of none.
fn mistakes() -> Vec<ChangeError> {
    changed_overrides(&json!({}), &json!({}), &json!({ "timeout": 0 })).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_of_its_fault_and_says_something() {
        for fault in Fault::ALL {
            let problem = problem(*fault);
            assert_eq!(problem.fault, *fault);
            assert!(!problem.message.to_string().is_empty(), "{}", fault.code());
        }
    }
}
