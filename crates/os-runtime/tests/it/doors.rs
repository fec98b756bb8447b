//! Every door is closed to who has no key.

use axum::http::Method;
use os_test::runtime::App;

#[tokio::test]
async fn every_endpoint_refuses_strangers() {
    let app = App::with(|config| config.open_registration = true).await;
    app.owner().await;
    let member = app.register("member").await;
    let mut closed = 0;
    for endpoint in os_runtime::endpoints().into_iter().filter(|it| !it.open) {
        closed += 1;
        let fill = |word: &'static str| if word.starts_with('{') { "sys_ledger" } else { word };
        let url = endpoint.path.split('/').map(fill).collect::<Vec<_>>().join("/");
        let json = [("content-type", "application/json")];
        let send = async |user: &os_test::runtime::Client| {
            user.send(endpoint.method.clone(), &url, &json, b"{}".to_vec()).await
        };
        let stranger = send(&app.anonymous()).await;
        let told = (stranger.status, stranger.text());
        assert_eq!(told.0, 401, "stranger: {} {url}: {}", endpoint.method, told.1);

        // Nobody but the owner changes what is installed, nor sees it in a record.
        let is_change = endpoint.method != Method::GET;
        let manages = ["/marketplace/", "/packages", "/registry/", "/cloud-connection/"];
        if is_change && manages.iter().any(|part| url.contains(part)) {
            let answer = send(&member).await;
            let told = (answer.status, answer.text());
            assert_eq!(told.0, 403, "member: {} {url}: {}", endpoint.method, told.1);
        }
    }
    assert!(closed > 80, "{closed} endpoints are closed");
}
