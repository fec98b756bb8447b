//! Row policies, and how the rights of several permission sets combine.

use os_test::runtime::{App, Client, data_url as url, package, with};
use serde_json::{Value, json};

/// An object whose records everybody may change by its sharing.
fn object(enable: Value) -> Value {
    json!([{
        "name": "row_item", "sharingModel": "public_read_write", "enable": enable,
        "fields": {"region": {"type": "text"}, "size": {"type": "number"}, "pay": {"type": "number"}},
    }])
}

fn set(name: &str, verbs: &[&str], rules: Value) -> Value {
    let grant: serde_json::Map<String, Value> =
        verbs.iter().map(|verb| ((*verb).to_owned(), json!(true))).collect();
    json!({"name": name, "isDefault": true, "objects": {"row_item": grant}, "rowLevelSecurity": rules})
}

const ALL: [&str; 5] = ["allowRead", "allowCreate", "allowEdit", "allowDelete", "writeAll"];

/// All verbs, and all records of others: what is left is the rule.
fn everything(rules: Value) -> Value {
    let mut all = set("row_member", &ALL, rules);
    all["objects"]["row_item"]["writeScope"] = json!("org");
    all
}

async fn with_sets(sets: Value) -> (App, Client, Client) {
    with_object(json!({}), sets).await
}

async fn with_object(enable: Value, sets: Value) -> (App, Client, Client) {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    owner.installs(&with(package("row", "1.0.0", object(enable)), "permissions", sets)).await;
    let member = app.register("ada").await;
    (app, owner, member)
}

/// The answers to reading, creating, editing and deleting a record of another region.
async fn answers(owner: &Client, member: &Client) -> [u16; 4] {
    let one = || async {
        let id = owner.made("row_item", json!({"region": "us"})).await;
        url(&format!("row_item/{id}"))
    };
    let (read, edit, delete) = (one().await, one().await, one().await);
    [
        member.get(&read).await.status,
        member.post(&url("row_item"), json!({"region": "us"})).await.status,
        member.patch(&edit, json!({"size": 1})).await.status,
        member.delete(&delete).await.status,
    ]
}

#[tokio::test]
async fn each_operation_of_a_rule_is_enforced() {
    let rule = |operation: &str| json!([{"object": "row_item", "operation": operation, "using": "region == 'eu'"}]);
    for (operation, expected) in [
        ("select", [404, 201, 404, 404]),
        ("insert", [200, 403, 200, 200]),
        ("update", [200, 201, 403, 200]),
        ("delete", [200, 201, 200, 403]),
        ("all", [404, 403, 404, 404]),
    ] {
        let (_app, owner, member) = with_sets(json!([everything(rule(operation))])).await;
        assert_eq!(answers(&owner, &member).await, expected, "{operation}");
        let own = member.post(&url("row_item"), json!({"region": "eu"})).await;
        assert_eq!(own.status, 201, "{operation}");
        let one = url(&format!("row_item/{}", own.json()["id"].as_str().unwrap()));
        assert_eq!(member.patch(&one, json!({"size": 2})).await.status, 200, "{operation}");
        // A change must not lead out of what the rule reaches.
        let expected = if ["update", "all"].contains(&operation) { 403 } else { 200 };
        let moved = member.patch(&one, json!({"region": "us"})).await;
        assert_eq!(moved.status, expected, "{operation}: {}", moved.text());
        if expected == 403 {
            assert_eq!(owner.get(&one).await.json()["record"]["region"], "eu", "nothing was kept");
            assert_eq!(member.delete(&one).await.status, 200, "{operation}");
        }
    }
}

#[tokio::test]
async fn a_check_is_about_the_written_record() {
    let rules = json!([
        {"object": "row_item", "operation": "insert", "check": "size <= 10 && region in ['eu', 'us']"},
        {"object": "row_item", "operation": "update", "using": "true", "check": "size != 5"},
    ]);
    let (_app, _owner, member) = with_sets(json!([everything(rules)])).await;
    for (record, status) in [
        (json!({"size": 10, "region": "us"}), 201),
        (json!({"size": 11, "region": "us"}), 403),
        (json!({"size": 1, "region": "asia"}), 403),
        (json!({"region": "us"}), 403),
    ] {
        let answer = member.post(&url("row_item"), record.clone()).await;
        assert_eq!(answer.status, status, "{record}");
    }
    let rows = json!([{"size": 1, "region": "eu"}, {"size": 99, "region": "eu"}]);
    assert_eq!(member.post(&url("row_item/createMany"), rows).await.status, 403);
    assert_eq!(member.get(&url("row_item")).await.json()["total"], 1);
    let id = member.get(&url("row_item")).await.json()["records"][0]["id"].clone();
    let batch = json!({"operation": "update", "options": {"continueOnError": true}, "records": [
        {"id": id, "data": {"size": 4}}, {"id": id, "data": {"size": 5}}]});
    let answer = member.post(&url("row_item/batch"), batch).await.json();
    assert_eq!(answer["results"][1]["errors"][0]["code"], "PERMISSION_DENIED", "{answer}");
    assert_eq!(member.get(&url("row_item")).await.json()["records"][0]["size"], 4);
}

#[tokio::test]
async fn rules_of_all_sets_bind_whichever_set_grants() {
    let sets = json!([
        everything(json!([])),
        set(
            "row_narrow",
            &[],
            json!([{"object": "row_item", "operation": "select", "using": "region == 'eu'"}])
        ),
        set(
            "row_wide",
            &[],
            json!([{"object": "row_item", "operation": "select", "using": "size > 5"}])
        ),
    ]);
    let (_app, owner, member) = with_sets(sets).await;
    for (region, size) in [("eu", 1), ("us", 9), ("us", 1)] {
        owner.makes("row_item", json!({"region": region, "size": size})).await;
    }
    assert_eq!(member.get(&url("row_item")).await.json()["total"], 2);
    assert_eq!(owner.get(&url("row_item")).await.json()["total"], 3);
}

#[tokio::test]
async fn verbs_of_two_sets_do_not_lend_each_other_their_reach() {
    let mut edits_all = set("row_editor", &["allowRead", "allowEdit"], json!([]));
    edits_all["objects"]["row_item"]["writeScope"] = json!("org");
    let deletes_own = set("row_owner", &["allowCreate", "allowDelete"], json!([]));
    let (_app, owner, member) = with_sets(json!([edits_all, deletes_own])).await;
    assert_eq!(answers(&owner, &member).await, [200, 201, 200, 403]);
    let own = member.made("row_item", json!({})).await;
    assert_eq!(member.delete(&url(&format!("row_item/{own}"))).await.status, 200);
}

#[tokio::test]
async fn a_field_that_one_set_hides_needs_one_that_shows_it() {
    let mut hides = set("row_hides", &ALL, json!([]));
    hides["fields"] =
        json!({"row_item.pay": {"readable": false}, "row_item.size": {"readable": true}});
    let silent = set("row_silent", &ALL, json!([]));
    let (_app, owner, member) = with_sets(json!([hides.clone(), silent.clone()])).await;
    let id = owner.made("row_item", json!({"pay": 7, "size": 1, "region": "eu"})).await;
    let one = url(&format!("row_item/{id}"));
    let record = member.get(&one).await.json()["record"].clone();
    assert_eq!((record.get("pay"), &record["size"]), (None, &json!(1)), "{record}");
    // What is not said to be editable is not.
    assert_eq!(member.patch(&one, json!({"size": 2})).await.status, 403);
    assert_eq!(member.patch(&one, json!({"region": "us"})).await.status, 200);
    let mut shows = silent;
    shows["fields"] = json!({"row_item.pay": {"readable": true, "editable": true}});
    let (_app, owner, member) = with_sets(json!([hides, shows])).await;
    let id = owner.made("row_item", json!({"pay": 7})).await;
    let one = url(&format!("row_item/{id}"));
    assert_eq!(member.get(&one).await.json()["record"]["pay"], 7);
    assert_eq!(member.patch(&one, json!({"pay": 8})).await.status, 200);
}

#[tokio::test]
async fn methods_that_an_object_does_not_offer_are_refused_to_everybody() {
    let enable = json!({"apiMethods": ["get", "list", "create"]});
    let (_app, owner, member) = with_object(enable, json!([everything(json!([]))])).await;
    for client in [&owner, &member] {
        let id = client.made("row_item", json!({"region": "eu"})).await;
        let one = url(&format!("row_item/{id}"));
        let batch = json!([{"region": "eu"}]);
        for answer in [
            client.patch(&one, json!({"region": "us"})).await,
            client.delete(&one).await,
            client.post(&url("row_item/createMany"), batch).await,
            client.post(&url("row_item/deleteMany"), json!({"ids": [id]})).await,
        ] {
            assert_eq!(answer.refusal(), (405, "OBJECT_API_METHOD_NOT_ALLOWED".to_owned()));
            assert_eq!(
                answer.json()["allowed"],
                json!(["get", "list", "create"]),
                "{}",
                answer.text()
            );
        }
        assert_eq!(client.get(&one).await.status, 200);
    }
    let (_app, owner, _) = with_object(json!({"apiMethods": ["create"]}), json!([])).await;
    let id = owner.post(&url("row_item"), json!({})).await.json()["id"].clone();
    let one = url(&format!("row_item/{}", id.as_str().unwrap()));
    for answer in [
        owner.get(&one).await,
        owner.get(&url("row_item")).await,
        owner.post(&url("row_item/query"), json!({})).await,
        owner.post(&format!("{one}/clone"), json!({})).await,
    ] {
        assert_eq!(answer.status, 405, "{}", answer.text());
    }
}

#[tokio::test]
async fn an_object_that_does_not_say_is_private() {
    let mut objects = object(json!({}));
    objects[0].as_object_mut().unwrap().remove("sharingModel");
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    let sets = json!([set("row_member", &ALL, json!([]))]);
    owner.installs(&with(package("row", "1.0.0", objects), "permissions", sets)).await;
    let member = app.register("ada").await;
    owner.makes("row_item", json!({})).await;
    assert_eq!(member.get(&url("row_item")).await.json()["total"], 0);
    member.makes("row_item", json!({})).await;
    assert_eq!(member.get(&url("row_item")).await.json()["total"], 1);
}

#[tokio::test]
async fn rights_of_a_package_end_at_its_own_objects() {
    let (_app, owner, member) = with_sets(json!([])).await;
    owner.makes("row_item", json!({"region": "eu", "pay": 7})).await;
    let grant = json!({"allowRead": true, "allowEdit": true, "viewAllRecords": true});
    let other = |objects: Value| {
        let sets = json!([{"name": "thief", "isDefault": true, "objects": objects,
            "rowLevelSecurity": [{"object": "*", "operation": "all", "using": "true"}]}]);
        let own = json!([{"name": "thief_note", "fields": {"title": {"type": "text"}}}]);
        with(package("thief", "1.0.0", own), "permissions", sets)
    };
    for objects in [json!({"*": grant}), json!({"row_item": grant})] {
        owner.installs(&other(objects)).await;
        assert_eq!(member.get(&url("row_item")).await.refusal().0, 403);
    }
    // One that depends on the other may name its objects.
    let mut friend = other(json!({"row_item": grant}));
    friend["dependencies"] = json!({"com.acme.row": "^1.0.0"});
    owner.installs(&friend).await;
    assert_eq!(member.get(&url("row_item")).await.json()["total"], 1);
    friend["permissions"][0]["objects"] = json!({"*": grant});
    owner.installs(&friend).await;
    assert_eq!(member.get(&url("row_item")).await.refusal().0, 403);
}

#[tokio::test]
async fn rules_that_cannot_be_enforced_are_refused() {
    for (key, value) in [
        ("using", json!("owner.region == 'eu'")),
        ("using", json!("no_such_field == 1")),
        ("using", json!("size == 'large'")),
        ("using", json!("region.matches('e.*')")),
        ("operation", json!("truncate")),
    ] {
        let app = App::new().await;
        let owner = app.owner().await;
        let mut rule = json!({"object": "row_item", "operation": "select", "using": "size > 1"});
        rule[key] = value.clone();
        let sets = json!([everything(json!([rule]))]);
        let package = with(package("row", "1.0.0", object(json!({}))), "permissions", sets);
        let refused = owner.install(&package).await;
        assert!(refused.status >= 400, "{key} {value}: {}", refused.text());
        let place = format!("permissions[0].rowLevelSecurity[0].{key}");
        assert!(refused.text().contains(&place), "{key} {value}: {}", refused.text());
        assert_eq!(owner.get(&url("row_item")).await.status, 404);
    }
}

#[tokio::test]
async fn system_permissions_that_are_demanded_are_needed() {
    let mut objects = object(json!({}));
    objects[0]["requiredPermissions"] =
        json!({"read": ["row.see"], "delete": ["row.see", "row.purge"]});
    objects[0]["fields"]["pay"]["requiredPermissions"] = json!(["row.pay"]);
    objects[0]["fields"]["size"]["maskingRule"] = json!("phone");
    let holding = |permissions: &[&str]| {
        let mut set = everything(json!([]));
        set["systemPermissions"] = json!(permissions);
        with(package("row", "1.0.0", objects.clone()), "permissions", json!([set]))
    };
    let app = App::with(|config| config.open_registration = true).await;
    let (owner, member) = (app.owner().await, app.register("ada").await);
    let warnings = owner.installs(&holding(&[])).await["warnings"].to_string();
    assert!(
        warnings.contains("fields.size.maskingRule: has no effect here: values are not masked"),
        "{warnings}"
    );
    let id = owner.made("row_item", json!({"pay": 7, "size": 1, "region": "eu"})).await;
    let one = url(&format!("row_item/{id}"));
    assert_eq!(member.get(&one).await.status, 403);
    assert_eq!(member.post(&url("row_item"), json!({"region": "eu"})).await.status, 201);
    owner.installs(&holding(&["row.see"])).await;
    let record = member.get(&one).await.json()["record"].clone();
    assert_eq!(record["region"], "eu");
    assert_eq!((record.get("pay"), record.get("size")), (None, None), "{record}");
    assert_eq!(member.delete(&one).await.status, 403);
    owner.installs(&holding(&["row.see", "row.pay", "row.purge"])).await;
    assert_eq!(member.get(&one).await.json()["record"]["pay"], 7);
    // A package grants no permission that another one demands.
    owner.installs(&holding(&[])).await;
    let mut thief = everything(json!([]));
    thief["systemPermissions"] = json!(["row.see"]);
    let own = json!([{"name": "thief_note", "fields": {"title": {"type": "text"}}}]);
    let package = with(package("thief", "1.0.0", own), "permissions", json!([thief]));
    let warnings = owner.installs(&package).await["warnings"].to_string();
    assert!(warnings.contains("permissions[0].objects.row_item: has no effect"), "{warnings}");
    assert_eq!(member.get(&one).await.status, 403);
}

#[tokio::test]
async fn a_private_object_needs_a_grant_of_its_own() {
    let mut objects = object(json!({}));
    objects[0]["access"] = json!({"default": "private"});
    let app = App::with(|config| config.open_registration = true).await;
    let (owner, member) = (app.owner().await, app.register("ada").await);
    for (grant, status) in [
        (json!({"*": {"allowRead": true, "readScope": "org"}}), 403),
        (json!({"*": {"viewAllRecords": true}}), 200),
        (json!({"row_item": {"allowRead": true}}), 200),
    ] {
        let sets = json!([{"name": "row_member", "isDefault": true, "objects": grant}]);
        owner.installs(&with(package("row", "1.0.0", objects.clone()), "permissions", sets)).await;
        assert_eq!(member.get(&url("row_item")).await.status, status, "{grant}");
    }
}
