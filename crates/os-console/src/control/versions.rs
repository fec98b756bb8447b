//! Pages of the versions.

use super::workplace::may_publish;
use crate::flash::done;
use crate::frame::Frame;
use crate::html::Html;
use crate::markdown::markdown;
use crate::respond::page;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use os_control::http::extract::{Form, Path};
use os_control::http::guards::{MayPublish, MayReadPackage};
use os_control::registry::listing;
use os_control::registry::package::{self, Package, PackageAccess};
use os_control::registry::version::{self, ListingStatus, Version, VersionStatus};
use os_control::{Code, Control, Result};
use os_package::Dependency;
use serde::Deserialize;
use serde_json::Value;

/// The longest manifest on a page.
const MAX_MANIFEST_BYTES: usize = 60_000;

/// A change of a version; each is confirmed on a page first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Publish,
    Submit,
    Withdraw,
    Unlist,
    Deprecate,
    Delete,
}

impl Act {
    /// Its name in paths.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Submit => "submit",
            Self::Withdraw => "withdraw",
            Self::Unlist => "unlist",
            Self::Deprecate => "deprecate",
            Self::Delete => "delete",
        }
    }

    /// The text of its button.
    pub fn title(self) -> &'static str {
        match self {
            Self::Publish => "Publish",
            Self::Submit => "Submit for review",
            Self::Withdraw => "Withdraw",
            Self::Unlist => "Unlist",
            Self::Deprecate => "Deprecate",
            Self::Delete => "Delete",
        }
    }

    fn consequence(self) -> &'static str {
        match self {
            Self::Publish => "It can be installed from then on, and no longer be changed.",
            Self::Submit => {
                "A reviewer of this server decides whether it appears in the marketplace."
            }
            Self::Withdraw => "It leaves the review queue. You can submit it again.",
            Self::Unlist => "It leaves the marketplace. Environments that run it keep running it.",
            Self::Deprecate => {
                "It can no longer be installed. Environments that run it keep running it."
            }
            Self::Delete => "The draft is deleted. This cannot be undone.",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Publish => "is published.",
            Self::Submit => "is submitted for review.",
            Self::Withdraw => "is withdrawn.",
            Self::Unlist => "is no longer in the marketplace.",
            Self::Deprecate => "is deprecated.",
            Self::Delete => "is deleted.",
        }
    }

    fn is_destructive(self) -> bool {
        matches!(self, Self::Unlist | Self::Deprecate | Self::Delete)
    }

    fn takes_reason(self) -> bool {
        self == Self::Deprecate
    }
}

/// Returns the changes that the state of a version allows.
pub fn acts(version: &Version) -> Vec<Act> {
    match (version.status, version.listing_status) {
        (VersionStatus::Draft, _) => vec![Act::Publish, Act::Delete],
        (VersionStatus::Deprecated, _) => Vec::new(),
        (VersionStatus::Published, ListingStatus::PendingReview) => {
            vec![Act::Withdraw, Act::Deprecate]
        }
        (VersionStatus::Published, ListingStatus::Approved) => vec![Act::Unlist, Act::Deprecate],
        (VersionStatus::Published, _) => vec![Act::Submit, Act::Deprecate],
    }
}

#[derive(Deserialize)]
pub struct VersionPath {
    version: String,
}

#[derive(Template)]
#[template(path = "control/version.html")]
struct VersionPage {
    frame: Frame,
    package: Package,
    version: Version,
    dependencies: Vec<Dependency>,
    notes: Option<Html>,
    review: Option<String>,
    manifest: String,
    may_publish: bool,
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadPackage,
    Path(path): Path<VersionPath>,
    frame: Frame,
) -> Result<Response> {
    let mut tx = control.db.read().await?;
    let version = version::visible(&mut tx, &access, &path.version).await?;
    let package = package::get(&mut tx, &access).await?;
    let facts = version::installables(&mut tx, std::slice::from_ref(&version)).await?;
    let dependencies = facts.into_iter().next().map_or_else(Vec::new, |it| it.dependencies);
    let manifest = readable(&version::manifest_json(&mut tx, &access, &version).await?);
    let may_publish = may_publish(&mut tx, access.actor(), access.owner()).await;
    let notes = version.release_notes.as_deref().map(markdown);
    let review = version.review_notes.as_deref().filter(|_| may_publish).and_then(verdict);
    page(&VersionPage {
        frame,
        package,
        version,
        dependencies,
        notes,
        review,
        manifest,
        may_publish,
    })
}

/// Returns a manifest with indentation, cut to [`MAX_MANIFEST_BYTES`].
pub fn readable(manifest: &str) -> String {
    let value: Value = serde_json::from_str(manifest).unwrap_or_default();
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    if text.len() > MAX_MANIFEST_BYTES {
        text.truncate(text.floor_char_boundary(MAX_MANIFEST_BYTES));
        text.push_str("\n…");
    }
    text
}

/// Returns the reasons of a rejection, in a sentence.
fn verdict(notes: &str) -> Option<String> {
    let notes: Value = serde_json::from_str(notes).ok()?;
    let reasons = notes["reasons"].as_array().map_or(&[][..], Vec::as_slice);
    let reasons = reasons.iter().filter_map(Value::as_str).map(|it| it.replace('-', " "));
    let said: Vec<String> = reasons.chain(notes["feedback"].as_str().map(str::to_owned)).collect();
    (!said.is_empty()).then(|| said.join(". "))
}

#[derive(Deserialize)]
pub struct ActPath {
    version: String,
    act: String,
}

impl ActPath {
    fn act(&self) -> Result<Act> {
        serde_json::from_value(Value::from(self.act.as_str())).map_err(|_| {
            Code::NotFound.error(format!("there is no action `{}` on a version", self.act))
        })
    }
}

#[derive(Template)]
#[template(path = "control/version_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    package: Package,
    version: Version,
    act: Act,
}

pub async fn confirm(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<ActPath>,
    frame: Frame,
) -> Result<Response> {
    let act = path.act()?;
    let mut tx = control.db.read().await?;
    let version = version::find_own(&mut tx, &access, &path.version).await?;
    let package = package::get(&mut tx, &access).await?;
    page(&ConfirmPage { frame, package, version, act })
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

pub async fn act(
    State(control): State<Control>,
    access: MayPublish,
    Path(path): Path<ActPath>,
    Form(form): Form<Reason>,
) -> Result<Response> {
    let act = path.act()?;
    let reason = version::read_reason(Some(form.reason))?;
    let change = VersionChange { version: &path.version, act, reason };
    let number = carry_out(&control, &access, change).await?;
    let sentence = format!("{} {number} {}", access.manifest_id(), act.sentence());
    Ok(done(&format!("/packages/{}", access.manifest_id()), &sentence))
}

/// Publishes a draft; returns its number.
async fn publish(control: &Control, access: &PackageAccess, version: &str) -> Result<String> {
    let mut tx = control.db.read().await?;
    let draft = version::find_own(&mut tx, access, version).await?;
    let draft = version::check_draft(&mut tx, access, draft, control.config.reader).await?;
    drop(tx);
    let mut tx = control.db.write().await?;
    let version = version::publish_draft(&mut tx, access, &draft).await?;
    control.catalog.commit(tx).await?;
    Ok(version.version)
}

/// A change of a version, as the form asks for it.
struct VersionChange<'a> {
    version: &'a str,
    act: Act,
    /// Of a deprecation.
    reason: Option<String>,
}

/// Makes a change of a version; returns its number.
async fn carry_out(
    control: &Control,
    access: &PackageAccess,
    change: VersionChange<'_>,
) -> Result<String> {
    let VersionChange { version, act, reason } = change;
    if act == Act::Publish {
        return publish(control, access, version).await;
    }
    let mut tx = control.db.write().await?;
    let version = version::find_own(&mut tx, access, version).await?;
    match act {
        Act::Publish => {}
        Act::Submit => listing::submit(&mut tx, access, &version).await.map(drop)?,
        Act::Withdraw => listing::withdraw(&mut tx, access, &version).await.map(drop)?,
        Act::Unlist => listing::unlist(&mut tx, access, &version).await.map(drop)?,
        Act::Deprecate => version::deprecate(&mut tx, access, &version, reason).await.map(drop)?,
        Act::Delete => version::delete_draft(&mut tx, access, &version).await?,
    }
    control.catalog.commit(tx).await?;
    Ok(version.version)
}
