//! Both dialects, and what is refused in them.

use super::*;
use serde_json::json;

fn read(value: Value) -> Result<Manifest, InvalidArtifact> {
    Manifest::read(&value, &"com.acme.helpdesk".parse().unwrap(), &"1.2.3".parse().unwrap())
}

#[test]
fn the_seeds_dialect_is_read() {
    let manifest = read(json!({
        "id": "com.acme.helpdesk", "version": "0.0.1", "name": "Helpdesk", "description": "",
        "scope": "platform", "minPlatformVersion": "4.0.0",
        "dependencies": [{"packageId": "com.acme.crm", "versionRange": "^1.0.0"},
                         {"packageId": "sys.feeds", "versionRange": "*", "optional": true}],
        "metadataTypes": ["object", "flow"], "migrations": ["0001", {"id": "0002", "steps": []}],
        "configurationSchema": {"type": "object"}, "metadata": {"x": 1},
    }))
    .unwrap();
    assert_eq!(manifest.version.as_str(), "1.2.3", "the registered version wins");
    assert_eq!(manifest.name, "Helpdesk");
    assert_eq!(manifest.scope, Scope::Platform);
    assert_eq!(manifest.min_platform_version.unwrap().as_str(), "4.0.0");
    assert_eq!(manifest.dependencies[0].range.as_str(), "^1.0.0");
    assert!(manifest.dependencies[1].optional && !manifest.dependencies[0].optional);
    assert_eq!(manifest.metadata_types, ["object", "flow"]);
    assert_eq!(manifest.migrations.len(), 2);
    assert_eq!(manifest.kind, "app");
}

#[test]
fn the_artifacts_dialect_is_read() {
    let manifest = read(json!({
        "manifest": {
            "id": "com.example.helpdesk", "namespace": " helpdesk ", "version": "9.9.9",
            "type": "plugin", "scope": "project", "name": "Inside",
            "dependencies": {"com.acme.crm": "^1.0.0", "sys.feeds": "*"},
            "engines": {"protocol": "^17", "platform": ">=4.1.0"},
            "configuration": {"retired": true}, "extensions": 7, "loading": [], "contributes": "x",
        },
        "objects": [{"name": "helpdesk_ticket"}], "views": [], "name": "Outside",
    }))
    .unwrap();
    assert_eq!(manifest.id.as_str(), "com.acme.helpdesk", "the registered id wins");
    assert_eq!(manifest.name, "Outside");
    assert_eq!(manifest.kind, "plugin");
    assert_eq!(manifest.scope, Scope::Environment);
    assert_eq!(manifest.namespace.unwrap().as_str(), "helpdesk");
    assert_eq!(manifest.protocol_range.as_deref(), Some("^17"));
    assert_eq!(manifest.min_platform_version.unwrap().as_str(), "4.1.0");
    assert_eq!(manifest.engines, Some(json!({"protocol": "^17", "platform": ">=4.1.0"})));
    assert_eq!(manifest.dependencies.len(), 2);
    assert_eq!(manifest.metadata_types, ["object"], "computed, without what is empty");
}

#[test]
fn the_first_non_empty_range_is_used() {
    for (engines, engine, protocol, min_platform) in [
        (
            json!({"protocol": " ", "platform": "^4.0.0"}),
            json!(null),
            Some("^4.0.0"),
            Some("4.0.0"),
        ),
        (
            json!({"protocol": null}),
            json!({"objectstack": ">=3.0.0"}),
            Some(">=3.0.0"),
            Some("3.0.0"),
        ),
        (json!({"protocol": "^17"}), json!(null), Some("^17"), None),
        (json!({"platform": "<5.0.0"}), json!(null), Some("<5.0.0"), None),
        (json!({"platform": ">5.0.0"}), json!(null), Some(">5.0.0"), None),
        (json!({"platform": "4.x"}), json!(null), Some("4.x"), None),
        (json!(null), json!(null), None, None),
    ] {
        let shown = engines.to_string();
        let manifest = read(json!({"name": "X", "engines": engines, "engine": engine})).unwrap();
        assert_eq!(manifest.protocol_range.as_deref(), protocol, "{shown}");
        let min = manifest.min_platform_version;
        assert_eq!(min.as_ref().map(VersionNumber::as_str), min_platform, "{shown}");
    }
}

#[test]
fn absent_fields_have_defaults() {
    let manifest = read(json!({"id": "com.acme.helpdesk"})).unwrap();
    assert_eq!(manifest.name, "com.acme.helpdesk");
    assert_eq!(manifest.effective_namespace().unwrap().as_str(), "helpdesk");
    assert_eq!(manifest.scope, Scope::Environment);
    assert!(manifest.dependencies.is_empty() && manifest.metadata_types.is_empty());
}

#[test]
fn each_problem_is_reported_with_its_path() {
    for (key, value, path, message) in [
        ("name", json!(7), "manifest.name", "must be text"),
        ("name", json!(" "), "manifest.name", "must not be empty"),
        ("description", json!([]), "manifest.description", "must be text"),
        ("namespace", json!("My-CRM"), "manifest.namespace", "is not a namespace"),
        ("type", json!({}), "manifest.type", "must be text"),
        ("scope", json!("galaxy"), "manifest.scope", "`galaxy` is not a scope"),
        ("minPlatformVersion", json!("4"), "manifest.minPlatformVersion", "is not a version"),
        ("minPlatformVersion", json!(4), "manifest.minPlatformVersion", "must be text"),
        ("engines", json!("17"), "manifest.engines", "must be an object"),
        ("engines", json!({"protocol": 17}), "manifest.engines.protocol", "must be a range"),
        ("dependencies", json!("x"), "manifest.dependencies", "must be a map"),
        (
            "dependencies",
            json!({"com.acme.crm": "newest"}),
            "manifest.dependencies.com.acme.crm",
            "is not a version range",
        ),
        (
            "dependencies",
            json!({"com.acme.crm": ""}),
            "manifest.dependencies.com.acme.crm",
            "it is empty",
        ),
        (
            "dependencies",
            json!({"com.acme.crm": 1}),
            "manifest.dependencies.com.acme.crm",
            "must be a version range",
        ),
        (
            "dependencies",
            json!({"my_crm": "*"}),
            "manifest.dependencies.my_crm",
            "is not a package id",
        ),
        (
            "dependencies",
            json!(["com.acme.crm"]),
            "manifest.dependencies[0]",
            "must have a `packageId`",
        ),
        (
            "dependencies",
            json!([{"packageId": "a.b"}]),
            "manifest.dependencies[0].versionRange",
            "must be a version range",
        ),
        (
            "dependencies",
            json!([{"packageId": "a", "versionRange": "*"}]),
            "manifest.dependencies[0].packageId",
            "is not a package id",
        ),
        (
            "dependencies",
            json!([{"packageId": "a.b", "versionRange": "*", "optional": "no"}]),
            "manifest.dependencies[0].optional",
            "true or false",
        ),
        (
            "dependencies",
            json!([{"packageId": "a.b", "versionRange": "*"}, {"packageId": "a.b", "versionRange": "1"}]),
            "manifest.dependencies",
            "listed twice",
        ),
        (
            "dependencies",
            (0..201).map(|it| (format!("com.acme.d{it}"), json!("*"))).collect(),
            "manifest.dependencies",
            "201 packages; the limit is 200",
        ),
        ("metadataTypes", json!("object"), "manifest.metadataTypes", "must be a list"),
        ("metadataTypes", json!(["flow"]), "manifest.metadataTypes", "lacks `object`"),
        ("migrations", json!("0001"), "manifest.migrations", "must be a list"),
        ("migrations", json!(["a", {}]), "manifest.migrations[1]", "must have an `id`"),
        ("migrations", json!(["a", {"id": "a"}]), "manifest.migrations[1]", "twice"),
        ("configurationSchema", json!(true), "manifest.configurationSchema", "JSON Schema"),
    ] {
        let shown = value.to_string();
        let refused = read(json!({"manifest": {key: value}, "objects": [{"name": "helpdesk_a"}]}));
        let refused = refused.unwrap_err();
        assert_eq!(refused.problems.len(), 1, "{key} {shown}: {refused}");
        assert_eq!(refused.path(), path, "{key} {shown}");
        assert!(refused.message().contains(message), "{key} {shown}: {refused}");
    }
}

#[test]
fn all_problems_are_reported() {
    let refused = read(json!({"name": 7, "scope": "x", "dependencies": {"a": "b"}})).unwrap_err();
    let paths: Vec<_> = refused.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["name", "scope", "dependencies.a", "dependencies.a"]);
}

#[test]
fn declared_kinds_may_be_absent_or_in_the_plural() {
    let types = |declared: Value| {
        let value = json!({"name": "X", "metadataTypes": declared, "objects": [{"name": "a_b"}]});
        read(value).unwrap().metadata_types
    };
    assert_eq!(types(json!(["object"])), ["object"]);
    assert_eq!(types(json!(["objects", "seed", "object"])), ["object", "seed"]);
}
