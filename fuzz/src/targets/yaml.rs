//! Projects of YAML and JSON, compiled as `os compile` does.

use super::check_message;
use os_compile::{CompileOptions, Compiled, Compiler, Diagnostic, Project};
use os_package::{ManifestId, VersionNumber};
use std::fs;
use std::sync::LazyLock;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

/// Compiles a small project.
pub fn prepare() {
    LazyLock::force(&FOLDER);
}

/// A config that is accepted compiles to the same artifact each time, and runtimes load it.
pub fn yaml(bytes: &[u8]) {
    fs::write(FOLDER.path().join("objectstack.config.yaml"), bytes).expect("a file");
    let Compiled { artifact, warnings, .. } = match compile() {
        Ok(compiled) => compiled,
        Err(found) => {
            assert!(found.iter().any(Diagnostic::is_error));
            return found.iter().for_each(check);
        }
    };
    warnings.iter().for_each(check);
    assert_eq!(compile().expect("it compiled before").artifact, artifact);
    let declared = |key: &str| artifact["manifest"][key].as_str().unwrap_or_default();
    let id = declared("id").parse::<ManifestId>();
    if let (Ok(id), Ok(version)) = (id, declared("version").parse::<VersionNumber>()) {
        let read = os_runtime::read_artifact(&artifact, &id, &version);
        read.unwrap_or_else(|refusal| panic!("it was compiled, then refused: {refusal}"));
    }
}

fn compile() -> Result<Compiled, Vec<Diagnostic>> {
    let options =
        CompileOptions { reader: Some(os_runtime::read_artifact), ..CompileOptions::default() };
    let project = Project::open(FOLDER.path()).expect("a project");
    Compiler::new(options).compile(&project)
}

fn check(found: &Diagnostic) {
    check_message(&found.message);
    if let Some(help) = &found.help {
        check_message(help);
    }
    let stands_somewhere = found.path.is_some() || found.location.is_some();
    assert!(stands_somewhere || ["file", "stack"].contains(&&*found.rule), "{found:?}");
}
