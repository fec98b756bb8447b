//! The pages of a runtime, as a browser without JavaScript uses them.

use crate::world::{runtime, runtime_with};
use axum::http::Method;
use os_test::runtime::{App, Client};
use os_test::{PASSWORD, Response};
use serde_json::{Value, json};

/// A browser: it has a cookie, and says where it comes from.
struct Browser {
    user: Client,
    cookie: String,
}

impl Browser {
    /// Signs in as the owner, over the form.
    async fn of_owner(app: &App) -> Self {
        app.owner().await;
        let mut browser = Self { user: app.anonymous(), cookie: String::new() };
        let answer = browser.submit("/sign-in", &sign_in(PASSWORD)).await;
        assert_eq!((answer.status, location(&answer)), (303, "/"));
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }

    async fn get(&self, path: &str) -> Response {
        self.user.send(Method::GET, path, &[("cookie", &self.cookie)], Vec::new()).await
    }

    async fn submit(&self, path: &str, form: &str) -> Response {
        let kind = "application/x-www-form-urlencoded";
        self.send(path, "http://localhost", kind, form.as_bytes().to_vec()).await
    }

    async fn upload(&self, artifact: &Value) -> Response {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"artifact\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{artifact}\r\n--x--\r\n"
        );
        let kind = "multipart/form-data; boundary=x";
        self.send("/installed", "http://localhost", kind, body.into_bytes()).await
    }

    async fn send(&self, path: &str, origin: &str, kind: &str, body: Vec<u8>) -> Response {
        let headers = [("cookie", &*self.cookie), ("origin", origin), ("content-type", kind)];
        self.user.send(Method::POST, path, &headers, body).await
    }
}

fn sign_in(password: &str) -> String {
    format!("email=owner%40example.com&password={}", password.replace(' ', "+"))
}

fn location(answer: &Response) -> &str {
    answer.headers.get("location").map_or("", |it| it.to_str().unwrap())
}

fn artifact(id: &str, namespace: &str, dependencies: Value) -> Value {
    let names: Vec<Value> =
        (0..30).map(|at| json!({"name": format!("<b>Thing {at:02}</b>")})).collect();
    let object = format!("{namespace}_thing");
    json!({
        "manifest": {"id": id, "version": "1.0.0", "name": format!("The {namespace}"), "namespace": namespace, "dependencies": dependencies},
        "objects": [{"name": object, "label": "Thing", "fields": {"name": {"type": "text", "label": "Called"}, "note": {"type": "text"}}}],
        "data": [{"object": object, "externalId": "name", "records": names}],
    })
}

#[tokio::test]
async fn visitors_sign_in_and_return_to_their_page() {
    let app = runtime().await;
    assert_eq!(location(&app.anonymous().get("/").await), "/sign-up");
    app.owner().await;
    assert_eq!(location(&app.anonymous().get("/").await), "/sign-in");
    for path in ["/installed", "/objects", "/objects/aa_thing", "/installed/com.acme.a/uninstall"] {
        let answer = app.anonymous().get(path).await;
        let next = format!("/sign-in?next={}", path.replace('/', "%2F"));
        assert_eq!((answer.status, location(&answer)), (303, &*next), "{path}");
    }
    let browser = Browser { user: app.anonymous(), cookie: String::new() };
    let wrong = browser.submit("/sign-in?next=%2Fobjects", &sign_in("wrong")).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("Invalid email or password"), "{}", wrong.text());
    let right = browser.submit("/sign-in?next=%2Fobjects", &sign_in(PASSWORD)).await;
    assert_eq!(location(&right), "/objects");
    let elsewhere = browser.submit("/sign-in?next=%2F%2Fevil.test", &sign_in(PASSWORD)).await;
    assert_eq!(location(&elsewhere), "/");
}

#[tokio::test]
async fn the_first_account_is_created_on_a_page() {
    let app = runtime().await;
    let browser = Browser { user: app.anonymous(), cookie: String::new() };
    let form = "name=Ada&email=ada%40example.com&password=correct+horse";
    let answer = browser.submit("/sign-up", form).await;
    assert_eq!((answer.status, location(&answer)), (303, "/"));
    let second = browser.submit("/sign-up", &form.replace("ada", "bob")).await;
    assert_eq!(second.status, 403);
    assert!(second.text().contains("registration is closed"), "{}", second.text());
}

#[tokio::test]
async fn a_package_is_uploaded_disabled_enabled_and_uninstalled() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    assert!(owner.get("/installed").await.text().contains("Nothing is installed"));
    let answer = owner.upload(&artifact("com.acme.a", "aa", json!({}))).await;
    assert_eq!((answer.status, location(&answer)), (303, "/installed"));
    owner.upload(&artifact("com.acme.b", "bb", json!({"com.acme.a": "*"}))).await;
    let page = owner.get("/installed").await;
    assert!(page.text().contains("The aa") && page.text().contains("com.acme.b"));

    let needed = owner.submit("/installed/com.acme.a/disable", "").await;
    assert_eq!(needed.status, 409);
    assert!(needed.text().contains("com.acme.b 1.0.0"), "{}", needed.text());
    let disabled = owner.submit("/installed/com.acme.b/disable", "").await;
    assert_eq!(location(&disabled), "/installed");
    assert!(owner.get("/installed").await.text().contains("disabled"));
    owner.submit("/installed/com.acme.b/enable", "").await;
    assert!(!owner.get("/installed").await.text().contains("disabled"));

    let question = owner.get("/installed/com.acme.b/uninstall").await;
    assert!(question.text().contains("Uninstall The bb?"), "{}", question.text());
    assert_eq!(location(&owner.submit("/installed/com.acme.b/uninstall", "").await), "/installed");
    assert!(!owner.get("/installed").await.text().contains("com.acme.b"));
    assert_eq!(owner.get("/installed/com.acme.b/uninstall").await.status, 404);
}

#[tokio::test]
async fn a_refused_install_is_shown_on_a_page() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    let missing =
        owner.upload(&artifact("com.acme.b", "bb", json!({"com.acme.a": "^2.0.0"}))).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("com.acme.a ^2.0.0"), "{}", missing.text());
    assert_eq!(missing.headers["content-type"], "text/html; charset=utf-8");
    let nothing = owner.send("/installed", "http://localhost", "text/plain", Vec::new()).await;
    assert_eq!(nothing.status, 400);
    assert!(app.count("SELECT COUNT(*) FROM sys_ledger").await == 0);
}

#[tokio::test]
async fn records_are_shown_page_by_page_and_escaped() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    owner.upload(&artifact("com.acme.a", "aa", json!({}))).await;
    assert!(owner.get("/objects").await.text().contains(r#"href="/objects/aa_thing""#));
    let first = owner.get("/objects/aa_thing").await;
    let text = first.text();
    assert!(text.contains("1 to 25 of 30") && text.contains("?from=25"), "{text}");
    assert!(text.contains("<th>Called</th>") && !text.contains("<b>Thing"), "{text}");
    let last = owner.get("/objects/aa_thing?from=25").await;
    assert!(last.text().contains("26 to 30 of 30") && last.text().contains("?from=0"));

    let link = text.split(r#"<td><a href=""#).nth(1).unwrap().split('"').next().unwrap();
    let record = owner.get(link).await;
    assert_eq!(record.status, 200, "{link}");
    assert!(record.text().contains("<dt>Called</dt>"), "{}", record.text());
    for path in ["/objects/nothing", "/objects/aa_thing/nothing", "/objects/aa_thing?from=x"] {
        let answer = owner.get(path).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn only_the_owner_changes_and_only_from_our_own_pages() {
    let app = runtime_with(|config| config.open_registration = true).await;
    let owner = Browser::of_owner(&app).await;
    owner.upload(&artifact("com.acme.a", "aa", json!({}))).await;
    let path = "/installed/com.acme.a/uninstall";
    let kind = "application/x-www-form-urlencoded";
    let forged = owner.send(path, "https://evil.test", kind, Vec::new()).await;
    assert_eq!(forged.status, 403);
    let bob = app.register("bob").await;
    assert_eq!(bob.send(Method::POST, path, &[], Vec::new()).await.status, 403);
    assert!(!bob.get("/installed").await.text().contains("Disable"));
    assert!(owner.get("/installed").await.text().contains("com.acme.a"));
}

#[tokio::test]
async fn pages_say_what_they_may_load_and_files_are_kept() {
    let app = runtime().await;
    app.owner().await;
    let page = app.anonymous().get("/sign-in").await;
    assert!(
        page.headers["content-security-policy"].to_str().unwrap().contains("default-src 'self'")
    );
    assert_eq!(page.headers["x-frame-options"], "DENY");
    let file = app.anonymous().get("/static/console.css").await;
    assert_eq!(file.status, 200);
    let etag = [("if-none-match", file.headers["etag"].to_str().unwrap())];
    let again = app.anonymous().send(Method::GET, "/static/console.css", &etag, Vec::new()).await;
    assert_eq!(again.status, 304);
    assert_eq!(app.anonymous().get("/static/nothing").await.status, 404);
}

#[tokio::test]
async fn an_install_that_left_something_out_says_so() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    let mut artifact = artifact("com.acme.a", "aa", json!({}));
    artifact["flows"] = json!([{"name": "aa_greet", "label": "Greet", "type": "autolaunched"}]);
    let page = owner.upload(&artifact).await;
    assert_eq!(page.status, 201, "{}", page.text());
    for part in ["com.acme.a 1.0.0 is installed.", "30 new", "Not running", "flow"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
}

#[tokio::test]
async fn a_page_folds_what_has_no_effect() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    let mut artifact = artifact("com.acme.crm", "crm", json!({}));
    artifact["flows"] = json!([{"name": "crm_one"}, {"name": "crm_two"}]);
    artifact["jobs"] = json!([{"name": "crm_job"}]);
    let page = owner.upload(&artifact).await;
    assert_eq!(page.status, 201);
    let said = "flows[0]: has no effect here, nor in another place: flows do not run";
    assert_eq!(page.text().matches(said).count(), 1, "{}", page.text());
    assert!(!page.text().contains("<summary>"), "two lines are short");

    artifact["manifest"]["version"] = json!("1.1.0");
    for kind in ["hooks", "webhooks", "tools", "skills"] {
        artifact[kind] = json!([{"name": "crm_thing"}]);
    }
    let page = owner.upload(&artifact).await;
    let folded = "<summary>6 declared properties have no effect here</summary>";
    assert!(page.text().contains(folded), "{}", page.text());
    assert_eq!(page.text().matches(said).count(), 1);
}

#[tokio::test]
async fn objects_of_packages_come_before_those_of_the_system() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    assert!(owner.get("/objects").await.text().contains("No package has records"));
    for (id, namespace) in [("com.acme.b", "bb"), ("com.acme.a", "aa")] {
        owner.upload(&artifact(id, namespace, json!({}))).await;
    }
    let page = owner.get("/objects").await;
    let text = page.text();
    let parts = ["<h2>The aa<", "/objects/aa_thing", "<h2>The bb<", "/objects/bb_thing"];
    let parts = parts.iter().chain(&["<h2>System<", "/objects/sys_user"]);
    let places: Vec<_> =
        parts.map(|part| text.find(part).unwrap_or_else(|| panic!("{part}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(
        text.matches("<h2>").count(),
        3,
        "one group for each package, and one for the system"
    );
}

#[tokio::test]
async fn a_record_shows_its_name_first_and_system_fields_last() {
    let app = runtime().await;
    let owner = Browser::of_owner(&app).await;
    owner.upload(&artifact("com.acme.a", "aa", json!({}))).await;
    let list = owner.get("/objects/aa_thing").await;
    let link = list.text().split(r#"<td><a href=""#).nth(1).unwrap().split('"').next().unwrap();
    let record = owner.get(link).await;
    let labels: Vec<_> =
        record.text().split("<dt>").skip(1).map(|it| it.split('<').next()).collect();
    assert_eq!(labels[..2], [Some("Called"), Some("note")], "{labels:?}");
    let at = record.text().split("<dt>Created at</dt><dd>").nth(1).unwrap();
    assert!(at[..23].ends_with(" UTC"), "{}", &at[..40]);
}
