//! Projects without code: the same folders, in YAML or JSON.
//!
//! **Invariant:** the name of a file alone decides what it holds: `crm_account.object.yaml` is an
//! object, `translations/de.yaml` the German texts, `data/accounts.yaml` initial records.

mod yaml;

use crate::diagnostic::{Diagnostic, Location};
use crate::normalise::Written;
use crate::project::Project;
use crate::syntax::Literals;
use os_package::kind;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::path::PathBuf;

/// Collections that hold no kind of metadata, by the word before a file's extension.
const OTHER_COLLECTIONS: [(&str, &str); 2] = [("extension", "objectExtensions"), ("seed", "data")];

/// Lists the words before a file's extension, with the collection of the file.
fn collections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let kinds = kind::in_artifacts()
        .flat_map(|(collection, kind)| kind.file_words.iter().map(move |word| (*word, collection)));
    kinds.chain(OTHER_COLLECTIONS)
}

/// Collections whose items have no name of their own.
const NAMELESS: [&str; 3] = ["views", "data", "objectExtensions"];

/// Levels of folders that are read.
const MAX_FOLDER_DEPTH: usize = 8;

/// Returns whether a project is written as plain data.
pub fn is_plain(project: &Project) -> bool {
    data_stem(project.config()).is_some()
}

/// Reads a project that is written as plain data.
///
/// # Errors
///
/// All files that cannot be read, or belong to no collection.
pub fn read(
    project: &Project,
    literals: Option<&mut Literals>,
) -> Result<Written, Vec<Diagnostic>> {
    let (files, problems) = (Vec::new(), Vec::new());
    let reader = Reader { project, literals, files, problems, seen: HashSet::new() };
    reader.read()
}

struct Reader<'p> {
    project: &'p Project,
    literals: Option<&'p mut Literals>,
    files: Vec<String>,
    problems: Vec<Diagnostic>,
    /// The folders that were read, because links may form circles.
    seen: HashSet<PathBuf>,
}

impl Reader<'_> {
    fn read(mut self) -> Result<Written, Vec<Diagnostic>> {
        let config = self.project.config().to_owned();
        let stack = self.file(&config);
        let mut stack = match stack {
            Some(Value::Object(stack)) => stack,
            Some(_) => {
                let problem = Diagnostic::error("stack", format!("`{config}` is not a map"));
                self.problems.push(problem.help("begin it with `manifest:`"));
                Map::new()
            }
            None => Map::new(),
        };
        self.folder("", &mut stack, 0);
        // What `defineStack` does for code is done for data as well.
        stack.insert(crate::normalise::STACK_KEY.to_owned(), true.into());
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        Ok(Written { stack, found: Vec::new(), files: self.files })
    }

    fn folder(&mut self, folder: &str, stack: &mut Map<String, Value>, depth: usize) {
        if let Ok(real) = self.project.resolve(folder)
            && !self.seen.insert(real)
        {
            return;
        }
        let names = match self.project.list(folder) {
            Ok(names) => names,
            Err(error) => return self.problems.push(Diagnostic::error("file", error.to_string())),
        };
        for (name, is_folder) in names {
            let hidden =
                name.starts_with('.') || ["node_modules", "dist", "docs"].contains(&&*name);
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if is_folder && !hidden && depth < MAX_FOLDER_DEPTH {
                self.folder(&path, stack, depth + 1);
            } else if !is_folder && depth > 0 {
                self.add(&path, folder, &name, stack);
            }
        }
    }

    fn add(&mut self, path: &str, folder: &str, name: &str, stack: &mut Map<String, Value>) {
        let Some(stem) = data_stem(name) else { return };
        let parent = folder.rsplit('/').next().unwrap_or_default();
        let (base, kind) = stem.rsplit_once('.').unwrap_or((stem, ""));
        let known = collections().find(|(word, _)| *word == kind).map(|(_, collection)| collection);
        let collection = match (known, parent) {
            (Some(collection), _) => collection,
            (None, "translations") => "translations",
            (None, "data") => "data",
            (None, _) => return self.problems.push(unknown_kind(path, kind)),
        };
        let Some(value) = self.file(path) else { return };
        let items = match value {
            Value::Array(items) => items,
            Value::Object(item) if collection == "translations" => vec![translation(stem, item)],
            item => vec![named(base, collection, item)],
        };
        match stack.entry(collection).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(list) => list.extend(items),
            _ => {
                let message = format!("`{collection}` is in the config and in `{path}`");
                let help = "write the collection as a list, or leave it to the files";
                self.problems.push(Diagnostic::error("file", message).help(help));
            }
        }
    }

    fn file(&mut self, path: &str) -> Option<Value> {
        let source = match self.project.read(path) {
            Ok(source) => source,
            Err(error) => {
                self.problems.push(Diagnostic::error("file", error.to_string()));
                return None;
            }
        };
        self.files.push(path.to_owned());
        match yaml::read(path, &source, self.literals.as_deref_mut()) {
            Ok(value) => Some(value),
            Err(error) => {
                let location = Location::of_line(path, &source, error.line, error.column);
                self.problems.push(Diagnostic::error("syntax", error.message).at(location));
                None
            }
        }
    }
}

/// Returns a file's name without its extension, if it holds data.
fn data_stem(name: &str) -> Option<&str> {
    [".yaml", ".yml", ".json"].iter().find_map(|extension| name.strip_suffix(extension))
}

fn translation(locale: &str, texts: Map<String, Value>) -> Value {
    if texts.contains_key(locale) {
        return Value::Object(texts);
    }
    Value::Object(Map::from_iter([(locale.to_owned(), Value::Object(texts))]))
}

/// Gives an item without a name that of its file.
fn named(stem: &str, collection: &str, mut item: Value) -> Value {
    if let Value::Object(item) = &mut item
        && !item.contains_key("name")
        && !NAMELESS.contains(&collection)
    {
        item.insert("name".to_owned(), stem.into());
    }
    item
}

fn unknown_kind(path: &str, kind: &str) -> Diagnostic {
    let problem = Diagnostic::error("file", format!("the name of `{path}` does not name its kind"));
    let help = match os_package::suggest::nearest(kind, collections().map(|(word, _)| word)) {
        Some(word) if !kind.is_empty() => format!("did you mean `.{word}.`?"),
        _ => "name it like `crm_account.object.yaml`, `de.yaml` in `translations`".to_owned(),
    };
    problem.help(help)
}
