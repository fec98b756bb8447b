//! Organizations. Deleting one spans nouns of other crates, and is theirs.

use super::done;
use crate::actor::Scope;
use crate::extract::{SignedIn, SignedInUser};
use crate::ids::OrganizationId;
use crate::organization::{
    self, NewOrganization, Organization, OrganizationRole, invitation, member,
};
use crate::pagination::{Pagination, PaginationQuery};
use crate::state::Identity;
use crate::visible::Visible;
use crate::{Code, Result, session};
use axum::extract::State;
use os_api::organization::{
    CheckSlug, CreateOrganization, FullOrganization, OrganizationQuery, OrganizationRecord,
    SetActiveOrganization, UpdateOrganization,
};
use os_api::record::Records;
use os_api::user::Status;
use os_db::Tx;
use os_http::Lenient;
use os_http::extract::{Bare, Query};

/// The members that are shown with an organization.
const FIRST_MEMBERS: Pagination = Pagination { limit: 100, offset: 0 };

/// Lists the organizations of the user who asks.
pub async fn list(
    State(identity): State<Identity>,
    SignedInUser { actor, .. }: SignedInUser,
) -> Result<Bare<Vec<os_api::organization::Organization>>> {
    let page = Pagination { limit: i64::MAX, offset: 0 };
    let mut tx = identity.db().read().await?;
    let (organizations, _) = organization::list(&mut tx, Visible::to(&actor), page).await?;
    Ok(Bare(organizations.into_iter().map(Into::into).collect()))
}

/// Creates an organization, which the user who asks owns.
pub async fn create(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<CreateOrganization>,
) -> Result<Bare<FullOrganization>> {
    let session = session::required(&user)?;
    let new = NewOrganization::try_from(body)?;
    let mut tx = identity.db().write().await?;
    let created = organization::create(&mut tx, &actor, user.id(), new).await?;
    session::set_organization(&mut tx, session, created.id).await?;
    let full = full(&mut tx, created, true).await?;
    tx.commit().await?;
    Ok(Bare(full))
}

/// Changes an organization.
pub async fn update(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<UpdateOrganization>,
) -> Result<Bare<os_api::organization::Organization>> {
    let id = organization::chosen(&user, body.organization_id.map(OrganizationId))?;
    let mut tx = identity.db().write().await?;
    let access = organization::for_change(&mut tx, &actor, id, OrganizationRole::Admin).await?;
    let updated = organization::update(&mut tx, &access, body.data).await?;
    tx.commit().await?;
    Ok(Bare(updated.into()))
}

/// Checks that a slug is free.
pub async fn check_slug(
    State(identity): State<Identity>,
    _: SignedIn,
    Lenient(body): Lenient<CheckSlug>,
) -> Result<Bare<Status>> {
    let slug = organization::slug_of(&body.slug)?;
    match organization::find_by_slug(&mut identity.db().read().await?, &slug).await? {
        Some(_) => Err(Code::DuplicateRecord.error(format!("the slug `{slug}` is taken"))),
        None => Ok(done()),
    }
}

/// Chooses the organization that the session works in. A key keeps its own.
pub async fn set_active(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Lenient(body): Lenient<SetActiveOrganization>,
) -> Result<Bare<os_api::organization::Organization>> {
    let session = session::required(&user)?;
    let mut tx = identity.db().write().await?;
    let id = by_id_or_slug(&mut tx, body.organization_id, body.organization_slug).await?;
    let id = id.ok_or_else(|| {
        Code::MissingRequiredField.error("`organizationId` or `organizationSlug` must name one")
    })?;
    organization::access(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
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

/// Shows an organization with its members; `null` when none is named or active.
pub async fn get_full(
    State(identity): State<Identity>,
    SignedInUser { actor, user }: SignedInUser,
    Query(query): Query<OrganizationQuery>,
) -> Result<Bare<Option<FullOrganization>>> {
    let mut tx = identity.db().read().await?;
    let named = by_id_or_slug(&mut tx, query.organization_id, query.organization_slug).await?;
    let Some(id) = named.or(user.active_organization()) else { return Ok(Bare(None)) };
    let access =
        organization::access(&mut tx, &actor, id, OrganizationRole::Member, Scope::Read).await?;
    let organization = organization::get(&mut tx, id).await?;
    let sees_invitations = access.role() >= OrganizationRole::DelegatedAdmin;
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

/// `sys_organization`: my organizations.
pub async fn records(
    State(identity): State<Identity>,
    SignedIn(actor): SignedIn,
    Query(query): Query<PaginationQuery>,
) -> Result<Bare<Records<OrganizationRecord>>> {
    let page = query.checked()?;
    let mut tx = identity.db().read().await?;
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
