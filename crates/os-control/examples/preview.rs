#![allow(clippy::unwrap_used, dead_code, clippy::print_stdout)]
#[path = "../tests/it/app.rs"]
mod app;
use app::App;
use axum::http::{HeaderValue, header};
use serde_json::{Value, json};
use tower::ServiceExt;

async fn publish(user: &app::User, dir: &str, versions: &[&str], visibility: &str) {
    let listing: Value = serde_json::from_str(&std::fs::read_to_string(format!("/work/main/examples/{dir}/listing.json")).unwrap()).unwrap();
    let id = listing["manifestId"].as_str().unwrap();
    let readme = std::fs::read_to_string(format!("/work/main/examples/{dir}/README.md")).unwrap();
    let a = user.post("/api/v1/cloud/packages", json!({"manifest_id": id, "display_name": listing["displayName"], "tagline": listing["tagline"], "description": listing["description"], "category": listing["category"], "license": "Apache-2.0", "visibility": visibility, "namespace": listing["namespace"], "readme": readme, "tags": listing["tags"], "homepage_url": listing["homepageUrl"]})).await;
    println!("{} {}", a.status, a.text().chars().take(300).collect::<String>());
    let icon = std::fs::read(format!("/work/main/examples/{dir}/icon.svg")).unwrap();
    let a = user.send(axum::http::Method::POST, &format!("/api/v1/cloud/packages/{id}/icon"), &[("content-type", "image/svg+xml")], icon).await;
    println!("{} {}", a.status, a.text());
    for v in versions {
        let bundle: Value = serde_json::from_str(&std::fs::read_to_string(format!("/work/main/examples/{dir}/{v}/objectstack.json")).unwrap()).unwrap();
        let a = user.post(&format!("/api/v1/cloud/packages/{id}/versions"), json!({"version": v, "bundle": bundle, "release_notes": "- First thing\n- **Second** thing", "auto_approve": visibility == "marketplace" && !v.ends_with("1.0") , "submit_for_review": visibility == "marketplace" && v.ends_with("1.0")})).await;
        println!("{} {}", a.status, a.text().chars().take(300).collect::<String>());
    }
}

#[tokio::main]
async fn main() {
    let app = App::with(|config| config.open_registration = true).await;
    let ada = app.admin("ada").await;
    let ben = app.user("ben").await;
    let acme = app.organization("Acme", &[(&ada, "owner"), (&ben, "member")]).await;
    let first = app.environment(acme, "production").await;
    app.environment(acme, "development").await;
    publish(&ada, "crm", &["1.0.0", "1.1.0"], "marketplace").await;
    publish(&ada, "helpdesk", &["0.3.0", "0.4.0"], "org").await;
    seed(&app, &ada, first, acme).await;
    println!("env {first}");
    let routes = os_control::routes(app.control.clone());
    for (port, token) in [(4600, Some("session-of-ada")), (4601, None), (4602, Some("session-of-ben"))] {
        let routes = routes.clone();
        let service = axum::Router::new().fallback_service(tower::service_fn(move |mut request: axum::extract::Request| {
            let routes = routes.clone();
            async move {
                if let Some(token) = token { request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).unwrap()); }
                routes.oneshot(request).await
            }
        }));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    }
    println!("ready");
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
}

async fn seed(_app: &App, _ada: &app::User, _env: uuid::Uuid, _acme: uuid::Uuid) {
}
