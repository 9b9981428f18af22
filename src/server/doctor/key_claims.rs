//! The claims of a legacy key, a JSON Web Token (<https://supabase.com/docs/guides/api/api-keys>).

use serde_json::Value;
use url::Url;

use crate::{domain::Timestamp, server::config::key_claims};

/// The claims of a legacy key; a key of the new kind has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// The project that it was made for.
    pub(super) project: Option<String>,
    /// When it ends.
    pub(super) ends_at: Option<Timestamp>,
}

impl Claims {
    /// Reads them; Supabase checks its signature.
    #[must_use]
    pub(super) fn of(key: &str) -> Self {
        let claims = key_claims(key).unwrap_or_default();
        Self {
            project: claims.get("ref").and_then(Value::as_str).map(str::to_owned),
            ends_at: claims.get("exp").and_then(Value::as_i64).map(Timestamp),
        }
    }

    /// Whether it was made for another project than the one at `url`; `false` where either is not known.
    #[must_use]
    pub(super) fn is_of_another_project(&self, url: &Url) -> bool {
        project_of(url).zip(self.project.as_deref()).is_some_and(|(one, other)| one != other)
    }
}

/// The project that an address of Supabase's own belongs to.
fn project_of(url: &Url) -> Option<&str> {
    let (project, domain) = url.host_str()?.split_once('.')?;
    (domain == "supabase.co").then_some(project)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn claims(json: &str) -> Claims {
        Claims::of(&format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(json)))
    }

    #[test]
    fn legacy_key_has_its_project_and_expiry() {
        let expected = Claims { project: Some("abc".to_owned()), ends_at: Some(Timestamp(2_000_000_000)) };
        assert_eq!(claims(r#"{"role":"service_role","ref":"abc","exp":2000000000}"#), expected);
        assert_eq!(Claims::of("sb_secret_abc"), Claims::default());
    }

    #[test]
    fn only_supabase_addresses_name_a_project() {
        let key = claims(r#"{"ref":"abc"}"#);
        assert!(key.is_of_another_project(&"https://def.supabase.co".parse().unwrap()));
        for url in ["https://abc.supabase.co", "https://db.studio.example", "http://127.0.0.1:54321"] {
            assert!(!key.is_of_another_project(&url.parse().unwrap()), "{url}");
        }
        assert!(!Claims::default().is_of_another_project(&"https://def.supabase.co".parse().unwrap()));
    }
}
