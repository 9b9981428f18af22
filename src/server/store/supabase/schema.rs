//! The schema in the project: whether it is there, and new enough.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    errors::{self, Failure},
    project::Project,
    verbs, wire,
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

/// Whether the project's schema fits; a project that does not respond now is accepted.
pub(super) async fn check(project: &Project) -> Result<(), Unfit> {
    let failure = match project.call(&verbs::SCHEMA_VERSION, json!({})).await {
        Ok(response) => return fits(response),
        Err(failure) => failure,
    };
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
