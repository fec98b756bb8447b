//! The body of the wire that an entry of the audit log becomes.

use super::Entry;
use os_api::event as wire;
use serde_json::Value;

/// An entry of the audit log, as it is on the wire.
pub fn wire_event(entry: Entry) -> wire::Event {
    let mut detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    wire::Event {
        id: entry.id.0,
        at: entry.at,
        kind: entry.kind,
        actor: wire::EventActor { kind: entry.actor_kind, id: entry.actor_id },
        request_id: entry.request_id,
        organization_id: entry.organization_id.map(|it| it.0),
        environment_id: entry.environment_id,
        package_id: entry.package_id,
        subject: detail["subject"].take(),
        before: detail["before"].take(),
        after: detail["after"].take(),
    }
}
