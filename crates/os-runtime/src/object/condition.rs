//! Filters as clients and packages write them, parsed.
//!
//! Three forms, as the clients of the original write them: an object
//! (`{"status": "open", "amount": {"$gte": 5}, "$or": […]}`), a list
//! (`["and", ["status", "=", "open"], …]`), and a parameter of the URL for each
//! field.
//!
//! **Invariant:** what cannot be parsed is refused: a filter that was left out
//! would return more than was asked for. A [`Condition`] knows no object; whether
//! its fields exist and its values fit is checked where it is bound to one.

use serde_json::Value;
use std::borrow::Cow;

/// The deepest nesting of a filter, the most tests in it, and the most tests and groups. A
/// statement of SQLite has at most 1,000 nested parts.
const MAX_DEPTH: usize = 16;
const MAX_TESTS: usize = 200;
const MAX_PARTS: usize = 500;

/// The most values in all tests together. A statement of SQLite binds 32,766.
const MAX_VALUES: usize = 2000;

/// The most tests with patterns, the longest pattern, and the length of all together: a pattern
/// is compared with each place of a string, and nothing ends that but the end of the string.
const MAX_PATTERNS: usize = 20;
pub const MAX_PATTERN_BYTES: usize = 256;
const MAX_PATTERNS_BYTES: usize = 1024;

/// An error: the filter cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidCondition(String);

impl InvalidCondition {
    /// Returns the reason, for people.
    pub fn message(&self) -> &str {
        &self.0
    }
}

type Parsed<T = Condition> = Result<T, InvalidCondition>;

fn invalid<T>(message: impl Into<String>) -> Parsed<T> {
    Err(InvalidCondition(message.into()))
}

/// Tests of fields, combined.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of them hold; true where there are none.
    All(Vec<Condition>),
    /// One of them holds; false where there are none.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A test of one field.
    Test(FieldTest),
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldTest {
    pub field: String,
    pub operator: Operator,
    /// As it was sent; its type is that of the field once it is bound.
    pub value: Value,
}

macro_rules! operators {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// The test of a field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Operator { $($name),* }

        impl Operator {
            /// All of them.
            const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns its name in filters.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

operators! {
    Equal = "$eq", NotEqual = "$ne", Greater = "$gt", AtLeast = "$gte", Less = "$lt",
    AtMost = "$lte", In = "$in", NotIn = "$nin", Between = "$between", Contains = "$contains",
    NotContains = "$notContains", StartsWith = "$startsWith", EndsWith = "$endsWith",
    ContainsAnyCase = "$icontains", Like = "$like", LikeAnyCase = "$ilike", Null = "$null",
    Exists = "$exists",
}

impl Operator {
    /// Returns whether its value is compared with parts of a string.
    fn has_pattern(self) -> bool {
        matches!(
            self,
            Self::Contains
                | Self::NotContains
                | Self::StartsWith
                | Self::EndsWith
                | Self::ContainsAnyCase
                | Self::Like
                | Self::LikeAnyCase
        )
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.as_str() == name)
    }

    /// Returns the operator of a condition in a list, and whether its value is fixed by it.
    fn of_list(name: &str) -> Option<(Self, Option<bool>)> {
        let operator = match name {
            "=" | "==" | "eq" | "equals" => Self::Equal,
            "!=" | "<>" | "ne" | "neq" | "not_equals" | "notequals" | "not_equal" => Self::NotEqual,
            ">" | "gt" | "greater_than" | "greaterthan" | "after" => Self::Greater,
            ">=" | "gte" | "greater_than_or_equal" | "greaterthanorequal" | "greaterorequal" => {
                Self::AtLeast
            }
            "<" | "lt" | "less_than" | "lessthan" | "before" => Self::Less,
            "<=" | "lte" | "less_than_or_equal" | "lessthanorequal" | "lessorequal" => Self::AtMost,
            "in" => Self::In,
            "nin" | "not_in" | "notin" | "not in" => Self::NotIn,
            "contains" => Self::Contains,
            "notcontains" | "not_contains" => Self::NotContains,
            "icontains" => Self::ContainsAnyCase,
            "startswith" | "starts_with" => Self::StartsWith,
            "endswith" | "ends_with" => Self::EndsWith,
            "like" => Self::Like,
            "ilike" => Self::LikeAnyCase,
            "between" => Self::Between,
            "is_null" | "isnull" | "is_empty" | "isempty" => return Some((Self::Null, Some(true))),
            "is_not_null" | "isnotnull" | "is_not_empty" | "isnotempty" => {
                return Some((Self::Null, Some(false)));
            }
            _ => {
                let named = |it: &&Self| it.as_str().eq_ignore_ascii_case(name);
                let of_objects = Self::ALL.iter().find(named).copied();
                of_objects.filter(|it| !matches!(it, Self::Null | Self::Exists))?
            }
        };
        Some((operator, None))
    }
}

/// Parses one filter, in one or several parts.
#[derive(Debug, Default)]
pub struct ConditionParser {
    tests: usize,
    parts: usize,
    values: usize,
    patterns: usize,
    patterns_bytes: usize,
}

impl Condition {
    /// Parses a filter that stands alone.
    ///
    /// # Errors
    /// Its form, an operator or its size.
    pub fn parse(value: &Value) -> Parsed {
        ConditionParser::default().filter(value)
    }
}

impl ConditionParser {
    /// Parses a filter in the form of an object or a list.
    ///
    /// # Errors
    /// Its form, an operator or its size.
    pub fn filter(&mut self, value: &Value) -> Parsed {
        self.nested(value, 0)
    }

    /// Parses a field with a value, or with operators.
    ///
    /// # Errors
    /// As [`ConditionParser::filter`].
    pub fn field(&mut self, name: &str, value: &Value) -> Parsed {
        self.member(name, value, 0)
    }

    fn nested(&mut self, value: &Value, depth: usize) -> Parsed {
        check_depth(depth)?;
        self.parts += 1;
        check(self.parts, MAX_PARTS, "tests and groups")?;
        match value {
            Value::Null => Ok(Condition::All(Vec::new())),
            Value::Array(items) => self.list(items, depth),
            Value::Object(map) => {
                let parts = map.iter().map(|(key, value)| self.member(key, value, depth));
                Ok(Condition::All(parts.collect::<Parsed<_>>()?))
            }
            _ => invalid("the filter must be an object or a list of conditions"),
        }
    }

    fn all(&mut self, items: &[Value], depth: usize) -> Parsed<Vec<Condition>> {
        items.iter().map(|item| self.nested(item, depth + 1)).collect()
    }

    fn member(&mut self, key: &str, value: &Value, depth: usize) -> Parsed {
        match (key, value) {
            ("$and", Value::Array(items)) => Ok(Condition::All(self.all(items, depth)?)),
            ("$or", Value::Array(items)) => Ok(Condition::Any(self.all(items, depth)?)),
            ("$and" | "$or", _) => invalid(format!("`{key}` must be a list of filters")),
            ("$not", _) => Ok(Condition::Not(Box::new(self.nested(value, depth + 1)?))),
            _ => self.operators(key, value, depth),
        }
    }

    /// `["and", …]`, `["field", "operator", value]`, or a list of those.
    fn list(&mut self, items: &[Value], depth: usize) -> Parsed {
        let first = items.first().and_then(Value::as_str).map(str::to_ascii_lowercase);
        match (first.as_deref(), items) {
            (_, []) => Ok(Condition::All(Vec::new())),
            (Some("and"), [_, rest @ ..]) => Ok(Condition::All(self.all(rest, depth)?)),
            (Some("or"), [_, rest @ ..]) => Ok(Condition::Any(self.all(rest, depth)?)),
            (Some(_), [Value::String(field), Value::String(operator), rest @ ..])
                if rest.len() <= 1 =>
            {
                let Some((operator, fixed)) = Operator::of_list(&operator.to_ascii_lowercase())
                else {
                    return invalid(format!(
                        "`{}` is not an operator of a condition",
                        shown(operator)
                    ));
                };
                let value = fixed.map(Value::Bool).or(rest.first().cloned()).unwrap_or_default();
                self.test(field, operator, Cow::Owned(value))
            }
            (None, _) if items.iter().all(Value::is_array) => {
                Ok(Condition::All(self.all(items, depth)?))
            }
            _ => invalid(
                "a condition is written [\"field\", \"operator\", value], and a group [\"and\", …] or [\"or\", …]",
            ),
        }
    }

    fn operators(&mut self, name: &str, value: &Value, depth: usize) -> Parsed {
        check_depth(depth)?;
        if name.starts_with('$') {
            return invalid(format!("`{}` is not an operator here", shown(name)));
        }
        let Value::Object(operators) = value else {
            return self.test(name, Operator::Equal, Cow::Borrowed(value));
        };
        if operators.is_empty() {
            return invalid(format!("the test of `{}` has no operator", shown(name)));
        }
        let mut parts = Vec::with_capacity(operators.len());
        for (text, value) in operators {
            parts.push(match (text.as_str(), Operator::of(text)) {
                ("$not", _) => Condition::Not(Box::new(self.operators(name, value, depth + 1)?)),
                (_, Some(operator)) => self.test(name, operator, Cow::Borrowed(value))?,
                (_, None) => {
                    let known: Vec<&str> = Operator::ALL.iter().map(|it| it.as_str()).collect();
                    return invalid(format!(
                        "`{}` of `{}` is not an operator; use one of {}",
                        shown(text),
                        shown(name),
                        known.join(", ")
                    ));
                }
            });
        }
        Ok(Condition::All(parts))
    }

    fn test(&mut self, field: &str, operator: Operator, value: Cow<'_, Value>) -> Parsed {
        self.tests += 1;
        self.values += value.as_array().map_or(1, Vec::len);
        check(self.tests, MAX_TESTS, "tests")?;
        check(self.values, MAX_VALUES, "values; ask in several requests")?;
        if operator.has_pattern() {
            self.pattern(field, operator, &value)?;
        }
        let (field, value) = (field.to_owned(), value.into_owned());
        Ok(Condition::Test(FieldTest { field, operator, value }))
    }

    fn pattern(&mut self, field: &str, operator: Operator, value: &Value) -> Parsed<()> {
        let bytes = value.as_str().map_or(0, str::len);
        if bytes > MAX_PATTERN_BYTES {
            return invalid(format!(
                "`{}` of `{}` is longer than {MAX_PATTERN_BYTES} bytes",
                operator.as_str(),
                shown(field)
            ));
        }
        self.patterns += 1;
        self.patterns_bytes += bytes;
        check(self.patterns, MAX_PATTERNS, "tests of parts of strings, such as `$contains`")?;
        check(self.patterns_bytes, MAX_PATTERNS_BYTES, "bytes in `$contains`, `$like` and the like")
    }
}

/// Refuses a filter with more than this.
fn check(count: usize, most: usize, what: &str) -> Parsed<()> {
    if count > most { invalid(format!("the filter has more than {most} {what}")) } else { Ok(()) }
}

fn check_depth(depth: usize) -> Parsed<()> {
    match depth > MAX_DEPTH {
        true => invalid(format!("the filter is nested deeper than {MAX_DEPTH} levels")),
        false => Ok(()),
    }
}

/// Returns a part of a string from outside, for a message.
fn shown(text: &str) -> String {
    text.chars().take(80).collect::<String>().escape_debug().to_string()
}
