use super::*;
use crate::expression::{FUNCTIONS, Returns};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

struct Record(Json);

impl Scope for Record {
    fn name(&self, name: &str) -> Option<Value> {
        (name == "record").then(|| Value::from_json(&self.0))
    }

    fn member(&self, name: &str, member: &str) -> Option<Outcome> {
        let found = self.0.get(member).map(Value::from_json);
        (name == "record").then(|| found.ok_or_else(|| EvaluationError::missing_key(member)))
    }
}

fn outcome(source: &str) -> Outcome {
    let record = json!({
        "a": 6, "b": 4, "none": null, "name": "Ada", "status": "open", "day": "2026-03-15",
        "at": "2026-05-01T10:20:30.400Z", "tags": ["x", "y"], "doc": {"nested": {"k": "v"}},
        "digits": "12",
    });
    let expression = Expression::compile(source)
        .map_err(|error| EvaluationError::new(format!("compile: {error}")))?;
    expression.evaluate(&Record(record), "2026-03-10T15:30:00Z".parse().unwrap())
}

#[test]
fn expressions_of_packages_have_their_values() {
    for (source, expected) in [
        ("record.a * record.b / 100", json!(0.24)),
        ("1 + 2 * 3 - 4", json!(3)),
        ("-(record.a)", json!(-6)),
        ("(record.none == null ? '' : record.none + ' ') + record.name", json!("Ada")),
        ("record.status in ['open', \"held\"]", json!(true)),
        ("!has(record.none) || record.none == ''", json!(true)),
        ("record.none != null && (record.none < 0 || record.none > 100)", json!(false)),
        ("isBlank(record.none) && !isBlank(record.name)", json!(true)),
        ("daysBetween(today(), record.day)", json!(5)),
        ("record.day < now()", json!(false)),
        ("record.tags.size() > 1 && 'x' in record.tags && record.tags[0] == 'x'", json!(true)),
        ("record.doc.nested.k == \"v\"", json!(true)),
        ("record.name.contains('d') && record.name.startsWith('A')", json!(true)),
        ("'n' + 1 + true", json!("n1true")),
        ("record.digits > 9 && record.digits * 2 == 24", json!(true)),
        ("record.at - record.at == duration('0s')", json!(null)),
        ("timestamp(record.at) - timestamp(record.day) > duration('1d')", json!(true)),
        ("{'a': 1, 'b': [2]}['b'] + [3]", json!([2, 3])),
        ("'a' in {'a': 1}", json!(true)),
        ("record.?doc.?nested.?k.orValue('none')", json!("v")),
        ("record.doc.?absent.?more.orValue('none')", json!("none")),
        ("record.tags[?7].orValue('none')", json!("none")),
        ("has(record.absent) || has(record.none.more)", json!(false)),
        ("type(record.a) == int && type('') == string && type(null) == null_type", json!(true)),
        ("[1, 2].exists(x, [3, 4].exists(y, y == x * 2))", json!(true)),
        ("record.absent == 1 || true", json!(true)),
        ("!(record.absent == 1 && false)", json!(true)),
        ("record.doc.all(key, key == 'nested')", json!(true)),
    ] {
        match outcome(source) {
            Ok(value) => assert_eq!(value.to_json(), expected, "{source}"),
            Err(error) => assert!(expected.is_null(), "{source}: {error}"),
        }
    }
}

/// One example for each form in which a function is called, and its value.
const EXAMPLES: &[(&str, &str)] = &[
    ("abs(-2)", "2"),
    ("addDays('2026-03-01', 30)", r#""2026-03-31T00:00:00Z""#),
    ("addMonths('2026-01-31', 1)", r#""2026-02-28T00:00:00Z""#),
    ("[1, 2].all(x, x > 0)", "true"),
    ("b'az'.at(1)", "122"),
    ("b'hello'.base64()", r#""aGVsbG8=""#),
    ("cel.bind(x, 2, x * x)", "4"),
    ("bool('true')", "true"),
    ("bytes('a') == b'a'", "true"),
    ("ceil(1.2)", "2"),
    ("coalesce(record.none, 'x')", r#""x""#),
    ("contains(record.none, 'x')", "false"),
    ("record.name.contains('da')", "true"),
    ("date('2026-03-15')", r#""2026-03-15T00:00:00Z""#),
    ("datetime('2026-03-15T10:00:00Z')", r#""2026-03-15T10:00:00Z""#),
    ("daysAgo(10)", r#""2026-02-28T00:00:00Z""#),
    ("daysBetween('2026-03-01', '2026-03-02T12:00:00Z')", "2"),
    ("daysFromNow(30)", r#""2026-04-09T00:00:00Z""#),
    ("double('2.5')", "2.5"),
    ("duration('1h30m')", r#""5400s""#),
    ("dyn(1)", "1"),
    ("endsWith(record.name, 'da')", "true"),
    ("record.name.endsWith('Ad')", "false"),
    ("record.tags.exists(t, t == 'y')", "true"),
    ("record.tags.exists_one(t, t != '')", "false"),
    ("[1, 2, 3].filter(x, x % 2 == 1)", "[1,3]"),
    ("floor(1.8)", "1"),
    ("record.at.getDate()", "1"),
    ("record.at.getDate('-11:00')", "30"),
    ("record.at.getDayOfMonth()", "0"),
    ("record.at.getDayOfMonth('UTC')", "0"),
    ("record.at.getDayOfWeek()", "5"),
    ("record.at.getDayOfWeek('+14:00')", "6"),
    ("record.at.getDayOfYear()", "120"),
    ("record.at.getDayOfYear('UTC')", "120"),
    ("record.at.getFullYear()", "2026"),
    ("record.at.getFullYear('UTC')", "2026"),
    ("record.at.getHours()", "10"),
    ("record.at.getHours('+02:00')", "12"),
    ("record.at.getMilliseconds()", "400"),
    ("record.at.getMilliseconds('UTC')", "400"),
    ("duration('2h').getMinutes()", "120"),
    ("record.at.getMinutes('+00:30')", "50"),
    ("record.at.getMonth()", "4"),
    ("record.at.getMonth('UTC')", "4"),
    ("record.at.getSeconds()", "30"),
    ("record.at.getSeconds('UTC')", "30"),
    ("has(record.name)", "true"),
    ("record.?none.hasValue()", "false"),
    ("b'\\xff\\x01'.hex()", r#""ff01""#),
    ("'straße'.indexOf('e')", "5"),
    ("'abcabc'.indexOf('a', 1)", "3"),
    ("int('12') + int(2.9)", "14"),
    ("isBlank('  ')", "true"),
    ("isEmpty([])", "true"),
    ("['a', 'b'].join()", r#""ab""#),
    ("record.tags.join(', ')", r#""x, y""#),
    ("joinNonEmpty(['a', null, ' ', 'b'], '-')", r#""a-b""#),
    ("b'{\"a\": [1]}'.json().a[0]", "1"),
    ("'abcabc'.lastIndexOf('a')", "3"),
    ("'abcabc'.lastIndexOf('a', 2)", "0"),
    ("len(record.none) + len(record.name)", "3"),
    ("lower('ÄB') + lower(record.none)", r#""äb""#),
    ("'AB'.lowerAscii()", r#""ab""#),
    ("[1, 2].map(x, x * 2)", "[2,4]"),
    ("[1, 2].map(x, x > 1, x * 2)", "[4]"),
    ("matches(record.name, '^A.a$')", "true"),
    ("record.name.matches('^[0-9]+$')", "false"),
    ("max(record.a, 10)", "10"),
    ("min(record.a, 10)", "6"),
    ("optional.none().orValue(1)", "1"),
    ("now()", r#""2026-03-10T15:30:00Z""#),
    ("optional.of(2).value()", "2"),
    ("record.?none.or(optional.of(3)).value()", "3"),
    ("record.?none.orValue('x')", r#""x""#),
    ("round(2.5)", "3"),
    ("size('äb')", "2"),
    ("{'a': 1}.size()", "1"),
    ("'a@b'.split('@')[1]", r#""b""#),
    ("'a-b-c'.split('-', 2)", r#"["a","b-c"]"#),
    ("startsWith(record.name, 'A')", "true"),
    ("record.name.startsWith('d')", "false"),
    ("string(10) + string(1.5)", r#""101.5""#),
    ("b'hi'.string()", r#""hi""#),
    ("record.name.substring(1)", r#""da""#),
    ("record.name.substring(0, 1)", r#""A""#),
    ("timestamp('2026-03-15T10:00:00Z')", r#""2026-03-15T10:00:00Z""#),
    ("today()", r#""2026-03-10T00:00:00Z""#),
    ("trim(' a ') + trim(record.none)", r#""a""#),
    ("' a '.trim()", r#""a""#),
    ("type(1.5)", r#""double""#),
    ("uint('3')", "3"),
    ("upper('ab')", r#""AB""#),
    ("'ab'.upperAscii()", r#""AB""#),
    ("optional.of(1).value()", "1"),
];

#[test]
fn every_function_that_the_compiler_admits_is_evaluated() {
    let mut called = BTreeSet::new();
    for (source, expected) in EXAMPLES {
        let value = outcome(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        assert_eq!(value.to_json().to_string(), *expected, "{source}");
        calls(Expression::compile(source).unwrap().expr(), &mut called);
    }
    for function in &FUNCTIONS {
        let forms = function.bare.iter().map(|count| (function.name, false, *count));
        let forms = forms.chain(function.method.iter().map(|count| (function.name, true, *count)));
        for form in forms {
            assert!(called.contains(&form), "no example calls {form:?}");
        }
    }
    assert!(called.iter().all(|(name, ..)| FUNCTIONS.iter().any(|it| it.name == *name)));
}

/// The calls in an expression: name, whether behind a dot, number of arguments.
fn calls(expr: &Expr, found: &mut BTreeSet<(&'static str, bool, usize)>) {
    if let Kind::Call { receiver, name, arguments } = &expr.kind {
        let function = callable(name).unwrap();
        found.insert((function.name, receiver.is_some(), arguments.len()));
    }
    expr.parts().into_iter().for_each(|part| calls(part, found));
}

#[test]
fn functions_return_the_type_that_the_table_says() {
    for (source, _) in EXAMPLES {
        let expression = Expression::compile(source).unwrap();
        let value = outcome(source).unwrap();
        let fits = match expression.returns() {
            Returns::Bool => matches!(value, Value::Bool(_)),
            Returns::Number => matches!(value, Value::Number(_)),
            Returns::String => matches!(value, Value::String(_)),
            Returns::Bytes => matches!(value, Value::Bytes(_)),
            Returns::Timestamp => matches!(value, Value::Timestamp(_)),
            Returns::Duration => matches!(value, Value::Duration(_)),
            Returns::List => matches!(value, Value::List(_)),
            Returns::Map => matches!(value, Value::Map(_)),
            Returns::Optional => matches!(value, Value::Optional(_)),
            Returns::Type => matches!(value, Value::Type(_)),
            Returns::Any => true,
        };
        assert!(fits, "{source} is {value:?}, not {:?}", expression.returns());
    }
}

#[test]
fn what_has_no_value_says_why() {
    for (source, reason) in [
        ("", "expected a value"),
        ("record.", "expected a name"),
        ("1 +", "expected a value"),
        ("a b", "expected an operator"),
        ("unknown(1)", "there is no function `unknown`"),
        ("size(1, 2)", "does not take 2 arguments"),
        ("record.name.lower()", "does not take 0 arguments behind a dot"),
        ("record.none < 1", "null cannot be compared"),
        ("record.none + 1", "null cannot be added"),
        ("record.a < 'x'", "cannot be compared with"),
        ("1 / 0", "division by zero"),
        ("'open", "has no end"),
        ("record.a = 1", "write `==`"),
        ("(1", "expected `)`"),
        ("[1", "expected `,` or `]`"),
        ("record.tags[9]", "no item at 9"),
        ("name", "Unknown variable: name"),
        ("record.absent", "No such key: absent"),
        ("record.doc.absent.more", "No such key: absent"),
        ("record.none.more", "null cannot be selected from"),
        ("record.a && true", "expected true or false"),
        ("record.name.matches('(?=a)')", "is not supported"),
        ("record.name.matches('(')", "is not supported"),
        ("record.at.getHours('Europe/Berlin')", "time zone `Europe/Berlin` is not supported"),
        ("duration('1w')", "is no duration"),
        ("daysAgo(99999999999)", "out of range"),
        ("now() + duration('9999999999999999d')", "is no duration"),
        ("now() + duration('é')", "is no duration"),
        ("today() + 1", "cannot be added to"),
        ("daysAgo()", "does not take 0 arguments"),
        ("record.name.substring(9)", "fewer than 9 characters"),
        ("record.none.trim()", "null cannot be used as a string"),
    ] {
        let error = outcome(source).unwrap_err();
        assert!(error.message.contains(reason), "{source}: {}", error.message);
    }
    assert_eq!(outcome("record.absent").unwrap_err().missing_key.as_deref(), Some("absent"));
}

#[test]
fn dates_are_counted_from_midnight() {
    for (source, time) in [
        (r#"daysAgo(9) + duration("6h20m")"#, "2026-03-01T06:20:00Z"),
        ("today() - duration('90s')", "2026-03-09T23:58:30Z"),
        (" daysFromNow( 30 ) ", "2026-04-09T00:00:00Z"),
        ("now() - duration('1.5s')", "2026-03-10T15:29:58.500Z"),
    ] {
        assert_eq!(outcome(source).unwrap().to_json(), json!(time), "{source}");
    }
}

#[test]
fn evaluation_ends_within_its_budget() {
    let list = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]";
    let nested =
        format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, {list}.all(e, true)))))");
    assert!(outcome(&nested).unwrap_err().message.contains("too many steps"));
    let doubled = "record.x + record.x";
    let expression = Expression::compile(&[doubled; 8].join(" + ")).unwrap();
    let record = Record(json!({ "x": "a".repeat(1_000_000) }));
    let error = expression.evaluate(&record, "2026-03-10T15:30:00Z".parse().unwrap()).unwrap_err();
    assert!(error.message.contains("too much memory"));
}

#[test]
fn references_are_the_names_that_the_scope_must_have() {
    let expression = Expression::compile(
        "record.tags.exists(t, t == record.a && x) && cel.bind(y, 1, y) > previous.b",
    )
    .unwrap();
    let names: Vec<_> = expression.references().iter().map(|it| (it.name, it.member)).collect();
    let expected =
        [("record", Some("tags")), ("record", Some("a")), ("x", None), ("previous", Some("b"))];
    assert_eq!(names, expected);
}
