//! stub
use crate::locale::{Message, msg};
#[derive(Debug)]
pub struct Applied;
#[derive(Debug)]
pub struct MigrationStatus;
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("x")]
    Pending { pending: Vec<String> },
}
impl MigrationError {
    pub fn message(&self) -> Message {
        msg::database_not_migrated()
    }
}
pub async fn migrate(_: &mut tokio_postgres::Client) -> Result<Vec<Applied>, MigrationError> {
    Ok(vec![])
}
pub async fn status(_: &mut tokio_postgres::Client) -> Result<Vec<MigrationStatus>, MigrationError> {
    Ok(vec![])
}
pub async fn require_current(_: &mut tokio_postgres::Client) -> Result<(), MigrationError> {
    Ok(())
}
