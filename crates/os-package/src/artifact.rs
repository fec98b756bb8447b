//! The two levels of an artifact, read as one (docs/wire/artifact.md#shape).
//!
//! An artifact is either flat, or a `manifest` block beside the collections. Both are read through
//! [`Artifact`], without a copy.
//!
//! **Invariant:** a member outside of the `manifest` block wins over one in it, also when it is null.

use serde_json::{Map, Value};

use crate::InvalidArtifact;

/// A borrowed artifact that reads both levels.
#[derive(Debug, Clone, Copy)]
pub struct Artifact<'a> {
    outer: &'a Map<String, Value>,
    block: Option<&'a Map<String, Value>>,
}

/// A member of an artifact, and where it was found.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Never null.
    pub value: &'a Value,
    /// `true` if it is in the `manifest` block.
    pub in_block: bool,
}

impl<'a> Artifact<'a> {
    /// Reads a value, which must be a non-empty object, as must its `manifest`.
    pub fn of(value: &'a Value) -> Result<Self, InvalidArtifact> {
        let Value::Object(outer) = value else {
            return Err(InvalidArtifact::at("artifact", "must be a JSON object"));
        };
        let block = match outer.get("manifest") {
            None | Some(Value::Null) => None,
            Some(Value::Object(block)) => Some(block),
            Some(_) => return Err(InvalidArtifact::at("manifest", "must be an object")),
        };
        let mut beside = outer.keys().filter(|key| *key != "manifest");
        let within =
            block.is_some_and(|block| block.iter().any(|(key, value)| !is_glob(key, value)));
        if beside.next().is_none() && !within {
            return Err(InvalidArtifact::at(
                "artifact",
                "is empty; it must hold at least `id`, `version` and `name`",
            ));
        }
        Ok(Self { outer, block })
    }

    /// Returns the member of this name; null counts as absent.
    pub fn get(self, key: &str) -> Option<Member<'a>> {
        let (value, in_block) = match self.outer.get(key) {
            Some(value) => (value, false),
            None => (self.block?.get(key)?, true),
        };
        (!value.is_null()).then_some(Member { value, in_block })
    }

    /// Returns the path of a member for messages: `manifest.scope`, or `scope` if the artifact is flat
    /// or has it outside of the block.
    pub fn path(self, key: &str) -> String {
        match self.block {
            Some(_) if !self.outer.contains_key(key) => format!("manifest.{key}"),
            _ => key.to_owned(),
        }
    }

    /// Lists the values of a key on both levels.
    pub fn on_both_levels(self, key: &str) -> impl Iterator<Item = (String, &'a Value)> {
        let block = self.block.and_then(|block| block.get(key));
        let outer = self.outer.get(key);
        let block = block.map(|value| (format!("manifest.{key}"), value));
        block.into_iter().chain(outer.map(|value| (key.to_owned(), value)))
    }

    /// Returns the items of a collection (docs/wire/artifact.md#collections), unless its name is
    /// used for something else: the glob strings and permission requests a `manifest` block may
    /// hold (docs/wire/artifact.md#shape), or a retired key (docs/wire/manifest.md#manifest-block).
    pub fn collection(self, key: &str) -> Option<Member<'a>> {
        let member = self.get(key)?;
        let something_else = match key {
            "objects" | "datasources" => is_texts(member.value),
            "permissions" => {
                member.in_block || is_texts(member.value) || is_permission_request(member.value)
            }
            "capabilities" => member.in_block || is_settings(member.value),
            _ => false,
        };
        (!something_else).then_some(member)
    }
}

/// Returns the flat form of an artifact: `{...manifest, ...rest}`, without the glob strings that a
/// `manifest` block may have under the names of collections (docs/wire/artifact.md#shape).
pub fn flatten(artifact: &Value) -> Value {
    let Ok(Artifact { outer, block: Some(block) }) = Artifact::of(artifact) else {
        return artifact.clone();
    };
    let mut flat = Map::new();
    for (key, value) in block {
        if !outer.contains_key(key) && !is_glob(key, value) {
            flat.insert(key.clone(), value.clone());
        }
    }
    for (key, value) in outer.iter().filter(|(key, _)| *key != "manifest") {
        flat.insert(key.clone(), value.clone());
    }
    Value::Object(flat)
}

/// Returns whether a member of the `manifest` block lists the files to read, not what they hold.
fn is_glob(key: &str, value: &Value) -> bool {
    matches!(key, "objects" | "datasources") && is_texts(value)
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_string))
}

fn is_permission_request(value: &Value) -> bool {
    let keys = ["services", "hooks", "network", "fs"];
    value.as_object().is_some_and(|request| {
        request.iter().all(|(key, value)| keys.contains(&key.as_str()) && value.is_array())
    })
}

fn is_settings(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.values().any(|value| !value.is_object()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_artifact_is_a_non_empty_object() {
        for bad in [
            json!(null),
            json!([]),
            json!("x"),
            json!({}),
            json!({"manifest": "x"}),
            json!({"manifest": {}}),
            json!({"manifest": {"objects": ["a.ts"]}}),
        ] {
            assert!(Artifact::of(&bad).is_err(), "{bad}");
        }
        assert!(Artifact::of(&json!({"manifest": null, "id": "a.b"})).is_ok());
    }

    #[test]
    fn members_outside_of_the_manifest_win() {
        let value =
            json!({"manifest": {"id": "a.b", "scope": "project"}, "id": "c.d", "name": null});
        let artifact = Artifact::of(&value).unwrap();
        assert_eq!(artifact.get("id").unwrap().value, "c.d");
        assert!(artifact.get("scope").unwrap().in_block);
        assert!(artifact.get("name").is_none());
        assert_eq!(artifact.path("id"), "id");
        assert_eq!(artifact.path("scope"), "manifest.scope");
        assert_eq!(artifact.path("absent"), "manifest.absent");
    }

    #[test]
    fn flattening_keeps_what_is_outside_and_drops_globs() {
        let nested = json!({
            "manifest": {"id": "a.b", "objects": ["*.object.ts"], "data": [1], "permissions": ["x"]},
            "id": "c.d", "views": [],
        });
        let flat = json!({"data": [1], "permissions": ["x"], "id": "c.d", "views": []});
        assert_eq!(flatten(&nested), flat);
        assert_eq!(flatten(&flat), flat);
        assert_eq!(flatten(&json!([1])), json!([1]));
    }

    #[test]
    fn values_that_only_share_a_collections_name_are_ignored() {
        let value = json!({
            "manifest": {"datasources": ["*.ts"], "permissions": [{"name": "x"}], "views": [{}],
                         "capabilities": {"a": {}}},
            "objects": [{"name": "crm_a"}],
        });
        let artifact = Artifact::of(&value).unwrap();
        for key in ["datasources", "permissions", "capabilities", "pages"] {
            assert!(artifact.collection(key).is_none(), "{key}");
        }
        assert!(artifact.collection("objects").is_some() && artifact.collection("views").is_some());

        let flat = json!({"permissions": {"fs": ["/tmp"]}, "capabilities": {"provides": []}});
        let artifact = Artifact::of(&flat).unwrap();
        assert!(artifact.collection("permissions").is_none());
        assert!(artifact.collection("capabilities").is_none());
    }
}
