//! JSON of the environments (docs/wire/environments.md#environment-endpoints).

use crate::fleet::environment::{
    self, Changes, DRIVER_PREFIX, DRIVERS, EnvironmentRole, Filter, NewEnvironment, credential,
    hostname, member, scope,
};
use crate::fleet::installation::LeftOut;
use crate::http::extract::{Bare, Data, Json, Lenient, Path, Query};
use crate::http::guards::{
    MayDeleteEnvironment, MayInstall, MayManageEnvironment, MayReadEnvironment,
};
use crate::workflow::copy_environment::copy_environment;
use crate::{Code, Control, Error, Result};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use os_api::environment as wire;
use os_identity::organization::{self, OrganizationRole};
use os_identity::{Scope, SignedIn};
use serde::Deserialize;
use std::time::Instant;

#[derive(Deserialize)]
pub struct MemberAddress {
    member: String,
}

#[derive(Deserialize)]
pub struct Records {
    limit: Option<usize>,
}

pub async fn list(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListEnvironments>,
) -> Result<Data<wire::Environments>> {
    let filter = filter(query)?;
    let rows = environment::list(&mut control.db.read().await?, &actor, filter).await?;
    let environments: Vec<wire::Environment> = rows.into_iter().map(Into::into).collect();
    let (projects, total) = (environments.clone(), environments.len());
    Ok(Data(wire::Environments { environments, projects, total }))
}

/// Lists the environments as records, for consoles that read rows
/// (docs/wire/installations.md#reads-for-consoles).
pub async fn records(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<Records>,
) -> Result<Bare<wire::EnvironmentRecords>> {
    let rows = environment::list(&mut control.db.read().await?, &actor, Filter::default()).await?;
    let (total, limit) = (rows.len(), query.limit.unwrap_or(200));
    let records = rows.into_iter().take(limit).map(Into::into).collect();
    let object = "sys_environment".to_owned();
    Ok(Bare(wire::EnvironmentRecords { object, records, total, has_more: total > limit }))
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadEnvironment,
) -> Result<Data<wire::EnvironmentDetail>> {
    let mut tx = control.db.read().await?;
    let row = environment::get(&mut tx, &access).await?;
    let owner = organization::get(&mut tx, access.organization()).await?;
    let credential = credential::find(&mut tx, &access).await?.map(Into::into);
    let database = wire::Database {
        driver: row.database_driver.clone(),
        storage_limit_mb: row.storage_limit_mb,
        provisioned_at: row.provisioned_at,
    };
    let role = access.role().as_str().to_owned();
    let membership = wire::Membership { environment_id: row.id.0, role };
    let organization =
        wire::OrganizationOfEnvironment { id: owner.id.0, name: owner.name, slug: owner.slug };
    let one = row.into();
    Ok(Data(wire::EnvironmentDetail { one, database, credential, membership, organization }))
}

pub async fn create(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Lenient(body): Lenient<wire::CreateEnvironment>,
) -> Result<(StatusCode, Data<wire::CreatedEnvironment>)> {
    let (started, named) = (Instant::now(), body.organization_id.clone());
    let (wanted, source) = (body.hostname.clone(), body.clone_from_environment_id.clone());
    let new = NewEnvironment::read(body)?;
    let mut tx = control.db.write().await?;
    let (role, scope) = (OrganizationRole::Admin, Scope::Admin);
    let access = scope::organization(&mut tx, &actor, named.as_deref(), role, scope).await?;
    let domain = hostname::domain(&control.config);
    let mut made = environment::create(&mut tx, &access, new, &domain).await?;
    let mut left_out = Vec::new();
    if let Some(source) = source.filter(|it| !it.is_empty()) {
        (made, left_out) =
            copy_environment(&mut tx, &control.config, &actor, &source, &made).await?;
    }
    tx.commit().await?;
    let mut body = created(made, wanted, started);
    body.warnings = left_out.iter().map(LeftOut::warning).collect();
    body.settings_left_out = left_out.into_iter().map(Into::into).collect();
    Ok((StatusCode::CREATED, Data(body)))
}

fn created(
    row: environment::Environment,
    wanted: Option<String>,
    started: Instant,
) -> wire::CreatedEnvironment {
    let assigned = row.hostname.clone().unwrap_or_default();
    let hostname_assignment = wanted.map(|wanted| wire::HostnameAssignment {
        requested_hostname: wanted,
        assigned_hostname: assigned,
    });
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let one = row.into();
    wire::CreatedEnvironment {
        one,
        warnings: Vec::new(),
        settings_left_out: Vec::new(),
        duration_ms,
        hostname_assignment,
    }
}

pub async fn update(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Lenient(body): Lenient<wire::UpdateEnvironment>,
) -> Result<Data<wire::OneEnvironment>> {
    let wanted = Changes::read(body)?;
    let mut tx = control.db.write().await?;
    let row = environment::update(&mut tx, &access, wanted).await?;
    tx.commit().await?;
    Ok(Data(row.into()))
}

pub async fn delete(
    State(control): State<Control>,
    access: MayDeleteEnvironment,
    Query(query): Query<wire::Force>,
) -> Result<Data<wire::DeletedEnvironment>> {
    let mut tx = control.db.write().await?;
    environment::delete(&mut tx, &access, query.is_on()).await?;
    tx.commit().await?;
    let environment_id = access.environment().0;
    Ok(Data(wire::DeletedEnvironment { deleted: true, environment_id, warnings: Vec::new() }))
}

pub async fn activate(
    State(control): State<Control>,
    access: MayReadEnvironment,
) -> Result<Data<wire::ActivatedEnvironment>> {
    let mut tx = control.db.write().await?;
    let session_updated = environment::activate(&mut tx, &access).await?;
    let one = environment::get(&mut tx, &access).await?.into();
    tx.commit().await?;
    Ok(Data(wire::ActivatedEnvironment { one, session_updated }))
}

pub async fn rotate_credential(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Lenient(body): Lenient<wire::RotateCredential>,
) -> Result<Data<wire::RotatedCredential>> {
    let mut tx = control.db.write().await?;
    let credential = credential::rotate(&mut tx, &access, &body.plaintext).await?.into();
    tx.commit().await?;
    Ok(Data(wire::RotatedCredential { credential }))
}

pub async fn set_hostname(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Lenient(body): Lenient<wire::SetHostname>,
) -> Result<Data<wire::OneEnvironment>> {
    let name = environment::read_hostname(&body.hostname)?;
    let mut tx = control.db.write().await?;
    let row = hostname::set(&mut tx, &access, name).await?;
    tx.commit().await?;
    Ok(Data(row.into()))
}

pub async fn retry(
    State(control): State<Control>,
    access: MayManageEnvironment,
) -> Result<(StatusCode, Data<wire::OneEnvironment>)> {
    let mut tx = control.db.write().await?;
    let row = environment::retry(&mut tx, &access).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Data(row.into())))
}

/// Points to the runtime, which holds the sample data.
pub async fn reseed(_: MayInstall) -> (StatusCode, Data<wire::ReseedAccepted>) {
    let message = "the runtime of the environment loads its sample data itself; ask it to reseed";
    let message = message.to_owned();
    (StatusCode::ACCEPTED, Data(wire::ReseedAccepted { accepted: true, message }))
}

/// Returns no revisions: an environment has generations instead.
pub async fn revisions(_: MayReadEnvironment) -> Data<wire::Revisions> {
    let branch = "main".to_owned();
    Data(wire::Revisions { items: Vec::new(), next_cursor: None, branch })
}

pub async fn branches(_: MayReadEnvironment) -> Data<Vec<wire::Branch>> {
    let name = "main".to_owned();
    Data(vec![wire::Branch { name, is_default: true, is_protected: true }])
}

/// Refuses to rename or delete the only branch.
pub async fn change_branch(_: MayManageEnvironment) -> Error {
    Code::InvalidState.error("`main` is the only branch; it can be neither renamed nor deleted")
}

pub async fn members(
    State(control): State<Control>,
    access: MayReadEnvironment,
) -> Result<Data<wire::EnvironmentMembers>> {
    let rows = member::list(&mut control.db.read().await?, &access).await?;
    Ok(Data(wire::EnvironmentMembers { members: rows.into_iter().map(Into::into).collect() }))
}

pub async fn add_member(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Json(body): Json<wire::AddEnvironmentMember>,
) -> Result<(StatusCode, Data<wire::OneEnvironmentMember>)> {
    let role = role(&body.role)?;
    let who = member::MemberRef { user_id: body.user_id, email: body.email };
    let mut tx = control.db.write().await?;
    let member = member::add(&mut tx, &access, who, role).await?.into();
    tx.commit().await?;
    Ok((StatusCode::CREATED, Data(wire::OneEnvironmentMember { member })))
}

pub async fn update_member(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(address): Path<MemberAddress>,
    Json(body): Json<wire::UpdateEnvironmentMember>,
) -> Result<Data<wire::OneEnvironmentMember>> {
    let role = role(&body.role)?;
    let mut tx = control.db.write().await?;
    let member = member::set_role(&mut tx, &access, &address.member, role).await?.into();
    tx.commit().await?;
    Ok(Data(wire::OneEnvironmentMember { member }))
}

pub async fn remove_member(
    State(control): State<Control>,
    access: MayManageEnvironment,
    Path(address): Path<MemberAddress>,
) -> Result<Data<wire::OneEnvironmentMember>> {
    let mut tx = control.db.write().await?;
    let member = member::remove(&mut tx, &access, &address.member).await?.into();
    tx.commit().await?;
    Ok(Data(wire::OneEnvironmentMember { member }))
}

pub async fn drivers(SignedIn(_): SignedIn) -> Data<wire::Drivers> {
    let drivers = DRIVERS.map(|name| wire::Driver {
        name: name.to_owned(),
        driver_id: format!("{DRIVER_PREFIX}{name}"),
    });
    Data(wire::Drivers { total: drivers.len(), drivers: drivers.into() })
}

pub async fn templates(SignedIn(_): SignedIn) -> Data<wire::Templates> {
    Data(wire::Templates { templates: Vec::new(), total: 0 })
}

pub async fn entitlements(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListEnvironments>,
) -> Result<Data<wire::Entitlements>> {
    let mut tx = control.db.read().await?;
    let (named, role) = (query.organization_id.as_deref(), OrganizationRole::Member);
    let access = scope::organization(&mut tx, &actor, named, role, Scope::Read).await?;
    Ok(Data(wire::Entitlements {
        has_production_env: scope::production(&mut tx, &access).await?.is_some(),
        development: wire::DevelopmentEntitlement { can_create: true },
        plan: "free".to_owned(),
    }))
}

/// Sends a browser to the production environment.
pub async fn open_production(
    State(control): State<Control>,
    SignedIn(actor): SignedIn,
    Query(query): Query<wire::ListEnvironments>,
) -> Result<impl IntoResponse> {
    let mut tx = control.db.read().await?;
    let (named, role) = (query.organization_id.as_deref(), OrganizationRole::Member);
    let access = scope::organization(&mut tx, &actor, named, role, Scope::Read).await?;
    let url = scope::production(&mut tx, &access).await?.and_then(|it| it.address());
    let url = url.ok_or_else(|| {
        Code::EnvironmentNotFound.error("the organization has no production environment to open")
    })?;
    Ok((StatusCode::FOUND, [(header::LOCATION, url)]))
}

fn filter(query: wire::ListEnvironments) -> Result<Filter> {
    let unknown = |text: &str| {
        Code::NotFound.error(format!("there is no organization `{text}` that you are a member of"))
    };
    let text = |it: Option<String>| it.filter(|it| !it.is_empty());
    Ok(Filter {
        organization: text(query.organization_id)
            .map(|it| it.parse().map_err(|_| unknown(&it)))
            .transpose()?,
        environment_type: text(query.env_type)
            .map(|it| environment::read_environment_type(&it))
            .transpose()?,
        status: text(query.status).map(|it| environment::read_status(&it)).transpose()?,
    })
}

fn role(text: &str) -> Result<EnvironmentRole> {
    EnvironmentRole::parse(text).ok_or_else(|| {
        let all = EnvironmentRole::ALL.map(EnvironmentRole::as_str).join(", ");
        Code::ValidationError.error(format!("`role`: it is none of {all}"))
    })
}
