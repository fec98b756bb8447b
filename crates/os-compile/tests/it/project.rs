//! A project in a folder of its own.

use os_compile::{CompileOptions, Compiled, Compiler, Diagnostic, Limits, Project};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A project that is removed at the end of a test.
pub struct Folder(TempDir);

/// What most tests leave out of a stack.
pub const MANIFEST: &str = "manifest: { id: 'com.acme.crm', namespace: 'crm', version: '1.0.0', type: 'app', name: 'CRM' }";

impl Folder {
    /// A project of these files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// A project whose config is this text.
    pub fn config(text: &str) -> Self {
        Self::of(&[("objectstack.config.ts", text)])
    }

    /// A project of these imports whose description is the text of an expression.
    pub fn described(imports: &str, expression: &str) -> Self {
        let manifest =
            MANIFEST.replace("name: 'CRM'", &format!("name: 'CRM', description: {expression}"));
        Self::config(&format!(
            "import {{ defineStack }} from '@objectstack/spec';\n{imports}\nexport default defineStack({{ {manifest} }});\n"
        ))
    }

    /// What [`Self::described`] is described as.
    pub fn description(&self) -> String {
        self.artifact()["manifest"]["description"].as_str().expect("a description").to_owned()
    }

    /// A project whose stack has these members beside the manifest.
    pub fn stack(members: &str) -> Self {
        Self::config(&format!(
            "import {{ defineStack }} from '@objectstack/spec';\nexport default defineStack({{ {MANIFEST},\n{members}\n}});\n"
        ))
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn compile(&self) -> Result<Compiled, Vec<Diagnostic>> {
        self.compile_within(Limits { steps: 50_000_000, ..Limits::default() })
    }

    pub fn compile_within(&self, limits: Limits) -> Result<Compiled, Vec<Diagnostic>> {
        let project = Project::open(&self.path()).expect("a project");
        Compiler::new(CompileOptions { limits, ..CompileOptions::default() }).compile(&project)
    }

    /// The artifact of a project that compiles.
    pub fn artifact(&self) -> serde_json::Value {
        match self.compile() {
            Ok(compiled) => compiled.artifact,
            Err(found) => panic!("does not compile:\n{}", shown(&found)),
        }
    }

    /// What is said of a project that does not compile.
    pub fn refusal(&self) -> String {
        match self.compile() {
            Ok(compiled) => panic!("compiles to {}", compiled.artifact),
            Err(found) => shown(&found),
        }
    }
}

pub fn shown(found: &[Diagnostic]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
