//! Members and parameters that an endpoint does not have (docs/wire/README.md#unknown-members).

use crate::operator::Site;
use axum::http::Method;
use os_http::endpoint::Content;
use os_test::control::{Client, PACKAGES, installations, versions};
use serde_json::{Value, json};

const CRM: &str = "com.acme.crm";

/// Endpoints whose query keeps unknown parameters, with the reason.
const OPEN_QUERIES: [(&str, &str); 1] =
    [("/api/v1/marketplace/packages", "runtimes pass on what their consoles ask for")];

/// Puts what exists into the parameters of a path.
async fn urls(site: &Site) -> impl Fn(&str) -> String {
    site.package(CRM, &["1.0.0"]).await;
    assert!(site.ada.draft(CRM, "1.1.0").await.status < 300);
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let body = json!({"name": "a"});
    let key = site.ada.post("/api/v1/keys", body).await.data()["id"].as_str().unwrap().to_owned();
    let environment = site.dev.to_string();
    let members = format!("/api/v1/cloud/environments/{environment}/members");
    let body = json!({"user_id": site.eve.id, "role": "reader"});
    let added = site.ada.post(&members, body).await.data();
    let member = added["member"]["id"].as_str().unwrap().to_owned();
    move |path| {
        let path = path.replace("{environment}", &environment).replace("{package}", CRM);
        let path = path.replace("{version}", "1.1.0").replace("{id}", &key);
        path.replace("{member}", &member).replace("{number}", "1").replace("{other}", "1")
    }
}

/// Clients whom the guard of an endpoint admits.
struct Admitted<'s> {
    site: &'s Site,
    runtime: Client,
}

impl<'s> Admitted<'s> {
    async fn of(site: &'s Site) -> Self {
        let body = json!({"name": "box", "environment_id": site.dev});
        let bound = site.ada.post("/api/v1/cloud-connection/bind", body).await.data();
        Self { site, runtime: site.app.bearer(bound["runtime_token"].as_str().unwrap()) }
    }

    fn to(&self, path: &str) -> &Client {
        let is_any = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
        match () {
            () if is_any(&["/observed", "/desired-state"]) => &self.runtime,
            () if is_any(&["/approve", "/reject", "/undeprecate", "/reviews"]) => &self.site.root,
            () => &self.site.ada,
        }
    }
}

#[tokio::test]
async fn every_body_refuses_a_member_that_it_does_not_have() {
    let site = Site::new().await;
    let url = urls(&site).await;
    let admitted = Admitted::of(&site).await;
    let mut wrong = Vec::new();
    for it in os_control::endpoints().into_iter().filter(|it| !it.page) {
        if !matches!(it.body, Some(Content::Json(_))) {
            continue;
        }
        let sent = json!({"__unknown": 1});
        let answer = admitted.to(it.path).json(it.method.clone(), &url(it.path), Some(sent)).await;
        let text = answer.text();
        if answer.status != 400 || !text.contains("`__unknown` is not a member here") {
            wrong.push(format!("{} {}: {} {text}", it.method, it.path, answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_change_refuses_a_parameter_that_it_does_not_have() {
    let site = Site::new().await;
    let url = urls(&site).await;
    let admitted = Admitted::of(&site).await;
    let mut checked = 0;
    for it in os_control::endpoints() {
        if it.page || it.unsupported || it.method == Method::GET {
            continue;
        }
        let address = format!("{}?__unknown=1", url(it.path));
        let answer = admitted.to(it.path).json(it.method.clone(), &address, None).await;
        assert_eq!(answer.status, 400, "{} {address}: {}", it.method, answer.text());
        assert!(answer.text().contains("`__unknown` is not a parameter"), "{}", answer.text());
        checked += 1;
    }
    assert!(checked > 60, "{checked}");
}

#[tokio::test]
async fn every_query_refuses_a_parameter_that_it_does_not_have() {
    let site = Site::new().await;
    let url = urls(&site).await;
    let admitted = Admitted::of(&site).await;
    for it in os_control::endpoints().into_iter().filter(|it| it.query.is_some()) {
        let address = format!("{}?__unknown=1", url(it.path));
        let answer = admitted.to(it.path).json(it.method.clone(), &address, None).await;
        let is_open = OPEN_QUERIES.iter().any(|(path, _)| *path == it.path);
        let is_refused =
            answer.status == 400 && answer.text().contains("`__unknown` is not a parameter");
        assert_ne!(is_refused, is_open, "{} {address}: {}", it.method, answer.text());
    }
}

/// The words of the schemas are those of the types that rules read.
#[test]
fn words_of_bodies_are_those_of_their_types() {
    use os_api::limits;
    use os_control::fleet::environment::{EnvironmentRole, EnvironmentType};
    assert_eq!(limits::ENVIRONMENT_TYPES, EnvironmentType::ALL.map(EnvironmentType::as_str));
    assert_eq!(limits::ENVIRONMENT_ROLES, EnvironmentRole::ALL.map(EnvironmentRole::as_str));
    let roles = os_identity::organization::OrganizationRole::ALL.map(|it| it.as_str());
    assert_eq!(limits::ORGANIZATION_ROLES, roles);
    assert_eq!(limits::SCOPES, os_identity::Scope::ALL.map(|it| it.as_str()));
}

#[tokio::test]
async fn a_misspelled_target_does_not_upgrade_to_the_latest_version() {
    let site = Site::new().await;
    site.package(CRM, &["1.0.0", "1.1.0", "1.2.0"]).await;
    site.ada.install(site.dev, CRM, "1.0.0").await.data();
    let upgrade = format!("{}/{CRM}/upgrade", installations(site.dev));
    for (body, meant) in [
        (json!({"version": "1.1.0"}), "did you mean `target_version`?"),
        (json!({"targetVerison": "1.1.0"}), "did you mean `targetVersion`?"),
    ] {
        let answer = site.ada.post(&upgrade, body).await;
        assert_eq!(answer.refusal(), (400, "VALIDATION_ERROR".to_owned()));
        assert!(answer.text().contains(meant), "{}", answer.text());
    }
    let installed = site.ada.get(&format!("{}/{CRM}", installations(site.dev))).await.data();
    assert_eq!(installed["package"]["version"], "1.0.0");
    let body = json!({"targetVersion": "1.1.0", "upgradedBy": "somebody else"});
    let upgraded = site.ada.post(&upgrade, body).await.data();
    assert_eq!(upgraded["package"]["version"], "1.1.0");
}

/// Bodies of the original's clients and protocol, with members that have no effect here.
#[tokio::test]
async fn members_that_the_originals_clients_send_are_taken() {
    let site = Site::new().await;
    let sign_in = json!({
        "type": "email", "email": "ada@example.com", "password": os_test::PASSWORD,
        "callbackURL": "/",
    });
    assert_eq!(site.app.anonymous().post("/api/v1/auth/sign-in/email", sign_in).await.status, 200);
    let package = json!({
        "manifestId": CRM, "ownerOrgId": site.acme, "displayName": "CRM", "createdBy": "ada",
    });
    let id = site.ada.post(PACKAGES, package).await.data()["id"].clone();
    let text = os_test::control::bundle(CRM, "1.0.0").to_string();
    let draft = |id: &Value| json!({"packageId": id, "version": "1.0.0", "manifestJson": text, "createdBy": "ada"});
    assert_eq!(site.ada.post(&versions(CRM), draft(&id)).await.status, 201);
    let other = site.ada.post(&versions(CRM), draft(&json!("another"))).await;
    assert_eq!(other.refusal(), (400, "VALIDATION_ERROR".to_owned()));
    let publish = format!("{}/1.0.0/publish", versions(CRM));
    site.ada.post(&publish, json!({"publishedBy": "ada"})).await.data();
    let install = json!({"packageId": CRM, "installedBy": "ada", "enableOnInstall": true});
    site.ada.post(&installations(site.dev), install).await.data();
    let bind = json!({
        "name": "box", "environment_id": site.dev, "runtime_version": "17.4.0", "scope": "openid",
    });
    site.ada.post("/api/v1/cloud-connection/bind", bind).await.data();
}
