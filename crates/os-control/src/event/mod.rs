//! Reading the audit log; [`crate::events`] lists the kinds of events.
//!
//! **Invariant:** an event is visible to those who may know its organization or
//! its environment, and a package's to its owner as far as they happened there.

mod wire;

pub use wire::wire_event;

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole, scope as environment_scope};
use crate::registry::package::{self, PackageAccess};
use crate::{Code, Error, Result, pagination};
use os_db::Tx;
pub use os_identity::audit::{Entry, Range, Subject, list};
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Actor, EventId, Scope};
use uuid::Uuid;

/// The subject of a list of events, before its rights are checked.
#[derive(Debug, Default)]
pub struct EventQuery {
    pub organization: Option<String>,
    pub environment: Option<String>,
    pub package: Option<String>,
}

/// Checks the right to a list of events (docs/wire/rights.md): admins of an organization, readers
/// of an environment, admins of the owner of a package. Without a filter the list has everything
/// for platform administrators, and else the events of the active organization.
///
/// # Errors
/// `VALIDATION_ERROR` for more than one of the three, and those of the accesses.
pub async fn about(tx: &mut Tx, actor: &Actor, query: EventQuery) -> Result<Subject> {
    if actor.is_platform_admin() {
        return about_anything(tx, query).await;
    }
    let (role, scope) = (OrganizationRole::Admin, Scope::Read);
    match (query.organization, query.environment, query.package) {
        (organization, None, None) => {
            let named = organization.as_deref();
            let access = environment_scope::organization(tx, actor, named, role, scope).await?;
            Ok(Subject::Organization(access.organization()))
        }
        (None, Some(id), None) => {
            let access =
                EnvironmentAccess::find(tx, actor, &id, EnvironmentRole::Reader, scope).await?;
            Ok(Subject::Environment(access.environment().0))
        }
        (None, None, Some(id)) => {
            let access = PackageAccess::find(tx, actor, &id).await?;
            organization::access(tx, actor, access.owner(), role, scope).await?;
            Ok(Subject::Package(access.package().0, Some(access.owner())))
        }
        _ => Err(too_many()),
    }
}

/// Reads the subject for an actor who may read everything.
async fn about_anything(tx: &mut Tx, query: EventQuery) -> Result<Subject> {
    match (query.organization, query.environment, query.package) {
        (None, None, None) => Ok(Subject::Everything),
        (Some(id), None, None) => {
            id.parse().map(Subject::Organization).map_err(|_| unknown("organization_id", &id))
        }
        (None, Some(id), None) => {
            id.parse().map(Subject::Environment).map_err(|_| unknown("environment_id", &id))
        }
        (None, None, Some(id)) => {
            let found = package::find_unchecked(tx, &id).await?;
            let found = found.ok_or_else(|| unknown("package_id", &id))?;
            Ok(Subject::Package(found.id.0, None))
        }
        _ => Err(too_many()),
    }
}

fn unknown(field: &str, id: &str) -> Error {
    Code::NotFound.error(format!("`{field}`: there is no `{id}`"))
}

fn too_many() -> Error {
    Code::ValidationError
        .error("name one of `organization_id`, `environment_id` and `package_id`, not several")
}

/// The name of the list of events in its cursors.
pub const LIST: &str = "events";

/// Reads a cursor of the list: the event before which a page begins.
///
/// # Errors
/// `INVALID_CURSOR`.
pub fn position(cursor: &str) -> Result<EventId> {
    Uuid::from_slice(&pagination::read_cursor(LIST, cursor)?)
        .map(EventId)
        .map_err(|_| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
