//! The fields of an environment that requests may set (docs/wire/environments.md#types).

use super::{EnvironmentStatus, EnvironmentType, Visibility};
use crate::{Code, Result};
use os_api::environment as wire;
use os_api::limits::{MAX_NAME_CHARS, MAX_WORD_CHARS};
use serde_json::{Map, Value};

pub use os_api::limits::DRIVERS;

const MAX_METADATA_BYTES: usize = 64 * 1024;
const DEFAULT_STORAGE_LIMIT_MB: i64 = 1024;

/// The prefix of a driver in the wire's `driverId`.
pub const DRIVER_PREFIX: &str = "com.objectstack.driver.";

/// The checked fields of a new environment.
#[derive(Debug, Clone)]
pub struct NewEnvironment {
    pub display_name: String,
    pub slug: Option<String>,
    pub environment_type: EnvironmentType,
    pub plan: String,
    pub region: Option<String>,
    pub driver: String,
    pub is_default: bool,
    pub is_system: bool,
    pub visibility: Visibility,
    pub storage_limit_mb: i64,
    pub metadata: Map<String, Value>,
    /// `None` generates one from the organization and the id.
    pub hostname: Option<String>,
}

impl NewEnvironment {
    /// Fills the other fields with their defaults.
    pub fn named(display_name: &str, environment_type: EnvironmentType, is_default: bool) -> Self {
        Self {
            display_name: display_name.to_owned(),
            slug: None,
            environment_type,
            plan: "free".to_owned(),
            region: None,
            driver: DRIVERS[0].to_owned(),
            is_default,
            is_system: false,
            visibility: Visibility::Private,
            storage_limit_mb: DEFAULT_STORAGE_LIMIT_MB,
            metadata: Map::new(),
            hostname: None,
        }
    }

    /// Checks the body of a request.
    ///
    /// # Errors
    /// `VALIDATION_ERROR`, `INVALID_FORMAT` or `MISSING_REQUIRED_FIELD`, naming the field.
    pub fn read(body: wire::CreateEnvironment) -> Result<Self> {
        if body.template_id.is_some_and(|it| !it.is_empty()) {
            return Err(Code::ValidationError.error(
                "`template_id`: there are no templates; leave it out, or use `clone_from_environment_id`",
            ));
        }
        let is_default = body.is_default.unwrap_or(false);
        let named = body.env_type.or(body.environment_type).or(body.project_type);
        let environment_type = match (named.filter(|it| !it.trim().is_empty()), is_default) {
            (Some(text), _) => read_environment_type(&text)?,
            (None, true) => EnvironmentType::Production,
            (None, false) => EnvironmentType::Development,
        };
        let storage_limit_mb = body.storage_limit_mb.unwrap_or(DEFAULT_STORAGE_LIMIT_MB);
        if storage_limit_mb < 1 {
            return Err(Code::ValidationError.error("`storage_limit_mb` must be at least 1"));
        }
        Ok(Self {
            slug: body.slug.map(|it| text("slug", it, MAX_WORD_CHARS)).transpose()?,
            plan: plan(body.plan)?,
            region: body.region.map(|it| text("region", it, MAX_WORD_CHARS)).transpose()?,
            driver: driver(body.driver)?,
            is_system: body.is_system.unwrap_or(false),
            visibility: body.visibility.map_or(Ok(Visibility::Private), |it| visibility(&it))?,
            storage_limit_mb,
            metadata: metadata(body.metadata.unwrap_or_default())?,
            hostname: body.hostname.map(|it| read_hostname(&it)).transpose()?,
            ..Self::named(&display_name(body.display_name)?, environment_type, is_default)
        })
    }
}

/// Checked changes of an environment; `None` keeps a field.
#[derive(Debug, Default)]
pub struct Changes {
    pub display_name: Option<String>,
    pub plan: Option<String>,
    pub status: Option<EnvironmentStatus>,
    pub is_default: Option<bool>,
    pub metadata: Option<Map<String, Value>>,
    pub visibility: Option<Visibility>,
    pub environment_type: Option<EnvironmentType>,
}

impl Changes {
    /// Checks the body of a request.
    ///
    /// # Errors
    /// As [`NewEnvironment::read`].
    pub fn read(body: wire::UpdateEnvironment) -> Result<Self> {
        let named = body.env_type.or(body.environment_type);
        Ok(Self {
            display_name: body.display_name.map(display_name).transpose()?,
            plan: body.plan.map(|it| plan(Some(it))).transpose()?,
            status: body.status.map(|it| read_status(&it)).transpose()?,
            is_default: body.is_default,
            metadata: body.metadata.map(metadata).transpose()?,
            visibility: body.visibility.map(|it| visibility(&it)).transpose()?,
            environment_type: named.map(|it| read_environment_type(&it)).transpose()?,
        })
    }
}

/// Reads `production`, `dev`, …
pub fn read_environment_type(text: &str) -> Result<EnvironmentType> {
    EnvironmentType::parse(text).ok_or_else(|| {
        one_of("env_type", text, EnvironmentType::ALL.map(EnvironmentType::as_str).as_slice())
    })
}

/// Reads `active`, `suspended`, …
pub fn read_status(text: &str) -> Result<EnvironmentStatus> {
    EnvironmentStatus::parse(text).ok_or_else(|| {
        one_of("status", text, EnvironmentStatus::ALL.map(EnvironmentStatus::as_str).as_slice())
    })
}

/// Reads a hostname (docs/wire/names.md#patterns), trimmed and in lower case.
pub fn read_hostname(text: &str) -> Result<String> {
    let name = text.trim().to_ascii_lowercase();
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_good = name.len() <= 253
        && name.starts_with(is_end)
        && name.ends_with(is_end)
        && name.chars().all(|c| is_end(c) || c == '-' || c == '.');
    if !is_good {
        return Err(Code::InvalidFormat.error(
            "`hostname` must be letters, digits, hyphens and dots, begin and end with a letter or digit, and have at most 253 characters: `crm.acme.com`",
        ));
    }
    Ok(name)
}

fn visibility(text: &str) -> Result<Visibility> {
    Visibility::parse(text).ok_or_else(|| {
        one_of("visibility", text, Visibility::ALL.map(Visibility::as_str).as_slice())
    })
}

fn driver(name: Option<String>) -> Result<String> {
    let Some(name) = name else { return Ok(DRIVERS[0].to_owned()) };
    let short = name.strip_prefix(DRIVER_PREFIX).unwrap_or(&name);
    match DRIVERS.into_iter().find(|it| *it == short) {
        Some(name) => Ok(name.to_owned()),
        None => Err(one_of("driver", &name, &DRIVERS)),
    }
}

fn display_name(name: String) -> Result<String> {
    text("display_name", name.trim().to_owned(), MAX_NAME_CHARS)
}

fn plan(name: Option<String>) -> Result<String> {
    name.map_or_else(|| Ok("free".to_owned()), |it| text("plan", it, MAX_WORD_CHARS))
}

fn metadata(metadata: Map<String, Value>) -> Result<Map<String, Value>> {
    if Value::Object(metadata.clone()).to_string().len() > MAX_METADATA_BYTES {
        return Err(Code::ValidationError.error("`metadata` must have at most 64 KiB as JSON"));
    }
    Ok(metadata)
}

fn text(field: &str, text: String, limit: usize) -> Result<String> {
    if text.is_empty() || text.chars().count() > limit {
        return Err(Code::ValidationError
            .error(format!("`{field}` must have between 1 and {limit} characters")));
    }
    Ok(text)
}

fn one_of(field: &str, text: &str, allowed: &[&str]) -> crate::Error {
    let text: String = text.chars().take(64).collect();
    Code::ValidationError.error(format!("`{field}`: `{text}` is none of {}", allowed.join(", ")))
}
