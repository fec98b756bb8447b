use crate::operator::Site;
use os_test::control::{ENVIRONMENTS, installations};
use serde_json::{Value, json};
use uuid::Uuid;

const CRM: &str = "com.acme.crm";
const DESK: &str = "com.acme.desk";

fn generations(environment: Uuid) -> String {
    format!("{ENVIRONMENTS}/{environment}/generations")
}

/// A CRM 1.0.0; with a desk that needs it; both upgraded; the desk disabled: four generations
/// and one more of settings.
async fn story() -> Site {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "2.0.0"]).await;
    site.package(DESK, &[]).await;
    site.release(DESK, "1.0.0", json!({"dependencies": {CRM: "^1.0.0"}})).await;
    site.release(DESK, "2.0.0", json!({"dependencies": {CRM: "*"}})).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    site.ada.install(site.dev, DESK, "1.0.0").await.data();
    site.ada.operate(site.dev, DESK, "upgrade", json!({})).await.data();
    site.ada.operate(site.dev, CRM, "upgrade", json!({})).await.data();
    site.ada.operate(site.dev, DESK, "disable", json!({})).await.data();
    site.ada.operate(site.dev, CRM, "settings", json!({"settings": {"a": 1}})).await.data();
    site
}

/// Package, version, enabled: what runs.
async fn runs(site: &Site, environment: Uuid) -> Vec<(String, String, bool)> {
    let list = site.ada.get(&installations(environment)).await.data();
    let row = |it: &Value| {
        let text = |key: &str| it[key].as_str().unwrap().to_owned();
        (text("package_id"), text("version"), it["enabled"] == true)
    };
    list["packages"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn each_change_is_one_generation_with_everything_that_runs() {
    let site = story().await;
    let list = site.mia.get(&generations(site.dev)).await.data();
    let causes: Vec<&str> = list["generations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["cause"].as_str().unwrap())
        .collect();
    assert_eq!(
        causes,
        [
            "settings com.acme.crm 2.0.0",
            "disable com.acme.desk 2.0.0",
            "upgrade com.acme.crm 1.0.0 → 2.0.0",
            "upgrade com.acme.desk 1.0.0 → 2.0.0",
            "install com.acme.desk 1.0.0",
            "install com.acme.crm 1.0.0",
        ]
    );
    assert_eq!(list["current"], 6);
    let second = site.mia.get(&format!("{}/2", generations(site.dev))).await.data();
    let second = &second["generation"];
    assert_eq!((&second["number"], &second["is_current"]), (&json!(2), &json!(false)));
    assert_eq!(second["package_count"], 2);
    let desk = &second["packages"][1];
    assert_eq!((&desk["package_id"], &desk["version"]), (&json!(DESK), &json!("1.0.0")));
    assert_eq!(desk["checksum"].as_str().unwrap().len(), 64);

    let page = site.mia.get(&format!("{}?limit=4", generations(site.dev))).await.data();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = site.mia.get(&format!("{}?cursor={cursor}", generations(site.dev))).await.data();
    assert_eq!(rest["generations"][0]["number"], 2);
    assert_eq!(rest.get("next_cursor"), None);
    for (path, status, code) in [
        ("/99", 404, "RESOURCE_NOT_FOUND"),
        ("/x", 400, "VALIDATION_ERROR"),
        ("?cursor=AAAA", 400, "INVALID_CURSOR"),
        ("?limit=0", 400, "VALIDATION_ERROR"),
        ("/1/diff/99", 404, "RESOURCE_NOT_FOUND"),
    ] {
        let answer = site.mia.get(&format!("{}{path}", generations(site.dev))).await;
        assert_eq!(answer.refusal(), (status, code.into()), "{path}");
    }
}

#[tokio::test]
async fn two_generations_are_compared() {
    let site = story().await;
    let diff = site.mia.get(&format!("{}/1/diff/6", generations(site.dev))).await.data();
    assert_eq!(
        diff,
        json!({
            "from": 1, "to": 6,
            "added": [{"package_id": DESK, "version": "2.0.0"}], "removed": [],
            "upgraded": [{"package_id": CRM, "from": "1.0.0", "to": "2.0.0"}], "downgraded": [],
            "enabled": [], "disabled": [],
            "settings_changed": [{"package_id": CRM, "keys": ["a"]}],
        })
    );
}

#[tokio::test]
async fn restoring_a_generation_creates_a_new_one() {
    let site = story().await;
    site.deprecate(CRM, "1.0.0").await;
    let before = site.written().await;
    let url = format!("{}/2/restore", generations(site.dev));
    let stale = site.ada.post(&url, json!({"expected_current": 5})).await;
    assert_eq!(stale.refusal(), (409, "CONCURRENT_MODIFICATION".into()));
    let strict = site.ada.post(&url, json!({"expected": 6})).await;
    assert_eq!(strict.refusal(), (400, "VALIDATION_ERROR".into()));
    assert_eq!(site.written().await, before);

    let restored = site.ada.post(&url, json!({"expected_current": 6})).await.data();
    let restored = &restored["generation"];
    assert_eq!((&restored["number"], &restored["restored_from"]), (&json!(7), &json!(2)));
    let then =
        [(CRM.to_owned(), "1.0.0".to_owned(), true), (DESK.to_owned(), "1.0.0".to_owned(), true)];
    assert_eq!(runs(&site, site.dev).await, then);
    let after = site.written().await;
    // The desk was downgraded and enabled, the CRM downgraded and its settings changed.
    assert_eq!(after, [before[0] + 1, before[1] + 4, before[2] + 1]);

    let again = site.ada.post(&url, json!({})).await.data();
    assert_eq!(again["message"], "Already as in generation 2");
    assert_eq!(site.written().await, after);

    let forward = format!("{}/6/restore", generations(site.dev));
    site.ada.post(&forward, json!({})).await.data();
    let same = site.mia.get(&format!("{}/6/diff/8", generations(site.dev))).await.data();
    for list in
        ["added", "removed", "upgraded", "downgraded", "enabled", "disabled", "settings_changed"]
    {
        assert_eq!(same[list], json!([]), "{list}");
    }
    assert_eq!(site.mia.post(&forward, json!({})).await.refusal().0, 403);
}

#[tokio::test]
async fn a_generation_that_may_not_run_any_more_is_refused_whole() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0-rc.1"]).await;
    site.package(DESK, &[]).await;
    site.release(DESK, "1.0.0", json!({"dependencies": {CRM: "^1.0.0"}})).await;
    let draft = site.draft(CRM, "1.2.0").await;
    let to = |version: &str| json!({"targetVersion": version, "allowDraft": true});
    site.ada.install(site.dev, CRM, "1.0.0").await.data(); // 1
    site.ada.operate(site.dev, CRM, "upgrade", to("1.1.0-rc.1")).await.data(); // 2
    site.ada.operate(site.dev, CRM, "upgrade", to(&draft)).await.data(); // 3
    let back = json!({"targetPackageVersionId": "1.0.0"});
    site.ada.operate(site.dev, CRM, "rollback", back).await.data(); // 4
    site.ada.install(site.dev, DESK, "1.0.0").await.data(); // 5
    let forced = format!("{}/{CRM}?force=1", installations(site.dev));
    site.ada.delete(&forced).await.data(); // 6: broken, by force
    site.ada.operate(site.dev, DESK, "uninstall", json!({})).await.data(); // 7
    let url = format!("{ENVIRONMENTS}/{}", site.dev);
    site.ada.patch(&url, json!({"env_type": "production"})).await.data();
    let version = os_test::control::version(CRM, "1.2.0");
    let text = json!({"id": CRM, "version": "1.2.0", "name": "Other", "type": "app"}).to_string();
    site.ada.patch(&version, json!({"manifestJson": text})).await.data();

    let before = (site.written().await, runs(&site, site.dev).await);
    for (number, status, code) in
        [(2, 403, "DRAFT_NOT_ALLOWED"), (3, 409, "INVALID_STATE"), (6, 422, "DEPENDENCY_MISSING")]
    {
        let answer =
            site.ada.post(&format!("{}/{number}/restore", generations(site.dev)), json!({})).await;
        assert_eq!(answer.refusal(), (status, code.into()), "{number}: {}", answer.text());
        assert_eq!((site.written().await, runs(&site, site.dev).await), before, "{number}");
    }
    site.ada.post(&format!("{}/5/restore", generations(site.dev)), json!({})).await.data();
    assert_eq!(runs(&site, site.dev).await.len(), 2);
}

#[tokio::test]
async fn a_copy_of_an_environment_runs_the_same_in_one_generation() {
    let site = story().await;
    let body = json!({
        "organization_id": site.acme, "display_name": "Copy",
        "clone_from_environment_id": site.dev,
    });
    let made = site.ada.post(ENVIRONMENTS, body).await.data();
    let copy: Uuid = made["environment"]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(made["environment"]["generation"], 1);
    assert_eq!(runs(&site, copy).await, runs(&site, site.dev).await);
    let first = site.ada.get(&format!("{}/1", generations(copy))).await.data();
    assert_eq!(first["generation"]["cause"], format!("copy of environment {}", site.dev));

    // What production may not run is not copied into it, and no environment is made.
    site.release(CRM, "3.0.0-rc.1", json!({})).await;
    let rc = json!({"targetVersion": "3.0.0-rc.1", "allowDraft": true});
    site.ada.operate(site.dev, CRM, "upgrade", rc).await.data();
    let count = site.app.count("SELECT COUNT(*) FROM sys_environment").await;
    let body = json!({
        "organization_id": site.acme, "display_name": "Live", "env_type": "production",
        "clone_from_environment_id": site.dev,
    });
    let refused = site.ada.post(ENVIRONMENTS, body).await;
    assert_eq!(refused.refusal(), (403, "DRAFT_NOT_ALLOWED".into()));
    assert_eq!(site.app.count("SELECT COUNT(*) FROM sys_environment").await, count);
}
