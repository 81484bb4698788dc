//! Migrations on a real server: many at once, interrupted ones, wrong ones; and ours, each on rows that were there before.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use chrono::DateTime;
use downbeat::repository::migrate::{self, Migration, MigrationError, MigrationState, Migrations};
use futures_util::future::join_all;
use tokio_postgres::Client;

use crate::binary::binary;
use crate::support::{connect, empty_database};

const CREATE_NOTES: Migration =
    Migration { version: 1, name: "create_notes", sql: "-- Why.\ncreate table notes (id int, text text);\n" };
const INDEX_NOTES: Migration = Migration {
    version: 2,
    name: "index_notes",
    sql: "-- downbeat: no-transaction\ncreate unique index concurrently if not exists notes_id on notes (id);\n",
};
const FILL_NOTES: Migration =
    Migration { version: 3, name: "fill_notes", sql: "-- Why.\ninsert into notes values (1, 'a; b');\n" };
const NOTES: Migrations = Migrations::new(&[CREATE_NOTES, INDEX_NOTES, FILL_NOTES]);

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.expect("a count").get(0)
}

async fn states(migrations: Migrations, client: &Client) -> Vec<MigrationState> {
    let status = migrations.status(client).await.expect("a status");
    status.iter().map(|status| status.state).collect()
}

/// The folder of this crate.
fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

mod applying {
    use super::*;

    #[tokio::test]
    async fn twenty_at_once_apply_each_migration_once_and_all_wait_for_the_last() {
        let database = empty_database().await;
        let one = async || {
            let mut client = connect(database.config()).await;
            let applied = NOTES.apply(&mut client, None).await.expect("applied, or waited");
            NOTES.require_current(&client).await.expect("all are applied when it returns");
            applied
        };

        let applied = join_all((0..20).map(|_| one())).await;

        let mut versions: Vec<_> = applied.iter().flatten().map(|applied| applied.version).collect();
        versions.sort_unstable();
        assert_eq!(versions, [1, 2, 3]);
        assert_eq!(count(&connect(database.config()).await, "select count(*) from notes").await, 1);
    }

    /// So many rounds; in each a fresh database, and one that is five migrations old. `MIGRATION_ROUNDS` says how many.
    #[tokio::test]
    async fn eight_programs_that_migrate_at_once_leave_what_one_leaves() {
        let rounds = std::env::var("MIGRATION_ROUNDS").map_or(1, |rounds| rounds.parse().expect("a number"));
        let five = Migrations::new(&Migrations::OURS.as_slice()[..5]);
        for old in [false, true].into_iter().cycle().take(2 * rounds) {
            let database = empty_database().await;
            let mut client = connect(database.config()).await;
            if old {
                five.apply(&mut client, None).await.expect("applied");
            }
            let programs: Vec<_> = (0..8)
                .map(|_| {
                    let mut program = Command::new(binary("worker"));
                    program.arg("migrate").env_clear().env("DATABASE_URL", database.url());
                    program
                        .stdin(Stdio::null())
                        .stdout(Stdio::null())
                        .stderr(Stdio::piped())
                        .spawn()
                        .expect("it starts")
                })
                .collect();
            for program in programs {
                let output = program.wait_with_output().expect("it ends");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
            migrate::require_current(&client).await.expect("all are applied");
            let once = "select count(*) from downbeat_migrations";
            assert_eq!(count(&client, once).await, Migrations::OURS.as_slice().len() as i64);
        }
    }

    #[tokio::test]
    async fn what_was_applied_is_recorded_with_the_given_instant() {
        let database = empty_database().await;
        let mut client = connect(database.config()).await;
        let noon = DateTime::from_timestamp(1_800_000_000, 0);

        NOTES.apply(&mut client, noon).await.expect("applied");

        for status in NOTES.status(&client).await.expect("a status") {
            assert_eq!((status.state, status.applied_at), (MigrationState::Applied, noon), "{}", status.name);
            assert_eq!(status.checksum, status.recorded_checksum);
            assert!(status.applied_by.is_some_and(|by| by.starts_with("downbeat ")) && status.duration_ms.is_some());
        }
    }

    #[tokio::test]
    async fn an_empty_database_has_everything_pending() {
        let database = empty_database().await;
        let client = connect(database.config()).await;

        let error = migrate::require_current(&client).await.expect_err("nothing is applied");

        let files: Vec<_> = Migrations::OURS.as_slice().iter().map(Migration::file).collect();
        assert!(matches!(&error, MigrationError::Pending { missing } if *missing == files), "{error}");
        assert!(states(Migrations::OURS, &client).await.iter().all(|state| *state == MigrationState::Pending));
    }

    #[tokio::test]
    async fn a_newer_database_serves_an_older_program() {
        const OLDER: Migrations = Migrations::new(&[CREATE_NOTES, INDEX_NOTES]);
        let database = empty_database().await;
        let mut client = connect(database.config()).await;
        NOTES.apply(&mut client, None).await.expect("applied");

        OLDER.require_current(&client).await.expect("all of its own are applied");
        assert_eq!(OLDER.apply(&mut client, None).await.expect("nothing to do"), []);
        let expected = [MigrationState::Applied, MigrationState::Applied, MigrationState::Unknown];
        assert_eq!(states(OLDER, &client).await, expected);
    }

    #[tokio::test]
    async fn a_file_changed_after_it_was_applied_is_refused_and_nothing_is_done() {
        const EDITED: Migration = Migration { sql: "-- Why.\ncreate table notes (id bigint);\n", ..CREATE_NOTES };
        const WITH_EDITED: Migrations = Migrations::new(&[EDITED, INDEX_NOTES]);
        let database = empty_database().await;
        let mut client = connect(database.config()).await;
        Migrations::new(&[CREATE_NOTES]).apply(&mut client, None).await.expect("applied");

        let error = WITH_EDITED.apply(&mut client, None).await.expect_err("it is another file");

        let sentence = error.message().to_string();
        for part in ["0001_create_notes.sql", &CREATE_NOTES.checksum()[..12], &EDITED.checksum()[..12]] {
            assert!(sentence.contains(part), "{sentence}");
        }
        assert_eq!(states(WITH_EDITED, &client).await, [MigrationState::Edited, MigrationState::Pending]);
        assert!(WITH_EDITED.require_current(&client).await.is_err());
    }
}

mod failing {
    use super::*;

    /// The error of a second migration of this text, after [`CREATE_NOTES`].
    async fn error_of(client: &mut Client, sql: &'static str) -> MigrationError {
        let second = Migration { version: 2, name: "break_notes", sql };
        let set = Migrations::new(Box::leak(Box::new([CREATE_NOTES, second])));
        let error = set.apply(client, None).await.expect_err("it is wrong");
        assert_eq!(states(set, client).await, [MigrationState::Applied, MigrationState::Pending]);
        error
    }

    #[tokio::test]
    async fn it_leaves_nothing_behind_and_names_file_and_line() {
        let database = empty_database().await;
        let mut client = connect(database.config()).await;

        for (sql, line) in [
            ("-- Why.\ncreate table more ();\n\nselect 'ä',\n  nonsense\nfrom notes;\n", "line 5: column \"nonsense\""),
            ("-- Why.\ncreate table more ();\n\ncreate table\n  notes ();\n", "line 4: relation \"notes\" already"),
            ("-- Why.\ncreate table more ();\nselect 1 / 0", "line 3: division by zero"),
            (
                "-- downbeat: no-transaction\n\ncreate index concurrently if not exists a\non notes ((b + 1));",
                "line 4: column",
            ),
        ] {
            let sentence = error_of(&mut client, sql).await.message().to_string();

            assert!(sentence.contains("0002_break_notes.sql") && sentence.contains(line), "{sentence}");
            assert_eq!(count(&client, "select count(*) from pg_class where relname = 'more'").await, 0);
        }
    }

    #[tokio::test]
    async fn what_the_server_or_the_user_does_not_allow_is_said_plainly() {
        let database = empty_database().await;
        let nobody = format!("nobody_{}", uuid::Uuid::now_v7().simple());
        let after = async |settings: &str| {
            let mut client = connect(database.config()).await;
            client.batch_execute(settings).await.expect("these can be set");
            migrate::migrate(&mut client, None).await.expect_err("it is not allowed")
        };

        let read_only = after("set default_transaction_read_only = on").await;
        let nowhere = after("set search_path = nowhere").await;
        let forbidden =
            after(&format!("create role {nobody}; revoke create on schema public from public; set role {nobody}"))
                .await;
        let admin = connect(database.config()).await;
        admin.batch_execute(&format!("drop role {nobody}")).await.expect("nothing is its own");

        assert!(matches!(read_only, MigrationError::ReadOnly { .. }), "{read_only:?}");
        assert!(matches!(nowhere, MigrationError::NoSchema { .. }), "{nowhere:?}");
        assert!(matches!(forbidden, MigrationError::Forbidden { .. }), "{forbidden:?}");
    }
}

mod outside_a_transaction {
    use super::*;

    const INDEXED: Migrations = Migrations::new(&[CREATE_NOTES, INDEX_NOTES]);
    const IS_VALID: &str = "select count(*) from pg_index where indexrelid = 'notes_id'::regclass and indisvalid";

    /// A client on a database that lacks only the index, on which somebody else has a claim.
    async fn claimed(config: tokio_postgres::Config) -> Client {
        let mut client = connect(config).await;
        Migrations::new(&[CREATE_NOTES]).apply(&mut client, None).await.expect("applied");
        let claim = "
            insert into downbeat_migrations (version, name, checksum, started_at, applied_by)
            values (2, 'index_notes', 'some', now(), 'somebody else')";
        client.batch_execute(claim).await.expect("a claim");
        client
    }

    #[tokio::test]
    async fn a_broken_index_of_an_earlier_try_is_replaced() {
        let database = empty_database().await;
        let mut client = connect(database.config()).await;
        Migrations::new(&[CREATE_NOTES]).apply(&mut client, None).await.expect("applied");
        client.batch_execute("insert into notes values (1, 'one'), (1, 'one more')").await.expect("duplicates");

        let error = INDEXED.apply(&mut client, None).await.expect_err("ids are not unique");
        assert!(error.message().to_string().contains("Key (id)=(1) is duplicated"), "{}", error.message());
        assert_eq!(count(&client, IS_VALID).await, 0);
        client.batch_execute("delete from notes where text = 'one more'").await.expect("no duplicates");
        INDEXED.apply(&mut client, None).await.expect("applied now");

        assert_eq!(count(&client, IS_VALID).await, 1);
    }

    #[tokio::test]
    async fn an_abandoned_claim_is_taken_over() {
        let database = empty_database().await;
        let mut client = claimed(database.config()).await;
        assert_eq!(states(INDEXED, &client).await, [MigrationState::Applied, MigrationState::Started]);
        assert!(INDEXED.require_current(&client).await.is_err());

        let applied = INDEXED.apply(&mut client, None).await.expect("applied");

        assert_eq!(applied.iter().map(|applied| applied.version).collect::<Vec<_>>(), [2]);
        assert_eq!(count(&client, IS_VALID).await, 1);
        assert_eq!(states(INDEXED, &client).await, [MigrationState::Applied, MigrationState::Applied]);
    }

    #[tokio::test]
    async fn a_claim_somebody_works_on_is_waited_for() {
        let database = empty_database().await;
        let mut client = claimed(database.config()).await;
        let (holder, owner) = (connect(database.config()).await, connect(database.config()).await);
        holder.batch_execute("select pg_advisory_lock(1)").await.expect("held");
        let work = owner.batch_execute("/* downbeat migration 0002_index_notes.sql */ select pg_advisory_lock(1)");
        let waiting = INDEXED.apply(&mut client, None);
        tokio::pin!(work, waiting);

        // Longer than an abandoned claim is left alone.
        let patience = tokio::time::sleep(std::time::Duration::from_secs(4));
        tokio::select! {
            done = &mut work => panic!("the work goes on until it is let go, but: {done:?}"),
            applied = &mut waiting => panic!("the claim was not respected: {applied:?}"),
            () = patience => {}
        }
        let done = "update downbeat_migrations set checksum = $1, applied_at = now() where version = 2";
        holder.execute(done, &[&INDEX_NOTES.checksum()]).await.expect("recorded");
        holder.batch_execute("select pg_advisory_unlock(1)").await.expect("let go");

        let (worked, applied) = tokio::join!(work, waiting);
        worked.expect("the work ends well");
        assert_eq!(applied.expect("somebody else applied it"), []);
    }

    #[tokio::test]
    async fn a_value_is_added_to_an_enum() {
        const ENUM: Migrations = Migrations::new(&[
            Migration { version: 1, name: "create_mood", sql: "-- Why.\ncreate type mood as enum ('good');\n" },
            Migration {
                version: 2,
                name: "extend_mood",
                sql: "-- downbeat: no-transaction\nalter type mood add value if not exists 'bad';\n",
            },
            Migration { version: 3, name: "create_days", sql: "-- Why.\ncreate table days (m mood default 'bad');\n" },
        ]);
        let database = empty_database().await;
        let mut client = connect(database.config()).await;

        assert_eq!(ENUM.apply(&mut client, None).await.expect("applied").len(), 3);
    }
}

mod ours {
    use super::*;

    #[tokio::test]
    async fn each_is_applied_to_the_rows_its_forerunners_left() {
        let database = empty_database().await;
        let mut client = connect(database.config()).await;
        let all = Migrations::OURS.as_slice();
        for (migration, upto) in all.iter().zip(1..) {
            let applied = Migrations::new(&all[..upto]).apply(&mut client, None).await;
            applied.unwrap_or_else(|error| panic!("{}", error.message()));

            let sample = here(&format!("sample/{:04}.sql", migration.version));
            let rows = fs::read_to_string(&sample).unwrap_or_else(|error| {
                panic!("{} needs rows for the migrations after it in {}: {error}", migration.file(), sample.display())
            });
            let inserted = client.batch_execute(&rows).await;
            inserted.unwrap_or_else(|error| panic!("{}: {error:?}", sample.display()));
        }
    }

    /// The form of the tables is reviewed as text. `UPDATE_GOLDEN=1` writes it anew.
    #[tokio::test]
    async fn they_make_the_schema_of_the_golden_file() {
        let database = empty_database().await;
        let mut client = connect(database.config()).await;
        migrate::migrate(&mut client, None).await.expect("applied");

        let rows = client.query(include_str!("../golden/describe_schema.sql"), &[]).await.expect("a description");
        let schema: String = rows.iter().map(|row| format!("{}\n", row.get::<_, &str>("line"))).collect();

        let golden = here("golden/schema.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &schema).expect("the golden file is written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n");
        let only = |these: &str, those: &str, sign: char| {
            let lines = these.lines().filter(|line| !those.lines().any(|other| other == *line));
            lines.map(|line| format!("{sign} {line}\n")).collect::<String>()
        };
        let difference = only(&expected, &schema, '-') + &only(&schema, &expected, '+');
        assert!(schema == expected, "{} differs; UPDATE_GOLDEN=1 writes it anew:\n{difference}", golden.display());
    }

    #[test]
    fn no_column_is_added_that_older_programs_cannot_fill() {
        for migration in Migrations::OURS.as_slice() {
            let refused = columns_without_default(migration.sql);
            assert!(refused.is_empty(), "{}: not null without a default: {refused:?}", migration.file());
        }
    }

    #[test]
    fn the_check_finds_columns_that_older_programs_cannot_fill() {
        for (sql, found) in [
            ("alter table a add column b int not null;", 1),
            ("ALTER TABLE a\n  ADD COLUMN b int\n  NOT NULL, ADD b2 text not null;", 2),
            ("alter table only a add if not exists b int not null -- default 1\n;", 1),
            ("alter table a add column b int not null default 1, add c text;", 0),
            ("alter table a add column b int not null generated always as (1) stored;", 0),
            ("alter table a add constraint b check (c is not null);", 0),
            ("create table a (b int not null);", 0),
        ] {
            assert_eq!(columns_without_default(sql).len(), found, "{sql}");
        }
    }

    /// What `alter table … add` says of each new column that is `not null` and has no value for the rows there are.
    fn columns_without_default(sql: &str) -> Vec<String> {
        let code: Vec<_> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        let words: Vec<_> = code.iter().flat_map(|line| line.split_whitespace()).map(str::to_lowercase).collect();
        let has_value = |clause: &str| ["default", "generated"].iter().any(|word| clause.contains(word));
        let is_column = |clause: &str| {
            let constraints = ["constraint ", "check ", "check(", "unique", "primary ", "foreign ", "exclude "];
            !constraints.iter().any(|word| clause.starts_with(word))
        };
        words
            .join(" ")
            .split(';')
            .filter(|statement| statement.trim_start().starts_with("alter table"))
            .flat_map(|statement| statement.split(" add ").skip(1))
            .filter(|clause| is_column(clause) && clause.contains("not null") && !has_value(clause))
            .map(str::to_owned)
            .collect()
    }
}
