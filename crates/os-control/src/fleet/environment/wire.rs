//! The bodies of the wire that environments become.

use super::Environment;
use super::credential::Credential;
use super::member::Member;
use os_api::environment as wire;

impl From<Environment> for wire::Environment {
    fn from(row: Environment) -> Self {
        Self {
            id: row.id.0,
            organization_id: row.organization_id.0,
            display_name: row.display_name,
            slug: row.slug,
            environment_type: row.environment_type.as_str().to_owned(),
            env_type: row.environment_type.as_str().to_owned(),
            is_default: row.is_default,
            is_system: row.is_system,
            plan: row.plan,
            status: row.status.as_str().to_owned(),
            visibility: row.visibility.as_str().to_owned(),
            region: row.region,
            database_driver: row.database_driver,
            storage_limit_mb: row.storage_limit_mb,
            provisioned_at: row.provisioned_at,
            hostname: row.hostname,
            console_url: row.console_url,
            api_base_url: row.api_base_url,
            metadata: serde_json::from_str(&row.metadata).unwrap_or_default(),
            generation: row.generation,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<Environment> for wire::OneEnvironment {
    fn from(row: Environment) -> Self {
        wire::Environment::from(row).into()
    }
}

impl From<Credential> for wire::Credential {
    fn from(row: Credential) -> Self {
        Self {
            id: row.id,
            status: row.status,
            authorization: row.authorization,
            activated_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

impl From<Member> for wire::EnvironmentMember {
    fn from(row: Member) -> Self {
        Self {
            id: row.id,
            environment_id: row.environment_id.0,
            user_id: row.user_id.0,
            name: row.name,
            email: row.email,
            role: row.role.as_str().to_owned(),
            invited_by: row.invited_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
