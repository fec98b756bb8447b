//! Bodies of responses about generations.

use super::diff::Diff;
use super::{Generation, Summary, stored};
use crate::fleet::settings;
use crate::{Result, VersionId};
use os_api::generation as wire;
use os_db::Tx;

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
                settings: {
                    let version = VersionId(entry.package_version_id);
                    let schema = stored::schema(tx, version).await?;
                    settings::shown(schema.as_deref(), &entry.settings)?
                },
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
