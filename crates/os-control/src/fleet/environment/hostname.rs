//! Hostnames of environments (docs/wire/environments.md#hostnames).

use super::{Environment, finish_change, lock_any, sql};
use crate::fleet::environment::EnvironmentAccess;
use crate::{Code, Config, EnvironmentId, Error, Result};
use os_db::Tx;
use serde_json::json;
use url::Url;

/// Sets the hostname of an environment, which [`super::read_hostname`] has checked.
///
/// # Errors
/// `HOSTNAME_TAKEN`.
pub async fn set(tx: &mut Tx, access: &EnvironmentAccess, name: String) -> Result<Environment> {
    let before = lock_any(tx, access).await?;
    let after = Environment { hostname: Some(name.clone()), ..before.clone() };
    sql::update(tx, &after).await.map_err(|error| refuse(error, &name))?;
    finish_change(tx, access, &before, &after).await
}

/// Generates a hostname. The end of the id
/// is its random part; the beginning is a clock.
pub fn suggest(slug: &str, id: EnvironmentId, domain: &str) -> String {
    let id = id.0.simple().to_string();
    format!("{}-{}.{domain}", slug.to_ascii_lowercase(), &id[id.len() - 8..])
}

/// Returns the domain of generated hostnames: the host of the server.
pub fn domain(config: &Config) -> String {
    let base = config.base_url.as_deref().and_then(|it| Url::parse(it).ok());
    base.as_ref().and_then(|it| it.domain()).unwrap_or("localhost").to_owned()
}

/// Turns the failure of a unique hostname into `HOSTNAME_TAKEN`.
pub fn refuse(error: os_db::Error, name: &str) -> Error {
    if !os_db::is_duplicate(&error) {
        return error.into();
    }
    Code::HostnameTaken
        .error(format!("`hostname`: another environment has `{name}`; choose another one"))
        .with_details(json!({ "code": Code::HostnameTaken.as_str(), "hostname": name }))
}
