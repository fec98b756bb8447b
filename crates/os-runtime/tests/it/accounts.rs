use axum::http::Method;
use os_test::PASSWORD;
use os_test::runtime::App;
use serde_json::{Value, json};

#[tokio::test]
async fn the_first_account_owns_the_runtime_and_closes_registration() {
    let app = App::new().await;
    let visitor = app.anonymous();
    assert_eq!(visitor.get("/api/v1/auth/bootstrap-status").await.json()["hasOwner"], false);
    let owner = app.owner().await;
    assert_eq!(visitor.get("/api/v1/auth/bootstrap-status").await.json()["hasOwner"], true);

    let session = owner.get("/api/v1/auth/get-session").await.json();
    assert_eq!(session["user"]["email"], "owner@example.com");
    assert_eq!(session["user"]["isPlatformAdmin"], true);

    let second = json!({"email": "eve@example.com", "password": PASSWORD});
    let answer = visitor.post("/api/v1/auth/sign-up/email", second).await;
    assert_eq!(answer.refusal(), (403, "SELF_REGISTRATION_CLOSED".to_owned()));
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_user").await, 1);
}

#[tokio::test]
async fn two_first_accounts_at_once_are_one_owner() {
    let app = App::new().await;
    let visitor = app.anonymous();
    let sign_up = |name: &str| {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        let visitor = visitor.clone();
        async move { visitor.post("/api/v1/auth/sign-up/email", body).await.status }
    };
    let (one, two) = tokio::join!(sign_up("one"), sign_up("two"));
    let mut statuses = [one, two];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
}

#[tokio::test]
async fn a_password_opens_a_session_for_a_cookie_or_a_bearer() {
    let app = App::new().await;
    app.owner().await;
    let visitor = app.anonymous();
    let body = json!({"email": "Owner@Example.com", "password": PASSWORD});
    let answer = visitor.post("/api/v1/auth/sign-in/email", body).await;
    let body = answer.json();
    assert_eq!((answer.status, &body["redirect"]), (200, &Value::Bool(false)));
    assert_eq!(answer.headers["cache-control"], "no-store");

    let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let signed = format!("{cookie}.signature");
    let session = "/api/v1/auth/get-session";
    for cookie in [cookie, &signed] {
        let answer = visitor.send(Method::GET, session, &[("cookie", cookie)], Vec::new()).await;
        assert_eq!(answer.json()["user"]["email"], "owner@example.com");
    }

    let caller = app.bearer(body["token"].as_str().unwrap());
    assert_eq!(caller.get(session).await.json()["user"]["role"], "admin");
    assert_eq!(caller.post("/api/v1/auth/sign-out", json!({})).await.status, 200);
    assert_eq!(caller.get(session).await.json(), Value::Null);
}

#[tokio::test]
async fn passwords_cannot_be_guessed_fast() {
    let app = App::with(|config| config.throttle = true).await;
    app.owner().await;
    let visitor = app.anonymous();
    let guess = |email: &str| {
        let body = json!({"email": email, "password": "guess"});
        let visitor = visitor.clone();
        async move { visitor.post("/api/v1/auth/sign-in/email", body).await }
    };
    // Signing up was the first attempt.
    for _ in 0..4 {
        assert_eq!(guess("owner@example.com").await.status, 401);
    }
    let answer = guess(" Owner@example.com").await;
    assert_eq!(answer.refusal(), (429, "RATE_LIMIT_EXCEEDED".to_owned()));
    let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    assert_eq!(answer.headers["x-retry-after"], answer.headers["retry-after"]);
    assert!(answer.message().contains("try again in"), "{}", answer.message());
    assert_eq!(guess("other@example.com").await.status, 401);
}

#[tokio::test]
async fn a_refused_sign_in_has_a_reason() {
    let app = App::new().await;
    app.owner().await;
    let visitor = app.anonymous();
    for (path, body, refusal) in [
        (
            "sign-in",
            json!({"email": "owner@example.com", "password": "wrong horse"}),
            (401, "INVALID_EMAIL_OR_PASSWORD"),
        ),
        (
            "sign-in",
            json!({"email": "eve@example.com", "password": PASSWORD}),
            (401, "INVALID_EMAIL_OR_PASSWORD"),
        ),
        ("sign-in", json!({"email": "owner@example.com"}), (400, "MISSING_REQUIRED_FIELD")),
        (
            "sign-up",
            json!({"email": "no address", "password": PASSWORD}),
            (400, "VALIDATION_ERROR"),
        ),
    ] {
        let answer = visitor.post(&format!("/api/v1/auth/{path}/email"), body.clone()).await;
        assert_eq!(answer.refusal(), (refusal.0, refusal.1.to_owned()), "{path} {body}");
        assert!(!answer.message().is_empty());
    }
    let foreign = [("content-type", "application/json"), ("origin", "https://evil.example")];
    let body = json!({"email": "owner@example.com", "password": PASSWORD}).to_string();
    let url = "/api/v1/auth/sign-in/email";
    let answer = visitor.send(Method::POST, url, &foreign, body.into_bytes()).await;
    assert_eq!(answer.refusal(), (403, "INVALID_ORIGIN".to_owned()));
}

#[tokio::test]
async fn a_browser_changes_things_from_our_own_pages_only() {
    let app = App::with(|config| {
        config.trusted_origins = vec!["https://console.acme.com".to_owned()];
    })
    .await;
    let cookie = format!("better-auth.session_token={}", app.owner().await.token.unwrap());
    let json = ("content-type", "application/json");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let proxied = ("host", "apps.acme.com");
    for (headers, is_ours) in [
        (vec![("origin", "http://localhost"), form], true),
        (vec![("origin", "http://127.0.0.1"), form], true),
        (vec![("origin", "https://console.acme.com"), form], true),
        (vec![("sec-fetch-site", "same-origin"), form], true),
        (vec![("referer", "http://localhost/installed"), form], true),
        // A proxy that ends TLS and passes the name on.
        (vec![proxied, ("origin", "https://apps.acme.com"), form], true),
        // A program that replays its cookie, as the npm CLI does.
        (vec![json], true),
        (vec![form], false),
        (vec![], false),
        (vec![("origin", "http://localhost:8080"), json], false),
        (vec![("origin", "https://evil.example"), json], false),
        (vec![("origin", "null"), json], false),
        (vec![("sec-fetch-site", "cross-site"), json], false),
        (vec![("referer", "https://evil.example/localhost"), json], false),
        (vec![proxied, ("origin", "https://apps.acme.com:8443"), json], false),
        (vec![proxied, ("origin", "https://apps.acme.com.evil.example"), json], false),
        (vec![("host", "apps.acme.com:3000"), ("origin", "https://apps.acme.com"), json], false),
    ] {
        let mut all = headers.clone();
        all.push(("cookie", &cookie));
        let url = "/api/v1/data/sys_user/query";
        let answer = app.anonymous().send(Method::POST, url, &all, b"{}".to_vec()).await;
        let expected = if is_ours { 200 } else { 403 };
        assert_eq!(answer.status, expected, "{headers:?}: {}", answer.text());
        if !is_ours {
            assert_eq!(answer.refusal().1, "INVALID_ORIGIN");
        }
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_kept_is_refused() {
    let app = App::new().await;
    let url = "/api/v1/auth/sign-in/email";
    for (url, kind, body, outcome) in [
        (url, "application/json", r#"{"email":"a\u0000b","password":"c"}"#, "U+0000"),
        (url, "application/json", r#"{"email":1,"password":"c"}"#, "`email`"),
    ] {
        let headers = [("content-type", kind)];
        let answer = app.anonymous().send(Method::POST, url, &headers, body.into()).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        assert!(answer.text().contains(outcome), "{outcome}: {}", answer.text());
    }
}
