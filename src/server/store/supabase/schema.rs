//! The schema in the project: whether it is there, and new enough.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    errors::{self, Failure},
    probe::{READERS, reader_request},
    project::Project,
    verbs::{self, Verb},
    wire,
};
use crate::server::store::StoreError;

/// The schema that this program needs; a newer one keeps the functions of an older one.
pub const SCHEMA_VERSION: u32 = 1;

/// The SQL that makes Supabase's tables and functions, as (file name, content), in the order of the files.
pub const MIGRATIONS: [(&str, &str); 1] = [(
    "20261127000000_initial.sql",
    include_str!("../../../../supabase/migrations/20261127000000_initial.sql"),
)];

/// Why a project cannot be used; nothing of this passes by waiting.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The key is refused.
    #[error("{}.", errors::KEY)]
    Key,
    /// The schema was never applied.
    #[error("{}.", errors::SCHEMA)]
    NoSchema,
    /// The schema is of an earlier version of this program.
    #[error(
        "Supabase has version {found} of our schema, and this program needs {SCHEMA_VERSION}: run the SQL \
         that `creator-connect schema` prints in its SQL editor, or `supabase db push`. It keeps every row."
    )]
    OldSchema {
        /// The version that is there.
        found: u32,
    },
    /// Another server responds.
    #[error("{} ({cause}).", errors::ADDRESS, cause = .0)]
    Address(String),
    /// The system gives no HTTP client.
    #[error("The HTTP client could not be made: {0}.")]
    Client(String),
}

/// The result of `cc_schema_version`.
#[derive(Deserialize)]
struct Schema {
    /// Null in a schema that was applied half, or whose table of versions was emptied.
    version: Option<u32>,
}

/// The pause between two attempts to find functions.
const POLL: Duration = Duration::from_millis(500);

/// Whether the project's schema fits; a project that does not respond now is accepted.
///
/// PostgREST keeps a cache of the schema and reloads it some time after a migration, so functions that are missing are
/// waited for, as long as `patience`.
pub(super) async fn check(project: &Project, patience: Duration) -> Result<(), Unfit> {
    let mut waited = Duration::ZERO;
    while let Some(function) = find_missing(project).await? {
        if waited >= patience {
            return Err(Unfit::NoSchema);
        }
        if waited.is_zero() {
            let seconds = patience.as_secs();
            tracing::warn!(
                function,
                seconds,
                "Supabase does not know this function yet: waiting for its schema cache"
            );
        }
        tokio::time::sleep(POLL).await;
        waited += POLL;
    }
    Ok(())
}

/// The first function that the project does not have, though its schema is new enough. `None` too for a project that
/// does not respond now.
async fn find_missing(project: &Project) -> Result<Option<&'static str>, Unfit> {
    match project.call(&verbs::SCHEMA_VERSION, json!({})).await {
        Ok(response) => fits(response)?,
        Err(Failure::Schema) => return Ok(Some(verbs::SCHEMA_VERSION.function)),
        Err(failure) => return unresponsive(failure).map(|()| None),
    }
    // The version is in a table, which is never cached.
    for function in READERS {
        match project.call(&Verb::reader(function), reader_request()).await {
            Ok(_) => {}
            Err(Failure::Schema) => return Ok(Some(function)),
            Err(failure) => return unresponsive(failure).map(|()| None),
        }
    }
    Ok(None)
}

/// Accepts an outage; refuses a project that another response shows to be unfit.
fn unresponsive(failure: Failure) -> Result<(), Unfit> {
    match failure {
        Failure::Key => Err(Unfit::Key),
        Failure::Schema => Err(Unfit::NoSchema),
        Failure::Address(cause) | Failure::Unexpected(cause) => Err(Unfit::Address(cause)),
        outage @ (Failure::NotDone(_) | Failure::Unsure(_) | Failure::Slow(_) | Failure::CircuitOpen) => {
            let error = StoreError::from(outage);
            tracing::warn!(%error, "Supabase unavailable at start: pages say so until it responds");
            Ok(())
        }
    }
}

fn fits(answer: Value) -> Result<(), Unfit> {
    let schema: Schema = wire::decode(answer).map_err(|error| Unfit::Address(error.to_string()))?;
    match schema.version.unwrap_or(0) {
        0 => Err(Unfit::NoSchema),
        found if found < SCHEMA_VERSION => Err(Unfit::OldSchema { found }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::server::store::supabase::probe;

    #[test]
    fn migrations_of_the_folder_are_all_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("supabase/migrations");
        let entries = fs::read_dir(folder).unwrap();
        let mut files: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        assert_eq!(MIGRATIONS.map(|(name, _)| name).to_vec(), files);
    }

    #[test]
    fn last_migration_has_the_schema_version() {
        let [.., (_, sql)] = MIGRATIONS;
        assert!(sql.contains(&format!("VALUES ({SCHEMA_VERSION}, '")), "version {SCHEMA_VERSION}");
    }

    /// An older file that is run again by hand must not put its functions in place of newer ones.
    #[test]
    fn migration_refuses_newer_schema_by_own_version() {
        for (version, (name, sql)) in (1..).zip(MIGRATIONS) {
            assert!(sql.contains(&format!("own    CONSTANT integer := {version};")), "{name}");
            assert!(sql.contains("IF newest > greatest(own, NULLIF("), "{name}");
            assert!(sql.contains("NOTIFY pgrst, 'reload schema';"), "{name}");
        }
    }

    #[test]
    fn probe_knows_every_table() {
        let sql = MIGRATIONS.map(|(_, sql)| sql).concat();
        let made = sql.split("CREATE TABLE IF NOT EXISTS public.").skip(1);
        let mut made: Vec<_> = made.filter_map(|rest| rest.split_whitespace().next()).collect();
        made.sort_unstable();
        let mut known = probe::TABLES;
        known.sort_unstable();
        assert_eq!(made, known);
    }
}
