//! The example packages of the program, for a server's first minutes.
//!
//! **Invariant:** they are published by the rules that everybody publishes by,
//! all of them or none.

use crate::registry::package::{self, PackageAccess, PackageFields, icon};
use crate::registry::version::{self, Content, NewVersion};
use crate::{Code, Config, Example, Result};
use anyhow::Context;
use os_api::package::SavePackage;
use os_db::{Db, Tx};
use os_identity::{Actor, OrganizationId};
use os_package::{ArtifactReader, ManifestId, VersionNumber};
use serde_json::Value;

/// An example that was checked, for an organization to publish.
pub struct PreparedExample {
    fields: PackageFields,
    icon: icon::Icon,
    publications: Vec<NewVersion>,
}

/// Reads, checks and hashes the examples, off the async threads, for an actor who may publish
/// them.
///
/// # Errors
/// `PUBLISHER_REQUIRED`, and as any upload.
pub async fn prepare(
    db: &Db,
    actor: &Actor,
    config: &Config,
    owner: OrganizationId,
) -> Result<Vec<PreparedExample>> {
    package::require_publisher(&mut db.read().await?, actor, owner).await?;
    let (examples, reader) = (config.examples, config.reader);
    let prepared = tokio::task::spawn_blocking(move || {
        examples.iter().map(|it| prepare_one(it, owner, reader)).collect::<Result<Vec<_>>>()
    });
    prepared.await.context("preparing the examples")?
}

/// Publishes the examples; versions that exist already stay. Answers
/// `manifest id@version` of each.
///
/// # Errors
/// As publishing anything: `PUBLISHER_REQUIRED`, `PACKAGE_OWNED_BY_OTHER_ORG`.
pub async fn publish(
    tx: &mut Tx,
    actor: &Actor,
    examples: Vec<PreparedExample>,
) -> Result<Vec<String>> {
    let mut published = Vec::new();
    for example in examples {
        let saved = package::register(tx, actor, example.fields).await?;
        let access = PackageAccess::find(tx, actor, &saved.package.manifest_id).await?;
        icon::set(tx, &access, example.icon).await?;
        for publication in example.publications {
            published.push(format!("{}@{}", access.manifest_id(), publication.number()));
            version::publish(tx, &access, &publication).await?;
        }
    }
    Ok(published)
}

fn prepare_one(
    example: &Example,
    owner: OrganizationId,
    reader: ArtifactReader,
) -> Result<PreparedExample> {
    let listing: Value =
        serde_json::from_str(example.listing).context("objectstack.manifest.json")?;
    let text = |key: &str| listing[key].as_str().map(str::to_owned);
    let fields = PackageFields::read(SavePackage {
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
    let publications = example.artifacts.iter().map(|artifact| seal(&id, artifact, reader));
    let icon = icon::read("image/svg+xml", example.icon.as_bytes())?;
    Ok(PreparedExample { fields, icon, publications: publications.collect::<Result<_>>()? })
}

fn seal(id: &ManifestId, artifact: &str, reader: ArtifactReader) -> Result<NewVersion> {
    let bundle: Value = serde_json::from_str(artifact).context("artifact of an example")?;
    let number = bundle["manifest"]["version"].as_str().unwrap_or_default();
    let number: VersionNumber =
        number.parse().map_err(|error| Code::InvalidFormat.error(format!("{error}")))?;
    NewVersion::seal(Content::Bundle(bundle), id, number, reader)
}
