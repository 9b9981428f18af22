//! Read-only probes of both backends, and the migrations of Supabase, for `doctor` and `schema`.

pub use super::{
    sqlite::probe as sqlite,
    supabase::{MIGRATIONS, SCHEMA_VERSION, probe as supabase},
};
