//! Settings of the store: the backend, the Supabase key and the encryption keys.

use std::{fmt, path::PathBuf, str::FromStr};

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};
use secrecy::{SecretBox, SecretString, zeroize::Zeroizing};
use url::Url;

use super::{Problem, address, parse_bool, reader::Reader};

/// The backend of the store, with what it needs.
#[derive(Debug)]
pub enum StoreConfig {
    /// A file on this machine, for one process at a time.
    Sqlite {
        /// The database file; it is created if it does not exist.
        path: PathBuf,
    },
    /// Supabase, reached through PostgREST.
    Supabase {
        /// The project's address.
        url: Url,
        /// The service-role or secret key.
        key: SupabaseKey,
        /// The root of the REST API.
        rest_url: Url,
        /// Whether `http` is accepted within one's own network.
        allows_http: bool,
    },
}

impl StoreConfig {
    /// The value of `STORE`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Supabase { .. } => "supabase",
        }
    }
}

const URL_REMEDY: &str = "Copy the project URL from Supabase's settings, or set STORE=sqlite to do without.";

/// Reads the section; `None` if a fault was recorded.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<StoreConfig> {
    let is_sqlite = reader.with_default("STORE", "supabase", |value| match value {
        "sqlite" => Ok(true),
        "supabase" => Ok(false),
        _ => Err(Problem::new("is not a known store", "Use supabase or sqlite.")),
    });
    if is_sqlite? { sqlite(reader) } else { supabase(reader) }
}

fn sqlite(reader: &mut Reader<'_>) -> Option<StoreConfig> {
    let path = reader.with_default("SQLITE_PATH", "data/creator-connect.db", super::path)?;
    Some(StoreConfig::Sqlite { path })
}

fn supabase(reader: &mut Reader<'_>) -> Option<StoreConfig> {
    let allows_http = reader.with_default("SUPABASE_ALLOW_HTTP", "false", parse_bool);
    // With a fault in the permission the addresses are read as if it were given: one mistake, one fault.
    let address = |value: &str| address::supabase(value, allows_http.unwrap_or(true));
    let url = reader.required_as("SUPABASE_URL", URL_REMEDY, address);
    let key = reader.required_as("SUPABASE_KEY", KEY_REMEDY, str::parse::<SupabaseKey>);
    let rest_url = match reader.optional("SUPABASE_REST_URL").ok()? {
        Some(value) => reader.record("SUPABASE_REST_URL", address(&value)),
        None => url.as_ref().map(rest_root),
    };
    Some(StoreConfig::Supabase { url: url?, key: key?, rest_url: rest_url?, allows_http: allows_http? })
}

/// `/rest/v1` under the project's address.
fn rest_root(project: &Url) -> Url {
    let mut root = project.clone();
    root.set_path(&format!("{}/rest/v1", project.path().trim_end_matches('/')));
    root
}

/// The remedy for a wrong key.
pub(super) const KEY_REMEDY: &str =
    "Copy the secret key (sb_secret_…) or the service_role key from Supabase's settings, API keys.";

/// The kind of a Supabase key, by its form (<https://supabase.com/docs/guides/getting-started/api-keys>).
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
    /// Not a Supabase key.
    Unknown,
}

impl KeyKind {
    /// The kind of a key. Only Supabase can tell whether it is genuine.
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

    /// Whether the key bypasses row level security; with all others tables are empty and functions denied.
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

/// The role in a legacy key.
fn role(key: &str) -> Option<String> {
    key_claims(key)?.get("role")?.as_str().map(ToOwned::to_owned)
}

/// The claims of a legacy key, a JSON Web Token; `None` for any other text. The signature is not verified:
/// only Supabase can do that.
#[must_use]
pub fn key_claims(key: &str) -> Option<serde_json::Value> {
    let payload = URL_SAFE_NO_PAD.decode(key.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// A key with full access to its project.
#[derive(Debug)]
pub struct SupabaseKey {
    /// The kind; always one for servers.
    pub kind: KeyKind,
    /// The key, of visible ASCII.
    pub secret: SecretString,
}

impl FromStr for SupabaseKey {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Problem::new("has characters that no Supabase key has", KEY_REMEDY));
        }
        let kind = KeyKind::of(text);
        if !kind.is_for_servers() {
            return Err(Problem::new(format!("is {kind}"), KEY_REMEDY));
        }
        Ok(Self { kind, secret: text.into() })
    }
}

/// A key that seals or opens tokens.
#[derive(Debug)]
pub struct EncryptionKey {
    /// The name that a sealed token carries: 1 to 32 lower-case letters, digits or dashes.
    pub id: String,
    /// The key itself.
    pub key: SecretBox<[u8; 32]>,
}

/// Accepts keys with and without padding; both forms are common.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Parses `id:base64(32 bytes)` entries, comma-separated. The first key seals, all open.
///
/// Faults name an entry by its position only: a mistyped list can have a secret anywhere.
pub(super) fn encryption_keys(list: &str) -> Result<Vec<EncryptionKey>, Problem> {
    let mut keys: Vec<EncryptionKey> = Vec::new();
    for (index, entry) in list.split(',').map(str::trim).enumerate() {
        let place = index + 1;
        let key = parse_entry(entry).map_err(|why| entry_problem(place, why))?;
        if keys.iter().any(|earlier| earlier.id == key.id) {
            return Err(entry_problem(place, "has the id of an earlier entry"));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn entry_problem(place: usize, why: &str) -> Problem {
    let remedy = "An entry is what `creator-connect keygen` prints behind its =; keep old entries behind it, comma-separated.";
    Problem::new(format!("is not a list of keys: entry {place} {why}"), remedy)
}

fn parse_entry(entry: &str) -> Result<EncryptionKey, &'static str> {
    let (id, encoded) = entry.split_once(':').ok_or("has no id and colon before the key")?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 32 || !id.chars().all(allowed) {
        return Err("has an id that is not 1 to 32 lower-case letters, digits or dashes");
    }
    let bytes = decode(encoded).ok_or("has a key that is not base64")?;
    if bytes.len() != 32 {
        return Err("has a key that is not 32 bytes long");
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Err("has a key of nothing but zeros");
    }
    let mut key = Box::new([0; 32]);
    key.copy_from_slice(&bytes);
    Ok(EncryptionKey { id: id.to_owned(), key: SecretBox::new(key) })
}

fn decode(encoded: &str) -> Option<Zeroizing<Vec<u8>>> {
    let decode_with = |alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(encoded);
    let bytes = decode_with(&STANDARD).or_else(|_| decode_with(&URL_SAFE)).ok()?;
    Some(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn rest_root_is_under_project_url() {
        for project in ["https://p.supabase.co", "https://p.supabase.co/"] {
            assert_eq!(rest_root(&project.parse().unwrap()).as_str(), "https://p.supabase.co/rest/v1");
        }
    }

    fn legacy_key(role: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"iss":"supabase","role":"{role}"}}"#));
        format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln")
    }

    #[test]
    fn key_kind_is_detected() {
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
    fn browser_keys_are_refused_by_kind() {
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

    const SEVENS: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

    #[test]
    fn key_order_is_kept_and_both_alphabets_decode() {
        let list = format!("k2:{}, k1:{SEVENS}", "-_".repeat(21) + "8");
        let keys = encryption_keys(&list).unwrap();
        assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["k2", "k1"]);
        assert_eq!(keys[1].key.expose_secret(), &[7; 32]);
    }

    #[test]
    fn key_without_padding_decodes() {
        assert!(encryption_keys(&format!("k1:{}", SEVENS.trim_end_matches('='))).is_ok());
    }

    #[test]
    fn malformed_key_error_shows_no_key() {
        let zeros = format!("k1:{}", "A".repeat(43));
        let twice = format!("k1:{SEVENS},k1:{SEVENS}");
        let upper = format!("K1:{SEVENS}");
        for (list, expected) in [
            (SEVENS, "entry 1 has no id"),
            ("k1:BwcH", "entry 1 has a key that is not 32 bytes long"),
            ("k1:BwcH!", "entry 1 has a key that is not base64"),
            (zeros.as_str(), "entry 1 has a key of nothing but zeros"),
            (twice.as_str(), "entry 2 has the id of an earlier entry"),
            (upper.as_str(), "entry 1 has an id"),
        ] {
            let error = encryption_keys(list).unwrap_err();
            assert!(error.problem.contains(expected), "{error:?}");
            assert!(!format!("{error:?}").contains("BwcH"), "{error:?}");
        }
    }

    #[test]
    fn key_debug_output_is_redacted() {
        let keys = encryption_keys(&format!("k1:{SEVENS}")).unwrap();
        let printed = format!("{keys:?}");
        assert!(printed.contains("REDACTED") && !printed.contains('7'), "{printed}");
    }
}
