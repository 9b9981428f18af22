//! The `schema` command: prints the SQL for Supabase.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Result;
use creator_connect::server::store::probe::{MIGRATIONS, SCHEMA_VERSION};

/// How to apply the SQL; printed to stderr, so that a pipe carries only the SQL.
const HINT: &str = "\
Apply it to your Supabase project in one of these ways; each can be repeated safely:
  SQL editor   paste it into a new query of the project's dashboard and run it
  supabase     supabase link, then supabase db push, in the folder of this program's sources
  psql         creator-connect schema | psql \"$DATABASE_URL\" --set ON_ERROR_STOP=1
Then: creator-connect doctor";

/// Prints the migrations in order, and a hint on stderr.
pub(crate) fn run() -> Result<()> {
    let mut out = io::stdout().lock();
    // Each file refuses a newer schema, unless the files up to that version follow it.
    writeln!(out, "SET creator_connect.schema_version = {SCHEMA_VERSION};\n")?;
    for (name, sql) in MIGRATIONS {
        writeln!(out, "-- supabase/migrations/{name}\n{}\n", sql.trim_end())?;
    }
    writeln!(out, "RESET creator_connect.schema_version;")?;
    out.flush()?;
    if io::stdout().is_terminal() {
        eprintln!();
    }
    eprintln!("{HINT}");
    Ok(())
}
