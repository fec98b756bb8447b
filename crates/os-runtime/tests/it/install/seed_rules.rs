//! Seeds keep the rules of their objects (docs/wire/seeds.md#rules).

use os_test::runtime::{App, package, with};
use serde_json::{Value, json};

fn staff(data: Value) -> Value {
    let team = json!({"name": "staff_team", "fields": {
        "name": {"type": "text"}, "lead": {"type": "lookup", "reference": "staff_person"}}});
    let person = json!({"name": "staff_person", "fields": {
        "name": {"type": "text"},
        "team": {"type": "lookup", "reference": "staff_team", "required": true},
        "boss": {"type": "lookup", "reference": "staff_person"}}});
    let badge = json!({"name": "staff_badge", "fields": {
        "name": {"type": "text"}, "note": {"type": "text", "minLength": 3},
        "person": {"type": "master_detail", "reference": "staff_person", "required": true}}});
    let task = json!({"name": "staff_task", "fields": {
        "name": {"type": "text"}, "state": {"type": "select", "options": ["open", "done"]},
        "due": {"type": "date"}, "hours": {"type": "number"},
        "person": {"type": "lookup", "reference": "staff_person"}},
        "validations": [
            {"name": "named", "type": "script", "message": "A task that is done has a person",
             "condition": {"dialect": "cel", "source": "record.state == 'done' && isBlank(record.person)"}},
            {"name": "flow", "type": "state_machine", "field": "state", "message": "Starts open",
             "initialStates": ["open"], "transitions": {"open": ["done"], "done": []}}]});
    with(package("staff", "1.0.0", json!([team, person, badge, task])), "data", data)
}

fn set(object: &str, records: Value) -> Value {
    json!({"object": object, "externalId": "name", "records": records})
}

#[tokio::test]
async fn a_record_whose_required_reference_is_missing_is_not_loaded() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([
        set(
            "staff_badge",
            json!([{"name": "B1", "person": "Ann"}, {"name": "B2", "person": "Bob"}])
        ),
        set(
            "staff_person",
            json!([
            {"name": "Ann", "team": "Red", "boss": "Bob"}, {"name": "Bob", "team": "Nobody's"}])
        ),
        set("staff_team", json!([{"name": "Red", "lead": "Bob"}])),
    ]);
    let seeded = owner.installs(&staff(data)).await["seeded"].clone();
    let counts = (&seeded["inserted"], &seeded["errors"], &seeded["droppedRefs"]);
    assert_eq!(counts, (&json!(3), &json!(2), &json!(0)), "{seeded}");
    let error = &seeded["errorList"][0];
    let of = (&error["sourceObject"], &error["field"], &error["attemptedValue"]);
    assert_eq!(of, (&json!("staff_person"), &json!("team"), &json!("Nobody's")));
    assert!(error["message"].as_str().unwrap().contains("is required"), "{error}");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(app.column("staff_person", "name").await, [some("Ann")]);
    // What could not be without it is not there either; what can be is without it.
    assert_eq!(app.column("staff_badge", "name").await, [some("B1")]);
    assert_eq!(app.column("staff_person", "boss").await, [None]);
    assert_eq!(app.column("staff_team", "lead").await, [None]);
    assert_eq!(app.count("SELECT COUNT(*) FROM sys_seeded_row").await, 3);
}

#[tokio::test]
async fn a_record_that_breaks_a_rule_is_not_loaded() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([
        set(
            "staff_task",
            json!([
            {"name": "open", "state": "open"},
            {"name": "done by Ann", "state": "done", "person": "Ann"},
            {"name": "done by nobody", "state": "done"},
            {"name": "done by somebody else", "state": "done", "person": "Zoe"}])
        ),
        set("staff_person", json!([{"name": "Ann", "team": "Red"}])),
        set("staff_team", json!([{"name": "Red", "lead": "Ann"}])),
        set("staff_badge", json!([{"name": "B", "person": "Ann", "note": "no"}])),
    ]);
    let seeded = owner.installs(&staff(data)).await["seeded"].clone();
    assert_eq!((&seeded["inserted"], &seeded["errors"]), (&json!(4), &json!(3)), "{seeded}");
    let names = app.column("staff_task", "name").await;
    assert_eq!(names, [Some("done by Ann".to_owned()), Some("open".to_owned())]);
    let messages = seeded["errorList"].to_string();
    assert!(messages.contains("A task that is done has a person"), "{messages}");
    assert!(messages.contains("3 characters at least"), "{messages}");
}

#[tokio::test]
async fn values_are_read_as_those_of_requests() {
    let app = App::new().await;
    let owner = app.owner().await;
    let data = json!([set(
        "staff_task",
        json!([
        {"name": "a", "due": "2026-07-15T00:00:00.000Z", "hours": "12.5"},
        {"name": "b", "due": "2026-07-16", "hours": 3}])
    )]);
    let seeded = owner.installs(&staff(data)).await["seeded"].clone();
    assert_eq!((&seeded["inserted"], &seeded["errors"]), (&json!(2), &json!(0)), "{seeded}");
    let days = app.column("staff_task", "due").await;
    assert_eq!(days, [Some("2026-07-15".to_owned()), Some("2026-07-16".to_owned())]);
}
