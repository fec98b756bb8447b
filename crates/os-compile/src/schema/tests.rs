use super::*;
use proptest::prelude::*;
use serde_json::json;

fn stack() -> Value {
    json!({
        "manifest": { "id": "com.example.shop", "namespace": "shop", "version": "1.0.0", "type": "app", "name": "Shop" },
        "objects": [{ "name": "shop_order", "label": "Order", "sharingModel": "private", "fields": {
            "title": { "type": "text", "label": "Title", "required": true },
            "customer": { "type": "lookup", "label": "Customer", "reference": "shop_order" },
            "total": { "type": "currency", "label": "Total", "currencyConfig": { "currencyMode": "fixed", "defaultCurrency": "EUR" } },
        } }],
    })
}

fn errors(stack: Value) -> Vec<(String, String, String)> {
    let (_, found) = check(stack);
    let errors = found.into_iter().filter(Diagnostic::is_error);
    errors
        .map(|it| (it.path.unwrap_or_default(), it.message, it.help.unwrap_or_default()))
        .collect()
}

#[test]
fn absent_keys_get_their_defaults() {
    let (out, found) = check(stack());
    assert!(!found.iter().any(Diagnostic::is_error), "{found:#?}");
    let fields = &out["objects"][0]["fields"];
    assert_eq!(out["manifest"]["scope"], "project");
    assert_eq!(fields["title"]["unique"], false);
    assert_eq!(fields["customer"]["deleteBehavior"], "set_null");
    assert_eq!(fields["total"]["currencyConfig"]["precision"], 2);
}

#[test]
fn checking_twice_changes_nothing() {
    let (once, _) = check(stack());
    let (twice, _) = check(once.clone());
    assert_eq!(once, twice);
}

#[test]
fn all_problems_are_reported_with_path_and_remedy() {
    let mut stack = stack();
    let object = &mut stack["objects"][0];
    object["descripton"] = "x".into();
    object["fields"]["title"]["type"] = "txt".into();
    object["fields"]["title"]["required"] = "true".into();
    object["fields"]["My Total"] = json!({ "type": "number" });
    stack["manifest"].as_object_mut().unwrap().shift_remove("version");
    let found = errors(stack);
    let is_reported = |path: &str, help: &str| {
        assert!(found.iter().any(|it| it.0 == path && it.2.contains(help)), "{path}: {found:#?}");
    };
    is_reported("manifest", "version");
    is_reported("objects[0].descripton", "`description`");
    is_reported("objects[0].fields.title.type", "'text'");
    is_reported("objects[0].fields.title.required", "true without quotes");
    is_reported("objects[0].fields.My Total", "'my_total'");
}

#[test]
fn each_invalid_change_of_a_valid_stack_is_refused() {
    let cases = [
        ("/manifest/version", json!("1.0")),
        ("/manifest/type", json!("application")),
        ("/manifest/name", Value::Null),
        ("/manifest/unknown", json!(1)),
        ("/objects/0/name", json!("Shop Order")),
        ("/objects/0/fields", json!([])),
        ("/objects/0/fields/title/maxLength", json!(-1)),
        ("/objects/0/fields/title/multiple", json!("yes")),
        ("/objects/0/fields/customer/reference", json!("")),
        ("/objects/0/fields/total/maxLength", json!(3)),
        ("/objects/0/fields/total/currencyConfig/precision", json!(3)),
        ("/objects/0/fields/title/defaultValue", json!(7)),
        ("/views", json!("none")),
        ("/flows", json!([{ "name": "shop_f" }])),
    ];
    for (pointer, value) in cases {
        let mut stack = stack();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        stack.pointer_mut(parent).unwrap()[key] = value;
        assert!(!errors(stack).is_empty(), "{pointer}");
    }
}

#[test]
fn a_hostile_stack_is_refused_in_bounded_time() {
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!({ "children": [deep] });
    }
    let mut nested = stack();
    nested["apps"] = json!([deep]);
    assert!(errors(nested)[0].1.contains("nested deeper"));

    let mut wide = stack();
    wide["objects"] = Value::Array(vec![json!({ "name": 1 }); 100_000]);
    assert!(errors(wide).len() <= validator::MAX_PROBLEMS);
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z_]{0,8}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-zA-Z_]{0,6}",
        Just("name".to_owned()),
        Just("type".to_owned()),
        Just("fields".to_owned())
    ];
    leaf.prop_recursive(4, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_makes_it_panic_and_the_answer_is_its_own_answer(
        at in prop::sample::select(vec!["objects", "views", "flows", "apps", "pages", "actions", "data", "hooks", "connectors", "reports"]),
        value in anything(),
    ) {
        let mut stack = stack();
        stack[at] = Value::Array(vec![value]);
        let (once, found) = check(stack);
        let (twice, again) = check(once.clone());
        prop_assert_eq!(once, twice);
        prop_assert_eq!(found.iter().filter(|it| it.is_error()).count(), again.iter().filter(|it| it.is_error()).count());
    }
}

#[test]
fn an_unknown_collection_passes_and_a_misspelled_one_does_not() {
    let mut newer = stack();
    newer["holograms"] = json!([{ "name": "shop_h" }]);
    let (out, found) = check(newer);
    assert_eq!(out["holograms"], json!([{ "name": "shop_h" }]));
    let reported: Vec<_> = found.iter().map(|it| (it.is_error(), it.path.as_deref())).collect();
    assert!(reported.contains(&(false, Some("holograms"))), "{found:#?}");

    for (key, value) in [("objcts", json!([])), ("holograms", json!("on"))] {
        let mut stack = stack();
        stack[key] = value;
        assert_eq!(errors(stack)[0].0, key);
    }
}

#[test]
fn fields_named_by_a_filter_are_not_reported() {
    let mut stack = stack();
    stack["views"] = json!([{ "list": {
        "type": "grid", "columns": ["title"], "data": { "provider": "object", "object": "shop_order" },
    } }]);
    stack["dashboards"] = json!([{ "name": "shop_d", "label": "D", "widgets": [{
        "id": "open", "type": "metric", "dataset": "shop_orders", "values": ["n"],
        "filter": { "status": "open", "$and": [{ "title": { "$ne": "x" } }] },
    }] }]);
    let (_, found) = check(stack);
    let known = |it: &Diagnostic| !it.message.contains("not known");
    assert!(found.iter().all(known), "{found:#?}");
}
