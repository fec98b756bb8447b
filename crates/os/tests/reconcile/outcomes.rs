//! The control plane learns what the installs of a generation did.

use crate::site::{Site, artifact};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::IntoResponse;
use os_control::Control;
use os_runtime::Runtime;
use os_test::{Client, eventually};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

const CRM: &str = "com.acme.crm";

type Reports = Arc<Mutex<Vec<Value>>>;

/// The routes of the control plane, with a copy of every report it receives.
fn recording(routes: Router, reports: Reports) -> Router {
    Router::new().fallback(move |request: Request| {
        let (routes, reports) = (routes.clone(), reports.clone());
        async move {
            let (parts, body) = request.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            if parts.uri.path().ends_with("/observed") {
                reports.lock().unwrap().push(serde_json::from_slice(&bytes).unwrap());
            }
            let request = Request::from_parts(parts, Body::from(bytes));
            routes.oneshot(request).await.into_response()
        }
    })
}

/// The package of the last report of a generation, once there is one.
async fn last(reports: &Reports, generation: i64) -> Value {
    eventually(&format!("a report of generation {generation}"), async || {
        let reports = reports.lock().unwrap();
        let mut reported = reports.iter().rev().filter(|it| it["generation"] == generation);
        let package = reported.next()?["packages"][0].clone();
        (!package.is_null()).then_some(package)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_holds_the_outcome_of_each_install_also_after_a_restart() {
    let site = Site::new().await;
    let mut first = artifact("crm", "1.0.0", "crm", &["title", "colour"]);
    first["flows"] = json!([{"name": "crm_flow", "label": "Flow", "type": "autolaunched"}]);
    first["data"] = json!([
        {"object": "crm_thing", "externalId": "title",
         "records": [{"title": "One", "colour": "red"}, {"title": "Two"}]},
        {"object": "crm_missing", "records": [{"name": "Lost"}]},
    ]);
    site.publish(&first).await;
    let mut second = artifact("crm", "1.1.0", "crm", &["title"]);
    second["data"] = first["data"].clone();
    site.publish(&second).await;
    site.close().await;
    let reports = Reports::default();
    site.open(recording(site.app.routes(), reports.clone())).await;
    let machine = site.machine().await;

    let body = json!({"packageId": CRM, "version": "1.0.0", "withSampleData": true});
    site.ada.post(&site.packages(), body).await.body();
    site.until(CRM, "installed").await;
    let outcome = last(&reports, 1).await["outcome"].clone();
    assert_eq!(outcome["version"], "1.0.0");
    assert_eq!(outcome["previous_version"], Value::Null);
    assert_eq!(outcome["not_running"], json!(["flow"]));
    let seeds = &outcome["seeds"];
    assert_eq!((&seeds["status"], &seeds["inserted"]), (&json!("loaded"), &json!(2)), "{seeds}");
    assert_eq!(
        (&seeds["failed"], seeds["failures"].as_array().map(Vec::len)),
        (&json!(1), Some(1))
    );
    assert_eq!(seeds["failures"][0]["object"], "crm_missing");

    site.operate(CRM, "upgrade", json!({})).await;
    site.until(CRM, "installed").await;
    let outcome = last(&reports, 2).await["outcome"].clone();
    assert_eq!(
        (&outcome["version"], &outcome["previous_version"]),
        (&json!("1.1.0"), &json!("1.0.0"))
    );

    assert_eq!(outcome["seeds"], json!({"status": "skipped", "reason": "already-installed"}));
    let kept = &outcome["kept"][0];
    assert_eq!((&kept["object"], &kept["field"]), (&json!("crm_thing"), &json!("colour")));

    // The runtime keeps it, and sends it again after a restart.
    reports.lock().unwrap().clear();
    let machine = machine.restart().await;
    machine.until("connected").await;
    site.until(CRM, "installed").await;
    assert_eq!(last(&reports, 2).await["outcome"], outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_both_servers_show_what_an_install_did() {
    let site = Site::new().await;
    let mut first = artifact("crm", "1.0.0", "crm", &["title", "colour"]);
    first["data"] = json!([
        {"object": "crm_thing", "externalId": "title", "records": [{"title": "One"}]},
        {"object": "crm_missing", "records": [{"name": "Lost"}]},
    ]);
    site.publish(&first).await;
    site.publish(&artifact("crm", "1.1.0", "crm", &["title"])).await;
    let control = os_console::control_plane(site.app.server.clone());
    let ada = Client::<Control>::new(control).with_token(site.ada.token.as_ref().unwrap());
    let installation = format!("/environments/{}/packages/{CRM}", site.environment);
    let body = json!({"packageId": CRM, "version": "1.0.0", "withSampleData": true});
    site.ada.post(&site.packages(), body).await.body();
    let silent = ada.get(&installation).await;
    assert!(!silent.text().contains("Last install"), "no runtime is bound: {}", silent.text());

    let machine = site.machine().await;
    site.until(CRM, "installed").await;
    let runtime = os_console::runtime(machine.app.server.clone());
    let owner = Client::<Runtime>::new(runtime).with_token(machine.owner.token.as_ref().unwrap());
    let package = format!("/installed/{CRM}");
    let pages = async || {
        [ada.get(&installation).await, owner.get(&package).await].map(|it| {
            assert_eq!(it.status, 200, "{}", it.text());
            it.text().to_owned()
        })
    };
    for page in pages().await {
        for part in ["Last install", "1 new, 1 failed", "crm_missing"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    assert!(ada.get(&installation).await.text().contains("1.0.0 in box"));
    let listed = owner.get("/installed").await;
    assert!(listed.text().contains("sample data: 1 new, 1 failed"), "{}", listed.text());

    site.operate(CRM, "upgrade", json!({})).await;
    site.until(CRM, "installed").await;
    for page in pages().await {
        for part in ["<dt>Replaced</dt><dd><code>1.0.0</code>", "crm_thing.colour"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    assert!(owner.get("/installed").await.text().contains("kept data: 1"));
}

/// A package that was installed by hand has no report of a delivery.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_package_of_the_runtimes_own_shows_no_delivery() {
    let site = Site::new().await;
    let machine = site.machine().await;
    machine.install_local(&artifact("tool", "1.0.0", "tool", &["title"])).await;
    let runtime = os_console::runtime(machine.app.server.clone());
    let owner = Client::<Runtime>::new(runtime).with_token(machine.owner.token.as_ref().unwrap());
    let page = owner.get("/installed/com.acme.tool").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(!page.text().contains("Last install"), "{}", page.text());
    assert!(page.text().contains(r#"href="/objects/tool_thing""#), "{}", page.text());
    assert_eq!(owner.get("/installed/com.acme.nothing").await.status, 404);
}
