//! Permission sets of packages, compiled.
//!
//! **Invariant:** a row rule that is not understood reaches no record; the install
//! says so.

use os_package::expression::{Expr, Kind, Op, cel_source, parse};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What an account that has it may do with records.
#[derive(Debug)]
pub struct PermissionSet {
    pub name: Arc<str>,
    /// Whether every account has it.
    pub is_default: bool,
    /// By the name of the object.
    objects: HashMap<String, Grant>,
    /// For the objects that it does not name.
    others: Option<Grant>,
    /// By the name of the object, by the name of the field.
    fields: HashMap<String, HashMap<String, FieldGrant>>,
    rules: Vec<RowRule>,
}

/// What a permission set grants for an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grant {
    pub read: bool,
    pub create: bool,
    pub edit: bool,
    pub delete: bool,
    /// All records, of any owner.
    pub reads_all: bool,
    pub changes_all: bool,
    /// Whether records may be changed at all, by `allowEdit`, `allowDelete` or
    /// `modifyAllRecords`.
    pub changes: bool,
}

/// What a permission set grants for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldGrant {
    pub readable: bool,
    pub editable: bool,
}

/// The operations that a row rule narrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOperation {
    Select,
    Update,
}

/// Narrows the records that a permission set grants.
#[derive(Debug)]
struct RowRule {
    /// The name of its object; every object where there is none.
    object: Option<String>,
    on_select: bool,
    on_update: bool,
    condition: RowCondition,
}

/// Which records a row rule reaches.
#[derive(Debug, Clone, PartialEq)]
pub enum RowCondition {
    And(Box<RowCondition>, Box<RowCondition>),
    Or(Box<RowCondition>, Box<RowCondition>),
    /// A field has this value.
    Equals(String, RowValue),
    /// No record: the rule is not understood.
    Nothing,
}

/// A value in a row rule.
#[derive(Debug, Clone, PartialEq)]
pub enum RowValue {
    String(String),
    Bool(bool),
    Number(f64),
    /// The id of the account that asks.
    UserId,
    /// Its email address.
    UserEmail,
}

impl PermissionSet {
    /// Reads an item of `permissions`; what is not understood becomes a warning.
    pub fn read(path: &str, name: Arc<str>, source: &Value, warnings: &mut Vec<String>) -> Self {
        let members = |key: &str| source.get(key).and_then(Value::as_object).into_iter().flatten();
        let objects: HashMap<String, Grant> =
            members("objects").map(|(name, value)| (name.clone(), grant(value))).collect();
        let rules = source.get("rowLevelSecurity").and_then(Value::as_array);
        let mut compiled = Vec::new();
        for (index, rule) in rules.into_iter().flatten().enumerate() {
            if rule.get("enabled") != Some(&Value::Bool(false)) {
                let path = format!("{path}.rowLevelSecurity[{index}]");
                compiled.extend(row_rule(&path, rule, warnings));
            }
        }
        let grants = |value: &Value, key: &str| value.get(key) != Some(&Value::Bool(false));
        let mut fields: HashMap<String, HashMap<String, FieldGrant>> = HashMap::new();
        for (name, value) in members("fields") {
            if let Some((object, field)) = name.split_once('.') {
                let (readable, editable) = (grants(value, "readable"), grants(value, "editable"));
                let of_object = fields.entry(object.to_owned()).or_default();
                of_object.insert(field.to_owned(), FieldGrant { readable, editable });
            }
        }
        Self {
            name,
            is_default: source.get("isDefault") == Some(&Value::Bool(true)),
            others: objects.get("*").copied(),
            objects,
            fields,
            rules: compiled,
        }
    }

    /// What it grants for an object.
    pub fn grant(&self, object: &str) -> Option<&Grant> {
        self.objects.get(object).or(self.others.as_ref())
    }

    /// What it says about a field; `None` where it says nothing.
    pub fn field(&self, object: &str, field: &str) -> Option<&FieldGrant> {
        self.fields.get(object)?.get(field)
    }

    /// The conditions of its rules for an object; a record must meet one of them,
    /// where there are any.
    pub fn row_conditions(
        &self,
        object: &str,
        operation: RowOperation,
    ) -> impl Iterator<Item = &RowCondition> {
        let is_for = move |rule: &&RowRule| {
            let is_on = match operation {
                RowOperation::Select => rule.on_select,
                RowOperation::Update => rule.on_update,
            };
            is_on && rule.object.as_deref().is_none_or(|it| it == object)
        };
        self.rules.iter().filter(is_for).map(|rule| &rule.condition)
    }
}

fn grant(value: &Value) -> Grant {
    let has = |key: &str| value.get(key) == Some(&Value::Bool(true));
    let is_org = |key: &str| value.get(key).and_then(Value::as_str) == Some("org");
    let modifies = has("modifyAllRecords");
    let views = has("viewAllRecords") || modifies;
    Grant {
        read: has("allowRead") || views,
        create: has("allowCreate") || modifies,
        edit: has("allowEdit") || modifies,
        delete: has("allowDelete") || modifies,
        reads_all: views || is_org("readScope"),
        changes_all: modifies || is_org("writeScope"),
        changes: has("allowEdit") || has("allowDelete") || modifies,
    }
}

fn row_rule(path: &str, rule: &Value, warnings: &mut Vec<String>) -> Option<RowRule> {
    let text = |key: &str| rule.get(key).and_then(Value::as_str);
    let operation = text("operation").unwrap_or_default();
    let object = text("object").unwrap_or_default();
    let is_for = |wanted: &str| operation == wanted || operation == "all";
    let (on_select, on_update) = (is_for("select"), is_for("update"));
    if !on_select && !on_update {
        return None;
    }
    let expression = |key: &str| {
        let value = rule.get(key)?;
        cel_source(value).or(value.as_str())
    };
    let source = expression("using").or_else(|| expression("check")).unwrap_or_default();
    let condition = match parse(source) {
        Ok(expr) => condition(&expr).ok_or_else(|| {
            "rules may hold `field == value` with `&&` and `||`, where a value is a literal or `current_user.id`".to_owned()
        }),
        Err(error) => Err(error.message),
    };
    let condition = condition.unwrap_or_else(|reason| {
        warnings.push(format!("{path}: is not understood, so that it reaches no record: {reason}"));
        RowCondition::Nothing
    });
    let object = (object != "*").then(|| object.to_owned());
    Some(RowRule { object, on_select, on_update, condition })
}

/// `field == current_user.id`, `field == 'text'`, with `&&` and `||`.
fn condition(expr: &Expr) -> Option<RowCondition> {
    let both = |one, other| Some((Box::new(condition(one)?), Box::new(condition(other)?)));
    match &expr.kind {
        Kind::Binary(Op::And, one, other) => {
            both(one, other).map(|(one, other)| RowCondition::And(one, other))
        }
        Kind::Binary(Op::Or, one, other) => {
            both(one, other).map(|(one, other)| RowCondition::Or(one, other))
        }
        Kind::Binary(Op::Equal, field, value) => {
            let field = match &field.kind {
                Kind::Name(name) => name,
                Kind::Member(of, name) if of.is_name("record") => name,
                _ => return None,
            };
            let value = match &value.kind {
                Kind::Text(text) => RowValue::String(text.clone()),
                Kind::Bool(flag) => RowValue::Bool(*flag),
                Kind::Number(number) => RowValue::Number(*number),
                Kind::Member(of, what) if of.is_name("current_user") => match what.as_str() {
                    "id" => RowValue::UserId,
                    "email" => RowValue::UserEmail,
                    _ => return None,
                },
                _ => return None,
            };
            Some(RowCondition::Equals(field.clone(), value))
        }
        _ => None,
    }
}
