use super::{Environment, EnvironmentRole, EnvironmentType, Filter};
use crate::EnvironmentId;
use crate::registry::version::VersionStatus;
use chrono::{DateTime, Utc};
use os_db::{Tx, now};
use os_identity::organization::OrganizationRole;
use os_identity::{OrganizationId, UserId};
use uuid::Uuid;

/// A person and their role.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Member {
    pub id: Uuid,
    pub environment_id: EnvironmentId,
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub role: EnvironmentRole,
    pub invited_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A secret, without the secret.
#[derive(Debug, Clone, os_db::FromRow)]
pub struct Credential {
    pub id: Uuid,
    pub authorization: String,
    pub status: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// An active environment whose row this transaction holds until it ends, so that its installations
/// cannot change while rules read them.
#[derive(Debug, os_db::FromRow)]
pub struct Locked {
    pub(super) id: EnvironmentId,
    #[row(column = "organization_id")]
    pub(super) organization: OrganizationId,
    pub(super) environment_type: EnvironmentType,
    pub(super) generation: i64,
}

/// The facts that decide the role of an actor in an environment.
#[derive(Debug, os_db::FromRow)]
pub struct AccessFacts {
    pub organization_id: OrganizationId,
    pub environment_type: EnvironmentType,
    /// The user's role in the organization of the environment.
    pub organization_role: Option<OrganizationRole>,
    /// The role the user was given in the environment itself.
    pub role: Option<EnvironmentRole>,
}

/// The columns of [`Environment`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.organization_id, e.display_name, e.slug, e.environment_type,
                    e.is_default, e.is_system, e.plan, e.status, e.visibility, e.region,
                    e.database_driver, e.storage_limit_mb, e.provisioned_at, e.hostname,
                    e.console_url, e.api_base_url, e.metadata, e.generation, e.created_by,
                    e.created_at, e.updated_at
               FROM sys_environment e ",
            $rest
        )
    };
}

/// The columns of [`Member`].
macro_rules! select_member {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.environment_id, m.user_id, u.name, u.email, m.role, m.invited_by,
                    m.created_at, m.updated_at
               FROM sys_environment_member m JOIN sys_user u ON u.id = m.user_id ",
            $rest
        )
    };
}

pub(super) async fn access_facts(
    tx: &mut Tx,
    id: EnvironmentId,
    user: Option<UserId>,
) -> os_db::Result<Option<AccessFacts>> {
    tx.query(
        "SELECT e.organization_id, e.environment_type, o.role AS organization_role, m.role
           FROM sys_environment e
           LEFT JOIN sys_member o ON o.organization_id = e.organization_id AND o.user_id = $2
           LEFT JOIN sys_environment_member m ON m.environment_id = e.id AND m.user_id = $2
          WHERE e.id = $1",
    )
    .bind(id)
    .bind(user)
    .optional()
    .await
}

pub(super) async fn find(tx: &mut Tx, id: EnvironmentId) -> os_db::Result<Option<Environment>> {
    tx.query(select!("WHERE e.id = $1")).bind(id).optional().await
}

pub(super) async fn list(tx: &mut Tx, filter: Filter) -> os_db::Result<Vec<Environment>> {
    tx.query(select!(
        "WHERE ($1 IS NULL OR e.organization_id = $1) AND ($2 IS NULL OR e.environment_type = $2)
           AND ($3 IS NULL OR e.status = $3)
         ORDER BY e.id"
    ))
    .bind(filter.organization)
    .bind(filter.environment_type)
    .bind(filter.status)
    .all()
    .await
}

pub(super) async fn list_of_user(
    tx: &mut Tx,
    user: UserId,
    filter: Filter,
) -> os_db::Result<Vec<Environment>> {
    tx.query(select!(
        "WHERE (e.organization_id IN (SELECT organization_id FROM sys_member WHERE user_id = $4)
             OR e.id IN (SELECT environment_id FROM sys_environment_member
                          WHERE user_id = $4 AND role <> 'guest'))
           AND ($1 IS NULL OR e.organization_id = $1) AND ($2 IS NULL OR e.environment_type = $2)
           AND ($3 IS NULL OR e.status = $3)
         ORDER BY e.id"
    ))
    .bind(filter.organization)
    .bind(filter.environment_type)
    .bind(filter.status)
    .bind(user)
    .all()
    .await
}

pub(super) async fn list_of_organization(
    tx: &mut Tx,
    organization: OrganizationId,
) -> os_db::Result<Vec<Environment>> {
    tx.query(select!("WHERE e.organization_id = $1 ORDER BY e.id")).bind(organization).all().await
}

/// Locks the environment for this transaction, if it is active.
pub(super) async fn lock_active(tx: &mut Tx, id: EnvironmentId) -> os_db::Result<Option<Locked>> {
    tx.query(
        "UPDATE sys_environment SET updated_at = updated_at WHERE id = $1 AND status = 'active'
         RETURNING id, organization_id, environment_type, generation",
    )
    .bind(id)
    .optional()
    .await
}

/// Locks the environment for this transaction, whatever its status.
pub(super) async fn lock(tx: &mut Tx, id: EnvironmentId) -> os_db::Result<bool> {
    let locked = tx
        .query("UPDATE sys_environment SET updated_at = updated_at WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    Ok(locked == 1)
}

pub(super) async fn set_generation(
    tx: &mut Tx,
    id: EnvironmentId,
    number: i64,
) -> os_db::Result<()> {
    tx.query("UPDATE sys_environment SET generation = $2, updated_at = $3 WHERE id = $1")
        .bind(id)
        .bind(number)
        .bind(now())
        .run()
        .await
        .map(drop)
}

pub(super) async fn insert(tx: &mut Tx, new: &Environment) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_environment
            (id, organization_id, display_name, slug, environment_type, is_default, is_system, plan,
             status, visibility, region, database_driver, storage_limit_mb, provisioned_at, hostname,
             metadata, generation, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20)",
    )
    .bind(new.id)
    .bind(new.organization_id)
    .bind(new.display_name.clone())
    .bind(new.slug.clone())
    .bind(new.environment_type)
    .bind(new.is_default)
    .bind(new.is_system)
    .bind(new.plan.clone())
    .bind(new.status)
    .bind(new.visibility)
    .bind(new.region.clone())
    .bind(new.database_driver.clone())
    .bind(new.storage_limit_mb)
    .bind(new.provisioned_at)
    .bind(new.hostname.clone())
    .bind(new.metadata.clone())
    .bind(new.generation)
    .bind(new.created_by.clone())
    .bind(new.created_at)
    .bind(new.updated_at)
    .run()
    .await
    .map(drop)
}

/// Writes all columns that people may change.
pub(super) async fn update(tx: &mut Tx, changed: &Environment) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_environment
            SET display_name = $2, environment_type = $3, is_default = $4, plan = $5, status = $6,
                visibility = $7, metadata = $8, provisioned_at = $9, hostname = $10, updated_at = $11
          WHERE id = $1",
    )
    .bind(changed.id)
    .bind(changed.display_name.clone())
    .bind(changed.environment_type)
    .bind(changed.is_default)
    .bind(changed.plan.clone())
    .bind(changed.status)
    .bind(changed.visibility)
    .bind(changed.metadata.clone())
    .bind(changed.provisioned_at)
    .bind(changed.hostname.clone())
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn unset_default(tx: &mut Tx, organization: OrganizationId) -> os_db::Result<()> {
    tx.query(
        "UPDATE sys_environment SET is_default = FALSE, updated_at = $2
          WHERE organization_id = $1 AND is_default = TRUE",
    )
    .bind(organization)
    .bind(now())
    .run()
    .await
    .map(drop)
}

pub(super) async fn delete(tx: &mut Tx, id: EnvironmentId) -> os_db::Result<()> {
    tx.query("DELETE FROM sys_environment WHERE id = $1").bind(id).run().await.map(drop)
}

pub(super) async fn insert_credential(
    tx: &mut Tx,
    id: EnvironmentId,
    credential: &Credential,
    secret_hash: String,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_environment_credential
            (id, environment_id, secret_hash, \"authorization\", status, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(credential.id)
    .bind(id)
    .bind(secret_hash)
    .bind(credential.authorization.clone())
    .bind(credential.status.clone())
    .bind(credential.created_at)
    .run()
    .await
    .map(drop)
}

pub(super) async fn revoke_credentials(
    tx: &mut Tx,
    id: EnvironmentId,
    at: DateTime<Utc>,
) -> os_db::Result<u64> {
    tx.query(
        "UPDATE sys_environment_credential SET status = 'revoked', revoked_at = $2
          WHERE environment_id = $1 AND status <> 'revoked'",
    )
    .bind(id)
    .bind(at)
    .run()
    .await
}

pub(super) async fn find_credential(
    tx: &mut Tx,
    id: EnvironmentId,
) -> os_db::Result<Option<Credential>> {
    tx.query(
        "SELECT id, \"authorization\", status, created_at, expires_at
           FROM sys_environment_credential WHERE environment_id = $1 AND status = 'active'",
    )
    .bind(id)
    .optional()
    .await
}

pub(super) async fn list_members(tx: &mut Tx, id: EnvironmentId) -> os_db::Result<Vec<Member>> {
    tx.query(select_member!("WHERE m.environment_id = $1 ORDER BY m.id")).bind(id).all().await
}

pub(super) async fn find_member(
    tx: &mut Tx,
    id: EnvironmentId,
    member: Uuid,
) -> os_db::Result<Option<Member>> {
    tx.query(select_member!("WHERE m.environment_id = $1 AND (m.id = $2 OR m.user_id = $3)"))
        .bind(id)
        .bind(member)
        .bind(UserId(member))
        .optional()
        .await
}

pub(super) async fn find_user(tx: &mut Tx, id: Uuid) -> os_db::Result<Option<UserId>> {
    let found: Option<(UserId,)> =
        tx.query("SELECT id FROM sys_user WHERE id = $1").bind(UserId(id)).optional().await?;
    Ok(found.map(|(id,)| id))
}

/// Finds the account with an address, of the members of an organization.
pub(super) async fn find_user_by_email(
    tx: &mut Tx,
    organization: OrganizationId,
    email: String,
) -> os_db::Result<Option<UserId>> {
    let found: Option<(UserId,)> = tx
        .query(
            "SELECT u.id FROM sys_user u
               JOIN sys_member m ON m.user_id = u.id AND m.organization_id = $1
              WHERE u.email = $2",
        )
        .bind(organization)
        .bind(email)
        .optional()
        .await?;
    Ok(found.map(|(id,)| id))
}

pub(super) async fn insert_member(
    tx: &mut Tx,
    id: EnvironmentId,
    user: UserId,
    role: EnvironmentRole,
    invited_by: String,
) -> os_db::Result<()> {
    tx.query(
        "INSERT INTO sys_environment_member
            (id, environment_id, user_id, role, invited_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(Uuid::now_v7())
    .bind(id)
    .bind(user)
    .bind(role)
    .bind(invited_by)
    .bind(now())
    .run()
    .await
    .map(drop)
}

/// Changes the role, if it still is `from`.
pub(super) async fn set_member_role(
    tx: &mut Tx,
    member: Uuid,
    from: EnvironmentRole,
    to: EnvironmentRole,
) -> os_db::Result<bool> {
    let updated = tx
        .query(
            "UPDATE sys_environment_member SET role = $3, updated_at = $4
              WHERE id = $1 AND role = $2",
        )
        .bind(member)
        .bind(from)
        .bind(to)
        .bind(now())
        .run()
        .await?;
    Ok(updated == 1)
}

/// Removes the member, if the role still is `role`.
pub(super) async fn delete_member(
    tx: &mut Tx,
    member: Uuid,
    role: EnvironmentRole,
) -> os_db::Result<bool> {
    let deleted = tx
        .query("DELETE FROM sys_environment_member WHERE id = $1 AND role = $2")
        .bind(member)
        .bind(role)
        .run()
        .await?;
    Ok(deleted == 1)
}

/// A version that is installed, and how far it is released.
#[derive(os_db::FromRow)]
pub(super) struct InstalledStage {
    pub manifest_id: String,
    pub version: String,
    pub status: VersionStatus,
    pub is_pre_release: bool,
}

pub(super) async fn installed_stages(
    tx: &mut Tx,
    id: EnvironmentId,
) -> os_db::Result<Vec<InstalledStage>> {
    tx.query(
        "SELECT p.manifest_id, v.version, v.status, v.is_pre_release
           FROM sys_package_installation i
           JOIN sys_package p ON p.id = i.package_id
           JOIN sys_package_version v ON v.id = i.package_version_id
          WHERE i.environment_id = $1
          ORDER BY p.manifest_id",
    )
    .bind(id)
    .all()
    .await
}
