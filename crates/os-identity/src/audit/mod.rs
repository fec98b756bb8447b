//! The audit log: every change, with its actor.
//!
//! **Invariant:** an event is written in the transaction of the change that it records,
//! and never changes. The names of kinds never change.

mod kind;
mod sql;

pub use kind::{EventKind, Kind};

use crate::Result;
use crate::actor::Actor;
use crate::ids::{EventId, OrganizationId};
use chrono::{DateTime, Utc};
use os_db::Tx;
use serde_json::{Value, json};
use uuid::Uuid;

/// An event that is to be recorded.
#[derive(Debug)]
pub struct Event {
    kind: String,
    organization: Option<OrganizationId>,
    environment: Option<Uuid>,
    package: Option<Uuid>,
    subject: Value,
    before: Value,
    after: Value,
}

impl Event {
    /// An event of this kind. `subject` names what it happened to, for people:
    /// `{"manifest_id": "com.acme.crm"}`.
    pub fn new(kind: impl EventKind, subject: Value) -> Self {
        Self {
            kind: kind.name(),
            organization: None,
            environment: None,
            package: None,
            subject,
            before: Value::Null,
            after: Value::Null,
        }
    }

    /// Names the organization whose members may read it.
    pub fn organization(mut self, id: OrganizationId) -> Self {
        self.organization = Some(id);
        self
    }

    /// Names the environment that it is about.
    pub fn environment(mut self, id: impl Into<Uuid>) -> Self {
        self.environment = Some(id.into());
        self
    }

    /// Names the package that it is about.
    pub fn package(mut self, id: impl Into<Uuid>) -> Self {
        self.package = Some(id.into());
        self
    }

    /// Adds the old and the new state of what changed.
    pub fn change(mut self, before: Value, after: Value) -> Self {
        (self.before, self.after) = (before, after);
        self
    }

    /// Records the event in the transaction of the change.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(self, tx: &mut Tx, actor: &Actor) -> Result<()> {
        let detail = json!({ "subject": self.subject, "before": self.before, "after": self.after });
        Ok(sql::insert(tx, &self, actor, detail.to_string()).await?)
    }
}

/// A recorded event, as the database knows it.
#[derive(Debug, os_db::FromRow)]
pub struct Entry {
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub request_id: String,
    pub organization_id: Option<OrganizationId>,
    pub environment_id: Option<Uuid>,
    pub package_id: Option<Uuid>,
    /// A JSON object: `subject`, `before`, `after`.
    pub detail: String,
}

/// The subject whose events are listed.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    Everything,
    Organization(OrganizationId),
    Environment(Uuid),
    /// Of a package; only those of one organization, if one is named.
    Package(Uuid, Option<OrganizationId>),
}

/// The part of a list to return.
#[derive(Debug)]
pub struct Range {
    /// Only events of this kind.
    pub kind: Option<String>,
    /// Only events before this one.
    pub before: EventId,
    pub limit: i64,
}

/// Lists events, newest first. The caller has checked that the actor may read them.
///
/// # Errors
/// Those of the database.
pub async fn list(tx: &mut Tx, subject: Subject, range: Range) -> Result<Vec<Entry>> {
    Ok(match subject {
        Subject::Everything => sql::list(tx, range).await?,
        Subject::Organization(id) => sql::list_of_organization(tx, id, range).await?,
        Subject::Environment(id) => sql::list_of_environment(tx, id, range).await?,
        Subject::Package(id, owner) => sql::list_of_package(tx, id, owner, range).await?,
    })
}
