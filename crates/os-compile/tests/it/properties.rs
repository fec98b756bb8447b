//! What holds for any text and any stack.
//!
//! `PROPTEST_CASES` makes the series longer.

use crate::project::{Folder, MANIFEST};
use os_compile::{CompileOptions, Compiler, Diagnostic, Location, Project, Spec, schema};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::fs;
use std::sync::LazyLock;

/// A few cases each, unless somebody asks for more.
fn config(cases: u32) -> ProptestConfig {
    // What the environment asks for, or else a few: proptest's own number is 256.
    let asked = ProptestConfig::default().cases;
    let cases = if asked == 256 { cases } else { asked };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop_oneof![Just("text"), Just("lookup"), Just("crm_a"), Just("cel"), Just("\0function")]
            .prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-z]{1,6}",
        prop_oneof![
            Just("name"),
            Just("type"),
            Just("fields"),
            Just("objects"),
            Just("views"),
            Just("actions"),
            Just("data")
        ]
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A whole package: the examples of this repository, as they are published.
static PACKAGES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    ["crm/1.1.0", "helpdesk/0.4.0"]
        .iter()
        .map(|name| {
            fs::read_to_string(format!("{root}/{name}/objectstack.json")).expect("an example")
        })
        .map(|text| serde_json::from_str(&text).expect("an example"))
        .collect()
});

/// Puts a value somewhere into another.
fn mutate(value: &mut Value, path: &[prop::sample::Index], put: &Value) {
    let Some((first, rest)) = path.split_first() else { return *value = put.clone() };
    match value {
        Value::Object(map) if !map.is_empty() => {
            let at = first.index(map.len());
            if let Some(inner) = map.values_mut().nth(at) {
                mutate(inner, rest, put);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let at = first.index(items.len());
            mutate(&mut items[at], rest, put);
        }
        other => *other = put.clone(),
    }
}

fn mutated_package() -> impl Strategy<Value = Value> {
    let change = (vec(any::<prop::sample::Index>(), 1..8), any_json());
    (any::<prop::sample::Index>(), vec(change, 1..4)).prop_map(|(which, changes)| {
        let mut package = PACKAGES[which.index(PACKAGES.len())].clone();
        for (path, put) in changes {
            mutate(&mut package, &path, &put);
        }
        package
    })
}

/// What is accepted is accepted again, and stays as it became.
fn check_is_stable(stack: Value) -> Result<(), TestCaseError> {
    let (out, found) = schema::check(stack);
    for diagnostic in &found {
        prop_assert!(!diagnostic.message.is_empty());
        prop_assert!(diagnostic.to_string().len() < 20_000);
    }
    if !found.iter().any(Diagnostic::is_error) {
        let (again, found) = schema::check(out.clone());
        prop_assert!(!found.iter().any(Diagnostic::is_error), "{found:?}");
        prop_assert_eq!(again, out);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn any_value_is_judged(stack in any_json()) {
        check_is_stable(stack)?;
    }

    #[test]
    fn any_change_of_a_package_is_judged(stack in mutated_package()) {
        check_is_stable(stack)?;
    }

    #[test]
    fn a_place_is_in_its_line(
        source in any::<String>(), start in 0_usize..80, length in 0_usize..80, line in 0_u32..9, column in 0_u32..90
    ) {
        let locations = [
            Location::of("a.ts", &source, start, start.saturating_add(length)),
            Location::of_line("a.ts", &source, line, column),
        ];
        for location in locations.into_iter().flatten() {
            prop_assert!(location.line >= 1 && location.width >= 1);
            let shown = Diagnostic::error("schema", source.clone()).help(source.clone()).at(Some(location)).to_string();
            prop_assert!(shown.chars().all(|it| it == '\n' || it == '\t' || !it.is_control()), "{shown:?}");
        }
    }
}

proptest! {
    #![proptest_config(config(24))]

    /// Any text is a program, or is refused.
    #[test]
    fn any_text_is_compiled_or_refused(text in prop_oneof![
        any::<String>(),
        "[\\[\\](){}<>`'\"$/*;,=+.!?:@# \n\\\\a-c0-1]{0,200}",
        "(const|let|export|import|type|enum|class|from|as|default|async|await|new|=>|[{}(),;=:<>a-c'\"`/*$\n ]){0,60}",
    ]) {
        let folder = Folder::config(&text);
        if let Err(found) = folder.compile() {
            prop_assert!(found.iter().any(Diagnostic::is_error), "{found:?}");
        }
    }

    #[test]
    fn any_text_is_data_or_refused(text in prop_oneof![
        any::<String>(),
        "[a-c:\\-\\[\\]{},&*!|>'\"%@#?~<. \n\t]{0,200}",
        any_json().prop_map(|value| value.to_string()),
    ]) {
        for name in ["objectstack.config.yaml", "objectstack.config.json"] {
            if let Err(found) = Folder::of(&[(name, &text)]).compile() {
                prop_assert!(found.iter().any(Diagnostic::is_error), "{found:?}");
            }
        }
    }

    /// The same value as TypeScript and as data: the same verdict, and the same artifact.
    #[test]
    fn data_and_code_mean_the_same(value in any_json()) {
        let mut stack = json!({ "manifest": { "id": "com.acme.crm", "namespace": "crm", "version": "1.0.0", "type": "app", "name": "CRM" } });
        stack["books"] = value;
        let text = stack.to_string();
        let code = "import { defineStack } from '@objectstack/spec';\nimport stack from './stack.json';\nexport default defineStack(stack);";
        let code = Folder::of(&[("objectstack.config.ts", code), ("stack.json", &text)]);
        let data = Folder::of(&[("objectstack.config.json", &text)]);
        // YAML has no tag of ours, and JSON in JavaScript no key that is a prototype.
        prop_assume!(!text.contains("\\u0000") && !text.contains("__proto__"));
        match (code.compile(), data.compile()) {
            (Ok(code), Ok(data)) => prop_assert_eq!(code.artifact, data.artifact),
            (Err(_), Err(_)) => {}
            (code, data) => prop_assert!(false, "{text}\n{:?}\n{:?}", code.err(), data.err()),
        }
    }

    /// Whatever is imported: a module of the project, or a refusal. Never a file beyond it.
    #[test]
    fn no_import_leaves_the_project(specifier in prop_oneof![
        "(\\.|\\.\\.|/|a|b|node_modules|etc|passwd|%2e|\\?|#|@|:|secret|\\.ts){1,12}",
        "[^'\\\\\n\r\u{2028}\u{2029}]{0,40}",
    ]) {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("project");
        for folder in ["a/b", "node_modules/a"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for name in ["secret.ts", "secret", "a.ts", "b.ts", "passwd"] {
            fs::write(outer.path().join(name), "export default 'outside';").unwrap();
        }
        fs::write(root.join("a/b/index.ts"), "export default 'inside';").unwrap();
        fs::write(root.join("node_modules/a/package.json"), r#"{ "main": "../../../secret.ts" }"#).unwrap();
        std::os::unix::fs::symlink(outer.path(), root.join("b")).unwrap();
        let code = format!("import it from '{specifier}';\nexport default {{ {} }};", MANIFEST.replace("'CRM'", "String(it)"));
        fs::write(root.join("objectstack.config.ts"), code).unwrap();
        if let Ok(compiled) = Compiler::default().compile(&Project::open(&root).unwrap()) {
            prop_assert!(!compiled.artifact.to_string().contains("outside"), "{specifier}");
            prop_assert!(compiled.files.iter().all(|file| !file.starts_with("..")), "{:?}", compiled.files);
        }
    }
}

/// Files in this order, in a folder of this name.
fn project(files: &[(String, String)], order: impl Iterator<Item = usize>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for at in order {
        let (name, text) = &files[at];
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a folder");
    }
    folder
}

#[test]
fn the_order_of_files_does_not_change_the_bytes() {
    let mut files = vec![(
        "objectstack.config.yaml".to_owned(),
        "manifest: { id: com.acme.crm, namespace: crm, version: 1.0.0, type: app, name: CRM }\n"
            .to_owned(),
    )];
    for number in 0..20 {
        let object =
            "label: A\nsharingModel: private\nfields: { name: { type: text, label: Name } }\n";
        files.push((format!("src/m{}/crm_o{number}.object.yaml", number % 3), object.to_owned()));
        files.push((format!("src/docs/crm_p{number}.md"), format!("# Page {number}\n")));
        files.push((
            format!("src/translations/{}.yaml", ["de", "en", "fr"][number % 3]),
            "{}\n".to_owned(),
        ));
    }
    let bytes = |order: &mut dyn Iterator<Item = usize>| {
        let folder = project(&files, order);
        let compiled = Compiler::default().compile(&Project::open(folder.path()).unwrap()).unwrap();
        compiled.artifact.to_string()
    };
    let first = bytes(&mut (0..files.len()));
    assert_eq!(first, bytes(&mut (0..files.len()).rev()));
    assert!(first.contains("crm_o19"));
}

#[test]
fn a_compile_from_the_cache_gives_the_same_result() {
    let folder = Folder::stack(
        "objects: [{ name: 'crm_a', label: 'A', sharingModel: 'private', fields: { name: { type: 'text', label: 'N' } } }]",
    );
    let opened = Project::open(&folder.path()).unwrap();
    let mut compiler =
        Compiler::new(CompileOptions { spec: Spec::BuiltIn, ..CompileOptions::default() });
    let first = compiler.compile(&opened).unwrap().artifact.to_string();
    assert_eq!(first, compiler.compile(&opened).unwrap().artifact.to_string());
    assert_eq!(first, Compiler::default().compile(&opened).unwrap().artifact.to_string());
    folder.write("objectstack.config.ts", "export default 5;");
    assert!(compiler.compile(&opened).is_err());
    let empty: Map<String, Value> = Map::new();
    assert!(schema::check(Value::Object(empty)).1.iter().all(|it| !it.message.is_empty()));
}
