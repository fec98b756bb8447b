//! Text that means harm: parsers neither overflow nor hang, and say what is wrong.

use crate::project::{Folder, MANIFEST};

/// The errors of a folder, if it has any. A parser that overflows ends the process of the test, and
/// one that hangs is killed by the runner.
fn errors(folder: &Folder) -> Option<String> {
    folder.compile().err().map(|found| found.iter().map(ToString::to_string).collect())
}

/// What a parser recurses into, over and over. To overflow it would end the whole process.
const RECURSIVE: [&str; 52] = [
    "(",
    "[",
    "{",
    "!",
    "~",
    "-",
    "+ ",
    "1+",
    "1**",
    "a=",
    "a?",
    "1?1:",
    "a&&",
    "a|",
    "a^",
    "a%",
    "a<",
    "a>",
    "a in ",
    "a instanceof ",
    "a as any ",
    "a satisfies any ",
    "new ",
    "typeof ",
    "void ",
    "delete ",
    "await ",
    "...",
    "a=>",
    "f()",
    "a[0]",
    "a.b",
    "a?.b",
    "a!",
    "`${",
    "if(a)",
    "if(a);else ",
    "for(;;)",
    "while(a)",
    "do ",
    "with(a)",
    "a:",
    "class A extends ",
    "@a ",
    "<any>",
    "a??",
    "'a'+",
    "a\n",
    "async ",
    "export ",
    "namespace a.",
    "function f(){",
];

/// The same for types.
const RECURSIVE_TYPES: [&str; 16] = [
    "Array<",
    "(",
    "[",
    "{a:",
    "keyof ",
    "readonly ",
    "unique ",
    "()=>",
    "new()=>",
    "|1",
    "&a",
    "a[]",
    "a[b]",
    "a extends b?c:",
    "infer ",
    "a extends infer ",
];

#[test]
fn the_process_survives_any_text() {
    for part in RECURSIVE {
        // As much as is let through, and more than that.
        for times in [490, 4_900, 30_000] {
            let text = part.repeat(times);
            errors(&Folder::config(&text));
        }
    }
}

#[test]
fn the_process_survives_any_type() {
    for part in RECURSIVE_TYPES {
        for times in [490, 4_900, 30_000] {
            errors(&Folder::config(&format!("type A = {}", part.repeat(times))));
        }
    }
}

#[test]
fn the_process_survives_nesting_hidden_from_the_count() {
    for part in ["if(a)/*;*/", "\";\"+", "`;`+", "/;/+", "if(a,b)", "for(;;){}if(a)", "(a)/';'/b+"]
    {
        errors(&Folder::config(&part.repeat(30_000)));
    }
    let closed = |open: &str, inner: &str, close: &str, times: usize| {
        format!("const a = {}{inner}{};", open.repeat(times), close.repeat(times))
    };
    for (text, compiles) in [
        (closed("[", "1", "]", 400), true),
        (closed("`${", "1", "}`", 400), true),
        (closed("(", "1", ")", 600), false),
        (closed("{a:", "1", "}", 499), true),
    ] {
        let folder = Folder::config(&format!("{text}\nexport default {{ {MANIFEST} }};"));
        assert_eq!(errors(&folder).is_none(), compiles, "{}", &text[..20]);
    }
}

#[test]
fn a_file_full_of_errors_gives_a_short_report() {
    for text in
        ["export ".repeat(20_000), "type A = readonly ".repeat(5_000), "let a=;".repeat(20_000)]
    {
        let refusal = errors(&Folder::config(&text)).unwrap();
        assert!(refusal.len() < 50_000, "{}", refusal.len());
    }
}

#[test]
fn bytes_that_are_no_program_are_refused_with_their_file() {
    let utf16: Vec<u8> =
        "\u{feff}export default {}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, expected) in [
        (&b"const a = '\xff\xfe';"[..], "is not UTF-8 text"),
        (&utf16, "is not UTF-8 text"),
        (b"\0\0", "objectstack.config.ts:1:1"),
        (b"const a = 1;\r\nconst b = ;\r\n", "objectstack.config.ts:2:11"),
        (b"\xef\xbb\xbfconst b = ;", "objectstack.config.ts:1:11"),
        (b"<!-- x", "objectstack.config.ts:1:1"),
        (b"\x7fELF", "objectstack.config.ts:1:1"),
    ] {
        let folder = Folder::config("");
        std::fs::write(folder.path().join("objectstack.config.ts"), bytes).unwrap();
        let refusal = folder.refusal();
        assert!(refusal.contains(expected), "{bytes:?}: {refusal}");
        assert!(!refusal.contains('\0'), "{refusal:?}");
    }
    let text = format!("\u{feff}#!/usr/bin/env os\r\nexport default {{ {MANIFEST} }};\r\n");
    assert!(Folder::config(&text).compile().is_ok());
}

#[test]
fn json_modules_are_data() {
    for (json, expected) in [
        ("1; while (true) {}", "a.json:1:2"),
        ("{ \"a\": 01 }", "a.json:1:9"),
        ("", "a.json"),
        ("{ \"a\": \"\u{1}\" }", "a.json:1"),
    ] {
        let folder = Folder::config("import a from './a.json';\nexport default a;");
        folder.write("a.json", json);
        let refusal = folder.refusal();
        assert!(refusal.contains(expected), "{json}: {refusal}");
    }
    let folder = Folder::config("import a from './a.json';\nexport default a;");
    folder.write("a.json", &"[".repeat(1_000_000));
    assert!(errors(&folder).is_some());
    folder.write("a.json", r#"{ "manifest": { "id": "com.acme.crm", "namespace": "crm", "version": "1.0.0", "type": "app", "name": "a b" } }"#);
    assert_eq!(folder.artifact()["manifest"]["name"], "a b");
}

#[test]
fn data_files_are_read_within_limits() {
    let base =
        "manifest: { id: com.acme.crm, namespace: crm, version: 1.0.0, type: app, name: CRM }\n";
    let bomb: String = ('a'..'j')
        .zip('b'..'k')
        .map(|(a, b)| format!("{b}: &{b} [*{a},*{a},*{a},*{a}]\n"))
        .collect();
    let cases = [
        (format!("a: &a [x,x,x,x]\n{bomb}"), "aliases are not used here"),
        ("[".repeat(1_000_000), "recursion limit"),
        ("{a: ".repeat(1_000_000), "recursion limit"),
        ("- ".repeat(100_000), "nested too deeply"),
        ("? ".repeat(100_000), "a key must be a string"),
        (
            (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
            "nested too deeply",
        ),
        ("a: 1\n".repeat(300_000), "`a` is here twice"),
        (format!("{{{}", "\"a\":1,".repeat(100_000)), "`a` is here twice"),
        ("---\n".repeat(100_000), "one document"),
        ("a: !!python/object/apply:os.system [\"id\"]\n".to_owned(), "tags are not used here"),
        ("a: !<tag:yaml.org,2002:js/function> {}\n".to_owned(), "tags are not used here"),
        ("a:\n\tb: 1\n".to_owned(), "objectstack.config.yaml:2:"),
        ("a: \"\\ud800\"\n".to_owned(), "objectstack.config.yaml:1:"),
        ("- 1\n".to_owned(), "is not a map"),
        (String::new(), "is not a map"),
        (format!("{base}objects: {{ crm_a: [\r\n"), "objectstack.config.yaml:"),
    ];
    for (text, expected) in cases {
        let folder = Folder::of(&[("objectstack.config.yaml", &text)]);
        let refusal = errors(&folder).unwrap_or_default();
        assert!(refusal.contains(expected), "{}: {refusal}", &text[..text.len().min(40)]);
        assert!(refusal.len() < 100_000);
    }
}

#[test]
fn a_page_of_brackets_is_read_in_one_pass() {
    for part in ["[a](", "![", "![a](", "<", "<A", "`", ">", "["] {
        let folder = Folder::stack("");
        folder.write("src/docs/crm_a.md", &format!("# A\n{}", part.repeat(20_000)));
        errors(&folder);
    }
}

#[test]
fn huge_names_give_a_short_report() {
    for members in [
        "['x'.repeat(2e5)]: 1",
        "objects: [{ name: 'crm_' + 'x'.repeat(2e5), fields: {} }]",
        "objects: Array.from({ length: 400 }, () => ({ name: 5, ['y'.repeat(1000)]: 1 }))",
    ] {
        let folder = Folder::stack(members);
        let refusal = errors(&folder).unwrap_or_default();
        assert!(refusal.len() < 1_000_000, "{members}: {}", refusal.len());
    }
}
