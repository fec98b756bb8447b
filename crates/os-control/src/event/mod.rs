//! Reading what happened. Who writes it is [`crate::events`].
//!
//! **Invariant:** an event is told to those who may know its organization or
//! its environment, and a package's to its owner as far as they happened there.

pub mod api;
mod sql;

use crate::auth::{Actor, Scope};
use crate::fleet::environment::{EnvironmentRole, reads};
use crate::http::guards;
use crate::organization::OrganizationRole;
use crate::registry::package;
use crate::{Code, EnvironmentId, Error, EventId, OrganizationId, PackageId, Result, page};
use chrono::{DateTime, Utc};
use os_db::Tx;
use uuid::Uuid;

/// A fact that happened, as the database knows it.
#[derive(Debug, os_db::FromRow)]
pub struct Event {
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub request_id: String,
    pub organization_id: Option<OrganizationId>,
    pub environment_id: Option<EnvironmentId>,
    pub package_id: Option<PackageId>,
    /// A JSON object: `subject`, `before`, `after`.
    pub detail: String,
}

/// Whose events somebody may read.
#[derive(Debug, Clone, Copy)]
pub enum About {
    Everything,
    Organization(OrganizationId),
    Environment(EnvironmentId),
    /// Of a package; as far as they happened in one organization, if one is named.
    Package(PackageId, Option<OrganizationId>),
}

/// What is asked for, before it is known whether it may be.
#[derive(Debug, Default)]
pub struct Asked {
    pub organization: Option<String>,
    pub environment: Option<String>,
    pub package: Option<String>,
}

/// Which part of the list to answer.
#[derive(Debug)]
pub struct Part {
    pub kind: Option<String>,
    pub before: EventId,
    pub limit: i64,
}

/// Whether the actor may read what they ask for (contract §4.13): admins of an
/// organization, readers of an environment, the owner of a package. Where
/// nothing is named: all for platform administrators, else the active organization.
///
/// # Errors
/// `VALIDATION_ERROR` for more than one of the three, and those of the doors.
pub async fn about(tx: &mut Tx, actor: &Actor, asked: Asked) -> Result<About> {
    if actor.is_platform_admin() {
        return about_anything(tx, asked).await;
    }
    let (role, scope) = (OrganizationRole::Admin, Scope::Read);
    match (asked.organization, asked.environment, asked.package) {
        (organization, None, None) => {
            let named = organization.as_deref();
            let access = reads::organization(tx, actor, named, role, scope).await?;
            Ok(About::Organization(access.organization))
        }
        (None, Some(id), None) => {
            let access =
                guards::environment(tx, actor, &id, EnvironmentRole::Reader, scope).await?;
            Ok(About::Environment(access.environment))
        }
        (None, None, Some(id)) => {
            let access = guards::package(tx, actor, &id).await?;
            guards::organization(tx, actor, access.owner, role, scope).await?;
            Ok(About::Package(access.package, Some(access.owner)))
        }
        _ => Err(too_many()),
    }
}

/// The same for those who may read everything.
async fn about_anything(tx: &mut Tx, asked: Asked) -> Result<About> {
    match (asked.organization, asked.environment, asked.package) {
        (None, None, None) => Ok(About::Everything),
        (Some(id), None, None) => {
            id.parse().map(About::Organization).map_err(|_| unknown("organization_id", &id))
        }
        (None, Some(id), None) => {
            id.parse().map(About::Environment).map_err(|_| unknown("environment_id", &id))
        }
        (None, None, Some(id)) => {
            let found = package::find_for_access(tx, &id).await?;
            let found = found.ok_or_else(|| unknown("package_id", &id))?;
            Ok(About::Package(found.id, None))
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

/// One page of events, newest first.
pub async fn list(tx: &mut Tx, about: About, part: Part) -> Result<Vec<Event>> {
    Ok(match about {
        About::Everything => sql::list(tx, part).await?,
        About::Organization(id) => sql::list_of_organization(tx, id, part).await?,
        About::Environment(id) => sql::list_of_environment(tx, id, part).await?,
        About::Package(id, owner) => sql::list_of_package(tx, id, owner, part).await?,
    })
}

/// The name of this list in its cursors.
pub const LIST: &str = "events";

/// Reads a cursor of the list: the event before which a page begins.
///
/// # Errors
/// `INVALID_CURSOR`.
pub fn position(cursor: &str) -> Result<EventId> {
    Uuid::from_slice(&page::key(LIST, cursor)?)
        .map(EventId)
        .map_err(|_| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
