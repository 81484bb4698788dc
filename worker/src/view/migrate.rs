//! Migrations.

use downbeat::locale::msg;
use downbeat::repository::migrate::{Applied, MigrationState, MigrationStatus};

use super::{Cell, Column, Page, Table, Tone};

/// What was applied just now.
pub(crate) fn applied(page: &Page, applied: &Vec<Applied>) -> String {
    if applied.is_empty() {
        return page.say(&msg::cli_nothing_to_migrate());
    }
    let mut table =
        Table::new(page, [Column::fixed(msg::cli_name_migration()), Column::fixed(msg::cli_name_took()).number()]);
    for migration in applied {
        table.row([Cell::strong(file(migration.version, &migration.name)), {
            Cell::plain(page.milliseconds(migration.duration_ms))
        }]);
    }
    page.blocks([table.text(), page.tell(&msg::cli_count_migrations(applied.len()), Tone::Good)])
}

/// How each migration fares.
pub(crate) fn status(page: &Page, migrations: &Vec<MigrationStatus>) -> String {
    let mut table = Table::new(
        page,
        [
            Column::fixed(msg::cli_name_migration()),
            Column::flowing(msg::cli_name_state()),
            Column::fixed(msg::cli_name_applied()),
            Column::spare(msg::cli_name_took()).number(),
            Column::spare(msg::cli_name_by()),
        ],
    );
    for migration in migrations {
        let tone = match migration.state {
            MigrationState::Applied => Tone::Good,
            MigrationState::Pending | MigrationState::Started => Tone::Warn,
            MigrationState::Edited => Tone::Bad,
            MigrationState::Unknown => Tone::Faint,
        };
        table.row([
            Cell::strong(file(migration.version, &migration.name)),
            Cell::new(page.say(&migration.state.label()), tone),
            migration.applied_at.map_or_else(Cell::nothing, |at| Cell::plain(page.instant(at))),
            migration.duration_ms.map_or_else(Cell::nothing, |ms| Cell::plain(page.milliseconds(ms))),
            migration.applied_by.as_deref().map_or_else(Cell::nothing, Cell::faint),
        ]);
    }
    table.text()
}

fn file(version: i32, name: &str) -> String {
    format!("{version:04}_{name}")
}
