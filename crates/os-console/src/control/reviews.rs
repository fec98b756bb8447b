//! Pages of the review, for platform administrators.

use super::versions::readable;
use crate::flash::done;
use crate::frame::Frame;
use crate::html::Html;
use crate::markdown::markdown;
use crate::respond::{more, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::listing::RejectionReason;
use os_control::http::extract::{Form, Path, Query, typed};
use os_control::http::guards::{MayReview, MayReviewAny};
use os_control::registry::listing::{self, QueuedVersion};
use os_control::registry::package::{self, Package};
use os_control::registry::version::{self, Version};
use os_control::{Code, Control, Result};
use os_identity::organization;
use serde::Deserialize;

const PAGE_REVIEWS: i64 = 50;

const STATUSES: [&str; 3] = ["pending_review", "approved", "rejected"];

const REASONS: [&str; 8] = [
    "security-vulnerability",
    "policy-violation",
    "quality-below-standard",
    "misleading-metadata",
    "incompatible",
    "duplicate",
    "insufficient-documentation",
    "other",
];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct QueueQuery {
    status: Option<String>,
    cursor: Option<String>,
}

struct Row {
    version: Version,
    package: QueuedVersion,
}

#[derive(Template)]
#[template(path = "control/reviews.html")]
struct QueuePage {
    frame: Frame,
    rows: Vec<Row>,
    status: &'static str,
    statuses: &'static [&'static str],
    next: Option<String>,
}

pub async fn queue(
    State(control): State<Control>,
    access: MayReviewAny,
    frame: Frame,
    Query(query): Query<QueueQuery>,
) -> Result<Response> {
    let status = listing::read_status(query.status.as_deref().filter(|it| !it.is_empty()))?;
    let after = query.cursor.as_deref().map(listing::read_cursor).transpose()?;
    let mut tx = control.db.read().await?;
    let queue = listing::queue(&mut tx, &access, status, after, PAGE_REVIEWS).await?;
    let status = status.as_str();
    let next = queue.next_cursor.as_deref();
    let next = next.map(|cursor| more("/reviews", &[("status", status), ("cursor", cursor)]));
    let rows = queue.items.into_iter().map(|(package, version)| Row { version, package }).collect();
    page(&QueuePage { frame, rows, status, statuses: &STATUSES, next })
}

#[derive(Template)]
#[template(path = "control/review.html")]
struct ReviewPage {
    frame: Frame,
    package: Package,
    owner: String,
    version: Version,
    readme: Option<Html>,
    manifest: String,
    reasons: &'static [&'static str],
}

#[derive(Deserialize)]
pub struct ReviewPath {
    version: String,
}

pub async fn show(
    State(control): State<Control>,
    access: MayReview,
    Path(path): Path<ReviewPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let version = version::find_own(&mut tx, &access, &path.version).await?;
    let package = package::get(&mut tx, &access).await?;
    let owner = organization::get(&mut tx, access.owner()).await?.name;
    let manifest = readable(&version::manifest_json(&mut tx, &access, &version).await?);
    let readme = package.readme.as_deref().map(markdown);
    page(&ReviewPage { frame, package, owner, version, readme, manifest, reasons: &REASONS })
}

#[derive(Deserialize)]
pub struct DecisionPath {
    version: String,
    decision: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    reason: String,
    feedback: String,
}

pub async fn decide(
    State(control): State<Control>,
    access: MayReview,
    Path(DecisionPath { version, decision }): Path<DecisionPath>,
    Form(form): Form<DecisionForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let version = version::find_own(&mut tx, &access, &version).await?;
    let sentence = match decision.as_str() {
        "approve" => {
            listing::approve(&mut tx, &access, &version).await.map(|_| "is in the marketplace.")
        }
        "unlist" => listing::unlist(&mut tx, &access, &version)
            .await
            .map(|_| "is no longer in the marketplace."),
        "reject" => {
            let reasons = read_reason(&form.reason)?;
            let feedback = Some(form.feedback.trim()).filter(|it| !it.is_empty());
            listing::reject(&mut tx, &access, &version, &reasons, feedback)
                .await
                .map(|_| "is rejected.")
        }
        _ => Err(Code::NotFound.error(format!("there is no decision `{decision}`"))),
    }?;
    control.catalog.commit(tx).await?;
    Ok(done("/reviews", &format!("{} {} {sentence}", access.manifest_id(), version.version)))
}

fn read_reason(text: &str) -> Result<Vec<RejectionReason>> {
    if text.is_empty() { Ok(Vec::new()) } else { Ok(vec![typed(text.into())?]) }
}
