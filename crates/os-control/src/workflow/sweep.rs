//! Deleting expired rows.

use crate::Result;
use os_db::Db;
use os_identity::organization::invitation;
use os_identity::{device, session};

/// The numbers of expired rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SweepCounts {
    pub sessions: u64,
    pub device_codes: u64,
    pub invitations: u64,
}

/// Deletes expired sessions and device codes, and marks expired invitations.
/// Called every hour; nothing depends on it, as every reader looks at the clock.
pub async fn sweep(db: &Db) -> Result<SweepCounts> {
    let mut tx = db.write().await?;
    let swept = SweepCounts {
        sessions: session::purge(&mut tx).await?,
        device_codes: device::purge(&mut tx).await?,
        invitations: invitation::expire(&mut tx).await?,
    };
    tx.commit().await?;
    Ok(swept)
}
