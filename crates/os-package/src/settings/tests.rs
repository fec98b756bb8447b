//! Valid and hostile schemas, valid and secret settings.

use std::time::{Duration, Instant};

use super::*;
use serde_json::json;

impl SettingsSchema {
    fn validate(&self, settings: &Value) -> Result<(), Vec<SettingsProblem>> {
        self.check(&StoredSettings::given(settings.clone(), Some(self))).map_err(
            |fault| match fault {
                SettingsFault::Problems(problems) => problems,
                SettingsFault::TooComplex => panic!("too complex"),
            },
        )
    }
}

fn schema(value: Value) -> SettingsSchema {
    SettingsSchema::parse(&value).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(value: Value) -> String {
    SettingsSchema::parse(&value).expect_err("should be refused").to_string()
}

fn mail() -> SettingsSchema {
    schema(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://acme.com/settings.json",
        "type": "object",
        "properties": {
            "host": {"type": "string", "minLength": 1},
            "port": {"$ref": "#/$defs/port"},
            "retry": {"type": "object", "properties": {"times": {"default": 3}}, "default": {}},
            "proxy": {"type": "object", "properties": {"port": {"$ref": "#/$defs/port"}}},
            "password": {"type": "string", "writeOnly": true, "pattern": "^[a-z]+$"},
        },
        "required": ["host"],
        "additionalProperties": false,
        "$defs": {"port": {"type": "integer", "maximum": 65535, "default": 25}},
    }))
}

#[test]
fn problems_of_settings_have_a_json_pointer() {
    let mail = mail();
    assert_eq!(mail.validate(&json!({"host": "a", "port": 1})), Ok(()));
    for (settings, path, message) in [
        (json!({}), "/host", "is required"),
        (json!({"host": 1}), "/host", "want string, but got number"),
        (json!({"host": "a", "port": 70000}), "/port", "must be <=65535"),
        (json!({"host": "a", "x/y~z": 1}), "/x~1y~0z", "is not a setting"),
        (
            json!({"host": "a", "proxy": {"port": "x"}}),
            "/proxy/port",
            "want integer, but got string",
        ),
        (
            json!({"host": "a", "password": "S3cret"}),
            "/password",
            "is not valid (the value is secret and not shown)",
        ),
        (json!([]), "", "must be an object"),
        (json!(null), "", "must be an object"),
    ] {
        let problem = SettingsProblem { path: path.into(), message: message.into() };
        assert_eq!(mail.validate(&settings), Err(vec![problem]), "{settings}");
    }
}

#[test]
fn all_problems_are_reported_up_to_a_limit() {
    let any: SettingsSchema = schema(json!({"additionalProperties": {"type": "string"}}));
    assert_eq!(any.validate(&json!({"a": 1, "b": 2})).unwrap_err().len(), 2);
    let many: Map<String, Value> = (0..20_000).map(|n| (n.to_string(), json!(n))).collect();
    assert_eq!(any.validate(&many.into()).unwrap_err().len(), MAX_PROBLEMS);
}

#[test]
fn defaults_fill_what_is_absent() {
    let filled = mail().with_defaults(json!({"host": "a", "proxy": {}})).unwrap();
    let expected = json!({"host": "a", "port": 25, "retry": {"times": 3}, "proxy": {"port": 25}});
    assert_eq!(filled, expected);
    let given = json!({"port": 1, "retry": {"times": null}});
    assert_eq!(mail().with_defaults(given.clone()), Ok(given));
    let none = json!({"port": 25, "retry": {"times": 3}});
    assert_eq!(mail().with_defaults(Value::Null), Ok(none));
    let list =
        schema(json!({"properties": {"a": {"items": {"properties": {"b": {"default": 1}}}}}}));
    assert_eq!(list.with_defaults(json!({"a": [{}, 7]})), Ok(json!({"a": [{"b": 1}, 7]})));
}

#[test]
fn secrets_are_left_out_wherever_they_are_declared() {
    let secret = json!({"format": "password"});
    for (definition, settings, shown) in [
        (json!({"properties": {"p": secret}}), json!({"p": "x", "q": "y"}), json!({"q": "y"})),
        (
            json!({"properties": {"a": {"properties": {"p": secret}}}}),
            json!({"a": {"p": 1, "q": 2}}),
            json!({"a": {"q": 2}}),
        ),
        (
            json!({"properties": {"p": {"$ref": "#/$defs/s"}}, "$defs": {"s": secret}}),
            json!({"p": 1}),
            json!({}),
        ),
        (
            json!({"oneOf": [{"properties": {"p": secret}}, {}]}),
            json!({"p": 1, "q": 1}),
            json!({"q": 1}),
        ),
        (json!({"if": {}, "then": {"properties": {"p": secret}}}), json!({"p": 1}), json!({})),
        (
            json!({"dependentSchemas": {"q": {"properties": {"p": secret}}}}),
            json!({"p": 1}),
            json!({}),
        ),
        (
            json!({"additionalProperties": secret, "properties": {"q": {}}}),
            json!({"p": 1, "q": 1}),
            json!({"q": 1}),
        ),
        (json!({"patternProperties": {"^p": secret}}), json!({"p": 1}), json!({})),
        (
            json!({"properties": {"a": {"items": {"properties": {"p": {"writeOnly": true}}}}}}),
            json!({"a": [{"p": 1, "q": 2}]}),
            json!({"a": [{"q": 2}]}),
        ),
        (
            json!({"properties": {"a": {"prefixItems": [secret]}}}),
            json!({"a": ["x", "y"]}),
            json!({"a": ["y"]}),
        ),
        (json!({"writeOnly": true}), json!({"p": 1}), json!({})),
        (json!({"properties": {"p": {"writeOnly": false}}}), json!({"p": 1}), json!({"p": 1})),
    ] {
        let stored = StoredSettings::given(settings, Some(&schema(definition.clone())));
        assert_eq!(*stored.shown(None).as_value(), shown, "{definition}");
    }
}

#[test]
fn secrets_are_not_in_messages() {
    let deep =
        schema(json!({"properties": {"a": {"writeOnly": true, "items": {"pattern": "^x"}}}}));
    let problems = deep.validate(&json!({"a": ["hunter2"]})).unwrap_err();
    assert_eq!(problems[0].path, "/a/0");
    assert!(!problems[0].message.contains("hunter2"));
}

#[test]
fn no_value_is_in_a_message() {
    let schema = schema(json!({"properties": {
        "a": {"pattern": "^x$"}, "b": {"format": "email"}, "c": {"minimum": 99}, "d": {"maximum": 1},
        "e": {"exclusiveMinimum": 99}, "f": {"exclusiveMaximum": 1}, "g": {"multipleOf": 50},
        "h": {"enum": ["x"]}, "i": {"const": "x"}, "j": {"type": "integer"}, "k": {"minLength": 99},
        "l": {"propertyNames": {"pattern": "^x$"}}, "m": {"not": {"type": "string"}},
        "n": {"format": "date-time"}, "o": {"format": "uri"},
    }}));
    for (name, value) in [
        ("a", json!("77077")),
        ("b", json!("77077")),
        ("c", json!(77.077)),
        ("d", json!(77077)),
        ("e", json!(77.077)),
        ("f", json!(77077)),
        ("g", json!(77077)),
        ("h", json!("77077")),
        ("i", json!("77077")),
        ("j", json!("77077")),
        ("k", json!("77077")),
        ("l", json!({"77077": 1})),
        ("m", json!("77077")),
        ("n", json!("77077")),
        ("o", json!("77077 %")),
    ] {
        let Err(problems) = schema.validate(&json!({name: value})) else {
            // Formats are notes in this draft.
            assert!(["b", "n", "o"].contains(&name), "{name} is refused");
            continue;
        };
        let shown = format!("{} {}", problems[0].path, problems[0].message);
        assert!(!shown.contains("77077") && !shown.contains("77.077"), "{name}: {shown}");
    }
}

#[test]
fn invalid_schemas_are_refused() {
    for (value, message) in [
        (json!(true), "must be a JSON Schema"),
        (json!([]), "must be a JSON Schema"),
        (json!({"type": "objekt"}), "not a valid JSON Schema (draft 2020-12): at `/type`"),
        (json!({"type": "string"}), "must describe an object"),
        (json!({"properties": []}), "not a valid JSON Schema"),
        (json!({"properties": {"a": {"pattern": "("}}}), "not a supported regular expression"),
        (json!({"properties": {"a": {"pattern": r"\p{Foo}"}}}), "not a supported regular"),
        (json!({"properties": {"a": {"pattern": r"\a"}}}), "not a valid JSON Schema"),
        (json!({"patternProperties": {"(?=a)": {}}}), "not a supported regular"),
        (json!({"properties": {"a": {"minLength": -1}}}), "not a valid JSON Schema"),
        (
            json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
            "`configurationSchema.$schema`",
        ),
        (json!({"$ref": "#/$defs/none"}), "must point into the schema itself"),
        (json!({"$ref": "file:///etc/passwd"}), "must point into the schema itself"),
        (
            json!({"properties": {"a": {"$ref": "https://example.com/x"}}}),
            "`configurationSchema.properties.a.$ref`",
        ),
        (json!({"$ref": "#"}), "leads in a circle"),
        (json!({"properties": {"a": {"$dynamicRef": "#x"}}}), "use `$ref`"),
        (json!({"properties": {"a": {"$id": "x"}}}), "refer to `#/$defs/…`"),
    ] {
        let shown = value.to_string();
        let refused = refusal(value);
        assert!(refused.contains(message), "{shown}: {refused}");
    }
    schema(json!({"properties": {"a": {"pattern": r"^[\w.-]{1,100}@\d+\.\p{L}\/$"}}}));
    // A property may be called like a keyword.
    schema(json!({"properties": {"$ref": {"type": "string"}, "$id": {}, "pattern": {}}}));
}

#[test]
fn hostile_schemas_are_refused_at_once() {
    let start = Instant::now();
    let doubling = |keyword: &str| {
        let twice = |n: usize| {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            json!({keyword: [next.clone(), next]})
        };
        let mut definitions: Map<String, Value> =
            (0..30).map(|n| (format!("d{n}"), twice(n))).collect();
        definitions.insert("d30".to_owned(), json!({"type": "object"}));
        json!({"$ref": "#/$defs/d0", "$defs": definitions})
    };
    assert!(refusal(doubling("allOf")).contains("too large"));
    assert!(refusal(doubling("anyOf")).contains("too large"));

    let chain: Map<String, Value> = (0..1000)
        .map(|n| (format!("d{n}"), json!({"$ref": format!("#/$defs/d{}", (n + 1) % 1000)})))
        .collect();
    assert!(refusal(json!({"$ref": "#/$defs/d0", "$defs": chain})).contains("too deep"));

    let tree = json!({"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}});
    assert!(refusal(tree).contains("circle"));

    let big = json!({"properties": {"a": {"enum": ["x".repeat(70_000)]}}});
    assert!(refusal(big).contains("64 KiB"));

    let defaults: Map<String, Value> =
        (0..1000).map(|n| (n.to_string(), json!({"$ref": "#/$defs/d"}))).collect();
    let copies = json!({"properties": defaults, "$defs": {"d": {"default": "x".repeat(30_000)}}});
    assert!(refusal(copies).contains("too large"));

    let patterns: Map<String, Value> =
        (0..51).map(|n| (n.to_string(), json!({"pattern": "^a$"}))).collect();
    assert!(refusal(json!({"properties": patterns})).contains("50 patterns"));
    assert!(refusal(json!({"properties": {"a": {"pattern": "a".repeat(501)}}})).contains("500"));
    assert!(
        refusal(json!({"properties": {"a": {"pattern": "((a{1000}){1000}){1000}"}}}))
            .contains("repeats too much")
    );
    // As deep as 500 characters allow; the validator puts a class one deeper.
    let deep = format!("{}\\d{}", "(".repeat(249), ")".repeat(249));
    schema(json!({"properties": {"a": {"pattern": deep}}}));
    assert!(start.elapsed() < Duration::from_secs(20));
}
