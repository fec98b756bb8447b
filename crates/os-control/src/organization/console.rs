//! Pages of the organization one works in.

use super::Organization;
use crate::auth::Actor;
use crate::{Code, Result};
use os_db::Tx;

/// The organization that the pages are about: the one that was chosen for the
/// session, else the oldest membership.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for who belongs to none.
pub async fn current(tx: &mut Tx, actor: &Actor) -> Result<Organization> {
    let user = actor.user().ok_or_else(|| Code::PermissionDenied.error("this needs a person"))?;
    let mut all = super::list_of(tx, user.id).await?;
    let chosen = all.iter().position(|it| Some(it.id) == user.active_organization);
    if all.is_empty() {
        return Err(Code::NotFound.error(
            "you belong to no organization; ask an administrator for an invitation, or create one under Organization",
        ));
    }
    Ok(all.swap_remove(chosen.unwrap_or(0)))
}
