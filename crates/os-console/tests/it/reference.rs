//! The reference of the HTTP API.

use crate::world::{control_plane, runtime};

#[tokio::test]
async fn the_reference_shows_the_operations_with_their_types() {
    let app = control_plane().await;
    let page = app.anonymous().get("/docs").await;
    assert_eq!(page.status, 200, "{}", page.text());
    for part in ["/api/v1/health", "id=\"type-Environment\"", "href=\"#type-SignIn\"", "HTTP API"] {
        assert!(page.text().contains(part), "{part}");
    }
    let page = runtime().await.anonymous().get("/docs").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("/api/v1/data/{object}"), "{}", page.text());
}
