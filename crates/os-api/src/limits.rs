//! Limits of requests. The rules check them and the schemas of the bodies state them, from here.

/// The most rows of a page of a list.
pub const MAX_PAGE_ROWS: i64 = 100;
/// The most rows of a page of members, and of the records of consoles.
pub const MAX_RECORD_ROWS: i64 = 500;
/// The most rows that a list skips.
pub const MAX_OFFSET_ROWS: i64 = 1_000_000;

/// An email address (RFC 5321).
pub const MIN_EMAIL_CHARS: usize = 3;
pub const MAX_EMAIL_CHARS: usize = 254;
/// The name of a user, an organization, a key, an environment or a runtime.
pub const MAX_NAME_CHARS: usize = 255;
pub const MAX_SLUG_CHARS: usize = 64;
pub const MIN_PASSWORD_CHARS: usize = 8;
pub const MAX_PASSWORD_CHARS: usize = 256;
pub const MAX_URL_CHARS: usize = 2048;

/// The secret of an environment, in bytes.
pub const MIN_SECRET_BYTES: usize = 8;
pub const MAX_SECRET_BYTES: usize = 4096;
/// A plan, a region or a slug of an environment; the version of a runtime.
pub const MAX_WORD_CHARS: usize = 64;

pub const MAX_DISPLAY_NAME_CHARS: usize = 128;
pub const MAX_DESCRIPTION_CHARS: usize = 512;
pub const MAX_TAGLINE_CHARS: usize = 120;
pub const MAX_CATEGORY_CHARS: usize = 100;
pub const MAX_LICENSE_CHARS: usize = 64;
pub const MAX_README_CHARS: usize = 200_000;
pub const MAX_TAGS: usize = 32;
pub const MAX_TAG_CHARS: usize = 64;
pub const MAX_RELEASE_NOTES_CHARS: usize = 100_000;
pub const MAX_REASON_CHARS: usize = 2_000;
pub const MAX_FEEDBACK_CHARS: usize = 10_000;

/// The client of a device sign-in, and its scope, in bytes.
pub const MAX_CLIENT_ID_BYTES: usize = 255;
pub const MAX_SCOPE_BYTES: usize = 1024;

/// The name of a file, in bytes: the limit of file systems.
pub const MAX_FILE_NAME_BYTES: usize = 255;

/// Types of environments.
pub const ENVIRONMENT_TYPES: [&str; 7] =
    ["production", "sandbox", "development", "test", "staging", "preview", "trial"];
pub const ENVIRONMENT_VISIBILITIES: [&str; 3] = ["private", "unlisted", "public"];
/// States that a request may give an environment.
pub const ENVIRONMENT_STATES: [&str; 4] = ["active", "suspended", "archived", "migrating"];
pub const ENVIRONMENT_ROLES: [&str; 5] = ["guest", "reader", "maker", "admin", "owner"];
/// Kinds of databases that an environment can keep its data in.
pub const DRIVERS: [&str; 2] = ["sqlite", "postgres"];
pub const ORGANIZATION_ROLES: [&str; 4] = ["member", "delegated_admin", "admin", "owner"];
pub const PACKAGE_VISIBILITIES: [&str; 3] = ["private", "org", "marketplace"];
pub const PUBLISHERS: [&str; 4] = ["objectstack", "partner", "community", "private"];
pub const SCOPES: [&str; 4] = ["read", "publish", "install", "admin"];
pub const REVIEW_STATES: [&str; 3] = ["pending_review", "approved", "rejected"];

/// Text on one line with more than space: no control characters.
pub const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";
/// Text on one line, which may be empty.
pub const ANY_LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";
/// Text with more than space.
pub const NOT_BLANK: &str = r"\S";
pub const SLUG: &str = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$";
pub const HOSTNAME: &str = "^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$";
pub const EMAIL: &str = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$";
pub const WEB_ADDRESS: &str = r"^https?://[a-zA-Z0-9.-]+(:[0-9]{1,4})?(/[\x21-\x7e]*)?$";
/// A file without its folder, and without characters that change the direction of text.
pub const FILE_NAME: &str = r"^[^/\\\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]*[^./\\\s\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069][^/\\\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]*$";
pub const MEDIA_TYPE: &str =
    r"^\s*[!#$&^_.+A-Za-z0-9-]{1,63}/[!#$&^_.+A-Za-z0-9-]{1,63}\s*(;[^\x00-\x1f]*)?$";

/// The words of an optional member.
pub fn or_null(words: &[&'static str]) -> Vec<Option<&'static str>> {
    words.iter().map(|word| Some(*word)).chain([None]).collect()
}

/// The condition that one of these members is there, as a string.
pub fn any_of(members: &[&str]) -> Vec<serde_json::Value> {
    let one = |name: &&str| {
        let string = serde_json::json!({ "type": "string", "minLength": 1 });
        serde_json::json!({ "required": [name], "properties": { *name: string } })
    };
    members.iter().map(one).collect()
}

/// The condition that exactly one of these members is there, as a string.
pub fn one_of(members: &[&str]) -> Vec<serde_json::Value> {
    let one = |name: &&str| {
        let mut only = serde_json::json!({ "required": [name], "properties": {} });
        for other in members {
            let kind = if other == name { "string" } else { "null" };
            only["properties"][other] = serde_json::json!({ "type": kind });
        }
        only
    };
    members.iter().map(one).collect()
}

/// The id of a row, or an email address.
pub fn uuid_or_email() -> [serde_json::Value; 2] {
    [
        serde_json::json!({ "format": "uuid" }),
        serde_json::json!({ "pattern": EMAIL, "maxLength": MAX_EMAIL_CHARS }),
    ]
}
