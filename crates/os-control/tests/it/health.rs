use os_test::control::App;
#[tokio::test]
async fn health_and_readiness_are_reported() {
    let app = App::new().await;
    let health = app.anonymous().get("/api/v1/health").await;
    assert_eq!((health.status, &health.json()["data"]["status"]), (200, &"ok".into()));
    let ready = app.anonymous().get("/api/v1/ready").await;
    assert_eq!((ready.status, &ready.json()["data"]["status"]), (200, &"ready".into()));
}
