//! A control plane that does not keep its word.

use crate::site::{Site, artifact};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower::ServiceExt;

const CRM: &str = "com.acme.crm";

/// The routes of the control plane, with this answer in place of artifacts.
fn lying(routes: Router, lies: Arc<AtomicBool>, answer: fn() -> Response) -> Router {
    Router::new().fallback(move |request: Request| {
        let (routes, lies) = (routes.clone(), lies.clone());
        async move {
            if request.uri().path().contains("/artifacts/") && lies.load(Ordering::SeqCst) {
                return answer();
            }
            routes.oneshot(request).await.into_response()
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_what_was_named_go_no_further() {
    let other = || {
        let text = artifact("crm", "1.0.0", "crm", &["title", "evil"]).to_string();
        Response::new(Body::from(text))
    };
    let page = || (StatusCode::OK, "<html>").into_response();
    let nothing = || StatusCode::NOT_FOUND.into_response();
    type Lie = fn() -> Response;
    let lies: [(Lie, &str); 3] =
        [(other, "its SHA-256 is"), (page, "its SHA-256 is"), (nothing, "has no artifact")];
    for (answer, message) in lies {
        let site = Site::new().await;
        site.publish(&artifact("crm", "1.0.0", "crm", &["title"])).await;
        site.close().await;
        let lies = Arc::new(AtomicBool::new(true));
        site.open(lying(site.app.routes(), lies.clone(), answer)).await;
        let machine = site.machine().await;
        site.install(CRM, "1.0.0").await;
        let row = site.until(CRM, "error").await;
        let reason = row["error_message"].as_str().unwrap();
        assert!(reason.contains(message), "{reason}");
        assert_eq!(machine.installed().await, [""; 0]);
        assert!(machine.columns("crm_thing").await.is_empty());
        lies.store(false, Ordering::SeqCst);
        site.until(CRM, "installed").await;
    }
}
