//! Where grants are kept.

use std::path::PathBuf;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use url::Url;

use super::{Problem, address, reader::Reader};

/// The backend of the store, with what it needs.
#[derive(Debug)]
pub enum StoreConfig {
    /// A file on this machine, for one process at a time.
    Sqlite {
        /// The database file; it is made if it is not there.
        path: PathBuf,
    },
    /// Supabase, reached through PostgREST.
    Supabase {
        /// The project's address.
        url: Url,
        /// The service-role or secret key.
        key: SecretString,
        /// The root of the REST API.
        rest_url: Url,
    },
}

const URL_REMEDY: &str = "Copy the project URL from Supabase's settings, or set STORE=sqlite to do without.";
const KEY_REMEDY: &str = "Copy the secret (or service_role) key from Supabase's settings, API keys.";

/// Reads the section; `None` when a fault was noted.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<StoreConfig> {
    match reader.optional("STORE").as_deref().unwrap_or("supabase") {
        "sqlite" => sqlite(reader),
        "supabase" => supabase(reader),
        _ => {
            reader.fault("STORE", Problem::new("is not a known store", "Use supabase or sqlite."));
            None
        }
    }
}

fn sqlite(reader: &mut Reader<'_>) -> Option<StoreConfig> {
    let path = reader.or("SQLITE_PATH", "data/creator-connect.db", super::path)?;
    Some(StoreConfig::Sqlite { path })
}

fn supabase(reader: &mut Reader<'_>) -> Option<StoreConfig> {
    let url = reader.required_as("SUPABASE_URL", URL_REMEDY, address::server);
    let key = reader.required_as("SUPABASE_KEY", KEY_REMEDY, service_key);
    let rest_url = match reader.optional("SUPABASE_REST_URL") {
        Some(value) => reader.noted("SUPABASE_REST_URL", address::server(&value)),
        None => url.as_ref().map(rest_root),
    };
    Some(StoreConfig::Supabase { url: url?, key: key?.into(), rest_url: rest_url? })
}

/// `/rest/v1` under the project's address.
fn rest_root(project: &Url) -> Url {
    let mut root = project.clone();
    root.set_path(&format!("{}/rest/v1", project.path().trim_end_matches('/')));
    root
}

/// A key that may do everything: what `anon` may do is nothing here (row level security).
fn service_key(value: &str) -> Result<String, Problem> {
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::new("has characters that no Supabase key has", KEY_REMEDY));
    }
    if value.starts_with("sb_publishable_") || role(value).is_some_and(|role| role == "anon") {
        return Err(Problem::new("is the key for browsers, which may not read the tables", KEY_REMEDY));
    }
    Ok(value.to_owned())
}

/// The role that a legacy key, a JSON Web Token, names; its signature is Supabase's business.
fn role(key: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(key.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    claims.get("role")?.as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legacy_key(role: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"iss":"supabase","role":"{role}"}}"#));
        format!("eyJhbGciOiJIUzI1NiJ9.{payload}.c2ln")
    }

    #[test]
    fn keys_for_browsers_are_refused() {
        assert!(service_key("sb_secret_abc").is_ok());
        assert!(service_key(&legacy_key("service_role")).is_ok());
        assert!(service_key("sb_publishable_abc").is_err());
        assert!(service_key(&legacy_key("anon")).is_err());
    }

    #[test]
    fn the_rest_root_is_under_the_project() {
        for project in ["https://p.supabase.co", "https://p.supabase.co/"] {
            assert_eq!(rest_root(&project.parse().unwrap()).as_str(), "https://p.supabase.co/rest/v1");
        }
    }
}
