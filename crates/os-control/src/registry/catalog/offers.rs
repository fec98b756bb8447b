//! What an organization could install (docs/wire/installations.md#other-reads).

pub use super::sql::Offer;

use super::sql;
use crate::{Code, PackageId, Result, page};
use os_db::Tx;
use os_identity::OrganizationId;
use uuid::Uuid;

/// How many packages a page has.
const LIMIT: i64 = 1000;
const LIST: &str = "org-packages";

/// The packages of an organization, those it was granted and those of the
/// marketplace, by name; and the cursor of the next page.
///
/// # Errors
/// `INVALID_CURSOR`.
pub async fn offers(
    tx: &mut Tx,
    organization: OrganizationId,
    cursor: Option<&str>,
) -> Result<(Vec<Offer>, Option<String>)> {
    let after = match cursor {
        Some(cursor) => after(&page::key(LIST, cursor)?)?,
        None => (Vec::new(), PackageId(Uuid::nil())),
    };
    let mut offers = sql::offers(tx, organization, after, LIMIT + 1).await?;
    let next = page::cut(&mut offers, LIMIT).map(|it| {
        let key = [it.id.0.as_bytes().as_slice(), &it.sort_name].concat();
        page::cursor(LIST, &key)
    });
    Ok((offers, next))
}

fn after(key: &[u8]) -> Result<(Vec<u8>, PackageId)> {
    let parts = key
        .split_at_checked(16)
        .and_then(|(id, name)| Some((name.to_vec(), PackageId(Uuid::from_slice(id).ok()?))));
    parts.ok_or_else(|| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
