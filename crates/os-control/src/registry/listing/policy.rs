//! The policy of listings (docs/wire/listings.md#policy).

use crate::registry::package::{self, Package, PackageAccess, Visibility};
use crate::registry::version::{Version, VersionStatus};
use crate::{Code, Result};
use os_db::Tx;

/// Checks the policy, and reports all problems at once.
///
/// # Errors
/// `LISTING_POLICY_VIOLATION`, with one message per problem.
pub async fn check(tx: &mut Tx, access: &PackageAccess, version: &Version) -> Result<()> {
    let package = package::get(tx, access).await?;
    let mut violations = incomplete(&package, version);
    match package::reserve_namespace(tx, access.actor(), &package).await {
        Ok(_) => {}
        Err(error) if error.code().status().is_client_error() => {
            violations.push(error.message().to_owned());
        }
        Err(error) => return Err(error),
    }
    if violations.is_empty() {
        return Ok(());
    }
    let message = format!("the listing is incomplete: {}", violations.join("; "));
    Err(Code::ListingPolicyViolation.error(message).with_violations(violations))
}

fn incomplete(package: &Package, version: &Version) -> Vec<String> {
    let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|it| it.trim().is_empty());
    let rules = [
        (
            package.visibility != Visibility::Marketplace,
            "Visibility must be `marketplace`: publish with `--visibility marketplace`",
        ),
        (is_blank(&package.description), "Description is missing: set `description`"),
        (is_blank(&package.category), "Category is missing: set `category`"),
        (is_blank(&package.icon_url), "Icon is missing: upload one, or set `icon_url`"),
        (is_blank(&package.readme), "README is missing: set `readme`"),
        (version.manifest_type != "app", "Only packages of the type `app` can be listed"),
        (version.status != VersionStatus::Published, "The version must be published"),
        (version.is_pre_release, "A pre-release cannot be listed: publish a stable version"),
    ];
    rules.iter().filter(|(is_broken, _)| *is_broken).map(|(_, text)| (*text).to_owned()).collect()
}
