use os_test::runtime::{App, INSTALLED, example, object, package, with, with_manifest};
use serde_json::{Value, json};

/// Refuses each, and changes nothing.
async fn refuses(app: &App, cases: Vec<(&str, Value, u16, &str)>) {
    let owner = app.register("owner").await;
    let before = app.state().await;
    for (what, artifact, status, code) in cases {
        let answer = owner.install(&artifact).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{what}: {}", answer.text());
        assert!(answer.message().len() > 15, "{what}: {}", answer.message());
        assert_eq!(app.state().await, before, "{what}");
    }
    assert!(owner.installed().await.is_empty());
}

fn shop(objects: Value) -> Value {
    package("shop", "1.0.0", objects)
}

#[tokio::test]
async fn artifacts_that_are_none_are_refused_by_name() {
    let app = App::new().await;
    let (one, no) = (shop(json!([object("shop_item", &["name"])])), Value::Null);
    let cases = vec![
        ("no id", with_manifest(one.clone(), "id", no.clone()), 400, "PLUGIN_MANIFEST_INVALID"),
        (
            "no version",
            with_manifest(one.clone(), "version", no.clone()),
            400,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "path as id",
            with_manifest(one.clone(), "id", json!("../evil/x")),
            400,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "bad version",
            with_manifest(one.clone(), "version", json!("one")),
            400,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "several packages",
            with(one.clone(), "packages", json!([{"manifest": {}}])),
            400,
            "PLUGIN_MANIFEST_INVALID",
        ),
        (
            "bad namespace",
            with_manifest(one.clone(), "namespace", json!("Shop")),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "namespace of others",
            with_manifest(one.clone(), "namespace", json!("crm")),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "platform namespace",
            with_manifest(shop(json!([])), "namespace", json!("sys")),
            422,
            "RESERVED_NAME",
        ),
        ("platform object", shop(json!([object("sys_item", &["name"])])), 422, "RESERVED_NAME"),
        (
            "database namespace",
            package("sqlite", "1.0.0", json!([object("sqlite_x", &["name"])])),
            422,
            "RESERVED_NAME",
        ),
        (
            "objects as text",
            with(one.clone(), "objects", json!("shop_item")),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "object twice",
            shop(json!([object("shop_a", &[]), object("shop_a", &[])])),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        ("old prefix", shop(json!([object("shop__a", &[])])), 422, "PLUGIN_REGISTER_FAILED"),
        (
            "no such type",
            shop(json!([{"name": "shop_a", "fields": {"a": {"type": "blob"}}}])),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "lookup to nothing",
            shop(json!([{"name": "shop_a", "fields": {"a": {"type": "lookup"}}}])),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "index of nothing",
            shop(json!([{"name": "shop_a", "fields": {}, "indexes": [{"fields": ["b"]}]}])),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "settings schema",
            with_manifest(one.clone(), "configurationSchema", json!({"type": 7})),
            422,
            "PLUGIN_REGISTER_FAILED",
        ),
        (
            "protocol",
            with_manifest(one.clone(), "engines", json!({"protocol": "^99"})),
            422,
            "OS_PROTOCOL_INCOMPATIBLE",
        ),
        (
            "platform",
            with_manifest(one.clone(), "minPlatformVersion", json!("99.0.0")),
            422,
            "PLATFORM_INCOMPATIBLE",
        ),
        ("NUL", with_manifest(one, "description", json!("a\u{0}b")), 400, "VALIDATION_ERROR"),
    ];
    refuses(&app, cases).await;
}

#[tokio::test]
async fn hostile_names_of_objects_and_fields_are_refused() {
    let app = App::new().await;
    let long = "x".repeat(70);
    let bad = [
        "a\"; DROP TABLE sys_user; --",
        "a'b",
        "a b",
        "a;b",
        "A",
        "é",
        "ｎame",
        "a\n",
        "a/../b",
        "1a",
        "a-b",
        "a\u{202e}b",
        "🦀",
        long.as_str(),
    ];
    let mut cases = Vec::new();
    for name in bad {
        let objects = shop(json!([object(&format!("shop_{name}"), &["name"])]));
        if name != "1a" {
            cases.push((name, objects, 422, "PLUGIN_REGISTER_FAILED"));
        }
        cases.push((name, shop(json!([object("shop_a", &[name])])), 422, "PLUGIN_REGISTER_FAILED"));
    }
    for name in ["ctid", "xmin", "tableoid", "_was_text_shop_a_b", ""] {
        cases.push((name, shop(json!([object("shop_a", &[name])])), 422, "PLUGIN_REGISTER_FAILED"));
    }
    for namespace in ["ux", "ix", "pg"] {
        let name = format!("{namespace}_shop_a_name");
        let objects = json!([object(&name, &["name"])]);
        cases.push((namespace, package(namespace, "1.0.0", objects), 422, "RESERVED_NAME"));
    }
    refuses(&app, cases).await;
}

#[tokio::test]
async fn words_of_the_language_are_names_like_any_other() {
    let app = App::new().await;
    let owner = app.owner().await;
    let fields = [
        "select",
        "order",
        "group",
        "user",
        "table",
        "rowid",
        "oid",
        "references",
        "values",
        "created_at",
    ];
    let orders = json!([object("shop_order", &fields), object("shop_order_order", &fields)]);
    let data = json!([{"object": "shop_order", "externalId": "order", "records": [{"order": "'; --", "rowid": "7"}]}]);
    let answer = owner.installs(&with(shop(orders), "data", data)).await;
    assert_eq!(answer["seeded"]["inserted"], 1, "{answer}");
    assert_eq!(app.column("shop_order", "order").await, [Some("'; --".to_owned())]);
}

#[tokio::test]
async fn similar_index_names_do_not_collide() {
    let app = App::new().await;
    let owner = app.owner().await;
    let unique = |name: &str, field: &str| json!({"name": name, "fields": {field: {"type": "text", "unique": true}}});
    let data = json!([{"object": "shop_a_b", "externalId": "c", "mode": "insert", "records": [{"c": "1"}, {"c": "1"}]}]);
    let artifact = shop(json!([unique("shop_a", "b_c"), unique("shop_a_b", "c")]));
    let answer = owner.installs(&with(artifact, "data", data)).await;
    assert_eq!(
        (&answer["seeded"]["inserted"], &answer["seeded"]["errors"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn bodies_that_name_nothing_are_refused() {
    let app = App::with(|config| config.cloud_url = Some("http://127.0.0.1:9".to_owned())).await;
    let owner = app.owner().await;
    let json = [("content-type", "application/json")];
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"manifest":"x"}"#,
        r#"{"packageId":" "}"#,
        r#"{"packageId":7}"#,
    ] {
        let answer = owner.send(axum::http::Method::POST, INSTALLED, &json, body.into()).await;
        assert_eq!(answer.refusal(), (400, "INVALID_REQUEST".to_owned()), "{body}");
        assert!(answer.message().starts_with("packageId is required"));
    }
    let large = vec![b' '; 33 * 1024 * 1024];
    assert_eq!(owner.send(axum::http::Method::POST, INSTALLED, &json, large).await.status, 413);
}

#[tokio::test]
async fn a_missing_dependency_is_named_with_the_command_to_run() {
    let app = App::new().await;
    let owner = app.owner().await;
    let needs = |range: Value| with_manifest(shop(json!([])), "dependencies", range);
    let missing = owner.install(&example("helpdesk/0.4.0")).await;
    assert_eq!(missing.refusal(), (422, "DEPENDENCY_MISSING".to_owned()));
    for part in
        ["com.example.helpdesk", "com.example.crm", "^1.1.0", "os package install com.example.crm"]
    {
        assert!(missing.message().contains(part), "{}", missing.message());
    }
    let details = &missing.json()["error"]["details"];
    assert_eq!(
        (&details["canProceed"], &details["dependencies"][0]["packageId"]),
        (&json!(false), &json!("com.example.crm"))
    );

    owner.installs(&example("crm/1.0.0")).await;
    let mismatch = owner.install(&example("helpdesk/0.4.0")).await;
    assert_eq!(mismatch.refusal(), (422, "DEPENDENCY_VERSION_MISMATCH".to_owned()));
    assert!(mismatch.message().contains("1.0.0"), "{}", mismatch.message());

    let mut tx = app.db.write().await.unwrap();
    tx.query("UPDATE sys_ledger SET enabled = FALSE").run().await.unwrap();
    tx.commit().await.unwrap();
    app.server.boot().await.unwrap();
    for (dependencies, code) in [
        (json!({"com.example.crm": "^1.0.0"}), "DEPENDENCY_DISABLED"),
        (json!({"sys.unknown": "*"}), "DEPENDENCY_MISSING"),
        (json!({"com.acme.shop": "*"}), "DEPENDENCY_CYCLE"),
    ] {
        let answer = owner.install(&needs(dependencies)).await;
        assert_eq!(answer.refusal(), (422, code.to_owned()), "{}", answer.text());
    }
    owner.installs(&needs(json!({"sys.identity": "^99.0.0", "sys.ai": "*"}))).await;
    let optional = json!([{"packageId": "com.acme.absent", "versionRange": "*", "optional": true}]);
    owner.installs(&with_manifest(needs(optional), "version", json!("1.1.0"))).await;
}

#[tokio::test]
async fn an_upgrade_that_others_do_not_admit_is_refused() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&example("crm/1.1.0")).await;
    owner.installs(&example("helpdesk/0.4.0")).await;
    let before = app.state().await;
    let answer = owner.install(&example("crm/1.0.0")).await;
    assert_eq!(answer.refusal(), (422, "DEPENDENT_CONFLICT".to_owned()));
    assert_eq!(
        answer.json()["error"]["details"]["dependents"][0]["packageId"],
        "com.example.helpdesk"
    );
    assert_eq!(app.state().await, before);
}

#[tokio::test]
async fn a_namespace_and_an_object_belong_to_one_package() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&shop(json!([object("shop_item", &["name"])]))).await;
    let other = with_manifest(
        package("shop", "1.0.0", json!([object("shop_other", &["name"])])),
        "id",
        json!("com.else.shop"),
    );
    let before = app.state().await;
    let answer = owner.install(&other).await;
    assert_eq!(answer.refusal(), (422, "PLUGIN_REGISTER_FAILED".to_owned()));
    assert!(
        answer.message().contains("Namespace conflict")
            && answer.message().contains("com.acme.shop")
    );
    assert_eq!(answer.json()["error"]["details"]["existingPackageId"], "com.acme.shop");
    assert_eq!(app.state().await, before);

    let sharing = App::with(|config| config.shared_namespaces = true).await;
    let owner = sharing.owner().await;
    owner.installs(&shop(json!([object("shop_item", &["name"])]))).await;
    owner.installs(&other).await;
    let thief =
        with_manifest(shop(json!([object("shop_item", &["name"])])), "id", json!("com.thief.shop"));
    let answer = owner.install(&thief).await;
    assert_eq!(answer.refusal(), (422, "PLUGIN_REGISTER_FAILED".to_owned()));
    assert!(answer.message().contains("Object conflict"), "{}", answer.message());
}

#[tokio::test]
async fn settings_are_checked_and_stay_through_upgrades() {
    let app = App::new().await;
    let owner = app.owner().await;
    let schema = json!({"type": "object", "required": ["host"], "additionalProperties": false,
        "properties": {"host": {"type": "string"}, "port": {"type": "integer", "default": 25}}});
    let mail = with_manifest(shop(json!([])), "configurationSchema", schema);
    let send =
        |settings: Value| owner.post(INSTALLED, json!({"manifest": mail, "settings": settings}));
    for bad in [json!({}), json!({"host": 7}), json!({"host": "a", "x": 1}), json!([]), json!("a")]
    {
        let answer = send(bad.clone()).await;
        assert_eq!(answer.refusal(), (422, "SETTINGS_INVALID".to_owned()), "{bad}");
    }
    assert_eq!(owner.install(&mail).await.refusal(), (422, "SETTINGS_INVALID".to_owned()));
    assert_eq!(send(json!({"host": "a"})).await.status, 200);
    owner.installs(&with_manifest(mail.clone(), "version", json!("1.1.0"))).await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sys_ledger WHERE settings = '{\"host\":\"a\"}'").await,
        1
    );
}
