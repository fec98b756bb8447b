use super::*;

#[test]
fn the_whole_grammar_is_read() {
    for source in [
        "null == true || !false && -1 < 2.5e3",
        "0x1F + 3u + 10U % 2",
        "'a\\n\\x41\\u00e9\\101' + \"b\\\"\" + r'\\d' + b'\\xff' == ''",
        "'''over\nlines''' != \"\"\"so 'it' is\"\"\"",
        "[1, 2,] == [] || {'a': 1, 'b': [2],} == {}",
        "record.a.?b[?0]['x'].size()",
        "has(record.a) && record.b.all(x, x > 1) && [1].exists_one(x, x == 1)",
        "[1].map(x, x > 0, x * 2).filter(y, y in [2])",
        "a ? b : c ? d : e // the end",
        "// before\nrecord.if",
    ] {
        assert!(parse(source).is_ok(), "{source}: {:?}", parse(source));
    }
}

#[test]
fn operators_bind_as_in_cel() {
    let same = [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("a || b && c", "a || (b && c)"),
        ("!a.b", "!(a.b)"),
        ("a - b - c", "(a - b) - c"),
        ("a == b && c in d", "(a == b) && (c in d)"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
    ];
    for (source, meant) in same {
        assert_eq!(shape(&parse(source).unwrap()), shape(&parse(meant).unwrap()), "{source}");
    }
}

/// Returns an expression without its places.
fn shape(expr: &Expr) -> String {
    let name = match &expr.kind {
        Kind::Name(name) | Kind::Member(_, name) => name.clone(),
        Kind::Binary(op, ..) => format!("{op:?}"),
        Kind::If(..) => "if".to_owned(),
        kind => format!("{kind:?}").chars().take(3).collect(),
    };
    let parts: Vec<_> = expr.parts().into_iter().map(shape).collect();
    format!("{name}({})", parts.join(","))
}

#[test]
fn a_refusal_names_the_place() {
    for (source, at, expected) in [
        ("record.amount >", 15, "expected a value, found the end"),
        ("a = 1", 2, "write `==`"),
        ("a and b", 2, "`&&` is the operator"),
        ("{ record.x }", 9, "braces make a map"),
        ("'open", 0, "has no end"),
        ("'\\", 0, "has no end"),
        ("'''\\", 0, "has no end"),
        ("'\\x+f'", 1, "is not an escape"),
        ("'\\d'", 1, "is not an escape"),
        ("record.", 7, "expected a name, found the end"),
        ("(a", 2, "expected `)`"),
        ("f(1 2)", 4, "expected `,` or `)`"),
        ("if", 0, "a reserved word"),
        ("Foo{a: 1}", 3, "objects of a type"),
        ("1abc", 1, "follows a number"),
        (".5", 0, "expected a value"),
        ("a b", 2, "expected an operator or the end"),
        ("é", 0, "has no meaning"),
        ("a ? b", 5, "expected `:`"),
        ("", 0, "expected a value, found the end"),
    ] {
        let refusal = parse(source).unwrap_err();
        assert!(refusal.message.contains(expected), "{source}: {}", refusal.message);
        assert_eq!(refusal.span.start, at, "{source}");
    }
}

#[test]
fn an_oversized_body_is_refused_without_reading_all_of_it() {
    let wide = |count: usize| vec!["1"; count].join(",");
    for source in [
        "(".repeat(90_000),
        "!".repeat(3_000),
        "[".repeat(3_000),
        format!("a{}", ".b".repeat(40)),
        format!("[{}]", wide(65)),
        format!("f({})", wide(17)),
        vec!["a"; 129].join(" + "),
    ] {
        assert!(parse(&source).unwrap_err().message.contains("too large"));
    }
    assert!(parse(&format!("[{}]", wide(64))).is_ok());
    assert!(parse(&vec!["a"; 128].join(" + ")).is_ok());
    assert!(parse(&format!("{}a{}", "(".repeat(31), ")".repeat(31))).is_ok());
}

#[test]
fn functions_are_sorted_and_know_how_they_are_called() {
    assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
    let counts = |name, call| callable(name).map(|it| it.arguments(call).to_vec());
    assert_eq!(counts("coalesce", Call::Bare), Some(vec![2]));
    assert_eq!(counts("lower", Call::Method), Some(vec![]));
    assert_eq!(counts("size", Call::Method), Some(vec![0]));
    assert_eq!(counts("sum", Call::Bare), None);
}

#[test]
fn times_and_templates_are_distinguished_from_typos() {
    for good in ["0 9 * * 1", "0 0 9 ? * MON-FRI", "@daily", " */5  * * * * "] {
        assert!(check_cron(good).is_ok(), "{good}");
    }
    for bad in ["", "0 9", "@noon", "0 9 * * 1 2 3", "0 9 * * $"] {
        assert!(check_cron(bad).is_err(), "{bad}");
    }
    let path = |source| holes(source).map(|found| found[0].path);
    assert_eq!(path("Hi {{ record.name | upper }}"), Ok("record.name"));
    assert_eq!(path("{{ a.b[0] | date:'iso' }} and { this }").map_err(|it| it.span.start), Err(30));
    for (bad, at) in [
        ("Hi {{ a", 3),
        ("a }} b", 2),
        ("Hi {name}", 3),
        ("{{ a | nope }}", 2),
        ("{{ a b }}", 3),
        ("{{ }}", 2),
    ] {
        assert_eq!(holes(bad).unwrap_err().span.start, at, "{bad}");
    }
    assert_eq!(holes("{ a b } {}"), Ok(Vec::new()));
}
