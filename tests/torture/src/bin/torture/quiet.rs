//! After the faults: everything is healed, what is left is done, no slot comes any more, and all processes end.

use std::time::Duration;

use postgres::Client;
use rustix::process::Signal;
use torture::history::Event;
use torture::schedule;

use crate::Failure;
use crate::fleet::{Fleet, GRACE, set_clock};
use crate::server::ROLE;
use crate::world::World;

/// How long what the faults left may take, besides the time they took: the longest task catches up with twice the speed it
/// falls behind.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long nothing is done to anybody, so that it is seen how fast things are then.
const CALM: Duration = Duration::from_secs(15);
/// A slot each of the tasks has only in the night of New Year.
const NEVER: &str = "0 0 1 1 *";

/// Takes back every fault there may still be.
pub(crate) fn heal(world: &World, fleet: &Fleet<'_>) -> Result<(), Failure> {
    world.proxies.iter().for_each(|proxy| proxy.heal());
    // None where the disk was not filled.
    let _ = std::fs::remove_file(world.server.folder().join("filler"));
    for (seat, name) in fleet.workers() {
        fleet.signal(&name, Signal::CONT);
        set_clock(&world.clock_file(seat), 0)?;
    }
    for name in fleet.pulse_names() {
        fleet.signal(&name, Signal::CONT);
    }
    if !world.server.is_up() {
        world.server.up()?;
        world.tell(Event::ServerRevived);
    }
    world.server.admin()?.batch_execute(&format!("alter role {ROLE} reset all"))?;
    Ok(())
}

/// Waits until nothing is left to do, and ends everything in order.
pub(crate) fn drain(world: &World, fleet: &Fleet<'_>) -> Result<(), Failure> {
    world.tell(Event::Quiet);
    // Not `rest`: whoever wants the run to end still wants a verdict.
    std::thread::sleep(CALM);
    fleet.pulses(false);
    let mut admin = world.server.admin()?;
    // What nobody decided although it is due.
    let overdue = "select coalesce(string_agg(name, ' ' order by name), '') from cron_tasks
        where enabled and retired_at is null and next_execution_at < clock_timestamp() - interval '1 second'";
    wait_for(world, &mut admin, "slots are overdue of", overdue)?;
    world.tell(Event::CaughtUp);
    // From the last on, for one that waits for another must not be without it.
    for (task, _) in schedule::cron_tasks(world.arguments.crowd).into_iter().rev() {
        fleet.command(&["cron", "set", &task, "--schedule", NEVER])?;
    }
    let left = "select coalesce(string_agg(distinct task_name || ' ' || status, ', '), '') from cron_task_executions
        where status in ('PENDING', 'RUNNING')";
    wait_for(world, &mut admin, "there are still", left)?;
    fleet.dismiss();
    if !world.until(GRACE + Duration::from_secs(10), || fleet.living() == 0) {
        world.tell(Event::NotDrained { what: format!("{} processes do not end", fleet.living()) });
    }
    world.tell(Event::Over);
    Ok(())
}

/// Waits until the statement says that nothing is left; tells if it never does.
fn wait_for(world: &World, admin: &mut Client, what: &str, statement: &str) -> Result<(), Failure> {
    let mut left = Ok(String::new());
    let patience = PATIENCE + Duration::from_secs(world.arguments.seconds);
    let is_done = world.until(patience, || {
        left = admin.query_one(statement, &[]).map(|row| row.get(0));
        !left.as_ref().is_ok_and(|left| !left.is_empty())
    });
    let left = left?;
    if !is_done {
        world.tell(Event::NotDrained { what: format!("{what} {left}") });
    }
    Ok(())
}
