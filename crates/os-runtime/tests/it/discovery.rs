//! Where clients find what.

use os_test::runtime::App;
use serde_json::json;

#[tokio::test]
async fn a_visitor_finds_what_is_mounted_and_nothing_else() {
    let app = App::new().await;
    let visitor = app.anonymous();
    let found = visitor.get("/api/v1/discovery").await.json();
    assert_eq!(found, visitor.get("/api/v1").await.json());
    assert_eq!(found, visitor.get("/.well-known/objectstack").await.data());
    assert_eq!(found["routes"]["metadata"], "/api/v1/meta");
    assert_eq!(found["routes"]["packages"], "/api/v1/packages");
    assert!(found["routes"].get("automation").is_none());
    assert_eq!(found["services"]["automation"]["enabled"], false);
    assert_eq!(found["locale"]["default"], "en");

    let endpoints = os_runtime::endpoints();
    for (name, place) in found["routes"].as_object().unwrap() {
        let place = place.as_str().unwrap();
        assert!(endpoints.iter().any(|it| it.path.starts_with(place)), "{name}");
        assert_eq!(found["services"][name]["route"], place);
    }
}

#[tokio::test]
async fn discovery_lists_what_a_console_can_offer() {
    let app = App::new().await;
    let config = app.anonymous().get("/api/v1/runtime/config").await;
    assert_eq!(config.headers["cache-control"], "no-store");
    let config = config.json();
    assert_eq!(
        (&config["cloudUrl"], &config["features"]["marketplace"]),
        (&json!(""), &json!(false))
    );
    assert_eq!(config["features"]["installLocal"], true);
    assert_eq!(config, app.anonymous().get("/api/v1/studio/runtime-config").await.json());

    let cloud = "https://cloud.example.com";
    let app = App::with(|config| config.cloud_url = Some(cloud.to_owned())).await;
    let config = app.anonymous().get("/api/v1/runtime/config").await.json();
    assert_eq!(
        (&config["cloudUrl"], &config["features"]["marketplace"]),
        (&json!(cloud), &json!(true))
    );
}
