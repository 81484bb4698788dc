use super::*;

/// The build script's checks, on files given as name and text.
#[path = "../../../build/migrations.rs"]
mod build;

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    build::generate(&files).expect_err("the build fails")
}

fn cut(sql: &str) -> Vec<(usize, &str)> {
    statements(sql).iter().map(|Statement { line, text }| (*line, *text)).collect()
}

#[test]
fn sql_is_cut_into_statements_with_their_lines() {
    let sql = "-- why; really\ncreate table a (x int);\n\n/* of /* two */; kinds */ create table b (y int)\n ;;\nselect 1 -- end";
    assert_eq!(cut(sql), [(2, "create table a (x int)"), (4, "create table b (y int)"), (6, "select 1 -- end")]);
    assert_eq!(cut(" -- nothing\n;"), []);
}

#[test]
fn semicolons_within_quotes_end_no_statement() {
    for sql in [
        "select 'a;''b;'",
        "select \"a;\"\"b\"",
        "select E'a\\';b'",
        "select $$a;b$$",
        "do $body$ begin; $$ ; end $body$",
        "prepare p as select $1",
        "select a$b$c, 'ä;'",
        "select 'never closed;",
        "select $q$ never closed;",
        "select /* never closed;",
    ] {
        assert_eq!(cut(sql), [(1, sql)]);
    }
    assert_eq!(cut("select type'\\';x").len(), 2, "no escapes without an E of its own");
}

#[test]
fn a_good_file_becomes_a_row_of_the_table() {
    let files = [("0001_create_a.sql".to_owned(), "-- why\r\ncreate table a ();\r\n".to_owned())];
    assert_eq!(
        build::generate(&files).as_deref(),
        Ok("&[\n    Migration { version: 1, name: \"create_a\", sql: \"-- why\\ncreate table a ();\\n\" },\n]\n")
    );
}

#[test]
fn files_out_of_order_fail_the_build() {
    let sql = "-- why\nselect 1;";
    assert_eq!(
        problems(&[("0001_create_a.sql", sql), ("0001_create_b.sql", sql), ("0004_drop_a.sql", sql)]),
        [
            "migrations/0001_create_b.sql: is number 1, but 2 comes next",
            "migrations/0004_drop_a.sql: is number 4, but 3 comes next",
        ]
    );
    for bad in ["1_create_a.sql", "0001_create.sql", "0001_Create_a.sql", "0001-create-a.sql", "0001_create__a.sql"] {
        assert_eq!(
            problems(&[(bad, sql)]),
            [format!("migrations/{bad}: is not named NNNN_verb_noun.sql, in lower case")]
        );
    }
}

#[test]
fn what_a_migration_must_not_say_fails_the_build() {
    let only = |text: &str| problems(&[("0001_create_a.sql", text)]).concat();

    assert!(only("create table a ();").contains("gives its reason"));
    assert!(only("-- why").contains("holds no statement"));
    assert!(only("-- why\nselect 1;\nCOMMIT;").contains("line 3: commit is not a migration's business"));
    let marked = |rest: &str| only(&format!("{NO_TRANSACTION}\n{rest}"));
    assert!(marked("create index concurrently if not exists a on b (c); select 1").contains("one statement, not 2"));
    assert!(marked("create index concurrently a on b (c)").contains("if [not] exists"));
}

#[test]
fn the_first_line_says_whether_it_runs_in_a_transaction() {
    let runs = |sql| Migration { version: 1, name: "create_a", sql }.runs_in_transaction();
    assert!(runs("-- why\n-- downbeat: no-transaction\n"));
    assert!(!runs("-- downbeat: no-transaction\n-- why\n"));
}

#[test]
fn another_text_gives_another_fingerprint() {
    const ONE: Migration = Migration { version: 1, name: "create_a", sql: "-- why\nselect 1;\n" };
    const OTHER: Migration = Migration { sql: "-- why\nselect 2;\n", ..ONE };
    let (one, other) = (Migrations::new(&[ONE]), Migrations::new(&[OTHER]));

    assert_eq!(ONE.checksum(), "22d0e9a093dc4a554c6729f99a67197b2323b72aba7163a832519a1804ab8eb9");
    assert_ne!(one.fingerprint(), other.fingerprint());
    assert_eq!(one.fingerprint().len(), 16);
}

#[test]
fn a_claim_is_abandoned_only_after_looks_that_found_nobody() {
    let claim = DateTime::UNIX_EPOCH;
    let mut watch = Watch::default();
    assert!((0..PATIENCE).all(|_| !watch.look(claim, false)));
    assert!(watch.look(claim, false));

    assert!(!watch.look(claim, true), "somebody is at work");
    assert!((1..PATIENCE).all(|_| !watch.look(claim, false)));
    assert!(!watch.look(claim + Duration::from_secs(1), false), "somebody else has claimed it");
}

#[test]
fn an_applied_migration_of_ours_and_of_others_is_told_apart() {
    const OURS: Migrations = Migrations::new(&[
        Migration { version: 1, name: "a_b", sql: "1" },
        Migration { version: 2, name: "c_d", sql: "2" },
        Migration { version: 3, name: "e_f", sql: "3" },
    ]);
    let record = |version, checksum: &str, applied_at| Record {
        version,
        name: "x_y".to_owned(),
        checksum: checksum.to_owned(),
        applied_at,
        applied_by: "downbeat".to_owned(),
        duration_ms: None,
    };
    let at = Some(DateTime::UNIX_EPOCH);
    let records =
        [record(1, &OURS.0[0].checksum(), at), record(2, "other", at), record(3, "x", None), record(9, "y", at)];

    let states: Vec<_> = OURS.compare(&records).iter().map(|status| (status.version, status.state)).collect();

    use MigrationState::{Applied, Edited, Pending, Started, Unknown};
    assert_eq!(states, [(1, Applied), (2, Edited), (3, Started), (9, Unknown)]);
    assert_eq!(OURS.compare(&[])[0].state, Pending);
}
