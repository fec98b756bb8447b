//! Settings of an installation, checked by the schema of its package.

use super::{check_message, check_refusal};
use os_package::{SettingsFault, SettingsSchema, StoredSettings};
use serde_json::{Value, json};

const SECRET: &str = "S3CRET-4711";

/// Reads `{"schema", "values"}`, and checks that a value of that schema which is secret is shown
/// nowhere.
pub fn settings(bytes: &[u8]) {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return };
    if value.to_string().contains(SECRET) {
        return;
    }
    let (schema, values) = (value["schema"].take(), value["values"].take());
    check(&schema, values.clone());
    let secret = json!({"allOf": [schema], "writeOnly": true});
    let around = json!({"properties": {"public": schema, "secret": secret}});
    check(&around, json!({"public": values, "secret": SECRET}));
    check(&around, json!({"public": values, "secret": {"a": [SECRET], SECRET: 1}}));
}

fn check(schema: &Value, values: Value) {
    let schema = match SettingsSchema::parse(schema) {
        Ok(schema) => schema,
        Err(refusal) => return check_refusal(&refusal),
    };
    let stored = StoredSettings::given(values, Some(&schema));
    match schema.check(&stored) {
        Ok(()) | Err(SettingsFault::TooComplex) => {}
        Err(SettingsFault::Problems(problems)) => {
            assert!((1..=50).contains(&problems.len()), "{} problems", problems.len());
            for problem in &problems {
                check_message(&problem.message);
                assert!(!problem.message.contains(SECRET), "{problem:?}");
            }
        }
    }
    let shown = stored.shown(Some(&schema));
    assert!(!shown.as_value().to_string().contains(SECRET), "{shown:?}");
    let again = stored.under(Some(&schema)).shown(Some(&schema));
    assert_eq!(again, shown);
}
