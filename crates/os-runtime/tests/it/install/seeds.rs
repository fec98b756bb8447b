use os_test::Response;
use os_test::runtime::{App, Client, INSTALLED, object, package, with};
use serde_json::{Value, json};

const ID: &str = "com.acme.shop";

fn shop(version: &str, data: Value) -> Value {
    let item = json!({"name": "shop_item", "fields": {
        "name": {"type": "text", "required": true}, "code": {"type": "text", "unique": true},
        "price": {"type": "number", "min": 0}, "due": {"type": "date"}, "at": {"type": "datetime"},
        "number": {"type": "autonumber", "format": "I-{000}"},
        "state": {"type": "select", "options": ["new", "old"], "defaultValue": "new"},
        "parent": {"type": "lookup", "reference": "shop_item"},
        "friends": {"type": "lookup", "reference": "shop_person", "multiple": true},
        "total": {"type": "formula", "expression": "1"}}});
    let person = json!({"name": "shop_person", "fields": {
        "name": {"type": "text"}, "favourite": {"type": "lookup", "reference": "shop_item"}}});
    with(package("shop", version, json!([item, person])), "data", data)
}

async fn post(owner: &Client, what: &str) -> Response {
    owner.post(&format!("{INSTALLED}/{ID}/{what}-sample-data"), json!({})).await
}

#[tokio::test]
async fn references_are_natural_keys_in_any_order_and_in_circles() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([
        {"object": "shop_item", "records": [
            {"name": "Leg", "parent": "Chair", "friends": ["Ada", "Bob"]}, {"name": "Chair", "parent": "Leg"}]},
        {"object": "shop_person", "records": [{"name": "Ada", "favourite": "Chair"}, {"name": "Bob", "favourite": "Nothing"}]},
    ]);
    let seeded = owner.installs(&shop("1.0.0", data)).await["seeded"].clone();
    assert_eq!(
        (&seeded["inserted"], &seeded["errors"], &seeded["droppedRefs"]),
        (&json!(4), &json!(0), &json!(1)),
        "{seeded}"
    );
    let ids = app.column("shop_item", "id").await;
    let mut parents = app.column("shop_item", "parent").await;
    parents.sort();
    assert_eq!(parents, ids, "each is the parent of the other");
    let favourites = app.column("shop_person", "favourite").await;
    assert_eq!(favourites.iter().flatten().count(), 1);
    assert!(ids.contains(favourites.iter().find(|it| it.is_some()).unwrap()));
    let friends = app.column("shop_item", "friends").await.into_iter().flatten().next().unwrap();
    assert_eq!(serde_json::from_str::<Vec<String>>(&friends).unwrap().len(), 2);
}

#[tokio::test]
async fn invalid_records_are_reported_and_the_others_are_loaded() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([
        {"object": "shop_item", "records": [
            {"name": "Good", "code": "1", "price": 2, "due": {"dialect": "cel", "source": "daysAgo(3)"}},
            {"code": "2"},
            {"name": "Twice", "code": "1"},
            {"name": "Cheap", "price": -1},
            {"name": "Wrong", "state": "odd"},
            {"name": "Unknown", "colour": "red"},
            {"name": "Object", "parent": {"name": "Good"}},
            {"name": "List", "parent": ["Good"]},
            {"name": "Code", "at": {"dialect": "cel", "source": "os.exec('x')"}},
            "text",
            {"name": "Also good", "total": 7}]},
        {"object": "shop_absent", "records": [{"name": "x"}]},
    ]);
    let seeded = owner.installs(&shop("1.0.0", data)).await["seeded"].clone();
    assert_eq!(
        (&seeded["mode"], &seeded["inserted"], &seeded["errors"]),
        (&json!("inline"), &json!(2), &json!(10)),
        "{seeded}"
    );
    let list = seeded["errorList"].as_array().unwrap();
    let indexes: Vec<u64> = list.iter().map(|it| it["recordIndex"].as_u64().unwrap()).collect();
    assert_eq!(indexes.len(), 10);
    assert!(list.iter().all(|it| it["message"].as_str().unwrap().len() > 8), "{seeded}");
    let names = app.column("shop_item", "name").await;
    assert_eq!(names, [Some("Also good".to_owned()), Some("Good".to_owned())]);
    assert_eq!(app.column("shop_item", "number").await[0].as_deref(), Some("I-001"));
    assert_eq!(
        app.column("shop_item", "state").await,
        [Some("new".to_owned()), Some("new".to_owned())]
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_seeded_row").await, 2);
}

#[tokio::test]
async fn each_mode_behaves_as_documented() {
    for (mode, counts, names) in [
        ("upsert", [1, 1, 1, 0], ["Desk", "New", "Same"].as_slice()),
        ("update", [0, 1, 2, 0], &["Desk", "Same"]),
        ("ignore", [1, 0, 2, 0], &["Chair", "New", "Same"]),
        ("insert", [1, 0, 0, 2], &["Chair", "New", "Same"]),
        ("replace", [1, 0, 0, 2], &["Chair", "New", "Same"]),
    ] {
        let app = App::new().await;
        let owner = app.owner().await;
        let data = json!([{"object": "shop_item", "externalId": "code", "records": [
            {"code": "a", "name": "Chair"}, {"code": "b", "name": "Same"}]}]);
        owner.installs(&shop("1.0.0", data)).await;
        // What people wrote is not what seeding wrote.
        let mut tx = app.db.write().await.unwrap();
        tx.query("DELETE FROM sys_seeded_row").run().await.unwrap();
        tx.commit().await.unwrap();
        owner.uninstall(ID).await.data();
        let data = json!([{"object": "shop_item", "externalId": "code", "mode": mode, "records": [
            {"code": "a", "name": "Desk"}, {"code": "b", "name": "Same"}, {"code": "c", "name": "New"}]}]);
        let seeded = owner.installs(&shop("1.1.0", data)).await["seeded"].clone();
        let found =
            ["inserted", "updated", "skipped", "errors"].map(|it| seeded[it].as_u64().unwrap());
        assert_eq!(found, counts, "{mode}: {seeded}");
        let expected: Vec<_> = names.iter().map(|it| Some((*it).to_owned())).collect();
        assert_eq!(app.column("shop_item", "name").await, expected, "{mode}");
    }
}

#[tokio::test]
async fn replace_deletes_only_seeded_records() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([{"object": "shop_item", "externalId": "code", "mode": "replace", "records": [{"code": "a", "name": "Chair"}]}]);
    let artifact = shop("1.0.0", data);
    owner.installs(&artifact).await;
    let mut tx = app.db.write().await.unwrap();
    tx.query("INSERT INTO shop_item (id, name, code) VALUES ('mine', 'Mine', 'm')")
        .run()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    owner.uninstall(ID).await.data();
    let seeded = owner.installs(&artifact).await["seeded"].clone();
    assert_eq!((&seeded["inserted"], &seeded["errors"]), (&json!(1), &json!(0)));
    assert_eq!(
        app.column("shop_item", "name").await,
        [Some("Chair".to_owned()), Some("Mine".to_owned())]
    );
}

#[tokio::test]
async fn keys_of_several_fields_match_only_together() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([{"object": "shop_item", "externalId": ["name", "state"], "records": [
        {"name": "A", "state": "new"}, {"name": "A", "state": "old"}, {"name": "A", "state": "new", "price": 3}]}]);
    let seeded = owner.installs(&shop("1.0.0", data)).await["seeded"].clone();
    assert_eq!((&seeded["inserted"], &seeded["updated"]), (&json!(2), &json!(1)), "{seeded}");
}

#[tokio::test]
async fn datasets_of_other_environments_are_left_out() {
    let data = json!([
        {"object": "shop_item", "env": ["dev", "test"], "records": [{"name": "Dev"}]},
        {"object": "shop_item", "env": ["prod"], "records": [{"name": "Prod"}]},
        {"object": "shop_item", "records": [{"name": "All"}]},
    ]);
    for (environment, names) in [
        (Some("prod"), ["All", "Prod"].as_slice()),
        (Some("test"), &["All", "Dev"]),
        (None, &["All", "Dev", "Prod"]),
    ] {
        let app =
            App::with(|config| config.seed_environment = environment.map(str::to_owned)).await;
        app.owner().await.installs(&shop("1.0.0", data.clone())).await;
        let expected: Vec<_> = names.iter().map(|it| Some((*it).to_owned())).collect();
        assert_eq!(app.column("shop_item", "name").await, expected);
    }
}

#[tokio::test]
async fn purging_deletes_exactly_what_seeding_inserted() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([
        {"object": "shop_person", "records": [{"name": "Ada"}, {"name": "Bob"}]},
        {"object": "shop_item", "records": [{"name": "Chair"}, {"name": "Desk"}]},
    ]);
    owner.installs(&shop("1.0.0", data)).await;
    let mut tx = app.db.write().await.unwrap();
    for statement in [
        "INSERT INTO shop_item (id, name) VALUES ('mine', 'Mine')",
        "UPDATE shop_item SET price = 7 WHERE name = 'Chair'",
        "DELETE FROM shop_person WHERE name = 'Bob'",
    ] {
        tx.query(statement).run().await.unwrap();
    }
    tx.commit().await.unwrap();
    let purged = post(&owner, "purge").await.data();
    assert_eq!(
        (&purged["deleted"], &purged["skipped"], &purged["errors"]),
        (&json!(3), &json!(1), &json!(0))
    );
    assert_eq!((&purged["withSampleData"], &purged["manifestId"]), (&json!(false), &json!(ID)));
    assert_eq!(app.column("shop_item", "name").await, [Some("Mine".to_owned())]);
    assert_eq!(app.rows("shop_person").await, 0);
    assert_eq!(owner.get(INSTALLED).await.data()["items"][0]["withSampleData"], false);

    // A purged package is not healed at the next start.
    app.server.boot().await.unwrap();
    assert_eq!(app.rows("shop_person").await, 0);

    let again = post(&owner, "reseed").await.data();
    assert_eq!((&again["inserted"], &again["withSampleData"]), (&json!(4), &json!(true)));
    let nothing = post(&owner, "reseed").await;
    assert_eq!(nothing.refusal(), (422, "RESEED_NO_ROWS".to_owned()));
    assert_eq!(nothing.json()["error"]["details"]["inserted"], 0);
}

#[tokio::test]
async fn reseeding_and_purging_say_why_they_cannot() {
    let app = App::new().await;
    let owner = app.owner().await;
    for what in ["reseed", "purge"] {
        assert_eq!(post(&owner, what).await.refusal(), (404, "RESOURCE_NOT_FOUND".to_owned()));
    }
    owner.installs(&package("shop", "1.0.0", json!([object("shop_a", &["name"])]))).await;
    assert_eq!(post(&owner, "reseed").await.refusal(), (400, "RESEED_SKIPPED".to_owned()));
    assert_eq!(post(&owner, "purge").await.refusal(), (400, "NOTHING_TO_PURGE".to_owned()));
}

#[tokio::test]
async fn thousands_of_records_are_loaded_and_one_bad_one_is_found() {
    let app = App::new().await;
    let owner = app.owner().await;
    let mut records: Vec<Value> = (0..3000)
        .map(|n| json!({"name": format!("Item {n}"), "code": format!("{n}"), "price": n}))
        .collect();
    records[2500]["code"] = json!("7");
    let data = json!([{"object": "shop_item", "externalId": "name", "records": records}]);
    let seeded = owner.installs(&shop("1.0.0", data)).await["seeded"].clone();
    assert_eq!((&seeded["inserted"], &seeded["errors"]), (&json!(2999), &json!(1)), "{seeded}");
    assert_eq!(seeded["errorList"][0]["recordIndex"], 2500);
    assert_eq!(app.rows("shop_item").await, 2999);
    assert_eq!(post(&owner, "purge").await.data()["deleted"], 2999);
}

#[tokio::test]
async fn a_value_that_one_database_cannot_keep_is_a_bad_record() {
    let app = App::new().await;
    let owner = app.owner().await;
    let digits = |n: u64| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31));
    let long: String = (0..20_000).map(digits).collect();
    let data = json!([{"object": "shop_item", "records": [{"name": "Long", "code": long}, {"name": "Short"}]}]);
    let seeded = owner.installs(&shop("1.0.0", data)).await["seeded"].clone();
    let (inserted, errors) =
        (seeded["inserted"].as_u64().unwrap(), seeded["errors"].as_u64().unwrap());
    assert_eq!(inserted + errors, 2, "{seeded}");
    assert!(inserted >= 1);
}
