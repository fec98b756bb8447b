use crate::publisher::World;
use axum::http::Method;
use os_test::control::{PACKAGES, bundle, installations, version, versions};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn world() -> World {
    let world = World::new().await;
    world.ada.register("com.acme.crm", world.acme).await;
    world
}

const CRM: &str = "com.acme.crm";

#[tokio::test]
async fn the_cli_publishes_in_one_shot_and_again_without_effect() {
    let world = world().await;
    let mut artifact = bundle("com.example.my_crm", "9.9.9");
    artifact["manifest"]["dependencies"] = json!({ "sys.feeds": "*" });
    let body = json!({
        "version": "1.2.0", "bundle": artifact, "is_pre_release": false, "release_notes": "First",
        "publishedBy": "eve",
    });
    let first = world.ada.post(&versions(CRM), body.clone()).await;
    let data = first.data();
    assert_eq!((first.status, &first.json()["violations"]), (201, &json!([])));
    for (field, value) in [
        ("version", json!("1.2.0")),
        ("status", json!("published")),
        ("listing_status", json!("draft")),
        ("is_pre_release", json!(false)),
        ("created", json!(true)),
        ("artifact_kind", json!("package")),
        ("published_by", json!(world.ada.id)),
    ] {
        assert_eq!(data[field], value, "{field}");
    }
    assert_eq!(data["warnings"].as_array().unwrap().len(), 2, "id and version: {data}");
    assert!(data["published_at"].as_str().unwrap().ends_with('Z'));

    let again = world.ada.post(&versions(CRM), body).await;
    assert_eq!((again.status, &again.data()["created"]), (200, &json!(false)));
    assert_eq!(again.data()["id"], data["id"]);

    let shown = world.ada.get(&version(CRM, "1.2.0")).await.data()["version"].clone();
    let text = shown["manifest_json"].as_str().unwrap();
    assert_eq!(shown["checksum"], sha256(text));
    let manifest: Value = serde_json::from_str(text).unwrap();
    assert_eq!(
        (&manifest["manifest"]["id"], &manifest["manifest"]["version"]),
        (&json!(CRM), &json!("1.2.0"))
    );
    assert_eq!(
        world.app.count("SELECT COUNT(*) FROM sys_event WHERE kind = 'version_published'").await,
        1
    );
}

#[tokio::test]
async fn the_manifest_is_answered_byte_for_byte() {
    let world = world().await;
    world.ada.publish(CRM, "1.0.0").await;
    let verbatim = " { \"id\":\"com.acme.crm\",\n \"version\" : \"1.1.0\", \"name\":\"A\", \"type\":\"app\" }\n";
    let body = json!({ "version": "1.1.0", "manifest_json": verbatim });
    assert_eq!(world.ada.post(&versions(CRM), body).await.status, 201);
    for number in ["1.0.0", "1.1.0"] {
        let answer = world.ada.get(&format!("{}/manifest", version(CRM, number))).await;
        let (_, rest) = answer.text().split_once("\"manifest\":").unwrap();
        let text = rest.strip_suffix("}}").unwrap();
        assert_eq!(answer.data()["checksum"], sha256(text), "{number}");
        assert_eq!(answer.headers["etag"], format!("\"{}\"", sha256(text)));
    }
}

#[tokio::test]
async fn a_published_version_never_changes() {
    let world = world().await;
    world.ada.publish(CRM, "1.0.0").await;
    let before = world.ada.get(&version(CRM, "1.0.0")).await.data();
    let mut other = bundle(CRM, "1.0.0");
    other["manifest"]["name"] = json!("Other");
    let text = other.to_string();
    for (method, url, body, code) in [
        (
            Method::POST,
            versions(CRM),
            json!({ "version": "1.0.0", "bundle": other }),
            "VERSION_IMMUTABLE",
        ),
        (
            Method::POST,
            versions(CRM),
            json!({ "version": "1.0.0", "manifestJson": text }),
            "DUPLICATE_RECORD",
        ),
        (
            Method::PATCH,
            version(CRM, "1.0.0"),
            json!({ "manifestJson": text }),
            "VERSION_IMMUTABLE",
        ),
        (Method::PATCH, version(CRM, "1.0.0"), json!({ "releaseNotes": "x" }), "VERSION_IMMUTABLE"),
        (Method::POST, version(CRM, "1.0.0/publish"), json!({}), "VERSION_ALREADY_PUBLISHED"),
        (Method::DELETE, version(CRM, "1.0.0"), json!({}), "VERSION_IMMUTABLE"),
        (Method::POST, version(CRM, "1.0.0/undeprecate"), json!({}), "PERMISSION_DENIED"),
    ] {
        let answer = world.ada.json(method.clone(), &url, Some(body)).await;
        assert_eq!(answer.refusal().1, code, "{method} {url}");
        assert_eq!(world.ada.get(&version(CRM, "1.0.0")).await.data(), before, "{method} {url}");
    }
    let checksum = before["version"]["checksum"].as_str().unwrap();
    let outcome =
        world.ada.post(&versions(CRM), json!({ "version": "1.0.0", "bundle": other })).await;
    assert!(outcome.message().contains(&checksum[..12]), "{}", outcome.message());

    // What is deprecated is no less frozen.
    world.ada.post(&version(CRM, "1.0.0/deprecate"), json!({ "reason": "old" })).await;
    let late = world.ada.patch(&version(CRM, "1.0.0"), json!({ "manifestJson": text })).await;
    assert_eq!(late.refusal(), (409, "VERSION_IMMUTABLE".to_owned()));
}

#[tokio::test]
async fn a_draft_is_created_changed_and_published() {
    let world = world().await;
    let made = world.ada.draft(CRM, "1.0.0").await;
    assert_eq!((made.status, &made.data()["status"]), (201, &json!("draft")));
    assert_eq!(made.data()["published_at"], Value::Null);
    assert_eq!(world.ada.draft(CRM, "1.0.0").await.refusal(), (409, "DUPLICATE_RECORD".to_owned()));
    let one_shot = world.ada.publish(CRM, "1.0.0").await;
    assert_eq!(one_shot.refusal(), (409, "INVALID_STATE".to_owned()));

    let mut changed = bundle(CRM, "1.0.0");
    changed["manifest"]["minPlatformVersion"] = json!("17.0.0");
    let changed = changed.to_string();
    let body = json!({ "manifestJson": changed, "releaseNotes": "# New", "isPreRelease": false });
    let patched = world.ada.patch(&version(CRM, "1.0.0"), body).await.data();
    assert_eq!(patched["manifest_json"], changed);
    assert_eq!(
        (&patched["min_platform_version"], &patched["release_notes"]),
        (&json!("17.0.0"), &json!("# New"))
    );

    let sealed = world
        .ada
        .post(&version(CRM, "1.0.0/publish"), json!({ "publishedBy": "eve" }))
        .await
        .data();
    assert_eq!(
        (&sealed["status"], &sealed["published_by"]),
        (&json!("published"), &json!(world.ada.id))
    );
    assert_eq!(
        (&sealed["manifest_json"], &sealed["checksum"]),
        (&json!(changed), &json!(sha256(&changed)))
    );
    let kinds = "SELECT COUNT(*) FROM sys_event WHERE kind IN ('version_created', 'version_updated', 'version_published')";
    assert_eq!(world.app.count(kinds).await, 3);
    // A version of this content was published: the one shot now finds it.
    let canonical = world.ada.get(&version(CRM, "latest")).await.data();
    assert_eq!(canonical["version"]["id"], sealed["id"]);
}

#[tokio::test]
async fn a_draft_is_deleted_unless_an_environment_had_it() {
    let world = world().await;
    let environment = world.ada.create_environment(world.acme, "development").await;
    let drafts =
        [world.ada.draft(CRM, "1.0.0").await.data(), world.ada.draft(CRM, "1.1.0").await.data()];
    let body = json!({ "packageId": CRM, "version": "1.0.0", "allowDraft": true });
    let installed = world.ada.post(&installations(environment), body).await;
    assert_eq!(installed.data()["package"]["version"], "1.0.0");
    assert_eq!(
        world.ada.delete(&version(CRM, "1.0.0")).await.refusal(),
        (409, "PACKAGE_IN_USE".to_owned())
    );
    let deleted = world.ada.delete(&version(CRM, "1.1.0")).await.data();
    assert_eq!(deleted, json!({ "id": drafts[1]["id"], "success": true }));
    assert_eq!(
        world.ada.get(&version(CRM, "1.1.0")).await.refusal(),
        (404, "VERSION_NOT_FOUND".to_owned())
    );
    assert_eq!(
        world.ada.delete(&format!("{PACKAGES}/{CRM}")).await.refusal(),
        (409, "PACKAGE_IN_USE".to_owned())
    );
}

#[tokio::test]
async fn of_twenty_concurrent_publishes_of_a_version_one_succeeds() {
    let world = world().await;
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let ada = world.ada.clone();
            tokio::spawn(async move { ada.publish(CRM, "1.0.0").await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for asked in asking {
        statuses.push(asked.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[18], statuses[19]), (200, 200, 201));
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package_version").await, 1);
    assert_eq!(
        world.app.count("SELECT COUNT(*) FROM sys_event WHERE kind = 'version_published'").await,
        1
    );
}

#[tokio::test]
async fn of_twenty_other_contents_for_one_version_one_is_kept() {
    let world = world().await;
    let asking: Vec<_> = (0..20)
        .map(|number| {
            let ada = world.ada.clone();
            tokio::spawn(async move {
                let mut artifact = bundle(CRM, "1.0.0");
                artifact["manifest"]["name"] = json!(format!("Name {number}"));
                ada.post(&versions(CRM), json!({ "version": "1.0.0", "bundle": artifact }))
                    .await
                    .refusal()
            })
        })
        .collect();
    let mut refused = 0;
    for asked in asking {
        let (status, code) = asked.await.unwrap();
        if status != 201 {
            assert_eq!((status, code.as_str()), (409, "VERSION_IMMUTABLE"));
            refused += 1;
        }
    }
    assert_eq!(refused, 19);
}

#[tokio::test]
async fn latest_is_the_highest_stable_version_whatever_came_last() {
    let world = world().await;
    for number in ["1.0.0-rc.1", "2.0.0", "10.0.0", "3.0.0-rc.9", "11.0.0-beta.1", "9.9.9"] {
        assert_eq!(world.ada.publish(CRM, number).await.status, 201, "{number}");
    }
    world.ada.draft(CRM, "12.0.0").await;
    let latest =
        async || world.ada.get(&version(CRM, "latest")).await.data()["version"]["version"].clone();
    assert_eq!(latest().await, "10.0.0");
    world.ada.post(&version(CRM, "10.0.0/deprecate"), json!({})).await;
    assert_eq!(latest().await, "9.9.9");
    for number in ["9.9.9", "2.0.0"] {
        world.ada.post(&version(CRM, &format!("{number}/deprecate")), json!({})).await;
    }
    assert_eq!(latest().await, "11.0.0-beta.1");
    let rows = world.ada.get(PACKAGES).await.data();
    assert_eq!(rows["packages"][0]["latest_version"], "11.0.0-beta.1");
}

#[tokio::test]
async fn versions_are_listed_from_the_highest_down() {
    let world = world().await;
    for number in ["1.0.0-rc.10", "1.0.0-rc.9", "1.0.0", "1.10.0", "1.9.0"] {
        world.ada.publish(CRM, number).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.ada.get(&format!("{}?limit=2{cursor}", versions(CRM))).await.data();
        assert_eq!(page["total"], 5);
        let rows = page["versions"].as_array().unwrap().clone();
        assert!(rows.iter().all(|row| row.get("manifest_json").is_none()));
        seen.extend(rows.iter().map(|row| row["version"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["1.10.0", "1.9.0", "1.0.0", "1.0.0-rc.10", "1.0.0-rc.9"]);
    let whole = world.ada.get(&format!("{}?include=manifest_json", versions(CRM))).await.data();
    assert!(whole["versions"][0]["manifest_json"].is_string());
    let edited = world.ada.get(&format!("{}?cursor=AAAA", versions(CRM))).await;
    assert_eq!(edited.refusal(), (400, "INVALID_CURSOR".to_owned()));
}

#[tokio::test]
async fn a_version_is_deprecated_with_a_reason_and_restored_by_the_operator() {
    let world = world().await;
    world.ada.publish(CRM, "1.0.0").await;
    let gone = world
        .ada
        .post(&version(CRM, "1.0.0/deprecate"), json!({ "reason": "unsafe" }))
        .await
        .data();
    assert_eq!(
        (&gone["status"], &gone["deprecation_reason"]),
        (&json!("deprecated"), &json!("unsafe"))
    );
    let twice = world.ada.post(&version(CRM, "1.0.0/deprecate"), json!({})).await;
    assert_eq!(twice.refusal(), (409, "INVALID_STATE".to_owned()));
    assert_eq!(world.ada.get(&version(CRM, "latest")).await.refusal().1, "VERSION_NOT_FOUND");
    let again = world.ada.publish(CRM, "1.0.0").await;
    assert_eq!(
        (again.status, &again.data()["warnings"][0]),
        (200, &json!("version 1.0.0 is deprecated"))
    );
    let back = world.root.post(&version(CRM, "1.0.0/undeprecate"), json!({})).await.data();
    assert_eq!((&back["status"], &back["deprecation_reason"]), (&json!("published"), &Value::Null));
    let long = json!({ "reason": "x".repeat(2001) });
    assert_eq!(world.ada.post(&version(CRM, "1.0.0/deprecate"), long).await.status, 400);
}

#[tokio::test]
async fn bad_versions_and_bundles_are_refused_and_nothing_is_written() {
    let world = world().await;
    let good = bundle(CRM, "1.0.0");
    let deep = format!(
        r#"{{"version":"1.0.0","bundle":{{"manifest":{{"a":{}1{}}}}}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let mut cases: Vec<(Vec<u8>, u16, &str)> = vec![
        (deep.into_bytes(), 400, "VALIDATION_ERROR"),
        (b"{\"version\":\"1.0.0\",\"bundle\":{\"a\":\"\xff\"}}".to_vec(), 400, "VALIDATION_ERROR"),
        (
            b"{\"version\":\"1.0.0\",\"bundle\":{\"a\":\"\\u0000\"}}".to_vec(),
            400,
            "VALIDATION_ERROR",
        ),
        (b"[]".to_vec(), 400, "VALIDATION_ERROR"),
        (b"{".to_vec(), 400, "VALIDATION_ERROR"),
        (b"".to_vec(), 400, "VALIDATION_ERROR"),
    ];
    let mut json_cases = vec![
        (json!({ "version": "1.0.0" }), 400, "MISSING_REQUIRED_FIELD"),
        (json!({ "bundle": good }), 400, "MISSING_REQUIRED_FIELD"),
        (json!({ "version": "1.0.0", "bundle": [] }), 400, "PACKAGE_MANIFEST_INVALID"),
        (json!({ "version": "1.0.0", "bundle": {} }), 400, "PACKAGE_MANIFEST_INVALID"),
        (json!({ "version": "1.0.0", "bundle": "text" }), 400, "PACKAGE_MANIFEST_INVALID"),
        (json!({ "version": "1.0.0", "bundle": null }), 400, "MISSING_REQUIRED_FIELD"),
        (
            json!({ "version": "1.0.0", "bundle": { "manifest": good["manifest"], "packages": [{}] } }),
            400,
            "PACKAGE_MANIFEST_INVALID",
        ),
        (
            json!({ "version": "1.0.0", "bundle": { "manifest": good["manifest"], "objects": [{ "name": "sys_user" }] } }),
            422,
            "RESERVED_NAME",
        ),
        (json!({ "version": "1.0.0", "manifestJson": "[]" }), 400, "PACKAGE_MANIFEST_INVALID"),
        (json!({ "version": "1.0.0", "manifestJson": "{" }), 400, "PACKAGE_MANIFEST_INVALID"),
        (
            json!({ "version": "1.0.0", "manifestJson": bundle("com.other.x", "1.0.0").to_string() }),
            400,
            "PACKAGE_MANIFEST_INVALID",
        ),
        (json!({ "version": "1.0.0", "osplugin": "aGk=" }), 501, "NOT_IMPLEMENTED"),
        (
            json!({ "version": "1.0.0", "bundle": good, "artifact_kind": "plugin" }),
            501,
            "NOT_IMPLEMENTED",
        ),
        (
            json!({ "version": "1.0.0", "bundle": good, "auto_approve": true }),
            403,
            "PERMISSION_DENIED",
        ),
        (
            json!({ "version": "1.0.0", "bundle": good, "is_pre_release": "yes" }),
            400,
            "VALIDATION_ERROR",
        ),
        (
            json!({ "version": "1.0.0", "bundle": good, "release_notes": "x".repeat(100_001) }),
            400,
            "VALIDATION_ERROR",
        ),
    ];
    // docs/wire/names.md#patterns.
    for number in ["1.2", "1.2.3-Beta.1", "v1.2.3", "not-semver"] {
        json_cases.push((json!({ "version": number, "bundle": good }), 400, "INVALID_FORMAT"));
    }
    cases.extend(
        json_cases
            .into_iter()
            .map(|(body, status, code)| (body.to_string().into_bytes(), status, code)),
    );
    for (body, status, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        let answer = world.ada.send(Method::POST, &versions(CRM), &[], body).await;
        if shown.is_empty() {
            assert_eq!(answer.status, 400);
            continue;
        }
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{shown}: {}", answer.message());
    }
    assert_eq!(world.app.count("SELECT COUNT(*) FROM sys_package_version").await, 0);
    for number in ["1.2.3", "1.2.3-beta.1", "1.2.3+build.5", "0.0.0-dev.20260101120000"] {
        assert_eq!(world.ada.publish(CRM, number).await.status, 201, "{number}");
    }
    let flagged = world.ada.get(&version(CRM, "0.0.0-dev.20260101120000")).await.data();
    assert_eq!(flagged["version"]["is_pre_release"], true);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_by_size() {
    let world = world().await;
    let mut body = br#"{"version":"1.0.0","bundle":{"a":""#.to_vec();
    body.resize(33 << 20, b'x');
    let answer = world.ada.send(Method::POST, &versions(CRM), &[], body).await;
    assert_eq!(answer.refusal(), (413, "PAYLOAD_TOO_LARGE".to_owned()));
    assert!(answer.message().contains("33554432"), "{}", answer.message());
}

#[tokio::test]
async fn strangers_and_members_without_the_role_do_not_publish() {
    let world = world().await;
    let bob = world.app.user("bob").await;
    let lab = world.app.organization("lab", &[(&world.ada, "owner"), (&bob, "member")]).await;
    world.ada.register("com.lab.crm", lab).await;
    let drafted = world.ada.draft("com.lab.crm", "1.0.0").await;
    assert_eq!(drafted.status, 201);
    assert_eq!(
        bob.publish("com.lab.crm", "2.0.0").await.refusal(),
        (403, "PUBLISHER_REQUIRED".to_owned())
    );
    assert_eq!(
        world.eve.publish("com.lab.crm", "2.0.0").await.refusal(),
        (404, "PACKAGE_NOT_FOUND".to_owned())
    );
    for (method, tail) in [
        (Method::PATCH, ""),
        (Method::DELETE, ""),
        (Method::POST, "/publish"),
        (Method::POST, "/deprecate"),
        (Method::POST, "/submit"),
        (Method::POST, "/withdraw"),
        (Method::POST, "/unlist"),
    ] {
        let url = format!("{}{tail}", version("com.lab.crm", "1.0.0"));
        assert_eq!(bob.json(method.clone(), &url, None).await.status, 403, "{method} {tail}");
        assert_eq!(world.eve.json(method.clone(), &url, None).await.status, 404, "{method} {tail}");
    }
    // A member reads the draft, its text too.
    let manifest = format!("{}/manifest", version("com.lab.crm", "1.0.0"));
    assert_eq!(bob.get(&manifest).await.status, 200);
    assert_eq!(world.eve.get(&manifest).await.status, 404);
}

#[tokio::test]
async fn installing_on_publish_that_fails_is_a_warning() {
    let world = world().await;
    let body = json!({ "version": "1.0.0", "bundle": bundle(CRM, "1.0.0"), "install_env_id": "none", "seed_sample_data": true });
    let answer = world.ada.post(&versions(CRM), body).await;
    assert_eq!(answer.status, 201);
    let warnings = answer.data()["warnings"].to_string();
    assert!(warnings.contains("not installed"), "{warnings}");
    assert_eq!(answer.data().get("installation"), None);
}

#[tokio::test]
async fn both_manifest_dialects_are_understood() {
    let world = world().await;
    let flat = json!({
        "id": CRM, "version": "1.0.0", "name": "CRM", "scope": "platform", "minPlatformVersion": "17.0.0",
        "dependencies": [{ "packageId": "com.acme.base", "versionRange": "^1.0.0", "optional": true }],
        "metadataTypes": [], "migrations": [],
    });
    let draft = json!({ "version": "1.0.0", "manifestJson": flat.to_string() });
    let draft = world.ada.post(&versions(CRM), draft).await.data();
    assert_eq!(
        (&draft["scope"], &draft["min_platform_version"]),
        (&json!("platform"), &json!("17.0.0"))
    );
    let mut nested = bundle(CRM, "1.1.0");
    nested["manifest"]["scope"] = json!("project");
    nested["manifest"]["dependencies"] = json!({ "com.acme.base": "^1.0.0" });
    nested["manifest"]["engines"] = json!({ "protocol": "^17" });
    let nested = json!({ "version": "1.1.0", "bundle": nested });
    let nested = world.ada.post(&versions(CRM), nested).await.data();
    assert_eq!(
        (&nested["scope"], &nested["engines"]),
        (&json!("environment"), &json!({ "protocol": "^17" }))
    );
}
