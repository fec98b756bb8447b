//! A runtime that accepts the sessions of a control plane.

use os_api::session::CurrentSession;
use os_runtime::{AuthorityAnswer, RemoteSession, SessionAuthority, routes};
use os_test::runtime::App;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const ID: &str = "01890000-0000-7000-8000-000000000001";

/// Knows four tokens, and counts how often it was asked.
#[derive(Default)]
struct Plane(AtomicUsize);

impl SessionAuthority for Plane {
    fn session(&self, token: String) -> AuthorityAnswer {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let found = |current, is_admitted| Ok(Some(RemoteSession { current, is_admitted }));
            match &*token {
                "boss" => found(current(true, None), true),
                "guest" => found(current(false, None), false),
                "key" => found(current(true, Some(vec!["read".to_owned()])), true),
                "down" => anyhow::bail!("it is away"),
                _ => Ok(None),
            }
        })
    }
}

fn current(is_platform_admin: bool, scopes: Option<Vec<String>>) -> CurrentSession {
    let at = "2026-01-01T00:00:00Z";
    let session = json!({
        "id": ID, "userId": ID, "expiresAt": null, "activeOrganizationId": null,
        "activeEnvironmentId": null, "activeTeamId": null, "ipAddress": "", "userAgent": "",
        "createdAt": at, "updatedAt": at, "current": true, "scopes": scopes,
    });
    let user = json!({
        "id": ID, "email": if is_platform_admin { "Boss@Example.com" } else { "guest@example.com" }, "name": "Boss", "image": null,
        "emailVerified": true, "createdAt": at, "updatedAt": at,
        "role": if is_platform_admin { "admin" } else { "user" },
        "isPlatformAdmin": is_platform_admin, "positions": [],
    });
    serde_json::from_value(json!({ "user": user, "session": session })).unwrap()
}

async fn status(routes: &axum::Router, header: &str, value: &str) -> (u16, Value) {
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    let request = axum::http::Request::get("/api/v1/marketplace/install-local")
        .header(header, value)
        .body(axum::body::Body::empty())
        .unwrap();
    let response = routes.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn sessions_of_the_control_plane_are_checked_on_every_request() {
    let app = App::new().await;
    let plane = Arc::new(Plane::default());
    let runtime = app.restarted().with_session_authority(plane.clone());
    let routes = routes(runtime);
    for _ in 0..3 {
        let (code, body) = status(&routes, "authorization", "Bearer boss").await;
        assert_eq!(code, 200, "{body}");
        // Only the owner of the runtime sees where it stores things.
        assert!(body["data"]["storageDir"].is_string(), "{body}");
    }
    assert_eq!(plane.0.load(Ordering::Relaxed), 3, "a session that ends there ends here");
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sys_user WHERE email = 'boss@example.com'").await,
        1
    );
    // The account has no password of its own.
    let body = json!({"email": "boss@example.com", "password": ""});
    let answer = app.anonymous().post("/api/v1/auth/sign-in/email", body).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
}

#[tokio::test]
async fn other_callers_are_refused() {
    let app = App::new().await;
    let runtime = app.restarted();
    let routes = routes(runtime.with_session_authority(Arc::new(Plane::default())));
    for (header, value, code) in [
        ("authorization", "Bearer stranger", 401),
        ("authorization", "Bearer guest", 403),
        // A key that may only do some things may do nothing here.
        ("authorization", "Bearer key", 401),
        ("x-api-key", "key", 401),
        ("x-api-key", "boss", 200),
        ("authorization", "Bearer down", 503),
    ] {
        assert_eq!(status(&routes, header, value).await.0, code, "{header}: {value}");
    }
    let (_, body) = status(&routes, "authorization", "Bearer guest").await;
    assert!(body["error"]["message"].as_str().unwrap().contains("/environments"), "{body}");
    // Somebody who is not admitted gets no account here.
    let (code, _) = status(&routes, "authorization", "Bearer guest").await;
    assert_eq!(
        (code, app.count("SELECT COUNT(*) FROM sys_user WHERE role = 'user'").await),
        (403, 0)
    );
}
