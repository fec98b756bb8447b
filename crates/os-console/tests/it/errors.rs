//! Refusals look the same in both servers: a page for people, JSON for programs.

use crate::world::{control_plane, control_plane_with, runtime};
use axum::http::Method;
use os_test::{Client, Response};

/// Asks as a browser does.
async fn browse<S>(client: &Client<S>, url: &str) -> Response {
    client.send(Method::GET, url, &[("accept", "text/html,*/*")], Vec::new()).await
}

async fn sign_in<S>(client: &Client<S>) -> Response {
    let headers = [
        ("origin", "http://localhost"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
    ];
    let form = b"email=ada%40example.com&password=wrong-wrong".to_vec();
    client.send(Method::POST, "/sign-in", &headers, form).await
}

/// The way back from a refused form leads to a page of this server.
async fn assert_ways_back_are_ours<S>(client: &Client<S>) {
    for referer in [
        "http://localhost//evil.test/x",
        "http://localhost/%5Cevil.test",
        "http://evil.test//evil.test",
        "http://localhost/\\evil.test",
        "//evil.test",
        "javascript:alert(1)",
    ] {
        let headers =
            [("origin", "http://localhost"), ("accept", "text/html"), ("referer", referer)];
        let response = client.send(Method::POST, "/nothing", &headers, Vec::new()).await;
        assert_eq!(response.status, 404, "{referer}");
        let text = response.text();
        for link in ["href=\"//", "href=\"/\\", "href=\"http://evil", "href=\"javascript"] {
            assert!(!text.contains(link), "{referer}: {text}");
        }
    }
}

/// What no database stores is refused in a form, too.
async fn assert_forms_refuse_nul<S>(client: &Client<S>) {
    let headers = [
        ("origin", "http://localhost"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
    ];
    for path in ["/sign-in", "/sign-up"] {
        let form = b"name=c&email=a%00b%40example.com&password=correct+horse".to_vec();
        let response = client.send(Method::POST, path, &headers, form).await;
        assert_eq!(response.status, 400, "{path}: {}", response.text());
        assert!(response.text().contains("U+0000"), "{path}: {}", response.text());
    }
}

async fn assert_pages<S>(client: &Client<S>) {
    assert_ways_back_are_ours(client).await;
    let missing = browse(client, "/nothing").await;
    assert_eq!(missing.status, 404);
    for part in ["Not found", "ENDPOINT_NOT_FOUND", "Request "] {
        assert!(missing.text().contains(part), "{part}: {}", missing.text());
    }
    assert_eq!(missing.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(missing.headers["x-frame-options"], "DENY");
    assert_eq!(missing.headers["cache-control"], "no-store");

    let json = client.send(Method::GET, "/nothing", &[("accept", "application/json")], vec![]);
    assert_eq!(json.await.refusal(), (404, "ENDPOINT_NOT_FOUND".to_owned()));
    assert_eq!(browse(client, "/api/v1/nothing").await.refusal().0, 404);

    // Nobody may guess for ever, and people read so on the form.
    let mut last = sign_in(client).await;
    for _ in 0..40 {
        if last.status == 429 {
            break;
        }
        last = sign_in(client).await;
    }
    assert_eq!(last.status, 429, "{}", last.text());
    assert!(last.text().contains("too many"), "{}", last.text());
    assert!(last.text().contains("name=\"password\""), "{}", last.text());
    assert!(last.headers.contains_key("retry-after"), "{:?}", last.headers);
}

#[tokio::test]
async fn both_servers_have_the_same_error_pages() {
    let control = control_plane_with(|config| config.throttle = true).await;
    control.user("ada").await;
    assert_pages(&control.anonymous()).await;
    let runtime = runtime().await;
    runtime.owner().await;
    assert_pages(&runtime.anonymous()).await;
}

#[tokio::test]
async fn a_form_that_cannot_be_stored_is_refused() {
    assert_forms_refuse_nul(&control_plane().await.anonymous()).await;
    assert_forms_refuse_nul(&runtime().await.anonymous()).await;
}

#[tokio::test]
async fn the_forms_have_the_limits_of_the_rules() {
    let control = control_plane().await;
    let runtime = runtime().await;
    let limits = os_http::PASSWORD_CHARS;
    for page in
        [control.anonymous().get("/sign-up").await, runtime.anonymous().get("/sign-up").await]
    {
        let (start, end) = (limits.start(), limits.end());
        let limits = format!("minlength=\"{start}\" maxlength=\"{end}\"");
        assert!(page.text().contains(&limits), "{}", page.text());
    }
}
