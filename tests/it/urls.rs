//! Addresses as hosting platforms hand them out: each works, or is refused with the fix in the message.

use downbeat::locale::Locale;
use downbeat::repository::Encryption::{Off, Optional, Required, Verified};
use downbeat::repository::LockMode::{Session, Transaction};
use downbeat::repository::{ConnectionSettings, Encryption, InvalidUrl, LockMode, Pooler};
use secrecy::SecretString;

/// The password of every address here: no sentence may have it, nor a piece of it.
const PASSWORD: &str = "hunter2";

fn read(url: &str, direct: Option<&str>, lock_mode: Option<LockMode>) -> Result<ConnectionSettings, InvalidUrl> {
    let secret = |url: &str| SecretString::from(url.to_owned());
    ConnectionSettings::new(&secret(url), direct.map(secret).as_ref(), lock_mode, false, 8)
}

fn settings(url: &str) -> ConnectionSettings {
    read(url, None, None).unwrap_or_else(|error| panic!("{url}: {}", error.message()))
}

/// An address, and what it means to a worker that has no other.
struct Meant {
    url: &'static str,
    hosts: &'static str,
    database: &'static str,
    encryption: Encryption,
    pooler: Option<Pooler>,
    passed_over: &'static [&'static str],
}

impl Meant {
    const fn new(url: &'static str, hosts: &'static str, database: &'static str, encryption: Encryption) -> Self {
        Self { url, hosts, database, encryption, pooler: None, passed_over: &[] }
    }

    const fn behind(self, pooler: Pooler) -> Self {
        Self { pooler: Some(pooler), ..self }
    }

    const fn passing_over(self, passed_over: &'static [&'static str]) -> Self {
        Self { passed_over, ..self }
    }
}

fn check(all: &[Meant]) {
    for Meant { url, hosts, database, encryption, pooler, passed_over } in all {
        let settings = settings(url);
        assert_eq!(settings.hosts(), *hosts, "{url}");
        assert_eq!(settings.database(), *database, "{url}");
        assert_eq!(settings.encryption(), *encryption, "{url}");
        assert_eq!((settings.pooler(), settings.lock_pooler()), (*pooler, *pooler), "{url}");
        let lock_mode = if pooler.is_some() { Transaction } else { Session };
        assert_eq!(settings.lock_mode(), lock_mode, "{url}");
        assert_eq!(settings.passed_over(), *passed_over, "{url}");
    }
}

#[test]
fn the_addresses_of_neon_are_understood() {
    check(&[
        Meant::new(
            "postgresql://alex:hunter2@ep-cool-darkness-a1b2c3d4.us-east-2.aws.neon.tech/dbname?sslmode=require&channel_binding=require",
            "ep-cool-darkness-a1b2c3d4.us-east-2.aws.neon.tech:5432",
            "dbname",
            Required,
        ),
        Meant::new(
            "postgresql://alex:hunter2@ep-cool-darkness-a1b2c3d4-pooler.us-east-2.aws.neon.tech/dbname?sslmode=require&channel_binding=require",
            "ep-cool-darkness-a1b2c3d4-pooler.us-east-2.aws.neon.tech:5432",
            "dbname",
            Required,
        )
        .behind(Pooler::Neon),
        Meant::new(
            "postgres://alex:hunter2@ep-cool-darkness-a1b2c3d4.us-east-2.aws.neon.tech/dbname?options=endpoint%3Dep-cool-darkness-a1b2c3d4&sslmode=verify-full",
            "ep-cool-darkness-a1b2c3d4.us-east-2.aws.neon.tech:5432",
            "dbname",
            Verified,
        ),
    ]);
}

#[test]
fn the_addresses_of_supabase_are_understood() {
    check(&[
        Meant::new(
            "postgresql://postgres:hunter2@db.apbkobhfnmcqqzqeeqss.supabase.co:5432/postgres",
            "db.apbkobhfnmcqqzqeeqss.supabase.co:5432",
            "postgres",
            Optional,
        ),
        // Of its two poolers at the same name, this one keeps a connection for a session.
        Meant::new(
            "postgres://postgres.apbkobhfnmcqqzqeeqss:hunter2@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
            "aws-0-eu-central-1.pooler.supabase.com:5432",
            "postgres",
            Optional,
        ),
        Meant::new(
            "postgres://postgres.apbkobhfnmcqqzqeeqss:hunter2@aws-0-eu-central-1.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1",
            "aws-0-eu-central-1.pooler.supabase.com:6543",
            "postgres",
            Optional,
        )
        .behind(Pooler::Supabase)
        .passing_over(&["connection_limit", "pgbouncer"]),
        Meant::new(
            "postgresql://postgres:hunter2@db.apbkobhfnmcqqzqeeqss.supabase.co:6543/postgres",
            "db.apbkobhfnmcqqzqeeqss.supabase.co:6543",
            "postgres",
            Optional,
        )
        .behind(Pooler::Supabase),
        // As Vercel hands out a database of Supabase.
        Meant::new(
            "postgres://postgres.apbkobhfnmcqqzqeeqss:hunter2@aws-0-us-east-1.pooler.supabase.com:6543/postgres?sslmode=require&supa=base-pooler.x",
            "aws-0-us-east-1.pooler.supabase.com:6543",
            "postgres",
            Required,
        )
        .behind(Pooler::Supabase)
        .passing_over(&["supa"]),
    ]);
}

#[test]
fn the_addresses_of_vercel_and_prisma_are_understood() {
    check(&[
        Meant::new(
            "postgres://default:hunter2@ep-still-sun-123456-pooler.us-east-1.postgres.vercel-storage.com:5432/verceldb?pgbouncer=true&connect_timeout=15&sslmode=require",
            "ep-still-sun-123456-pooler.us-east-1.postgres.vercel-storage.com:5432",
            "verceldb",
            Required,
        )
        .behind(Pooler::Neon)
        .passing_over(&["pgbouncer"]),
        Meant::new(
            "postgresql://janedoe:hunter2@localhost:5432/mydb?schema=sample&connection_limit=5&pool_timeout=2&sslaccept=accept_invalid_certs",
            "localhost:5432",
            "mydb",
            Optional,
        )
        .passing_over(&["connection_limit", "pool_timeout", "schema", "sslaccept"]),
        // Whoever says so is behind one, whatever the name of the host.
        Meant::new(
            "postgresql://janedoe:hunter2@db.internal:5432/mydb?pgbouncer=true&statement_cache_size=0",
            "db.internal:5432",
            "mydb",
            Optional,
        )
        .behind(Pooler::PgBouncer)
        .passing_over(&["pgbouncer", "statement_cache_size"]),
        Meant::new("postgresql://janedoe:hunter2@db.internal:6432/mydb", "db.internal:6432", "mydb", Optional)
            .behind(Pooler::PgBouncer),
        Meant::new(
            "postgresql://janedoe:hunter2@db.internal/mydb?pgbouncer=false",
            "db.internal:5432",
            "mydb",
            Optional,
        )
        .passing_over(&["pgbouncer"]),
    ]);
}

#[test]
fn the_addresses_of_amazon_and_heroku_are_understood() {
    let authority = rcgen::generate_simple_self_signed(["an authority".to_owned()]).expect("a certificate");
    let file = std::env::temp_dir().join(format!("downbeat-global-bundle-{}.pem", std::process::id()));
    std::fs::write(&file, authority.cert.pem()).expect("a file");
    let url = format!(
        "postgresql://app:hunter2@mydb.c9akciq32.rds.amazonaws.com:5432/app?sslmode=verify-full&sslrootcert={}",
        file.display().to_string().replace('/', "%2F"),
    );
    let by_file = settings(&url);
    assert_eq!(by_file.encryption(), Verified);
    assert_eq!((by_file.hosts().as_str(), by_file.lock_mode()), ("mydb.c9akciq32.rds.amazonaws.com:5432", Session));
    std::fs::remove_file(&file).expect("it is there");
    check(&[
        Meant::new(
            "postgresql://app:hunter2@my-proxy.proxy-c9akciq32.eu-west-1.rds.amazonaws.com:5432/app?sslmode=verify-full",
            "my-proxy.proxy-c9akciq32.eu-west-1.rds.amazonaws.com:5432",
            "app",
            Verified,
        )
        .behind(Pooler::RdsProxy),
        Meant::new(
            "postgres://ucf5ofbu:hunter2@ec2-54-83-8-246.compute-1.amazonaws.com:5432/d8r4omp5t7",
            "ec2-54-83-8-246.compute-1.amazonaws.com:5432",
            "d8r4omp5t7",
            Optional,
        ),
    ]);
}

#[test]
fn sockets_ipv6_several_hosts_and_encoded_words_are_understood() {
    check(&[
        Meant::new("postgresql:///app?host=/var/run/postgresql", "/var/run/postgresql", "app", Off),
        Meant::new("postgresql://app@%2Fvar%2Frun%2Fpostgresql/app", "/var/run/postgresql", "app", Off),
        // Nothing is encrypted within a machine, whatever is asked for.
        Meant::new(
            "postgresql://app@/app?host=/cloudsql/project:region:db&sslmode=verify-full",
            "/cloudsql/project:region:db",
            "app",
            Off,
        ),
        Meant::new("host=/var/run/postgresql user=app dbname=app", "/var/run/postgresql", "app", Off),
        Meant::new("host=db user=app password='hunter2' sslmode=verify-full", "db:5432", "app", Verified),
        Meant::new("postgresql://app:hunter2@[2001:db8::1]:5433/app", "[2001:db8::1]:5433", "app", Optional),
        Meant::new("postgresql://app:hunter2@[::1]/app?sslmode=disable", "[::1]:5432", "app", Off),
        Meant::new(
            "postgresql://app:hunter2@a.example,b.example:5433/app?target_session_attrs=read-write&load_balance_hosts=random",
            "a.example:5432,b.example:5433",
            "app",
            Optional,
        ),
        Meant::new("postgresql://a%40b.example:hunter2%40%2F%3F%23@db/my%20app", "db:5432", "my app", Optional),
        // Only an @ has to be encoded to be understood; the rest is meant as it stands.
        Meant::new("postgresql://app:hunter2/?x=y#z%@db/app?sslmode=require", "db:5432", "app", Required),
        Meant::new("postgresql://app:hunter2@db?sslmode=allow&gssencmode=disable", "db:5432", "app", Optional)
            .passing_over(&["gssencmode"]),
        Meant::new("postgresql://app:hunter2@db/app?sslrootcert=system", "db:5432", "app", Verified),
    ]);
}

#[test]
fn what_cannot_work_is_refused_with_the_fix_and_without_the_password() {
    for (url, fix) in [
        ("", "postgresql://user:password@host:5432/database"),
        ("hunter2 nonsense", "postgresql://user:password@host:5432/database"),
        ("app:hunter2@db/app?x=y", "postgresql://user:password@host:5432/database"),
        ("postgresql://app:hunter2@db:port/app", "postgresql://user:password@host:5432/database"),
        ("postgresql://app:hunter2@2001:db8::1/app", "postgresql://user:password@host:5432/database"),
        ("prisma+postgres://accelerate.prisma-data.net/?api_key=hunter2", "begins with postgresql://"),
        ("jdbc:postgresql://db/app?user=app&password=hunter2", "begins with postgresql://"),
        ("postgresql+asyncpg://app:hunter2@db/app", "begins with postgresql://"),
        ("mysql://app:hunter2@db/app", "begins with postgresql://"),
        ("postgresql:///app", "?host=/var/run/postgresql"),
        ("user=app password=hunter2", "?host=/var/run/postgresql"),
        ("postgresql://app:hunter2@hunter2@db/app", "as %40"),
        ("postgresql://app@example.com:hunter2@db/app", "as %40"),
        ("postgresql://app:hunter2@db/app?sslmode=maybe", "disable, allow, prefer, require, verify-ca or verify-full"),
        ("postgresql://app:hunter2@db/app?sslrootcert=system&sslmode=require", "write verify-full"),
        ("postgresql://app:hunter2@db/app?channel_binding=always", "disable, prefer or require"),
        ("postgresql://app:hunter2@db/app?channel_binding=require&sslmode=disable", "sslmode=require"),
        ("postgresql://app:hunter2@db/app?target_session_attrs=read-only", "any, read-write or primary"),
        ("postgresql://app:hunter2@a,b/app?target_session_attrs=prefer-standby", "any, read-write or primary"),
        ("postgresql://app:hunter2@db/app?gssencmode=require", "disable or prefer"),
        ("postgresql://app:hunter2@db/app?ssl=true", "sslmode=verify-full or sslmode=require"),
        ("postgresql://app:hunter2@db/app?ssl=false", "sslmode=disable"),
        ("postgresql://app:hunter2@db/app?sslaccept=strict", "sslmode=verify-full"),
        ("postgresql://app:hunter2@db/app?sslcert=client.pem", "take it out"),
        ("postgresql://app:hunter2@db/app?wibble=1", "no option wibble"),
        ("postgresql://app:hunter2@db/app?sslmode=verify-full&sslrootcert=/nowhere/ca.pem", "sslrootcert=system"),
        (
            "postgresql://app:hunter2@db/app?sslmode=verify-full&sslrootcert=Cargo.toml",
            "certificates of the authority in PEM",
        ),
    ] {
        let error = read(url, None, None).map(|settings| settings.hosts()).expect_err(url);
        let english = error.message().to_string();
        assert!(english.contains(fix), "{url}: {english}");
        assert!(english.starts_with("DATABASE_URL"), "{english}");
        for locale in Locale::all() {
            let told = locale.render(&error.message());
            assert!(!told.contains(PASSWORD) && !error.to_string().contains(PASSWORD), "{told}");
        }
    }
    assert!(!format!("{:?}", settings("postgresql://app:hunter2@db/app")).contains(PASSWORD));
}

#[test]
fn locks_go_past_a_pooler_where_there_is_a_way_and_last_for_a_transaction_where_there_is_none() {
    let pooled = "postgresql://alex:hunter2@ep-x-pooler.us-east-2.aws.neon.tech/db";
    let direct = "postgresql://alex:hunter2@ep-x.us-east-2.aws.neon.tech/db";
    let mode = |url, unpooled, chosen| read(url, unpooled, chosen).map(|settings| settings.lock_mode());
    assert_eq!(mode(pooled, None, None), Ok(Transaction));
    assert_eq!(mode(pooled, Some(direct), None), Ok(Session));
    assert_eq!(mode(direct, None, None), Ok(Session));
    assert_eq!(mode(pooled, Some(pooled), None), Ok(Transaction), "the direct address leads through it, too");
    assert_eq!(mode(pooled, None, Some(Session)), Ok(Session), "who says so is obeyed");
    let past_it = read(pooled, Some(direct), None).expect("sound addresses");
    assert_eq!((past_it.pooler(), past_it.lock_pooler()), (Some(Pooler::Neon), None));
}

#[test]
fn a_function_without_a_direct_address_locks_for_a_transaction() {
    let url = SecretString::from("postgresql://app@db/app".to_owned());
    let in_function =
        |direct| ConnectionSettings::new(&url, direct, None, true, 8).map(|settings| settings.lock_mode());
    assert_eq!(in_function(None), Ok(Transaction));
    assert_eq!(in_function(Some(&url)), Ok(Session));
}
