//! The conductor of a torture run: sets everything up, lets the nemesis rage, waits until nothing is left, and asks the checker.

#![allow(missing_docs, reason = "a program")]

mod arguments;
mod fleet;
mod nemesis;
mod pooler;
mod proxy;
mod quiet;
mod say;
mod server;
mod world;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use clap::Parser;
use torture::moment;
use torture::random;

use arguments::Arguments;
use fleet::Fleet;
use nemesis::Nemesis;
use server::ROLE;
use world::World;

/// What went wrong with the run itself.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// How long the processes have to begin before anything is done to them.
const FIRST_STEPS: Duration = Duration::from_secs(4);

/// What the tasks write in the database, by fenced transactions. No key keeps a slot from being there twice.
const EFFECTS: &str = "create table torture_effects (
  id bigint generated always as identity primary key,
  slot timestamptz not null,
  attempt integer not null,
  token bigint not null
)";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let seed = arguments.seed.unwrap_or_else(|| random::mixed(moment::wall_us().unsigned_abs()) % 1_000_000);
    match run(arguments, seed) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say::line(&format!("the run itself went wrong: {error}"));
            ExitCode::from(2)
        }
    }
}

/// Whether every promise was kept.
fn run(arguments: Arguments, seed: u64) -> Result<bool, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, stop.clone())?;
    }
    let checker = fleet::beside("torture-check")?;
    let (keep, folder) = folder(&arguments, seed)?;
    say::line(&format!("torture run of {} s with seed {seed}, in {}", arguments.seconds, folder.display()));
    let passed = World::make(arguments, seed, folder.clone(), stop).and_then(|world| {
        let judged = torment(&world).and_then(|()| save_log(&world)).and_then(|()| judge(&world, &checker));
        if judged.is_err() {
            // What went wrong is told by the other error.
            let _ = save_log(&world);
        }
        if world.is_broken() { Err("the history could not be written".into()) } else { judged }
    });
    match &passed {
        Ok(true) if !keep => std::fs::remove_dir_all(&folder)?,
        Ok(_) | Err(_) => say::line(&format!("seed {seed}; everything is kept in {}", folder.display())),
    }
    passed
}

/// The folder of the run, empty; and whether it is to stay in any case.
fn folder(arguments: &Arguments, seed: u64) -> Result<(bool, PathBuf), Failure> {
    let own = || std::env::temp_dir().join(format!("downbeat-torture-{seed}-{}", std::process::id()));
    let folder = arguments.keep.clone().unwrap_or_else(own);
    std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // The server's account has to get through.
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok((arguments.keep.is_some(), folder.canonicalize()?))
}

/// Everything that is done to the product.
fn torment(world: &World) -> Result<(), Failure> {
    for seat in 0..world.proxies.len() {
        fleet::set_clock(&world.clock_file(seat), 0)?;
    }
    let fleet = Fleet::new(world)?;
    fleet.command(&["migrate"])?;
    world.server.admin()?.batch_execute(&format!("{EFFECTS}; alter table torture_effects owner to {ROLE}"))?;
    std::thread::scope(|scope| {
        scope.spawn(|| fleet.keep());
        let done = (|| {
            fleet.pulses(true);
            world.rest(FIRST_STEPS);
            let begun = Instant::now();
            let seconds = world.arguments.seconds;
            Nemesis::new(world, &fleet).rage(begun + Duration::from_secs(seconds), |faults, kind| {
                say::progress(begun.elapsed(), seconds, &format!("{faults} faults so far, now {}", kind.name()));
            });
            say::progress(begun.elapsed(), seconds, "quiet: what is left is done");
            quiet::heal(world, &fleet)?;
            quiet::drain(world, &fleet)
        })();
        fleet.end();
        done
    })
}

/// Has the checker look, and tells what it says.
fn judge(world: &World, checker: &Path) -> Result<bool, Failure> {
    let output = Command::new(checker)
        .arg(&world.folder)
        .args(["--database", &world.server.admin_address()])
        .output()
        .map_err(|error| format!("{}: {error}", checker.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    say::verdict(&said);
    match output.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(format!("the checker: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// The server's log lies on the server's disk, which may go with it.
fn save_log(world: &World) -> Result<(), Failure> {
    std::fs::copy(world.server.folder().join("server.log"), world.folder.join("server.log"))?;
    Ok(())
}
