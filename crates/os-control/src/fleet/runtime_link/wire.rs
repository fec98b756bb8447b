//! The body of the wire that a connection becomes.

use super::RuntimeConnection;
use os_api::runtime_connection as wire;

impl From<RuntimeConnection> for wire::RuntimeConnection {
    fn from(row: RuntimeConnection) -> Self {
        Self {
            id: row.id.0,
            runtime_id: row.runtime_id,
            name: row.name,
            organization_id: row.organization_id.0,
            environment_id: row.environment_id.map(|it| it.0),
            runtime_version: row.runtime_version,
            account_email: row.account_email,
            bound_at: row.bound_at,
            last_seen_at: row.last_seen_at,
            revoked_at: row.revoked_at,
            observed_generation: row.observed_generation,
            observed_error: row.observed_error,
        }
    }
}
