//! The OpenAPI document: complete, and what the runtime answers.

use axum::http::Method;
use boon::{Compiler, Draft, Schemas};
use os_test::runtime::{App, Client, INSTALLED, STORAGE, announcement, example};
use serde_json::{Value, json};

/// Checks responses against the document.
struct Reference(Value);

impl Reference {
    /// Sends a request of this endpoint and checks its response.
    async fn check(&self, client: &Client, (method, path): (&str, &str), url: &str, body: Value) {
        let name = Method::from_bytes(method.as_bytes()).unwrap();
        let body = (!body.is_null()).then_some(body);
        let response = client.json(name, url, body).await;
        let body = response.success();
        let operation = &self.0["paths"][path][method.to_ascii_lowercase()];
        let schema = &operation["responses"]["2XX"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {path} has no schema");
        self.validate(schema, &body, &format!("{method} {url}"));
    }

    fn validate(&self, schema: &Value, body: &Value, what: &str) {
        let schema = json!({ "allOf": [schema], "components": self.0["components"] });
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.add_resource("https://os.test/schema.json", schema).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("https://os.test/schema.json", &mut schemas).unwrap();
        if let Err(error) = schemas.validate(body, index) {
            panic!("{what}: {error:#}\n{body:#}");
        }
    }
}

#[tokio::test]
async fn the_reference_lists_every_endpoint() {
    let app = App::new().await;
    let document = app.anonymous().get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    for endpoint in os_runtime::endpoints().into_iter().filter(|it| !it.page) {
        let method = endpoint.method.as_str().to_ascii_lowercase();
        let path = endpoint.path.replace("{*", "{");
        let summary = &document["paths"][&path][&method]["summary"];
        assert_eq!(summary, endpoint.summary, "{method} {path}");
    }
    let shown = serde_json::to_string_pretty(&document).unwrap() + "\n";
    expect_test::expect_file!["../../../../docs/openapi.runtime.json"].assert_eq(&shown);
}

#[test]
fn every_endpoint_has_types() {
    for endpoint in os_runtime::endpoints().into_iter().filter(|it| !it.page) {
        let name = format!("{} {}", endpoint.method, endpoint.path);
        assert!(endpoint.is_typed(), "{name} has no `.gives` and is not `.unsupported`");
    }
}

#[tokio::test]
async fn responses_without_parameters_match_their_schemas() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.1.0")).await;
    let reference = Reference(os_runtime::openapi());
    let mut checked = 0;
    for endpoint in os_runtime::endpoints() {
        let is_plain = endpoint.method == Method::GET && !endpoint.path.contains('{');
        let needs_more = endpoint.path.ends_with("cloud-connection/installation");
        if is_plain && !endpoint.page && !endpoint.unsupported && !needs_more {
            reference.check(&owner, ("GET", endpoint.path), endpoint.path, Value::Null).await;
            checked += 1;
        }
    }
    assert!(checked >= 20, "{checked}");
}

#[tokio::test]
async fn responses_about_packages_and_metadata_match_their_schemas() {
    let app = App::new().await;
    let owner = app.owner().await;
    let reference = Reference(os_runtime::openapi());
    let install = json!({"manifest": example("crm/1.1.0"), "seedSampleData": true});
    reference.check(&owner, ("POST", INSTALLED), INSTALLED, install).await;
    let installed = owner.get(INSTALLED).await.data();
    let id = installed["items"][0]["manifestId"].as_str().unwrap().to_owned();
    let meta = owner.get("/api/v1/meta/object").await.json();
    let objects = meta["items"].as_array().unwrap();
    let own = objects.iter().find(|it| it["_packageId"] == id.as_str()).unwrap();
    let object = own["name"].as_str().unwrap();
    let fill = |path: &str| {
        let path = path.replace("{package}", &id).replace("{object}", object);
        path.replace("{type}", "object").replace("{name}", object).replace("{locale}", "en")
    };
    let none = || Value::Null;
    for (method, path, body) in [
        ("GET", "/api/v1/packages/{package}", none()),
        ("GET", "/api/v1/packages/{package}/export", none()),
        ("GET", "/api/v1/packages/{package}/commits", none()),
        ("PATCH", "/api/v1/packages/{package}/disable", json!({})),
        ("PATCH", "/api/v1/packages/{package}/enable", json!({})),
        ("GET", "/api/v1/meta/{type}", none()),
        ("GET", "/api/v1/meta/{type}/{name}", none()),
        ("GET", "/api/v1/meta/{type}/{name}/published", none()),
        ("GET", "/api/v1/meta/{type}/{name}/references", none()),
        ("GET", "/api/v1/meta/{type}/{name}/history", none()),
        ("GET", "/api/v1/meta/{type}/{name}/diff", none()),
        ("GET", "/api/v1/i18n/translations/{locale}", none()),
        ("GET", "/api/v1/i18n/labels/{object}/{locale}", none()),
        ("POST", "/api/v1/marketplace/install-local/{package}/purge-sample-data", json!({})),
        ("POST", "/api/v1/marketplace/install-local/{package}/reseed-sample-data", json!({})),
        ("DELETE", "/api/v1/marketplace/install-local/{package}", none()),
    ] {
        reference.check(&owner, (method, path), &fill(path), body).await;
    }
    for (kind, path) in [("package", "/api/v1/meta/{type}"), ("view", "/api/v1/meta/{type}")] {
        reference.check(&owner, ("GET", path), &format!("/api/v1/meta/{kind}"), none()).await;
    }
    let again = json!({"manifest": example("crm/1.1.0"), "overwrite": true});
    reference.check(&owner, ("POST", "/api/v1/packages"), "/api/v1/packages", again).await;
    for shape in ["list", "form"] {
        let path = "/api/v1/ui/view/{object}/{shape}";
        let url = format!("/api/v1/ui/view/{object}/{shape}");
        reference.check(&owner, ("GET", path), &url, none()).await;
    }
    let path = "/api/v1/packages/{package}";
    reference.check(&owner, ("DELETE", path), &fill(path), none()).await;
}

#[tokio::test]
async fn responses_about_records_match_their_schemas() {
    let app = App::new().await;
    let owner = app.owner().await;
    let object = os_test::runtime::object("book_page", &["title", "text"]);
    owner.installs(&os_test::runtime::package("book", "1.0.0", json!([object]))).await;
    let reference = Reference(os_runtime::openapi());
    let list = "/api/v1/data/{object}";
    let at = |path: &str| path.replace("{object}", "book_page");
    let make = json!({"title": "One", "id": "is-mine"});
    reference.check(&owner, ("POST", list), &at(list), make).await;
    let id = owner.made("book_page", json!({"title": "Two"})).await;
    let none = || Value::Null;
    for (method, rest, body) in [
        ("GET", "", none()),
        ("POST", "/query", json!({"sort": "title"})),
        ("POST", "/query", json!({"groupBy": ["title"], "aggregations": [{"function": "count"}]})),
        ("POST", "/createMany", json!([{"title": "Three"}])),
        ("POST", "/updateMany", json!({"records": [{"id": id, "data": {"text": "x"}}]})),
        (
            "POST",
            "/batch",
            json!({"operation": "create", "records": [{"data": {"title": "Four"}}]}),
        ),
        (
            "POST",
            "/batch",
            json!({"operation": "update", "records": [{"id": "missing", "data": {}}]}),
        ),
        ("POST", "/deleteMany", json!({"ids": ["missing"]})),
    ] {
        let path = format!("{list}{rest}");
        reference.check(&owner, (method, &path), &at(&path), body).await;
    }
    let one = "/api/v1/data/{object}/{id}";
    let at = |path: &str| at(path).replace("{id}", &id);
    reference.check(&owner, ("GET", one), &at(one), none()).await;
    reference.check(&owner, ("PATCH", one), &at(one), json!({"text": "y"})).await;
    let clone = format!("{one}/clone");
    reference.check(&owner, ("POST", &clone), &at(&clone), json!({})).await;
    reference.check(&owner, ("DELETE", one), &at(one), none()).await;
    let steps = json!({"operations": [
        {"object": "book_page", "action": "create", "data": {"title": "Five"}}]});
    reference.check(&owner, ("POST", "/api/v1/batch"), "/api/v1/batch", steps).await;
}

#[tokio::test]
async fn responses_about_files_and_the_registry_match_their_schemas() {
    // A start of another runtime in the same folder would remove the bytes on their way.
    let folder = tempfile::tempdir().unwrap();
    let app = App::with(|config| config.home = folder.path().to_owned()).await;
    let owner = app.owner().await;
    let reference = Reference(os_runtime::openapi());
    let presign = format!("{STORAGE}/upload/presigned");
    let announced = announcement("a.txt", "text/plain", 3);
    reference.check(&owner, ("POST", &presign), &presign, announced).await;
    let presigned = owner.presign("a.txt", "text/plain", 3).await;
    let sent = owner.send_to(&presigned, b"abc").await.success();
    let send = &reference.0["paths"]["/api/v1/storage/_local/raw/{token}"]["put"];
    let schema = &send["responses"]["2XX"]["content"]["application/json"]["schema"];
    reference.validate(schema, &sent, "PUT of bytes");
    let id = presigned["fileId"].as_str().unwrap();
    let complete = format!("{STORAGE}/upload/complete");
    reference.check(&owner, ("POST", &complete), &complete, json!({"fileId": id})).await;
    let link = "/api/v1/storage/files/{file}/url";
    let url = link.replace("{file}", id);
    reference.check(&owner, ("GET", link), &url, Value::Null).await;
    let chunked = format!("{STORAGE}/upload/chunked");
    let start = json!({"filename": "b.txt", "mimeType": "text/plain", "totalSize": 3});
    reference.check(&owner, ("POST", &chunked), &chunked, start.clone()).await;
    let upload = owner.post(&chunked, start).await.data()["uploadId"].clone();
    let progress = "/api/v1/storage/upload/chunked/{upload}/progress";
    let url = progress.replace("{upload}", upload.as_str().unwrap());
    reference.check(&owner, ("GET", progress), &url, Value::Null).await;
    let file = "/api/v1/storage/files/{file}";
    reference.check(&owner, ("DELETE", file), &file.replace("{file}", id), Value::Null).await;

    let publish = "/api/v1/packages/publish";
    let version = json!({"manifest": {"id": "crm", "version": "1.0.0"}, "metadata": {}});
    reference.check(&owner, ("POST", publish), publish, version).await;
    let one = "/api/v1/registry/packages/{id}";
    let url = one.replace("{id}", "crm");
    reference.check(&owner, ("GET", one), &url, Value::Null).await;
    reference.check(&owner, ("DELETE", one), &url, Value::Null).await;
}
