//! Where grants are kept.

use std::path::PathBuf;

use url::Url;

use super::{Problem, SupabaseKey, address, reader::Reader, supabase_key};

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
        key: SupabaseKey,
        /// The root of the REST API.
        rest_url: Url,
    },
}

const URL_REMEDY: &str = "Copy the project URL from Supabase's settings, or set STORE=sqlite to do without.";

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
    let key = reader.required_as("SUPABASE_KEY", supabase_key::REMEDY, str::parse::<SupabaseKey>);
    let rest_url = match reader.optional("SUPABASE_REST_URL") {
        Some(value) => reader.noted("SUPABASE_REST_URL", address::server(&value)),
        None => url.as_ref().map(rest_root),
    };
    Some(StoreConfig::Supabase { url: url?, key: key?, rest_url: rest_url? })
}

/// `/rest/v1` under the project's address.
fn rest_root(project: &Url) -> Url {
    let mut root = project.clone();
    root.set_path(&format!("{}/rest/v1", project.path().trim_end_matches('/')));
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_root_is_under_the_project() {
        for project in ["https://p.supabase.co", "https://p.supabase.co/"] {
            assert_eq!(rest_root(&project.parse().unwrap()).as_str(), "https://p.supabase.co/rest/v1");
        }
    }
}
