//! What keeps a runner from sleeping while something may begin, by name, so that each can be dropped.

crate::rule::rules! {
    /// One of them, and where the product keeps it.
    Wake:
    /// Who queues something calls everybody: `pg_notify` in `enqueue.sql`.
    QueueingCalls,
    /// A call that comes while a runner looks is not lost: the shift waits for a change of a `watch` channel.
    CallsAreKept,
    /// A runner sleeps no longer than until the next slot that its look saw: `Next::Slot` in `shift.rs`.
    SleepsUntilTheNextSlot,
    /// Who finds only what others hold looks again soon: `CONTENDED_WAIT` in `shift.rs`.
    LooksAgainAtWhatIsHeld,
    /// A runner that recorded an ending looks, for what waited for that: the shift's loop.
    LooksAfterAnEnding,
    /// Also where that came while it looked: `recorded_since_look` in `shift.rs`.
    LooksAgainAfterAnEnding,
    /// Who has recorded an ending owes the others a call until it has found nothing left: `debt.rs`.
    OwesACall,
    /// Also where nothing seemed to wait when the ending was recorded: something may have come since the statement began.
    OwesItWhateverWaits,
    /// A look during which an ending was recorded has not found that nothing is left: `recorded_since_look` where `shift.rs` takes
    /// the debt away.
    OnlyANewerLookClears,
    /// What a claim took that a stop overtook is handed back, and others are called for it: `hand_back.sql`.
    HandingBackCalls,
    /// Who leaves and owes a call makes it before: the end of `Shift::work`.
    CallsBeforeItLeaves,
    /// What the dead leave others are called for: `woken` in `bury_dead_runners.sql`.
    BurialCalls,
}
