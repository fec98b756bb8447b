//! Fetching a package from the catalog (contract §3.10.1).
//!
//! **Invariant:** an artifact whose SHA-256 is not the one that the catalog names
//! never goes any further (design §3.6).

use super::Incoming;
use super::request::Options;
use crate::{Code, Error, Result, Runtime};
use anyhow::Context;
use os_package::{Checksum, ManifestId, VersionNumber, canonical};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::time::Duration;

/// How much a catalog may send.
const LARGEST: u64 = 32 * 1024 * 1024;

/// An answer of a server, whatever its status.
struct Fetched {
    status: u16,
    body: String,
}

/// Asks the static catalog, where there is one, and then the control plane.
///
/// # Errors
/// `MARKETPLACE_UNAVAILABLE` without either; `INVALID_REQUEST` without a package;
/// `CLOUD_FETCH_FAILED`,
/// `PLUGIN_MANIFEST_INVALID` (502) and `CHECKSUM_MISMATCH` for what they answer.
pub async fn fetch(
    runtime: &Runtime,
    package: Option<String>,
    version: String,
    options: Options,
) -> Result<Incoming> {
    let config = &runtime.config;
    if config.cloud_url.is_none() && config.catalog_url.is_none() {
        return Err(Code::MarketplaceUnavailable.error(
            "this runtime has no control plane to fetch packages from; set `OS_CLOUD_URL`, or send the artifact as `manifest`",
        ));
    }
    let package = package.ok_or_else(|| {
        Code::InvalidRequest.error(
            "packageId is required. Send `packageId` to install from the catalog, or the artifact as `manifest`.",
        )
    })?;
    let place = format!("packages/{}/versions/{}", segment(&package)?, segment(&version)?);
    let patience = config.catalog_patience;
    if let Some(base) = &config.catalog_url {
        let url = format!("{}/{place}/manifest.json", base.trim_end_matches('/'));
        match get(url, None, patience).await {
            Ok(answer) if answer.status == 200 => return read(answer, package, version, options),
            Ok(answer) if (400..500).contains(&answer.status) && answer.status != 404 => {
                return Err(refused(&answer));
            }
            // The control plane may know better.
            _ if config.cloud_url.is_some() => {}
            Ok(answer) => return Err(refused(&answer)),
            Err(error) => return Err(error),
        }
    }
    let base = config.cloud_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let url = format!("{base}/api/v1/marketplace/{place}/manifest");
    let answer = get(url, runtime.connection.bearer(), patience).await?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    read(answer, package, version, options)
}

/// A part of a path: what could lead elsewhere is refused.
fn segment(text: &str) -> Result<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    if text.bytes().all(is_plain) && !text.contains("..") && (1..=255).contains(&text.len()) {
        return Ok(text.replace('+', "%2B"));
    }
    Err(Code::InvalidRequest.error(
        "`packageId` and `versionId` are made of letters, digits and `-_.+`, such as `com.acme.crm` and `1.2.0`",
    ))
}

async fn get(url: String, key: Option<String>, patience: Duration) -> Result<Fetched> {
    let fetched = tokio::task::spawn_blocking(move || -> anyhow::Result<Fetched> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = agent.get(&url).header("accept", "application/json");
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let mut answer = request.call()?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(LARGEST).read_to_string()?;
        Ok(Fetched { status, body })
    });
    fetched.await.context("fetching from the catalog")?.map_err(|error| {
        Code::CloudFetchFailed.error(format!("the catalog could not be read: {error}"))
    })
}

fn refused(answer: &Fetched) -> Error {
    let code = if answer.status == 404 { Code::CloudNotFound } else { Code::CloudFetchFailed };
    let start: String = answer.body.chars().take(200).collect();
    code.error(format!("Cloud returned {}: {start}", answer.status))
}

/// A version in the answer of a catalog.
#[derive(Deserialize)]
struct Version<'a> {
    #[serde(borrow)]
    manifest: Option<&'a RawValue>,
    version: Option<String>,
    version_id: Option<String>,
    checksum: Option<String>,
}

#[derive(Deserialize)]
struct Enveloped<'a> {
    #[serde(borrow)]
    data: Version<'a>,
}

/// `{data: {manifest, version, version_id, checksum}}`, enveloped or not.
fn read(answer: Fetched, package: String, asked: String, options: Options) -> Result<Incoming> {
    os_http::extract::without_nul(answer.body.as_bytes())?;
    let enveloped = serde_json::from_str(&answer.body).map(|Enveloped { data }| data);
    let version = enveloped.or_else(|_| serde_json::from_str::<Version<'_>>(&answer.body));
    let Version { manifest, version, version_id, checksum } =
        version.map_err(|_| invalid("something that is not an artifact in JSON"))?;
    let text = manifest.ok_or_else(|| invalid("without an artifact"))?.get();
    let mut manifest: Value =
        serde_json::from_str(text).map_err(|_| invalid("an artifact that cannot be read"))?;
    if !manifest.is_object() {
        return Err(invalid("an artifact that is no object"));
    }
    if let Some(checksum) = checksum {
        verify(text, &manifest, &checksum)?;
    }
    let is_silent =
        |key: &str| manifest.get(key).or_else(|| manifest.get("manifest")?.get(key)).is_none();
    if let (true, Some(version)) = (is_silent("version"), version) {
        manifest["version"] = version.into();
    }
    let said = Some(version_id.unwrap_or_else(|| asked.clone()));
    let code = Code::CatalogManifestInvalid;
    let incoming = Incoming::of(manifest, Some(package.clone()), said, options, code)?;
    is_what_was_asked_for(&incoming, &package, &asked)?;
    Ok(incoming)
}

fn invalid(what: &str) -> Error {
    Code::CatalogManifestInvalid
        .error(format!("the catalog answered {what}; try again later, or install from a file"))
}

/// Whoever asks by manifest id and number gets those: a published artifact carries
/// the names it is registered under. Row ids and `latest` say nothing of them.
fn is_what_was_asked_for(incoming: &Incoming, package: &str, version: &str) -> Result<()> {
    let is_other = |id: ManifestId| id != incoming.id;
    let differs = |number: VersionNumber| number.cmp(&incoming.version).is_ne();
    if package.parse().is_ok_and(is_other) || version.parse().is_ok_and(differs) {
        return Err(invalid(&format!("with {} {}", incoming.id, incoming.version)));
    }
    Ok(())
}

/// The checksum of a published version is that of its text, as it was sealed or in
/// its canonical form (contract §4.6).
fn verify(text: &str, manifest: &Value, checksum: &str) -> Result<()> {
    let of_text = Checksum::of(text.as_bytes());
    if of_text.as_str() == checksum
        || Checksum::of(canonical(manifest).as_bytes()).as_str() == checksum
    {
        return Ok(());
    }
    Err(Code::ChecksumMismatch.error(format!(
        "the artifact is not the one that the catalog names: its SHA-256 is {of_text}, not {}; nothing was installed",
        checksum.chars().take(64).collect::<String>()
    )))
}
