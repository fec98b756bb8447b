//! `os package list`, `show`, `versions` and `deprecate`.

use super::{minute, note_if_more, rows, text};
use crate::cli::{Deprecate, ListPackages, OnePackage, Versions};
use crate::failure::Failure;
use crate::output::{Mark, Output};
use crate::target::Target;
use crate::{commands::installations, environment};
use anyhow::Result;
use serde_json::Value;

/// Lists visible packages, or those installed in an environment.
pub fn list(arguments: &ListPackages, output: Output) -> Result<()> {
    let client = Target::find(&arguments.common.connection)?.client()?;
    if let Some(named) = &arguments.environment {
        let environment = environment::resolve(&client, named)?;
        let answer = client.installations(&environment)?;
        output.answer(&answer, |output| installations::table(&answer, output));
        return Ok(());
    }
    let answer = client.packages(arguments.search.as_deref(), arguments.limit.limit)?;
    output.answer(&answer, |output| {
        let packages = rows(&answer, "packages");
        if packages.is_empty() {
            output.note("no packages yet; use `os package publish`");
            return;
        }
        let row = |it: &Value| {
            ["manifest_id", "latest_version", "visibility", "display_name"]
                .map(|name| text(it, name).to_owned())
                .to_vec()
        };
        let rows: Vec<_> = packages.iter().map(row).collect();
        output.table(&["PACKAGE", "LATEST", "VISIBILITY", "NAME"], &rows);
        note_if_more(&answer, output);
    });
    Ok(())
}

/// Shows one package.
pub fn show(arguments: &OnePackage, output: Output) -> Result<()> {
    let client = Target::find(&arguments.common.connection)?.client()?;
    let answer = client.package(&arguments.package)?;
    output.answer(&answer, |output| {
        let package = &answer["package"];
        let fact = |name: &str| text(package, name).to_owned();
        output.facts(&[
            ("Package", fact("manifest_id")),
            ("Name", fact("display_name")),
            ("Tagline", fact("tagline")),
            ("Description", fact("description")),
            ("Latest", fact("latest_version")),
            ("Namespace", fact("namespace")),
            ("Visibility", fact("visibility")),
            ("Category", fact("category")),
            ("License", fact("license")),
            ("Homepage", fact("homepage_url")),
            ("Organization", fact("owner_org_id")),
            ("Created", minute(package, "created_at")),
            ("ID", fact("id")),
        ]);
    });
    Ok(())
}

/// Lists the versions of a package.
pub fn versions(arguments: &Versions, output: Output) -> Result<()> {
    let client = Target::find(&arguments.common.connection)?.client()?;
    let answer = client.versions(&arguments.package, arguments.limit.limit)?;
    output.answer(&answer, |output| {
        let versions = rows(&answer, "versions");
        if versions.is_empty() {
            output.note("no versions yet; use `os package publish`");
            return;
        }
        let row = |it: &Value| {
            let checksum: String = text(it, "checksum").chars().take(16).collect();
            vec![
                text(it, "version").to_owned(),
                text(it, "status").to_owned(),
                text(it, "listing_status").to_owned(),
                checksum,
                minute(it, "published_at"),
            ]
        };
        let rows: Vec<_> = versions.iter().map(row).collect();
        output.table(&["VERSION", "STATUS", "LISTING", "CHECKSUM", "PUBLISHED"], &rows);
        note_if_more(&answer, output);
    });
    Ok(())
}

/// Deprecates a version.
pub fn deprecate(arguments: &Deprecate, output: Output) -> Result<()> {
    let Some((package, version)) = arguments.version.split_once('@') else {
        return Err(Failure::usage(format!("`{}` has no version", arguments.version))
            .hint("use the form com.acme.crm@1.2.0")
            .into());
    };
    let client = Target::find(&arguments.common.connection)?.client()?;
    let answer = client.deprecate_version(package, version, arguments.reason.as_deref())?;
    output.answer(&answer, |output| {
        output.marked(Mark::Done, format!("{package} {version} is deprecated"));
    });
    Ok(())
}
