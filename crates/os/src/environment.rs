//! Finds an environment by id, name or hostname.

use crate::cli::{Common, EnvironmentArg};
use crate::config::variable;
use crate::failure::Failure;
use crate::target::Target;
use anyhow::Result;
use os_api::client::Client;
use serde::Deserialize;

/// Returns the environment that a flag names; one that a variable names is not meant for every
/// command.
pub fn explicit(named: Option<&str>) -> Option<&str> {
    let of_variable = variable("OS_ENVIRONMENT_ID");
    named.filter(|it| !it.is_empty() && Some(*it) != of_variable.as_deref())
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Environment {
    pub id: String,
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub hostname: Option<String>,
}

#[derive(Deserialize)]
struct Environments {
    environments: Vec<Environment>,
}

/// Returns a client and the id of the environment that a command applies to.
pub fn open(common: &Common, environment: &EnvironmentArg) -> Result<(Client, String)> {
    let target = Target::find(&common.connection)?;
    let named = target.named_environment(environment)?;
    let client = target.client()?;
    let id = resolve(&client, &named)?;
    Ok((client, id))
}

/// Returns the id of the environment with this id, display name or hostname.
pub fn resolve(client: &Client, named: &str) -> Result<String> {
    if uuid::Uuid::parse_str(named).is_ok() {
        return Ok(named.to_owned());
    }
    let list: Environments = serde_json::from_value(client.environments(None, None)?)?;
    Ok(select(list.environments, named)?.id)
}

fn select(all: Vec<Environment>, named: &str) -> Result<Environment, Failure> {
    let is_named = |it: &&Environment| {
        it.id == named
            || it.display_name.eq_ignore_ascii_case(named)
            || it.hostname.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(named))
    };
    let found: Vec<_> = all.iter().filter(is_named).collect();
    match found[..] {
        [one] => Ok(one.clone()),
        [] => {
            let names: Vec<_> = all.iter().map(|it| it.display_name.as_str()).collect();
            Err(Failure::new(format!("environment `{named}` not found")).hint(match names[..] {
                [] => "create one with `os environments create`".to_owned(),
                _ => format!("available: {}", names.join(", ")),
            }))
        }
        _ => {
            let ids: Vec<_> = found.iter().map(|it| it.id.as_str()).collect();
            Err(Failure::new(format!("{} environments are named `{named}`", found.len()))
                .hint(format!("use an id: {}", ids.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(id: &str, name: &str) -> Environment {
        Environment { id: id.into(), display_name: name.into(), hostname: None }
    }

    #[test]
    fn a_name_must_mean_one_environment() {
        let all =
            vec![environment("1", "Production"), environment("2", "Dev"), environment("3", "dev")];
        assert_eq!(select(all.clone(), "production").unwrap().id, "1");
        assert_eq!(select(all.clone(), "3").unwrap().id, "3");
        assert_eq!(
            select(all.clone(), "dev").unwrap_err().to_string(),
            "2 environments are named `dev`"
        );
        assert_eq!(select(all, "qa").unwrap_err().to_string(), "environment `qa` not found");
    }
}
