//! Whether a shift looks for work at this moment. Pure.

use std::time::Duration;

/// From so many endings on that are being recorded, more is claimed meanwhile.
const ALONGSIDE: usize = 16;
/// How long a busy shift waits for room for all that one claim may begin, before it claims less.
const GATHER: Duration = Duration::from_millis(3);

/// How a shift stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Whether it may claim and is not told to end.
    pub(super) accepting: bool,
    /// Whether something is being handed back.
    pub(super) hands_back: bool,
    /// How many have ended and are not recorded yet.
    pub(super) ended: usize,
    /// Whether endings were recorded since the newest look began.
    pub(super) recorded_since_look: bool,
    /// For how many more there is room.
    pub(super) room: usize,
    /// How many the next claim may begin where the newest one found work; otherwise 0.
    pub(super) gather: usize,
    /// How long ago that was.
    pub(super) gathered: Duration,
}

/// What a shift does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Look,
    /// For so long at the most: in a moment there may be more room.
    Gather(Duration),
    /// For whatever happens next.
    Wait,
}

impl Standing {
    pub(super) fn turn(self) -> Turn {
        if !self.accepting || self.room == 0 {
            return Turn::Wait;
        }
        if self.hands_back {
            // What is claimed meanwhile could be taken for what is handed back.
            return Turn::Wait;
        }
        if (1..ALONGSIDE).contains(&self.ended) && !self.recorded_since_look {
            // A few are recorded in a moment, and the most urgent task may be among them. For one batch it waits, or ever new
            // ones would keep it from looking.
            return Turn::Wait;
        }
        match GATHER.saturating_sub(self.gathered) {
            left if self.room < self.gather && !left.is_zero() => Turn::Gather(left),
            _ => Turn::Look,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Standing = Standing {
        accepting: true,
        hands_back: false,
        ended: 0,
        recorded_since_look: false,
        room: 10,
        gather: 0,
        gathered: Duration::ZERO,
    };

    #[test]
    fn who_may_claim_and_has_room_looks() {
        assert_eq!(IDLE.turn(), Turn::Look);
        assert_eq!(Standing { accepting: false, ..IDLE }.turn(), Turn::Wait);
        assert_eq!(Standing { room: 0, ..IDLE }.turn(), Turn::Wait);
        assert_eq!(Standing { room: 1, ..IDLE }.turn(), Turn::Look);
    }

    #[test]
    fn nothing_is_claimed_while_something_is_handed_back() {
        let recorded = Standing { recorded_since_look: true, ..IDLE };
        let full = Standing { ended: ALONGSIDE, ..IDLE };
        for standing in [IDLE, recorded, full] {
            assert_eq!(Standing { hands_back: true, ..standing }.turn(), Turn::Wait, "{standing:?}");
        }
    }

    #[test]
    fn a_few_endings_are_waited_for_once_and_many_are_not() {
        for (ended, recorded_since_look, turn) in [
            (1, false, Turn::Wait),
            (ALONGSIDE - 1, false, Turn::Wait),
            (ALONGSIDE, false, Turn::Look),
            (1, true, Turn::Look),
            (ALONGSIDE - 1, true, Turn::Look),
        ] {
            let standing = Standing { ended, recorded_since_look, ..IDLE };
            assert_eq!(standing.turn(), turn, "{standing:?}");
        }
    }

    #[test]
    fn who_found_work_waits_a_moment_for_room_for_all_that_a_claim_may_begin() {
        let millisecond = Duration::from_millis(1);
        let busy = Standing { gather: 10, ..IDLE };
        assert_eq!(busy.turn(), Turn::Look, "there is room for all");
        assert_eq!(Standing { room: 9, ..busy }.turn(), Turn::Gather(GATHER));
        let waited = Standing { room: 9, gathered: millisecond, ..busy };
        assert_eq!(waited.turn(), Turn::Gather(GATHER - millisecond));
        assert_eq!(Standing { gathered: GATHER, ..waited }.turn(), Turn::Look);
        assert_eq!(Standing { gathered: 2 * GATHER, ..waited }.turn(), Turn::Look);
    }
}
