//! The objects of the platform: their names, the packages that declare them, and how
//! they differ from objects of other packages.
//!
//! An object of a runtime is JSON in `system/*.json` and a row of [`OBJECTS`]. To add one, write
//! both; a test compares them. A row lists how the object differs from one of a package:
//!
//! ```
//! use os_package::system;
//!
//! // Feeds belong to a record, and go with it.
//! let comment = system::object(system::COMMENTS).expect("a row");
//! assert!(comment.is_feed() && comment.is_deleted_with_record);
//! // Names of the platform that this runtime has no table for are known, too.
//! assert!(system::is_known("sys_business_unit") && !system::is_known("sys_bussiness_unit"));
//! assert!(system::object("sys_business_unit").is_none());
//! ```
//!
//! **Invariant:** no code outside of this module lists objects of the platform; code that is about
//! one of them names it by a constant from here.

mod known;

use known::{KNOWN, PREFIXES};

/// Accounts. References of type `user` lead here.
pub const USERS: &str = "sys_user";
/// Organizations of accounts.
pub const ORGANIZATIONS: &str = "sys_organization";
/// Business units, which own records. A runtime has no table of them yet.
pub const BUSINESS_UNITS: &str = "sys_business_unit";
/// Permission sets of accounts.
pub const USER_PERMISSION_SETS: &str = "sys_user_permission_set";
/// Positions of accounts. A runtime has no table of them yet.
pub const USER_POSITIONS: &str = "sys_user_position";
/// Comments on records.
pub const COMMENTS: &str = "sys_comment";
/// Events of records.
pub const ACTIVITIES: &str = "sys_activity";
/// Files attached to records.
pub const ATTACHMENTS: &str = "sys_attachment";
/// Changes of fields.
pub const AUDIT_LOG: &str = "sys_audit_log";
/// Uploaded files.
pub const FILES: &str = "sys_file";

/// A package that is part of every runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemPackage {
    /// Its id.
    pub id: &'static str,
    /// Its artifact, as JSON.
    pub artifact: &'static str,
}

/// The packages that are part of every runtime, in the order in which they are loaded.
pub const PACKAGES: &[SystemPackage] = &[
    SystemPackage { id: "sys.identity", artifact: include_str!("../system/identity.json") },
    SystemPackage { id: "sys.feeds", artifact: include_str!("../system/feeds.json") },
    SystemPackage { id: "sys.audit", artifact: include_str!("../system/audit.json") },
    SystemPackage { id: "sys.files", artifact: include_str!("../system/files.json") },
    SystemPackage { id: "sys.ai", artifact: include_str!("../system/ai.json") },
    SystemPackage { id: "sys.settings", artifact: include_str!("../system/settings.json") },
];

/// The difference between an object of a runtime and one of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemObject {
    /// Its name.
    pub name: &'static str,
    /// The records that an account may read without a permission set.
    pub readable: Readable,
    /// The flag `enable.…` of an object whose records it may belong to. `None` where its records
    /// stand alone.
    pub enabled_by: Option<Feature>,
    /// `true` if its records are deleted with the record they belong to.
    pub is_deleted_with_record: bool,
    /// `true` if its column `object` holds names of objects, which follow when an object is
    /// renamed.
    pub follows_renames: bool,
}

/// The records of an object that an account may read without a permission set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readable {
    /// None: permission sets decide.
    BySets,
    /// All.
    All,
    /// Those with the id of the account in this column.
    Own(&'static str),
    /// Those that belong to a record that the account may read.
    WithRecord,
}

/// A feature that an object enables for its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// `enable.feeds`: comments and activities.
    Feeds,
    /// `enable.files`: attachments.
    Files,
}

impl Feature {
    /// Returns the key below `enable`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Feeds => "feeds",
            Self::Files => "files",
        }
    }
}

const DEFAULT: SystemObject = SystemObject {
    name: "",
    readable: Readable::BySets,
    enabled_by: None,
    is_deleted_with_record: false,
    follows_renames: false,
};

const fn plain(name: &'static str) -> SystemObject {
    SystemObject { name, ..DEFAULT }
}

/// The objects of a runtime.
pub const OBJECTS: &[SystemObject] = &[
    SystemObject { name: USERS, readable: Readable::All, ..DEFAULT },
    plain(ORGANIZATIONS),
    plain("sys_member"),
    plain(USER_PERMISSION_SETS),
    SystemObject { name: "sys_session", readable: Readable::Own("user_id"), ..DEFAULT },
    plain("sys_api_key"),
    SystemObject {
        name: COMMENTS,
        readable: Readable::WithRecord,
        enabled_by: Some(Feature::Feeds),
        is_deleted_with_record: true,
        follows_renames: true,
    },
    SystemObject {
        name: ACTIVITIES,
        readable: Readable::WithRecord,
        enabled_by: Some(Feature::Feeds),
        follows_renames: true,
        ..DEFAULT
    },
    SystemObject {
        name: ATTACHMENTS,
        readable: Readable::WithRecord,
        enabled_by: Some(Feature::Files),
        is_deleted_with_record: true,
        follows_renames: true,
    },
    SystemObject { name: AUDIT_LOG, follows_renames: true, ..DEFAULT },
    SystemObject {
        name: FILES,
        readable: Readable::Own("owner_id"),
        follows_renames: true,
        ..DEFAULT
    },
    plain("ai_conversations"),
    plain("ai_pending_actions"),
    plain("sys_setting"),
];

impl SystemObject {
    /// Returns whether its records belong to a record of another object.
    pub fn is_feed(&self) -> bool {
        self.enabled_by.is_some()
    }
}

/// Returns the row of an object of a runtime.
pub fn object(name: &str) -> Option<&'static SystemObject> {
    OBJECTS.iter().find(|object| object.name == name)
}

/// Returns whether the records of an object belong to records of other objects.
pub fn is_feed(name: &str) -> bool {
    object(name).is_some_and(SystemObject::is_feed)
}

/// Returns whether a name has a prefix of objects of the platform.
pub fn has_prefix(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Returns whether the platform has an object of this name, in this runtime or in the original.
pub fn is_known(name: &str) -> bool {
    object(name).is_some() || KNOWN.contains(&name)
}

/// Lists the objects of the platform.
pub fn names() -> impl Iterator<Item = &'static str> {
    let others = KNOWN.iter().copied().filter(|name| object(name).is_none());
    OBJECTS.iter().map(|object| object.name).chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn objects() -> Vec<(String, Value)> {
        let objects = PACKAGES.iter().flat_map(|package| {
            let artifact: Value = serde_json::from_str(package.artifact).unwrap();
            assert_eq!(artifact["manifest"]["id"], package.id);
            artifact["objects"].as_array().unwrap().clone()
        });
        objects.map(|it| (it["name"].as_str().unwrap().to_owned(), it)).collect()
    }

    #[test]
    fn every_object_of_a_system_package_has_its_row() {
        let declared: Vec<String> = objects().into_iter().map(|(name, _)| name).collect();
        let rows: Vec<&str> = OBJECTS.iter().map(|object| object.name).collect();
        assert_eq!(declared, rows);
    }

    #[test]
    fn objects_have_the_columns_that_their_rows_require() {
        let objects = objects();
        for row in OBJECTS {
            let (_, declared) = objects.iter().find(|(name, _)| *name == row.name).unwrap();
            let has = |field: &str| declared["fields"][field].is_object();
            if row.follows_renames || row.is_feed() {
                assert!(has("object"), "{}", row.name);
            }
            if row.is_feed() {
                assert!(has("record_id"), "{}", row.name);
            }
        }
    }

    #[test]
    fn the_platform_has_three_prefixes_and_every_name_has_one() {
        assert!(names().all(has_prefix));
        assert!(!has_prefix("crm_account") && !has_prefix("system_user"));
        assert!(is_known("sys_user") && is_known("sys_approval_request"));
        assert!(!is_known("sys_approval_process"));
    }
}
