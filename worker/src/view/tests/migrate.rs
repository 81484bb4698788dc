//! Migrations.

use super::{at, page};
use crate::view::migrate;

#[test]
fn migrations_tell_their_state() {
    use downbeat::repository::migrate::{Applied, MigrationState, MigrationStatus};
    let status = |version, state, applied_at| MigrationStatus {
        version,
        name: "create_tasks".to_owned(),
        state,
        applied_at,
        applied_by: None,
        duration_ms: None,
        checksum: None,
        recorded_checksum: None,
    };
    let all = vec![
        status(1, MigrationState::Applied, Some(at("2026-03-01T00:00:00Z"))),
        status(2, MigrationState::Pending, None),
    ];
    insta::assert_snapshot!(migrate::status(&page("en", Some(80)), &all), @r"
    Migration          State    Applied (UTC)        Took  By
    0001_create_tasks  Applied  2026-03-01 00:00:00     –  –
    0002_create_tasks  Pending  –                       –  –
    ");
    insta::assert_snapshot!(migrate::status(&page("de", Some(80)), &all), @r"
    Migration          Zustand     Ausgeführt (UTC)     Dauer  Von
    0001_create_tasks  Ausgeführt  2026-03-01 00:00:00      –  –
    0002_create_tasks  Ausstehend  –                        –  –
    ");
    let applied = vec![Applied { version: 2, name: "create_executions".to_owned(), duration_ms: 12 }];
    insta::assert_snapshot!(migrate::applied(&page("pl", Some(80)), &applied), @r"
    Migracja                 Czas
    0002_create_executions  12 ms

    Wykonano 1 migrację
    ");
    insta::assert_snapshot!(migrate::applied(&page("de", Some(80)), &Vec::new()), @"Die Datenbank ist auf dem Stand dieser Version; es war nichts zu tun.");
}
