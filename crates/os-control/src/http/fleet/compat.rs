//! Reads and actions of older clients about installations (docs/wire/installations.md#other-reads).

use crate::fleet::environment::{EnvironmentAccess, EnvironmentRole, scope};
use crate::fleet::installation::{self, Allow, InstallRequest, VersionRef};
use crate::http::extract::{Data, Lenient, Path, Query};
use crate::http::guards::MayReadEnvironment;
use crate::registry::catalog::offers;
use crate::{Code, Control, Result};
use axum::extract::State;
use os_api::installation as wire;
use os_identity::organization::OrganizationRole;
use os_identity::{Scope, SignedIn};
use serde::Deserialize;
use serde_json::Map;
use std::convert::Infallible;

#[derive(Deserialize)]
pub struct PackageAddress {
    package: String,
}

#[derive(Deserialize)]
pub struct Address {
    installation: String,
}

/// Reports whether a package is installed.
pub async fn probe(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(address): Path<PackageAddress>,
) -> Result<Data<wire::InstalledOrNot>> {
    let mut tx = control.db.read().await?;
    let found = installation::find(&mut tx, &access, &address.package).await?;
    Ok(Data(wire::InstalledOrNot {
        installed: found.is_some(),
        installation_id: found.as_ref().map(|it| it.id.0),
        version: found.as_ref().map(|it| it.version.clone()),
        with_sample_data: found.as_ref().map(|it| it.with_sample_data),
    }))
}

/// Lists the packages that an organization can install.
pub async fn organization_packages(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListOrganizationPackages>,
) -> Result<Data<wire::OrganizationPackages>> {
    let mut tx = control.db.read().await?;
    let cursor = query.cursor.as_deref();
    let (offers, next_cursor) = match query.environment_id.as_deref().filter(|it| !it.is_empty()) {
        Some(id) => {
            let (role, scope) = (EnvironmentRole::Reader, Scope::Read);
            let access = EnvironmentAccess::find(&mut tx, &actor, id, role, scope).await?;
            installation::offers(&mut tx, &access, cursor).await?
        }
        None => {
            let (role, scope) = (OrganizationRole::Member, Scope::Read);
            let access = scope::organization(&mut tx, &actor, None, role, scope).await?;
            offers::offers(&mut tx, &access, cursor).await?
        }
    };
    let items = offers.into_iter().map(Into::into).collect();
    Ok(Data(wire::OrganizationPackages { items, next_cursor }))
}

/// Installs a package from a console. Every failure is an error status, because the console takes
/// any 200 for a success.
pub async fn install(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Lenient(body): Lenient<wire::InstallAction>,
) -> Result<Data<wire::InstallActionResult>> {
    let params = body.params;
    let request = InstallRequest {
        version: VersionRef::Package { package: body.record_id, version: params.version },
        allow: Allow::default(),
        settings: Map::new(),
        with_sample_data: params.seed_sample_data.unwrap_or(false),
        enable: true,
        verdict: None,
    };
    let (id, role) = (&params.environment_id, EnvironmentRole::Maker);
    let mut tx = control.db.read().await?;
    let access = EnvironmentAccess::find(&mut tx, &actor, id, role, Scope::Install).await?;
    drop(tx);
    let request = request.check(&control.db, &access).await?;
    let mut tx = control.db.write().await?;
    let access = EnvironmentAccess::find(&mut tx, &actor, id, role, Scope::Install).await?;
    let outcome = installation::install(&mut tx, &access, &control.config, request).await?;
    let row = outcome.installation;
    tx.commit().await?;
    Ok(Data(wire::InstallActionResult {
        message: match row.status_note() {
            Some(note) => format!("{} {} is installed: {note}", row.display_name, row.version),
            None => format!("{} {} is installed", row.display_name, row.version),
        },
        installation: wire::InstalledByAction {
            id: row.id.0,
            environment_id: row.environment_id.0,
            package_id: row.manifest_id,
            version: row.version,
        },
    }))
}

/// Refuses to reload or to remove sample data, which is in the database of the runtime.
pub async fn sample_data(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Path(address): Path<Address>,
) -> Result<Infallible> {
    let mut tx = control.db.read().await?;
    installation::find_access(&mut tx, &actor, &address.installation).await?;
    Err(Code::InvalidState.error(
        "sample data is in the database of the environment's runtime, which cannot be reached from here; reseed or purge it there",
    ))
}
