//! The pages of the control plane, as a browser without JavaScript uses them.

use crate::browser::{Browser, CRM, place, to};
use crate::world::control_plane;
use axum::http::{Method, header};
use os_test::control::bundle;
use serde_json::json;

#[tokio::test]
async fn the_first_visitor_makes_an_account_and_lands_among_the_environments() {
    let app = control_plane().await;
    let mut browser = Browser::new(&app);
    assert_eq!(to(&browser.get("/").await), "/sign-up");
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", "correct horse")];
    assert_eq!(to(&browser.submit("/sign-up", &fields).await), "/");
    assert_eq!(to(&browser.get("/").await), "/environments");
    let page = browser.get("/environments").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("ada@example.com"));

    let page = browser.submitted("/sign-out", &[]).await;
    assert!(page.text().contains("You are signed out."));
    assert_eq!(to(&browser.get("/environments").await), "/sign-in?next=%2Fenvironments");
}

#[tokio::test]
async fn signing_in_leads_back_to_where_one_wanted_to_go_and_nowhere_else() {
    let app = control_plane().await;
    let mut browser = Browser::new(&app);
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", "correct horse")];
    browser.submit("/sign-up", &fields).await;
    browser.submit("/sign-out", &[]).await;

    let wrong = [("email", "ada@example.com"), ("password", "wrong horse")];
    let refused = browser.submit("/sign-in", &wrong).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("value=\"ada@example.com\""), "{}", refused.text());
    for (next, expected) in [
        ("%2Fkeys%3Fa%3Db", "/keys?a=b"),
        ("%2F%2Fevil.example", "/"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%2F%0d%0aset-cookie:a=b", "/"),
    ] {
        browser.cookies.clear();
        let url = format!("/sign-in?next={next}");
        assert_eq!(to(&browser.submit(&url, &fields[1..]).await), expected, "{next}");
    }
}

#[tokio::test]
async fn every_page_is_shown_to_a_member_and_sends_strangers_to_the_sign_in_page() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    ada.submitted(&place.url(&format!("/install/{CRM}")), &[("version", "1.0.0")]).await;
    let pages = [
        "/environments",
        "/environments/new",
        &place.url(""),
        &place.url("/install"),
        &place.url(&format!("/packages/{CRM}")),
        &place.url(&format!("/packages/{CRM}/upgrade")),
        &place.url(&format!("/packages/{CRM}/disable")),
        &place.url(&format!("/packages/{CRM}/uninstall")),
        &place.url(&format!("/packages/{CRM}/settings")),
        &place.url("/generations"),
        &place.url("/generations/1"),
        &place.url("/generations/1/restore"),
        &place.url("/generations/compare?from=1&to=1"),
        &place.url("/events"),
        &place.url("/members"),
        &place.url("/runtimes"),
        &place.url("/settings"),
        &place.url("/delete"),
        "/packages",
        "/packages?q=crm",
        "/packages/new",
        "/packages/com.acme.crm",
        "/packages/com.acme.crm/edit",
        "/packages/com.acme.crm/delete",
        "/packages/com.acme.crm/versions/1.0.0",
        "/packages/com.acme.crm/versions/1.0.0/deprecate",
        "/marketplace/com.acme.crm/install",
        "/reviews",
        "/reviews/com.acme.crm/1.0.0",
        "/keys",
        "/organization",
        "/events",
        "/events?package=com.acme.crm",
        "/device",
    ];
    let mut stranger = Browser::new(&place.app);
    for page in pages {
        let shown = ada.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.text());
        assert!(shown.text().contains("<h1>"), "{page} has no heading");
        let policy = shown.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{page}");
        assert!(!shown.text().contains(" style="), "{page} has a style that the policy forbids");
        let sent = stranger.get(page).await;
        assert_eq!(sent.status, 303, "{page}: {}", sent.text());
        assert!(to(&sent).starts_with("/sign-in"), "{page}: {}", to(&sent));
    }
    for page in ["/marketplace", "/sign-in", "/static/console.css", "/static/console.js"] {
        assert_eq!(stranger.get(page).await.status, 200, "{page}");
    }
}

#[tokio::test]
async fn a_package_is_installed_upgraded_and_rolled_back_by_forms() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let base = place.url(&format!("/packages/{CRM}"));
    let install = place.url(&format!("/install/{CRM}"));
    let page = ada.submitted(&install, &[("version", "1.0.0")]).await;
    assert!(page.text().contains("1.0.0 is installed in the environment."), "{}", page.text());
    assert!(!ada.get(&base).await.text().contains("is installed in"), "it is said once");

    let before = place.installed().await;
    let asked = ada.get(&format!("{base}/upgrade")).await;
    assert!(asked.text().contains("<del>1.0.0</del>"), "{}", asked.text());
    assert!(asked.text().contains("<ins>1.1.0</ins>"));
    assert_eq!(place.installed().await, before, "a question changes nothing");

    let seen = before["package_version_id"].as_str().unwrap();
    ada.submitted(&format!("{base}/upgrade"), &[("version", "1.1.0"), ("expected", seen)]).await;
    assert_eq!(place.installed().await["version"], "1.1.0");
    let late = [("version", "1.1.0"), ("expected", seen)];
    assert_eq!(ada.submit(&format!("{base}/upgrade"), &late).await.status, 409);

    ada.submitted(&format!("{base}/rollback"), &[("version", seen)]).await;
    assert_eq!(place.installed().await["version"], "1.0.0");
    ada.submitted(&place.url("/generations/2/restore"), &[("expected_current", "3")]).await;
    assert_eq!(place.installed().await["version"], "1.1.0");
    ada.submitted(&format!("{base}/disable"), &[]).await;
    assert_eq!(place.installed().await["status"], "disabled");
    ada.submitted(&format!("{base}/uninstall"), &[]).await;
    assert_eq!(ada.get(&base).await.status, 404);
    let moves = "SELECT COUNT(*) FROM sys_package_installation_history";
    assert_eq!(place.app.count(moves).await, 6);
}

#[tokio::test]
async fn an_upgrade_offers_what_admission_lets_in_and_says_why_not_the_rest() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let upgrade = place.url(&format!("/packages/{CRM}/upgrade"));
    ada.submitted(&place.url(&format!("/install/{CRM}")), &[("version", "1.0.0")]).await;
    let mut needy = bundle(CRM, "1.2.0");
    needy["manifest"]["dependencies"] = json!({"com.acme.base": "^1.0.0"});
    let (url, body) =
        (os_test::control::versions(CRM), json!({"version": "1.2.0", "bundle": needy}));
    place.ada.post(&url, body).await.data();
    place.ada.publish(CRM, "1.3.0-rc.1").await.data();
    let text = ada.get(&upgrade).await.text().to_owned();
    let parts = ["<ins>1.1.0</ins>", "<code>1.2.0</code>: ", "com.acme.base"];
    assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    assert!(!text.contains("1.3.0-rc.1"), "{text}");
    ada.submitted(&upgrade, &[("version", "1.1.0")]).await;
    let refused = ada.get(&upgrade).await;
    assert!(refused.status == 422 && refused.text().contains("com.acme.base"));
}

#[tokio::test]
async fn settings_have_fields_from_the_schema_and_secrets_are_never_shown() {
    let place = place().await;
    let mut bundle = bundle(CRM, "1.2.0");
    bundle["manifest"]["configurationSchema"] = json!({
        "type": "object", "required": ["currency"], "additionalProperties": false,
        "properties": {
            "currency": { "type": "string", "enum": ["EUR", "USD"], "title": "Currency" },
            "limit": { "type": "integer", "minimum": 1 },
            "token": { "type": "string", "writeOnly": true },
        },
    });
    let body = json!({ "version": "1.2.0", "bundle": bundle });
    place.ada.post(&format!("/api/v1/cloud/packages/{CRM}/versions"), body).await.data();
    let mut ada = Browser::of(&place.app, &place.ada);
    let install = place.url(&format!("/install/{CRM}"));
    let fields = [
        ("version", "1.2.0"),
        ("setting.currency", "EUR"),
        ("setting.limit", "0"),
        ("setting.token", "s3cret"),
    ];
    let refused = ada.submit(&install, &fields).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("limit"), "{}", refused.text());
    let fields = [fields[0], fields[1], ("setting.limit", "3"), fields[3]];
    ada.submitted(&install, &fields).await;
    assert_eq!(place.installed().await["settings"], json!({ "currency": "EUR", "limit": 3 }));

    let url = place.url(&format!("/packages/{CRM}/settings"));
    let form = ada.get(&url).await;
    assert!(!form.text().contains("s3cret"), "{}", form.text());
    let changed = [("setting.currency", "USD"), ("setting.limit", "4"), ("setting.token", "")];
    ada.submitted(&url, &changed).await;
    assert_eq!(place.installed().await["settings"], json!({ "currency": "USD", "limit": 4 }));
    let kept = "SELECT COUNT(*) FROM sys_package_installation WHERE settings LIKE '%s3cret%'";
    assert_eq!(place.app.count(kept).await, 1);
}

#[tokio::test]
async fn a_device_is_approved_by_form_after_signing_in() {
    let place = place().await;
    let code = place.app.anonymous();
    let code = code.post("/api/v1/auth/device/code", json!({ "client_id": "os-cli" })).await.json();
    let url = format!("/device?user_code={}", code["user_code"].as_str().unwrap());
    let mut browser = Browser::new(&place.app);
    let sent = browser.get(&url).await;
    assert!(to(&sent).starts_with("/sign-in?next=%2Fdevice%3Fuser_code%3D"), "{}", to(&sent));

    let mut ada = Browser::of(&place.app, &place.ada);
    let page = ada.get(&url).await;
    assert!(page.text().contains("os-cli"), "{}", page.text());
    let fields = [("user_code", code["user_code"].as_str().unwrap()), ("decision", "approve")];
    let done = ada.submit("/device", &fields).await;
    assert!(done.text().contains("<h1>Connected</h1>"), "{}", done.text());
    assert_eq!(ada.submit("/device", &fields).await.status, 400, "a code is decided on once");
    let poll = json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": code["device_code"], "client_id": "os-cli",
    });
    let token = place.app.anonymous().post("/api/v1/auth/device/token", poll).await.json();
    let cli = place.app.bearer(token["access_token"].as_str().unwrap());
    let me = cli.get("/api/v1/auth/get-session").await.json();
    assert_eq!(me["user"]["email"], "ada@example.com");
    assert_eq!(ada.get("/device?user_code=NOSUCHCD").await.status, 400);
}

#[tokio::test]
async fn forms_of_other_sites_change_nothing() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let install = place.url(&format!("/install/{CRM}"));
    for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
        ada.origin = origin;
        for url in [install.as_str(), "/keys", "/sign-out", "/packages/new", "/sign-in"] {
            let refused = ada
                .submit(url, &[("version", "1.0.0"), ("email", "a@b.c"), ("password", "x")])
                .await;
            assert_eq!(refused.status, 403, "{origin} {url}: {}", refused.text());
            assert!(refused.text().contains("INVALID_ORIGIN"));
        }
    }
    assert_eq!(place.app.count("SELECT COUNT(*) FROM sys_package_installation").await, 0);
    assert_eq!(place.app.count("SELECT COUNT(*) FROM sys_session").await, 1);
}

#[tokio::test]
async fn user_text_is_shown_and_never_run() {
    let place = place().await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    let readme = format!("# Hi\n{evil}\n[click](javascript:alert(1)) ![x](javascript:alert(1))");
    let body = json!({ "display_name": evil, "description": evil, "tagline": "<b>x", "category": "<b>", "readme": readme, "tags": ["<b>"], "license": "<b>" });
    place.ada.patch(&format!("/api/v1/cloud/packages/{CRM}"), body).await.data();
    let notes =
        json!({ "version": "2.0.0", "bundle": bundle(CRM, "2.0.0"), "release_notes": readme });
    place.ada.post(&format!("/api/v1/cloud/packages/{CRM}/versions"), notes).await.data();
    let url = format!("/api/v1/cloud/environments/{}", place.environment);
    place.ada.patch(&url, json!({ "display_name": evil })).await.data();
    let mut ada = Browser::of(&place.app, &place.ada);
    ada.submitted(&place.url(&format!("/install/{CRM}")), &[("version", "1.0.0")]).await;
    let key = [("name", evil), ("read", "true"), ("days", "30")];
    assert_eq!(ada.submit("/keys", &key).await.status, 201);

    for page in [
        "/environments",
        &place.url(""),
        &place.url("/events"),
        &place.url("/settings"),
        &place.url("/generations"),
        &place.url(&format!("/packages/{CRM}")),
        &place.url(&format!("/packages/{CRM}/upgrade")),
        &place.url(&format!("/install/{CRM}")),
        "/packages",
        "/packages/com.acme.crm",
        "/packages/com.acme.crm/edit",
        "/packages/com.acme.crm/versions/2.0.0",
        "/marketplace/com.acme.crm",
        "/keys",
        "/events",
        "/environments/%3Cscript%3E",
        "/packages?q=%3Cscript%3E",
        "/nothing/%3Cscript%3E",
    ] {
        let shown = ada.get(page).await;
        let text = shown.text();
        for bad in ["<script>", "<img src=x", "href=\"javascript:", "src=\"javascript:", "<b>"] {
            assert!(!text.contains(bad), "{page} has {bad}: {text}");
        }
    }
    let shown = ada.get("/packages/com.acme.crm").await;
    assert!(shown.text().contains("&#60;script&#62;"), "{}", shown.text());
}

#[tokio::test]
async fn a_key_is_shown_once_and_ends_when_it_is_revoked() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    assert_eq!(ada.submit("/keys", &[("name", "CI"), ("days", "30")]).await.status, 400);
    let made = ada.submit("/keys", &[("name", "CI"), ("days", "30"), ("read", "true")]).await;
    let start = made.text().find("<code>osk_").unwrap() + "<code>".len();
    let key = &made.text()[start..start + 47];
    let program = place.app.bearer(key);
    assert_eq!(program.get("/api/v1/cloud/packages").await.status, 200);
    assert!(!ada.get("/keys").await.text().contains(key));

    let list = place.ada.get("/api/v1/data/sys_api_key").await.json();
    let url = format!("/keys/{}/revoke", list["records"][0]["id"].as_str().unwrap());
    assert!(ada.get(&url).await.text().contains("Revoke CI?"));
    ada.submitted(&url, &[]).await;
    assert_eq!(program.get("/api/v1/cloud/packages").await.status, 401);
}

#[tokio::test]
async fn a_refusal_is_a_page_for_people_and_json_for_programs() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let page = ada.get("/packages/com.acme.nothing").await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("PACKAGE_NOT_FOUND"), "{}", page.text());
    let request = page.headers["x-request-id"].to_str().unwrap();
    assert!(page.text().contains(request), "the page names the request");
    let program = [("accept", "application/json")];
    let response =
        place.ada.send(Method::GET, "/packages/com.acme.nothing", &program, Vec::new()).await;
    assert_eq!(response.refusal(), (404, "PACKAGE_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn static_files_are_cached_by_browsers() {
    let app = control_plane().await;
    let first = app.anonymous().get("/static/console.css").await;
    let etag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    assert!(first.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    let headers = [("if-none-match", etag.as_str())];
    let again =
        app.anonymous().send(Method::GET, "/static/console.css", &headers, Vec::new()).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(app.anonymous().get("/static/../Cargo.toml").await.status, 404);
}

#[tokio::test]
async fn a_package_is_registered_and_its_icon_uploaded_by_forms() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let form = [("display_name", "Desk"), ("manifest_id", "com.acme.Desk"), ("visibility", "org")];
    let refused = ada.submit("/packages/new", &form).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("value=\"com.acme.Desk\""), "what was typed stays");
    let form = [form[0], ("manifest_id", "com.acme.desk"), form[2], ("version", "0.1.0")];
    let page = ada.submitted("/packages/new", &form).await;
    assert!(page.text().contains("0.1.0"), "{}", page.text());
    assert_eq!(ada.submit("/packages/new", &form).await.status, 409, "it is there already");

    let png = b"\x89PNG\r\n\x1a\nrest";
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"icon\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
    body.extend_from_slice(png);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=x"), ("accept", "text/html")];
    let url = "/packages/com.acme.desk/icon";
    let sent = place.ada.send(Method::POST, url, &headers, body).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let package = place.ada.get("/api/v1/cloud/packages/com.acme.desk").await.data();
    assert!(
        package["package"]["icon_url"].as_str().unwrap().starts_with("/icons/com.acme.desk.png")
    );
}

#[tokio::test]
async fn a_version_is_listed_through_the_review_forms() {
    let app = control_plane().await;
    let ada = app.admin("ada").await;
    let acme = app.organization("acme", &[(&ada, "owner")]).await;
    ada.list_package(CRM, acme).await.data();
    ada.publish(CRM, "1.0.0").await.data();
    let mut browser = Browser::of(&app, &ada);
    browser.submitted("/packages/com.acme.crm/versions/1.0.0/submit", &[]).await;
    assert!(browser.get("/reviews").await.text().contains(CRM));
    let nothing = browser.submit("/reviews/com.acme.crm/1.0.0/reject", &[]).await;
    assert_eq!(nothing.status, 400, "a rejection says why");
    browser.submitted("/reviews/com.acme.crm/1.0.0/approve", &[]).await;
    let page = Browser::new(&app).get("/marketplace/com.acme.crm").await;
    assert_eq!(page.status, 200, "{}", page.text());
    browser.submitted("/packages/com.acme.crm/versions/1.0.0/unlist", &[]).await;
    assert_eq!(Browser::new(&app).get("/marketplace/com.acme.crm").await.status, 404);
}

#[tokio::test]
async fn the_runtimes_of_an_environment_say_which_generation_they_run() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let body = json!({ "name": "box", "environment_id": place.environment });
    let bound = place.ada.post("/api/v1/cloud-connection/bind", body).await.data();
    let runtime = place.app.bearer(bound["runtime_token"].as_str().unwrap());
    let url = format!("/api/v1/cloud/environments/{}/observed", place.environment);
    for generation in ["generation 0", "generation 1"] {
        let number: i64 = generation.rsplit(' ').next().unwrap().parse().unwrap();
        let observed = json!({ "generation": number, "packages": [] });
        runtime.post(&url, observed).await.data();
        let page = ada.get(&place.url("/runtimes")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        for part in ["box", generation, "Revoke"] {
            assert!(page.text().contains(part), "{part}: {}", page.text());
        }
        let environment: uuid::Uuid = place.environment.parse().unwrap();
        place.ada.install(environment, CRM, "1.0.0").await;
    }
}

#[tokio::test]
async fn an_environment_without_a_runtime_says_that_nothing_runs() {
    let place = place().await;
    let mut ada = Browser::of(&place.app, &place.ada);
    let install = place.url(&format!("/install/{CRM}"));
    let installed = ada.submitted(&install, &[("version", "1.0.0")]).await;
    assert!(installed.text().contains("Nothing runs yet: no runtime is connected."));
    for page in [place.url(""), place.url(&format!("/packages/{CRM}"))] {
        let page = ada.get(&page).await;
        let note =
            "No runtime is connected to this environment; it will be applied when one connects.";
        assert!(page.text().contains(note), "{}", page.text());
        assert!(page.text().contains(">no runtime</span>"), "{}", page.text());
        assert!(!page.text().contains(">installed</span>"), "{}", page.text());
    }
    let row = place.installed().await;
    assert_eq!(row["status"], "installed");
    assert!(row["status_note"].as_str().unwrap().contains("no runtime is connected"), "{row}");
}
