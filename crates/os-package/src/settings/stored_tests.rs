//! What is remembered about secrets, and what checking may cost.

use super::cost;
use super::*;
use serde_json::json;

const SECRET: &str = "S3cret-42";

fn schema(value: Value) -> SettingsSchema {
    SettingsSchema::parse(&value).unwrap_or_else(|error| panic!("{error}"))
}

/// A schema that marks `token`, and the `password` of each server.
fn marking() -> SettingsSchema {
    schema(json!({"properties": {
        "url": {"type": "string"},
        "token": {"writeOnly": true},
        "servers": {"items": {"properties": {"host": {}, "password": {"format": "password"}}}},
    }}))
}

/// The same without a mark.
fn plain() -> SettingsSchema {
    schema(json!({"properties": {
        "url": {"type": "string"},
        "token": {"type": "string", "pattern": "^x"},
        "servers": {"items": {"properties": {"host": {}, "password": {}}}},
    }}))
}

fn given() -> StoredSettings {
    let values = json!({"url": "u", "token": SECRET,
        "servers": [{"host": "a", "password": SECRET}, {"host": "b"}]});
    StoredSettings::given(values, Some(&marking()))
}

fn shown(settings: &StoredSettings, schema: Option<&SettingsSchema>) -> Value {
    settings.shown(schema).as_value().clone()
}

#[test]
fn no_later_schema_uncovers_a_secret() {
    let visible = json!({"url": "u", "servers": [{"host": "a"}, {"host": "b"}]});
    let open = schema(json!({}));
    for later in [None, Some(&plain()), Some(&open), Some(&marking())] {
        let moved = given().under(later);
        assert_eq!(shown(&moved, later), visible);
        let paths: Vec<String> = moved.secrets().map(str::to_owned).collect();
        let again = StoredSettings::stored(moved.reveal().clone(), paths);
        assert_eq!(shown(&again, later), visible);
        assert!(!format!("{again:?}").contains(SECRET));
    }
    // A later schema can mark more.
    let more = schema(json!({"properties": {"url": {"writeOnly": true}}}));
    assert_eq!(shown(&given(), Some(&more)), json!({"servers": [{"host": "a"}, {"host": "b"}]}));
}

#[test]
fn what_nobody_can_judge_is_not_shown() {
    let values = json!({"a": SECRET, "b": {"c": 1}});
    assert_eq!(shown(&StoredSettings::given(values.clone(), None), None), json!({}));
    assert_eq!(shown(&StoredSettings::stored_without_paths(values.clone(), None), None), json!({}));
    let part = schema(json!({"properties": {"b": {"properties": {"c": {}}}}}));
    let old = StoredSettings::stored_without_paths(values, Some(&part));
    assert_eq!(shown(&old, Some(&part)), json!({"b": {"c": 1}}));
}

#[test]
fn new_settings_keep_what_was_hidden() {
    let sent = json!({"url": "v", "servers": [{"host": "z"}, {"host": "a", "password": "n3w"}]});
    let next = given().replaced_by(sent, Some(&plain()));
    assert_eq!(next.reveal()["token"], SECRET);
    // A secret may have moved within its list, and under another value it is still one.
    let visible = json!({"url": "v", "servers": [{"host": "z"}, {"host": "a"}]});
    assert_eq!(shown(&next, Some(&plain())), visible);
    let removed = given().replaced_by(json!({"url": "v", "token": null}), Some(&plain()));
    assert_eq!(*removed.reveal(), json!({"url": "v"}));
    // Where a secret stood, another shape hides what it holds.
    let reshaped = given().replaced_by(json!({"servers": SECRET, "token": null}), Some(&plain()));
    assert_eq!(shown(&reshaped, Some(&plain())), json!({}));
    // Without a schema only what was visible stays so.
    let sent = json!({"url": "u", "more": SECRET});
    let next = given().replaced_by(sent, None);
    assert_eq!(shown(&next, None), json!({"url": "u"}));
    assert_eq!(next.reveal()["token"], SECRET);
}

#[test]
fn settings_without_their_secrets_say_what_is_missing() {
    let (rest, left_out) = given().without_secrets();
    assert_eq!(left_out, ["/servers/0/password", "/token"]);
    assert_eq!(*rest.reveal(), json!({"url": "u", "servers": [{"host": "a"}, {"host": "b"}]}));
    let (rest, left_out) = StoredSettings::given(json!({"a": 1}), None).without_secrets();
    assert_eq!((rest.reveal(), left_out), (&json!({}), vec!["/a".to_owned()]));
}

#[test]
fn a_refusal_does_not_tell_what_an_earlier_schema_hid() {
    let Err(SettingsFault::Problems(problems)) = plain().check(&given()) else { panic!("fits") };
    assert_eq!(problems[0].path, "/token");
    assert!(!format!("{problems:?}").contains(SECRET));
}

/// `items: {anyOf: […]}`, which no number fits.
fn bomb(branches: usize) -> SettingsSchema {
    let branch = json!({"type": "object"});
    schema(json!({"properties": {"a": {"items": {"anyOf": vec![branch; branches]}}}}))
}

fn numbers(count: usize) -> StoredSettings {
    StoredSettings::stored(json!({"a": vec![1; count]}), [])
}

#[test]
fn the_work_of_a_check_is_counted_before_it_is_done() {
    let steps = |branches, items| {
        let mut meter = Meter::new(MAX_CHECK_STEPS);
        let root = bomb(branches).root;
        cost::pay(&root, &root, numbers(items).reveal(), 0, &mut meter).unwrap();
        MAX_CHECK_STEPS - meter.left()
    };
    assert_eq!(steps(2400, 20), 2 + 21 + 20 + 2400 * 20);
    assert_eq!(steps(1, 1), 2 + 2 + 1 + 1);
}

#[test]
fn a_check_within_the_budget_reports_each_problem_once() {
    let Err(SettingsFault::Problems(problems)) = bomb(2400).check(&numbers(20)) else {
        panic!("should be refused")
    };
    assert_eq!(problems.len(), 20);
    assert!(problems.iter().all(|it| it.message == "want object, but got number"));
}

#[test]
fn a_check_above_the_budget_is_refused_before_it_begins() {
    let bomb = bomb(2400);
    for items in [90, 120_000] {
        assert_eq!(bomb.check(&numbers(items)), Err(SettingsFault::TooComplex), "{items}");
    }
    // Looking for secrets has a budget as well; above it nothing is shown.
    let unmeasured = StoredSettings::given(json!({"a": vec![1; 120_000]}), Some(&bomb));
    assert_eq!(shown(&unmeasured, Some(&bomb)), json!({}));
    // So have defaults that are copied.
    let copies = schema(json!({"properties": {"a": {"items":
        {"properties": {"b": {"default": "x".repeat(10_000)}}}}}}));
    let many = StoredSettings::given(json!({"a": vec![json!({}); 80_000]}), Some(&copies));
    assert_eq!(copies.check(&many), Err(SettingsFault::TooComplex));
}
