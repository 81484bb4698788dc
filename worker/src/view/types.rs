//! The words of the system and the schemas of the tasks.

use downbeat::http::{TaskSchemas, TypesAnswer};
use downbeat::locale::msg;

use super::{Cell, Column, Page, Table, Tone, listed};

/// Every word with its label, then every task with the names of its settings.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn types(page: &Page, TypesAnswer { enums, tasks, findings: _ }: TypesAnswer) -> String {
    let columns = [
        Column::fixed(msg::cli_name_type()),
        Column::fixed(msg::cli_name_value()),
        Column::flowing(msg::cli_name_label()),
        Column::spare(msg::cli_name_description()),
    ];
    let mut words = Table::new(page, columns);
    for (name, values) in &enums {
        for (index, word) in values.iter().enumerate() {
            // The name stands once, at the first of its values.
            let name = if index == 0 { Cell::strong(name) } else { Cell::default() };
            let value = match &word.parameter {
                Some(parameter) => format!("{}:{}", word.value, parameter.to_uppercase()),
                None => word.value.clone(),
            };
            let description = word.description.as_deref().map_or_else(Cell::default, Cell::faint);
            words.row([name, Cell::plain(value), Cell::plain(&word.label), description]);
        }
    }
    let columns = [
        Column::fixed(msg::cli_name_task()),
        Column::flowing(msg::cli_name_config()),
        Column::flowing(msg::cli_name_result()),
    ];
    let mut schemas = Table::new(page, columns);
    for (name, TaskSchemas { config, report }) in &tasks {
        let report = report.as_ref().map_or_else(Cell::nothing, |report| Cell::plain(fields(report)));
        schemas.row([Cell::strong(name), Cell::plain(fields(config)), report]);
    }
    let hint = if tasks.is_empty() { msg::cli_no_known_tasks() } else { msg::cli_schemas_in_json() };
    let (words, spared) = words.text_and_spared();
    let wider = if spared { page.tell(&msg::cli_more_columns(), Tone::Faint) } else { String::new() };
    page.blocks([words, wider, schemas.text(), page.tell(&hint, Tone::Faint)])
}

/// The fields of an object by its schema.
fn fields(schema: &serde_json::Value) -> String {
    let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    listed(&names.collect::<Vec<_>>())
}
