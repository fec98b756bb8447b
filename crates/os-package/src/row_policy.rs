//! Row policies of permission sets, `rowLevelSecurity` (docs/wire/rights.md#row-policies).
//!
//! **Invariant:** a policy is read whole, or it is refused with its path and the remedy.

use crate::InvalidArtifact;
use crate::expression::{Expr, Kind, Op, cel_source, parse};
use serde_json::Value;

/// The most policies of one permission set.
const MAX_POLICIES: usize = 200;
/// The most parts of one condition.
const MAX_PARTS: usize = 200;

const CONDITIONS: &str = "a condition compares fields of the object with literals or \
    `current_user.id`, `email` or `organization_id`, by `== != < <= > >= in`, `startsWith`, `endsWith` and `contains`, and joins \
    comparisons by `&&`, `||` and `!`";

/// An operation on records that a policy narrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOperation {
    /// Reading.
    Select,
    /// Creating.
    Insert,
    /// Changing.
    Update,
    /// Deleting.
    Delete,
}

/// A policy that narrows what a permission set's holders reach.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPolicy {
    /// Its object; every object of the package where there is none.
    pub object: Option<String>,
    /// Its operation; all where there is none.
    pub operation: Option<RowOperation>,
    /// The positions whose holders it narrows; everybody where there are none.
    pub positions: Vec<String>,
    /// The stored records that it reaches.
    pub using: Option<RowCondition>,
    /// The records that may be written; the same as `using` where there is none.
    pub check: Option<RowCondition>,
}

/// A condition on the fields of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum RowCondition {
    /// All of them hold; always where there are none.
    All(Vec<RowCondition>),
    /// One of them holds; never where there are none.
    Any(Vec<RowCondition>),
    /// It does not hold.
    Not(Box<RowCondition>),
    /// A field compares so with a value; a null field only with null.
    Compare(String, Comparison, RowValue),
    /// A field has one of these values.
    Among(String, Vec<RowValue>),
    /// A field has one of the positions of the caller.
    AmongPositions(String),
    /// The caller holds this position.
    HoldsPosition(String),
    /// The text of a field.
    Text(String, TextTest, String),
}

/// A comparison of a field with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// A test of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTest {
    /// `startsWith`
    StartsWith,
    /// `endsWith`
    EndsWith,
    /// `contains`
    Contains,
}

/// A value that a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum RowValue {
    /// `null`
    Null,
    /// A string.
    String(String),
    /// A flag.
    Bool(bool),
    /// A number.
    Number(f64),
    /// `current_user.id`
    UserId,
    /// `current_user.email`
    UserEmail,
    /// `current_user.organization_id`
    UserOrganization,
}

/// Reads the policies of a permission set; `path` is the set's. Leaves out policies that are not `enabled`.
///
/// # Errors
/// The first policy that cannot be enforced.
pub fn read_row_policies(path: &str, set: &Value) -> Result<Vec<RowPolicy>, InvalidArtifact> {
    let path = format!("{path}.rowLevelSecurity");
    let policies = match set.get("rowLevelSecurity") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(policies)) if policies.len() <= MAX_POLICIES => policies,
        Some(Value::Array(_)) => {
            return Err(InvalidArtifact::at(
                path,
                format!("has more than {MAX_POLICIES} policies"),
            ));
        }
        Some(_) => return Err(InvalidArtifact::at(path, "must be a list of policies")),
    };
    let mut read = Vec::new();
    for (index, policy) in policies.iter().enumerate() {
        let path = format!("{path}[{index}]");
        if !policy.is_object() {
            return Err(InvalidArtifact::at(path, "must be an object"));
        }
        if policy.get("enabled") != Some(&Value::Bool(false)) {
            read.push(row_policy(&path, policy)?);
        }
    }
    Ok(read)
}

fn row_policy(path: &str, policy: &Value) -> Result<RowPolicy, InvalidArtifact> {
    let refuse = |key: &str, why: &str| InvalidArtifact::at(format!("{path}.{key}"), why);
    let text = |key: &str| policy.get(key).and_then(Value::as_str);
    let object = text("object").filter(|it| !it.is_empty());
    let object = object.ok_or_else(|| refuse("object", "must name an object, or be `*`"))?;
    let operation = match text("operation") {
        Some("all") => None,
        Some("select") => Some(RowOperation::Select),
        Some("insert") => Some(RowOperation::Insert),
        Some("update") => Some(RowOperation::Update),
        Some("delete") => Some(RowOperation::Delete),
        _ => {
            let why = "must be `select`, `insert`, `update`, `delete` or `all`";
            return Err(refuse("operation", why));
        }
    };
    let read = |key: &str| match policy.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let source = cel_source(value).or(value.as_str());
            let source = source.ok_or_else(|| refuse(key, "must be an expression"))?;
            let condition = read_condition(source).map_err(|why| refuse(key, &why))?;
            Ok(Some(condition))
        }
    };
    let policy = RowPolicy {
        object: (object != "*").then(|| object.to_owned()),
        operation,
        positions: positions(path, policy)?,
        using: read("using")?,
        check: read("check")?,
    };
    if policy.using.is_none() && policy.check.is_none() {
        return Err(refuse(
            "using",
            "is missing; a policy without `using` and `check` narrows nothing",
        ));
    }
    if policy.using.is_none() && operation.is_none_or(|it| it == RowOperation::Select) {
        return Err(refuse("using", "is missing; records are read by it"));
    }
    Ok(policy)
}

fn positions(path: &str, policy: &Value) -> Result<Vec<String>, InvalidArtifact> {
    let refuse = || InvalidArtifact::at(format!("{path}.positions"), "must be a list of names");
    match policy.get("positions") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => {
            let name = |it: &Value| it.as_str().map(str::to_owned).ok_or_else(refuse);
            names.iter().map(name).collect()
        }
        Some(_) => Err(refuse()),
    }
}

/// Reads the condition of a row policy.
///
/// # Errors
/// The reason, with the conditions that can be enforced.
pub fn read_condition(source: &str) -> Result<RowCondition, String> {
    let expr = parse(source).map_err(|error| error.message)?;
    let mut parts = 0;
    condition(&expr, &mut parts)
}

fn condition(expr: &Expr, parts: &mut usize) -> Result<RowCondition, String> {
    *parts += 1;
    if *parts > MAX_PARTS {
        return Err(format!("has more than {MAX_PARTS} parts"));
    }
    match &expr.kind {
        Kind::Bool(true) => Ok(RowCondition::All(Vec::new())),
        Kind::Bool(false) => Ok(RowCondition::Any(Vec::new())),
        Kind::Not(of) => Ok(RowCondition::Not(Box::new(condition(of, parts)?))),
        Kind::Binary(Op::And, one, other) => {
            Ok(RowCondition::All(vec![condition(one, parts)?, condition(other, parts)?]))
        }
        Kind::Binary(Op::Or, one, other) => {
            Ok(RowCondition::Any(vec![condition(one, parts)?, condition(other, parts)?]))
        }
        Kind::Binary(Op::In, value, list) => among(value, list),
        Kind::Binary(op, one, other) => compare(*op, one, other),
        Kind::Call { receiver: Some(of), name, arguments } => text_test(of, name, arguments),
        _ => match field(expr) {
            // A flag alone.
            Some(name) => Ok(RowCondition::Compare(name, Comparison::Equal, RowValue::Bool(true))),
            None => Err(not_enforced()),
        },
    }
}

fn compare(op: Op, one: &Expr, other: &Expr) -> Result<RowCondition, String> {
    let comparison = match op {
        Op::Equal => Comparison::Equal,
        Op::Unequal => Comparison::Unequal,
        Op::Less => Comparison::Less,
        Op::AtMost => Comparison::AtMost,
        Op::More => Comparison::More,
        Op::AtLeast => Comparison::AtLeast,
        _ => return Err(not_enforced()),
    };
    let (name, comparison, value) = match (field(one), field(other)) {
        (Some(name), None) => (name, comparison, value(other)?),
        (None, Some(name)) => (name, comparison.flipped(), value(one)?),
        (None, None) => return constant(comparison, &value(one)?, &value(other)?),
        _ => return Err(format!("compares two fields; {CONDITIONS}")),
    };
    if comparison.is_order()
        && (value.is_of_user() || matches!(value, RowValue::Null | RowValue::Bool(_)))
    {
        return Err(format!("`{name}` has no order beside this value; use `==` or `!=`"));
    }
    Ok(RowCondition::Compare(name, comparison, value))
}

/// A comparison of two literals, such as `1 == 1`.
fn constant(
    comparison: Comparison,
    one: &RowValue,
    other: &RowValue,
) -> Result<RowCondition, String> {
    let is_literal = |it: &RowValue| !it.is_of_user();
    let holds = match comparison {
        Comparison::Equal => one == other,
        Comparison::Unequal => one != other,
        _ => return Err(not_enforced()),
    };
    match is_literal(one) && is_literal(other) {
        true if holds => Ok(RowCondition::All(Vec::new())),
        true => Ok(RowCondition::Any(Vec::new())),
        false => Err(not_enforced()),
    }
}

impl RowValue {
    fn is_of_user(&self) -> bool {
        matches!(self, Self::UserId | Self::UserEmail | Self::UserOrganization)
    }
}

fn among(left: &Expr, list: &Expr) -> Result<RowCondition, String> {
    let is_positions = is_of_user(list, "positions");
    match (&left.kind, field(left), &list.kind) {
        (_, Some(name), Kind::List(items)) if items.len() <= MAX_PARTS => {
            Ok(RowCondition::Among(name, items.iter().map(value).collect::<Result<_, _>>()?))
        }
        (_, Some(name), _) if is_positions => Ok(RowCondition::AmongPositions(name)),
        (Kind::Text(name), None, _) if is_positions => {
            Ok(RowCondition::HoldsPosition(name.clone()))
        }
        _ => Err(not_enforced()),
    }
}

fn text_test(of: &Expr, name: &str, arguments: &[Expr]) -> Result<RowCondition, String> {
    let test = match name {
        "startsWith" => TextTest::StartsWith,
        "endsWith" => TextTest::EndsWith,
        "contains" => TextTest::Contains,
        _ => return Err(format!("calls `{name}`; {CONDITIONS}")),
    };
    match (field(of), arguments) {
        (Some(field), [Expr { kind: Kind::Text(text), .. }]) => {
            Ok(RowCondition::Text(field, test, text.clone()))
        }
        _ => Err(not_enforced()),
    }
}

/// The name of a field: `stage`, `record.stage`.
fn field(expr: &Expr) -> Option<String> {
    match &expr.kind {
        Kind::Name(name) if !["record", "current_user"].contains(&name.as_str()) => {
            Some(name.clone())
        }
        Kind::Member(of, name) if of.is_name("record") => Some(name.clone()),
        _ => None,
    }
}

fn is_of_user(expr: &Expr, wanted: &str) -> bool {
    matches!(&expr.kind, Kind::Member(of, name) if of.is_name("current_user") && name == wanted)
}

fn value(expr: &Expr) -> Result<RowValue, String> {
    Ok(match &expr.kind {
        Kind::Null => RowValue::Null,
        Kind::Text(text) => RowValue::String(text.clone()),
        Kind::Bool(flag) => RowValue::Bool(*flag),
        Kind::Number(number) => RowValue::Number(*number),
        Kind::Minus(of) => match &of.kind {
            Kind::Number(number) => RowValue::Number(-number),
            _ => return Err(not_enforced()),
        },
        _ if is_of_user(expr, "id") => RowValue::UserId,
        _ if is_of_user(expr, "email") => RowValue::UserEmail,
        _ if is_of_user(expr, "organization_id") => RowValue::UserOrganization,
        Kind::Member(of, name) if of.is_name("current_user") => {
            return Err(format!("`current_user.{name}` is not known here; {CONDITIONS}"));
        }
        _ => return Err(not_enforced()),
    })
}

fn not_enforced() -> String {
    format!("cannot be enforced: {CONDITIONS}")
}

impl Comparison {
    /// Returns whether it asks which value is greater.
    pub fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::Unequal)
    }

    /// The comparison with its sides exchanged.
    fn flipped(self) -> Self {
        match self {
            Self::Equal | Self::Unequal => self,
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

impl RowPolicy {
    /// Returns whether it narrows an operation on an object, for a caller who holds these positions.
    pub fn applies(&self, object: &str, operation: RowOperation, positions: &[String]) -> bool {
        let is_for = self.operation.is_none_or(|it| it == operation);
        let is_on = self.object.as_deref().is_none_or(|it| it == object);
        let is_held = |wanted: &String| positions.contains(wanted);
        is_for && is_on && (self.positions.is_empty() || self.positions.iter().any(is_held))
    }

    /// Lists its conditions, each with its key.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &RowCondition)> {
        let using = self.using.iter().map(|it| ("using", it));
        using.chain(self.check.iter().map(|it| ("check", it)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn policies(policy: Value) -> Result<Vec<RowPolicy>, InvalidArtifact> {
        read_row_policies("permissions[0]", &json!({ "rowLevelSecurity": [policy] }))
    }

    #[test]
    fn conditions_that_a_database_can_test_are_read() {
        for source in [
            "owner_id == current_user.id",
            "current_user.email == record.assignee",
            "stage != 'lost' && !(amount > 100 || amount <= -5)",
            "record.region in ['eu', 'us'] || 'manager' in current_user.positions",
            "record.position in current_user.positions",
            "name.startsWith('a') || record.name.contains('b') || name.endsWith('c')",
            "is_public || closed_at == null",
            "organization_id == current_user.organization_id",
            "1 == 1",
            "true",
        ] {
            assert!(read_condition(source).is_ok(), "{source}: {:?}", read_condition(source));
        }
        let flipped = read_condition("5 < amount").unwrap();
        let expected =
            RowCondition::Compare("amount".into(), Comparison::More, RowValue::Number(5.0));
        assert_eq!(flipped, expected);
    }

    #[test]
    fn conditions_that_cannot_be_enforced_are_refused() {
        for source in [
            "",
            "owner.region == 'eu'",
            "size(name) > 3",
            "amount + 1 == 2",
            "a == b",
            "name.matches('x')",
            "team == current_user.team",
            "amount < null",
            "amount < current_user.id",
            "current_user.id == 'x'",
            "record",
            "a ==",
            "[1, 2]",
        ] {
            assert!(read_condition(source).is_err(), "{source}");
        }
        let long = vec!["a == 1"; 300].join(" && ");
        assert!(read_condition(&long).is_err());
    }

    #[test]
    fn a_policy_is_whole_or_refused() {
        let whole = json!({ "object": "crm_deal", "operation": "select", "using": "a == 1" });
        let with = |key: &str, value: Value| {
            let mut policy = whole.clone();
            policy[key] = value;
            policy
        };
        assert_eq!(policies(whole.clone()).unwrap().len(), 1);
        assert!(policies(with("enabled", json!(false))).unwrap().is_empty());
        for (key, value) in [
            ("object", json!(null)),
            ("operation", json!("truncate")),
            ("operation", json!(null)),
            ("using", json!(null)),
            ("using", json!(7)),
            ("using", json!({ "dialect": "sql", "source": "a = 1" })),
            ("check", json!("size(a) == 1")),
            ("positions", json!("manager")),
        ] {
            let refused = policies(with(key, value.clone())).unwrap_err();
            assert!(
                refused.path().starts_with("permissions[0].rowLevelSecurity[0]."),
                "{key} {value}"
            );
        }
        let check = json!({ "object": "*", "operation": "insert", "check": "a == 1" });
        assert!(policies(check).unwrap()[0].object.is_none());
    }

    #[test]
    fn a_policy_for_positions_is_for_their_holders() {
        let policy = json!({
            "object": "a", "operation": "all", "using": "b == 1", "positions": ["manager"]
        });
        let policy = &policies(policy).unwrap()[0];
        assert!(policy.applies("a", RowOperation::Delete, &["manager".to_owned()]));
        assert!(!policy.applies("a", RowOperation::Delete, &["everyone".to_owned()]));
        assert!(!policy.applies("b", RowOperation::Delete, &["manager".to_owned()]));
    }
}
