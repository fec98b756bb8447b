//! The brake on guessing.

use os_test::control::App;
use serde_json::json;

#[tokio::test]
async fn password_attempts_are_limited_with_a_retry_time() {
    let app = App::with(|config| config.throttle = true).await;
    let body = json!({"email": "ada@example.com", "password": "a wrong guess"});
    let url = "/api/v1/auth/sign-in/email";
    for _ in 0..5 {
        assert_eq!(app.anonymous().post(url, body.clone()).await.status, 401);
    }
    let refused = app.anonymous().post(url, body).await;
    assert_eq!(refused.refusal(), (429, "RATE_LIMIT_EXCEEDED".to_owned()));
    let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
    assert_eq!(refused.headers["x-retry-after"], refused.headers["retry-after"]);
    assert!(refused.message().contains("try again in"));

    let other = json!({"email": "bob@example.com", "password": "a wrong guess"});
    assert_eq!(app.anonymous().post(url, other).await.status, 401, "others are not held up");
}

#[tokio::test]
async fn requests_for_device_codes_are_limited() {
    let app = App::with(|config| config.throttle = true).await;
    let mut statuses = Vec::new();
    for _ in 0..30 {
        let body = json!({"client_id": "objectstack-cli"});
        statuses.push(app.anonymous().post("/api/v1/auth/device/code", body).await.status);
    }
    assert_eq!(statuses[0], 200);
    assert!(statuses.contains(&429), "{statuses:?}");
}
