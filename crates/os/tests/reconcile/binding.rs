//! Binding a runtime to a control plane, and unbinding it.

use crate::site::{Site, artifact};
use serde_json::{Value, json};
use std::time::Duration;

const CRM: &str = "com.acme.crm";
const HERE: &str = "/api/v1/cloud-connection";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_binds_a_runtime_and_unbinds_it() {
    let site = Site::new().await;
    site.publish(&artifact("crm", "1.0.0", "crm", &["title"])).await;
    let machine = site.machine_with(|config| config.cloud_key = None).await;
    let unbound = machine.owner.get(&format!("{HERE}/status")).await.body();
    assert_eq!((&unbound["bound"], &unbound["connection"]), (&json!(false), &Value::Null));
    let lists = machine.owner.get(&format!("{HERE}/org-packages")).await.body();
    assert_eq!(lists, json!({"items": [], "total": 0, "connected": false}));

    let code = machine.owner.post(&format!("{HERE}/bind/start"), json!({})).await.body();
    let page = code["verification_uri_complete"].as_str().unwrap();
    assert!(page.contains("runtime_name=box") && page.contains("user_code="), "{page}");
    let poll = json!({"device_code": code["device_code"]});
    let pending = machine.owner.post(&format!("{HERE}/bind/poll"), poll.clone()).await.body();
    assert_eq!(pending, json!({"pending": true}));
    let user_code = code["user_code"].as_str().unwrap();
    site.ada.get(&format!("/api/v1/auth/device?user_code={user_code}")).await.body();
    site.ada.post("/api/v1/auth/device/approve", json!({"userCode": user_code})).await.body();
    // The control plane asks for five seconds between two polls.
    site.app.advance(Duration::from_secs(5));
    let answer = machine.owner.post(&format!("{HERE}/bind/poll"), poll.clone()).await.body();
    assert_eq!(answer["bound"], true, "{answer}");
    assert!(answer["runtime_token"].is_null(), "the token stays here");

    let file = machine.home.path().join("cloud-connection.json");
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(kept["runtimeToken"].as_str().unwrap().starts_with("oscc_"));
    assert_eq!(kept["environmentId"], json!(site.environment));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let body = json!({"package_id": CRM});
    machine.owner.post(&format!("{HERE}/install"), body).await.body();
    site.until(CRM, "installed").await;
    let probe = machine.owner.get(&format!("{HERE}/installation?package_id={CRM}")).await.body();
    assert_eq!((&probe["installed"], &probe["version"]), (&json!(true), &json!("1.0.0")));
    let installed = machine.owner.get(&format!("{HERE}/installed")).await.body();
    assert_eq!((&installed["total"], &installed["connected"]), (&json!(1), &json!(true)));
    let status = machine.owner.get(&format!("{HERE}/status")).await.body();
    assert_eq!(status["connection"]["account_email"], "ada@example.com");

    let gone = machine.owner.post(&format!("{HERE}/unbind"), json!({})).await.body();
    assert_eq!(gone, json!({"environmentId": site.environment, "revoked": true, "cleared": true}));
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(kept, json!({"runtimeToken": "", "runtimeId": kept["runtimeId"]}));
    machine.until("unbound").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0"], "it is our own now");
    assert_eq!(site.row(CRM).await["status"], "installed", "nobody reports any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_runtime_serves_what_it_has_and_learns_nothing() {
    let site = Site::new().await;
    for version in ["1.0.0", "1.1.0"] {
        site.publish(&artifact("crm", version, "crm", &["title"])).await;
    }
    let machine = site.machine().await;
    site.install(CRM, "1.0.0").await;
    site.until(CRM, "installed").await;
    let url = format!("/api/v1/cloud/environments/{}/runtimes", site.environment);
    let runtime = site.ada.get(&url).await.body()["runtimes"][0]["runtime_id"].clone();
    let url = format!("{url}/{}", runtime.as_str().unwrap());
    site.ada.delete(&url).await.body();
    machine.until("refused").await;
    site.operate(CRM, "upgrade", json!({})).await;
    assert_eq!(site.row(CRM).await["status"], "installed", "without a runtime there is no waiting");
    assert_eq!(machine.installed().await, ["com.acme.crm@1.0.0"]);
    // A restart with a key binds it.
    let machine = machine.restart().await;
    machine.until("connected").await;
    site.until(CRM, "installed").await;
    assert_eq!(machine.installed().await, ["com.acme.crm@1.1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_the_right_to_bind_gets_a_remedy() {
    let site = Site::new().await;
    let off = site.machine_with(|config| (config.cloud_url, config.cloud_key) = (None, None)).await;
    let on = site.machine_with(|config| config.cloud_key = None).await;
    assert_eq!(off.connection().await["status"], "off");
    let none = json!({});
    for (machine, path, body, refusal) in [
        (&off, "bind/start", &none, (503, "CLOUD_UNCONFIGURED")),
        (&off, "install", &json!({"package_id": CRM}), (503, "CLOUD_UNCONFIGURED")),
        (&on, "install", &json!({"package_id": CRM}), (503, "CLOUD_UNCONFIGURED")),
        (&on, "bind/poll", &none, (400, "INVALID_REQUEST")),
        (&on, "bind/poll", &json!({"device_code": "wrong"}), (400, "DEVICE_CODE_FAILED")),
    ] {
        let url = format!("{HERE}/{path}");
        let response = machine.owner.post(&url, body.clone()).await;
        let (status, answer) = (response.status, response.json());
        let code = answer["error"]["code"].as_str().unwrap();
        assert_eq!((status, code), refusal, "{path} {body}: {answer}");
        assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
    }
    site.close().await;
    let url = format!("{HERE}/bind/start");
    let response = on.owner.post(&url, none).await;
    let (status, answer) = (response.status, response.json());
    assert_eq!((status, &answer["error"]["code"]), (502, &json!("DEVICE_CODE_FAILED")));
}
