use super::{body, enable as enabling, install as rules, settings, uninstall as removing, upgrade};
use crate::http::extract::{Data, Lenient, Path, Query};
use crate::http::guards::{MayInstall, MayReadEnvironment};
use crate::{Code, Control, Result, page};
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
    MayReadEnvironment(access): MayReadEnvironment,
) -> Result<Data<wire::Installations>> {
    let rows = super::list(&mut control.db.read().await?, access.environment).await?;
    let packages = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<_>>>()?;
    Ok(Data(wire::Installations { total: packages.len(), packages }))
}

pub async fn show(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    Path(address): Path<Address>,
) -> Result<Data<wire::OneInstallation>> {
    let mut tx = control.db.read().await?;
    let row = super::get(&mut tx, access.environment, &address.package).await?;
    Ok(Data(row.try_into()?))
}

pub async fn install(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Lenient(body): Lenient<wire::InstallPackage>,
) -> Result<(StatusCode, Data<wire::OneInstallation>)> {
    let request = body::install(body)?;
    let mut tx = control.db.write().await?;
    let (row, warnings) = rules::install(&mut tx, &access, &control.config, request).await?;
    tx.commit().await?;
    let package = row.try_into()?;
    Ok((StatusCode::CREATED, Data(wire::OneInstallation { package, warnings, message: None })))
}

pub async fn uninstall(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    Query(query): Query<Force>,
) -> Result<Data<wire::Uninstalled>> {
    let mut tx = control.db.write().await?;
    let gone = removing::uninstall(&mut tx, &access, &address.package, query.is_on()).await?;
    tx.commit().await?;
    Ok(Data(wire::Uninstalled { id: gone.manifest_id, success: true }))
}

pub async fn enable(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
) -> Result<Data<wire::OneInstallation>> {
    let mut tx = control.db.write().await?;
    let row = enabling::enable(&mut tx, &access, &address.package).await?;
    tx.commit().await?;
    Ok(Data(row.try_into()?))
}

pub async fn disable(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    Query(query): Query<Force>,
) -> Result<Data<wire::OneInstallation>> {
    let mut tx = control.db.write().await?;
    let row = enabling::disable(&mut tx, &access, &address.package, query.is_on()).await?;
    tx.commit().await?;
    Ok(Data(row.try_into()?))
}

pub async fn upgrade(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    Lenient(body): Lenient<wire::UpgradePackage>,
) -> Result<Data<wire::OneInstallation>> {
    let request = body::upgrade(body)?;
    let mut tx = control.db.write().await?;
    let (config, package) = (&control.config, &address.package);
    let moved = upgrade::upgrade(&mut tx, &access, config, package, request).await?;
    tx.commit().await?;
    Ok(Data(moved.try_into()?))
}

pub async fn roll_back(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    Lenient(body): Lenient<wire::RollbackPackage>,
) -> Result<Data<wire::OneInstallation>> {
    let expected = body::expected(body.expected_package_version_id.as_deref())?;
    let to = (body.target_package_version_id.as_str(), expected);
    let mut tx = control.db.write().await?;
    let moved = upgrade::roll_back(&mut tx, &access, &control.config, &address.package, to).await?;
    tx.commit().await?;
    Ok(Data(moved.try_into()?))
}

pub async fn change_settings(
    State(control): State<Control>,
    MayInstall(access): MayInstall,
    Path(address): Path<Address>,
    Lenient(body): Lenient<wire::ChangeSettings>,
) -> Result<Data<wire::OneInstallation>> {
    settings::check_size(&body.settings)?;
    let mut tx = control.db.write().await?;
    let row = settings::change(&mut tx, &access, &address.package, body.settings).await?;
    tx.commit().await?;
    Ok(Data(row.try_into()?))
}

pub async fn history(
    State(control): State<Control>,
    MayReadEnvironment(access): MayReadEnvironment,
    Path(address): Path<Address>,
    Query(query): Query<wire::Page>,
) -> Result<Data<wire::History>> {
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map_or(Ok(Uuid::max()), position)?;
    let mut tx = control.db.read().await?;
    let (environment, package) = (access.environment, &address.package);
    let mut rows = super::history(&mut tx, environment, package, before, limit + 1).await?;
    let next = page::cut(&mut rows, limit);
    let next_cursor = next.map(|last| page::cursor(HISTORY, last.id.as_bytes()));
    let items = rows.into_iter().map(Into::into).collect();
    Ok(Data(wire::History { items, next_cursor }))
}

fn position(cursor: &str) -> Result<Uuid> {
    Uuid::from_slice(&page::key(HISTORY, cursor)?)
        .map_err(|_| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
