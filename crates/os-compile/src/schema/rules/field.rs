//! Fields and objects.

use super::literal::{self, Checked};
use super::{PRESETS, has, text};
use crate::schema::problem::Report;
use os_package::field::{Length, Many, Reference};
use os_package::{FieldType, system};
use serde_json::{Map, Value, json};

/// Checks that a field matches its type.
pub fn field(field: &mut Value, report: &mut Report) {
    let kind = text(field, "type");
    let field_type = literal::field_type(field);
    let reference = field_type.map_or(Reference::None, |it| it.properties().reference);
    if has(field, "referenceVia") && kind != "text" {
        report.add(
            "referenceVia",
            "only a text field can hold the name of an object",
            "make the field `type: 'text'`, or remove `referenceVia`",
        );
    }
    if has(field, "referenceVia") && has(field, "reference") {
        report.add(
            "referenceVia",
            "`referenceVia` and `reference` exclude each other",
            "keep one of them",
        );
    }
    if reference == Reference::Named && text(field, "reference").trim().is_empty() {
        report.add(
            "reference",
            format!("a {kind} field must name the object it points to"),
            "add `reference: '<object>'`",
        );
    }
    if field["storage"]["notNull"] == true && has(field, "requiredWhen") {
        report.add(
            "storage.notNull",
            "a column that is never empty cannot be required only sometimes",
            "remove `requiredWhen`, or `notNull`",
        );
    }
    let many = field_type.map_or(Many::Never, |it| it.properties().many);
    if many == Many::InParameters && field["multiple"] == true {
        let message = format!("a {kind} field holds one value");
        report.add("multiple", message, "use `type: 'checkboxes'`");
    }
    let limits: [(&str, IsAllowed); 4] = [
        ("maxLength", |it| it.properties().length != Length::Unlimited),
        ("minLength", |it| it.properties().length != Length::Unlimited),
        ("valueDomain", |it| it == FieldType::Text),
        ("rows", |it| it.properties().length == Length::Lines),
    ];
    for (key, allows) in limits {
        if has(field, key) && !field_type.is_some_and(allows) {
            let types = FieldType::ALL.iter().filter(|it| allows(**it)).map(|it| it.as_str());
            let types: Vec<_> = types.collect();
            let help = format!("remove `{key}`, or use one of the types {}", types.join(", "));
            report.add(key, format!("`{key}` has no meaning for a {kind} field"), &help);
        }
    }
    if kind == "master_detail" && field["deleteBehavior"] == "set_null" {
        report.add(
            "deleteBehavior",
            "a detail cannot outlive its master",
            "use 'cascade', or a lookup field",
        );
    }
    let money = &field["currencyConfig"];
    if kind == "currency" && money["currencyMode"] == "fixed" {
        contradiction(text(money, "defaultCurrency"), &field["precision"], report);
    }
    if let Some(default) = field.get("defaultValue").filter(|it| !it.is_null()) {
        default_value(field, default, report);
    }
}

fn default_value(field: &Value, default: &Value, report: &mut Report) {
    if has(default, "dialect")
        && !text(default, "dialect").is_empty()
        && default["source"].is_string()
    {
        return;
    }
    let kind = text(field, "type");
    let now = default.as_str().is_some_and(|it| it.trim().eq_ignore_ascii_case("now()"));
    if now || default == "current_user" {
        let user =
            kind == "user" || (kind == "lookup" && text(field, "reference") == system::USERS);
        let is_temporal = literal::field_type(field).is_some_and(FieldType::is_temporal);
        let fits = if now { is_temporal } else { user };
        if !fits || literal::is_multiple(field) {
            report.add(
                "defaultValue",
                format!("a {kind} field cannot hold {default}"),
                "write a value of the field's own type",
            );
        }
        return;
    }
    if let Checked::Wrong(expected) = literal::check(field, default) {
        report.add(
            "defaultValue",
            format!("the default of a {kind} field must be {expected}"),
            "change it, or leave it out",
        );
    }
}

/// Fills in the defaults of a field, by its type.
pub fn field_defaults(field: &mut Value) {
    let kind = text(field, "type").to_owned();
    let Value::Object(field) = field else { return };
    if !field.contains_key("unique") {
        let unique = if kind == "autonumber" { json!("organization") } else { json!(false) };
        field.insert("unique".to_owned(), unique);
    }
    if !field.contains_key("deleteBehavior") && matches!(kind.as_str(), "lookup" | "tree") {
        field.insert("deleteBehavior".to_owned(), "set_null".into());
    }
}

/// Returns the decimal digits of a currency.
fn fraction_digits(currency: &str) -> Option<u64> {
    const WITHOUT_DECIMALS: &str = "AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RSD RWF SLL SOS SYP TZS UGX UYI VND VUV XAF XOF XPF YER ZMK";
    const WITH_THREE_DECIMALS: &str = "BHD JOD KWD LYD OMR TND";
    let among = |list: &str| list.split(' ').any(|it| it.eq_ignore_ascii_case(currency));
    if currency.len() != 3 {
        None
    } else if among(WITHOUT_DECIMALS) {
        Some(0)
    } else if among(WITH_THREE_DECIMALS) {
        Some(3)
    } else {
        among(WITH_TWO_DECIMALS).then_some(2)
    }
}

const WITH_TWO_DECIMALS: &str = "AED AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG ILS INR JMD KES KGS KHR KYD KZT";

fn contradiction(currency: &str, precision: &Value, report: &mut Report) {
    if let (Some(digits), Some(precision)) = (fraction_digits(currency), precision.as_f64())
        && (precision - digits as f64).abs() > f64::EPSILON
    {
        let message = format!("{currency} has {digits} digits after the point");
        report.add("precision", message, &format!("write {digits}, or leave it out"));
    }
}

/// Checks that a fixed currency has its own number of digits.
pub fn currency(config: &mut Value, report: &mut Report) {
    if config["currencyMode"] == "fixed" {
        contradiction(text(config, "defaultCurrency"), &config["precision"], report);
    }
}

/// Fills in two decimal digits, unless the currency has others.
pub fn currency_defaults(config: &mut Value) {
    let fixed = config["currencyMode"] == "fixed";
    let digits = fraction_digits(text(config, "defaultCurrency"));
    let contradicts = fixed && digits.is_some_and(|digits| digits != 2);
    if let Value::Object(config) = config
        && !config.contains_key("precision")
        && !contradicts
    {
        config.insert("precision".to_owned(), 2.into());
    }
}

/// Checks that a tree refers to its own object.
pub fn own_tree(object: &mut Value, report: &mut Report) {
    let own = object.get("name").or_else(|| object.get("extend")).and_then(Value::as_str);
    let empty = Map::new();
    let fields = object["fields"].as_object().unwrap_or(&empty);
    for (name, field) in fields {
        if field["type"] == "tree" && has(field, "reference") && field["reference"].as_str() != own
        {
            let message = "a tree field points to its own object";
            report.add(
                format!("fields.{name}.reference"),
                message,
                "remove it, or use a lookup field",
            );
        }
    }
}

/// Checks that groups of fields have unique keys.
pub fn group_keys(groups: &mut Value, report: &mut Report) {
    let groups = groups.as_array().map(Vec::as_slice).unwrap_or_default();
    for (at, group) in groups.iter().enumerate() {
        if groups[..at].iter().any(|earlier| earlier["key"] == group["key"]) {
            report.add(
                format!("[{at}].key"),
                format!("the key {} is used twice", group["key"]),
                "give each group its own key",
            );
        }
    }
}

/// Refuses comparisons with a range of days, which nothing is before or after.
pub fn preset_comparison(filter: &mut Value, report: &mut Report) {
    compare(filter, "", report);
}

fn compare(filter: &Value, path: &str, report: &mut Report) {
    let is_preset = |it: &Value| it.as_str().is_some_and(|name| PRESETS.contains(&name));
    let fields = filter.as_object().into_iter().flatten();
    for (key, value) in fields.filter(|(key, value)| !key.starts_with('$') && value.is_object()) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let operators = value.as_object().into_iter().flatten();
        if operators.clone().all(|(name, _)| !name.starts_with('$')) {
            compare(value, &path, report);
            continue;
        }
        for (operator, operand) in operators {
            let judged = match operator.as_str() {
                "$gt" | "$gte" | "$lt" | "$lte" => is_preset(operand),
                "$between" => operand.as_array().is_some_and(|ends| ends.iter().any(is_preset)),
                _ => false,
            };
            if judged {
                let message =
                    format!("{operand} is a range of days, which nothing is before or after");
                report.add(format!("{path}.{operator}"), message, "write a date such as '{today}'");
            }
        }
    }
}

/// Checks the retention of records.
pub fn lifecycle(lifecycle: &mut Value, report: &mut Report) {
    let [retention, ttl, storage, archive] = ["retention", "ttl", "storage", "archive"]
        .map(|key| lifecycle.get(key).filter(|it| !it.is_null()));
    let record = lifecycle["class"] == "record";
    let mut refuse = |message: &str, help: &str| report.add("", message, help);
    if !record && retention.is_none() && ttl.is_none() && storage.is_none() {
        refuse(
            "records that are not kept for ever must declare for how long",
            "add `retention`, `ttl` or `storage`",
        );
    }
    if record && (retention.is_some() || ttl.is_some() || storage.is_some() || archive.is_some()) {
        refuse(
            "records of class 'record' are kept for ever",
            "use another class, or remove the limits",
        );
    }
    let Some(retention) = retention else { return conditions(ttl, storage, archive, refuse) };
    if let Some(archive) = archive {
        if archive["after"] != retention["maxAge"] {
            refuse(
                "records are archived when they are no longer retained",
                "make `archive.after` equal to `retention.maxAge`",
            );
        }
        if ttl.is_some_and(|ttl| {
            ttl["field"] != "created_at" || ttl["expireAfter"] != retention["maxAge"]
        }) {
            refuse("`ttl` and `retention` end at different times", "remove `ttl`");
        }
    }
    conditions(Some(retention), storage, archive, &mut refuse);
    conditions(ttl, storage, archive, refuse);
}

fn conditions(
    kept: Option<&Value>,
    storage: Option<&Value>,
    archive: Option<&Value>,
    mut refuse: impl FnMut(&str, &str),
) {
    if kept.is_none_or(|it| it["onlyWhen"].is_null()) {
        return;
    }
    if storage.is_some_and(|it| it["strategy"] == "rotation") {
        refuse(
            "whole tables are rotated, so that no condition can spare a record",
            "remove `onlyWhen`",
        );
    }
    if archive.is_some() {
        refuse(
            "the archive takes every record, whatever the condition",
            "remove `onlyWhen`, or `archive`",
        );
    }
}

/// Decides whether a field of a type may have a limit.
type IsAllowed = fn(FieldType) -> bool;
