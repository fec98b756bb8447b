//! The limits that a field declares (docs/wire/records.md#limits-of-fields).

use os_test::runtime::{App, data_url as url, package};
use serde_json::{Value, json};

#[tokio::test]
async fn lengths_and_digits_hold() {
    let app = App::new().await;
    let owner = app.owner().await;
    let object = json!({"name": "desk_item", "fields": {
        "code": {"type": "text", "minLength": 3, "maxLength": 5},
        "body": {"type": "textarea", "minLength": 2},
        "pin": {"type": "password", "minLength": 4},
        "whole": {"type": "number", "scale": 0},
        "price": {"type": "currency", "scale": 2, "precision": 6},
        "long": {"type": "number", "precision": 4},
        "share": {"type": "percent", "scale": 1, "min": 0, "max": 100},
        "any": {"type": "number"}}});
    owner.installs(&package("desk", "1.0.0", json!([object]))).await;
    for (field, value, refused) in [
        ("code", json!("ab"), Some("min_length")),
        ("code", json!("abc"), None),
        ("code", json!("äöü"), None),
        ("code", json!("abcdef"), Some("max_length")),
        ("code", json!(""), None),
        ("code", Value::Null, None),
        ("body", json!("x"), Some("min_length")),
        ("pin", json!("123"), Some("min_length")),
        ("whole", json!(1), None),
        ("whole", json!(1.0), None),
        ("whole", json!("2"), None),
        ("whole", json!(1e15), None),
        ("whole", json!(1.5), Some("max_scale")),
        ("whole", json!(-0.1), Some("max_scale")),
        ("price", json!(1.25), None),
        ("price", json!(-9999.99), None),
        ("price", json!(0.1), None),
        ("price", json!(1.255), Some("max_scale")),
        ("price", json!(1e-9), Some("max_scale")),
        ("price", json!(12345.67), Some("max_precision")),
        ("price", json!(10000), Some("max_precision")),
        ("long", json!(1234), None),
        ("long", json!(0.1234), None),
        ("long", json!(12.345), Some("max_precision")),
        ("share", json!(99.9), None),
        ("share", json!(100.1), Some("max_value")),
        ("any", json!(0.123_456_789), None),
    ] {
        let answer = owner.post(&url("desk_item"), json!({field: value})).await;
        let found = answer.json();
        let expected = if refused.is_some() { 400 } else { 201 };
        assert_eq!(answer.status, expected, "{field} {value}: {found}");
        if let Some(code) = refused {
            assert_eq!(found["fields"][0]["code"], code, "{field} {value}: {found}");
            assert_eq!(found["fields"][0]["field"], field);
        }
    }
}
