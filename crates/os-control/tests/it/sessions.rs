//! Accounts and sessions: signing up, in and out.

use axum::http::{Method, header};
use os_test::Response;
use os_test::control::{App, Client};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

const PASSWORD: &str = "correct horse battery";

async fn sign_up(app: &App, name: &str) -> Response {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD, "name": name});
    app.anonymous().post("/api/v1/auth/sign-up/email", body).await
}

async fn sign_in(app: &App, email: &str, password: &str) -> Response {
    let body = json!({"type": "email", "email": email, "password": password});
    app.anonymous().post("/api/v1/auth/sign-in/email", body).await
}

fn token(answer: &Response) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn cookie(answer: &Response) -> &str {
    answer.headers[header::SET_COOKIE].to_str().unwrap()
}

async fn session(user: &Client) -> Value {
    user.get("/api/v1/auth/get-session").await.json()
}

#[tokio::test]
async fn the_first_account_owns_the_server_and_then_registration_is_closed() {
    let app = App::new().await;
    let before = app.anonymous().get("/api/v1/auth/bootstrap-status").await.json();
    assert_eq!(before, json!({"hasOwner": false, "hasUsers": false}));

    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    let session = session(&ada).await;
    assert_eq!(session["user"]["role"], "admin");
    assert_eq!(session["user"]["isPlatformAdmin"], true);
    let positions = json!(["platform_admin", "org_owner", "everyone"]);
    assert_eq!(session["user"]["positions"], positions);
    let organizations = ada.get("/api/v1/auth/organization/list").await.json();
    assert_eq!(organizations[0]["slug"], "default");
    assert_eq!(organizations[0]["name"], "Default Organization");
    assert_eq!(session["session"]["activeOrganizationId"], organizations[0]["id"]);

    let closed = sign_up(&app, "eve").await;
    assert_eq!(closed.refusal(), (403, "SELF_REGISTRATION_CLOSED".to_owned()));
    let config = app.anonymous().get("/api/v1/auth/config").await.data();
    assert_eq!(config["emailPassword"]["disableSignUp"], true);
    let after = app.anonymous().get("/api/v1/auth/bootstrap-status").await.json();
    assert_eq!(after["hasOwner"], true);
}

#[tokio::test]
async fn of_two_first_accounts_at_one_moment_one_owns_the_server() {
    let app = App::new().await;
    let (one, other) = tokio::join!(sign_up(&app, "ada"), sign_up(&app, "bob"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 403 | 409]), "{statuses:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_user").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_organization").await, 1);
}

#[tokio::test]
async fn registration_can_be_open_and_later_accounts_own_nothing() {
    let app = App::with(|config| config.open_registration = true).await;
    sign_up(&app, "ada").await;
    let bob = app.bearer(&token(&sign_up(&app, "bob").await));
    let session = session(&bob).await;
    assert_eq!(session["user"]["role"], "user");
    assert_eq!(session["user"]["isPlatformAdmin"], false);
    assert_eq!(session["user"]["positions"], json!(["everyone"]));
    assert_eq!(session["session"]["activeOrganizationId"], Value::Null);

    let again = sign_up(&app, "BOB").await;
    assert_eq!(again.refusal(), (422, "USER_ALREADY_EXISTS".to_owned()));
}

#[tokio::test]
async fn an_invalid_sign_up_is_refused_with_its_reason_and_creates_nothing() {
    let app = App::new().await;
    for (body, field) in [
        (json!({}), "email"),
        (json!({"email": "ada", "password": PASSWORD, "name": "Ada"}), "email"),
        (json!({"email": "ada@example.com", "name": "Ada"}), "password"),
        (json!({"email": "ada@example.com", "password": "short", "name": "Ada"}), "password"),
        (json!({"email": "ada@example.com", "password": PASSWORD, "name": " "}), "name"),
        (json!({"email": 7, "password": PASSWORD, "name": "Ada"}), "email"),
    ] {
        let refused = app.anonymous().post("/api/v1/auth/sign-up/email", body.clone()).await;
        assert_eq!(refused.status, 400, "{body}: {}", refused.text());
        assert!(refused.message().contains(field), "{body}: {}", refused.text());
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_user").await, 0);
}

#[tokio::test]
async fn signing_in_answers_a_token_a_cookie_and_a_header() {
    let app = App::new().await;
    sign_up(&app, "ada").await;
    let signed_in = sign_in(&app, "Ada@Example.com", PASSWORD).await;
    let token = token(&signed_in);
    assert_eq!(signed_in.json()["redirect"], false);
    assert_eq!(signed_in.json()["user"]["email"], "ada@example.com");
    assert_eq!(signed_in.headers["set-auth-token"], token.as_str());
    assert_eq!(signed_in.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(
        cookie(&signed_in),
        format!(
            "better-auth.session_token={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800"
        )
    );

    let by_token = app.bearer(&token).get("/api/v1/auth/get-session").await;
    assert_eq!(by_token.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(by_token.json()["session"]["token"], token);
    assert!(!by_token.text().contains("argon2") && !by_token.text().contains("hash"));
    for value in [token.clone(), format!("{token}.c2lnbmF0dXJl")] {
        let value = format!("a=b; better-auth.session_token={value}");
        let url = "/api/v1/auth/get-session";
        let by_cookie = app.anonymous().send(Method::GET, url, &[("cookie", &value)], vec![]).await;
        assert_eq!(by_cookie.json()["user"]["email"], "ada@example.com");
        assert_eq!(by_cookie.json()["session"]["token"], token);
    }
}

#[tokio::test]
async fn a_cookie_can_end_with_the_browser_or_need_tls() {
    let app = App::with(|config| config.secure_cookies = true).await;
    sign_up(&app, "ada").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "rememberMe": false});
    let signed_in = app.anonymous().post("/api/v1/auth/sign-in/email", body).await;
    assert!(cookie(&signed_in).ends_with("; HttpOnly; SameSite=None; Secure"));
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_response() {
    let app = App::new().await;
    sign_up(&app, "ada").await;
    for (email, password) in [
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", PASSWORD),
        ("not an address", PASSWORD),
    ] {
        let refused = sign_in(&app, email, password).await;
        assert_eq!(refused.status, 401);
        let outcome =
            json!({"code": "INVALID_EMAIL_OR_PASSWORD", "message": "Invalid email or password"});
        assert_eq!(refused.json(), outcome, "{email}");
        assert!(!refused.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_session").await, 1);
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere_and_never_fails() {
    let app = App::new().await;
    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    let url = "/api/v1/auth/sign-out";
    let out = ada.post(url, json!({})).await;
    assert_eq!((out.status, out.json()), (200, json!({"success": true})));
    assert!(cookie(&out).contains("session_token=; ") && cookie(&out).contains("Max-Age=0"));
    assert_eq!(session(&ada).await, Value::Null);
    for body in ["", "{}", "not json"] {
        let again = ada.send(Method::POST, url, &[], body.into()).await;
        assert_eq!(again.status, 200, "{body}");
    }
    assert_eq!(app.anonymous().get("/api/v1/auth/get-session").await.text(), "null");
    assert_eq!(app.service().get("/api/v1/auth/get-session").await.text(), "null");
}

#[tokio::test]
async fn a_locked_account_is_not_signed_in() {
    let app = App::new().await;
    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    app.ban_all_accounts().await;
    assert_eq!(session(&ada).await, Value::Null);
    let refused = sign_in(&app, "ada@example.com", PASSWORD).await;
    assert_eq!(refused.refusal(), (403, "PERMISSION_DENIED".to_owned()));
    assert_eq!(sign_in(&app, "ada@example.com", "wrong password").await.status, 401);
}

#[tokio::test]
async fn a_change_with_a_cookie_must_come_from_our_own_pages() {
    let app = App::with(|config| {
        config.trusted_origins = vec!["https://runtime.acme.com".to_owned()];
    })
    .await;
    let value = format!("better-auth.session_token={}", token(&sign_up(&app, "ada").await));
    for (headers, allowed) in [
        (vec![("origin", "http://localhost")], true),
        (vec![("origin", "http://127.0.0.1")], true),
        (vec![("origin", "http://[::1]")], true),
        (vec![("origin", "https://runtime.acme.com")], true),
        (vec![("sec-fetch-site", "same-origin")], true),
        (vec![("referer", "http://localhost/console")], true),
        // A proxy that ends TLS and passes the name on.
        (vec![("host", "os.acme.com"), ("origin", "https://os.acme.com")], true),
        // A program that replays its cookie: a browser would have asked for leave.
        (vec![("content-type", "application/json")], true),
        (vec![("origin", "http://localhost:8080")], false),
        (vec![("origin", "https://evil.example")], false),
        (vec![("origin", "null")], false),
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("origin", "")], false),
        (vec![("host", "os.acme.com"), ("origin", "https://os.acme.com:8443")], false),
        (vec![("host", "os.acme.com"), ("origin", "https://os.acme.com.evil.example")], false),
        (vec![("host", "os.acme.com:4000"), ("origin", "https://os.acme.com")], false),
        (vec![("host", "os.acme.com:443"), ("origin", "http://os.acme.com")], false),
        (vec![("content-type", "text/plain")], false),
        (vec![], false),
    ] {
        let mut all = headers.clone();
        all.push(("cookie", &value));
        let url = "/api/v1/auth/update-user";
        let body = br#"{"name": "Ada"}"#.to_vec();
        let answer = app.anonymous().send(Method::POST, url, &all, body).await;
        let expected = if allowed { 200 } else { 403 };
        assert_eq!(answer.status, expected, "{headers:?}: {}", answer.text());
        if !allowed {
            assert_eq!(answer.refusal().1, "INVALID_ORIGIN");
        }
    }
}

#[tokio::test]
async fn another_site_cannot_sign_a_browser_in() {
    let app = App::new().await;
    sign_up(&app, "ada").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
    for (origin, status) in
        [("http://127.0.0.1", 200), ("http://localhost", 200), ("https://evil.example", 403)]
    {
        let url = "/api/v1/auth/sign-in/email";
        let headers = [("origin", origin), ("content-type", "text/plain")];
        let answer = app.anonymous().send(Method::POST, url, &headers, body.clone().into()).await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = App::new().await;
    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    let other = app.bearer(&token(&sign_in(&app, "ada@example.com", PASSWORD).await));
    let url = "/api/v1/auth/change-password";
    for (current, new, refusal) in [
        ("wrong password", "another password", (401, "INVALID_EMAIL_OR_PASSWORD")),
        (PASSWORD, "short", (400, "VALIDATION_ERROR")),
    ] {
        let body = json!({"currentPassword": current, "newPassword": new});
        let refused = ada.post(url, body).await.refusal();
        assert_eq!((refused.0, refused.1.as_str()), refusal);
    }
    let kept =
        json!({"currentPassword": PASSWORD, "newPassword": PASSWORD, "revokeOtherSessions": false});
    assert_eq!(ada.post(url, kept).await.status, 200);
    assert_ne!(session(&other).await, Value::Null);

    let body = json!({"currentPassword": PASSWORD, "newPassword": "another password"});
    let changed = ada.post(url, body).await;
    assert_eq!(changed.json()["user"]["email"], "ada@example.com");
    assert_ne!(session(&ada).await, Value::Null);
    assert_eq!(session(&other).await, Value::Null);
    assert_eq!(sign_in(&app, "ada@example.com", PASSWORD).await.status, 401);
    assert_eq!(sign_in(&app, "ada@example.com", "another password").await.status, 200);
}

#[tokio::test]
async fn a_person_sees_their_sessions_and_ends_them() {
    let app = App::with(|config| config.open_registration = true).await;
    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    let bob = app.bearer(&token(&sign_up(&app, "bob").await));
    let second = sign_in(&app, "ada@example.com", PASSWORD).await;
    sign_in(&app, "ada@example.com", PASSWORD).await;

    let listed = ada.get("/api/v1/auth/list-sessions").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(listed[2]["current"], true);
    assert!(listed[0].get("token").is_none());
    let url = "/api/v1/auth/revoke-session";
    let foreign = bob.post(url, json!({"id": listed[0]["id"]})).await;
    assert_eq!(foreign.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    assert_eq!(bob.post(url, json!({"token": token(&second)})).await.status, 404);
    assert_eq!(ada.post(url, json!({})).await.refusal().1, "MISSING_REQUIRED_FIELD");
    assert_eq!(ada.post(url, json!({"token": token(&second)})).await.status, 200);
    assert_eq!(session(&app.bearer(&token(&second))).await, Value::Null);
    assert_eq!(ada.post("/api/v1/auth/revoke-other-sessions", json!({})).await.status, 200);
    let left = ada.get("/api/v1/auth/list-sessions").await.json();
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_ne!(session(&bob).await, Value::Null);
}

#[tokio::test]
async fn a_person_changes_how_they_appear() {
    let app = App::new().await;
    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    let url = "/api/v1/auth/update-user";
    let picture = json!({"name": "Ada Lovelace", "image": "https://example.com/ada.png"});
    assert_eq!(ada.post(url, picture).await.json(), json!({"status": true}));
    let user = session(&ada).await["user"].clone();
    assert_eq!(
        (&user["name"], &user["image"]),
        (&json!("Ada Lovelace"), &json!("https://example.com/ada.png"))
    );
    ada.post(url, json!({"image": ""})).await;
    let user = session(&ada).await["user"].clone();
    assert_eq!((&user["name"], &user["image"]), (&json!("Ada Lovelace"), &Value::Null));
    assert_eq!(ada.post(url, json!({"name": ""})).await.refusal().1, "VALIDATION_ERROR");
}

#[tokio::test]
async fn account_changes_are_recorded_without_secrets() {
    let app = App::new().await;
    let ada = app.bearer(&token(&sign_up(&app, "ada").await));
    ada.post("/api/v1/auth/sign-out", json!({})).await;
    let mut tx = app.db.read().await.unwrap();
    let events: Vec<(String, String)> =
        tx.query("SELECT kind, detail FROM sys_event ORDER BY id").all().await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["user_created", "organization_created", "user_signed_in", "user_signed_out"]
    );
    for (_, detail) in &events {
        assert!(!detail.contains(PASSWORD) && !detail.contains(ada.token.as_deref().unwrap()));
    }
}

#[tokio::test]
async fn the_sweep_deletes_only_expired_rows() {
    let app = App::new().await;
    let old = app.bearer(&token(&sign_up(&app, "ada").await));
    app.advance(DAY);
    let ada = app.bearer(&token(&sign_in(&app, "ada@example.com", PASSWORD).await));
    app.advance(DAY * 6 + DAY / 2);
    assert_eq!(session(&old).await, Value::Null);
    let swept = app.at_its_time(os_control::sweep(&app.server.db)).await.unwrap();
    assert_eq!((swept.sessions, swept.device_codes, swept.invitations), (1, 0, 0));
    assert_ne!(session(&ada).await, Value::Null);
}
