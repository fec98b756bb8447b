//! Resolves imports to modules.
//!
//! **Invariant:** the result is a path relative to the project, or one of our own modules; only
//! [`Project`] decides whether a file may be read.

use crate::authoring;
use crate::project::{Project, normal};
use serde_json::Value;

/// The target of an import.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A file, from the project's folder.
    File(String),
    /// The built-in authoring module, by subpath: `""`, `data`, `ui`, …
    Authoring(String),
    /// A package whose code runs in a server, not while compiling: the name of the package.
    Plugin(String),
}

/// The reason why an import has no target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The problem.
    pub message: String,
    /// The remedy.
    pub help: String,
}

/// The `@objectstack/spec` that a project is evaluated with (docs/wire/compile.md#which-spec).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spec {
    /// The authoring module that is part of this program.
    #[default]
    BuiltIn,
    /// The one in the project's `node_modules`.
    Project,
}

const EXTENSIONS: [&str; 9] =
    ["", ".ts", ".mts", ".tsx", ".js", ".mjs", ".json", "/index.ts", "/index.js"];

/// Resolves `specifier` as imported by `importer`.
///
/// # Errors
///
/// There is no such module, or the project may not read it.
pub fn resolve(
    project: &Project,
    spec: Spec,
    importer: &str,
    specifier: &str,
) -> Result<Target, Unresolved> {
    if specifier.starts_with("./")
        || specifier.starts_with("../")
        || matches!(specifier, "." | "..")
    {
        return relative(project, importer, specifier);
    }
    if specifier.starts_with('/') || specifier.contains(':') {
        return Err(Unresolved {
            message: format!("`{specifier}` is not a module of this project"),
            help: remedy_for_absolute(specifier),
        });
    }
    let (package, subpath) = split(specifier);
    if package == authoring::PACKAGE && spec == Spec::BuiltIn {
        return authoring_module(subpath);
    }
    match in_node_modules(project, importer, package, subpath) {
        Some(file) if package == authoring::PACKAGE || !is_platform(package) => {
            Ok(Target::File(file))
        }
        _ if is_platform(package) && package != authoring::PACKAGE => {
            Ok(Target::Plugin(package.to_owned()))
        }
        _ => Err(Unresolved {
            message: format!("there is no package `{package}` for `{specifier}`"),
            help: format!(
                "install it with your package manager, or import a file: `./{specifier}`"
            ),
        }),
    }
}

fn authoring_module(subpath: &str) -> Result<Target, Unresolved> {
    if authoring::SUBPATHS.contains(&subpath) {
        return Ok(Target::Authoring(subpath.to_owned()));
    }
    Err(Unresolved {
        message: format!("`{}` has no `{subpath}`", authoring::PACKAGE),
        help: format!("it has {}", authoring::SUBPATHS[1..].join(", ")),
    })
}

fn remedy_for_absolute(specifier: &str) -> String {
    if specifier.starts_with("node:") {
        "a package is data: move what needs Node into a plugin".to_owned()
    } else {
        "import by a path from this file: `./…`".to_owned()
    }
}

/// Returns whether a package is one of the platform's, which hold servers: a stack names them and
/// does not run them.
fn is_platform(package: &str) -> bool {
    package.starts_with("@objectstack/")
}

fn split(specifier: &str) -> (&str, &str) {
    let slashes = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(slashes - 1) {
        Some((at, _)) => (&specifier[..at], &specifier[at + 1..]),
        None => (specifier, ""),
    }
}

fn folder(file: &str) -> &str {
    file.rfind('/').map_or("", |at| &file[..at])
}

fn relative(project: &Project, importer: &str, specifier: &str) -> Result<Target, Unresolved> {
    let path = normal(&format!("{}/{specifier}", folder(importer)));
    if path.starts_with("..") && !importer.contains("node_modules/") {
        return Err(Unresolved {
            message: format!("`{specifier}` leaves the project"),
            help: "move the file into the project, or make it a package".to_owned(),
        });
    }
    probe(project, &path).map(Target::File).ok_or_else(|| Unresolved {
        message: format!("there is no module `{specifier}` here"),
        help: nearest(project, &path),
    })
}

/// Finds the file of a path without or with another extension, as Node and TypeScript do.
fn probe(project: &Project, path: &str) -> Option<String> {
    let stems =
        [path, path.strip_suffix(".js").unwrap_or(path), path.strip_suffix(".mjs").unwrap_or(path)];
    let candidate = |stem: &&str| {
        let name = |extension: &&str| normal(&format!("{stem}{extension}"));
        EXTENSIONS.iter().map(name).find(|file| project.has(file))
    };
    stems.iter().find_map(candidate)
}

fn nearest(project: &Project, path: &str) -> String {
    let names = project.list(folder(path)).unwrap_or_default();
    let wanted = path.rsplit('/').next().unwrap_or_default();
    let stems =
        names.iter().map(|(name, _)| name.split_once(".ts").map_or(name.as_str(), |it| it.0));
    match os_package::suggest::nearest(wanted, stems) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "check the path; it is relative to this file".to_owned(),
    }
}

/// Looks for a package in the `node_modules` folders from the importer upwards.
fn in_node_modules(
    project: &Project,
    importer: &str,
    package: &str,
    subpath: &str,
) -> Option<String> {
    let mut base = folder(importer).to_owned();
    let above = project.root().components().count();
    for _ in 0..above + importer.matches('/').count() + 1 {
        let root = normal(&format!("{base}/node_modules/{package}"));
        if project.has(&format!("{root}/package.json")) {
            return entry(project, &root, subpath);
        }
        base = normal(&format!("{base}/.."));
    }
    None
}

fn entry(project: &Project, root: &str, subpath: &str) -> Option<String> {
    let text = project.read(&format!("{root}/package.json")).ok()?;
    let manifest: Value = serde_json::from_str(&text).ok()?;
    if let Some(exports) = manifest.get("exports") {
        let key = if subpath.is_empty() { ".".to_owned() } else { format!("./{subpath}") };
        let found = exports.get(&key).or_else(|| (key == ".").then_some(exports));
        let path = found.and_then(condition)?;
        return probe(project, &normal(&format!("{root}/{path}")));
    }
    if !subpath.is_empty() {
        return probe(project, &normal(&format!("{root}/{subpath}")));
    }
    let main = ["module", "main"].iter().find_map(|key| manifest.get(*key)?.as_str());
    probe(project, &normal(&format!("{root}/{}", main.unwrap_or("index.js"))))
}

/// Returns the file of an `exports` entry, ECMAScript modules first.
fn condition(exports: &Value) -> Option<&str> {
    match exports {
        Value::String(path) => Some(path),
        Value::Object(conditions) => {
            let known = ["import", "module", "default"];
            known.iter().find_map(|name| conditions.get(*name).and_then(condition))
        }
        Value::Array(choices) => choices.iter().find_map(condition),
        _ => None,
    }
}
