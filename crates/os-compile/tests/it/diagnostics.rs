//! What an author reads when something is wrong.

use crate::project::{Folder, MANIFEST};

#[test]
fn all_problems_of_all_files_are_reported() {
    let folder = Folder::of(&[
        (
            "objectstack.config.ts",
            "import './a'; import './b'; import './nope'; import 'gone';\nexport default {};",
        ),
        ("a.ts", "const a = ;\n"),
        ("b.ts", "\n\nlet c = 1;\nlet c = 2;\n"),
    ]);
    let found = folder.compile().unwrap_err();
    let mut locations: Vec<_> = found
        .iter()
        .filter_map(|it| it.location.as_ref())
        .map(|location| format!("{}:{}:{}", location.file, location.line, location.column))
        .collect();
    locations.sort_unstable();
    let expected =
        ["a.ts:1:11", "b.ts:3:5", "objectstack.config.ts:1:36", "objectstack.config.ts:1:53"];
    assert_eq!(locations, expected);
}

#[test]
fn a_thrown_error_is_reported_with_its_location() {
    let folder = Folder::of(&[
        ("objectstack.config.ts", "import { f } from './src/f';\nexport default f();"),
        (
            "src/f.ts",
            "interface A { x: number }\n\nexport function f(): A {\n  throw new Error('no luck');\n}\n",
        ),
    ]);
    let refusal = folder.refusal();
    let expected = "error: no luck\n --> src/f.ts:4:";
    assert!(refusal.starts_with(expected), "{refusal}");
    assert!(refusal.contains("4 |   throw new Error('no luck');"), "{refusal}");
}

#[test]
fn a_page_is_named_by_its_file() {
    let folder = Folder::stack("");
    folder.write("src/docs/Guide.md", "# x");
    let refusal = folder.refusal();
    assert!(refusal.contains("src/docs/Guide.md"), "{refusal}");
}

#[test]
fn a_config_without_a_stack_is_reported_with_an_example() {
    let refusal = Folder::config("export const a = 1; export default 5;").refusal();
    assert!(refusal.contains("export default defineStack"), "{refusal}");
}

#[test]
fn reading_the_clock_is_reported() {
    let folder = Folder::described("", "Date.now() > 5 ? 'later' : 'still'");
    assert_eq!(folder.description(), "still");
    let compiled = folder.compile().unwrap();
    assert!(compiled.warnings[0].message.contains("clock"));
}

#[test]
fn a_call_of_an_unknown_function_names_it() {
    let config =
        "import { Field } from '@objectstack/spec';\nexport default { a: Field.txet({}) };";
    let refusal = Folder::config(config).refusal();
    assert!(
        refusal.starts_with("error: `txet` is not a function\n --> objectstack.config.ts:2:"),
        "{refusal}"
    );
    assert!(refusal.contains("^^^^"), "{refusal}");
}

#[test]
fn a_slip_in_an_expression_is_shown_in_its_column() {
    for (written, column, caret, expected) in [
        ("'record.name == \"\" && record.amont > 1'", 64, " ^^^^^\n", "crm_a has no field 'amont'"),
        ("cel`record.name =`", 51, " ^\n", "a single `=` does not compare"),
        (
            "{ dialect: 'cel', source: 'lowr(record.name) == \"\"' }",
            62,
            " ^^^^\n",
            "no function `lowr`",
        ),
        ("'record.name' + ' == nope(1)'", 22, "^", "no function `nope`"),
    ] {
        let object = format!(
            "{{ name: 'crm_a', label: 'A', sharingModel: 'private', fields: {{\n  name: {{ type: 'text', label: 'N', required: true }},\n  b: {{ type: 'text', visibleWhen: {written} }},\n}} }}"
        );
        let config = format!(
            "import {{ cel, defineStack }} from '@objectstack/spec';\nexport default defineStack({{ {MANIFEST}, objects: [{object}] }});\n"
        );
        let found = Folder::config(&config).compile().unwrap_err();
        let problem = found.iter().find(|it| it.rule == "expression-invalid").unwrap();
        assert!(problem.message.contains(expected), "{written}: {problem}");
        let location = problem.location.as_ref().unwrap();
        assert_eq!((location.line, location.column), (4, column), "{written}: {problem}");
        assert!(problem.to_string().contains(caret), "{problem}");
    }
}
