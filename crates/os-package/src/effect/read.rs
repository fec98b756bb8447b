//! Finds what an artifact declares and no runtime acts on.

use super::{Effect, NO_EFFECT, ROWS, Row};
use crate::artifact::Artifact;
use crate::kind;
use crate::problem::Problems;
use crate::text::excerpt;
use serde_json::Value;

/// The values that one statement names.
const MAX_VALUES: usize = 12;

/// Adds a problem for each place whose property is refused.
pub fn find_refused(artifact: Artifact<'_>, problems: &mut Problems) {
    for row in ROWS.iter().filter(|row| row.effect == Effect::Refused && row.evidence().is_none()) {
        visit(artifact, row, &mut |place, _| problems.add(place, row.text));
    }
}

/// Lists what has no effect: one line for each thing that happens instead, with its first place.
pub fn list_statements(artifact: Artifact<'_>) -> Vec<String> {
    let mut statements: Vec<Statement> = Vec::new();
    for row in ROWS.iter().filter(|row| matches!(row.effect, Effect::Said | Effect::Denied)) {
        visit(artifact, row, &mut |place, value| {
            let known = statements.iter_mut().find(|it| it.text == row.text);
            match known {
                Some(statement) => statement.add(value),
                None => statements.push(Statement::new(row.text, place, value)),
            }
        });
    }
    statements.iter().map(Statement::line).collect()
}

/// Something that an artifact declares and that has no effect.
struct Statement {
    text: &'static str,
    first: String,
    others: usize,
    values: Vec<String>,
}

impl Statement {
    fn new(text: &'static str, place: &str, value: &Value) -> Self {
        let mut statement = Self { text, first: place.to_owned(), others: 0, values: Vec::new() };
        statement.name(value);
        statement
    }

    fn add(&mut self, value: &Value) {
        self.others += 1;
        self.name(value);
    }

    fn name(&mut self, value: &Value) {
        let Some(text) = value.as_str() else { return };
        let shown = format!("`{}`", excerpt(text));
        if self.values.len() < MAX_VALUES && !self.values.contains(&shown) {
            self.values.push(shown);
        }
    }

    fn line(&self) -> String {
        let others = match self.others {
            0 => String::new(),
            1 => ", nor in another place".to_owned(),
            others => format!(", nor in {others} other places"),
        };
        let text = self.text.replace("{values}", &self.values.join(", "));
        format!("{}: {NO_EFFECT}{others}: {text}", self.first)
    }
}

/// Calls `found` with each place and value that a row is about.
fn visit(artifact: Artifact<'_>, row: &Row, found: &mut impl FnMut(&str, &Value)) {
    let (is_manifest, path) = match row.path.strip_prefix("manifest.") {
        Some(rest) => (true, rest),
        None => (false, row.path.as_str()),
    };
    let mut steps = path.split('.');
    let Some(first) = steps.next() else { return };
    let steps: Vec<&str> = steps.collect();
    let Some((mut place, value)) = start(artifact, first, is_manifest) else { return };
    descend(value, &steps, &mut place, &mut |place, value| {
        if row.is_declared(value) {
            found(place, value);
        }
    });
}

/// Returns a member of the manifest, or of what stands beside it, with its path.
fn start<'a>(artifact: Artifact<'a>, key: &str, is_manifest: bool) -> Option<(String, &'a Value)> {
    let collection = kind::of_collection(key).map(|_| artifact.collection(key));
    if !is_manifest && let Some(collection) = collection {
        return Some((key.to_owned(), collection?.value));
    }
    let in_block = artifact.on_both_levels(key).find(|(path, _)| path.starts_with("manifest."));
    // What a flat artifact has under the name of a collection may be its items.
    let flat = || Some((artifact.path(key), artifact.get(key)?.value));
    in_block
        .filter(|_| is_manifest)
        .or_else(|| flat().filter(|_| !matches!(collection, Some(Some(_)))))
}

fn descend(
    value: &Value,
    steps: &[&str],
    place: &mut String,
    found: &mut impl FnMut(&str, &Value),
) {
    let Some((step, rest)) = steps.split_first() else { return found(place, value) };
    let length = place.len();
    let mut within = |part: &str, value: &Value| {
        place.push_str(part);
        descend(value, rest, place, found);
        place.truncate(length);
    };
    match (*step, value) {
        ("*", Value::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                within(&format!("[{at}]"), item);
            }
        }
        ("*", Value::Object(map)) => {
            for (name, item) in map {
                within(&format!(".{}", excerpt(name)), item);
            }
        }
        (step, Value::Object(map)) => {
            if let Some(item) = map.get(step) {
                within(&format!(".{step}"), item);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::is_statement;
    use super::*;
    use serde_json::json;

    fn statements(artifact: &Value) -> Vec<String> {
        list_statements(Artifact::of(artifact).unwrap())
    }

    fn refused(artifact: &Value) -> Vec<String> {
        let mut problems = Problems::default();
        find_refused(Artifact::of(artifact).unwrap(), &mut problems);
        let found = problems.none_or(()).err().map(|it| it.problems).unwrap_or_default();
        found.into_iter().map(|it| it.path).collect()
    }

    #[test]
    fn what_happens_instead_is_said_once_with_its_first_place() {
        let artifact = json!({
            "manifest": {"id": "a.b", "permissions": {"fs": ["/tmp"]}},
            "flows": [{"name": "one"}, {"name": "two"}, {"name": "three"}],
            "hooks": {"guard": {"object": "a_b"}},
            "requires": ["ui", "automation", "approvals"],
            "actions": [{"name": "a_go"}],
            "objects": [{"name": "a_b", "lifecycle": {"class": "record"}, "actions": [{"name": "a_go"}]}],
        });
        let found = statements(&artifact);
        let expected = [
            "manifest.permissions: has no effect here: code of a package asks for these, and none \
             is loaded",
            "requires[1]: has no effect here, nor in another place: this runtime lacks \
             `automation`, `approvals`, and what needs it does not run",
            "flows[0]: has no effect here, nor in 2 other places: flows do not run",
            "hooks.guard: has no effect here: hooks do not run, so that changes of records pass \
             them",
            "actions[0]: has no effect here, nor in another place: actions do not run",
            "objects[0].lifecycle: has no effect here: records stay until people delete them",
        ];
        assert_eq!(found, expected);
        assert!(found.iter().all(|it| is_statement(it)));
        assert!(!is_statement("permissions[0].objects.x: has no effect, because it is not"));
    }

    #[test]
    fn defaults_and_what_is_switched_off_are_not_said() {
        let artifact = json!({
            "manifest": {"id": "a.b", "defaultDatasource": "default"}, "i18n": {"defaultLocale": "en"},
            "flows": [], "permissions": [{"name": "p", "objects": {"a_b": {"allowTransfer": false}}}],
            "objects": [{"name": "a_b", "isSystem": false, "datasource": "default",
                "tenancy": {"enabled": false}, "publicSharing": {"enabled": false},
                "lifecycle": null, "externalSharingModel": "private"}],
        });
        assert_eq!(statements(&artifact), [""; 0]);
    }

    #[test]
    fn what_is_refused_is_named_with_its_place() {
        let artifact = json!({
            "id": "a.b",
            "objects": {"a_b": {"fields": {"zone": {"type": "text", "valueDomain": "iana_time_zone"}},
                "fileAccessDelegate": "approvals"}},
            "permissions": [{"name": "p", "tabPermissions": {"one": "visible", "two": "hidden"}}],
            "books": [{"name": "all", "audience": "org"},
                {"name": "some", "audience": {"permissionSet": "p"}}],
            "objectExtensions": [{"extend": "crm_a", "validations": [{"name": "v"}]}],
            "server": {"security": {"rateLimit": {"enabled": true}}},
        });
        let places = [
            "server.security.rateLimit.enabled",
            "objects.a_b.fileAccessDelegate",
            "objects.a_b.fields.zone.valueDomain",
            "objectExtensions[0].validations",
            "permissions[0].tabPermissions.two",
            "books[1].audience",
        ];
        assert_eq!(refused(&artifact), places);
        assert_eq!(refused(&json!({"id": "a.b", "permissions": {"fs": ["/tmp"]}})), [""; 0]);
    }
}
