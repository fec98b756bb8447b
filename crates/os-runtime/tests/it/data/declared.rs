//! What objects and fields declare, and what has no effect here.

use os_test::runtime::{App, Client, data_url as url, package, with};
use serde_json::{Value, json};

async fn with_objects(objects: Value) -> (App, Client) {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    owner.installs(&package("lab", "1.0.0", objects)).await;
    (app, owner)
}

fn with_fields(fields: Value) -> Value {
    json!([{"name": "lab_item", "label": "Item", "fields": fields}])
}

fn dropped(answer: &Value) -> Value {
    answer["droppedFields"][0]["fields"].clone()
}

#[tokio::test]
async fn lengths_dimensions_and_columns_that_are_not_null_are_checked() {
    let fields = json!({"code": {"type": "text", "minLength": 3}, "point": {"type": "vector", "dimensions": 3},
        "kind": {"type": "text", "storage": {"notNull": true}}});
    let (_app, owner) = with_objects(with_fields(fields)).await;
    for (record, error) in [
        (json!({"kind": "x", "code": "ab"}), ("code", "min_length")),
        (json!({"kind": "x", "point": [1, 2]}), ("point", "invalid_type")),
        (json!({"kind": "x", "point": [1, 2, "3"]}), ("point", "invalid_type")),
        (json!({"code": "abc"}), ("kind", "required")),
    ] {
        let answer = owner.post(&url("lab_item"), record).await;
        let found = &answer.json()["fields"][0];
        assert_eq!((&found["field"], &found["code"]), (&json!(error.0), &json!(error.1)));
    }
    owner.makes("lab_item", json!({"code": "abc", "point": [1, 2.5, 3], "kind": "x"})).await;
}

#[tokio::test]
async fn an_option_is_taken_only_under_its_condition() {
    let when = |source: &str| json!({"dialect": "cel", "source": source});
    let fields = json!({
        "country": {"type": "select", "options": ["cn", "us"]},
        "province": {"type": "select", "options": [
            {"value": "zj", "visibleWhen": when("record.country == 'cn'")},
            {"value": "ca", "visibleWhen": when("record.country == 'us'")},
            {"value": "xx", "visibleWhen": when("record.nothing == 1")},
            {"value": "any"},
        ]},
        "places": {"type": "multiselect", "options": [
            {"value": "zj", "visibleWhen": when("record.country == 'cn'")}, {"value": "any"},
        ]},
    });
    let (_app, owner) = with_objects(with_fields(fields)).await;
    for record in [
        json!({"country": "us", "province": "zj"}),
        json!({"province": "ca"}),
        json!({"country": "us", "province": "xx"}),
        json!({"country": "us", "places": ["any", "zj"]}),
    ] {
        let answer = owner.post(&url("lab_item"), record.clone()).await;
        assert_eq!(answer.json()["fields"][0]["code"], "invalid_option", "{record}");
    }
    owner.makes("lab_item", json!({"country": "us", "province": "any"})).await;
    let one =
        owner.made("lab_item", json!({"country": "cn", "province": "zj", "places": ["zj"]})).await;
    let one = url(&format!("lab_item/{one}"));
    assert_eq!(owner.patch(&one, json!({"province": "ca"})).await.refusal().0, 400);
    let answer = owner.patch(&one, json!({"country": "us", "province": "ca"})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn a_field_that_its_condition_locks_stays() {
    let locked = |kind: &str, source: &str| json!({"type": kind, "readonlyWhen": {"dialect": "cel", "source": source}});
    let objects = json!([
        {"name": "lab_invoice", "fields": {"status": {"type": "text"},
            "tax": locked("number", "record.status == 'paid'"),
            "odd": locked("text", "record.nothing == 1"), "odder": locked("text", "some.thing == 1"),
            "sum": locked("number", "record.tax > 10")}},
        {"name": "lab_line", "fields": {
            "invoice": {"type": "master_detail", "reference": "lab_invoice", "required": true},
            "quantity": locked("number", "parent.status == 'paid'")}},
    ]);
    let (_app, owner) = with_objects(objects).await;
    let invoice = owner.made("lab_invoice", json!({"status": "open", "odd": "a"})).await;
    let line = owner.made("lab_line", json!({"invoice": invoice, "quantity": 1})).await;
    let (invoice, line) =
        (url(&format!("lab_invoice/{invoice}")), url(&format!("lab_line/{line}")));
    let open = owner.patch(&invoice, json!({"tax": 5, "sum": 1})).await.json();
    assert_eq!((&open["record"]["tax"], &open["record"]["sum"]), (&json!(5), &json!(1)));
    assert_eq!(owner.patch(&line, json!({"quantity": 2})).await.json()["record"]["quantity"], 2);
    let unknown = owner.patch(&invoice, json!({"odd": "b", "odder": "b"})).await.json();
    assert_eq!(
        (dropped(&unknown), &unknown["record"]["odd"]),
        (json!(["odd", "odder"]), &json!("a"))
    );

    let paid = owner.patch(&invoice, json!({"status": "paid", "tax": 6})).await.json();
    assert_eq!((dropped(&paid), &paid["record"]["tax"]), (json!(["tax"]), &json!(5)));
    assert_eq!(paid["record"]["status"], "paid");
    let answer = owner.patch(&line, json!({"quantity": 3})).await.json();
    assert_eq!((dropped(&answer), &answer["record"]["quantity"]), (json!(["quantity"]), &json!(2)));
    let many = json!({"records": [{"id": answer["id"], "data": {"quantity": 4}}]});
    owner.post(&url("lab_line/updateMany"), many).await;
    assert_eq!(owner.get(&line).await.json()["record"]["quantity"], 2);
}

#[tokio::test]
async fn a_field_is_required_under_its_condition() {
    let objects = json!([
        {"name": "lab_invoice", "fields": {"status": {"type": "text"}}},
        {"name": "lab_line", "fields": {
            "invoice": {"type": "master_detail", "reference": "lab_invoice", "required": true},
            "note": {"type": "text"},
            "reason": {"type": "text", "requiredWhen": {"dialect": "cel",
                "source": "parent.status == 'paid' || record.note == 'why'"}}}},
    ]);
    let (_app, owner) = with_objects(objects).await;
    let paid = owner.made("lab_invoice", json!({"status": "paid"})).await;
    let open = owner.made("lab_invoice", json!({"status": "open"})).await;
    for line in [json!({"invoice": paid}), json!({"invoice": open, "note": "why"})] {
        let answer = owner.post(&url("lab_line"), line).await;
        let error = &answer.json()["fields"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!("reason"), &json!("required")));
    }
    owner.makes("lab_line", json!({"invoice": open})).await;
    owner.makes("lab_line", json!({"invoice": paid, "reason": "late"})).await;
}

#[tokio::test]
async fn an_internal_field_is_shown_to_nobody() {
    let fields = json!({"title": {"type": "text"}, "token": {"type": "text", "internal": true, "defaultValue": "t"}});
    let (_app, owner) = with_objects(with_fields(fields)).await;
    let one = owner.made("lab_item", json!({"title": "a"})).await;
    let record = owner.get(&url(&format!("lab_item/{one}"))).await.json()["record"].clone();
    assert_eq!((&record["title"], record.get("token")), (&json!("a"), None));
    assert_eq!(owner.get(&url("lab_item")).await.json()["records"][0].get("token"), None);
    for (rest, code) in [
        ("lab_item?select=token", "INVALID_FIELD"),
        ("lab_item?token=t", "INVALID_FIELD"),
        ("lab_item?sort=token", "INVALID_SORT"),
    ] {
        assert_eq!(owner.get(&url(rest)).await.refusal(), (400, code.to_owned()), "{rest}");
    }
    assert_eq!(owner.post(&url("lab_item"), json!({"token": "x"})).await.refusal().0, 400);
}

#[tokio::test]
async fn an_object_that_the_engine_writes_is_read_only() {
    let object = |name: &str, bucket: &str| json!({"name": name, "managedBy": bucket, "fields": {"title": {"type": "text"}}});
    let objects = json!([
        object("lab_engine", "engine-owned"),
        object("lab_log", "append-only"),
        object("lab_new", "something"),
        object("lab_config", "config")
    ]);
    let (_app, owner) = with_objects(objects).await;
    for name in ["lab_engine", "lab_log", "lab_new"] {
        let answer = owner.post(&url(name), json!({"title": "a"})).await;
        assert_eq!(answer.refusal(), (405, "OBJECT_API_METHOD_NOT_ALLOWED".to_owned()), "{name}");
        assert_eq!(answer.json()["allowed"], json!(["get", "list"]));
        assert_eq!(owner.get(&url(name)).await.status, 200);
    }
    owner.makes("lab_config", json!({"title": "a"})).await;
}

#[tokio::test]
async fn a_search_looks_into_the_fields_that_the_object_names() {
    let objects = json!([{"name": "lab_item", "searchableFields": ["note"],
        "fields": {"note": {"type": "text"}, "other": {"type": "text"}}}]);
    let (_app, owner) = with_objects(objects).await;
    owner.makes("lab_item", json!({"note": "hello", "other": "there"})).await;
    assert_eq!(owner.get(&url("lab_item?search=hello")).await.json()["total"], 1);
    assert_eq!(owner.get(&url("lab_item?search=there")).await.json()["total"], 0);
}

#[tokio::test]
async fn comments_and_activity_are_on_unless_the_object_says_otherwise() {
    let object = |name: &str, enable: Value| json!({"name": name, "enable": enable, "fields": {"title": {"type": "text"}}});
    let objects = json!([
        object("lab_open", json!({})),
        object("lab_quiet", json!({"activities": false})),
        object("lab_mute", json!({"feeds": false}))
    ]);
    let (_app, owner) = with_objects(objects).await;
    for (name, comments, activities) in
        [("lab_open", true, 1), ("lab_quiet", true, 0), ("lab_mute", false, 1)]
    {
        let record = owner.made(name, json!({"title": "a"})).await;
        let comment = json!({"object": name, "record_id": record, "body": "Hello"});
        let answer = owner.post(&url("sys_comment"), comment).await;
        assert_eq!(answer.status == 201, comments, "{name}: {}", answer.text());
        let found = owner.get(&url(&format!("sys_activity?record_id={record}"))).await.json();
        assert_eq!(found["total"], activities, "{name}");
        owner.delete(&url(&format!("{name}/{record}"))).await;
        let left = owner.get(&url(&format!("sys_comment?record_id={record}"))).await.json();
        assert_eq!(left["total"], 0, "{name}: comments go with their record");
    }
}

#[tokio::test]
async fn an_app_is_shown_to_those_who_hold_its_permissions() {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let entry = |id: &str, more: Value| {
        with(json!({"id": id, "type": "url", "url": "/"}), "requiredPermissions", more)
    };
    let apps = json!([
        {"name": "lab_admin", "label": "Admin", "requiredPermissions": ["lab.manage"]},
        {"name": "lab_app", "label": "App", "navigation": [
            {"id": "open", "type": "group", "children": [entry("inner", json!(["lab.manage"])), entry("all", json!([]))]},
            entry("closed", json!(["lab.manage"])), entry("broken", json!("lab.manage"))]},
    ]);
    let objects = json!([{"name": "lab_item", "fields": {"title": {"type": "text"}}}]);
    let mut apps = apps;
    apps[0]["navigation"] = json!([{"id": "items", "type": "object", "objectName": "lab_item"}]);
    let artifact = with(package("lab", "1.0.0", objects), "apps", apps);
    let manager =
        json!([{"name": "lab_manager", "objects": {}, "systemPermissions": ["lab.manage"]}]);
    owner.installs(&with(artifact, "permissions", manager)).await;
    let ada = app.register("ada").await;
    let names = |list: Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let ids = |item: &Value| -> String { item["navigation"].to_string() };
    assert_eq!(names(ada.get("/api/v1/meta/app").await.json()), ["lab_app"]);
    for path in ["lab_admin", "lab_admin/published", "com.acme.lab:lab_admin"] {
        assert_eq!(ada.get(&format!("/api/v1/meta/app/{path}")).await.status, 404, "{path}");
    }
    let references = "/api/v1/meta/object/lab_item/references";
    assert_eq!(ada.get(references).await.json()["references"], json!([]));
    assert_eq!(owner.get(references).await.json()["references"][0]["name"], "lab_admin");
    let seen = ids(&ada.get("/api/v1/meta/app/lab_app").await.json()["item"]);
    assert!(seen.contains("\"all\"") && seen.contains("\"open\""), "{seen}");
    assert!(!["inner", "closed", "broken"].iter().any(|id| seen.contains(id)), "{seen}");

    assert_eq!(names(owner.get("/api/v1/meta/app").await.json()).len(), 2);
    let me = ada.get("/api/v1/auth/get-session").await.json()["user"]["id"].clone();
    let set = json!({"user_id": me, "permission_set": "lab_manager"});
    owner.makes("sys_user_permission_set", set).await;
    assert_eq!(names(ada.get("/api/v1/meta/app").await.json()).len(), 2);
    let seen = ids(&ada.get("/api/v1/meta/app/lab_app").await.json()["item"]);
    assert!(
        seen.contains("inner") && seen.contains("closed") && !seen.contains("broken"),
        "{seen}"
    );
}

#[tokio::test]
async fn an_install_says_once_what_has_no_effect() {
    let app = App::new().await;
    let owner = app.owner().await;
    let objects = json!([{"name": "lab_item", "lifecycle": {"class": "record"}, "fields": {
        "a": {"type": "text", "maskingRule": "phone"}, "b": {"type": "text", "maskingRule": "email"}}}]);
    let artifact = with(
        package("lab", "1.0.0", objects),
        "flows",
        json!([{"name": "lab_a"}, {"name": "lab_b"}]),
    );
    let installed = owner.installs(&with(artifact, "requires", json!(["ui", "approvals"]))).await;
    assert_eq!(
        installed["warnings"],
        json!([
            "requires[1]: has no effect here: this runtime lacks `approvals`, and what needs it does not run",
            "flows[0]: has no effect here, nor in another place: flows do not run",
            "objects[0].lifecycle: has no effect here: records stay until people delete them",
            "objects[0].fields.a.maskingRule: has no effect here, nor in another place: values are not masked here, so only the owner of the runtime sees them",
        ])
    );
    assert_eq!(installed["notRunning"], json!(["flow"]));
    let mut refused = package("lab", "1.1.0", json!([]));
    refused["books"] = json!([{"name": "b", "audience": {"permissionSet": "x"}}]);
    let answer = owner.install(&refused).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.text().contains("books[0].audience"), "{}", answer.text());
    assert!(answer.text().contains("every account of the runtime reads"), "{}", answer.text());
}
