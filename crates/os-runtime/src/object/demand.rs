//! System permissions that a package demands of callers (`requiredPermissions`).

use os_package::InvalidArtifact;
use serde_json::Value;

/// The system permissions that each verb on an object demands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demands {
    pub read: Vec<String>,
    pub create: Vec<String>,
    pub update: Vec<String>,
    pub delete: Vec<String>,
}

impl Demands {
    /// Reads a list for all verbs, or a map from verbs to lists.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(path: &str, source: &Value) -> Result<Self, InvalidArtifact> {
        let key = "requiredPermissions";
        let Some(Value::Object(verbs)) = source.get(key) else {
            let all = permissions(path, source, key)?;
            return Ok(Self {
                read: all.clone(),
                create: all.clone(),
                update: all.clone(),
                delete: all,
            });
        };
        let path = format!("{path}.{key}");
        if let Some(verb) = verbs.keys().find(|it| !VERBS.contains(&it.as_str())) {
            let known = VERBS.join("`, `");
            return Err(InvalidArtifact::at(
                format!("{path}.{verb}"),
                format!("must be one of `{known}`"),
            ));
        }
        let of = |verb: &str| permissions(&path, &source[key], verb);
        Ok(Self {
            read: of("read")?,
            create: of("create")?,
            update: of("update")?,
            delete: of("delete")?,
        })
    }
}

const VERBS: [&str; 4] = ["read", "create", "update", "delete"];

/// Reads a list of system permissions; none where it is absent.
///
/// # Errors
/// When it is no list of names.
pub fn permissions(path: &str, source: &Value, key: &str) -> Result<Vec<String>, InvalidArtifact> {
    let refuse = || InvalidArtifact::at(format!("{path}.{key}"), "must be a list of names");
    match source.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => {
            names.iter().map(|it| it.as_str().map(str::to_owned).ok_or_else(refuse)).collect()
        }
        Some(_) => Err(refuse()),
    }
}
