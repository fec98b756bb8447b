//! JSON of the review (docs/wire/listings.md#review, docs/wire/listings.md#review-queue).

use super::version::{VersionPath, whole};
use crate::http::extract::{Data, Lenient, Path, Query};
use crate::http::guards::{Admin, MayModerate, MayPublish, MayReview};
use crate::registry::listing::{self, Queued};
use crate::registry::version;
use crate::{Code, Control, Result, page};
use axum::extract::State;
use os_api::listing as wire;
use os_api::version::Version;
use std::collections::HashMap;

const FEEDBACK: usize = 10_000;

macro_rules! moves {
    ($($(#[$doc:meta])* $name:ident: $door:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub async fn $name(
            State(control): State<Control>,
            access: $door,
            Path(path): Path<VersionPath>,
        ) -> Result<Data<Version>> {
            let mut tx = control.db.write().await?;
            let version = version::find_own(&mut tx, &access, &path.version).await?;
            let version = listing::$name(&mut tx, &access, &version).await?;
            let version = whole(&mut tx, version).await?;
            control.catalog.commit(tx).await?;
            Ok(Data(version))
        }
    )*};
}
moves! {
    submit: MayPublish,
    withdraw: MayPublish,
    approve: MayReview,
    unlist: MayModerate,
}

pub async fn reject(
    State(control): State<Control>,
    access: MayReview,
    Path(path): Path<VersionPath>,
    Lenient(body): Lenient<wire::RejectVersion>,
) -> Result<Data<Version>> {
    let feedback = body.feedback.as_deref();
    if feedback.is_some_and(|it| it.chars().count() > FEEDBACK) {
        return Err(Code::ValidationError
            .error(format!("`feedback` may have {FEEDBACK} characters at most")));
    }
    let mut tx = control.db.write().await?;
    let version = version::find_own(&mut tx, &access, &path.version).await?;
    let version = listing::reject(&mut tx, &access, &version, &body.reasons, feedback).await?;
    let version = whole(&mut tx, version).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(version))
}

pub async fn queue(
    State(control): State<Control>,
    _: Admin,
    Query(query): Query<wire::ListReviews>,
) -> Result<Data<wire::Reviews>> {
    let (status, limit) =
        (listing::read_status(query.status.as_deref())?, page::limit(query.limit)?);
    let after = query.cursor.as_deref().map(listing::read_cursor).transpose()?;
    let mut tx = control.db.read().await?;
    let (mut rows, total) = listing::queue(&mut tx, status, after, limit + 1).await?;
    let has_more = rows.len() > usize::try_from(limit).unwrap_or_default();
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next_cursor = rows.last().filter(|_| has_more).map(listing::write_cursor);
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let versions = version::find_all(&mut tx, &ids).await?;
    let mut versions: HashMap<_, _> = versions.into_iter().map(|it| (it.id, it)).collect();
    let items = rows
        .into_iter()
        .filter_map(|row| Some(review(versions.remove(&row.id)?.into(), row)))
        .collect();
    Ok(Data(wire::Reviews { items, total, next_cursor }))
}

fn review(version: Version, row: Queued) -> wire::Review {
    wire::Review {
        version,
        package: wire::ReviewedPackage {
            id: row.package_id.0,
            manifest_id: row.manifest_id,
            display_name: row.display_name,
            owner_org_id: row.owner_org_id.0,
            owner_name: row.owner_name,
            visibility: row.visibility.as_str().to_owned(),
            publisher: row.publisher.as_str().to_owned(),
        },
    }
}
