//! Autonumbers: formats, and counters beside numbers that came in another way
//! (docs/wire/records.md#autonumbers).

use os_test::runtime::{App, Client, INSTALLED, data_url as url, package, with};
use serde_json::{Value, json};

fn desk(version: &str, number: Value, data: Value) -> Value {
    let case = json!({"name": "desk_case", "sharingModel": "public_read_write", "fields": {
        "name": {"type": "text", "unique": true}, "kind": {"type": "text"}, "number": number}});
    with(package("desk", version, json!([case])), "data", data)
}

fn numbered(format: &str) -> Value {
    json!({"type": "autonumber", "autonumberFormat": format, "unique": true})
}

fn seeds(records: Value) -> Value {
    json!([{"object": "desk_case", "externalId": "name", "records": records}])
}

async fn number(user: &Client, name: &str) -> String {
    let answer = user.post(&url("desk_case"), json!({"name": name, "kind": "WO"})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["record"]["number"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn numbers_go_on_after_those_of_seeds() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = seeds(json!([
        {"name": "a", "number": "C-0001"}, {"name": "b"}, {"name": "c", "number": "C-0041"},
        {"name": "d", "number": "by hand"}]));
    owner.installs(&desk("1.0.0", numbered("C-{0000}"), data)).await;
    let numbers = app.column("desk_case", "number").await;
    assert!(numbers.contains(&Some("C-0002".to_owned())), "{numbers:?}");
    assert_eq!(number(&owner, "e").await, "C-0042");
    // A later version brings a higher one.
    let data = seeds(json!([{"name": "f", "number": "C-0100"}, {"name": "a", "number": "C-0200"}]));
    owner.installs(&desk("1.1.0", numbered("C-{0000}"), data)).await;
    let reseed = format!("{INSTALLED}/com.acme.desk/reseed-sample-data");
    owner.post(&reseed, json!({})).await.data();
    assert_eq!(number(&owner, "g").await, "C-0201");
    let of_twice = owner.post(&url("desk_case"), json!({"name": "g"})).await;
    assert_eq!(of_twice.status, 409, "{}", of_twice.text());
    assert_eq!(number(&owner, "h").await, "C-0202", "a refused record takes no number");
}

#[tokio::test]
async fn a_text_that_becomes_an_autonumber_goes_on_after_its_values() {
    let app = App::new().await;
    let owner = app.owner().await;
    let text = json!({"type": "text", "unique": true});
    owner.installs(&desk("1.0.0", text.clone(), json!([]))).await;
    for name in ["T-007/x", "T-012/x", "T-x/x", "U-099/x", "T-013"] {
        let body = json!({"name": name, "number": name});
        assert_eq!(owner.post(&url("desk_case"), body).await.status, 201);
    }
    owner.installs(&desk("1.1.0", numbered("T-{000}/x"), json!([]))).await;
    assert_eq!(number(&owner, "a").await, "T-013/x");
    // There and back, with a number of somebody's own in between.
    owner.installs(&desk("1.2.0", text, json!([]))).await;
    let body = json!({"name": "own", "number": "T-020/x"});
    assert_eq!(owner.post(&url("desk_case"), body).await.status, 201);
    owner.installs(&desk("1.3.0", numbered("T-{000}/x"), json!([]))).await;
    assert_eq!(number(&owner, "b").await, "T-021/x");
}

#[tokio::test]
async fn numbers_are_not_used_again() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&desk("1.0.0", numbered("{000}"), json!([]))).await;
    let created = owner.post(&url("desk_case"), json!({"name": "a"})).await.json();
    let id = created["id"].as_str().unwrap();
    assert_eq!(owner.delete(&url(&format!("desk_case/{id}"))).await.status, 200);
    assert_eq!(number(&owner, "b").await, "002");
    // Another version looks at the records again, and still does not go back.
    owner.installs(&desk("1.1.0", numbered("{000}"), json!([]))).await;
    assert_eq!(number(&owner, "c").await, "003");
    // A new format goes on as well.
    owner.installs(&desk("1.2.0", numbered("N{0}"), json!([]))).await;
    assert_eq!(number(&owner, "d").await, "N4");
}

#[tokio::test]
async fn each_text_before_the_number_counts_by_itself() {
    let app = App::new().await;
    let owner = app.owner().await;
    owner.installs(&desk("1.0.0", numbered("{kind}-{YYYY}-{000}"), json!([]))).await;
    let year = os_db::now().format("%Y");
    for (name, kind, expected) in
        [("a", "WO", "001"), ("b", "IN", "001"), ("c", "WO", "002"), ("d", "IN", "002")]
    {
        let answer = owner.post(&url("desk_case"), json!({"name": name, "kind": kind})).await;
        let expected = json!(format!("{kind}-{year}-{expected}"));
        assert_eq!(answer.json()["record"]["number"], expected);
    }
    let without = owner.post(&url("desk_case"), json!({"name": "e"})).await;
    assert_eq!(without.status, 400);
    assert!(without.text().contains("needs a value in `kind`"), "{}", without.text());
}

#[tokio::test]
async fn records_created_at_once_get_different_numbers() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = seeds(json!([{"name": "seeded", "number": "C-0005"}]));
    owner.installs(&desk("1.0.0", numbered("C-{0000}"), data)).await;
    let names = (0..12).map(|index| format!("n{index}"));
    let mut tasks = tokio::task::JoinSet::new();
    for name in names {
        let owner = owner.clone();
        tasks.spawn(async move { number(&owner, &name).await });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort();
    let expected: Vec<String> = (6..18).map(|number| format!("C-{number:04}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn a_format_names_stored_fields() {
    let app = App::new().await;
    let owner = app.owner().await;
    for format in ["{knid}-{00}", "{sum}-{00}"] {
        let sum = json!({"type": "formula", "expression": "1"});
        let fields = json!({"number": numbered(format), "sum": sum});
        let case = json!({"name": "desk_case", "fields": fields});
        let refused = owner.install(&package("desk", "1.0.0", json!([case]))).await;
        assert_eq!(refused.status, 422, "{format}: {}", refused.text());
        assert!(refused.text().contains("fields.number.autonumberFormat"), "{}", refused.text());
    }
}
