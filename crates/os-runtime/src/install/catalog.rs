//! Fetching a package from the catalog (docs/wire/runtime-install.md#catalog-fetch).
//!
//! **Invariant:** an artifact whose SHA-256 is not the one that the catalog names
//! is never installed (docs/wire/runtime-install.md#catalog-fetch).

use super::Incoming;
use super::request::{CatalogVersion, InstallOptions};
use crate::upstream::{self, OutgoingRequests, Request};
use crate::{Code, Config, Error, Result};
use os_package::{Checksum, ManifestId, VersionNumber, canonical};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::time::Duration;

/// The largest response of a catalog.
const MAX_RESPONSE_BYTES: u64 = 32 * 1024 * 1024;

/// A response of a catalog, whatever its status.
struct Fetched {
    status: u16,
    body: String,
}

/// Fetches a version from the static catalog, where there is one, or else from the control plane
/// with the credential `bearer`.
///
/// # Errors
/// `MARKETPLACE_UNAVAILABLE` without either; `INVALID_REQUEST` without a package;
/// `CLOUD_FETCH_FAILED`, `PLUGIN_MANIFEST_INVALID` (502) and `CHECKSUM_MISMATCH` for their
/// responses.
pub async fn fetch(
    config: &Config,
    outgoing: &OutgoingRequests,
    bearer: Option<String>,
    wanted: CatalogVersion,
    options: InstallOptions,
) -> Result<Incoming> {
    if config.cloud_url.is_none() && config.catalog_url.is_none() {
        return Err(Code::MarketplaceUnavailable.error(
            "this runtime has no control plane to fetch packages from; set `OS_CLOUD_URL`, or send the artifact as `manifest`",
        ));
    }
    let CatalogVersion { package, version } = wanted;
    let package = package.ok_or_else(|| {
        Code::InvalidRequest.error(
            "packageId is required. Send `packageId` to install from the catalog, or the artifact as `manifest`.",
        )
    })?;
    let path = format!("packages/{}/versions/{}", segment(&package)?, segment(&version)?);
    let timeout = config.catalog_timeout;
    if let Some(base) = &config.catalog_url {
        let url = format!("{}/{path}/manifest.json", base.trim_end_matches('/'));
        match get(outgoing, url, None, timeout).await {
            Ok(response) if response.status == 200 => {
                return read(response, package, version, options);
            }
            Ok(response) if (400..500).contains(&response.status) && response.status != 404 => {
                return Err(refused(&response));
            }
            // The control plane may have it.
            _ if config.cloud_url.is_some() => {}
            Ok(response) => return Err(refused(&response)),
            Err(error) => return Err(error),
        }
    }
    let base = config.cloud_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let url = format!("{base}/api/v1/marketplace/{path}/manifest");
    let response = get(outgoing, url, bearer, timeout).await?;
    if response.status != 200 {
        return Err(refused(&response));
    }
    read(response, package, version, options)
}

/// Returns a text as a segment of a path; refuses what could lead to another path.
fn segment(text: &str) -> Result<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    if text.bytes().all(is_plain) && !text.contains("..") && (1..=255).contains(&text.len()) {
        return Ok(text.replace('+', "%2B"));
    }
    Err(Code::InvalidRequest.error(
        "`packageId` and `versionId` may have letters, digits and `-_.+` only, such as `com.acme.crm` and `1.2.0`",
    ))
}

async fn get(
    outgoing: &OutgoingRequests,
    url: String,
    bearer: Option<String>,
    timeout: Duration,
) -> Result<Fetched> {
    let mut headers = vec![("accept", "application/json".to_owned())];
    headers.extend(bearer.map(|key| ("authorization", format!("Bearer {key}"))));
    let max_bytes = MAX_RESPONSE_BYTES;
    let request = Request { url, headers, timeout, max_bytes };
    let failed = |error: &anyhow::Error| {
        Code::CloudFetchFailed.error(format!("the catalog could not be read: {error}"))
    };
    let response = upstream::get(outgoing, request, failed).await?;
    if (300..400).contains(&response.status) {
        return Err(Code::CloudFetchFailed.error(
            "the catalog redirects to another address, which is not followed; configure that address instead",
        ));
    }
    let body = String::from_utf8(response.body.into()).map_err(|error| failed(&error.into()))?;
    Ok(Fetched { status: response.status, body })
}

fn refused(response: &Fetched) -> Error {
    let code = if response.status == 404 { Code::CloudNotFound } else { Code::CloudFetchFailed };
    let start: String = response.body.chars().take(200).collect();
    code.error(format!("Cloud returned {}: {start}", response.status))
}

/// A version in the response of a catalog.
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

/// Reads `{data: {manifest, version, version_id, checksum}}`, enveloped or not.
fn read(
    response: Fetched,
    package: String,
    asked: String,
    options: InstallOptions,
) -> Result<Incoming> {
    os_http::extract::without_nul(response.body.as_bytes())?;
    let enveloped = serde_json::from_str(&response.body).map(|Enveloped { data }| data);
    let version = enveloped.or_else(|_| serde_json::from_str::<Version<'_>>(&response.body));
    let Version { manifest, version, version_id, checksum } =
        version.map_err(|_| invalid("something other than an artifact in JSON"))?;
    let text = manifest.ok_or_else(|| invalid("without an artifact"))?.get();
    let mut manifest: Value =
        serde_json::from_str(text).map_err(|_| invalid("an artifact that cannot be read"))?;
    if !manifest.is_object() {
        return Err(invalid("an artifact that is not an object"));
    }
    let checksum = checksum.ok_or_else(|| invalid("an artifact without its `checksum`"))?;
    verify(text, &manifest, &checksum)?;
    let lacks =
        |key: &str| manifest.get(key).or_else(|| manifest.get("manifest")?.get(key)).is_none();
    if let (true, Some(version)) = (lacks("version"), version) {
        manifest["version"] = version.into();
    }
    let version_id = Some(version_id.unwrap_or_else(|| asked.clone()));
    let code = Code::CatalogManifestInvalid;
    let incoming = Incoming::of(manifest, Some(package.clone()), version_id, options, code)?;
    check_requested(&incoming, &package, &asked)?;
    Ok(incoming)
}

fn invalid(what: &str) -> Error {
    Code::CatalogManifestInvalid
        .error(format!("the catalog answered {what}; try again later, or install from a file"))
}

/// Refuses another package or version than the request names. A row id or `latest` names none.
fn check_requested(incoming: &Incoming, package: &str, version: &str) -> Result<()> {
    let is_other = |id: ManifestId| id != incoming.id;
    let differs = |number: VersionNumber| number.cmp(&incoming.version).is_ne();
    if package.parse().is_ok_and(is_other) || version.parse().is_ok_and(differs) {
        return Err(invalid(&format!("with {} {}", incoming.id, incoming.version)));
    }
    Ok(())
}

/// Refuses a text that does not have the checksum, neither as it was sealed nor in its canonical
/// form (docs/wire/artifact.md#canonical-bytes).
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
