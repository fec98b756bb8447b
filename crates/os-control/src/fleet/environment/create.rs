//! Creating an environment. It is active at once: its runtime brings the database.

use super::{Environment, EnvironmentStatus, NewEnvironment, hostname, sql};
use crate::events::{Event, Kind};
use crate::{Code, EnvironmentId, Result};
use os_db::{Tx, now};
use os_identity::Actor;
use os_identity::organization::{self, OrganizationAccess};
use serde_json::Value;

/// Adds an environment (docs/wire/environments.md#create). `domain` is
/// the end of a generated hostname.
///
/// # Errors
/// `HOSTNAME_TAKEN`; `PERMISSION_DENIED` for `is_system` by others than administrators.
pub async fn create(
    tx: &mut Tx,
    access: &OrganizationAccess,
    new: NewEnvironment,
    domain: &str,
) -> Result<Environment> {
    if new.is_system && !may_make_system(access.actor()) {
        return Err(Code::PermissionDenied
            .error("`is_system` is for platform administrators; leave it out"));
    }
    let owner = organization::get(tx, access.organization()).await?;
    let (id, at) = (EnvironmentId::new(), now());
    let hostname = new.hostname.unwrap_or_else(|| hostname::suggest(&owner.slug, id, domain));
    let row = Environment {
        id,
        organization_id: access.organization(),
        display_name: new.display_name,
        slug: new.slug,
        environment_type: new.environment_type,
        is_default: new.is_default,
        is_system: new.is_system,
        plan: new.plan,
        status: EnvironmentStatus::Active,
        visibility: new.visibility,
        region: new.region,
        database_driver: Some(new.driver),
        storage_limit_mb: new.storage_limit_mb,
        provisioned_at: Some(at),
        hostname: Some(hostname.clone()),
        console_url: None,
        api_base_url: None,
        metadata: Value::Object(new.metadata).to_string(),
        generation: 0,
        created_by: access.actor().label(),
        created_at: at,
        updated_at: at,
    };
    if row.is_default {
        organization::lock(tx, access.organization()).await?;
        sql::unset_default(tx, access.organization()).await?;
    }
    sql::insert(tx, &row).await.map_err(|error| hostname::refuse(error, &hostname))?;
    Event::new(Kind::EnvironmentCreated, row.subject())
        .organization(access.organization())
        .environment(id)
        .change(Value::Null, row.facts())
        .record(tx, access.actor())
        .await?;
    Ok(row)
}

fn may_make_system(actor: &Actor) -> bool {
    actor.is_trusted_everywhere() || actor.is_platform_admin()
}
