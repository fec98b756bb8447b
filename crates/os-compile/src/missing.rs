//! Explains imports of names that a module does not export.
//!
//! The engine reports them without a line; the import is looked up here.

use crate::diagnostic::{Diagnostic, Location};
use crate::graph::Cache;
use crate::project::Project;
use crate::resolve::{Spec, Target, resolve};
use os_package::suggest::nearest;

/// Explains an engine's message about a missing export. `None` for any other message.
pub fn explain(message: &str, project: &Project, spec: Spec, cache: &Cache) -> Option<Diagnostic> {
    let rest = message.strip_prefix("SyntaxError: Could not find export '")?;
    let (name, module) = rest.strip_suffix('\'')?.split_once("' in module '")?;
    let diagnostic = Diagnostic::error("import", format!("`{module}` exports no `{name}`"));
    let help = match cache.get(module).map(|(_, stripped)| exports(&stripped.code)) {
        Some(names) if !names.is_empty() => match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it exports {}", names.join(", ")),
        },
        _ => "it exports nothing by name".to_owned(),
    };
    Some(diagnostic.help(help).at(importer(name, module, project, spec, cache)))
}

/// Finds the first import of a name from a module, in the order of files.
fn importer(
    name: &str,
    module: &str,
    project: &Project,
    spec: Spec,
    cache: &Cache,
) -> Option<Location> {
    let mut files: Vec<_> = cache.iter().collect();
    files.sort_unstable_by_key(|(file, _)| *file);
    files.into_iter().find_map(|(file, (source, stripped))| {
        stripped.imports.iter().find_map(|import| {
            let (_, span) = import.names.iter().find(|(taken, _)| taken == name)?;
            let target = resolve(project, spec, file, &import.specifier).ok()?;
            (target == Target::File(module.to_owned()))
                .then(|| Location::of(file, source, span.start, span.end))?
        })
    })
}

/// Lists the names a module exports, as far as its printed code has them in one line.
fn exports(code: &str) -> Vec<&str> {
    let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
    let mut names = Vec::new();
    for line in code.lines().filter_map(|line| line.strip_prefix("export ")) {
        if let Some(list) = line.strip_prefix("{ ") {
            let list = list.split(" }").next().unwrap_or_default();
            names.extend(list.split(", ").filter_map(|item| item.rsplit(' ').next()));
            continue;
        }
        let rest = line.strip_prefix("async ").unwrap_or(line);
        let words = ["const ", "let ", "var ", "function ", "class "];
        if let Some(rest) = words.iter().find_map(|word| rest.strip_prefix(word)) {
            names.extend(rest.split(|it| !is_name(it)).find(|name| !name.is_empty()));
        }
    }
    names
}
