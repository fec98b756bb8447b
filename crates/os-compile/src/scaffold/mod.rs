//! The files of a new project.
//!
//! **Invariant:** a new project compiles without anything being installed first.

use crate::{authoring, schema};
use os_package::{InvalidManifestId, ManifestId, Namespace};

/// The kind of a new project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// An app with one object.
    App,
    /// A plugin with one object and no app.
    Plugin,
    /// A manifest and nothing else.
    Empty,
}

/// A file to write: its path in the project, and its content.
pub type NewFile = (String, String);

/// The path of the authoring module's types in a project.
pub const TYPES_FILE: &str = "types/objectstack.d.ts";

/// The protocol that new projects are written for.
const PROTOCOL: &str = "^17";

/// Returns the files of a project called `name`.
///
/// # Errors
///
/// No valid id can be derived from the name.
pub fn scaffold(name: &str, template: Template) -> Result<Vec<NewFile>, InvalidManifestId> {
    let segment = segment(name);
    let id: ManifestId = format!("com.example.{segment}").parse()?;
    let namespace = Namespace::derive(&id).map(|it| it.to_string()).unwrap_or_default();
    let label = label(&segment);
    let mut files = vec![
        (".gitignore".to_owned(), "node_modules/\ndist/\n.objectstack/\n".to_owned()),
        ("package.json".to_owned(), package_json(&segment)),
        ("tsconfig.json".to_owned(), TSCONFIG.to_owned()),
        (TYPES_FILE.to_owned(), types()),
        ("objectstack.config.ts".to_owned(), config(&id, &namespace, &label, template)),
    ];
    if template != Template::Empty {
        let object = format!("{namespace}_item");
        files.push((format!("src/objects/{object}.object.ts"), item(&object, &label)));
        let index = format!("export {{ default as item }} from './{object}.object';\n");
        files.push(("src/objects/index.ts".to_owned(), index));
    }
    Ok(files)
}

/// Returns the types of the authoring module, for editors: helpers as written by hand, metadata types from
/// the table.
pub fn types() -> String {
    authoring::TYPES.replace(authoring::TYPES_MARKER, &schema::types())
}

/// Returns the last segment of a manifest id: lower case, digits and hyphens.
fn segment(name: &str) -> String {
    let mut segment = String::new();
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() => segment.push(letter.to_ascii_lowercase()),
            _ if !segment.ends_with('-') => segment.push('-'),
            _ => {}
        }
    }
    segment.trim_matches('-').to_owned()
}

fn label(segment: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    segment.split('-').filter_map(word).collect::<Vec<_>>().join(" ")
}

fn config(id: &ManifestId, namespace: &str, label: &str, template: Template) -> String {
    let kind = if template == Template::Plugin { "plugin" } else { "app" };
    let (import, objects) = match template {
        Template::Empty => ("", ""),
        _ => (
            "import * as objects from './src/objects';\n",
            "\n  objects: Object.values(objects),\n",
        ),
    };
    format!(
        "import {{ defineStack }} from '@objectstack/spec';
{import}
export default defineStack({{
  manifest: {{
    id: '{id}',
    namespace: '{namespace}',
    version: '0.1.0',
    type: '{kind}',
    name: '{label}',
    description: '{label}, built with ObjectStack',
    // The protocol this package is written for; a runtime of another one refuses it.
    engines: {{ protocol: '{PROTOCOL}' }},
  }},
{objects}}});
"
    )
}

fn item(object: &str, label: &str) -> String {
    format!(
        "import {{ Field, ObjectSchema }} from '@objectstack/spec/data';

export default ObjectSchema.create({{
  name: '{object}',
  label: '{label} Item',
  // Who sees records that they do not own: nobody, until a permission or a sharing rule says so.
  sharingModel: 'private',
  fields: {{
    name: Field.text({{ label: 'Name', required: true }}),
    description: Field.textarea({{ label: 'Description' }}),
    status: Field.select(['Draft', 'Active', 'Archived'], {{
      label: 'Status',
      defaultValue: 'draft',
    }}),
  }},
}});
"
    )
}

fn package_json(name: &str) -> String {
    format!(
        "{{
  \"name\": \"{name}\",
  \"version\": \"0.1.0\",
  \"private\": true,
  \"type\": \"module\",
  \"scripts\": {{
    \"dev\": \"os dev\",
    \"build\": \"os compile\",
    \"validate\": \"os validate\",
    \"publish\": \"os package publish\"
  }}
}}
"
    )
}

const TSCONFIG: &str = "{
  \"compilerOptions\": {
    \"target\": \"ES2022\",
    \"module\": \"ESNext\",
    \"moduleResolution\": \"Bundler\",
    \"resolveJsonModule\": true,
    \"strict\": true,
    \"noEmit\": true,
    \"skipLibCheck\": true
  },
  \"include\": [\"objectstack.config.ts\", \"src\", \"types\"]
}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_valid_id_and_namespace() {
        let files = scaffold("My_CRM 2", Template::App).unwrap();
        let config = &files.iter().find(|(path, _)| path == "objectstack.config.ts").unwrap().1;
        assert!(config.contains("id: 'com.example.my-crm-2'"), "{config}");
        assert!(config.contains("namespace: 'my_crm_2'"), "{config}");
        assert!(config.contains("name: 'My Crm 2'"), "{config}");
        assert!(files.iter().any(|(path, _)| path == "src/objects/my_crm_2_item.object.ts"));
        assert!(scaffold("日本", Template::App).is_err());
    }
}
