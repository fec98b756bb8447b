//! `objectstack.manifest.json`: the listing of a project in the marketplace.

use super::Identity;
use crate::cli::Publish;
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The content of the file; null if there is none.
#[derive(Debug, Default)]
pub struct Project {
    folder: PathBuf,
    content: Value,
}

impl Project {
    /// Reads the file in a folder, if there is one.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("objectstack.manifest.json");
        let content = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("{} is not JSON", file.display()))?,
            Err(error) if error.kind() == ErrorKind::NotFound => Value::Null,
            Err(error) => {
                return Err(error).with_context(|| format!("could not read {}", file.display()));
            }
        };
        Ok(Self { folder: folder.to_owned(), content })
    }

    /// Makes one without a file.
    #[cfg(test)]
    pub fn of(content: Value) -> Self {
        Self { folder: PathBuf::new(), content }
    }

    /// Returns a string member.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.content[name].as_str().map(str::trim).filter(|it| !it.is_empty())
    }

    /// Returns the path of a file that a member names, relative to the folder.
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(|path| self.folder.join(path))
    }

    /// Returns the body that registers the package. Flags win over the file; members that neither
    /// sets are omitted and keep their value on the server.
    pub fn listing(&self, identity: &Identity, arguments: &Publish) -> Result<Map<String, Value>> {
        let flags = &arguments.listing;
        let mut body = Map::new();
        let mut set = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|it| !it.is_empty()) {
                body.insert(name.to_owned(), value.into());
            }
        };
        let either = |flag: &Option<String>, name: &str| {
            flag.clone().or_else(|| self.text(name).map(str::to_owned))
        };
        set("manifest_id", Some(identity.manifest_id.clone()));
        set("display_name", Some(identity.display_name.clone()));
        set("visibility", Some(flags.visibility.to_string()));
        set("namespace", identity.namespace.clone());
        set("description", either(&flags.description, "description"));
        set("category", either(&flags.category, "category"));
        set("tagline", self.text("tagline").map(str::to_owned));
        set("owner_org_id", arguments.org.clone());
        if flags.icon_file.is_none() {
            set("icon_url", either(&flags.icon_url, "iconUrl"));
        }
        set("homepage_url", either(&flags.homepage_url, "homepageUrl"));
        set("license", either(&flags.license, "license"));
        set("readme", self.readme(arguments)?);
        if let Some(translations) = self.translations()? {
            body.insert("translations".to_owned(), translations);
        }
        Ok(body)
    }

    fn readme(&self, arguments: &Publish) -> Result<Option<String>> {
        let flags = &arguments.listing;
        if let Some(file) = &flags.readme_file {
            return read_text(file).map(Some);
        }
        if flags.readme.is_some() {
            return Ok(flags.readme.clone());
        }
        self.file("readmePath").map(|path| read_text(&path)).transpose()
    }

    /// Returns the translations of the listing with their readmes, without empty ones.
    fn translations(&self) -> Result<Option<Value>> {
        let Some(languages) = self.content["translations"].as_object() else { return Ok(None) };
        let mut translations = Map::new();
        for (language, entry) in languages {
            let Some(mut entry) = entry.as_object().cloned() else { continue };
            if let Some(Value::String(path)) = entry.shift_remove("readmePath") {
                entry.insert("readme".to_owned(), read_text(&self.folder.join(path))?.into());
            }
            if !entry.is_empty() {
                translations.insert(language.clone(), entry.into());
            }
        }
        Ok((!translations.is_empty()).then_some(translations.into()))
    }
}

fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
}
