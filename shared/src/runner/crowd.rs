//! What a shift does where others take what it was to decide. Pure.

/// How often in a row a shift that was beaten looks elsewhere, and how often a pulse looks again at what somebody else held.
pub(super) const MOST_CONTENDED: u32 = 3;
/// A shift that has room for less chooses among so many. One that has room for more waits: on few cores it would only be in
/// the way of who was faster.
const CHOICE: usize = 64;
/// So many looks it chooses after that.
const CROWDED: u32 = 16;

/// Whether others are about, as the newest looks told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Crowd {
    /// How many looks are left in which it chooses.
    choosing: u32,
    /// How often in a row others took all of it.
    beaten: u32,
}

/// What one claim came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Won {
    /// What the shift had room for.
    pub(super) room: usize,
    /// How many decisions it sent.
    pub(super) decisions: usize,
    /// How many of them, and of what was queued, stand.
    pub(super) stands: usize,
    /// Whether more was due than it looked at, and all that it sent could only have been taken by others. What was queued may
    /// also have been refused by a limit, with nobody else there.
    pub(super) may_be_elsewhere: bool,
}

/// What to do after a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// There may be more, for this one, or elsewhere: look again at once.
    LookAgain,
    /// Somebody else holds these at this moment, and there may be others.
    Wait,
}

impl Crowd {
    /// Among how many to choose in this look.
    pub(super) fn choice(&mut self, room: usize) -> usize {
        let most = if self.choosing > 0 { room.max(CHOICE) } else { room };
        self.choosing = self.choosing.saturating_sub(1);
        most
    }

    /// Nothing was there to be decided.
    pub(super) fn nothing(&mut self) {
        self.beaten = 0;
    }

    /// A claim came to this.
    pub(super) fn after(&mut self, won: Won) -> Then {
        if won.may_be_elsewhere && won.stands * 2 < won.decisions {
            self.choosing = CROWDED;
        }
        if won.stands > 0 {
            self.beaten = 0;
            return Then::LookAgain;
        }
        self.beaten += 1;
        let elsewhere = won.room < CHOICE && won.may_be_elsewhere && self.beaten <= MOST_CONTENDED;
        if elsewhere { Then::LookAgain } else { Then::Wait }
    }
}

/// Of what could be decided as much as there is room for: the first of it, or where more was looked for, the part that the
/// dice show, from 0 to 1. Those who look at the same moment see the same, and are not all to take the same.
pub(super) fn part<T>(mut work: Vec<T>, room: usize, dice: f64) -> Vec<T> {
    let parts = work.len().checked_div(room).unwrap_or(0).max(1);
    let part = (dice * parts as f64) as usize;
    work.drain(..part.min(parts - 1) * room);
    work.truncate(room);
    work
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_say_which_part_is_taken_of_what_there_is() {
        let of_eleven = |room, dice| part((0..11).collect(), room, dice);
        for (dice, first) in [(0.0, 0), (0.33, 0), (0.34, 3), (0.66, 3), (0.67, 6), (0.999, 6), (1.0, 6)] {
            assert_eq!(of_eleven(3, dice), [first, first + 1, first + 2], "with {dice}");
        }
        for dice in [0.0, 0.5, 1.0] {
            assert_eq!(of_eleven(11, dice).len(), 11, "as much as there is room for");
            assert_eq!(of_eleven(20, dice).len(), 11, "less than there is room for");
            assert_eq!(of_eleven(6, dice), [0, 1, 2, 3, 4, 5], "no second part is whole");
            assert!(of_eleven(0, dice).is_empty(), "no room");
            assert!(part(Vec::<u8>::new(), 3, dice).is_empty(), "nothing there");
        }
    }

    /// Of a shift with room for ten, which sent ten decisions while more was due.
    const WON: Won = Won { room: 10, decisions: 10, stands: 10, may_be_elsewhere: true };
    const BEATEN: Won = Won { stands: 0, ..WON };

    #[test]
    fn who_wins_at_least_half_takes_the_first_that_are_due() {
        for stands in [5, 10] {
            let mut crowd = Crowd::default();
            assert_eq!(crowd.after(Won { stands, ..WON }), Then::LookAgain);
            assert_eq!(crowd.choice(10), 10, "{stands} of 10");
        }
    }

    #[test]
    fn who_wins_less_than_half_chooses_among_more_for_some_looks() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.after(Won { stands: 4, ..WON }), Then::LookAgain);
        let choices: Vec<_> = (0..CROWDED + 1).map(|_| crowd.choice(10)).collect();
        assert_eq!(choices[..16], [CHOICE; 16]);
        assert_eq!(choices[16], 10);
        assert_eq!(crowd.choice(10), 10);
    }

    #[test]
    fn who_has_room_for_more_looks_at_no_fewer() {
        let mut crowd = Crowd::default();
        crowd.after(Won { room: 100, ..BEATEN });
        assert_eq!(crowd.choice(100), 100);
    }

    #[test]
    fn where_all_that_is_due_was_looked_at_there_is_nothing_to_choose_from() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.after(Won { may_be_elsewhere: false, ..BEATEN }), Then::Wait);
        assert_eq!(crowd.choice(10), 10);
    }

    #[test]
    fn who_was_beaten_looks_elsewhere_a_few_times_and_then_waits_until_it_wins_or_nothing_is_there() {
        let mut crowd = Crowd::default();
        let beaten = [Then::LookAgain, Then::LookAgain, Then::LookAgain, Then::Wait, Then::Wait];
        assert_eq!(beaten.map(|_| crowd.after(BEATEN)), beaten);
        crowd.nothing();
        assert_eq!(beaten.map(|_| crowd.after(BEATEN)), beaten);
        crowd.after(Won { stands: 1, ..WON });
        assert_eq!(beaten.map(|_| crowd.after(BEATEN)), beaten);
    }

    #[test]
    fn who_has_room_for_many_waits_for_who_was_faster() {
        for (room, then) in [(CHOICE - 1, Then::LookAgain), (CHOICE, Then::Wait), (CHOICE + 1, Then::Wait)] {
            assert_eq!(Crowd::default().after(Won { room, ..BEATEN }), then, "{room}");
        }
    }
}
