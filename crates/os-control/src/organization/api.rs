use super::{New, Organization, OrganizationRole};
use crate::auth::Scope;
use crate::data::{Page, Paging, Visible};
use crate::http::extract::{Bare, Data, Lenient, Path, Query};
use crate::http::guards;
use crate::http::guards::{Signed, User};
use crate::organization::{self, invitation, member};
use crate::user::api::done;
use crate::{Code, Control, OrganizationId, Result, session};
use axum::extract::State;
use os_api::organization::{
    CheckSlug, CreateOrganization, DeletedOrganization, FullOrganization, OrganizationQuery,
    OrganizationRecord, SetActiveOrganization, ThisOrganization, UpdateOrganization,
};
use os_api::record::Records;
use os_api::user::Status;
use os_db::Tx;

/// Members that come with an organization.
const FIRST_MEMBERS: Page = Page { limit: 100, offset: 0 };

pub async fn list(
    State(control): State<Control>,
    User { actor, .. }: User,
) -> Result<Bare<Vec<os_api::organization::Organization>>> {
    let page = Page { limit: i64::MAX, offset: 0 };
    let mut tx = control.db.read().await?;
    let (organizations, _) = organization::list(&mut tx, Visible::to(&actor), page).await?;
    Ok(Bare(organizations.into_iter().map(Into::into).collect()))
}

pub async fn create(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<CreateOrganization>,
) -> Result<Bare<FullOrganization>> {
    let session = session::required(&user)?;
    let new = New::try_from(body)?;
    let mut tx = control.db.write().await?;
    let created = organization::create(&mut tx, &actor, user.id, new).await?;
    session::set_organization(&mut tx, session, created.id).await?;
    let full = full(&mut tx, created, true).await?;
    tx.commit().await?;
    Ok(Bare(full))
}

pub async fn update(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<UpdateOrganization>,
) -> Result<Bare<os_api::organization::Organization>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Admin).await?;
    let updated = organization::update(&mut tx, &access, body.data).await?;
    tx.commit().await?;
    Ok(Bare(updated.into()))
}

pub async fn check_slug(
    State(control): State<Control>,
    _: Signed,
    Lenient(body): Lenient<CheckSlug>,
) -> Result<Bare<Status>> {
    let slug = organization::slug_of(&body.slug)?;
    match organization::find_by_slug(&mut control.db.read().await?, &slug).await? {
        Some(_) => Err(Code::DuplicateRecord.error(format!("the slug `{slug}` is taken"))),
        None => Ok(done()),
    }
}

/// Chooses the organization that a session works in. Keys have one for ever.
pub async fn set_active(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<SetActiveOrganization>,
) -> Result<Bare<os_api::organization::Organization>> {
    let session = session::required(&user)?;
    let mut tx = control.db.write().await?;
    let id = by_id_or_slug(&mut tx, body.organization_id, body.organization_slug).await?;
    let id = id.ok_or_else(|| {
        Code::MissingRequiredField.error("`organizationId` or `organizationSlug` must name one")
    })?;
    guards::organization(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    session::set_organization(&mut tx, session, id).await?;
    let organization = organization::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Bare(organization.into()))
}

async fn by_id_or_slug(
    tx: &mut Tx,
    id: Option<uuid::Uuid>,
    slug: Option<String>,
) -> Result<Option<OrganizationId>> {
    match (id, slug) {
        (Some(id), _) => Ok(Some(OrganizationId(id))),
        (None, None) => Ok(None),
        (None, Some(slug)) => {
            let found = organization::find_by_slug(tx, &slug).await?;
            let found = found.ok_or_else(|| {
                Code::NotFound
                    .error(format!("there is no organization `{slug}` that you are a member of"))
            })?;
            Ok(Some(found.id))
        }
    }
}

/// The organization with its members; `null` when none is named or active.
pub async fn get_full(
    State(control): State<Control>,
    User { actor, user }: User,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<Option<FullOrganization>>> {
    let mut tx = control.db.read().await?;
    let named = by_id_or_slug(&mut tx, query.organization_id, query.organization_slug).await?;
    let Some(id) = named.or(user.active_organization) else { return Ok(Bare(None)) };
    let access =
        guards::organization(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    let organization = organization::get(&mut tx, id).await?;
    let sees_invitations = access.role >= OrganizationRole::DelegatedAdmin;
    Ok(Bare(Some(full(&mut tx, organization, sees_invitations).await?)))
}

async fn full(
    tx: &mut Tx,
    organization: Organization,
    sees_invitations: bool,
) -> Result<FullOrganization> {
    let (members, _) = member::list(tx, organization.id, FIRST_MEMBERS).await?;
    let invitations = match sees_invitations {
        true => invitation::list(tx, organization.id).await?,
        false => Vec::new(),
    };
    Ok(FullOrganization {
        organization: organization.into(),
        members: members.into_iter().map(Into::into).collect(),
        invitations: invitations.into_iter().map(Into::into).collect(),
        teams: Vec::new(),
    })
}

pub async fn delete(
    State(control): State<Control>,
    User { actor, user }: User,
    Lenient(body): Lenient<ThisOrganization>,
) -> Result<Bare<os_api::organization::Organization>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Owner).await?;
    let organization = organization::get(&mut tx, id).await?;
    organization::delete(&mut tx, &access).await?;
    tx.commit().await?;
    Ok(Bare(organization.into()))
}

/// The same, where consoles of the cloud look for it.
pub async fn delete_by_path(
    State(control): State<Control>,
    Signed(actor): Signed,
    Path(id): Path<String>,
) -> Result<Data<DeletedOrganization>> {
    let id: OrganizationId = id.parse().map_err(|_| {
        Code::NotFound.error(format!("there is no organization `{id}` that you are a member of"))
    })?;
    let mut tx = control.db.write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Owner).await?;
    let deleted_environments = organization::delete(&mut tx, &access).await?;
    tx.commit().await?;
    Ok(Data(DeletedOrganization {
        deleted: true,
        organization_id: id.0,
        deleted_environments,
        warnings: Vec::new(),
    }))
}

/// `sys_organization`: my organizations.
pub async fn records(
    State(control): State<Control>,
    Signed(actor): Signed,
    Query(paging): Query<Paging>,
) -> Result<Bare<Records<OrganizationRecord>>> {
    let page = paging.page()?;
    let mut tx = control.db.read().await?;
    let (rows, total) = organization::list(&mut tx, Visible::to(&actor), page).await?;
    Ok(Bare(page.of("sys_organization", rows.into_iter().map(Into::into).collect(), total)))
}

impl From<Organization> for os_api::organization::Organization {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0,
            metadata: organization.metadata_value(),
            name: organization.name,
            slug: organization.slug,
            logo: organization.logo,
            created_at: organization.created_at,
        }
    }
}

impl From<Organization> for OrganizationRecord {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.0,
            metadata: organization.metadata_value(),
            name: organization.name,
            slug: organization.slug,
            logo: organization.logo,
            created_at: organization.created_at,
        }
    }
}
