//! What the doctor asks of the place where grants are kept; no question changes a row.

pub mod key;
pub mod postgrest;
pub mod sqlite;

pub use super::supabase::SCHEMA_VERSION;

/// The SQL that makes Supabase's tables and functions, as (file name, content), in the order of the files.
pub const MIGRATIONS: [(&str, &str); 1] =
    [("20261127000000_initial.sql", include_str!("../../../supabase/migrations/20261127000000_initial.sql"))];

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_migration_is_built_in_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("supabase/migrations");
        let entries = fs::read_dir(folder).unwrap();
        let mut files: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        assert_eq!(MIGRATIONS.map(|(name, _)| name).to_vec(), files);
    }

    #[test]
    fn the_last_migration_has_the_version_of_the_program() {
        let [.., (_, sql)] = MIGRATIONS;
        assert!(sql.contains(&format!("VALUES ({SCHEMA_VERSION}, '")), "version {SCHEMA_VERSION}");
    }

    #[test]
    fn no_table_is_left_out_of_what_strangers_are_tried_with() {
        let sql = MIGRATIONS.map(|(_, sql)| sql).concat();
        let made = sql.split("CREATE TABLE IF NOT EXISTS public.").skip(1);
        let mut made: Vec<_> = made.filter_map(|rest| rest.split_whitespace().next()).collect();
        made.sort_unstable();
        let mut known = postgrest::TABLES;
        known.sort_unstable();
        assert_eq!(made, known);
    }
}
