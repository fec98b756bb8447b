//! Packages as the console and the SDK manage them.

use os_test::runtime::{App, object, package, with, with_manifest};
use serde_json::json;

const URL: &str = "/api/v1/packages";

#[tokio::test]
async fn packages_are_listed_shown_and_given_away() {
    let app = App::new().await;
    let owner = app.owner().await;
    let artifact = package("crm", "1.2.0", json!([object("crm_account", &["name"])]));
    let artifact = with(artifact, "apps", json!([{"name": "crm_app", "_private": 1}]));
    owner.installs(&artifact).await;

    let all = owner.get(URL).await.data();
    let rows = all["packages"].as_array().unwrap();
    assert_eq!(all["total"], rows.len());
    let row = rows.iter().find(|row| row["manifest"]["id"] == "com.acme.crm").unwrap();
    assert_eq!(
        (&row["status"], &row["enabled"], &row["writable"]),
        (&json!("installed"), &json!(true), &json!(false))
    );
    assert_eq!(row["manifest"]["version"], "1.2.0");
    assert_eq!(row["manifest"]["namespace"], "crm");
    assert!(row["manifest"].get("objects").is_none(), "a list is short");

    let one = owner.get(&format!("{URL}/com.acme.crm")).await.data();
    assert_eq!(one["manifest"]["objects"][0]["name"], "crm_account");
    let exported = owner.get(&format!("{URL}/com.acme.crm/export")).await.data();
    assert_eq!(exported["apps"], json!([{"name": "crm_app"}]));
    assert_eq!(
        owner.get(&format!("{URL}/com.acme.crm/commits")).await.data(),
        json!({"commits": []})
    );

    let apps = owner.get(&format!("{URL}?type=app")).await.data();
    assert!(apps["packages"].as_array().unwrap().iter().all(|it| it["manifest"]["type"] == "app"));
    let disabled = owner.get(&format!("{URL}?status=disabled")).await.data();
    assert_eq!(disabled, json!({"packages": [], "total": 0}));
    let enabled = owner.get(&format!("{URL}?enabled=true")).await.data();
    assert_eq!(enabled["total"], all["total"]);

    assert_eq!(
        owner.get(&format!("{URL}/com.acme.none")).await.refusal(),
        (404, "RESOURCE_NOT_FOUND".to_owned())
    );
    assert_eq!(app.anonymous().get(URL).await.status, 401);
}

#[tokio::test]
async fn a_package_is_disabled_enabled_and_deleted() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&package("core", "1.0.0", json!([object("core_x", &["a"])]))).await;
    let needs = with_manifest(
        package("top", "1.0.0", json!([])),
        "dependencies",
        json!({"com.acme.core": "^1.0.0"}),
    );
    owner.installs(&needs).await;
    let act = |id: &str, act: &str| format!("{URL}/com.acme.{id}/{act}");

    let refused = owner.patch(&act("core", "disable"), json!({})).await;
    assert_eq!(refused.refusal(), (409, "DEPENDENT_PACKAGES".to_owned()));
    let refused = owner.delete(&format!("{URL}/com.acme.core")).await;
    assert_eq!(refused.refusal(), (409, "DEPENDENT_PACKAGES".to_owned()));

    let row = owner.patch(&act("top", "disable"), json!({})).await.data();
    assert_eq!((&row["status"], &row["enabled"]), (&json!("disabled"), &json!(false)));
    assert!(row["statusChangedAt"].is_string());
    let again = owner.patch(&act("top", "disable"), json!({})).await.data();
    assert_eq!(again["statusChangedAt"], row["statusChangedAt"], "nothing changed");
    owner.patch(&act("core", "disable"), json!({})).await.data();
    let refused = owner.patch(&act("top", "enable"), json!({})).await;
    assert_eq!(refused.refusal(), (422, "DEPENDENCY_DISABLED".to_owned()));
    owner.patch(&act("core", "enable"), json!({})).await.data();
    let row = owner.patch(&act("top", "enable"), json!({})).await.data();
    assert_eq!(row["status"], "installed");

    let refused = owner.delete(&format!("{URL}/com.acme.top?keepData=false")).await;
    assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    assert!(refused.message().contains("records stay"), "{}", refused.message());
    let deleted = owner.delete(&format!("{URL}/com.acme.top?keepData=true")).await.data();
    assert_eq!(
        (&deleted["success"], &deleted["persisted"]["failedCount"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(owner.delete(&format!("{URL}/com.acme.top")).await.status, 404);
    for url in ["com.acme.top/enable", "com.acme.none/disable"] {
        assert_eq!(owner.patch(&format!("{URL}/{url}"), json!({})).await.status, 404);
    }
}

#[tokio::test]
async fn built_in_packages_cannot_be_removed() {
    let app = App::new().await;
    let owner = app.owner().await;
    let all = owner.get(URL).await.data();
    let id = all["packages"][0]["manifest"]["id"].as_str().unwrap();
    for answer in [
        owner.patch(&format!("{URL}/{id}/disable"), json!({})).await,
        owner.delete(&format!("{URL}/{id}")).await,
    ] {
        assert_eq!(answer.refusal(), (422, "WRITABLE_PACKAGE_REQUIRED".to_owned()));
        assert_eq!(answer.json()["error"]["details"]["packageId"], id);
    }
    let row = owner.patch(&format!("{URL}/{id}/enable"), json!({})).await.data();
    assert_eq!(row["enabled"], true);
    assert_eq!(owner.get(URL).await.data()["total"], all["total"]);
}

#[tokio::test]
async fn the_sdk_installs_a_package_once() {
    let app = App::new().await;
    let owner = app.owner().await;
    let flat = json!({"id": "com.acme.core", "name": "Base", "type": "app", "objects": [object("core_x", &["a"])]});
    let answer = owner.post(URL, json!({"manifest": flat, "enableOnInstall": true})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let row = answer.data();
    assert_eq!(
        (&row["manifest"]["version"], &row["status"]),
        (&json!("0.1.0"), &json!("installed"))
    );
    assert_eq!(owner.get("/api/v1/meta/object/core_x").await.status, 200);

    let refused = owner.post(URL, json!({"manifest": flat})).await;
    assert_eq!(refused.refusal(), (409, "RESOURCE_CONFLICT".to_owned()));
    let over = owner.post(URL, json!({"manifest": flat, "overwrite": true})).await;
    assert_eq!(over.status, 201);

    let off = package("off", "2.0.0", json!([object("off_x", &["a"])]));
    let row = owner.post(URL, json!({"manifest": off, "enableOnInstall": false})).await.data();
    assert_eq!(
        (&row["status"], &row["manifest"]["version"]),
        (&json!("disabled"), &json!("2.0.0"))
    );

    let same_namespace = json!({"id": "org.other.core", "version": "1.0.0", "namespace": "core", "type": "app", "name": "Other"});
    let before = app.count("SELECT COUNT(*) FROM sys_ledger").await;
    for (body, status, code) in [
        (json!({}), 400, "VALIDATION_ERROR"),
        (json!({"manifest": {"name": "x"}}), 400, "VALIDATION_ERROR"),
        (json!({"manifest": "text"}), 400, "VALIDATION_ERROR"),
        (json!({"manifest": {"id": "No Id"}}), 400, "VALIDATION_ERROR"),
        (json!({"manifest": same_namespace}), 422, "NAMESPACE_CONFLICT"),
    ] {
        let answer = owner.post(URL, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{body} {}", answer.text());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_ledger").await, before);
    for act in ["publish", "publish-drafts", "duplicate"] {
        let answer = owner.post(&format!("{URL}/com.acme.core/{act}"), json!({})).await;
        assert_eq!(answer.refusal(), (501, "NOT_IMPLEMENTED".to_owned()));
    }
}

#[tokio::test]
async fn only_the_owner_manages_packages() {
    let app = App::with(|config| config.open_registration = true).await;
    app.owner().await;
    let eve = app.register("eve").await;
    for answer in [
        eve.get(URL).await,
        eve.post(URL, json!({"manifest": {"id": "com.acme.x"}})).await,
        eve.patch(&format!("{URL}/com.acme.x/disable"), json!({})).await,
        eve.delete(&format!("{URL}/com.acme.x")).await,
    ] {
        assert_eq!(answer.refusal(), (403, "FORBIDDEN".to_owned()));
    }
    assert_eq!(
        eve.get("/api/v1/meta/object").await.status,
        200,
        "metadata is for everybody signed in"
    );
}
