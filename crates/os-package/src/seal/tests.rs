//! The versions that may be published, and their bytes.

use super::*;
use serde_json::json;

/// The rules of the format alone.
const READER: ArtifactReader =
    |artifact, id, version| check_artifact(artifact, id, version).map(|(_, warnings)| warnings);

fn seal(bundle: Value) -> Result<SealedVersion, InvalidArtifact> {
    seal_as(bundle, "com.acme.crm")
}

fn seal_as(bundle: Value, id: &str) -> Result<SealedVersion, InvalidArtifact> {
    seal_bundle(bundle, &id.parse().unwrap(), &"1.2.0".parse().unwrap(), READER)
}

fn seal_str(text: &str) -> Result<SealedVersion, InvalidArtifact> {
    let (id, version) = ("com.acme.crm".parse().unwrap(), "1.2.0".parse().unwrap());
    seal_text(text.to_owned(), &id, &version, READER)
}

#[test]
fn a_bundle_becomes_canonical_text_and_its_checksum() {
    let bundle = json!({
        "manifest": {"version": "1.2.0", "id": "com.acme.crm", "name": "CRM", "namespace": "crm"},
        "objects": [{"name": "crm_account"}],
    });
    let sealed = seal(bundle).unwrap();
    assert_eq!(
        sealed.manifest_json,
        r#"{"manifest":{"id":"com.acme.crm","name":"CRM","namespace":"crm","version":"1.2.0"},"objects":[{"name":"crm_account"}]}"#
    );
    assert_eq!(sealed.checksum, Checksum::of(sealed.manifest_json.as_bytes()));
    assert_eq!(sealed.manifest.metadata_types, ["object"]);
    assert_eq!(sealed.warnings, [""; 0]);
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let a = seal(json!({"name": "CRM", "views": [{"b": 1, "a": 1.0}]})).unwrap();
    let b = seal(json!({"views": [{"a": 1, "b": 1}], "name": "CRM"})).unwrap();
    assert_eq!(a.checksum, b.checksum);
}

#[test]
fn registered_id_and_version_replace_the_artifacts() {
    let nested = json!({"manifest": {"id": "com.example.my_crm", "version": "1.0.0"}});
    let sealed = seal(nested).unwrap();
    assert_eq!(sealed.manifest_json, r#"{"manifest":{"id":"com.acme.crm","version":"1.2.0"}}"#);
    assert_eq!(
        sealed.warnings,
        [
            "the artifact declares id `com.example.my_crm`; it is published as `com.acme.crm`",
            "the artifact declares version `1.0.0`; it is published as `1.2.0`",
        ]
    );
    let both = json!({"manifest": {"id": "a.b"}, "id": "a.b", "version": 7});
    let sealed = seal(both).unwrap();
    assert_eq!(
        sealed.manifest_json,
        r#"{"id":"com.acme.crm","manifest":{"id":"com.acme.crm","version":"1.2.0"},"version":"1.2.0"}"#
    );
    assert_eq!(sealed.warnings.len(), 2);
    let flat = seal(json!({"name": "CRM"})).unwrap();
    assert_eq!(flat.manifest_json, r#"{"id":"com.acme.crm","name":"CRM","version":"1.2.0"}"#);
    assert!(flat.warnings.is_empty());
}

#[test]
fn refusals_have_a_path_and_a_remedy() {
    use ProblemCode::{Invalid, MultiPackage, ReservedName};
    let schema = |schema: Value| json!({"manifest": {"configurationSchema": schema}});
    for (bundle, code, path, message) in [
        (json!([]), Invalid, "artifact", "must be a JSON object"),
        (json!({}), Invalid, "artifact", "is empty"),
        (json!({"manifest": []}), Invalid, "manifest", "must be an object"),
        (json!({"packages": [{"manifest": {}}]}), MultiPackage, "packages", "each as its own"),
        (
            json!({"objects": [{"name": "account"}]}),
            Invalid,
            "objects[0]",
            "rename to `crm_account`",
        ),
        (
            json!({"objects": [{"name": "crm__account"}]}),
            Invalid,
            "objects[0]",
            "rename to `crm_account`",
        ),
        (
            json!({"objects": [{"name": "old__account"}]}),
            Invalid,
            "objects[0]",
            "rename to `crm_account`",
        ),
        (
            json!({"objects": [{"name": "crm_"}]}),
            Invalid,
            "objects[0]",
            "missing the package prefix",
        ),
        (
            json!({"objects": [{"name": "sys_user"}]}),
            ReservedName,
            "objects[0]",
            "reserved for the platform",
        ),
        (json!({"objects": {"sys_user": {}}}), ReservedName, "objects.sys_user", "reserved"),
        (
            json!({"objects": [{"name": "crm_Account"}]}),
            Invalid,
            "objects[0]",
            "is not an object name",
        ),
        (json!({"objects": [{"label": "x"}]}), Invalid, "objects[0]", "must have a `name`"),
        (json!({"objects": [{"name": 7}]}), Invalid, "objects[0].name", "must be text"),
        (json!({"objects": ["x", {"name": "crm_a"}]}), Invalid, "objects[0]", "must be an object"),
        (json!({"objects": "x"}), Invalid, "objects", "must be a list"),
        (
            json!({"objects": [{"name": "crm_a"}, {"name": "crm_a"}]}),
            Invalid,
            "objects[1]",
            "twice",
        ),
        (json!({"pages": [{}]}), Invalid, "pages[0]", "must have a `name`"),
        (json!({"namespace": "sys"}), ReservedName, "namespace", "choose another"),
        (
            json!({"manifest": {"namespace": "base"}}),
            ReservedName,
            "manifest.namespace",
            "reserved",
        ),
        (schema(json!({"type": "objekt"})), Invalid, "manifest.configurationSchema", "JSON Schema"),
    ] {
        let shown = bundle.to_string();
        let refused = seal(bundle).unwrap_err();
        assert_eq!(refused.problems.len(), 1, "{shown}: {refused}");
        assert_eq!((refused.path(), refused.code()), (path, code), "{shown}: {refused}");
        assert!(refused.message().contains(message), "{shown}: {refused}");
    }
}

#[test]
fn objects_need_a_namespace() {
    let objects = json!({"objects": [{"name": "a_account"}]});
    let refused = seal_as(objects.clone(), "com.acme.a").unwrap_err();
    assert_eq!(refused.path(), "namespace");
    assert!(refused.message().contains("must be declared"), "{refused}");
    assert!(seal_as(json!({"name": "A", "pages": [{"name": "x"}]}), "com.acme.a").is_ok());
    assert!(
        seal_as(
            json!({"name": "A", "namespace": "aa", "objects": [{"name": "aa_x"}]}),
            "com.acme.a"
        )
        .is_ok()
    );
    // The id implies `base`: it is not declared, but its objects would have it.
    let refused = seal_as(json!({"objects": [{"name": "base_x"}]}), "com.acme.base").unwrap_err();
    assert_eq!(refused.code(), ProblemCode::ReservedName);
    assert!(seal_as(json!({"name": "Base"}), "com.acme.base").is_ok());
}

#[test]
fn a_bundle_says_which_package_it_is() {
    for (bundle, path) in [
        (json!({"a": 1}), "id"),
        (json!({"version": "1.2.0", "objects": []}), "id"),
        (json!({"manifest": {"namespace": "crm", "name": null}}), "manifest.id"),
    ] {
        let refused = seal(bundle.clone()).unwrap_err();
        assert_eq!(refused.path(), path, "{bundle}");
        assert!(refused.message().contains("`id` and `name` are missing"), "{refused}");
    }
    assert!(seal(json!({"id": "com.acme.crm"})).is_ok() && seal(json!({"name": "CRM"})).is_ok());
}

#[test]
fn the_platform_may_use_its_own_names() {
    let bundle = json!({"name": "Identity", "namespace": "sys", "objects": [{"name": "sys_user"}]});
    assert!(seal_as(bundle, "com.objectstack.identity").is_ok());
}

#[test]
fn unusual_artifacts_get_warnings() {
    let sealed = seal(json!({
        "actions": [{"name": "clone"}, {"name": "crm_move"}],
        "flows": {"remind": {}},
        "views": [{"list": {}}], "packages": [],
        "manifest": {"name": "CRM", "objects": ["*.object.ts"], "capabilities": {"a": 1}, "permissions": ["x"]},
        "objects": [{"name": "crm_account__history"}],
    }))
    .unwrap();
    assert_eq!(
        sealed.warnings,
        [
            "actions without the package prefix `crm_`: `clone`",
            "flows without the package prefix `crm_`: `remind`",
            "manifest.permissions: has no effect here: code of a package asks for these, and none \
             is loaded",
            "actions[0]: has no effect here, nor in another place: actions do not run",
        ]
    );
}

#[test]
fn text_is_stored_to_the_byte() {
    let text = "{ \"version\":\"1.2.0\",\n \"id\":\"com.acme.crm\", \"x\": 1.0 }";
    let sealed = seal_str(text).unwrap();
    assert_eq!(sealed.manifest_json, text);
    assert_eq!(sealed.checksum, Checksum::of(text.as_bytes()));
}

#[test]
fn text_must_have_the_registered_id_and_version() {
    for (text, path, message) in [
        ("{", "manifestJson", "is not valid JSON"),
        ("[]", "artifact", "must be a JSON object"),
        (r#"{"name":"x","id":"com.acme.crm"}"#, "version", "is missing; it must be `1.2.0`"),
        (r#"{"id":"com.acme.erp","version":"1.2.0"}"#, "id", "is \"com.acme.erp\""),
        (
            r#"{"manifest":{"id":"com.acme.erp","version":"1.2.0"},"id":"com.acme.crm"}"#,
            "manifest.id",
            "they must be the same",
        ),
        (r#"{"manifest":{"id":"com.acme.crm","version":7}}"#, "manifest.version", "is 7"),
        (
            r#"{"id":"com.acme.crm","version":"1.2.0","objects":[{"name":"x"}]}"#,
            "objects[0]",
            "prefix",
        ),
    ] {
        let refused = seal_str(text).unwrap_err();
        assert_eq!(refused.path(), path, "{text}");
        assert!(refused.message().contains(message), "{text}: {refused}");
    }
    assert!(seal_str(&"[".repeat(100_000)).is_err(), "depth is no way to crash");
}

/// Artifacts of the original, if a folder with them is named.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be pointed at a folder")]
fn artifacts_of_the_original_seal() {
    let Ok(folder) = std::env::var("OS_PEER_ARTIFACTS") else { return };
    let mut sealed = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bundle: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let id = bundle["manifest"]["id"].as_str().unwrap().parse().unwrap();
        let version = bundle["manifest"]["version"].as_str().unwrap().parse().unwrap();
        let one = seal_bundle(bundle, &id, &version, READER).unwrap();
        let again = seal_text(one.manifest_json.clone(), &id, &version, READER).unwrap();
        assert_eq!(again.checksum, one.checksum);
        assert_eq!(
            crate::protocol::matches(one.manifest.protocol_range.as_deref().unwrap(), 17),
            crate::protocol::ProtocolMatch::Matches
        );
        sealed += 1;
    }
    assert!(sealed >= 3);
}

#[test]
fn a_collection_has_a_limit_and_messages_are_bounded() {
    let with = |name: &str, value: Value| {
        let mut artifact = json!({"id": "com.acme.crm", "version": "1.0.0", "name": "CRM"});
        artifact[name] = value;
        seal(artifact)
    };
    assert!(with("views", json!(vec![json!({}); 2000])).is_ok());
    let refused = with("views", json!(vec![json!({}); 2001])).unwrap_err();
    assert_eq!(refused.path(), "views");
    assert!(refused.message().contains("the limit is 2000"), "{refused}");

    let long = format!("\u{1b}[2J{}", "a".repeat(10_000));
    let refused = with("views", json!({long.as_str(): {"name": 1}})).unwrap_err();
    assert!(refused.problems.iter().all(|it| it.path.len() < 1000), "{refused}");
    assert!(!refused.to_string().contains('\u{1b}'), "{refused}");
}
