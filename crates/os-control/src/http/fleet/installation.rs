//! JSON of the installations (docs/wire/installations.md#installation-endpoints).

use crate::fleet::installation::NewSettings;
use crate::fleet::{installation, settings};
use crate::http::extract::{Data, Lenient, Path, Query};
use crate::http::guards::{MayInstall, MayReadEnvironment};
use crate::{Code, Control, Result, pagination};
use axum::extract::State;
use axum::http::StatusCode;
use os_api::environment::Force;
use os_api::installation as wire;
use serde::Deserialize;
use uuid::Uuid;

const HISTORY: &str = "installation-history";

#[derive(Deserialize)]
pub struct Address {
    package: String,
}

pub async fn list(
    State(control): State<Control>,
    access: MayReadEnvironment,
) -> Result<Data<wire::Installations>> {
    let rows = installation::list(&mut control.db.read().await?, &access).await?;
    let packages = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<_>>>()?;
    Ok(Data(wire::Installations { total: packages.len(), packages }))
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(address): Path<Address>,
) -> Result<Data<wire::OneInstallation>> {
    let mut tx = control.db.read().await?;
    let row = installation::get(&mut tx, &access, &address.package).await?;
    Ok(Data(row.try_into()?))
}

pub async fn install(
    State(control): State<Control>,
    access: MayInstall,
    Lenient(body): Lenient<wire::InstallPackage>,
) -> Result<(StatusCode, Data<wire::OneInstallation>)> {
    let request = installation::read_install(body)?.check(&control.db, &access).await?;
    let mut tx = control.db.write().await?;
    let outcome = installation::install(&mut tx, &access, &control.config, request).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Data(outcome.try_into()?)))
}

pub async fn uninstall(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Query(query): Query<Force>,
) -> Result<Data<wire::Uninstalled>> {
    let mut tx = control.db.write().await?;
    let gone = installation::uninstall(&mut tx, &access, &address.package, query.is_on()).await?;
    tx.commit().await?;
    Ok(Data(wire::Uninstalled { id: gone.manifest_id, success: true }))
}

pub async fn enable(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
) -> Result<Data<wire::OneInstallation>> {
    let mut tx = control.db.write().await?;
    let row = installation::enable(&mut tx, &access, &address.package).await?;
    tx.commit().await?;
    Ok(Data(row.try_into()?))
}

pub async fn disable(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Query(query): Query<Force>,
) -> Result<Data<wire::OneInstallation>> {
    let mut tx = control.db.write().await?;
    let row = installation::disable(&mut tx, &access, &address.package, query.is_on()).await?;
    tx.commit().await?;
    Ok(Data(row.try_into()?))
}

pub async fn upgrade(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Lenient(body): Lenient<wire::UpgradePackage>,
) -> Result<Data<wire::OneInstallation>> {
    let (config, package) = (&control.config, &address.package);
    let request = installation::read_upgrade(body)?.check(&control.db, &access, package).await?;
    let mut tx = control.db.write().await?;
    let outcome = installation::upgrade(&mut tx, &access, config, package, request).await?;
    tx.commit().await?;
    Ok(Data(outcome.try_into()?))
}

pub async fn roll_back(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Lenient(body): Lenient<wire::RollbackPackage>,
) -> Result<Data<wire::OneInstallation>> {
    let (config, package) = (&control.config, &address.package);
    let request = installation::read_rollback(body)?.check(&control.db, &access, package).await?;
    let mut tx = control.db.write().await?;
    let outcome = installation::roll_back(&mut tx, &access, config, package, request).await?;
    tx.commit().await?;
    Ok(Data(outcome.try_into()?))
}

pub async fn change_settings(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Lenient(body): Lenient<wire::ChangeSettings>,
) -> Result<Data<wire::OneInstallation>> {
    settings::check_size(&body.settings)?;
    let package = &address.package;
    let new = NewSettings::check(body.settings, &control.db, &access, package).await?;
    let mut tx = control.db.write().await?;
    let row = installation::change_settings(&mut tx, &access, package, new).await?;
    tx.commit().await?;
    Ok(Data(row.try_into()?))
}

pub async fn history(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(address): Path<Address>,
    Query(query): Query<wire::Pagination>,
) -> Result<Data<wire::History>> {
    let limit = pagination::read_limit(query.limit)?;
    let before = query.cursor.as_deref().map_or(Ok(Uuid::max()), position)?;
    let mut tx = control.db.read().await?;
    let (environment, package) = (&access, &address.package);
    let mut rows = installation::history(&mut tx, environment, package, before, limit + 1).await?;
    let next = pagination::cut_page(&mut rows, limit);
    let next_cursor = next.map(|last| pagination::write_cursor(HISTORY, last.id.as_bytes()));
    let items = rows.into_iter().map(Into::into).collect();
    Ok(Data(wire::History { items, next_cursor }))
}

fn position(cursor: &str) -> Result<Uuid> {
    Uuid::from_slice(&pagination::read_cursor(HISTORY, cursor)?)
        .map_err(|_| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
