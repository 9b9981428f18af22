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
  2. https://developers.tiktok.com   Register an app; it has a key, a secret and a redirect URI.
  3. creator-connect init            Asks for these, writes .env with fresh keys, and runs doctor.
  4. creator-connect schema          The SQL for your Supabase project; not needed with STORE=sqlite.
  5. creator-connect                 Serve the app.
  env prints every setting with its explanation, check-config lists all faults, each with its remedy,
  and doctor checks Supabase, TikTok and this machine.

Examples:
  creator-connect demo --port 5443
  STORE=sqlite creator-connect serve
  creator-connect simulate-tiktok --redirect-uri https://localhost:5000/webhook --lifetimes 60:600
  creator-connect init --store sqlite --redirect-uri https://studio.example/webhook
  creator-connect keygen >> .env
  creator-connect health --live
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
     doctor or health failed
  2  the settings or the command line are not accepted";
