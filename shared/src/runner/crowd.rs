//! How far a shift looks past what others hold at this moment. Pure.

/// Who finds nothing but what others hold among so many looks no further.
const FURTHEST: usize = 8_192;

/// How many others hold of what is most urgent, as the newest look told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Crowd {
    held: usize,
}

/// What one look came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Saw {
    /// What the shift had room for.
    pub(super) room: usize,
    /// Among how many it looked for that.
    pub(super) among: usize,
    /// How many there were.
    pub(super) seen: usize,
    /// In which place the last stood that it took.
    pub(super) reached: usize,
    /// How many it took.
    pub(super) taken: usize,
}

/// What stands in the way of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Others hold all it saw, and behind that there may be more: look again at once, and further.
    LookAgain,
    /// Others hold all there is.
    Wait,
    /// Nobody: it took something, or there is nothing.
    Nobody,
}

impl Crowd {
    /// Among how many to look for what there is room for: others hold as much as before, and half as much again.
    pub(super) fn among(self, room: usize) -> usize {
        room + (self.held + self.held / 2).min(FURTHEST)
    }

    /// Takes a look in.
    pub(super) fn after(&mut self, saw: Saw) -> Then {
        let Saw { room, among, seen, reached, taken } = saw;
        // Who got all it wanted does not know what stands behind that.
        let passed = if taken == room { reached } else { seen };
        self.held = passed.saturating_sub(taken);
        match (taken, seen) {
            (1.., _) | (0, 0) => Then::Nobody,
            _ if seen == among && self.held < FURTHEST => Then::LookAgain,
            _ => Then::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a shift with room for ten sees where others hold so many of the first, one look after the other.
    fn looks(held: usize, due: usize, looks: usize) -> Vec<(usize, usize, Then)> {
        let mut crowd = Crowd::default();
        let look = |_| {
            let (room, among) = (10, crowd.among(10));
            let seen = due.min(among);
            let taken = seen.saturating_sub(held).min(room);
            let reached = if taken == 0 { 0 } else { held + taken };
            (among, taken, crowd.after(Saw { room, among, seen, reached, taken }))
        };
        (0..looks).map(look).collect()
    }

    #[test]
    fn who_is_alone_looks_at_what_there_is_room_for() {
        assert_eq!(looks(0, 0, 2), [(10, 0, Then::Nobody); 2]);
        assert_eq!(
            looks(0, 1_000, 2).iter().map(|(among, taken, _)| (*among, *taken)).collect::<Vec<_>>(),
            [(10, 10); 2]
        );
    }

    #[test]
    fn who_sees_only_what_others_hold_looks_further_until_there_is_as_much_as_it_has_room_for() {
        let looks: Vec<_> = looks(40, 1_000, 6).into_iter().map(|(among, taken, _)| (among, taken)).collect();
        assert_eq!(looks, [(10, 0), (25, 0), (47, 7), (70, 10), (70, 10), (70, 10)]);
    }

    #[test]
    fn where_others_hold_all_there_is_it_waits() {
        assert_eq!(looks(9, 9, 2), [(10, 0, Then::Wait), (23, 0, Then::Wait)]);
        assert_eq!(looks(10, 10, 2), [(10, 0, Then::LookAgain), (25, 0, Then::Wait)]);
    }

    #[test]
    fn it_looks_no_further_than_so_far() {
        let looks = looks(usize::MAX, usize::MAX, 30);
        assert_eq!(looks.last(), Some(&(10 + FURTHEST, 0, Then::Wait)));
        assert!(looks.iter().take_while(|(.., then)| *then == Then::LookAgain).count() < 20, "{looks:?}");
    }

    #[test]
    fn who_gets_all_it_wants_looks_less_far_where_less_is_held() {
        let mut crowd = Crowd { held: 100 };
        crowd.after(Saw { room: 10, among: 160, seen: 160, reached: 14, taken: 10 });
        assert_eq!(crowd.among(10), 16);
    }
}
