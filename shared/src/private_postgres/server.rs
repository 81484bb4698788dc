//! Making a cluster and running a server on it. The caller holds `server.lock`: no process of an earlier server is
//! alive.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use tokio::process::Command;

use super::error::{PrivatePostgresError, io};
use super::home::Home;
use super::programs::Programs;
use super::{Durability, Lifetime, Settings, lock, system};

const LAST_LINES: usize = 12;

/// Starts a server and returns once it answers.
pub(super) async fn start(home: &Home, settings: &Settings, server_lock: File) -> Result<(), PrivatePostgresError> {
    let programs = choose(home, settings)?;
    let data = home.data(programs.major, settings.durability);
    let log = fresh_log(home)?;
    if !data.exists() {
        initialise(home, settings.durability, &programs, &data, &log, &server_lock).await?;
    }
    forget_dead_server(home, &data)?;

    let mut postgres = command(&programs.postgres(), home, &log, &server_lock)?;
    postgres.arg("-D").arg(&data).arg("-k").arg(&home.socket_dir).args(options(settings.durability, programs.major));
    // The guardian's own handle on the lock: ours is the shared lock it waits for.
    let watched = lock::open(&home.users_lock())?;
    match settings.lifetime {
        Lifetime::WithUsers => system::put_under_guardian(&mut postgres, &watched),
        Lifetime::Detached => {}
    }
    let mut child = postgres.spawn().map_err(io(&programs.postgres()))?;
    drop(server_lock);

    let begun = Instant::now();
    while !home.answers().await {
        if child.try_wait().map_err(io(&programs.postgres()))?.is_some() {
            return Err(PrivatePostgresError::StartFailed { log: home.log(), last_lines: last_lines(home) });
        }
        home.pause(begun).await?;
    }
    tracing::info!(home = %home.folder.display(), version = programs.major, "private PostgreSQL started");
    Ok(())
}

/// Asks the running server for a fast, clean shutdown. Only for the holder of `users.lock`.
pub(super) fn ask_to_stop(home: &Home) {
    let pid = fs::read_to_string(home.socket_lock()).ok().and_then(|text| text.lines().next()?.parse().ok());
    if let Some(pid) = pid {
        system::interrupt(pid);
    }
}

/// Prefers programs for which there is data already: other versions cannot read it.
fn choose(home: &Home, settings: &Settings) -> Result<Programs, PrivatePostgresError> {
    let found = Programs::find(settings.programs.as_deref(), home.account)?;
    let with_data = found.iter().find(|programs| home.data(programs.major, settings.durability).exists());
    let chosen = with_data.unwrap_or(&found[0]).clone();
    if with_data.is_none()
        && settings.durability == Durability::Development
        && let Some(left) = clusters(home)?.iter().find(|cluster| kind(cluster) == Kind::Whole)
    {
        tracing::warn!(
            data = %left.display(), version = chosen.major, programs = %chosen.folder.display(),
            "the data is of another PostgreSQL version; it is left alone, and the database begins empty"
        );
    }
    Ok(chosen)
}

async fn initialise(
    home: &Home,
    durability: Durability,
    programs: &Programs,
    data: &Path,
    log: &File,
    server_lock: &File,
) -> Result<(), PrivatePostgresError> {
    tracing::info!(data = %data.display(), version = programs.major, "initialising the private PostgreSQL");
    let unfinished = data.with_extension("new");
    for useless in clusters(home)?.iter().filter(|cluster| kind(cluster) != Kind::Whole) {
        fs::remove_dir_all(useless).map_err(io(useless))?;
    }
    let initdb = programs.initdb();
    let mut make = command(&initdb, home, log, server_lock)?;
    make.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-instructions", "-D"])
        .arg(&unfinished);
    if durability == Durability::Test || system::SYNCS_FILE_SYSTEMS {
        make.arg("--no-sync");
    }
    if !make.status().await.map_err(io(&initdb))?.success() {
        return Err(PrivatePostgresError::InitialiseFailed { log: home.log(), last_lines: last_lines(home) });
    }
    if durability == Durability::Development {
        let folder = File::open(&unfinished).map_err(io(&unfinished))?;
        let synced = tokio::task::spawn_blocking(move || system::sync_file_system(&folder)).await;
        synced.unwrap_or_else(|ended| Err(io::Error::other(ended))).map_err(io(&unfinished))?;
    }
    fs::rename(&unfinished, data).map_err(io(data))?;
    File::open(home.clusters()).and_then(|folder| folder.sync_all()).map_err(io(&home.clusters()))
}

/// What a cluster folder is, by its name.
#[derive(PartialEq, Eq)]
enum Kind {
    Whole,
    HalfMade,
    /// For the tests of one boot of the machine; where a new one is made, of an earlier one.
    NeverSynced,
}

fn kind(cluster: &Path) -> Kind {
    if cluster.extension().is_some() {
        return Kind::HalfMade;
    }
    match cluster.file_name().map(|name| name.to_string_lossy().matches('-').count()) {
        Some(2..) => Kind::NeverSynced,
        Some(_) | None => Kind::Whole,
    }
}

/// The cluster folders there are.
fn clusters(home: &Home) -> Result<Vec<PathBuf>, PrivatePostgresError> {
    let entries = fs::read_dir(home.clusters()).map_err(io(&home.clusters()))?;
    Ok(entries
        .flatten()
        .filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"data-"))
        .map(|entry| entry.path())
        .collect())
}

/// Removes the files by which a killed server still claims cluster and socket. `server.lock` says that server is dead;
/// PostgreSQL would only look for a process of that number, and take a zombie or a stranger for it. A server that
/// somebody runs on this folder by hand is still safe: PostgreSQL refuses while that one's shared memory is in use.
fn forget_dead_server(home: &Home, data: &Path) -> Result<(), PrivatePostgresError> {
    for claim in [data.join("postmaster.pid"), home.socket_lock()] {
        match fs::remove_file(&claim) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(&claim)(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn options(durability: Durability, major: u32) -> Vec<&'static str> {
    let mut options = vec!["listen_addresses=", "unix_socket_permissions=0700", "port=5432", "synchronous_commit=off"];
    match durability {
        Durability::Development => options.push("fsync=on"),
        Durability::Test => options.extend([
            "fsync=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "autovacuum=off",
            "max_connections=300",
        ]),
    }
    if system::SYNCS_FILE_SYSTEMS && major >= 14 {
        // Recovery after a kill begins with syncing all there is; file by file that takes seconds.
        options.push("recovery_init_sync_method=syncfs");
    }
    options.into_iter().flat_map(|option| ["-c", option]).collect()
}

/// A server program under the server's account, in a session of its own, that keeps `server.lock` and nothing else of
/// ours: neither a pipe nor a secret.
#[allow(clippy::disallowed_methods, reason = "what little the server is given")]
fn command(program: &Path, home: &Home, log: &File, server_lock: &File) -> Result<Command, PrivatePostgresError> {
    let mut command = Command::new(program);
    command.current_dir("/").env_clear().env("LC_ALL", "C").env("TZ", "UTC");
    for kept in ["PATH", "LD_LIBRARY_PATH"] {
        command.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    let output = || log.try_clone().map(Stdio::from).map_err(io(&home.log()));
    command.stdin(Stdio::null()).stdout(output()?).stderr(output()?);
    if let Some(other) = home.account.to_change_to() {
        command.uid(other.uid).gid(other.gid);
    }
    system::detach(&mut command, server_lock);
    Ok(command)
}

fn fresh_log(home: &Home) -> Result<File, PrivatePostgresError> {
    let log = home.log();
    match fs::rename(&log, log.with_extension("log.old")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(&log)(error)),
        Ok(()) | Err(_) => {}
    }
    File::options().append(true).create(true).open(&log).map_err(io(&log))
}

fn last_lines(home: &Home) -> String {
    let log = fs::read(home.log()).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}
