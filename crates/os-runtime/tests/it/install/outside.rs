//! A package writes to objects of its own only, whatever its artifact says.

use os_test::runtime::{App, Client, INSTALLED, object, package, with, with_manifest};
use serde_json::{Value, json};

const SHOP: &str = "com.acme.shop";

fn shop(data: Value) -> Value {
    with(package("shop", "1.0.0", json!([object("shop_item", &["name", "code"])])), "data", data)
}

fn dataset(object: &str, key: &str, record: Value) -> Value {
    json!({"object": object, "externalId": key, "mode": "upsert", "records": [record]})
}

/// A package whose namespace begins with that of the shop.
async fn neighbour(owner: &Client) {
    let artifact = package("shopping", "1.0.0", json!([object("shop_x_list", &["name", "note"])]));
    let artifact = with_manifest(artifact, "namespace", json!("shop_x"));
    let records = json!([{"name": "Groceries", "note": "theirs"}]);
    owner
        .installs(&with(artifact, "data", json!([{"object": "shop_x_list", "records": records}])))
        .await;
}

#[tokio::test]
async fn seeds_of_the_platform_and_of_other_packages_are_refused_at_install() {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let notes = package("tt", "1.0.0", json!([object("tt_note", &["name"])]));
    owner
        .installs(&with(notes, "data", json!([{"object": "tt_note", "records": [{"name": "N"}]}])))
        .await;
    let mallory = app.register("mallory").await;
    let promotion = json!({"email": "mallory@example.com", "name": "mallory", "role": "admin"});
    let (state, users) = (app.state().await, app.column("sys_user", "role").await);
    for (at, data, code) in [
        (0, json!([dataset("sys_user", "email", promotion.clone())]), "RESERVED_NAME"),
        (
            1,
            json!([
                dataset("shop_item", "name", json!({"name": "A"})),
                dataset("sys_user_permission_set", "id", json!({"id": "x"}))
            ]),
            "RESERVED_NAME",
        ),
        (0, json!([dataset("ai_conversations", "id", json!({}))]), "RESERVED_NAME"),
        (0, json!([dataset("sys_ledger", "manifest_id", json!({}))]), "PLUGIN_REGISTER_FAILED"),
        (0, json!([dataset("tt_note", "name", json!({"name": "N"}))]), "PLUGIN_REGISTER_FAILED"),
    ] {
        let answer = owner.install(&shop(data)).await;
        assert_eq!(answer.refusal(), (422, code.to_owned()), "{}", answer.text());
        assert!(answer.message().contains(&format!("`data[{at}].object`")), "{}", answer.message());
        assert!(answer.message().contains("remove the dataset"), "{}", answer.message());
        assert_eq!(app.state().await, state);
    }
    assert_eq!(app.column("sys_user", "role").await, users);
    assert_eq!(mallory.get("/api/v1/packages").await.status, 403);
}

#[tokio::test]
async fn seeds_of_the_platform_that_are_not_served_here_are_reported() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([
        dataset("sys_business_unit", "name", json!({"name": "Sales"})),
        dataset("shop_item", "name", json!({"name": "Chair"})),
    ]);
    let seeded = owner.installs(&shop(data)).await["seeded"].clone();
    assert_eq!((&seeded["inserted"], &seeded["errors"]), (&json!(1), &json!(1)), "{seeded}");
    let error = &seeded["errorList"][0];
    assert_eq!(error["sourceObject"], "sys_business_unit");
    assert!(error["message"].as_str().unwrap().contains("not served here"), "{error}");
}

#[tokio::test]
async fn a_namespace_that_begins_alike_opens_nothing() {
    let app = App::new().await;
    let owner = app.owner().await;
    neighbour(&owner).await;
    for mode in ["upsert", "update", "insert", "replace"] {
        let mut theirs =
            dataset("shop_x_list", "name", json!({"name": "Groceries", "note": "mine"}));
        theirs["mode"] = json!(mode);
        let seeded = owner.installs(&shop(json!([theirs]))).await["seeded"].clone();
        assert_eq!((&seeded["inserted"], &seeded["errors"]), (&json!(0), &json!(1)), "{seeded}");
        let message = seeded["errorList"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("belongs to com.acme.shopping"), "{message}");
        assert_eq!(app.column("shop_x_list", "note").await, [Some("theirs".to_owned())], "{mode}");
        owner.uninstall(SHOP).await.data();
    }
    let state = app.state().await;
    for step in [
        json!({"op": "fill_default", "object": "shop_x_list", "field": "kind", "value": "mine"}),
        json!({"op": "rename_object", "from": "shop_x_list", "to": "shop_list"}),
        json!({"op": "rename_field", "object": "shop_x_list", "from": "note", "to": "gone"}),
    ] {
        let migrations = json!([{"id": "1", "steps": [step]}]);
        let answer = owner.install(&with_manifest(shop(json!([])), "migrations", migrations)).await;
        assert_eq!(answer.refusal(), (422, "MIGRATION_FAILED".to_owned()), "{}", answer.text());
        assert!(answer.message().contains("com.acme.shopping"), "{}", answer.message());
        assert_eq!(app.state().await, state);
    }
}

/// An artifact that was installed before seeds were checked goes on running; what it must not
/// write, it does not.
#[tokio::test]
async fn seeds_of_a_stored_artifact_write_nothing_outside() {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    neighbour(&owner).await;
    app.register("mallory").await;
    owner.installs(&shop(json!([dataset("shop_item", "name", json!({"name": "Chair"}))]))).await;
    let id = app.column("sys_user", "id").await[0].clone().unwrap();
    let list = app.column("shop_x_list", "id").await[0].clone().unwrap();
    let stored = shop(json!([
        dataset(
            "sys_user",
            "email",
            json!({"id": id, "email": "mallory@example.com", "role": "admin"})
        ),
        dataset("shop_x_list", "name", json!({"id": list, "name": "Groceries", "note": "mine"})),
        dataset("shop_item", "name", json!({"name": "Desk"})),
    ]));
    let text = stored.to_string();
    let mut tx = app.db.write().await.unwrap();
    tx.query("UPDATE sys_ledger SET artifact = $1, checksum = $2 WHERE manifest_id = $3")
        .bind(text.clone())
        .bind(os_package::Checksum::of(text.as_bytes()).to_string())
        .bind(SHOP.to_owned())
        .run()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let users = app.column("sys_user", "role").await;

    let booted = app.server.boot().await.unwrap();
    assert!(booted.quarantined.is_empty(), "{:?}", booted.quarantined);
    let again =
        owner.post(&format!("{INSTALLED}/{SHOP}/reseed-sample-data"), json!({})).await.data();
    assert_eq!((&again["inserted"], &again["updated"]), (&json!(1), &json!(0)), "{again}");
    assert_eq!(again["errors"], json!(2), "{again}");
    // An id in a record deletes nothing of others either.
    let purged =
        owner.post(&format!("{INSTALLED}/{SHOP}/purge-sample-data"), json!({})).await.data();
    assert_eq!((&purged["deleted"], &purged["skipped"]), (&json!(2), &json!(2)), "{purged}");
    assert_eq!(app.column("sys_user", "role").await, users);
    assert_eq!(app.column("shop_x_list", "note").await, [Some("theirs".to_owned())]);
}

#[tokio::test]
async fn a_runtime_does_not_start_with_an_artifact_that_seeds_the_platform() {
    let app = App::new().await;
    let promotion = json!({"email": "mallory@example.com", "role": "admin"});
    let artifact = shop(json!([dataset("sys_user", "email", promotion)]));
    for artifact in [artifact.clone(), json!({"packages": [artifact]})] {
        let error = app.restarted().boot_with(Some(artifact)).await.unwrap_err();
        assert!(error.message().contains("`data[0].object`"), "{}", error.message());
    }
    assert_eq!(app.rows("sys_user").await, 0);
}
