//! The icon of a package (docs/wire/packages.md#icon).
//!
//! **Invariant:** only images are served: the first bytes are checked, and a drawing that could
//! run or load anything is refused.
//!
//! Icons are stored in the database (`docs/decisions/0003-blobs-in-the-database.md`).

use super::{Package, Picture, sql, svg};
use crate::events::{Event, Kind};
use crate::registry::package::PackageAccess;
use crate::{Code, Result};
use os_db::Tx;
use os_package::Checksum;
use serde_json::json;

/// The size limit of an icon.
pub const MAX_ICON_BYTES: usize = 262_144;

/// The part of the checksum in the address of an icon.
const MARK_CHARS: usize = 12;

/// A format of icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Jpeg,
    Webp,
    Svg,
}

impl Format {
    const ALL: [Format; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Svg];

    fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Svg => "svg",
        }
    }

    /// Returns whether the bytes begin as this format does.
    fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Self::Svg => true,
        }
    }
}

/// A checked and hashed icon.
pub struct Icon {
    format: Format,
    checksum: String,
    bytes: Vec<u8>,
}

/// Checks an upload.
///
/// # Errors
/// `UNSUPPORTED_MEDIA_TYPE` for another type than PNG, JPEG, WebP and SVG;
/// `VALIDATION_ERROR` for bytes that are not of their type, or not safe.
pub fn read(content_type: &str, bytes: &[u8]) -> Result<Icon> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let format =
        Format::ALL.into_iter().find(|it| it.content_type() == essence).ok_or_else(|| {
            Code::UnsupportedMediaType.error(format!(
                "`Content-Type`: `{essence}` is none of image/png, image/jpeg, image/webp, image/svg+xml"
            ))
        })?;
    if bytes.is_empty() {
        return Err(Code::ValidationError.error("the body is empty; send the bytes of the icon"));
    }
    if !format.fits(bytes) {
        return Err(Code::ValidationError.error(format!(
            "the bytes are not {essence}; send the right `Content-Type`, or another file"
        )));
    }
    if format == Format::Svg {
        svg::check(bytes).map_err(|problem| {
            Code::ValidationError
                .error(format!("the SVG is refused: {problem}; remove it, or send a PNG"))
        })?;
    }
    Ok(Icon { format, checksum: Checksum::of(bytes).to_string(), bytes: bytes.to_vec() })
}

/// Sets the icon of a package. Returns its address.
pub async fn set(tx: &mut Tx, access: &PackageAccess, icon: Icon) -> Result<String> {
    sql::lock(tx, access.package()).await?;
    let before = super::get(tx, access).await?;
    let url = format!(
        "/icons/{}.{}?v={}",
        access.manifest_id(),
        icon.format.extension(),
        &icon.checksum[..MARK_CHARS]
    );
    if before.icon_url.as_deref() == Some(&url) {
        return Ok(url);
    }
    sql::insert_blob(tx, &icon.checksum, icon.format.content_type(), icon.bytes).await?;
    let after = Package {
        icon_url: Some(url.clone()),
        icon_checksum: Some(icon.checksum),
        ..before.clone()
    };
    sql::update(tx, &after).await?;
    Event::new(Kind::PackageUpdated, json!({ "manifest_id": access.manifest_id() }))
        .organization(access.owner())
        .package(access.package())
        .change(json!({ "icon_url": before.icon_url }), json!({ "icon_url": url }))
        .record(tx, access.actor())
        .await?;
    Ok(url)
}

/// Finds the icon at `/icons/<name>?v=<mark>`. The icon of a package outside the catalog needs the
/// mark, so only callers with its full address see it.
///
/// # Errors
/// `RESOURCE_NOT_FOUND`.
pub async fn find(tx: &mut Tx, name: &str, mark: Option<&str>) -> Result<Picture> {
    let unknown = || Code::NotFound.error(format!("there is no icon `{name}`"));
    let (manifest_id, extension) = name.rsplit_once('.').ok_or_else(unknown)?;
    let picture = sql::picture(tx, manifest_id).await?.ok_or_else(unknown)?;
    let fits = Format::ALL
        .into_iter()
        .any(|it| it.extension() == extension && it.content_type() == picture.content_type);
    let is_marked = mark == Some(&picture.checksum[..MARK_CHARS]);
    if fits && (picture.listed || is_marked) { Ok(picture) } else { Err(unknown()) }
}
