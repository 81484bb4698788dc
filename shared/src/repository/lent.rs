//! A connection of the pool that is in the middle of something.

use deadpool_postgres::{Client, Object};

/// A connection that waits for an answer, or has a transaction open. Dropped, it is closed: whoever came next would wait for that
/// answer first, or work in that transaction.
#[derive(Debug)]
pub(super) struct Lent(Option<Client>);

impl Lent {
    pub(super) fn new(client: Client) -> Self {
        Self(Some(client))
    }

    pub(super) fn client(&self) -> &Client {
        match &self.0 {
            Some(client) => client,
            None => unreachable!("the client is only taken by what consumes this, and by drop"),
        }
    }

    /// Nothing is open on it: it is the pool's again.
    pub(super) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            // Out of the pool and closed. A transaction is rolled back by the server; a statement may yet be carried out.
            drop(Object::take(client));
        }
    }
}
