//! The device flow, in the order of checks of docs/wire/authentication.md#device-flow.

use axum::http::Method;
use os_test::Response;
use os_test::control::{App, Client};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// How long a code can be confirmed.
const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

const TOKEN: &str = "/api/v1/auth/device/token";
const CLIENT: &str = "objectstack-cli";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

struct Codes {
    device: String,
    user: String,
}

async fn request(app: &App) -> Codes {
    let body = json!({"client_id": CLIENT, "scope": "openid profile email"});
    let codes = app.anonymous().post("/api/v1/auth/device/code", body).await.json();
    let text = |name: &str| codes[name].as_str().unwrap().to_owned();
    Codes { device: text("device_code"), user: text("user_code") }
}

async fn poll(app: &App, codes: &Codes) -> Response {
    let body = json!({"grant_type": GRANT, "device_code": codes.device, "client_id": CLIENT});
    app.anonymous().post(TOKEN, body).await
}

fn error(answer: &Response) -> (u16, String) {
    let body = answer.json();
    assert!(!body["error_description"].as_str().unwrap_or_default().is_empty(), "{body}");
    (answer.status, body["error"].as_str().unwrap().to_owned())
}

async fn look(user: &Client, codes: &Codes) -> Response {
    user.get(&format!("/api/v1/auth/device?user_code={}", codes.user)).await
}

async fn decide(user: &Client, what: &str, codes: &Codes) -> Response {
    user.post(&format!("/api/v1/auth/device/{what}"), json!({"userCode": codes.user})).await
}

/// Lets the time between two polls pass.
fn wait(app: &App) {
    app.advance(Duration::from_secs(60));
}

#[tokio::test]
async fn a_person_confirms_a_code_and_the_device_is_signed_in_once() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    let asked =
        app.anonymous().post("/api/v1/auth/device/code", json!({"client_id": CLIENT})).await;
    assert_eq!(asked.headers["cache-control"], "no-store");
    assert_eq!(asked.headers["pragma"], "no-cache");
    let body = asked.json();
    assert_eq!((&body["expires_in"], &body["interval"]), (&json!(1800), &json!(5)));
    assert_eq!(body["verification_uri"], "http://localhost/device");
    let user_code = body["user_code"].as_str().unwrap();
    let complete = format!("http://localhost/device?user_code={user_code}");
    assert_eq!(body["verification_uri_complete"], complete);
    assert_eq!((user_code.len(), body["device_code"].as_str().unwrap().len()), (8, 40));

    let codes = request(&app).await;
    assert_eq!(error(&poll(&app, &codes).await), (400, "authorization_pending".to_owned()));
    let typed = format!("{}-{}", codes.user[..4].to_lowercase(), &codes.user[4..]);
    let shown = ada.get(&format!("/api/v1/auth/device?user_code={typed}")).await.json();
    assert_eq!(shown["status"], "pending");
    assert_eq!((&shown["user_code"], &shown["client_id"]), (&json!(codes.user), &json!(CLIENT)));
    assert_eq!(decide(&ada, "approve", &codes).await.json(), json!({"success": true}));

    wait(&app);
    let redeemed = poll(&app, &codes).await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.text());
    assert_eq!(redeemed.headers["cache-control"], "no-store");
    let body = redeemed.json();
    assert_eq!(
        (&body["token_type"], &body["scope"]),
        (&json!("Bearer"), &json!("openid profile email"))
    );
    assert!((604_700..=604_800).contains(&body["expires_in"].as_i64().unwrap()));
    let device = app.bearer(body["access_token"].as_str().unwrap());
    let session = device.get("/api/v1/auth/get-session").await.json();
    assert_eq!(session["user"]["email"], ada.email);
    assert_eq!(session["session"]["activeOrganizationId"], acme.to_string());
    assert_eq!(error(&poll(&app, &codes).await), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn the_checks_of_a_poll_come_in_their_order() {
    let app = App::new().await;
    let codes = request(&app).await;
    let body = |change: &[(&str, Value)]| {
        let mut body: HashMap<&str, Value> = HashMap::from([
            ("grant_type", json!(GRANT)),
            ("device_code", json!(codes.device)),
            ("client_id", json!(CLIENT)),
        ]);
        body.extend(change.iter().cloned());
        body.retain(|_, value| !value.is_null());
        json!(body)
    };
    for (change, expected) in [
        (vec![("grant_type", Value::Null)], "invalid_request"),
        (vec![("device_code", json!(7))], "invalid_request"),
        (vec![("grant_type", json!("password")), ("device_code", json!("x"))], "invalid_request"),
        (vec![("device_code", json!("unknown"))], "invalid_grant"),
        (vec![("client_id", json!("another"))], "invalid_grant"),
        (vec![], "authorization_pending"),
        (vec![("client_id", json!("another"))], "invalid_grant"),
        (vec![], "slow_down"),
    ] {
        let answer = app.anonymous().post(TOKEN, body(&change)).await;
        assert_eq!(error(&answer), (400, expected.to_owned()), "{change:?}");
    }
    let not_json = app.anonymous().send(Method::POST, TOKEN, &[], b"{".to_vec()).await;
    assert_eq!(error(&not_json), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn polling_too_soon_does_not_start_the_interval_again() {
    let app = App::new().await;
    let codes = request(&app).await;
    poll(&app, &codes).await;
    let polled = async || {
        let mut tx = app.db.read().await.unwrap();
        let last: (Option<chrono::DateTime<chrono::Utc>>,) =
            tx.query("SELECT last_polled_at FROM sys_device_code").one().await.unwrap();
        last.0.unwrap()
    };
    let first = polled().await;
    assert_eq!(error(&poll(&app, &codes).await).1, "slow_down");
    assert_eq!(polled().await, first);
    wait(&app);
    assert_eq!(error(&poll(&app, &codes).await).1, "authorization_pending");
    assert!(polled().await > first);
}

#[tokio::test]
async fn a_denied_or_expired_code_ends_with_the_poll_that_reports_it() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let denied = request(&app).await;
    look(&ada, &denied).await;
    assert_eq!(decide(&ada, "deny", &denied).await.status, 200);
    assert_eq!(error(&poll(&app, &denied).await).1, "access_denied");
    assert_eq!(error(&poll(&app, &denied).await).1, "invalid_grant");

    let expired = request(&app).await;
    app.advance(HALF_AN_HOUR);
    assert_eq!(error(&look(&ada, &expired).await), (400, "expired_token".to_owned()));
    assert_eq!(error(&decide(&ada, "approve", &expired).await), (400, "expired_token".to_owned()));
    assert_eq!(error(&poll(&app, &expired).await).1, "expired_token");
    assert_eq!(error(&poll(&app, &expired).await).1, "invalid_grant");
}

#[tokio::test]
async fn looking_at_a_code_changes_nothing_and_it_is_decided_on_once() {
    let app = App::new().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let codes = request(&app).await;
    let unknown = Codes { device: String::new(), user: "ZZZZ9999".to_owned() };
    assert_eq!(
        error(&decide(&app.anonymous(), "approve", &codes).await),
        (401, "unauthorized".to_owned())
    );
    assert_eq!(error(&look(&ada, &unknown).await), (400, "invalid_request".to_owned()));
    assert_eq!(
        error(&decide(&ada, "approve", &unknown).await),
        (400, "invalid_request".to_owned())
    );

    let stranger = look(&app.anonymous(), &codes).await.json();
    assert_eq!(stranger, json!({"user_code": codes.user, "status": "pending"}));
    look(&eve, &codes).await;
    look(&ada, &codes).await;
    let decided = "SELECT COUNT(*) FROM sys_device_code WHERE user_id IS NOT NULL";
    assert_eq!(app.count(decided).await, 0, "a link in a page of others takes no code");
    assert_eq!(decide(&ada, "approve", &codes).await.status, 200);
    for (user, what) in [(&ada, "approve"), (&ada, "deny"), (&eve, "deny")] {
        assert_eq!(error(&decide(user, what, &codes).await), (400, "invalid_request".to_owned()));
    }
    assert_eq!(look(&ada, &codes).await.json()["status"], "approved");
}

#[tokio::test]
async fn an_api_key_cannot_make_a_session_of_a_code() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let made = ada.post("/api/v1/keys", json!({"scopes": ["read"]})).await.data();
    let key = app.bearer(made["key"].as_str().unwrap());
    let codes = request(&app).await;
    look(&key, &codes).await;
    let refused = decide(&key, "approve", &codes).await;
    assert_eq!(refused.refusal(), (403, "PERMISSION_DENIED".to_owned()));
    let claimed = "SELECT COUNT(*) FROM sys_device_code WHERE user_id IS NOT NULL";
    assert_eq!(app.count(claimed).await, 0);
}

#[tokio::test]
async fn of_twenty_parallel_polls_one_gets_the_session() {
    let app = App::new().await;
    let ada = app.user("ada").await;
    let codes = request(&app).await;
    look(&ada, &codes).await;
    decide(&ada, "approve", &codes).await;
    let before = app.count("SELECT COUNT(*) FROM sys_session").await;
    let body = json!({"grant_type": GRANT, "device_code": codes.device, "client_id": CLIENT});
    let polls: Vec<_> = (0..20)
        .map(|_| {
            let (device, body) = (app.anonymous(), body.clone());
            tokio::spawn(async move { device.post(TOKEN, body).await })
        })
        .collect();
    let mut winners = 0;
    for poll in polls {
        let answer = poll.await.unwrap();
        if answer.status == 200 {
            winners += 1;
        } else {
            assert!(matches!(error(&answer).1.as_str(), "invalid_grant" | "slow_down"));
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_session").await, before + 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_device_code").await, 0);
}

#[tokio::test]
async fn the_address_of_the_page_is_ours_and_a_proxy_is_believed_only_when_there_is_one() {
    let forwarded = [("x-forwarded-proto", "https"), ("x-forwarded-host", "packages.acme.com")];
    let body = || json!({"client_id": CLIENT}).to_string().into_bytes();
    let uri = async |app: &App| {
        let url = "/api/v1/auth/device/code";
        let answer = app.anonymous().send(Method::POST, url, &forwarded, body()).await;
        answer.json()["verification_uri"].as_str().unwrap().to_owned()
    };
    assert_eq!(uri(&App::new().await).await, "http://localhost/device");
    let proxied = App::with(|config| config.behind_proxy = true).await;
    assert_eq!(uri(&proxied).await, "https://packages.acme.com/device");
    let named = App::with(|config| config.base_url = Some("https://os.acme.com/".to_owned())).await;
    assert_eq!(uri(&named).await, "https://os.acme.com/device");
}

#[tokio::test]
async fn codes_are_swept_a_day_after_their_end() {
    let app = App::new().await;
    request(&app).await;
    app.advance(HALF_AN_HOUR);
    let swept =
        async || app.at_its_time(os_control::sweep(&app.server.db)).await.unwrap().device_codes;
    assert_eq!(swept().await, 0);
    app.advance(Duration::from_secs(24 * 3600));
    assert_eq!(swept().await, 1);
}
