//! Pages of the review, for platform administrators.

use super::api::{read_cursor, read_status, write_cursor};
use super::{Queued, approve, reject, unlist};
use crate::console::parts::Html;
use crate::console::{Frame, done, markdown, more, page};
use crate::http::extract::{Form, Path, Query, typed};
use crate::http::guards::{Admin, MayReview};
use crate::registry::catalog;
use crate::registry::package::{self, Package};
use crate::registry::version::api::{VersionPath, find};
use crate::registry::version::console::readable;
use crate::registry::version::{self, Version};
use crate::{Code, Control, Result, organization};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_api::listing::RejectionReason;
use serde::Deserialize;
use std::collections::HashMap;

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
    package: Queued,
}

#[derive(Template)]
#[template(path = "reviews.html")]
struct QueuePage {
    frame: Frame,
    rows: Vec<Row>,
    status: &'static str,
    statuses: &'static [&'static str],
    next: Option<String>,
}

pub async fn queue(
    State(control): State<Control>,
    _: Admin,
    frame: Frame,
    Query(query): Query<QueueQuery>,
) -> Result<Response> {
    let status = read_status(query.status.as_deref().filter(|it| !it.is_empty()))?;
    let after = query.cursor.as_deref().map(read_cursor).transpose()?;
    let mut tx = control.db.read().await?;
    let (mut queued, _) = super::queue(&mut tx, status, after, 51).await?;
    let has_more = queued.len() > 50;
    queued.truncate(50);
    let status = status.as_str();
    let next = queued
        .last()
        .filter(|_| has_more)
        .map(|last| more("/reviews", &[("status", status), ("cursor", &write_cursor(last))]));
    let ids: Vec<_> = queued.iter().map(|row| row.id).collect();
    let versions = version::find_all(&mut tx, &ids).await?;
    let mut versions: HashMap<_, _> = versions.into_iter().map(|it| (it.id, it)).collect();
    let row = |package: Queued| Some(Row { version: versions.remove(&package.id)?, package });
    let rows = queued.into_iter().filter_map(row).collect();
    page(&QueuePage { frame, rows, status, statuses: &STATUSES, next })
}

#[derive(Template)]
#[template(path = "review.html")]
struct ReviewPage {
    frame: Frame,
    package: Package,
    owner: String,
    version: Version,
    readme: Option<Html>,
    manifest: String,
    reasons: &'static [&'static str],
}

pub async fn show(
    State(control): State<Control>,
    MayReview(access): MayReview,
    Path(path): Path<VersionPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let version = find(&mut tx, &access, &path).await?;
    let package = package::get(&mut tx, access.package).await?;
    let owner = organization::get(&mut tx, access.owner).await?.name;
    let manifest = readable(&version::manifest_json(&mut tx, version.id).await?);
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
    MayReview(access): MayReview,
    Path(DecisionPath { version, decision }): Path<DecisionPath>,
    Form(form): Form<DecisionForm>,
) -> Result<Response> {
    let mut tx = control.db.write().await?;
    let version = find(&mut tx, &access, &VersionPath { version }).await?;
    let sentence = match decision.as_str() {
        "approve" => approve(&mut tx, &access, &version).await.map(|_| "is in the marketplace."),
        "unlist" => {
            unlist(&mut tx, &access, &version).await.map(|_| "is no longer in the marketplace.")
        }
        "reject" => {
            let reasons = read_reason(&form.reason)?;
            let feedback = Some(form.feedback.trim()).filter(|it| !it.is_empty());
            reject(&mut tx, &access, &version, &reasons, feedback).await.map(|_| "is rejected.")
        }
        _ => Err(Code::NotFound.error(format!("there is no decision `{decision}`"))),
    }?;
    catalog::commit(&control, tx).await?;
    Ok(done("/reviews", &format!("{} {} {sentence}", access.manifest_id, version.version)))
}

fn read_reason(text: &str) -> Result<Vec<RejectionReason>> {
    if text.is_empty() { Ok(Vec::new()) } else { Ok(vec![typed(text.into())?]) }
}
