//! The files of a project, and the boundary around them.
//!
//! **Invariant:** every byte of a project is read here, and only from below its folder or from a
//! `node_modules` folder above it, after links are resolved. Paths inside of the program are
//! relative to the project and use `/`.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use thiserror::Error;

/// Bytes of the largest file that is read.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// Names of the config file, in the order of preference.
const CONFIG_NAMES: [&str; 7] = [
    "objectstack.config.ts",
    "objectstack.config.js",
    "objectstack.config.mjs",
    "objectstack.config.yaml",
    "objectstack.config.yml",
    "objectstack.config.json",
    "objectstack.config.mts",
];

/// A folder with an `objectstack.config.*`.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
    config: String,
    /// Contents of the folders that were listed. Asking the system for each name that an import
    /// may mean took most of the time of reading a project.
    folders: Mutex<HashMap<PathBuf, HashMap<OsString, FileType>>>,
}

/// The entry at the end of a path without links.
enum Straight {
    Found(PathBuf, FileType),
    Missing,
    /// The path contains a link, or a step outwards.
    Linked,
}

/// The reason why a file of a project cannot be read.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no file `{0}`")]
    Missing(String),
    /// It is outside of the project, perhaps behind a link.
    #[error("`{0}` is outside of the project")]
    Outside(String),
    /// It is too large.
    #[error("`{0}` is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge(String),
    /// It is not UTF-8 text.
    #[error("`{0}` is not UTF-8 text")]
    NotText(String),
    /// The system returned an error.
    #[error("cannot read `{file}`: {source}")]
    Io {
        /// The file.
        file: String,
        /// The error.
        source: io::Error,
    },
}

impl Project {
    /// Opens the project of a folder, or of a config file.
    ///
    /// # Errors
    ///
    /// There is no such folder or file, or the folder has no `objectstack.config.*`.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let named = path.display().to_string();
        let io = |source| FileError::Io { file: named.clone(), source };
        let found = fs::canonicalize(path).map_err(|_| FileError::Missing(named.clone()))?;
        if fs::metadata(&found).map_err(io)?.is_file() {
            let root = found.parent().map(Path::to_owned).unwrap_or_default();
            let config = found.file_name().and_then(|name| name.to_str());
            let config = config.ok_or_else(|| FileError::NotText(named.clone()))?.to_owned();
            return Ok(Self { root, config, folders: Mutex::default() });
        }
        let config = CONFIG_NAMES.iter().find(|config| found.join(config).is_file());
        let config = config.ok_or_else(|| FileError::Missing(CONFIG_NAMES[0].to_owned()))?;
        Ok(Self { root: found, config: (*config).to_owned(), folders: Mutex::default() })
    }

    /// Forgets the contents of folders, before the next compile.
    pub(crate) fn look_again(&self) {
        self.folders().clear();
    }

    fn folders(&self) -> MutexGuard<'_, HashMap<PathBuf, HashMap<OsString, FileType>>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the folder, without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the path of the config file from the folder.
    pub fn config(&self) -> &str {
        &self.config
    }

    /// Returns whether a file exists and may be read.
    pub fn has(&self, file: &str) -> bool {
        match self.straight(file) {
            Straight::Found(_, kind) => kind.is_file(),
            Straight::Missing => false,
            Straight::Linked => self.resolve(file).is_ok_and(|path| path.is_file()),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It is missing, outside of the project, too large or not text.
    pub fn read(&self, file: &str) -> Result<String, FileError> {
        let path = self.resolve(file)?;
        let io = |source| FileError::Io { file: file.to_owned(), source };
        // Checked before it is opened: opening a pipe would wait for a writer.
        let metadata = fs::metadata(&path).map_err(io)?;
        if !metadata.is_file() {
            return Err(FileError::Missing(file.to_owned()));
        }
        let opened = fs::File::open(&path).map_err(io)?;
        if metadata.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLarge(file.to_owned()));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
        opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
        let text = String::from_utf8(bytes).map_err(|_| FileError::NotText(file.to_owned()))?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// Lists a folder of the project, sorted, with whether each entry is a folder. Empty where there
    /// is no such folder.
    ///
    /// # Errors
    ///
    /// The folder is outside of the project or cannot be read.
    pub fn list(&self, folder: &str) -> Result<Vec<(String, bool)>, FileError> {
        let path = match self.resolve(folder) {
            Ok(path) if path.is_dir() => path,
            Ok(_) | Err(FileError::Missing(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let io = |source| FileError::Io { file: folder.to_owned(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(io)? {
            let entry = entry.map_err(io)?;
            if let Ok(name) = entry.file_name().into_string() {
                names.push((name, entry.path().is_dir()));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Returns the real path of a file or folder that may be read.
    ///
    /// # Errors
    ///
    /// It is missing or outside of the project.
    pub fn resolve(&self, file: &str) -> Result<PathBuf, FileError> {
        let missing = || FileError::Missing(file.to_owned());
        match self.straight(file) {
            Straight::Found(path, _) => return Ok(path),
            Straight::Missing => return Err(missing()),
            Straight::Linked => {}
        }
        let real = fs::canonicalize(self.root.join(file)).map_err(|_| missing())?;
        if real.starts_with(&self.root) || self.is_dependency(file, &real) {
            return Ok(real);
        }
        Err(FileError::Outside(file.to_owned()))
    }

    /// Looks for a file step by step from the folder: where no step is a link or leads outwards, its
    /// path is the real one.
    fn straight(&self, file: &str) -> Straight {
        let mut folders = self.folders();
        let mut path = self.root.clone();
        let mut kind = None;
        for step in Path::new(file).components() {
            let name = match step {
                Component::CurDir => continue,
                Component::Normal(name) => name,
                _ => return Straight::Linked,
            };
            if !folders.contains_key(&path) {
                folders.insert(path.clone(), kinds(&path));
            }
            match folders.get(&path).and_then(|names| names.get(name)) {
                Some(found) if found.is_symlink() => return Straight::Linked,
                Some(found) => kind = Some(*found),
                None => return Straight::Missing,
            }
            path.push(name);
        }
        kind.map_or(Straight::Linked, |kind| Straight::Found(path, kind))
    }

    /// Returns whether a file was named in a `node_modules` folder of the project or above it, and
    /// really is in one of them.
    fn is_dependency(&self, file: &str, real: &Path) -> bool {
        const MODULES: &str = "node_modules";
        if !Path::new(file).components().any(|it| it == Component::Normal(MODULES.as_ref())) {
            return false;
        }
        self.root.ancestors().any(|ancestor| real.starts_with(ancestor.join(MODULES)))
    }
}

/// Lists a folder; empty where it is none.
fn kinds(folder: &Path) -> HashMap<OsString, FileType> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name(), entry.file_type().ok()?))).collect()
}

/// Removes `.` and `..` from a path, as far as possible.
pub fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir_all(root.join("src")).unwrap();
        fs::write(root.join("objectstack.config.ts"), "export default {}").unwrap();
        fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), root.join("src/link.ts"))
            .unwrap();
        std::os::unix::fs::symlink(folder.path(), root.join("node_modules")).unwrap();
        let project = Project::open(&root).unwrap();
        assert_eq!(project.config(), "objectstack.config.ts");
        assert!(project.read("objectstack.config.ts").is_ok());
        for outside in ["../secret.txt", "src/link.ts", "/etc/passwd", "node_modules/secret.txt"] {
            let refused = project.read(outside).unwrap_err();
            assert!(matches!(refused, FileError::Outside(_)), "{outside}: {refused}");
        }
        assert!(matches!(project.read("src"), Err(FileError::Missing(_))));
        assert!(matches!(project.list(".."), Err(FileError::Outside(_))));
    }

    #[test]
    fn paths_are_normalised() {
        assert_eq!(normal("src/./objects/../views/a"), "src/views/a");
        assert_eq!(normal("src/../../a"), "../a");
        assert_eq!(normal("./a//b"), "a/b");
    }
}
