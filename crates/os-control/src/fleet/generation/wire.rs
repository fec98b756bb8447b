//! Bodies of responses about generations.

use super::diff::Diff;
use super::{Entry, Generation, Summary};
use crate::fleet::settings;
use crate::registry::version;
use crate::{Code, Result, VersionId};
use os_api::generation as wire;
use os_db::Tx;
use serde_json::{Value, json};

impl Summary {
    pub fn into_wire(self, current: i64) -> wire::GenerationSummary {
        wire::GenerationSummary {
            is_current: self.number == current,
            number: self.number,
            cause: self.cause,
            restored_from: self.restored_from,
            package_count: self.package_count,
            created_by: self.created_by,
            created_at: self.created_at,
        }
    }
}

impl Generation {
    /// With settings as people may see them.
    pub async fn into_wire(self, tx: &mut Tx, current: i64) -> Result<wire::Generation> {
        let mut packages = Vec::with_capacity(self.packages.len());
        for entry in self.packages {
            packages.push(wire::GenerationPackage {
                settings: shown(tx, &entry).await?,
                package_id: entry.package_id,
                package_row_id: entry.package_row_id,
                package_version_id: entry.package_version_id,
                version: entry.version,
                checksum: entry.checksum,
                enabled: entry.enabled,
                with_sample_data: entry.with_sample_data,
            });
        }
        Ok(wire::Generation { summary: self.summary.into_wire(current), packages })
    }
}

/// Returns the settings that people may see. Without the version its secrets are unknown, so none
/// is shown.
async fn shown(tx: &mut Tx, entry: &Entry) -> Result<Value> {
    let schema = match version::get_installable(tx, VersionId(entry.package_version_id)).await {
        Ok(version) => version.configuration_schema.map(|it| it.to_string()),
        Err(error) if error.code() == Code::VersionNotFound => return Ok(json!({})),
        Err(error) => return Err(error),
    };
    settings::shown(schema.as_deref(), entry.settings.clone())
}

impl Diff {
    pub fn into_wire(self, from: i64, to: i64) -> wire::GenerationDiff {
        wire::GenerationDiff {
            from,
            to,
            added: self.added,
            removed: self.removed,
            upgraded: self.upgraded,
            downgraded: self.downgraded,
            enabled: self.enabled,
            disabled: self.disabled,
            settings_changed: self.settings_changed,
        }
    }
}
