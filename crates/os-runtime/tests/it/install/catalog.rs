//! A catalog that answers right, and one that does not.

use os_package::{Checksum, canonical};
use os_test::runtime::{App, INSTALLED, example};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that answers every request the same way, and remembers what it was asked.
pub struct Catalog {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Catalog {
    fn new(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                    request.push(byte[0]);
                }
                seen.lock().unwrap().push(String::from_utf8(request).unwrap());
                answer(&mut stream);
            }
        });
        Self { url, asked }
    }

    pub fn answering(status: u16, body: &str) -> Self {
        let response = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        Self::new(move |stream| drop(stream.write_all(response.as_bytes())))
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn body(manifest: &Value, checksum: &str) -> String {
    json!({"success": true, "data": {
        "manifest": manifest, "version": "1.0.0", "version_id": "ver_1", "checksum": checksum}})
    .to_string()
}

fn checksum(manifest: &Value) -> String {
    Checksum::of(canonical(manifest).as_bytes()).to_string()
}

async fn app(catalog: Option<&Catalog>, cloud: Option<&Catalog>) -> App {
    let url = |it: Option<&Catalog>| it.map(|it| it.url.clone());
    App::with(|config| {
        config.catalog_url = url(catalog);
        config.cloud_url = url(cloud);
        config.cloud_key = Some("secret-key".to_owned());
        config.catalog_timeout = Duration::from_secs(1);
    })
    .await
}

#[tokio::test]
async fn a_package_of_the_catalog_is_fetched_verified_and_installed() {
    let crm = example("crm/1.0.0");
    let cloud = Catalog::answering(200, &body(&crm, &checksum(&crm)));
    let app = app(None, Some(&cloud)).await;
    let owner = app.owner().await;
    let answer = owner.post(INSTALLED, json!({"packageId": "com.example.crm"})).await.data();
    assert_eq!((&answer["version"], &answer["versionId"]), (&json!("1.0.0"), &json!("ver_1")));
    let asked = cloud.asked();
    assert!(
        asked[0].starts_with(
            "GET /api/v1/marketplace/packages/com.example.crm/versions/latest/manifest HTTP"
        ),
        "{asked:?}"
    );
    assert!(asked[0].to_lowercase().contains("authorization: bearer secret-key"));
    assert_eq!(owner.installed().await, ["com.example.crm@1.0.0"]);
}

#[tokio::test]
async fn a_static_catalog_is_queried_first_and_without_credentials() {
    let crm = example("crm/1.0.0");
    let good = body(&crm, &checksum(&crm));
    for (status, asks_cloud) in [(200, false), (404, true), (500, true)] {
        let fixed = Catalog::answering(status, if status == 200 { &good } else { "gone" });
        let cloud = Catalog::answering(200, &good);
        let app = app(Some(&fixed), Some(&cloud)).await;
        let answer = app
            .owner()
            .await
            .post(INSTALLED, json!({"packageId": "com.example.crm", "versionId": "1.0.0"}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let asked = fixed.asked();
        assert!(
            asked[0].starts_with("GET /packages/com.example.crm/versions/1.0.0/manifest.json "),
            "{asked:?}"
        );
        assert!(!asked[0].to_lowercase().contains("authorization"));
        assert_eq!(!cloud.asked().is_empty(), asks_cloud);
    }
    let fixed = Catalog::answering(403, "no");
    let cloud = Catalog::answering(200, &good);
    let app = app(Some(&fixed), Some(&cloud)).await;
    let answer = app.owner().await.post(INSTALLED, json!({"packageId": "com.example.crm"})).await;
    assert_eq!(answer.refusal(), (502, "CLOUD_FETCH_FAILED".to_owned()));
    assert!(cloud.asked().is_empty());
}

#[tokio::test]
async fn a_catalog_that_lies_or_fails_changes_nothing() {
    let crm = example("crm/1.0.0");
    let other = checksum(&example("crm/1.1.0"));
    let answers = |status, body: &str| Catalog::answering(status, body);
    let stops = |stream: &mut TcpStream| {
        drop(
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n{\"data\": {\"manif"),
        );
    };
    let cases = [
        ("lies", answers(200, &body(&crm, &other)), 502, "CHECKSUM_MISMATCH"),
        ("lies badly", answers(200, &body(&crm, "no checksum")), 502, "CHECKSUM_MISMATCH"),
        ("HTML", answers(200, "<html>Please sign in</html>"), 502, "PLUGIN_MANIFEST_INVALID"),
        (
            "no artifact",
            answers(200, r#"{"data": {"version": "1.0.0"}}"#),
            502,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "text",
            answers(200, &json!({"data": {"manifest": crm.to_string()}}).to_string()),
            502,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "no id",
            answers(200, r#"{"data": {"manifest": {"version": "1.0.0"}}}"#),
            502,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "another package",
            answers(
                200,
                &body(&crm, &checksum(&crm)).replace("com.example.crm", "com.example.xrm"),
            ),
            502,
            "CHECKSUM_MISMATCH",
        ),
        ("404", answers(404, &"not here ".repeat(100)), 404, "CLOUD_FETCH_FAILED"),
        ("500", answers(500, "oh"), 502, "CLOUD_FETCH_FAILED"),
        ("401", answers(401, "who"), 502, "CLOUD_FETCH_FAILED"),
        (
            "redirect in a circle",
            Catalog::new(|it| {
                drop(it.write_all(b"HTTP/1.1 302 X\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"))
            }),
            502,
            "CLOUD_FETCH_FAILED",
        ),
        ("stops", Catalog::new(stops), 502, "CLOUD_FETCH_FAILED"),
        ("hangs up", Catalog::new(|_| {}), 502, "CLOUD_FETCH_FAILED"),
        (
            "slow",
            Catalog::new(|stream| {
                for _ in 0..30 {
                    drop(stream.write_all(b"HTTP/1.1 200 OK\r\nX: y\r\n"));
                    std::thread::sleep(Duration::from_millis(200));
                }
            }),
            502,
            "CLOUD_FETCH_FAILED",
        ),
    ];
    for (what, cloud, status, code) in cases {
        let app = app(None, Some(&cloud)).await;
        let owner = app.owner().await;
        let before = app.state().await;
        let answer = owner.post(INSTALLED, json!({"packageId": "com.example.crm"})).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{what}: {}", answer.text());
        assert!(!answer.message().contains("secret-key") && answer.message().len() < 500, "{what}");
        assert_eq!(app.state().await, before, "{what}");
    }
}

#[tokio::test]
async fn a_package_other_than_the_requested_one_is_refused() {
    let crm = example("crm/1.0.0");
    let cloud = Catalog::answering(200, &body(&crm, &checksum(&crm)));
    let app = app(None, Some(&cloud)).await;
    let owner = app.owner().await;
    for request in [
        json!({"packageId": "com.example.other"}),
        json!({"packageId": "com.example.crm", "versionId": "2.0.0"}),
    ] {
        let answer = owner.post(INSTALLED, request.clone()).await;
        assert_eq!(answer.refusal(), (502, "PLUGIN_MANIFEST_INVALID".to_owned()), "{request}");
    }
    // A row id of the catalog says nothing about the manifest id.
    owner.post(INSTALLED, json!({"packageId": "pkg_123", "versionId": "ver_1"})).await.data();
}

#[tokio::test]
async fn without_a_catalog_or_with_path_like_names_no_request_is_sent() {
    let app = App::new().await;
    let owner = app.owner().await;
    for body in [json!({"packageId": "com.example.crm"}), json!({})] {
        let answer = owner.post(INSTALLED, body).await;
        assert_eq!(answer.refusal(), (503, "MARKETPLACE_UNAVAILABLE".to_owned()));
        assert!(answer.message().contains("OS_CLOUD_URL"));
    }
    let cloud = Catalog::answering(200, "{}");
    let app = super::catalog::app(None, Some(&cloud)).await;
    let owner = app.owner().await;
    for (package, version) in [
        ("../../keys", "latest"),
        ("a/b", "1"),
        ("com.example.crm", "1?x=y"),
        ("com.example.crm", "../.."),
        ("a b", "1"),
        ("é", "1"),
    ] {
        let answer =
            owner.post(INSTALLED, json!({"packageId": package, "versionId": version})).await;
        assert_eq!(answer.refusal(), (400, "INVALID_REQUEST".to_owned()), "{package} {version}");
    }
    assert!(cloud.asked().is_empty());
}

#[tokio::test]
async fn an_artifact_without_a_checksum_is_not_installed() {
    let crm = example("crm/1.0.0");
    let answer = json!({"data": {"manifest": crm, "version": "1.0.0"}}).to_string();
    let cloud = Catalog::answering(200, &answer);
    let app = app(None, Some(&cloud)).await;
    let owner = app.owner().await;
    let answer = owner.post(INSTALLED, json!({"packageId": "com.example.crm"})).await;
    assert_eq!(answer.refusal(), (502, "PLUGIN_MANIFEST_INVALID".to_owned()));
    assert!(answer.message().contains("`checksum`"), "{}", answer.text());
    assert!(owner.installed().await.is_empty());
}

#[tokio::test]
async fn a_catalog_does_not_lead_to_another_address() {
    let crm = example("crm/1.0.0");
    let hidden = Catalog::answering(200, &body(&crm, &checksum(&crm)));
    let location = hidden.url.clone();
    let cloud = Catalog::new(move |stream| {
        let answer = format!(
            "HTTP/1.1 302 X\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        drop(stream.write_all(answer.as_bytes()));
    });
    let app = app(None, Some(&cloud)).await;
    let owner = app.owner().await;
    let answer = owner.post(INSTALLED, json!({"packageId": "com.example.crm"})).await;
    assert_eq!(answer.refusal(), (502, "CLOUD_FETCH_FAILED".to_owned()));
    assert!(answer.message().contains("redirects"), "{}", answer.text());
    assert!(hidden.asked().is_empty() && owner.installed().await.is_empty());
}

/// Each byte comes in time; all of them do not.
#[tokio::test]
async fn a_catalog_that_drips_has_one_deadline() {
    let cloud = Catalog::new(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n");
        while stream.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let app = app(None, Some(&cloud)).await;
    let owner = app.owner().await;
    let started = std::time::Instant::now();
    let answer = owner.post(INSTALLED, json!({"packageId": "com.example.crm"})).await;
    assert_eq!(answer.refusal(), (502, "CLOUD_FETCH_FAILED".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}
