//! Checks the seeds of an artifact: a package seeds objects of its own
//! (docs/wire/seeds.md#objects-that-a-package-seeds).

use serde_json::Value;

use crate::artifact::Artifact;
use crate::problem::{ProblemCode, Problems};
use crate::text::excerpt;
use crate::{Namespace, metadata, system};

/// Checks all datasets, also those of other environments.
pub fn check(artifact: Artifact<'_>, namespace: Option<&Namespace>, problems: &mut Problems) {
    let Some(data) = artifact.get("data") else { return };
    let path = artifact.path("data");
    let Value::Array(datasets) = data.value else {
        problems.add(path, "must be a list of datasets, each with an `object` and `records`");
        return;
    };
    let declared = metadata::object_names(artifact);
    for (index, dataset) in datasets.iter().enumerate() {
        let path = format!("{path}[{index}]");
        match dataset.get("object") {
            Some(Value::String(object)) if declared.contains(&object.as_str()) => {}
            Some(Value::String(object)) => {
                check_object(object, namespace, &format!("{path}.object"), problems);
            }
            _ if !dataset.is_object() => problems.add(path, "must be an object"),
            _ => problems.add(path, "must have an `object`: the name of an object of this package"),
        }
    }
}

/// Checks the object of a dataset that the package does not declare.
fn check_object(object: &str, namespace: Option<&Namespace>, path: &str, problems: &mut Problems) {
    let shown = excerpt(object);
    if system::object(object).is_some() {
        let message = format!(
            "`{shown}` belongs to the platform, and a package seeds objects of its own only; \
             remove the dataset"
        );
        return problems.add_as(ProblemCode::ReservedName, path, message);
    }
    // No runtime has a table for the others of the platform, so no record of theirs is written.
    let is_own_or_unserved =
        namespace.is_some_and(|it| it.prefixes(object)) || system::is_known(object);
    if is_own_or_unserved {
        return;
    }
    let own = namespace.map_or_else(String::new, |it| format!(", which are named `{it}_…`"));
    let message = format!(
        "`{shown}` is no object of this package, and a package seeds objects of its own only{own}; \
         remove the dataset, or declare the object"
    );
    problems.add(path, message);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems_of(artifact: &Value) -> Vec<(String, ProblemCode)> {
        let mut problems = Problems::default();
        let namespace = "crm".parse().unwrap();
        check(Artifact::of(artifact).unwrap(), Some(&namespace), &mut problems);
        let found = problems.none_or(()).err().map(|it| it.problems).unwrap_or_default();
        found.into_iter().map(|it| (it.path, it.code)).collect()
    }

    fn dataset(object: &str) -> Value {
        json!({"object": object, "env": ["prod"], "records": [{"name": "x"}]})
    }

    #[test]
    fn a_package_seeds_objects_of_its_own() {
        use ProblemCode::{Invalid, ReservedName};
        for (object, code) in [
            ("crm_account", None),
            ("crm_not_declared", None),
            ("sys_business_unit", None),
            ("sys_user_position", None),
            ("sys_user", Some(ReservedName)),
            ("sys_user_permission_set", Some(ReservedName)),
            ("sys_setting", Some(ReservedName)),
            ("ai_conversations", Some(ReservedName)),
            ("sys_ledger", Some(Invalid)),
            ("schema_migration", Some(Invalid)),
            ("hr_person", Some(Invalid)),
            ("crmaccount", Some(Invalid)),
            ("", Some(Invalid)),
        ] {
            let objects = json!([{"name": "crm_account"}]);
            let outer =
                json!({"objects": objects, "data": [dataset("crm_account"), dataset(object)]});
            let expected = |place: &str| -> Vec<(String, ProblemCode)> {
                code.iter().map(|code| (place.to_owned(), *code)).collect()
            };
            assert_eq!(problems_of(&outer), expected("data[1].object"), "{object}");
            let inner =
                json!({"manifest": {"data": [dataset(object)]}, "objects": {"crm_account": {}}});
            assert_eq!(problems_of(&inner), expected("manifest.data[0].object"), "{object}");
        }
    }

    #[test]
    fn what_is_no_dataset_is_refused_with_its_path() {
        let paths = |data: Value| -> Vec<String> {
            problems_of(&json!({"a": 1, "data": data})).into_iter().map(|(path, _)| path).collect()
        };
        assert_eq!(paths(json!(null)), [""; 0]);
        assert_eq!(paths(json!([])), [""; 0]);
        assert_eq!(paths(json!({"sys_user": []})), ["data"]);
        assert_eq!(
            paths(json!(["sys_user", {}, {"object": 7}])),
            ["data[0]", "data[1]", "data[2]"]
        );
    }
}
