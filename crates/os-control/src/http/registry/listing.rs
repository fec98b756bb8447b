//! JSON of the review (docs/wire/listings.md#review, docs/wire/listings.md#review-queue).

use super::version::{VersionPath, with_manifest};
use crate::http::extract::{Data, Lenient, Path, Query};
use crate::http::guards::{MayModerate, MayPublish, MayReview, MayReviewAny};
use crate::registry::listing::{self, QueuedVersion};
use crate::registry::version;
use crate::{Code, Control, Result, pagination};
use axum::extract::State;
use os_api::limits::MAX_FEEDBACK_CHARS;
use os_api::listing as wire;
use os_api::version::Version;

/// Handlers that take a version one step through the review.
macro_rules! review_steps {
    ($($name:ident: $guard:ident),* $(,)?) => {$(
        pub async fn $name(
            State(control): State<Control>,
            access: $guard,
            Path(path): Path<VersionPath>,
        ) -> Result<Data<Version>> {
            let mut tx = control.db.write().await?;
            let version = version::find_own(&mut tx, &access, &path.version).await?;
            let version = listing::$name(&mut tx, &access, &version).await?;
            let version = with_manifest(&mut tx, &access, version).await?;
            control.catalog.commit(tx).await?;
            Ok(Data(version))
        }
    )*};
}
review_steps! {
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
    if feedback.is_some_and(|it| it.chars().count() > MAX_FEEDBACK_CHARS) {
        return Err(Code::ValidationError
            .error(format!("`feedback` may have {MAX_FEEDBACK_CHARS} characters at most")));
    }
    let mut tx = control.db.write().await?;
    let version = version::find_own(&mut tx, &access, &path.version).await?;
    let version = listing::reject(&mut tx, &access, &version, &body.reasons, feedback).await?;
    let version = with_manifest(&mut tx, &access, version).await?;
    control.catalog.commit(tx).await?;
    Ok(Data(version))
}

pub async fn queue(
    State(control): State<Control>,
    access: MayReviewAny,
    Query(query): Query<wire::ListReviews>,
) -> Result<Data<wire::Reviews>> {
    let (status, limit) =
        (listing::read_status(query.status.as_deref())?, pagination::read_limit(query.limit)?);
    let after = query.cursor.as_deref().map(listing::read_cursor).transpose()?;
    let mut tx = control.db.read().await?;
    let page = listing::queue(&mut tx, &access, status, after, limit).await?;
    let items = page.items.into_iter().map(|(row, version)| review(version.into(), row)).collect();
    Ok(Data(wire::Reviews { items, total: page.total, next_cursor: page.next_cursor }))
}

fn review(version: Version, row: QueuedVersion) -> wire::Review {
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
