//! The execution protocol as a model: a small world of runners, one database and one task, in which everything that can go
//! wrong goes wrong at every moment. `tests/` explores it exhaustively.
//!
//! [`rule`] names the rules of the protocol, each beside the line of the product it stands for, and can drop each.
//! [`world`] is a state: what the tables hold, what each process knows, what is on its way between them. [`statement`] has
//! the statements of the database, [`step`] all that can happen next, [`fair`] what happens once faults stop, and
//! [`promise`] what has to hold in every state.
//!
//! [`wakes`] is another small world, of who sleeps while something may begin.
//!
//! Where a machine's clock might matter, no rule reads it, so the world has none: two rules say whose clock counts, and
//! without them a runner goes by any time whatever.
//!
//! What is taken for granted: the database keeps what it has committed, and its clock goes on steadily. A process that works
//! turns its loops within an interval. What is told to end because its runner is lost ends, or is dropped, within the
//! margin of the lease. No statement is carried out more than a lease after it was sent.
//!
//! What is left out: idle runners beat as often as busy ones, a pulse is a runner like any other, and there is one task,
//! of which a runner runs one slot at a time. A runner claims although its lock is not held, which the product does not:
//! nothing that is promised here needs that rule.

pub mod fair;
mod fault;
pub mod promise;
pub mod rule;
mod runner;
mod same;
pub mod scenario;
pub mod statement;
pub mod step;
mod time;
pub mod wakes;
pub mod world;
