//! Migrations of a manifest: in order, once each, with the install or not at all.

use os_test::runtime::{App, INSTALLED, object, package, with, with_manifest};
use serde_json::{Value, json};

fn first() -> Value {
    let item = json!({"name": "shop_item", "fields": {
        "name": {"type": "text"}, "code": {"type": "text", "unique": true}, "kind": {"type": "text"}}});
    let records = json!([{"name": "Chair", "code": "12"}, {"name": "Desk", "code": "13"}]);
    with(
        package("shop", "1.0.0", json!([item])),
        "data",
        json!([{"object": "shop_item", "records": records}]),
    )
}

fn second(migrations: Value) -> Value {
    let article = json!({"name": "shop_article", "fields": {
        "title": {"type": "text"}, "number": {"type": "number"}, "kind": {"type": "text"}}});
    with_manifest(package("shop", "2.0.0", json!([article])), "migrations", migrations)
}

fn steps() -> Value {
    json!(["0001", {"id": "0002", "steps": [
        {"op": "rename_object", "from": "shop_item", "to": "shop_article"},
        {"op": "rename_field", "object": "shop_article", "from": "name", "to": "title"},
        {"op": "copy_field", "object": "shop_article", "from": "code", "to": "number", "convert": "number"},
        {"op": "drop_field", "object": "shop_article", "field": "code"},
        {"op": "fill_default", "object": "shop_article", "field": "kind", "value": "thing"}]}])
}

fn texts(list: &[Option<&str>]) -> Vec<Option<String>> {
    list.iter().map(|it| it.map(str::to_owned)).collect()
}

#[tokio::test]
async fn records_follow_their_object_and_fields_once() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&first()).await;
    let answer = owner.installs(&second(steps())).await;
    assert_eq!(app.column("shop_article", "title").await, texts(&[Some("Chair"), Some("Desk")]));
    let numbers = app.column("shop_article", "number").await;
    assert_eq!(numbers.iter().flatten().count(), 2);
    assert_eq!(app.column("shop_article", "kind").await, texts(&[Some("thing"), Some("thing")]));
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_package_migration").await, 2);
    let kept: Vec<&Value> =
        answer["kept"].as_array().unwrap().iter().filter(|it| it.get("field").is_some()).collect();
    assert!(kept.is_empty(), "{kept:?}");

    let mut tx = app.db.write().await.unwrap();
    tx.query("UPDATE shop_article SET kind = NULL").run().await.unwrap();
    tx.commit().await.unwrap();
    owner.installs(&with_manifest(second(steps()), "version", json!("2.0.1"))).await;
    assert_eq!(
        app.column("shop_article", "kind").await,
        texts(&[None, None]),
        "a migration runs once"
    );
    let purged =
        owner.post(&format!("{INSTALLED}/com.acme.shop/purge-sample-data"), json!({})).await;
    assert_eq!(purged.refusal(), (400, "NOTHING_TO_PURGE".to_owned()));
}

#[tokio::test]
async fn a_first_install_has_nothing_to_migrate() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&second(steps())).await;
    assert_eq!(app.rows("shop_article").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_package_migration").await, 2);
}

#[tokio::test]
async fn a_step_that_cannot_run_changes_nothing() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&first()).await;
    let before = app.state().await;
    let both = json!([{"id": "1", "steps": [
        {"op": "fill_default", "object": "shop_item", "field": "fresh", "value": 1},
        {"op": "rename_field", "object": "shop_item", "from": "name", "to": "code"}]}]);
    let typed = json!([{"id": "1", "steps": [
        {"op": "copy_field", "object": "shop_item", "from": "name", "to": "code", "convert": "number"}]}]);
    let lossy = json!([{"id": "1", "steps": [
        {"op": "copy_field", "object": "shop_item", "from": "name", "to": "size", "convert": "number"},
        {"op": "drop_field", "object": "shop_item", "field": "name"}]}]);
    for migrations in [both, typed, lossy] {
        let answer = owner.install(&second(migrations)).await;
        assert_eq!(answer.refusal(), (422, "MIGRATION_FAILED".to_owned()), "{}", answer.text());
        assert!(answer.message().contains("step"), "{}", answer.message());
        assert_eq!(app.state().await, before);
    }
}

#[tokio::test]
async fn malformed_migrations_and_those_of_other_packages_are_refused() {
    let app = App::new().await;
    let owner = app.owner().await;
    let before = app.state().await;
    for steps in [
        json!([{"op": "execute", "sql": "DROP TABLE sys_user"}]),
        json!([{"op": "rename_object", "from": "sys_user", "to": "shop_user"}]),
        json!([{"op": "rename_object", "from": "crm_account", "to": "shop_account"}]),
        json!([{"op": "rename_field", "object": "shop_item", "from": "a\"; --", "to": "b"}]),
        json!([{"op": "drop_field", "object": "shop_item", "field": "name"}]),
        json!([{"op": "rename_field", "object": "shop_item", "from": "id", "to": "b"}]),
        json!("steps"),
    ] {
        let artifact = package("shop", "1.0.0", json!([object("shop_item", &["name"])]));
        let artifact = with_manifest(artifact, "migrations", json!([{"id": "1", "steps": steps}]));
        let answer = owner.install(&artifact).await;
        assert_eq!(answer.refusal(), (422, "PLUGIN_REGISTER_FAILED".to_owned()), "{steps}");
        assert!(answer.message().contains("migrations[0]"), "{}", answer.message());
        assert_eq!(app.state().await, before);
    }
}
