//! Pages of the environments. Each has tabs; [`EnvironmentFrame`] is the part they share.

pub mod create;
pub mod events;
pub mod generations;
pub mod list;
pub mod members;
pub mod packages;
pub mod runtimes;
pub mod settings;

use os_control::Result;
use os_control::fleet::environment::{self, Environment, EnvironmentAccess, EnvironmentRole};
use os_control::fleet::runtime_link::{self, RuntimeConnection};
use os_db::Tx;
use os_identity::Scope;

/// The environment around a page, and the rights of its reader.
pub struct EnvironmentFrame {
    pub environment: Environment,
    pub tab: &'static str,
    pub may_install: bool,
    pub may_manage: bool,
    /// The one that was bound last, for those who may manage the environment.
    pub runtime: Option<RuntimeConnection>,
}

impl EnvironmentFrame {
    /// Reads the environment, its runtime, and the rights of the reader.
    pub async fn of(tx: &mut Tx, access: &EnvironmentAccess, tab: &'static str) -> Result<Self> {
        let environment = environment::get(tx, access).await?;
        let may_install =
            access.role() >= EnvironmentRole::Maker && access.actor().allows(Scope::Install);
        let may_manage =
            access.role() >= EnvironmentRole::Admin && access.actor().allows(Scope::Admin);
        let runtime = if may_manage { runtime_link::bound(tx, access).await? } else { None };
        Ok(Self { environment, tab, may_install, may_manage, runtime })
    }

    /// Returns the end of the path and the name of each tab that the reader may open.
    pub fn tabs(&self) -> Vec<(&'static str, &'static str)> {
        let tabs = [
            ("", "Packages"),
            ("/generations", "Generations"),
            ("/events", "Events"),
            ("/members", "Members"),
            ("/runtimes", "Runtimes"),
            ("/settings", "Settings"),
        ];
        tabs.into_iter().filter(|(path, _)| self.may_manage || *path != "/runtimes").collect()
    }

    /// The path of its pages.
    pub fn path(&self) -> String {
        format!("/environments/{}", self.environment.id)
    }

    /// The id, as text.
    pub fn id(&self) -> String {
        self.environment.id.to_string()
    }
}

/// The pages above those of an environment.
pub fn crumbs(environment: &Environment) -> Vec<(String, String)> {
    let here = format!("/environments/{}", environment.id);
    vec![
        ("/environments".to_owned(), "Environments".to_owned()),
        (here, environment.display_name.clone()),
    ]
}
