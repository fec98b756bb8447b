//! The current organization of a user, and their rights in it.

use os_control::registry::catalog::{Range, browse};
use os_control::registry::package;
use os_control::registry::package::search::PackageFilter;
use os_control::{Code, Control, Result};
use os_db::Tx;
use os_identity::organization::{self, Organization, OrganizationRole};
use os_identity::{Actor, OrganizationId, Scope, UserPrincipal};

/// Returns the organization that the pages are about: the one that was chosen for
/// the session, else that of the oldest membership.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for who belongs to none.
pub async fn current(tx: &mut Tx, actor: &Actor) -> Result<Organization> {
    find_current(tx, actor).await?.ok_or_else(|| {
        Code::NotFound.error(
            "you belong to no organization yet; accept an invitation or create one at /organization",
        )
    })
}

/// Lists the organizations of a user, oldest membership first: with a key that is confined to one
/// only that.
pub async fn list_visible(tx: &mut Tx, user: &UserPrincipal) -> Result<Vec<Organization>> {
    let mut all = organization::list_of(tx, user.id()).await?;
    all.retain(|it| user.confined_to().is_none_or(|only| only == it.id));
    Ok(all)
}

/// Finds the organization that the pages are about; `None` for who belongs to none.
pub async fn find_current(tx: &mut Tx, actor: &Actor) -> Result<Option<Organization>> {
    let Some(user) = actor.user() else { return Ok(None) };
    let mut all = list_visible(tx, user).await?;
    let chosen = all.iter().position(|it| Some(it.id) == user.active_organization());
    Ok((!all.is_empty()).then(|| all.swap_remove(chosen.unwrap_or(0))))
}

/// Returns whether the actor may register packages of an organization and publish them.
pub async fn may_publish(tx: &mut Tx, actor: &Actor, owner: OrganizationId) -> bool {
    let (role, scope) = (OrganizationRole::Admin, Scope::Publish);
    organization::access(tx, actor, owner, role, scope).await.is_ok()
}

/// Returns whether the examples can be published by an actor whose organization has no
/// package yet.
pub async fn offers_examples(tx: &mut Tx, control: &Control, actor: &Actor) -> Result<bool> {
    if control.config.examples.is_empty() {
        return Ok(false);
    }
    let Some(organization) = find_current(tx, actor).await? else { return Ok(false) };
    let viewer = package::viewer(tx, Some(actor)).await?;
    let wish = PackageFilter { owner: Some(organization.id), ..PackageFilter::default() };
    let first = browse(tx, &viewer, &wish, &Range { after: None, offset: 0, limit: 1 }).await?;
    Ok(first.total == 0 && may_publish(tx, actor, organization.id).await)
}
