//! What packages say, as clients read it.

use axum::http::Method;
use os_test::runtime::{App, example, object, package, with};
use serde_json::{Value, json};

const SYSTEM_FIELDS: [&str; 7] = [
    "organization_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owner_id",
    "owning_business_unit_id",
];

/// A package with an object, its views, and texts in two languages.
fn library() -> Value {
    let fields = json!({
        "title": {"type": "text", "label": "Title"},
        "state": {"type": "select", "options": [{"label": "Lent", "value": "lent"}]},
        "age": {"type": "formula"},
        "owner_id": {"type": "text", "label": "Librarian"},
    });
    let book = json!({
        "name": "lib_book", "label": "Book", "fields": fields,
        "actions": [{"name": "lend", "label": "Lend"}],
    });
    let views = json!([{
        "list": {"label": "All", "type": "grid", "data": {"object": "lib_book"}, "columns": ["title"]},
        "listViews": {
            "lent": {"label": "Lent", "type": "grid", "columns": ["title", "state"]},
        },
        "formViews": {"default": {"type": "simple", "sections": []}},
    }]);
    let artifact = package("lib", "1.0.0", json!([book]));
    let artifact = with(artifact, "views", views);
    let artifact = with(
        artifact,
        "apps",
        json!([{"name": "lib_app", "label": "Library",
        "navigation": [{"id": "books", "label": "Books", "type": "object", "objectName": "lib_book"}]}]),
    );
    with(
        artifact,
        "translations",
        json!([{
            "ja-JP": {
                "objects": {"lib_book": {
                    "label": "本",
                    "fields": {"title": {"label": "題名"}, "state": {"options": {"lent": "貸出中"}}},
                    "_actions": {"lend": {"label": "貸す"}},
                    "_views": {"lent": {"label": "貸出中の本"}},
                }},
                "apps": {"lib_app": {"navigation": {"books": {"label": "本棚"}}}},
            },
            "en": {"objects": {"lib_book": {"fields": {"title": {"label": "Title", "help": "On the cover"}}}}},
        }]),
    )
}

#[tokio::test]
async fn an_object_is_served_with_system_fields_provenance_and_a_tag() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&library()).await;
    let answer = owner.get("/api/v1/meta/object/lib_book").await;
    let body = answer.json();
    assert_eq!((answer.status, &body["type"]), (200, &json!("object")));
    let item = &body["item"];
    assert_eq!(item["_packageId"], "com.acme.lib");
    assert_eq!(item["_provenance"], "package");
    assert_eq!(item["_diagnostics"]["valid"], true);
    let names: Vec<&String> = item["fields"].as_object().unwrap().keys().collect();
    assert_eq!(
        names[..6],
        SYSTEM_FIELDS[..].iter().filter(|it| **it != "owner_id").collect::<Vec<_>>()
    );
    assert_eq!(names[6..], ["title", "state", "age", "owner_id"]);
    assert_eq!(item["fields"]["created_by"]["reference"], "sys_user");
    assert_eq!(item["fields"]["owner_id"]["label"], "Librarian");
    assert_eq!(body["sortability"]["fields"]["title"]["sortable"], true);
    assert_eq!(body["sortability"]["fields"]["age"]["sortable"], false);
    assert_eq!(body["editable"], false);
    assert_eq!(body["packageId"], "com.acme.lib");
    assert_eq!(answer.headers["cache-control"], "private, no-cache");

    let url = "/api/v1/meta/object/lib_book";
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let known = [("if-none-match", known.as_str())];
        let again = owner.send(Method::GET, url, &known, Vec::new()).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        assert_eq!(again.headers["etag"], tag.as_str());
    }
    let other = [("if-none-match", "\"other\"")];
    assert_eq!(owner.send(Method::GET, url, &other, Vec::new()).await.status, 200);

    let upgraded = package("lib", "1.1.0", json!([object("lib_book", &["title", "pages"])]));
    owner.installs(&upgraded).await;
    let known = [("if-none-match", tag.as_str())];
    let again = owner.send(Method::GET, url, &known, Vec::new()).await;
    assert_eq!(again.status, 200, "the next version has another tag");
    assert!(again.json()["item"]["fields"]["pages"].is_object());
}

#[tokio::test]
async fn types_are_known_in_the_singular_and_the_plural() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&library()).await;
    let types = owner.get("/api/v1/meta").await.json();
    assert_eq!(types, owner.get("/api/v1/meta/types").await.json());
    assert!(types["types"].as_array().unwrap().contains(&json!("sharing_rule")));
    assert_eq!(types["entries"][0]["supportsOverlay"], false);
    for (one, other) in [
        ("object/lib_book", "objects/lib_book"),
        ("app/lib_app", "apps/lib_app"),
        ("object?package=com.acme.lib", "objects?package=com.acme.lib"),
        ("sharing_rule", "sharingRules"),
    ] {
        let one = owner.get(&format!("/api/v1/meta/{one}")).await;
        let other = owner.get(&format!("/api/v1/meta/{other}")).await;
        assert_eq!((one.status, one.json()), (200, other.json()));
    }
    let none = owner.get("/api/v1/meta/flow?package=com.acme.lib").await.json();
    assert_eq!(none, json!({"type": "flow", "items": []}));
    let none = owner.get("/api/v1/meta/object?package=com.acme.nothing").await.json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn unknown_metadata_is_refused_by_name() {
    let app = App::new().await;
    let owner = app.owner().await;
    for (url, status, code) in [
        ("object/nothing", 404, "RESOURCE_NOT_FOUND"),
        ("nonsense/x", 404, "RESOURCE_NOT_FOUND"),
        ("package/com.acme.nothing", 404, "RESOURCE_NOT_FOUND"),
        ("view/nothing.list", 404, "RESOURCE_NOT_FOUND"),
        ("object/com.acme.nothing:x", 404, "RESOURCE_NOT_FOUND"),
        ("object/%27%3B%20DROP%20TABLE%20sys_user", 404, "RESOURCE_NOT_FOUND"),
        ("object/%E2%80%AE", 404, "RESOURCE_NOT_FOUND"),
        ("object/%E2%80%AE%00", 400, "VALIDATION_ERROR"),
        ("nonsense", 400, "INVALID_REQUEST"),
        ("object/nothing/published", 404, "RESOURCE_NOT_FOUND"),
        ("object/nothing/references", 404, "RESOURCE_NOT_FOUND"),
    ] {
        let answer = owner.get(&format!("/api/v1/meta/{url}")).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{url}");
        assert!(answer.json()["error"].is_string(), "the refusal is bare");
    }
    assert_eq!(app.anonymous().get("/api/v1/meta/object").await.status, 401);
    let answer = owner.json(Method::PUT, "/api/v1/meta/object/x", Some(json!({"name": "x"}))).await;
    assert_eq!(answer.refusal(), (501, "NOT_IMPLEMENTED".to_owned()));
    let answer = owner.delete("/api/v1/meta/object/x").await;
    assert_eq!(answer.refusal(), (501, "NOT_IMPLEMENTED".to_owned()));
}

#[tokio::test]
async fn names_are_looked_up_in_the_asking_package_first() {
    let app = App::new().await;
    let owner = app.owner().await;
    for namespace in ["aaa", "bbb"] {
        let name = format!("{namespace}_x");
        let pages = json!([{"name": "home", "label": namespace}]);
        let artifact = package(namespace, "1.0.0", json!([object(&name, &["a"])]));
        owner.installs(&with(artifact, "pages", pages)).await;
    }
    for (url, label) in [
        ("home", "aaa"),
        ("home?package=com.acme.bbb", "bbb"),
        ("home?package=com.acme.none", "aaa"),
        ("com.acme.bbb:home", "bbb"),
        ("com.acme.bbb%3Ahome?package=com.acme.aaa", "bbb"),
    ] {
        let page = owner.get(&format!("/api/v1/meta/page/{url}")).await.json();
        assert_eq!(page["item"]["label"], label, "{url}");
    }
    let all = owner.get("/api/v1/meta/page").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);

    owner.uninstall("com.acme.aaa").await.data();
    assert_eq!(owner.get("/api/v1/meta/page/home").await.json()["item"]["label"], "bbb");
    assert_eq!(owner.get("/api/v1/meta/object/aaa_x").await.status, 404);
}

#[tokio::test]
async fn views_of_a_container_have_names_of_their_own() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&library()).await;
    let views = owner.get("/api/v1/meta/view?package=com.acme.lib").await.json();
    let outcome = |view: &Value| {
        let text = |key: &str| view[key].as_str().unwrap_or_default().to_owned();
        (text("name"), text("viewKind"), view["isDefault"] == true)
    };
    let found: Vec<_> = views["items"].as_array().unwrap().iter().map(outcome).collect();
    let expected = [
        ("lib_book.lent", "list", false),
        ("lib_book.default", "list", true),
        ("lib_book.default_2", "form", true),
    ];
    let expected = expected.map(|(name, kind, is)| (name.to_owned(), kind.to_owned(), is));
    assert_eq!(found, expected);

    let container = owner.get("/api/v1/meta/view/lib_book").await.json();
    assert!(container["item"]["listViews"]["lent"].is_object());
    for name in ["lib_book.lent", "com.acme.lib:lib_book.lent"] {
        let one = owner.get(&format!("/api/v1/meta/view/{name}")).await.json();
        assert_eq!(one["item"]["config"]["columns"], json!(["title", "state"]), "{name}");
        assert_eq!(one["item"]["_packageId"], "com.acme.lib");
    }
    assert_eq!(owner.get("/api/v1/meta/view/lib_book.nothing").await.status, 404);

    let list = owner.get("/api/v1/ui/view/lib_book/list").await.json();
    assert_eq!(list["list"]["columns"].as_array().unwrap().len(), 5);
    assert_eq!(list["object"], "lib_book");
    let form = owner.get("/api/v1/ui/view/lib_book/form").await.json();
    assert!(form["form"]["sections"][0]["fields"].is_array());
    assert_eq!(owner.get("/api/v1/ui/view/nothing/list").await.refusal().1, "OBJECT_NOT_FOUND");
    assert_eq!(owner.get("/api/v1/ui/view/lib_book/tree").await.refusal().0, 400);
}

#[tokio::test]
async fn texts_are_in_the_language_of_the_reader() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&library()).await;
    let ask = |language: &'static str, url: &'static str| {
        let owner = owner.clone();
        async move {
            let headers = [("accept-language", language)];
            let answer = owner.send(Method::GET, url, &headers, Vec::new()).await;
            (answer.json()["item"].clone(), answer.headers["etag"].clone())
        }
    };
    let (japanese, one) = ask("fr, ja;q=0.9", "/api/v1/meta/object/lib_book").await;
    let (english, other) = ask("xx", "/api/v1/meta/object/lib_book").await;
    assert_ne!(one, other);
    assert_eq!(japanese["label"], "本");
    assert_eq!(japanese["fields"]["title"]["label"], "題名");
    assert_eq!(
        japanese["fields"]["title"]["help"], "On the cover",
        "what is not said is in English"
    );
    assert_eq!(japanese["fields"]["state"]["options"][0]["label"], "貸出中");
    assert_eq!(japanese["actions"][0]["label"], "貸す");
    assert_eq!(
        (&english["label"], &english["fields"]["title"]["help"]),
        (&json!("Book"), &json!("On the cover"))
    );
    let (app_item, _) = ask("ja", "/api/v1/meta/app/lib_app").await;
    assert_eq!(app_item["navigation"][0]["label"], "本棚");
    let (view, _) = ask("en", "/api/v1/meta/view/lib_book.lent?locale=ja-JP").await;
    assert_eq!(view["label"], "貸出中の本");

    let visitor = app.anonymous();
    let locales = visitor.get("/api/v1/i18n/locales").await.data();
    assert_eq!(locales["locales"][0], json!({"code": "en", "label": "en", "isDefault": true}));
    assert_eq!(locales["locales"][1]["code"], "ja-JP");
    let texts = visitor.get("/api/v1/i18n/translations/ja").await.data();
    assert_eq!(texts["locale"], "ja-JP");
    assert_eq!(texts["translations"]["objects"]["lib_book"]["label"], "本");
    let none = visitor.get("/api/v1/i18n/translations/xx").await.data();
    assert_eq!(none, json!({"locale": "xx", "translations": {}}));
    let labels = visitor.get("/api/v1/i18n/labels/lib_book/en").await.data();
    assert_eq!(labels["labels"], json!({"title": {"label": "Title", "help": "On the cover"}}));
}

#[tokio::test]
async fn a_disabled_package_has_no_effect() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&library()).await;
    owner.patch("/api/v1/packages/com.acme.lib/disable", json!({})).await.data();
    assert_eq!(owner.get("/api/v1/meta/object/lib_book").await.status, 404);
    let list = owner.get("/api/v1/meta/app?package=com.acme.lib").await.json();
    assert_eq!(list["items"], json!([]));
    let refusal = owner.get("/api/v1/ui/view/lib_book/list").await.refusal();
    assert_eq!(refusal, (409, "OBJECT_PACKAGE_DISABLED".to_owned()));
    let row = owner.get("/api/v1/meta/package/com.acme.lib").await.json();
    assert_eq!(row["item"]["status"], "disabled");
    owner.patch("/api/v1/packages/com.acme.lib/enable", json!({})).await.data();
    assert_eq!(owner.get("/api/v1/meta/object/lib_book").await.status, 200);
}

#[tokio::test]
async fn references_to_an_item_are_found() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.0.0")).await;
    let found = owner.get("/api/v1/meta/object/crm_account/references").await.json();
    let kinds: Vec<&str> = found["references"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["type"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"object") && kinds.contains(&"app"), "{kinds:?}");
    let item = owner.get("/api/v1/meta/object/crm_account/published").await.json();
    assert_eq!(item["_packageId"], "com.example.crm");
    let nothing = owner.get("/api/v1/meta/object/crm_account/history").await.json();
    assert_eq!(nothing, json!({"events": []}));
    let counted = owner.get("/api/v1/meta/diagnostics").await.json();
    assert_eq!(counted["total"], 0);
    assert!(
        counted["stats"]["object"]["packages"]
            .as_array()
            .unwrap()
            .contains(&json!("com.example.crm"))
    );
}

#[tokio::test]
async fn metadata_that_is_stored_but_does_not_run_is_reported() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&library()).await;
    for (method, url) in [
        (Method::POST, "/api/v1/actions/lib_book/lend"),
        (Method::GET, "/api/v1/automation"),
        (Method::POST, "/api/v1/automation/trigger/x"),
        (Method::POST, "/api/v1/automation/x/trigger"),
        (Method::GET, "/api/v1/approvals/requests"),
        (Method::POST, "/api/v1/ai/chat"),
        (Method::POST, "/api/v1/analytics/query"),
    ] {
        let answer = owner.json(method.clone(), url, Some(json!({}))).await;
        assert_eq!(answer.refusal(), (501, "NOT_IMPLEMENTED".to_owned()), "{url}");
        assert!(
            answer.message().contains("do not run") || answer.message().contains("does not run")
        );
        assert_eq!(app.anonymous().json(method, url, Some(json!({}))).await.status, 401, "{url}");
    }
    let answer = owner.post("/api/v1/actions/lib_book/nothing", json!({})).await;
    assert_eq!(answer.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
}
