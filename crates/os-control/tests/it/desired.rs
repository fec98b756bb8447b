use crate::operator::Site;
use axum::http::Method;
use os_test::Response;
use os_test::control::{Client, ENVIRONMENTS, installations};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const CRM: &str = "com.acme.crm";

/// A runtime that is bound to an environment.
struct Bound {
    user: Client,
    environment: Uuid,
}

impl Bound {
    async fn to(site: &Site, environment: Uuid) -> Self {
        let body = json!({ "name": "box", "environment_id": environment });
        let answer = site.ada.post("/api/v1/cloud-connection/bind", body).await.data();
        Self { user: site.app.bearer(answer["runtime_token"].as_str().unwrap()), environment }
    }

    fn url(&self, rest: &str) -> String {
        format!("{ENVIRONMENTS}/{}/{rest}", self.environment)
    }

    async fn desired(&self, known: Option<&str>, wait: u64) -> Response {
        let headers: Vec<_> = known.map(|etag| ("if-none-match", etag)).into_iter().collect();
        let url = self.url(&format!("desired-state?wait={wait}"));
        self.user.send(Method::GET, &url, &headers, Vec::new()).await
    }

    /// Reports that a generation could be applied, or why not.
    async fn report(&self, generation: i64, packages: Value, error: Option<&str>) -> Response {
        let mut body = json!({ "generation": generation, "packages": packages });
        if let Some(error) = error {
            body["error"] = error.into();
        }
        self.user.post(&self.url("observed"), body).await
    }
}

fn etag(answer: &Response) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

/// A package as a runtime reports it once it runs.
fn runs(package: &Value) -> Value {
    json!({
        "package_id": package["package_id"], "state": "installed", "version": package["version"],
        "checksum": package["checksum"],
    })
}

async fn status(site: &Site) -> (String, Value) {
    let row = site.ada.get(&format!("{}/{CRM}", installations(site.dev))).await.data();
    let row = &row["package"];
    (row["status"].as_str().unwrap().to_owned(), row["error_message"].clone())
}

#[tokio::test]
async fn a_runtime_reads_what_to_run_and_the_status_follows_its_reports() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    let runtime = Bound::to(&site, site.dev).await;
    let empty = runtime.desired(None, 0).await.data();
    assert_eq!(empty, json!({"environment_id": site.dev, "generation": 0, "packages": []}));

    let row = site.ada.install(site.dev, CRM, "1.0.0").await.data();
    assert_eq!(row["package"]["status"], "installing");
    let first = runtime.desired(None, 0).await;
    assert_eq!(first.headers["cache-control"], "no-store");
    let state = first.data();
    let wanted = state["packages"][0].clone();
    assert_eq!((&state["generation"], &wanted["version"]), (&json!(1), &json!("1.0.0")));

    let artifact = runtime.url(&format!("artifacts/{}", wanted["checksum"].as_str().unwrap()));
    let artifact = runtime.user.get(&artifact).await;
    let sum = os_package::Checksum::of(&artifact.bytes);
    assert_eq!((artifact.status, json!(sum.as_str())), (200, wanted["checksum"].clone()));
    let unknown = runtime.url(&format!("artifacts/{}", "0".repeat(64)));
    assert_eq!(runtime.user.get(&unknown).await.refusal().0, 404);

    let noted = runtime.report(1, json!([runs(&wanted)]), None).await.data();
    assert_eq!(noted, json!({"generation": 1}));
    assert_eq!(status(&site).await, ("installed".to_owned(), Value::Null));

    let row = site.ada.operate(site.dev, CRM, "upgrade", json!({})).await.data();
    assert_eq!(row["package"]["status"], "upgrading");
    let busy = site.ada.operate(site.dev, CRM, "upgrade", json!({"targetVersion": "1.1.0"})).await;
    assert_eq!(busy.status, 200, "already at the target");
    let mut failed = runs(&wanted);
    failed["error"] = json!("Namespace conflict");
    runtime.report(2, json!([failed]), Some("Namespace conflict")).await.data();
    assert_eq!(status(&site).await, ("error".to_owned(), json!("Namespace conflict")));
    let back = json!({ "targetPackageVersionId": wanted["package_version_id"] });
    let row = site.ada.operate(site.dev, CRM, "rollback", back).await.data();
    assert_eq!(row["package"]["status"], "installed", "it never ran anything else");
    let events =
        "SELECT COUNT(*) FROM sys_event WHERE kind IN ('runtime_applied', 'runtime_failed')";
    assert_eq!(site.app.count(events).await, 2);
}

#[tokio::test]
async fn an_upgrade_waits_for_the_runtime_and_a_rollback_supersedes() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0", "1.2.0"]).await;
    let runtime = Bound::to(&site, site.dev).await;
    runtime.desired(None, 0).await.data();
    let first = site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let to = |version: &str| json!({ "targetVersion": version });
    let busy = site.ada.operate(site.dev, CRM, "upgrade", to("1.1.0")).await;
    assert_eq!(busy.refusal(), (409, "INSTALLATION_BUSY".to_owned()));
    let wanted = runtime.desired(None, 0).await.data()["packages"][0].clone();
    runtime.report(1, json!([runs(&wanted)]), None).await.data();
    site.ada.operate(site.dev, CRM, "upgrade", to("1.1.0")).await.data();
    let busy = site.ada.operate(site.dev, CRM, "upgrade", to("1.2.0")).await;
    assert_eq!(busy.refusal(), (409, "INSTALLATION_BUSY".to_owned()));
    let back = json!({ "targetPackageVersionId": first["package"]["package_version_id"] });
    site.ada.operate(site.dev, CRM, "rollback", back).await.data();
    // What is said of a generation that is no longer current is no error of this one.
    let late = json!([{ "package_id": CRM, "state": "installed", "version": "1.0.0",
        "checksum": wanted["checksum"], "error": "no room" }]);
    runtime.report(2, late, Some("no room")).await.data();
    assert_eq!(status(&site).await, ("installed".to_owned(), Value::Null));
}

#[tokio::test]
async fn a_silent_runtime_ends_as_an_error() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0"]).await;
    let runtime = Bound::to(&site, site.dev).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    assert_eq!(status(&site).await.0, "installed", "it has not asked yet");
    runtime.desired(None, 0).await.data();
    assert_eq!(status(&site).await.0, "installing");
    site.app.advance(Duration::from_secs(61));
    let (name, reason) = status(&site).await;
    assert!(name == "error" && reason.as_str().unwrap().contains("has not reported"), "{reason}");
    let wanted = runtime.desired(None, 0).await.data()["packages"][0].clone();
    runtime.report(1, json!([runs(&wanted)]), None).await.data();
    assert_eq!(status(&site).await.0, "installed");
}

#[tokio::test]
async fn a_request_with_the_known_etag_waits_for_the_next_commit() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0"]).await;
    let runtime = Bound::to(&site, site.dev).await;
    let known = etag(&runtime.desired(None, 0).await);
    let same = runtime.desired(Some(&known), 0).await;
    assert_eq!((same.status, etag(&same), same.bytes.len()), (304, known.clone(), 0));

    let install = async {
        site.app.a_runtime_waits().await;
        site.ada.install(site.dev, CRM, "1.0.0").await.data();
    };
    // Without the wake the answer would be 304, when its time is up.
    let (woken, ()) = tokio::join!(runtime.desired(Some(&known), 30), install);
    assert_eq!(woken.data()["generation"], 1);

    let known = etag(&woken);
    let revoke = async {
        site.app.a_runtime_waits().await;
        runtime.user.post("/api/v1/cloud-connection/revoke", json!({})).await.data();
    };
    let (ended, ()) = tokio::join!(runtime.desired(Some(&known), 30), revoke);
    assert_eq!(ended.refusal().0, 401, "a revoked runtime receives nothing");
}

#[tokio::test]
async fn only_the_runtime_of_the_environment_reads_its_state() {
    let site = Site::new().await;
    let runtime = Bound::to(&site, site.dev).await;
    let body = json!({ "name": "rover" });
    let rover = site.ada.post("/api/v1/cloud-connection/bind", body).await.data();
    let rover = site.app.bearer(rover["runtime_token"].as_str().unwrap());
    let state = runtime.url("desired-state");
    for (who, status) in
        [(&site.ada, 403), (&site.eve, 404), (&rover, 403), (&site.app.anonymous(), 401)]
    {
        assert_eq!(who.get(&state).await.refusal().0, status);
    }
    let other = format!("{ENVIRONMENTS}/{}/desired-state", site.prod);
    assert_eq!(runtime.user.get(&other).await.refusal().0, 404);
    for (body, code) in [
        (json!({"generation": 7, "packages": []}), "VALIDATION_ERROR"),
        (json!({"generation": 0}), "MISSING_REQUIRED_FIELD"),
        (json!({"generation": 0, "packages": [], "x": 1}), "VALIDATION_ERROR"),
        (json!({"generation": 0, "packages": [], "error": "x".repeat(5000)}), "VALIDATION_ERROR"),
    ] {
        let answer = runtime.user.post(&runtime.url("observed"), body.clone()).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{body}");
    }
}

#[tokio::test]
async fn the_runtime_that_was_bound_last_speaks() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0"]).await;
    let old = Bound::to(&site, site.dev).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let wanted = old.desired(None, 0).await.data()["packages"][0].clone();
    old.report(1, json!([runs(&wanted)]), None).await.data();
    assert_eq!(status(&site).await.0, "installed");
    let new = Bound::to(&site, site.dev).await;
    assert_eq!(status(&site).await.0, "installed", "the new one has not asked yet");
    new.desired(None, 0).await.data();
    assert_eq!(status(&site).await.0, "installing", "the new one has nothing yet");
    old.report(1, json!([runs(&wanted)]), None).await.data();
    assert_eq!(status(&site).await.0, "installing");
    new.report(1, json!([runs(&wanted)]), None).await.data();
    assert_eq!(status(&site).await.0, "installed");
    let url = format!("{ENVIRONMENTS}/{}/runtimes", site.dev);
    let runtimes = site.ada.get(&url).await.data();
    assert_eq!(runtimes["runtimes"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_outcome_of_an_install_is_kept_with_its_installation() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0"]).await;
    let runtime = Bound::to(&site, site.dev).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let package = runtime.desired(None, 0).await.data()["packages"][0].clone();
    let outcome = json!({
        "version": "1.0.0", "previous_version": "0.9.0", "installed_at": "2026-05-04T03:02:01Z",
        "seeds": {
            "status": "loaded", "inserted": 2, "updated": 0, "unchanged": 1, "failed": 1,
            "failures": [{"object": "account", "record_index": 3, "message": "`name` is required"}],
        },
        "kept": [{"object": "account", "field": "fax", "reason": "the field is gone"}],
        "warnings": ["`phone` has no label"],
    });
    let shown = async || {
        let row = site.ada.get(&format!("{}/{CRM}", installations(site.dev))).await.data();
        row["package"]["install_outcome"].clone()
    };
    assert_eq!(shown().await, Value::Null);
    let mut reported = runs(&package);
    reported["outcome"] = outcome.clone();
    runtime.report(1, json!([reported]), None).await.data();
    assert_eq!(shown().await, outcome);

    for (field, value, limit) in [
        ("kept", json!(vec![outcome["kept"][0].clone(); 101]), "100 entries"),
        ("warnings", json!(["x".repeat(1001)]), "1000 characters"),
    ] {
        let mut large = reported.clone();
        large["outcome"][field] = value;
        let refused = runtime.report(1, json!([large]), None).await;
        assert_eq!(refused.refusal(), (400, "VALIDATION_ERROR".to_owned()));
        assert!(refused.text().contains(limit), "{}", refused.text());
    }
    assert_eq!(shown().await, outcome);

    runtime.report(1, json!([runs(&package)]), None).await.data();
    assert_eq!(shown().await, Value::Null, "a runtime that has none says so");
}
