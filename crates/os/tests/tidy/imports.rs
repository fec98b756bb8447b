//! Which module names which, from the paths in the code.

use crate::source;
use crate::tree::{self, File};
use std::collections::{BTreeMap, BTreeSet};

/// A module as the segments of its path below the crate: `["registry", "package"]`.
pub type Module = Vec<String>;

/// One module naming another one of the same crate.
pub struct Import {
    pub file: String,
    pub line: usize,
    pub from: Module,
    pub to: Module,
}

/// What the modules of a crate name of each other; tests left out.
pub struct Crate {
    pub name: String,
    pub imports: Vec<Import>,
}

/// All crates with sources.
pub fn crates() -> Vec<Crate> {
    let mut files: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for file in tree::sources() {
        files.entry(file.krate().to_owned()).or_default().push(file);
    }
    files.into_iter().map(|(name, files)| Crate::read(name, &files)).collect()
}

impl Crate {
    fn read(name: String, files: &[File]) -> Self {
        let modules: BTreeSet<Module> =
            files.iter().flat_map(|file| ancestors(&module_of(&file.path))).collect();
        let roots: Vec<&File> =
            files.iter().filter(|file| file.path.ends_with("/src/lib.rs")).collect();
        let exports: Vec<_> = roots.iter().flat_map(|file| exports(&file.text)).collect();
        let mut imports = Vec::new();
        for file in files {
            let from = module_of(&file.path);
            let source = source::parse(&file.text);
            for (line, path) in paths(source.without_tests(), &from) {
                if let Some(to) = resolve(&path, &modules, &exports).filter(|to| *to != from) {
                    imports.push(Import { file: file.path.clone(), line, from: from.clone(), to });
                }
            }
        }
        Self { name, imports }
    }

    /// Every module with children; the root is the empty path.
    pub fn folders(&self) -> BTreeSet<Module> {
        let named = self.imports.iter().flat_map(|it| [&it.from, &it.to]);
        named.flat_map(|module| (0..module.len()).map(|depth| module[..depth].to_vec())).collect()
    }

    /// The circles among the children of a module; the root is the empty path.
    pub fn circles(&self, below: &[String]) -> Vec<Vec<String>> {
        let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for import in &self.imports {
            if let (Some(from), Some(to)) = (child(&import.from, below), child(&import.to, below))
                && from != to
            {
                graph.entry(from).or_default().insert(to);
            }
        }
        circles(&graph)
    }
}

fn child<'m>(module: &'m [String], below: &[String]) -> Option<&'m str> {
    (module.starts_with(below)).then(|| module.get(below.len()).map(String::as_str)).flatten()
}

/// `crates/x/src/a/b.rs` and `crates/x/src/a/b/mod.rs` are both `a::b`; `lib.rs` is the root.
fn module_of(path: &str) -> Module {
    let below = path.split_once("/src/").map_or(path, |(_, below)| below);
    let mut module: Module = below.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|name| name == "mod" || name == "lib" || name == "main") {
        module.pop();
    }
    module
}

fn ancestors(module: &[String]) -> Vec<Module> {
    (1..=module.len()).map(|length| module[..length].to_vec()).collect()
}

/// Names that the root of a crate takes from its modules, so that `crate::Code` counts as an
/// import of `error`. `error` itself and other ground modules stay ground by this.
fn exports(root: &str) -> Vec<(String, Module)> {
    let code = source::parse(root).code;
    let mut found = Vec::new();
    for (at, keyword) in code.match_indices("pub use ").chain(code.match_indices("pub(crate) use "))
    {
        let rest = &code[at + keyword.len()..];
        let path = &rest[..rest.find(';').unwrap_or(0)];
        for segments in expand(path) {
            let start = usize::from(segments.first().is_some_and(|it| it == "crate"));
            if let [module @ .., name] = &segments[start..] {
                found.push((name.clone(), module.to_vec()));
            }
        }
    }
    found
}

/// The module that a path from the root leads to: the longest known beginning.
fn resolve(
    path: &[String],
    modules: &BTreeSet<Module>,
    exports: &[(String, Module)],
) -> Option<Module> {
    let known = (1..=path.len()).rev().map(|length| path[..length].to_vec());
    known.into_iter().find(|module| modules.contains(module)).or_else(|| {
        let first = path.first()?;
        let (_, module) = exports.iter().find(|(name, _)| name == first)?;
        resolve(module, modules, &[])
    })
}

/// All paths that start at `crate`, `self` or `super`, from the root, with their lines.
fn paths(code: &str, from: &[String]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let inside_name =
                code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c));
            if inside_name || code[..at].ends_with("pub(in ") {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            for segments in expand(path_at(&code[at..])) {
                found.extend(from_root(&segments, from).map(|path| (line, path)));
            }
        }
    }
    found
}

/// The text of a path with its braces, where one starts.
fn path_at(code: &str) -> &str {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' if depth > 0 || code[..at].ends_with("::") => depth += 1,
            '}' if depth > 0 => depth -= 1,
            c if c.is_alphanumeric() || "_:".contains(c) || depth > 0 => {}
            _ => return &code[..at],
        }
    }
    code
}

/// `a::{b, c::d as e}` is `a::b` and `a::c::d`.
fn expand(path: &str) -> Vec<Vec<String>> {
    let path = path.trim();
    let Some((before, group)) = path.split_once("::{") else {
        let plain = path.split(" as ").next().unwrap_or_default();
        return vec![plain.split("::").map(|it| it.trim().to_owned()).collect()];
    };
    let prefix: Vec<String> = before.split("::").map(|it| it.trim().to_owned()).collect();
    let inside = group.trim_end().strip_suffix('}').unwrap_or(group);
    let parts = split_at_commas(inside).into_iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(expand).map(|rest| [prefix.clone(), rest].concat()).collect()
}

fn split_at_commas(group: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 {
            parts.push(&group[start..at]);
            start = at + 1;
        }
    }
    parts.push(&group[start..]);
    parts
}

fn from_root(segments: &[String], from: &[String]) -> Option<Vec<String>> {
    let mut base = from.to_vec();
    let mut rest = segments;
    while let [first, others @ ..] = rest {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()?),
            "self" => {}
            _ => break,
        }
        rest = others;
    }
    let names = rest.iter().filter(|it| !it.is_empty() && *it != "*").cloned();
    Some(base.into_iter().chain(names).collect())
}

/// Strongly connected components with more than one member.
pub fn circles(graph: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<Vec<String>> {
    let reach = |start: &str| {
        let (mut seen, mut queue) = (BTreeSet::new(), vec![start.to_owned()]);
        while let Some(node) = queue.pop() {
            for next in graph.get(node.as_str()).into_iter().flatten() {
                if seen.insert((*next).to_owned()) {
                    queue.push((*next).to_owned());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<String>> =
        graph.keys().map(|node| (*node, reach(node))).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (node, to) in &reached {
        let back =
            |other: &&String| reached.get(other.as_str()).is_some_and(|it| it.contains(*node));
        let circle: Vec<String> = to.iter().filter(back).cloned().collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}
