use os_test::runtime::{App, INSTALLED, example, object, package, with, with_manifest};
use serde_json::{Value, json};

#[tokio::test]
async fn a_first_install_makes_tables_and_seeds_and_is_listed() {
    let app = App::new().await;
    let owner = app.owner().await;
    let crm = example("crm/1.0.0");
    let answer = owner.installs(&crm).await;
    assert_eq!(answer["manifestId"], "com.example.crm");
    assert_eq!((&answer["version"], &answer["versionId"]), (&json!("1.0.0"), &json!("1.0.0")));
    assert_eq!((&answer["hotLoaded"], &answer["upgradedFrom"]), (&json!(true), &Value::Null));
    assert_eq!(answer["translationsLoaded"], 3);
    let seeded = &answer["seeded"];
    let records: usize = crm["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["records"].as_array().unwrap().len())
        .sum();
    assert_eq!((&seeded["mode"], &seeded["inserted"]), (&json!("inline"), &json!(records)));
    let counts = ["updated", "skipped", "errors", "droppedRefs"];
    assert!(counts.iter().all(|it| seeded[*it] == 0), "{seeded}");
    for dataset in crm["data"].as_array().unwrap() {
        let table = dataset["object"].as_str().unwrap();
        assert_eq!(app.rows(table).await, dataset["records"].as_array().unwrap().len(), "{table}");
    }

    let list = owner.get(INSTALLED).await.data();
    let item = &list["items"][0];
    assert_eq!((&list["total"], &item["withSampleData"]), (&json!(1), &json!(true)));
    assert_eq!(item["installedBy"], "owner@example.com");
    assert!(list["storageDir"].is_string());
}

#[tokio::test]
async fn only_administrators_install_and_see_who_installed() {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let eve = app.register("eve").await;
    owner.installs(&example("crm/1.0.0")).await;
    let nobody = app.anonymous();
    let body = json!({"manifest": example("crm/1.1.0")});
    assert_eq!(
        nobody.post(INSTALLED, body.clone()).await.refusal(),
        (401, "UNAUTHENTICATED".to_owned())
    );
    assert_eq!(eve.post(INSTALLED, body).await.refusal(), (403, "FORBIDDEN".to_owned()));
    assert_eq!(nobody.get(INSTALLED).await.status, 401);
    let list = eve.get(INSTALLED).await.data();
    assert_eq!(list["total"], 1);
    assert!(list.get("storageDir").is_none() && list["items"][0].get("installedBy").is_none());
    for url in ["", "/reseed-sample-data", "/purge-sample-data"] {
        let url = format!("{INSTALLED}/com.example.crm{url}");
        let answer = if url.ends_with("crm") {
            eve.delete(&url).await
        } else {
            eve.post(&url, json!({})).await
        };
        assert_eq!(answer.refusal(), (403, "FORBIDDEN".to_owned()), "{url}");
    }
}

#[tokio::test]
async fn an_upgrade_keeps_data_and_adds_what_is_new() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.0.0")).await;
    let accounts = app.column("crm_account", "name").await;
    let answer = owner.installs(&example("crm/1.1.0")).await;
    assert_eq!(answer["upgradedFrom"], "previous-marketplace-version");
    assert_eq!(answer["previousVersion"], "1.0.0");
    assert_eq!(answer["seeded"], json!({"mode": "skipped", "reason": "already-installed"}));
    assert_eq!(app.column("crm_account", "name").await, accounts);
    for object in example("crm/1.1.0")["objects"].as_array().unwrap() {
        app.rows(object["name"].as_str().unwrap()).await;
    }
    assert_eq!(owner.installed().await, ["com.example.crm@1.1.0"]);
    let back = owner.installs(&example("crm/1.0.0")).await;
    assert_eq!(back["previousVersion"], "1.1.0");
    assert_eq!(app.column("crm_account", "name").await, accounts);
}

#[tokio::test]
async fn columns_with_data_are_kept_and_reported() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([{"object": "shop_item", "records": [
        {"name": "Chair", "code": "12", "note": "old"}, {"name": "Desk", "code": "x7"}]}]);
    let old = package(
        "shop",
        "1.0.0",
        json!([object("shop_item", &["name", "code", "note"]), object("shop_gone", &["name"])]),
    );
    owner.installs(&with(old.clone(), "data", data)).await;

    let item = json!({"name": "shop_item", "fields": {
        "name": {"type": "text", "unique": true}, "code": {"type": "number"},
        "colour": {"type": "text", "defaultValue": "red"}}});
    let answer = owner.installs(&package("shop", "2.0.0", json!([item]))).await;
    let kept: Vec<(&str, &str)> = answer["kept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["object"].as_str().unwrap(), it["field"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(kept, [("shop_item", "code"), ("shop_item", "note"), ("shop_gone", "")]);
    let texts = |list: &[&str]| list.iter().map(|it| Some((*it).to_owned())).collect::<Vec<_>>();
    assert_eq!(app.column("shop_item", "colour").await, texts(&["red", "red"]));
    assert_eq!(app.column("shop_item", "note").await.iter().flatten().count(), 1);
    app.rows("shop_gone").await;

    let answer = owner.installs(&saying_version(old, "3.0.0")).await;
    assert_eq!(app.column("shop_item", "code").await, texts(&["12", "x7"]), "{}", answer["kept"]);
}

fn saying_version(artifact: Value, version: &str) -> Value {
    with_manifest(artifact, "version", json!(version))
}

#[tokio::test]
async fn an_uninstall_unloads_at_once_and_a_later_install_finds_the_data() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.0.0")).await;
    let accounts = app.rows("crm_account").await;
    let answer = owner.uninstall("com.example.crm").await.data();
    assert_eq!(answer["manifestId"], "com.example.crm");
    assert!(owner.installed().await.is_empty());
    assert_eq!(app.rows("crm_account").await, accounts);
    let again = owner.uninstall("com.example.crm").await;
    assert_eq!(again.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));

    let answer = owner.installs(&example("crm/1.0.0")).await;
    assert_eq!((&answer["seeded"]["inserted"], &answer["upgradedFrom"]), (&json!(0), &Value::Null));
    assert!(answer["seeded"]["skipped"].as_u64().unwrap() > 0);
    assert_eq!(app.rows("crm_account").await, accounts);
}

#[tokio::test]
async fn a_package_with_dependents_is_removed_only_by_force() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.1.0")).await;
    owner.installs(&example("helpdesk/0.4.0")).await;
    let answer = owner.uninstall("com.example.crm").await;
    assert_eq!(answer.refusal(), (409, "DEPENDENT_PACKAGES".to_owned()));
    assert!(answer.message().contains("com.example.helpdesk"), "{}", answer.message());
    assert_eq!(owner.uninstall("com.example.crm?force=1").await.status, 200);
    assert_eq!(owner.installed().await, ["com.example.helpdesk@0.4.0"]);
    let booted = app.server.boot().await.unwrap();
    assert_eq!((booted.packages, booted.quarantined.len()), (1, 0));
}

#[tokio::test]
async fn ten_installs_at_once_take_turns() {
    let app = App::new().await;
    let owner = app.owner().await;
    let artifacts: Vec<Value> = (0..10)
        .map(|n| {
            let name = format!("part{n}");
            package(&name, "1.0.0", json!([object(&format!("{name}_item"), &["name"])]))
        })
        .collect();
    let installs: Vec<_> = artifacts
        .into_iter()
        .map(|artifact| {
            let owner = owner.clone();
            tokio::spawn(async move { owner.install(&artifact).await.status })
        })
        .collect();
    for install in installs {
        assert_eq!(install.await.unwrap(), 200);
    }
    assert_eq!(owner.installed().await.len(), 10);
    assert_eq!(app.server.boot().await.unwrap().packages, 10);
}
