//! The example packages of the program, for a server's first minutes.
//!
//! **Invariant:** they are published by the rules that everybody publishes by,
//! all of them or none.

use crate::http::guards;
use crate::registry::catalog;
use crate::registry::package::details::Details;
use crate::registry::package::{icon, save};
use crate::registry::version::publish::{self, Content, Publication, Review};
use crate::{Code, Control, Result};
use anyhow::Context;
use os_api::package::SavePackage;
use os_identity::{Actor, OrganizationId};
use os_package::{ManifestId, SealedVersion, VersionNumber};
use serde_json::Value;

/// A package that comes with the program.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// `listing.json`: what is said of it.
    pub listing: &'static str,
    /// Markdown.
    pub readme: &'static str,
    /// SVG.
    pub icon: &'static str,
    /// Its compiled artifacts, oldest version first.
    pub artifacts: &'static [&'static str],
}

/// An example that is ready to be written down.
struct Prepared {
    details: Details,
    icon: icon::Icon,
    versions: Vec<(VersionNumber, SealedVersion)>,
}

/// Publishes all examples for an organization; what is there already stays.
///
/// # Errors
/// As publishing anything: `PUBLISHER_REQUIRED`, `PACKAGE_OWNED_BY_OTHER_ORG`.
pub async fn publish(
    control: &Control,
    actor: &Actor,
    owner: OrganizationId,
) -> Result<Vec<String>> {
    let examples = control.config.examples;
    let prepared = tokio::task::spawn_blocking(move || {
        examples.iter().map(|it| prepare(it, owner)).collect::<Result<Vec<_>>>()
    });
    let prepared = prepared.await.context("preparing the examples")??;
    let mut tx = control.db.write().await?;
    let mut published = Vec::new();
    for example in prepared {
        let saved = save::register(&mut tx, actor, example.details).await?;
        let access = guards::package(&mut tx, actor, &saved.package.manifest_id).await?;
        icon::set(&mut tx, &access, example.icon).await?;
        for (number, sealed) in example.versions {
            let is_pre_release = number.is_pre_release();
            let (review, release_notes, install) = (Review::Unlisted, None, None);
            published.push(format!("{}@{number}", access.manifest_id));
            let publication =
                Publication { number, sealed, is_pre_release, release_notes, review, install };
            publish::publish(&mut tx, &access, &control.config, publication).await?;
        }
    }
    catalog::commit(control, tx).await?;
    Ok(published)
}

/// Reads, checks and hashes; what comes with the program is checked like any upload.
fn prepare(example: &Example, owner: OrganizationId) -> Result<Prepared> {
    let listing: Value =
        serde_json::from_str(example.listing).context("objectstack.manifest.json")?;
    let text = |key: &str| listing[key].as_str().map(str::to_owned);
    let details = Details::read(SavePackage {
        manifest_id: text("manifestId"),
        owner_org_id: Some(owner.to_string()),
        namespace: text("namespace"),
        display_name: text("displayName"),
        visibility: Some("org".to_owned()),
        tags: serde_json::from_value(listing["tags"].clone()).context("tags")?,
        description: Some(text("description")),
        tagline: Some(text("tagline")),
        readme: Some(Some(example.readme.to_owned())),
        category: Some(text("category")),
        homepage_url: Some(text("homepageUrl")),
        license: Some(text("license")),
        translations: serde_json::from_value(listing["translations"].clone())
            .context("translations")?,
        ..SavePackage::default()
    })?;
    let id: ManifestId = text("manifestId")
        .and_then(|it| it.parse().ok())
        .ok_or_else(|| Code::InvalidFormat.error("`manifestId` of an example"))?;
    let versions = example.artifacts.iter().map(|artifact| seal(&id, artifact));
    let icon = icon::read("image/svg+xml", example.icon.as_bytes())?;
    Ok(Prepared { details, icon, versions: versions.collect::<Result<_>>()? })
}

fn seal(id: &ManifestId, artifact: &str) -> Result<(VersionNumber, SealedVersion)> {
    let bundle: Value = serde_json::from_str(artifact).context("artifact of an example")?;
    let number = bundle["manifest"]["version"].as_str().unwrap_or_default();
    let number: VersionNumber =
        number.parse().map_err(|error| Code::InvalidFormat.error(format!("{error}")))?;
    let sealed = publish::seal(Content::Bundle(bundle), id, &number)?;
    Ok((number, sealed))
}

pub mod api {
    //! `POST /api/v1/cloud/examples`.

    use crate::http::extract::{Data, Json};
    use crate::{Code, Control, Result};
    use axum::extract::State;
    use os_api::package::{PublishExamples, PublishedExamples};
    use os_identity::SignedIn;

    pub async fn publish(
        State(control): State<Control>,
        SignedIn(actor): SignedIn,
        Json(body): Json<PublishExamples>,
    ) -> Result<Data<PublishedExamples>> {
        let active = actor.user().and_then(|user| user.active_organization());
        let owner =
            body.organization_id.map(os_identity::OrganizationId).or(active).ok_or_else(|| {
                Code::MissingRequiredField
                    .error("`organization_id` is required: which organization shall own them?")
            })?;
        let published = super::publish(&control, &actor, owner).await?;
        Ok(Data(PublishedExamples { published }))
    }
}
