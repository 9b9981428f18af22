//! The key of a Supabase project: which of its kinds it is, and that it is one for servers.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;

use super::Problem;

/// Where the right key is found.
pub(super) const REMEDY: &str =
    "Copy the secret key (sb_secret_…) or the service_role key from Supabase's settings, API keys.";

/// What a key is, by its form (<https://supabase.com/docs/guides/getting-started/api-keys>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `sb_secret_…`: for servers.
    Secret,
    /// A legacy JSON Web Token of the role `service_role`: for servers.
    ServiceRole,
    /// `sb_publishable_…`: for browsers.
    Publishable,
    /// A legacy JSON Web Token of the role `anon`: for browsers.
    Anon,
    /// The JSON Web Token of one signed-in user.
    User,
    /// Nothing that Supabase gives out.
    Unknown,
}

impl KeyKind {
    /// The kind of a key. Whether it is genuine is Supabase's business.
    #[must_use]
    pub fn of(key: &str) -> Self {
        match (key, role(key).as_deref()) {
            (key, _) if key.starts_with("sb_secret_") => Self::Secret,
            (key, _) if key.starts_with("sb_publishable_") => Self::Publishable,
            (_, Some("service_role")) => Self::ServiceRole,
            (_, Some("anon")) => Self::Anon,
            (_, Some("authenticated")) => Self::User,
            _ => Self::Unknown,
        }
    }

    /// Whether row level security lets it through: all others see empty tables and no function.
    #[must_use]
    pub const fn is_for_servers(self) -> bool {
        matches!(self, Self::Secret | Self::ServiceRole)
    }
}

/// The kind as a sentence goes on after "is".
impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret => "a secret key",
            Self::ServiceRole => "a service_role key",
            Self::Publishable => "the publishable key, which is for browsers and may not read the tables",
            Self::Anon => "the anon key, which is for browsers and may not read the tables",
            Self::User => "the token of one signed-in user, who may not read the tables",
            Self::Unknown => "not a key of a Supabase project",
        })
    }
}

/// The role that a legacy key names.
fn role(key: &str) -> Option<String> {
    claims(key)?.get("role")?.as_str().map(ToOwned::to_owned)
}

/// What a legacy key, a JSON Web Token, says of itself; `None` for any other text. Its signature is
/// Supabase's business.
#[must_use]
pub fn claims(key: &str) -> Option<serde_json::Value> {
    let payload = URL_SAFE_NO_PAD.decode(key.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// A key that may do everything in its project.
#[derive(Debug)]
pub struct SupabaseKey {
    /// What it is; always one for servers.
    pub kind: KeyKind,
    /// The key, of visible ASCII.
    pub secret: SecretString,
}

impl FromStr for SupabaseKey {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Problem::new("has characters that no Supabase key has", REMEDY));
        }
        let kind = KeyKind::of(text);
        if !kind.is_for_servers() {
            return Err(Problem::new(format!("is {kind}"), REMEDY));
        }
        Ok(Self { kind, secret: text.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legacy_key(role: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"iss":"supabase","role":"{role}"}}"#));
        format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln")
    }

    #[test]
    fn the_kinds_are_told_apart() {
        for (key, kind) in [
            ("sb_secret_abc".to_owned(), KeyKind::Secret),
            ("sb_publishable_abc".to_owned(), KeyKind::Publishable),
            (legacy_key("service_role"), KeyKind::ServiceRole),
            (legacy_key("anon"), KeyKind::Anon),
            (legacy_key("authenticated"), KeyKind::User),
            (legacy_key("postgres"), KeyKind::Unknown),
            ("password".to_owned(), KeyKind::Unknown),
        ] {
            assert_eq!(KeyKind::of(&key), kind, "{key}");
        }
    }

    #[test]
    fn only_keys_for_servers_are_taken_and_the_others_are_named() {
        for good in ["sb_secret_abc", &legacy_key("service_role")] {
            assert!(good.parse::<SupabaseKey>().is_ok(), "{good}");
        }
        for (bad, named) in [
            ("sb_publishable_abc", "the publishable key"),
            (&legacy_key("anon"), "the anon key"),
            (&legacy_key("authenticated"), "one signed-in user"),
            ("password", "not a key"),
            ("sb_secret_a b", "characters"),
        ] {
            let problem = bad.parse::<SupabaseKey>().unwrap_err();
            assert!(problem.problem.contains(named), "{bad}: {problem:?}");
        }
    }
}
