//! Avatar pictures, fetched from TikTok's image hosts by the server, so that no page loads a third party's image.

use std::time::Duration;

use url::{Host, Url};

use super::{TikTok, TransportError};
use crate::server::metrics::Endpoint;

/// Limit of a picture's size; TikTok's have tens of kilobytes.
const MAX_AVATAR_BYTES: usize = 2 * 1024 * 1024;

/// Timeout of a fetch: a page is not complete before its picture, and initials are a good substitute.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A picture and its media type.
#[derive(Debug, PartialEq, Eq)]
pub struct Avatar {
    /// One of the four raster types that every browser shows.
    pub media_type: &'static str,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// Error of fetching a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AvatarError {
    /// The URL is not one that may be fetched.
    #[error("the avatar's address is not on a public https host")]
    Address,
    /// The image host sent no readable response.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The image host refused: the URL has expired.
    #[error("the avatar's host responded with {0}")]
    Status(u16),
    /// The body is not a picture of a supported type.
    #[error("the avatar is not a JPEG, PNG, WebP or GIF picture")]
    NotAPicture,
}

impl TikTok {
    /// Fetches a picture. Although `address` came from a TikTok response it is checked: only https on a
    /// named host is fetched, or the API's own host, which is the simulator's case.
    ///
    /// # Errors
    /// [`AvatarError`]; no page shows it, initials stand in the picture's place.
    pub async fn avatar(&self, address: &str) -> Result<Avatar, AvatarError> {
        let url = self.avatar_url(address).ok_or(AvatarError::Address)?;
        let request = self.http.get(url).timeout(TIMEOUT);
        let response = self.fetch(Endpoint::Avatar, request, MAX_AVATAR_BYTES).await?;
        if response.status != 200 {
            return Err(AvatarError::Status(response.status));
        }
        let media_type = media_type(&response.body).ok_or(AvatarError::NotAPicture)?;
        Ok(Avatar { media_type, bytes: response.body })
    }

    fn avatar_url(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let is_api_host = url.origin() == self.api_url.origin();
        (is_api_host || is_public_https(&url)).then_some(url)
    }
}

/// Whether a URL is https on a host with a public name: no IP address, no bare or local name.
fn is_public_https(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    let name = name.trim_end_matches('.');
    let local = ["localhost", "local", "internal", "home.arpa"];
    let is_local = local.iter().any(|suffix| name == *suffix || name.ends_with(&format!(".{suffix}")));
    url.scheme() == "https" && url.username().is_empty() && name.contains('.') && !is_local
}

/// The media type by the first bytes; the `Content-Type` header is ignored.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_on_public_host_is_allowed() {
        let rows = [
            ("https://p16-sign.tiktokcdn-us.com/a.jpeg?x-expires=1", true),
            ("http://p16-sign.tiktokcdn-us.com/a.jpeg", false),
            ("https://127.0.0.1/a.jpeg", false),
            ("https://[::1]/a.jpeg", false),
            ("https://169.254.169.254/latest/meta-data", false),
            ("https://0x7f.1/", false),
            ("https://localhost/a.jpeg", false),
            ("https://db.internal/a.jpeg", false),
            ("https://router/a.jpeg", false),
            ("https://user@cdn.example.test/a.jpeg", false),
            ("file:///etc/passwd", false),
        ];
        for (address, allowed) in rows {
            assert_eq!(is_public_https(&Url::parse(address).unwrap()), allowed, "{address}");
        }
    }

    #[test]
    fn media_type_is_taken_from_first_bytes() {
        assert_eq!(media_type(b"<svg onload=alert(1)>"), None);
        assert_eq!(media_type(b""), None);
        assert_eq!(media_type(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
    }
}
