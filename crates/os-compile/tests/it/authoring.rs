//! What the helpers of the authoring module make.

use crate::project::{Folder, MANIFEST};
use serde_json::{Value, json};

/// The value that an expression of the authoring module has, before any schema.
fn value(imports: &str, expression: &str) -> Value {
    let config = format!(
        "import {{ defineStack, {imports} }} from '@objectstack/spec';\nconst value = {expression};\nexport default {{ {MANIFEST}, onEnable: () => {{}}, functions: {{ x: JSON.stringify(value) }} }};"
    );
    let artifact = Folder::config(&config).artifact();
    let text = artifact["functions"]["x"].as_str().expect("the value as text");
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn field_helpers_set_the_type() {
    let cases = [
        ("Field.text({ label: 'A' })", json!({ "type": "text", "label": "A" })),
        ("Field.lookup('a_b')", json!({ "type": "lookup", "reference": "a_b" })),
        (
            "Field.masterDetail('a_b', { label: 'A' })",
            json!({ "type": "master_detail", "reference": "a_b", "label": "A" }),
        ),
        ("Field.user()", json!({ "type": "user", "reference": "sys_user" })),
        (
            "Field.autonumber({ readonly: false })",
            json!({ "type": "autonumber", "readonly": true }),
        ),
        ("Field.rating()", json!({ "type": "rating", "max": 5 })),
        ("Field.vector(3)", json!({ "type": "vector", "dimensions": 3 })),
        ("Field.code()", json!({ "type": "code" })),
        (
            "Field.select(['Not Started', 'Done!'])",
            json!({ "type": "select", "options": [{ "label": "Not Started", "value": "not_started" }, { "label": "Done!", "value": "done" }] }),
        ),
        (
            "Field.select({ options: [{ label: 'A', value: 'Ab' }], required: true })",
            json!({ "type": "select", "options": [{ "label": "A", "value": "ab" }], "required": true }),
        ),
    ];
    for (expression, expected) in cases {
        assert_eq!(value("Field", expression), expected, "{expression}");
    }
}

#[test]
fn expressions_quote_what_they_take_in() {
    let cases = [
        ("cel`record.a == ${'x'} && ${1} < ${true}`", "cel", "record.a == \"x\" && 1 < true"),
        ("P`${null} ${[1]}`", "cel", "null [1]"),
        ("tmpl`Hello ${'you'}`", "template", "Hello you"),
        ("cron`0 ${9} * * *`", "cron", "0 9 * * *"),
        ("expression('a', 'cron')", "cron", "a"),
    ];
    for (expression, dialect, source) in cases {
        let expected = json!({ "dialect": dialect, "source": source });
        assert_eq!(value("cel, P, tmpl, cron, expression", expression), expected, "{expression}");
    }
}

#[test]
fn object_and_seed_helpers_fill_in_names() {
    let object = "ObjectSchema.create({ name: 'crm_big_deal', sharingModel: 'controlled_by_parent', fields: { a: { type: 'master_detail', reference: 'crm_b' } } })";
    let made = value("ObjectSchema", object);
    assert_eq!(made["label"], "Crm Big Deal");
    assert_eq!(made["fields"]["a"]["required"], true);
    let seed = json!({ "object": "crm_a", "externalId": "name", "records": [] });
    for written in [
        "defineSeed({ name: 'crm_a', fields: {} }, { externalId: 'name', records: [] })",
        "defineSeed('crm_a', { externalId: 'name', records: [] })",
        "defineDataset({ name: 'crm_a' }, { externalId: 'name', records: [] })",
        "defineDataset({ object: 'crm_a', externalId: 'name', records: [] })",
    ] {
        assert_eq!(value("defineSeed, defineDataset", written), seed, "{written}");
    }
}

#[test]
fn a_helper_rejects_other_arguments() {
    for (call, expected) in [
        ("defineFlow([])", "defineFlow() takes an object, not an array"),
        ("defineView({ name: 'x' })", "needs at least one of `list`"),
        ("Field.text(null)", "Field.text() takes an object, not null"),
    ] {
        let config = format!(
            "import {{ defineFlow, defineView, Field }} from '@objectstack/spec';\nexport default {{\n  x: {call},\n}};"
        );
        let refusal = Folder::config(&config).refusal();
        assert!(refusal.contains(expected), "{call}: {refusal}");
        assert!(refusal.contains("objectstack.config.ts:3:"), "{call}: {refusal}");
    }
}

#[test]
fn the_same_project_gives_the_same_bytes_from_anywhere() {
    let expression = "[new Date(2024, 0, 1).toISOString(), new Date('2024-01-01T10:00').getHours(), Math.random(), Object.keys({ b: 1, a: 2 })].join(' ')";
    let texts: Vec<_> = (0..3).map(|_| Folder::described("", expression).description()).collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
    assert!(texts[0].starts_with("2024-01-01T00:00:00.000Z 10 "), "{}", texts[0]);
}

#[test]
fn stacks_are_composed_of_parts() {
    let object = |name: &str, field: &str| {
        format!("{{ name: '{name}', label: 'O', fields: {{ {field}: {{ type: 'text' }} }} }}")
    };
    let one = format!(
        "{{ manifest: {{ id: 'a' }}, objects: [{}], i18n: {{ defaultLocale: 'en' }} }}",
        object("crm_a", "x")
    );
    let other = format!(
        "{{ manifest: {{ id: 'b' }}, objects: [{}], flows: {{ f: {{}} }} }}",
        object("crm_b", "y")
    );
    let same = format!("{{ objects: [{}] }}", object("crm_a", "z"));
    let composed = value("composeStacks", &format!("composeStacks([{one}, {other}])"));
    assert_eq!(composed["manifest"]["id"], "b");
    assert_eq!(composed["objects"][1]["name"], "crm_b");
    assert_eq!(composed["flows"], json!([{ "name": "f" }]));
    assert_eq!(composed["i18n"]["defaultLocale"], "en");
    let merged =
        format!("composeStacks([{one}, {same}], {{ objectConflict: 'merge', manifest: 0 }})");
    let merged = value("composeStacks", &merged);
    assert_eq!(merged["manifest"]["id"], "a");
    let fields = json!({ "x": { "type": "text" }, "z": { "type": "text" } });
    assert_eq!(merged["objects"][0]["fields"], fields);
    let config = format!(
        "import {{ composeStacks }} from '@objectstack/spec';\nexport default composeStacks([{one}, {same}]);"
    );
    let refusal = Folder::config(&config).refusal();
    assert!(refusal.contains("the object 'crm_a' is in several stacks"), "{refusal}");
}
