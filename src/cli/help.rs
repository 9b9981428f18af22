//! The text of `--help` after the list of commands.

/// After `-h`.
pub(crate) const IN_SHORT: &str = "Try it now: creator-connect demo. More: creator-connect --help";

/// After `--help`.
pub(crate) const IN_FULL: &str = "\
What it is:
  A self-hosted web app. A creator opens it, connects their TikTok account and sees their TikTok
  profile. Their tokens are stored encrypted and revoked when they disconnect.

In five minutes:
  1. creator-connect demo            Try it: the whole app, with TikTok simulated.
  2. cp env_example.txt .env         It explains every setting.
  3. creator-connect keygen          Put its output into ENCRYPTION_KEYS.
  4. https://developers.tiktok.com   Register an app; key, secret and redirect URI go into .env.
  5. creator-connect check-config    Lists all faults, each with its remedy.
  6. creator-connect schema          The SQL for your Supabase project; not needed with STORE=sqlite.
  7. creator-connect doctor          Checks Supabase, TikTok and this machine.
  8. creator-connect                 Serve the app.

Examples:
  creator-connect demo --port 5443
  STORE=sqlite creator-connect serve
  creator-connect simulate-tiktok --redirect-uri https://localhost:5000/webhook --lifetimes 60:600
  creator-connect cert
  creator-connect schema | psql $DATABASE_URL --set ON_ERROR_STOP=1
  SUPABASE_ANON_KEY=sb_publishable_… creator-connect doctor

Settings:
  They are read from the environment and from .env in the working folder; the environment wins.
  A secret may be read from a file: NAME_FILE=/run/secrets/name in place of NAME.
  env_example.txt explains each one.

Exit codes:
  0  stopped by SIGTERM or Ctrl-C, or the command succeeded
  1  it could not start or continue: a port in use, an unwritable folder, …; or a check of
     doctor failed
  2  the settings or the command line are not accepted";
