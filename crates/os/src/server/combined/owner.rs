//! The server that a request belongs to, by its method and path.
//!
//! **Invariant:** a path belongs to a server only if every reader of it agrees. A spelling that
//! one of them could take for a path of the other server belongs to neither.

use axum::http::Method;
use std::collections::HashSet;

/// The most times that a path is decoded to find what its most generous reader would see.
const MAX_DECODINGS: usize = 8;

/// The server of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Control,
    Runtime,
    Both,
    /// The path has a spelling that the servers could read differently.
    Neither,
}

/// The paths below `/api/v1` that belong to the control plane; the others belong to
/// the runtime.
const CONTROL_PLANE_PREFIXES: [&str; 10] = [
    "auth",
    "keys",
    "cloud",
    "marketplace",
    "actions/sys_package",
    "data/sys_environment",
    "data/sys_member",
    "data/sys_api_key",
    "data/sys_user",
    "data/sys_organization",
];

/// The part of the marketplace that belongs to the runtime. It browses no catalog here: its
/// control plane is beside it.
const INSTALL_LOCAL: &str = "marketplace/install-local";

/// Returns the first words of the paths of pages that the runtime has and the control plane
/// does not: records and installed packages.
pub fn runtime_sections() -> HashSet<&'static str> {
    let section = |path: &'static str| path.split('/').nth(1).unwrap_or_default();
    let shared: HashSet<_> =
        os_console::control::pages().iter().map(|page| section(page.path)).collect();
    let pages = os_console::runtime::pages();
    pages.iter().map(|page| section(page.path)).filter(|it| !shared.contains(it)).collect()
}

/// Finds the server that a request belongs to.
pub fn owner(
    method: &Method,
    path: &str,
    is_runtime: bool,
    runtime_sections: &HashSet<&'static str>,
) -> Owner {
    let literal = owner_of_spelling(method, path, is_runtime, runtime_sections);
    let plain = plain_spelling(path);
    if plain == path || literal == owner_of_spelling(method, &plain, is_runtime, runtime_sections) {
        return literal;
    }
    Owner::Neither
}

/// Finds the server of a path as it is spelled.
fn owner_of_spelling(
    method: &Method,
    path: &str,
    is_runtime: bool,
    runtime_sections: &HashSet<&'static str>,
) -> Owner {
    let Some(path) = path.strip_prefix("/api/v1/") else {
        let is_api = is_below("/api", path) || is_below("/.well-known", path);
        let section = path.split('/').nth(1).unwrap_or_default();
        let is_runtimes = is_api || runtime_sections.contains(section);
        return if is_runtimes { Owner::Runtime } else { Owner::Control };
    };
    match path {
        "health" | "ready" if *method == Method::GET => Owner::Both,
        "health" | "ready" => Owner::Control,
        "cloud-connection/bind" | "cloud-connection/revoke" => Owner::Control,
        "cloud-connection/status" if is_runtime => Owner::Control,
        _ if is_below(INSTALL_LOCAL, path) => Owner::Runtime,
        _ if CONTROL_PLANE_PREFIXES.iter().any(|parent| is_below(parent, path)) => Owner::Control,
        _ => Owner::Runtime,
    }
}

/// Returns whether a path is another one, or below it.
fn is_below(parent: &str, path: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the path as its most generous reader sees it: decoded as often as possible, in lower
/// case, without parameters, empty segments and dots.
fn plain_spelling(path: &str) -> String {
    let mut decoded = path.to_owned();
    for _ in 0..MAX_DECODINGS {
        let next = percent_decoded(&decoded);
        if next == decoded {
            break;
        }
        decoded = next;
    }
    let mut segments = Vec::new();
    for segment in decoded.split(['/', '\\']) {
        let name = segment.split(';').next().unwrap_or_default();
        let name = name.trim_matches(|it: char| it.is_whitespace() || it.is_control());
        match name {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name.to_lowercase()),
        }
    }
    format!("/{}", segments.join("/"))
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte =
            (bytes[at] == b'%').then(|| Some(digit(at + 1)? * 16 + digit(at + 2)?)).flatten();
        match byte.and_then(|it| u8::try_from(it).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner_of(path: &str) -> Owner {
        owner(&Method::GET, path, false, &runtime_sections())
    }

    #[test]
    fn a_request_belongs_to_one_server() {
        for path in [
            "/",
            "/environments",
            "/marketplace",
            "/sign-in",
            "/static/console.css",
            "/docs",
            "/nothing",
            "/api/v1/auth/get-session",
            "/api/v1/marketplace",
            "/api/v1/marketplace/x",
            "/api/v1/marketplace/packages",
            "/api/v1/marketplace/packagesx",
            "/api/v1/marketplace/packages/com.acme.crm/versions/latest/manifest",
            "/api/v1/data/sys_user/1",
            "/api/v1/cloud/packages",
            "/api/v1/cloud-connection/bind",
        ] {
            assert_eq!(owner_of(path), Owner::Control, "{path}");
        }
        for path in [
            "/objects",
            "/objects/crm_account/1",
            "/installed",
            "/installed/com.acme.crm/uninstall",
            "/api/v1",
            "/api/v1/discovery",
            "/.well-known/objectstack",
            "/api/v1/marketplace/install-local",
            "/api/v1/marketplace/install-local/com.acme.crm",
            "/api/v1/data/sys_users",
            "/api/v1/data/crm_account",
            "/api/v1/data/crm%5Faccount",
            "/api/v1/packages/com.acme.crm%2Bx",
            "/api/v1/meta/object",
            "/api/v1/cloud-connection/status",
            "/api/v1/cloud-connection/bind/start",
            "/api/v1/packages",
        ] {
            assert_eq!(owner_of(path), Owner::Runtime, "{path}");
        }
        assert_eq!(owner_of("/api/v1/health"), Owner::Both);
        let status = "/api/v1/cloud-connection/status";
        assert_eq!(owner(&Method::GET, status, true, &runtime_sections()), Owner::Control);
    }

    #[test]
    fn a_spelling_that_could_belong_to_the_other_server_belongs_to_neither() {
        for path in [
            "/api/v1/data/sys%5Fuser",
            "/api/v1/data/sys%5fuser",
            "/api/v1/data/sys%255Fuser",
            "/api/v1/data/sys%25255Fuser",
            "/api/v1/data/%73ys_user/1",
            "/api/v1/data/SYS_USER",
            "/api/v1/data/sys_user;a=b",
            "/api/v1/data/sys_user%3Ba=b",
            "/api/v1/data/sys_user%20",
            "/api/v1/data/sys_user%00",
            "/api/v1/data/sys_user%2F1",
            "/api/v1/data//sys_user",
            "/api/v1/data/./sys_user",
            "/api/v1/data/x/../sys_user",
            "/api/v1/data/%2e%2e/data/sys_user",
            "/api/v1/data\\sys_user",
            "/api/v1/data%5Csys_user",
            "/api/v1//cloud/packages",
            "/api/v1/CLOUD/packages",
            "/api/v1/%63loud/packages",
            "/api//v1/auth/get-session",
            "/API/v1/meta/object",
            "//api/v1/meta/object",
            "/%61pi/v1/meta/object",
            "/api/v1/auth/../data/crm_account",
            "/api/v1/marketplace/install%2Dlocal",
            "/api/v1/marketplace/install-LOCAL",
            "/api/v1/marketplace//install-local",
            "/api/v1/HEALTH",
            "/api/v1/health/",
            "/environments/../objects/crm_account",
            "/%6Fbjects/crm_account",
            "/Objects/crm_account",
            "//objects",
            "/objects/../environments",
        ] {
            assert_eq!(owner_of(path), Owner::Neither, "{path}");
        }
    }
}
