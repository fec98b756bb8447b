//! The artifact that a runtime is started with: a file, or an address, perhaps with the
//! checksum it must have (docs/wire/runtime-install.md#start-artifact).
//!
//! **Invariant:** bytes that were named by a checksum are loaded only if they have it. A
//! source that is missing is an error, never skipped.

use anyhow::{Context, Result, anyhow, bail, ensure};
use os_package::Checksum;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// The source of an artifact: a path, `file:///…`, or `https://…#sha256=…`.
#[derive(Clone)]
pub struct ArtifactSource {
    location: Location,
    /// The SHA-256 it must have.
    pin: Option<String>,
}

#[derive(Clone)]
enum Location {
    File(PathBuf),
    /// May hold credentials; never shown.
    Url(url::Url),
}

/// The longest response time of the host.
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);
/// The largest artifact.
const MAX_ARTIFACT_BYTES: u64 = 64 * 1024 * 1024;

impl FromStr for ArtifactSource {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (location, fragment) = match text.split_once('#') {
            Some((location, fragment)) if text.contains("://") => (location, Some(fragment)),
            _ => (text, None),
        };
        let pin = fragment.map(pin).transpose()?;
        let location = if let Some(path) = location.strip_prefix("file://") {
            ensure!(path.starts_with('/'), "`{location}` must be `file:///` and a path");
            Location::File(path.into())
        } else if location.starts_with("https://") || location.starts_with("http://") {
            Location::Url(
                location
                    .parse()
                    .context("the address of the artifact is malformed; it must be a URL")?,
            )
        } else if location.contains("://") {
            bail!("an artifact must be a path, `file:///…` or `https://…`");
        } else {
            Location::File(location.into())
        };
        Ok(Self { location, pin })
    }
}

fn pin(fragment: &str) -> Result<String> {
    let hex = fragment.strip_prefix("sha256=").unwrap_or_default();
    let is_hex = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    ensure!(
        is_hex,
        "the part after `#` of an artifact must be `sha256=` and 64 hexadecimal digits"
    );
    Ok(hex.to_ascii_lowercase())
}

/// Without credentials, for messages.
impl std::fmt::Display for ArtifactSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.location {
            Location::File(path) => path.display().fmt(f),
            Location::Url(url) => {
                let host = url.host_str().unwrap_or_default();
                write!(f, "{}://{host}{}", url.scheme(), url.path())
            }
        }
    }
}

impl ArtifactSource {
    /// Reads the artifact. One with a checksum is kept in `artifacts/` of the home folder and
    /// used when the host does not answer.
    ///
    /// # Errors
    /// When it cannot be read, does not have its checksum, or is not JSON.
    pub fn read(&self, home: &Path) -> Result<Value> {
        let text = match (&self.location, &self.pin) {
            (Location::File(path), pin) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read the artifact `{self}`"))?;
                self.verified(text, pin.as_deref())?
            }
            (Location::Url(url), None) => self.fetch(url)?,
            (Location::Url(url), Some(pin)) => self.pinned(url, pin, home)?,
        };
        let artifact =
            serde_json::from_str(&text).with_context(|| format!("`{self}` is not JSON"))?;
        Ok(unwrapped(artifact))
    }

    fn pinned(&self, url: &url::Url, pin: &str, home: &Path) -> Result<String> {
        let kept = home.join("artifacts").join(format!("sha256-{pin}.json"));
        match self.fetch(url) {
            Ok(text) => {
                let text = self.verified(text, Some(pin))?;
                if let Err(error) = keep(&kept, &text) {
                    tracing::warn!(%error, "the artifact could not be kept for the next start");
                }
                Ok(text)
            }
            Err(error) => {
                let text = std::fs::read_to_string(&kept).map_err(|_| error)?;
                let text = self.verified(text, Some(pin))?;
                tracing::warn!(source = %self, "the host does not answer; starting with the copy of an earlier start");
                Ok(text)
            }
        }
    }

    fn verified(&self, text: String, pin: Option<&str>) -> Result<String> {
        let actual = Checksum::of(text.as_bytes());
        match pin {
            Some(pin) if actual.as_str() != pin => {
                bail!(
                    "`{self}` is not the artifact that was named: its SHA-256 is {actual}, not {pin}"
                )
            }
            _ => Ok(text),
        }
    }

    fn fetch(&self, url: &url::Url) -> Result<String> {
        use base64::Engine;
        let mut address = url.clone();
        let user = (!url.username().is_empty()).then(|| {
            let pair = format!("{}:{}", url.username(), url.password().unwrap_or_default());
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        });
        // Fails only for addresses that cannot hold credentials.
        let _ = address.set_username("").and_then(|()| address.set_password(None));
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(FETCH_TIMEOUT)).build().into();
        let mut request = agent.get(address.as_str()).header("accept", "application/json");
        if let Some(user) = user {
            request = request.header("authorization", user);
        }
        let failed = |error: ureq::Error| anyhow!("cannot fetch the artifact `{self}`: {error}");
        let mut response = request.call().map_err(failed)?;
        response.body_mut().with_config().limit(MAX_ARTIFACT_BYTES).read_to_string().map_err(failed)
    }
}

/// Writes a file under another name and renames it, so that it is complete or missing.
fn keep(path: &Path, text: &str) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    let temporary = path.with_extension("new");
    std::fs::write(&temporary, text)?;
    std::fs::rename(temporary, path)
}

/// Returns what is inside the envelope of an environment or of a catalog
/// (docs/wire/artifact.md#environment-envelope).
fn unwrapped(mut artifact: Value) -> Value {
    for inside in ["/metadata", "/data/manifest"] {
        if artifact.get("id").is_none()
            && artifact.get("manifest").is_none()
            && let Some(found) = artifact.pointer_mut(inside).filter(|it| it.is_object())
        {
            return found.take();
        }
    }
    artifact
}
