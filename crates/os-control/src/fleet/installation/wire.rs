//! Reading the bodies of requests about installations, and writing those of responses.

use super::upgrade::{ChangeOutcome, RollbackRequest, UpgradeRequest};
use super::{Allow, HistoryEntry, InstallRequest, Installation, Status, VersionRef};
use crate::fleet::settings;
use crate::{Code, Result, VersionId};
use os_api::installation as wire;

/// Reads the body of a request to install.
///
/// # Errors
/// `MISSING_REQUIRED_FIELD` when no package is named, `VALIDATION_ERROR` for
/// settings that are too large.
pub fn read_install(body: wire::InstallPackage) -> Result<InstallRequest> {
    let settings = body.settings.unwrap_or_default();
    settings::check_size(&settings)?;
    let given = |it: Option<String>| it.filter(|it| !it.is_empty());
    let package = given(body.package_manifest_id).or(given(body.package_id));
    let version = match (given(body.package_version_id), package) {
        (Some(id), _) => VersionRef::Row(version_id("package_version_id", &id)?),
        (None, Some(package)) => VersionRef::Package { package, version: given(body.version) },
        (None, None) => {
            return Err(Code::MissingRequiredField
                .error("`package_version_id`, `package_manifest_id` or `package_id` is required"));
        }
    };
    Ok(InstallRequest {
        version,
        allow: Allow {
            draft: body.allow_draft.unwrap_or(false),
            deprecated: body.allow_deprecated.unwrap_or(false),
        },
        settings,
        with_sample_data: body.with_sample_data.unwrap_or(false),
        enable: body.enable_on_install.unwrap_or(true),
        verdict: None,
    })
}

/// Reads the body of a request to upgrade.
///
/// # Errors
/// `VERSION_NOT_FOUND` for a malformed id.
pub fn read_upgrade(body: wire::UpgradePackage) -> Result<UpgradeRequest> {
    let id = body.target_package_version_id.filter(|it| !it.is_empty());
    if let Some(id) = &id {
        version_id("target_package_version_id", id)?;
    }
    Ok(UpgradeRequest {
        version: id.or(body.target_version),
        allow: Allow {
            draft: body.allow_draft.unwrap_or(false),
            deprecated: body.allow_deprecated.unwrap_or(false),
        },
        expected: read_expected(body.expected_package_version_id.as_deref())?,
        verdict: None,
    })
}

/// Reads the body of a request to roll back.
///
/// # Errors
/// `VERSION_NOT_FOUND` for a malformed id.
pub fn read_rollback(body: wire::RollbackPackage) -> Result<RollbackRequest> {
    Ok(RollbackRequest {
        version: body.target_package_version_id,
        expected: read_expected(body.expected_package_version_id.as_deref())?,
        verdict: None,
    })
}

/// Reads `expected_package_version_id`.
///
/// # Errors
/// `VERSION_NOT_FOUND` for a malformed id.
pub fn read_expected(text: Option<&str>) -> Result<Option<VersionId>> {
    text.map(|it| version_id("expected_package_version_id", it)).transpose()
}

fn version_id(field: &str, text: &str) -> Result<VersionId> {
    text.parse().map_err(|_| {
        let text: String = text.chars().take(64).collect();
        Code::VersionNotFound
            .error(format!("`{field}`: there is no version `{text}`; it takes the id of a version"))
    })
}

impl TryFrom<Installation> for wire::Installation {
    type Error = crate::Error;

    fn try_from(row: Installation) -> Result<Self> {
        let Status { state, error } = row.status();
        Ok(Self {
            status_note: row.status_note().map(str::to_owned),
            status: state.as_str().to_owned(),
            error_message: error,
            update_available: row.is_outdated()?,
            settings: settings::shown(row.configuration_schema.as_deref(), &row.settings()?)?,
            settings_needed: row.settings_needed()?,
            id: row.id.0,
            environment_id: row.environment_id.0,
            package_id: row.manifest_id.clone(),
            manifest_id: row.manifest_id,
            package_row_id: row.package_id.0,
            package_version_id: row.package_version_id.0,
            version: row.version,
            enabled: row.enabled,
            with_sample_data: row.with_sample_data,
            installed_at: row.installed_at,
            installed_by: row.installed_by,
            updated_at: row.updated_at,
            display_name: row.display_name,
            icon_url: row.icon_url,
            latest_version: row.latest_version,
            install_outcome: row.observed.outcome()?,
            observed_version: row.observed.version,
        })
    }
}

impl TryFrom<Installation> for wire::OneInstallation {
    type Error = crate::Error;

    fn try_from(row: Installation) -> Result<Self> {
        Ok(Self { package: row.try_into()?, warnings: Vec::new(), message: None })
    }
}

impl TryFrom<ChangeOutcome> for wire::OneInstallation {
    type Error = crate::Error;

    fn try_from(outcome: ChangeOutcome) -> Result<Self> {
        let (warnings, message) = (outcome.warnings, outcome.message);
        Ok(Self { package: outcome.installation.try_into()?, warnings, message })
    }
}

impl From<HistoryEntry> for wire::HistoryEntry {
    fn from(row: HistoryEntry) -> Self {
        Self {
            id: row.id,
            installation_id: row.installation_id.0,
            environment_id: row.environment_id.0,
            package_id: row.manifest_id,
            action: row.action,
            from_version_id: row.from_version_id.map(|it| it.0),
            from_version: row.from_version,
            to_version_id: row.to_version_id.map(|it| it.0),
            to_version: row.to_version,
            generation: row.generation,
            performed_by: row.performed_by,
            performed_at: row.performed_at,
            note: row.note,
        }
    }
}
