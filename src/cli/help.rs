//! What `--help` teaches beside the list of commands.

/// After `-h`.
pub(crate) const IN_SHORT: &str = "Try it now: creator-connect demo. More: creator-connect --help";

/// After `--help`.
pub(crate) const IN_FULL: &str = "\
What it is:
  A web app of your own. A creator opens it, connects their TikTok account and sees what TikTok
  says about them. Their tokens are kept sealed and are ended when they say so.

In five minutes:
  1. creator-connect demo            Look at it: the whole app, with TikTok simulated.
  2. cp env_example.txt .env         Every setting is explained in it.
  3. creator-connect keygen          Its line goes into ENCRYPTION_KEYS.
  4. https://developers.tiktok.com   Register an app; key, secret and redirect URI go into .env.
  5. creator-connect check-config    All faults at once, each with what to do.
  6. creator-connect schema          The SQL for your Supabase project; not needed with STORE=sqlite.
  7. creator-connect doctor          Asks Supabase and TikTok whether all of it is right.
  8. creator-connect                 Serve it.

Examples:
  creator-connect demo --port 5443
  STORE=sqlite creator-connect serve
  creator-connect simulate-tiktok --redirect-uri https://localhost:5000/webhook --lifetimes 60:600
  creator-connect cert
  creator-connect schema | psql $DATABASE_URL --set ON_ERROR_STOP=1
  SUPABASE_ANON_KEY=sb_publishable_… creator-connect doctor

Settings:
  They come from the environment and from .env in the working folder; the environment wins.
  env_example.txt explains each one.

Exit codes:
  0  stopped as asked (SIGTERM, Ctrl-C), or the command did its work
  1  it could not start or go on: a port in use, a folder that cannot be written, …; or doctor
     found something that fails
  2  the settings or the command line are not accepted";
