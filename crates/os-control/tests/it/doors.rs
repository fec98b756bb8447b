//! Every door is closed to who has no key.

use axum::http::Method;
use os_test::control::App;
use uuid::Uuid;

/// Puts something that exists, or could, into the parameters of a path.
fn url(path: &str, environment: Uuid, package: Uuid) -> String {
    let fill = |word: &str| match word {
        "{environment}" => environment.to_string(),
        "{package}" => package.to_string(),
        _ if word.starts_with('{') => "1".to_owned(),
        _ => word.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_endpoint_refuses_strangers_and_hides_from_outsiders() {
    let app = App::new().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    app.organization("evil", &[(&eve, "owner")]).await;
    let environment = app.environment(acme, "development").await;
    let package = app.package(acme, "com.acme.crm").await;

    let (mut closed, mut hidden) = (0, 0);
    for endpoint in os_control::endpoints().into_iter().filter(|it| !it.open) {
        closed += 1;
        let url = url(endpoint.path, environment, package);
        let send = async |user: &os_test::control::Client| {
            user.send(endpoint.method.clone(), &url, &[], Vec::new()).await
        };

        let stranger = send(&app.anonymous()).await;
        let is_page = !endpoint.path.starts_with("/api/");
        let expected = if is_page { 303 } else { 401 };
        let told = (stranger.status, stranger.text().to_owned());
        assert_eq!(told.0, expected, "stranger: {} {url}: {}", endpoint.method, told.1);
        if is_page && endpoint.method == Method::GET {
            let to = stranger.headers["location"].to_str().unwrap();
            assert!(to.starts_with("/sign-in"), "{url} sends strangers to {to}");
        }

        if endpoint.path.contains("{environment}") || endpoint.path.contains("{package}") {
            hidden += 1;
            let outsider = send(&eve).await;
            let told = (outsider.status, outsider.text().to_owned());
            assert_eq!(told.0, 404, "outsider: {} {url}: {}", endpoint.method, told.1);
        }
    }
    assert!(closed > 150 && hidden > 80, "{closed} endpoints are closed, {hidden} hidden");
}

/// PostgreSQL refuses a statement that binds U+0000.
#[tokio::test]
async fn no_address_is_a_failure_of_ours() {
    let app = App::new().await;
    let ada = app.admin("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let environment = app.environment(acme, "development").await;
    let package = app.package(acme, "com.acme.crm").await;
    let query = "?q=%00&search=%00&category=%00&publisher=%00&cursor=%00&user_code=%00&id=%00&status=%00&type=%00&organization_id=%00&runtime_id=%00";
    for endpoint in os_control::endpoints() {
        let known = url(endpoint.path, environment, package).replace("/1", "/a%00b");
        let unknown = endpoint.path.split('/').map(|word| match word.starts_with('{') {
            true => "a%00b",
            false => word,
        });
        for url in [known, unknown.collect::<Vec<_>>().join("/")] {
            let url = format!("{url}{query}");
            let answer = ada.json(endpoint.method.clone(), &url, None).await;
            assert!(answer.status < 500, "{} {url}: {}", endpoint.method, answer.text());
        }
    }
}
