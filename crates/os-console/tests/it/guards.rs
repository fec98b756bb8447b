//! What guards promise, whatever the endpoint: who is asked to sign in, and from whom something
//! is hidden. The status of each endpoint in each role is in `access`.

use crate::world::{control_plane, runtime_with};
use axum::http::Method;
use os_test::runtime::{object, package};
use os_test::{Response, control, runtime};
use serde_json::json;
use uuid::Uuid;

/// Puts something that exists, or could, into the parameters of a path.
fn url(path: &str, parameters: &[(&str, &str)]) -> String {
    let fill = |word: &str| match parameters.iter().find(|(name, _)| *name == word) {
        Some((_, value)) => (*value).to_owned(),
        None if word.starts_with('{') => "1".to_owned(),
        None => word.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// Whether a refusal sends a browser to the sign-in page, or answers 401.
fn asks_to_sign_in(path: &str, response: &Response) -> bool {
    let is_page = !path.starts_with("/api/");
    if is_page { response.location().starts_with("/sign-in") } else { response.status == 401 }
}

/// A control plane in which acme has an environment and a private package.
struct Acme {
    app: control::App,
    environment: String,
    package: String,
    owner: control::Client,
    member: control::Client,
    outsider: control::Client,
}

impl Acme {
    async fn new() -> Self {
        let app = control_plane().await;
        let (owner, member) = (app.user("ada").await, app.user("mia").await);
        let outsider = app.user("eve").await;
        let acme = app.organization("acme", &[(&owner, "owner"), (&member, "member")]).await;
        app.organization("evil", &[(&outsider, "owner")]).await;
        let environment = owner.create_environment(acme, "development").await.to_string();
        let package = owner.create_package(acme, "com.acme.crm").await.to_string();
        Self { app, environment, package, owner, member, outsider }
    }

    /// Asks the endpoint as this client; what it answers, and the question.
    async fn ask(
        &self,
        endpoint: &os_control::Endpoint,
        client: &control::Client,
    ) -> (Response, String) {
        let parameters = [("{environment}", &*self.environment), ("{package}", &*self.package)];
        let url = url(endpoint.path, &parameters);
        let response = client.send(endpoint.method.clone(), &url, &[], Vec::new()).await;
        let asked = format!("{} {url}: {}", endpoint.method, response.text());
        (response, asked)
    }
}

#[tokio::test]
async fn the_control_plane_refuses_strangers_and_hides_from_outsiders() {
    let acme = Acme::new().await;
    let (mut closed, mut hidden) = (0, 0);
    for endpoint in os_console::control::endpoints().into_iter().filter(|it| !it.open) {
        closed += 1;
        let (stranger, asked) = acme.ask(&endpoint, &acme.app.anonymous()).await;
        assert!(asks_to_sign_in(endpoint.path, &stranger), "stranger: {asked}");

        if endpoint.path.contains("{environment}") || endpoint.path.contains("{package}") {
            hidden += 1;
            let (outsider, asked) = acme.ask(&endpoint, &acme.outsider).await;
            assert_eq!(outsider.status, 404, "outsider: {asked}");
        }
    }
    assert!(closed > 150 && hidden > 80, "{closed} endpoints are closed, {hidden} hidden");
}

#[tokio::test]
async fn a_key_for_one_organization_opens_no_other_even_for_a_platform_administrator() {
    let acme = Acme::new().await;
    let root = acme.app.admin("root").await;
    acme.app.organization("roots", &[(&root, "owner")]).await;
    let key = root.create_api_key(&[]).await;
    for endpoint in os_console::control::endpoints().into_iter().filter(|it| !it.open) {
        if endpoint.path.contains("{environment}") || endpoint.path.contains("{package}") {
            let (response, asked) = acme.ask(&endpoint, &key).await;
            assert_eq!(response.status, 404, "{asked}");
        }
    }
    let acme_id = acme.owner.get("/api/v1/auth/organization/list").await.json()[0]["id"].clone();
    let path = format!("/api/v1/cloud/organizations/{}", acme_id.as_str().unwrap());
    assert_eq!(key.delete(&path).await.status, 404);
    for (list, status) in [
        ("/api/v1/cloud/events", 200),
        ("/api/v1/cloud/environments", 200),
        ("/api/v1/cloud/packages", 200),
        ("/api/v1/data/sys_organization", 200),
        ("/api/v1/data/sys_api_key", 200),
        ("/api/v1/data/sys_user", 200),
        ("/api/v1/data/sys_member", 200),
        ("/api/v1/cloud/reviews", 403),
    ] {
        let response = key.get(list).await;
        let text = response.text();
        assert_eq!(response.status, status, "{list}: {text}");
        for foreign in ["acme", "ada@", "mia@", &acme.environment, &acme.package] {
            assert!(!text.contains(foreign), "{list} names {foreign}: {text}");
        }
    }
    assert_eq!(key.get("/api/v1/auth/get-session").await.json()["user"]["isPlatformAdmin"], false);
    // The session of the same user administers the server.
    assert_eq!(root.get("/api/v1/cloud/reviews").await.status, 200);
}

/// What a plain member of the organization may change: the environment that their own
/// session works in.
const FOR_MEMBERS: [&str; 1] = ["/api/v1/cloud/environments/{environment}/activate"];

#[tokio::test]
async fn a_member_reads_the_control_plane_and_changes_nothing_of_the_organization() {
    let acme = Acme::new().await;
    let mut refused = 0;
    for endpoint in os_console::control::endpoints().into_iter().filter(|it| !it.open) {
        let (response, asked) = acme.ask(&endpoint, &acme.member).await;
        assert!(!asks_to_sign_in(endpoint.path, &response), "member: {asked}");
        assert!(response.status < 500 || response.status == 501, "member: {asked}");
        let of_acme = ["{environment}", "{package}"].iter().any(|it| endpoint.path.contains(it));
        let is_change = endpoint.method != Method::GET;
        if of_acme && is_change && !FOR_MEMBERS.contains(&endpoint.path) {
            refused += 1;
            assert!(response.status >= 400, "member: {asked}");
        }
    }
    assert!(refused > 40, "{refused} changes are refused");
}

#[tokio::test]
async fn an_owner_is_never_asked_to_sign_in_and_no_answer_is_a_failure() {
    let acme = Acme::new().await;
    // What takes something away comes last: the others are about it.
    let takes_away =
        |it: &os_control::Endpoint| it.method == Method::DELETE || it.path.ends_with("/delete");
    let mut endpoints = os_console::control::endpoints();
    endpoints.sort_by_key(takes_away);
    for endpoint in endpoints.into_iter().filter(|it| !it.open) {
        let (response, asked) = acme.ask(&endpoint, &acme.owner).await;
        assert!(!asks_to_sign_in(endpoint.path, &response), "owner: {asked}");
        assert!(response.status < 500 || response.status == 501, "owner: {asked}");
    }
}

/// PostgreSQL refuses a statement that binds U+0000.
#[tokio::test]
async fn no_address_is_a_failure_of_the_control_plane() {
    let app = control_plane().await;
    let ada = app.admin("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let environment: Uuid = ada.create_environment(acme, "development").await;
    let package: Uuid = ada.create_package(acme, "com.acme.crm").await;
    let (environment, package) = (environment.to_string(), package.to_string());
    let parameters = [("{environment}", &*environment), ("{package}", &*package)];
    let query = "?q=%00&search=%00&category=%00&publisher=%00&cursor=%00&user_code=%00&id=%00&status=%00&type=%00&organization_id=%00&runtime_id=%00";
    for endpoint in os_console::control::endpoints() {
        let known = url(endpoint.path, &parameters).replace("/1", "/a%00b");
        let unknown = endpoint.path.split('/').map(|word| match word.starts_with('{') {
            true => "a%00b",
            false => word,
        });
        for url in [known, unknown.collect::<Vec<_>>().join("/")] {
            let url = format!("{url}{query}");
            let response = ada.json(endpoint.method.clone(), &url, None).await;
            assert!(response.status < 500, "{} {url}: {}", endpoint.method, response.text());
        }
    }
}

/// A runtime with an object that no permission set grants, and a record of it.
struct Shop {
    app: runtime::App,
    outsider: runtime::Client,
    record: String,
}

const SECRET: &str = "a secret of the shop";

impl Shop {
    async fn new() -> Self {
        let app = runtime_with(|config| config.open_registration = true).await;
        let owner = app.owner().await;
        let outsider = app.register("eve").await;
        owner.installs(&package("shop", "1.0.0", json!([object("shop_order", &["title"])]))).await;
        let made = owner.post("/api/v1/data/shop_order", json!({ "title": SECRET })).await;
        let record = made.json()["id"].as_str().unwrap().to_owned();
        Self { app, outsider, record }
    }

    async fn ask(
        &self,
        endpoint: &os_runtime::Endpoint,
        client: &runtime::Client,
    ) -> (Response, String) {
        let parameters = [
            ("{object}", "shop_order"),
            ("{id}", &*self.record),
            ("{package}", "com.acme.shop"),
            ("{type}", "object"),
            ("{name}", "shop_order"),
        ];
        let url = url(endpoint.path, &parameters);
        let headers = [("content-type", "application/json")];
        let method = endpoint.method.clone();
        let response = client.send(method, &url, &headers, b"{}".to_vec()).await;
        let text = String::from_utf8_lossy(&response.bytes).into_owned();
        (response, format!("{} {url}: {text}", endpoint.method))
    }
}

#[tokio::test]
async fn a_runtime_refuses_strangers_and_hides_records_from_outsiders() {
    let shop = Shop::new().await;
    let (mut closed, mut managed, mut hidden) = (0, 0, 0);
    for endpoint in os_console::runtime::endpoints().into_iter().filter(|it| !it.open) {
        closed += 1;
        let (stranger, asked) = shop.ask(&endpoint, &shop.app.anonymous()).await;
        assert!(asks_to_sign_in(endpoint.path, &stranger), "stranger: {asked}");

        let (outsider, asked) = shop.ask(&endpoint, &shop.outsider).await;
        assert!(!asked.contains(SECRET), "outsider: {asked}");
        assert!(!asks_to_sign_in(endpoint.path, &outsider), "outsider: {asked}");

        // Nobody but the owner changes what is installed.
        let is_change = endpoint.method != Method::GET;
        let manages =
            ["/marketplace/", "/packages", "/registry/", "/cloud-connection/", "/installed"];
        if is_change && manages.iter().any(|part| endpoint.path.contains(part)) {
            managed += 1;
            assert_eq!(outsider.status, 403, "outsider: {asked}");
        }
        // Nobody without a grant reads or changes records, by the API or on a page.
        let of_records = ["/api/v1/data/{object}", "/objects/{object}"];
        if of_records.iter().any(|it| endpoint.path.starts_with(it)) {
            hidden += 1;
            assert_eq!(outsider.status, 403, "outsider: {asked}");
        }
    }
    assert!(closed > 80 && managed > 15, "{closed} endpoints are closed, {managed} managed");
    assert!(hidden > 10, "{hidden} endpoints hide records");
}

#[test]
fn no_url_is_listed_twice() {
    let control = os_console::control::endpoints();
    let runtime = os_console::runtime::endpoints();
    let control: Vec<_> = control.iter().map(|it| (it.method.clone(), it.path)).collect();
    let runtime: Vec<_> = runtime.iter().map(|it| (it.method.clone(), it.path)).collect();
    for urls in [control, runtime] {
        for (at, url) in urls.iter().enumerate() {
            assert!(!urls[..at].contains(url), "{url:?}");
        }
    }
}
