//! The example applications of the original, compared with the original's artifacts.
//!
//! Their sources are not ours and not here: `OS_EXAMPLES` names a folder with `app-todo`,
//! `app-crm`, `app-showcase` and beside each the artifact that the npm CLI makes of it,
//! `app-todo.json`. Where that folder or one above it has `@objectstack/spec` in its
//! `node_modules`, they are compiled with that as well.

use os_compile::{CompileOptions, Compiler, Project, Spec};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[test]
#[ignore = "needs OS_EXAMPLES, a folder with the examples of the original and their artifacts"]
fn the_examples_compile_to_the_artifacts_of_the_original() {
    let folder = std::env::var_os("OS_EXAMPLES").map(PathBuf::from).expect("OS_EXAMPLES");
    for name in ["app-todo", "app-crm", "app-showcase"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let mut expected: Value = serde_json::from_str(&text).unwrap();
        for known in ["runtimeModule", "plugins"] {
            expected.as_object_mut().unwrap().remove(known);
        }
        without_bundling(&mut expected);
        assert_eq!(compiled(&folder.join(name), Spec::BuiltIn), expected, "{name}");
        let has_spec = |it: &Path| it.join("node_modules/@objectstack/spec/package.json").is_file();
        if folder.ancestors().any(has_spec) {
            assert_eq!(compiled(&folder.join(name), Spec::Project), expected, "{name}, its spec");
        } else {
            eprintln!("skipped: {name} with its own @objectstack/spec, which is not installed");
        }
    }
}

fn compiled(folder: &Path, spec: Spec) -> Value {
    let project = Project::open(folder).expect("a project");
    let mut compiler = Compiler::new(CompileOptions { spec, ..CompileOptions::default() });
    match compiler.compile(&project) {
        Ok(compiled) => compiled.artifact,
        Err(found) => {
            let shown: Vec<_> = found.iter().map(ToString::to_string).collect();
            panic!("{}, {spec:?}:\n{}", folder.display(), shown.join("\n"))
        }
    }
}

/// The original's bundler renames a local that has the name of another file's, and spells some
/// expressions anew.
fn without_bundling(artifact: &mut Value) {
    for hook in artifact["hooks"].as_array_mut().into_iter().flatten() {
        if let Some(Value::String(source)) = hook.pointer_mut("/body/source") {
            *source = source
                .replace("data2", "data")
                .replace("void 0", "undefined")
                .replace("(/* @__PURE__ */ new Date())", "new Date()");
        }
    }
}
