//! All modules that a config imports, as JavaScript.
//!
//! **Invariant:** the graph is complete before anything runs: a module that is not in it cannot be
//! loaded, and all problems with imports and syntax are reported at once. A module
//! goes to the engine as soon as it is read.

use crate::authoring;
use crate::diagnostic::{Diagnostic, Location};
use crate::evaluate::{Code, Engine};
use crate::project::{FileError, Project};
use crate::resolve::{Spec, Target, resolve};
use crate::syntax::{Import, Literals, Stripped, strip, tag_literals};
use os_package::suggest;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Modules of one project; `--spec=project` adds about a hundred.
const MAX_MODULES: usize = 10_000;

/// Syntax errors of one file that are reported.
const MAX_ERRORS_PER_FILE: usize = 20;

/// The modules of a project.
#[derive(Debug, Default)]
pub struct Graph {
    /// The files that were read, sorted.
    pub files: BTreeSet<String>,
    /// Packages whose code runs in servers, named by the project.
    pub plugins: BTreeSet<String>,
}

/// Stripped files: their text and the result.
pub type Cache = HashMap<String, (String, Arc<Stripped>)>;

/// Builds the graph of a project.
pub struct Builder<'p> {
    project: &'p Project,
    spec: Spec,
    cache: &'p mut Cache,
    engine: &'p Engine,
    literals: Option<&'p mut Literals>,
    graph: Graph,
    /// Names that the current file imports from packages that run in servers, by module.
    stubs: BTreeMap<String, BTreeSet<String>>,
    problems: Vec<Diagnostic>,
}

impl<'p> Builder<'p> {
    /// Creates a builder that caches stripped files in `cache` and adds modules to the engine.
    pub fn new(project: &'p Project, spec: Spec, cache: &'p mut Cache, engine: &'p Engine) -> Self {
        let (graph, stubs, problems) = (Graph::default(), BTreeMap::new(), Vec::new());
        Self { project, spec, cache, engine, literals: None, graph, stubs, problems }
    }

    /// Makes every literal of the project carry its location.
    pub fn traced(self, literals: &'p mut Literals) -> Self {
        Self { literals: Some(literals), ..self }
    }

    /// Reads the config and everything it imports.
    ///
    /// # Errors
    ///
    /// All files and imports that cannot be read, parsed or resolved.
    pub fn build(mut self) -> Result<Graph, Vec<Diagnostic>> {
        let mut waiting = vec![self.project.config().to_owned()];
        while let Some(file) = waiting.pop() {
            if !self.graph.files.insert(file.clone()) {
                continue;
            }
            if self.graph.files.len() > MAX_MODULES {
                let message = format!("the project imports more than {MAX_MODULES} files");
                self.problems.push(Diagnostic::error("import", message));
                break;
            }
            self.add_file(&file, &mut waiting);
        }
        if self.problems.is_empty() { Ok(self.graph) } else { Err(self.problems) }
    }

    fn add_file(&mut self, file: &str, waiting: &mut Vec<String>) {
        let source = match self.project.read(file) {
            Ok(source) => source,
            Err(error) => return self.problems.push(unreadable(&error)),
        };
        if file.ends_with(".json") {
            return self.add_json(file, &source);
        }
        let Some(stripped) = self.stripped(file, &source) else { return };
        let mut links = Vec::with_capacity(stripped.imports.len());
        // The engine wants the first import first, and the last that waits is read next.
        for import in stripped.imports.iter().rev() {
            match resolve(self.project, self.spec, file, &import.specifier) {
                Ok(target) => {
                    let name = self.add_target(file, &source, import, target, waiting);
                    links.push((import.specifier.clone(), name));
                }
                Err(unresolved) => {
                    let location = Location::of(file, &source, import.span.start, import.span.end);
                    let problem = Diagnostic::error("import", unresolved.message);
                    self.problems.push(problem.help(unresolved.help).at(location));
                }
            }
        }
        let text = match is_common_js(file, &stripped) {
            true => common_js(&stripped.code).into(),
            false => Arc::clone(&stripped.code),
        };
        self.engine.add(file, Code { text, links });
        for (name, names) in std::mem::take(&mut self.stubs) {
            self.add_leaf(&name, stub(&names));
        }
    }

    /// Adds a module without imports.
    fn add_leaf(&self, name: &str, text: String) {
        self.engine.add(name, Code { text: text.into(), links: Vec::new() });
    }

    fn add_json(&mut self, file: &str, source: &str) {
        match serde_json::from_str::<serde::de::IgnoredAny>(source) {
            // Parsed, not evaluated: in an object literal `__proto__` is no key.
            Ok(_) => self.add_leaf(file, format!("export default JSON.parse({});", json!(source))),
            Err(error) => {
                let line = u32::try_from(error.line()).unwrap_or_default();
                let column = u32::try_from(error.column()).unwrap_or_default();
                let location = Location::of_line(file, source, line, column);
                self.problems.push(Diagnostic::error("syntax", error.to_string()).at(location));
            }
        }
    }

    fn stripped(&mut self, file: &str, source: &str) -> Option<Arc<Stripped>> {
        if let Some((known, stripped)) = self.cache.get(file)
            && known == source
            && self.literals.is_none()
        {
            return Some(Arc::clone(stripped));
        }
        let tagged = match &mut self.literals {
            Some(literals) if !file.contains("node_modules/") => {
                tag_literals(file, source, literals)
            }
            _ => source.to_owned(),
        };
        match strip(file, &tagged, false) {
            Ok(stripped) => {
                let stripped = Arc::new(stripped);
                if self.literals.is_none() {
                    let entry = (tagged, Arc::clone(&stripped));
                    self.cache.insert(file.to_owned(), entry);
                }
                Some(stripped)
            }
            Err(errors) => {
                for error in errors.into_iter().take(MAX_ERRORS_PER_FILE) {
                    let location = Location::of(file, source, error.span.start, error.span.end);
                    let problem = Diagnostic::error("syntax", error.message).at(location);
                    self.problems.push(Diagnostic { help: error.help, ..problem });
                }
                None
            }
        }
    }

    /// Returns the name of an import's module, and queues the module unless it is known.
    fn add_target(
        &mut self,
        file: &str,
        source: &str,
        import: &Import,
        target: Target,
        waiting: &mut Vec<String>,
    ) -> String {
        match target {
            Target::File(name) => {
                waiting.push(name.clone());
                name
            }
            Target::Authoring(subpath) => {
                self.check_names(file, source, import, &subpath);
                authoring::CORE.to_owned()
            }
            Target::Plugin(package) => {
                let name = format!("os:plugin/{file}/{}", import.specifier);
                let names = import.names.iter().map(|(name, _)| name.clone());
                self.stubs.entry(name.clone()).or_default().extend(names);
                self.graph.plugins.insert(package);
                name
            }
        }
    }

    /// Reports imported names that the authoring module does not export.
    fn check_names(&mut self, file: &str, source: &str, import: &Import, subpath: &str) {
        for (name, span) in &import.names {
            if authoring::EXPORTS.contains(name.as_str()) {
                continue;
            }
            let module =
                [authoring::PACKAGE, subpath].join(if subpath.is_empty() { "" } else { "/" });
            let message = format!("`{module}` has no `{name}` that can be used while compiling");
            let near = suggest::nearest(name, authoring::EXPORTS.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "import it with `import type`, or compile with `--spec=project`".to_owned(),
            };
            let location = Location::of(file, source, span.start, span.end);
            self.problems.push(Diagnostic::error("import", message).help(help).at(location));
        }
    }
}

fn unreadable(error: &FileError) -> Diagnostic {
    Diagnostic::error("import", error.to_string())
}

/// Returns whether a dependency is a CommonJS module.
fn is_common_js(file: &str, stripped: &Stripped) -> bool {
    let exports = stripped.code.contains("module.exports") || stripped.code.contains("exports.");
    let is_module = stripped.code.contains("\nexport ") || stripped.code.starts_with("export ");
    file.contains("node_modules/") && exports && !is_module && stripped.imports.is_empty()
}

/// Wraps a CommonJS module: its exports become the default export, and `require` fails.
fn common_js(code: &str) -> String {
    let head = "const module = { exports: {} };\n(function (module, exports) {\n";
    format!(
        "{head}{code}\n}}).call(module.exports, module, module.exports);\nexport default module.exports;\n"
    )
}

/// Returns a stand-in for a module that runs in a server: each name can be called and constructed.
/// A call returns nothing; a constructed value is a function, which is no data.
fn stub(names: &BTreeSet<String>) -> String {
    let mut code = "const made = () => {};\nconst stub = function () { return new.target ? made : undefined; };\n".to_owned();
    for name in names {
        match name.as_str() {
            "default" => code.push_str("export default stub;\n"),
            name => code.push_str(&format!("export {{ stub as {name} }};\n")),
        }
    }
    code
}
