//! Starting from an artifact, and from the files of the TypeScript runtime.

use os_package::Checksum;
use os_runtime::ArtifactSource;
use os_test::runtime::{App, INSTALLED, example, object, package, with, with_manifest};
use serde_json::{Value, json};

#[tokio::test]
async fn an_artifact_is_loaded_seeded_once_and_cannot_be_installed_over() {
    let app = App::new().await;
    let owner = app.owner().await;
    let crm = example("crm/1.1.0");
    let booted = app.server.boot_with(Some(crm.clone())).await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (1, 0));
    let accounts = app.rows("crm_account").await;
    assert!(accounts > 0);
    assert!(owner.installed().await.is_empty());
    assert_eq!(owner.install(&crm).await.refusal(), (409, "MANIFEST_CONFLICT".to_owned()));
    owner.installs(&example("helpdesk/0.4.0")).await;

    let mut tx = app.db.write().await.unwrap();
    tx.query("DELETE FROM crm_account").run().await.unwrap();
    tx.commit().await.unwrap();
    let booted = app.server.boot_with(Some(crm)).await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (2, 0));
    assert_eq!(app.rows("crm_account").await, 0, "what people deleted stays deleted");
}

#[tokio::test]
async fn an_artifact_may_hold_several_packages_and_wins_over_the_ledger() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.0.0")).await;
    let both = json!({"packages": [example("helpdesk/0.4.0"), example("crm/1.1.0")]});
    let booted = app.server.boot_with(Some(both)).await.unwrap();
    assert_eq!(booted.packages, 2);
    assert_eq!(booted.quarantined[0].manifest_id, "com.example.crm");
    assert!(booted.quarantined[0].reason.contains("artifact"));
}

#[tokio::test]
async fn an_artifact_that_cannot_be_loaded_keeps_the_runtime_from_starting() {
    let app = App::new().await;
    let shop = package("shop", "1.0.0", json!([object("shop_a", &["name"])]));
    let before = app.state().await;
    for (artifact, reason) in [
        (with_manifest(shop.clone(), "engines", json!({"protocol": "^99"})), "protocol"),
        (with_manifest(shop.clone(), "id", Value::Null), "`id`"),
        (with_manifest(shop.clone(), "id", json!("sys.ai")), "sys.ai"),
        (json!({"packages": [shop.clone(), shop.clone()]}), "twice"),
        (json!({"packages": {"a": 1}}), "`packages`"),
        (with(shop, "objects", json!([object("sys_a", &[])])), "sys_"),
    ] {
        let error = app.server.boot_with(Some(artifact)).await.unwrap_err();
        assert!(error.message().contains(reason), "{}", error.message());
        assert_eq!(app.state().await, before);
    }
}

#[test]
fn an_artifact_is_read_from_where_it_was_named() {
    let home = tempfile::tempdir().unwrap();
    let text = example("crm/1.0.0").to_string();
    let path = home.path().join("crm.json");
    std::fs::write(&path, &text).unwrap();
    let pin = Checksum::of(text.as_bytes());
    let read =
        |source: String| source.parse::<ArtifactSource>().and_then(|it| it.read(home.path()));
    let file = path.display();
    for source in
        [format!("{file}"), format!("file://{file}"), format!("file://{file}#sha256={pin}")]
    {
        assert_eq!(read(source.clone()).unwrap()["manifest"]["id"], "com.example.crm", "{source}");
    }
    let wrong = "0".repeat(64);
    for source in [
        format!("file://{file}#sha256={wrong}"),
        format!("file://{file}#sha256=12"),
        format!("file://{file}#md5={wrong}"),
        format!("{file}.absent"),
        format!("ftp://{file}"),
        "http://127.0.0.1:9/a".to_owned(),
    ] {
        assert!(read(source.clone()).is_err(), "{source}");
    }
    let wrapped = json!({"schemaVersion": "0.1", "metadata": {"manifest": {"id": "a.b"}}});
    std::fs::write(&path, wrapped.to_string()).unwrap();
    assert_eq!(read(format!("{file}")).unwrap()["manifest"]["id"], "a.b");
}

#[test]
fn a_verified_copy_replaces_an_unreachable_host_and_no_credentials_are_sent() {
    let home = tempfile::tempdir().unwrap();
    let text = json!({"manifest": {"id": "a.b"}}).to_string();
    let pin = Checksum::of(text.as_bytes());
    let host = super::catalog::Catalog::answering(200, &text);
    let url = host.url.replace("http://", "http://ada:s3cret@");
    let source: ArtifactSource = format!("{url}/a.json#sha256={pin}").parse().unwrap();
    assert!(!format!("{source}").contains("s3cret"));
    assert_eq!(source.read(home.path()).unwrap()["manifest"]["id"], "a.b");
    assert!(host.asked()[0].to_lowercase().contains("authorization: basic ywrhonmzy3jlda=="));
    let down: ArtifactSource =
        format!("http://ada:s3cret@127.0.0.1:9/a.json#sha256={pin}").parse().unwrap();
    assert_eq!(down.read(home.path()).unwrap()["manifest"]["id"], "a.b");
    let unpinned: ArtifactSource = "http://ada:s3cret@127.0.0.1:9/a.json".parse().unwrap();
    assert!(!format!("{:#}", unpinned.read(home.path()).unwrap_err()).contains("s3cret"));
    let other = super::catalog::Catalog::answering(200, "{}");
    let lies: ArtifactSource = format!("{}/a.json#sha256={pin}", other.url).parse().unwrap();
    assert!(lies.read(home.path()).is_err(), "a host that lies is no host that is down");
}

#[tokio::test]
async fn ledger_files_are_taken_over_once() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("installed-packages");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all(home.path().join("package-state")).unwrap();
    let file = |artifact: Value, version: &str| {
        json!({"packageId": "pkg_1", "versionId": "ver_1", "manifestId": artifact["manifest"]["id"], "version": version,
            "manifest": artifact, "installedAt": "2025-01-02T03:04:05.000Z", "installedBy": "u1", "withSampleData": true}).to_string()
    };
    let shop = package("shop", "1.0.0", json!([object("shop_item", &["name"])]));
    std::fs::write(folder.join("com.example.crm.json"), file(example("crm/1.1.0"), "1.1.0"))
        .unwrap();
    std::fs::write(folder.join("com.acme.shop.json"), file(shop.clone(), "1.0.0")).unwrap();
    std::fs::write(folder.join("damaged.json"), "{").unwrap();
    std::fs::write(folder.join("unknown.json"), file(shop, "unknown")).unwrap();
    std::fs::write(
        home.path().join("package-state/default.x-1.json"),
        r#"{"disabled": ["com.acme.shop"]}"#,
    )
    .unwrap();

    let app = App::with(|config| config.home = home.path().to_owned()).await;
    let owner = app.owner().await;
    assert_eq!(owner.installed().await, ["com.acme.shop@1.0.0", "com.example.crm@1.1.0"]);
    let list = owner.get(INSTALLED).await.data();
    assert_eq!(
        (&list["items"][0]["enabled"], &list["items"][0]["packageId"]),
        (&json!(false), &json!("pkg_1"))
    );
    assert!(list["items"][1]["installedAt"].as_str().unwrap().starts_with("2025-01-02T03:04:05"));
    let quarantined: Vec<_> =
        list["setAside"].as_array().unwrap().iter().map(|it| it["manifestId"].clone()).collect();
    assert_eq!(quarantined, ["damaged.json", "unknown.json"]);

    assert_eq!(owner.uninstall("com.acme.shop").await.status, 200);
    app.server.boot().await.unwrap();
    assert_eq!(owner.installed().await, ["com.example.crm@1.1.0"], "taken over once, not again");
}
