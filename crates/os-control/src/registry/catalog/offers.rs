//! The packages that an organization can install (docs/wire/installations.md#other-reads).

pub use super::sql::Offer;

use super::{PageKey, sql};
use crate::{Code, PackageId, Result, pagination};
use os_db::Tx;
use os_identity::OrganizationId;
use os_identity::organization::OrganizationAccess;
use uuid::Uuid;

const PAGE_PACKAGES: i64 = 1000;
/// The name of this list in its cursors.
const LIST: &str = "org-packages";

/// Lists the packages of an organization, those granted to it and those of the marketplace, by
/// name. Returns the cursor of the next page with them.
///
/// # Errors
/// `INVALID_CURSOR`.
pub async fn offers(
    tx: &mut Tx,
    access: &OrganizationAccess,
    cursor: Option<&str>,
) -> Result<(Vec<Offer>, Option<String>)> {
    offers_to(tx, access.organization(), cursor).await
}

/// Lists the packages that an organization can install, for a rule that has checked the caller's
/// right.
///
/// # Errors
/// `INVALID_CURSOR`.
pub(crate) async fn offers_to(
    tx: &mut Tx,
    organization: OrganizationId,
    cursor: Option<&str>,
) -> Result<(Vec<Offer>, Option<String>)> {
    let after = match cursor {
        Some(cursor) => after(&pagination::read_cursor(LIST, cursor)?)?,
        None => PageKey { sort_name: Vec::new(), id: PackageId(Uuid::nil()) },
    };
    let mut offers = sql::offers(tx, organization, after, PAGE_PACKAGES + 1).await?;
    let next = pagination::cut_page(&mut offers, PAGE_PACKAGES).map(|it| {
        let key = [it.id.0.as_bytes().as_slice(), &it.sort_name].concat();
        pagination::write_cursor(LIST, &key)
    });
    Ok((offers, next))
}

fn after(key: &[u8]) -> Result<PageKey> {
    let parts = key.split_at_checked(16).and_then(|(id, name)| {
        Some(PageKey { sort_name: name.to_vec(), id: PackageId(Uuid::from_slice(id).ok()?) })
    });
    parts.ok_or_else(|| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
