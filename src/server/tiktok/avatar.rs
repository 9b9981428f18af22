//! Avatars: fetched from TikTok's image hosts by us, so that no page loads a stranger's image.

use reqwest::Response;
use url::{Host, Url};

use super::{TikTok, TransportError, read, transport};

/// TikTok's pictures have tens of kilobytes.
const LARGEST_AVATAR_BYTES: usize = 2 * 1024 * 1024;

/// A picture and its media type.
#[derive(Debug, PartialEq, Eq)]
pub struct Avatar {
    /// One of the four raster types that every browser shows.
    pub media_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AvatarError {
    /// The address is not one that we fetch.
    #[error("the avatar's address is not on a public https host")]
    Address,
    /// The image host gave no answer that could be read.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The image host refused: the address has expired.
    #[error("the avatar's host answered {0}")]
    Status(u16),
    /// What came is not a picture of a type that we serve.
    #[error("the avatar is not a JPEG, PNG, WebP or GIF picture")]
    NotAPicture,
}

impl TikTok {
    /// Fetches a picture. Its address came from TikTok's answer and is checked all the same: https
    /// on a named host, or the host of the API itself, which is the simulator's case.
    ///
    /// # Errors
    /// [`AvatarError`]; none of them is shown: the page has initials in the picture's place.
    pub async fn avatar(&self, address: &str) -> Result<Avatar, AvatarError> {
        let url = self.avatar_url(address).ok_or(AvatarError::Address)?;
        let response: Response = self.http.get(url).send().await.map_err(|error| transport(&error))?;
        let answer = read(response, LARGEST_AVATAR_BYTES).await?;
        if answer.status != 200 {
            return Err(AvatarError::Status(answer.status));
        }
        let media_type = media_type(&answer.body).ok_or(AvatarError::NotAPicture)?;
        Ok(Avatar { media_type, bytes: answer.body })
    }

    fn avatar_url(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let of_the_api = url.origin() == self.api_url.origin();
        (of_the_api || is_public_https(&url)).then_some(url)
    }
}

/// Whether an address is https on a host with a public name: no IP address, no bare or local name.
fn is_public_https(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    let name = name.trim_end_matches('.');
    let local = ["localhost", "local", "internal", "home.arpa"];
    let is_local = local.iter().any(|suffix| name == *suffix || name.ends_with(&format!(".{suffix}")));
    url.scheme() == "https" && url.username().is_empty() && name.contains('.') && !is_local
}

/// The media type that the first bytes prove; the sender's own word for it is not believed.
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
    fn only_https_on_a_public_name_is_fetched() {
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
        for (address, fetched) in rows {
            assert_eq!(is_public_https(&Url::parse(address).unwrap()), fetched, "{address}");
        }
    }

    #[test]
    fn a_page_that_calls_itself_a_picture_is_none() {
        assert_eq!(media_type(b"<svg onload=alert(1)>"), None);
        assert_eq!(media_type(b""), None);
        assert_eq!(media_type(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
    }
}
