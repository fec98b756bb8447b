//! Projects in YAML and JSON: the same artifact as one in TypeScript.

use crate::project::Folder;

const CONFIG: &str = "manifest:
  id: com.acme.crm
  namespace: crm
  version: 1.0.0
  type: app
  name: CRM
";

#[test]
fn yaml_json_and_typescript_give_the_same_artifact() {
    let yaml = Folder::of(&[
        ("objectstack.config.yaml", CONFIG),
        (
            "src/objects/crm_a.object.yaml",
            "label: A\nsharingModel: private\nfields:\n  name: { type: text, label: Name }\n",
        ),
        ("src/translations/de.yaml", "objects: { crm_a: { label: Ä } }\n"),
        (
            "src/data/a.json",
            r#"{ "object": "crm_a", "externalId": "name", "records": [{ "name": "x" }] }"#,
        ),
        ("src/docs/crm_guide.md", "# Guide\n"),
    ]);
    let object = "{ label: 'A', sharingModel: 'private', fields: { name: { type: 'text', label: 'Name' } }, name: 'crm_a' }";
    let typescript = Folder::stack(&format!(
        "objects: [{object}], translations: [{{ de: {{ objects: {{ crm_a: {{ label: 'Ä' }} }} }} }}], data: [{{ object: 'crm_a', externalId: 'name', records: [{{ name: 'x' }}] }}]"
    ));
    typescript.write("src/docs/crm_guide.md", "# Guide\n");
    assert_eq!(yaml.artifact(), typescript.artifact());
}

#[test]
fn a_file_of_an_unknown_kind_is_reported() {
    let folder = Folder::of(&[
        ("objectstack.config.yaml", CONFIG),
        ("src/objects/crm_a.objetc.yaml", "label: A\n"),
        ("src/objects/crm_b.object.yaml", "label: [A\n"),
    ]);
    let refusal = folder.refusal();
    assert!(refusal.contains("did you mean `.object.`?"), "{refusal}");
    assert!(refusal.contains("src/objects/crm_b.object.yaml:1:"), "{refusal}");
}
