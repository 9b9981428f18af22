//! The `init` command: writes a `.env` with what has no default, and with fresh keys.

mod answers;
mod file;

use std::{fs, io, path::Path};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use creator_connect::server::{
    clock::SystemClock,
    config::{self, Config},
    entropy::SystemEntropy,
    tls,
};

use self::answers::Answers;
use super::{doctor, keygen};

/// The file, in the working folder.
const PATH: &str = ".env";

/// The variable with the keys.
const KEYS: &str = "ENCRYPTION_KEYS";

/// Write `.env`: asks for the settings without a default, generates the keys, and ends with doctor
///
/// What is given by a flag is not asked. Secrets are typed or read from files, never given as words of the command:
/// those are in the list of processes. The file is readable for this user alone.
#[derive(Args)]
pub(crate) struct Init {
    /// The client key of the app in TikTok's portal
    #[arg(long, value_name = "KEY")]
    client_key: Option<String>,
    /// A file with the client secret of that app
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<String>,
    /// Where TikTok sends creators back to, exactly as registered: `https://HOST/webhook`
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,
    /// Where grants are kept
    #[arg(long)]
    store: Option<StoreKind>,
    /// The address of the Supabase project
    #[arg(long, value_name = "URL")]
    supabase_url: Option<String>,
    /// A file with the secret key of that project
    #[arg(long, value_name = "FILE")]
    supabase_key_file: Option<String>,
    /// Replace a `.env` that is there; its encryption keys are kept
    #[arg(long)]
    overwrite: bool,
}

/// The backends, as words of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StoreKind {
    /// One file, for one machine
    Sqlite,
    /// A project of yours at Supabase, or a Supabase of your own
    Supabase,
}

impl Init {
    /// Asks, writes, and runs the doctor on the result.
    pub(crate) async fn run(self) -> Result<()> {
        let keys = self.keys()?;
        let answers = Answers::collect(self.given()?, &keys)?;
        let content = file::render(|name| if name == KEYS { Some(&keys) } else { answers.get(name) })?;
        // What is written must be what was checked.
        let written = config::dotenv(Ok(content.clone()));
        Config::read(&|name| written.variables.get(name).cloned())?;
        let path = std::path::absolute(PATH)?;
        tls::write_private_file(&path, content.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!(
            "\n{} is written. Keep a copy of its {KEYS} in a safe place: without them every",
            path.display()
        );
        println!("creator would have to connect again. Now doctor checks what it leads to:\n");
        doctor::run().await
    }

    /// The settings that flags give, by name.
    fn given(&self) -> Result<Vec<(&'static str, String)>> {
        let store = self.store.and_then(|store| Some(store.to_possible_value()?.get_name().to_owned()));
        let given = [
            ("TIKTOK_CLIENT_KEY", self.client_key.clone()),
            ("TIKTOK_CLIENT_SECRET", read_secret(self.client_secret_file.as_deref())?),
            ("TIKTOK_REDIRECT_URI", self.redirect_uri.clone()),
            ("STORE", store),
            ("SUPABASE_URL", self.supabase_url.clone()),
            ("SUPABASE_KEY", read_secret(self.supabase_key_file.as_deref())?),
        ];
        Ok(given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }

    /// The keys of a file that is to be replaced, else new ones.
    fn keys(&self) -> Result<String> {
        let former = match fs::read_to_string(PATH) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(new_keys()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {PATH}")),
            Ok(_) if !self.overwrite => {
                bail!(
                    "There is a {PATH} here already. --overwrite replaces it and keeps its encryption keys."
                )
            }
            Ok(former) => former,
        };
        former_keys(config::dotenv(Ok(former)))
    }
}

fn new_keys() -> String {
    keygen::generate_entry(None, &SystemClock, &SystemEntropy)
}

/// The keys of the former file. Tokens may be sealed with them, so they are kept, or the file is.
fn former_keys(former: config::Dotenv) -> Result<String> {
    if let Some(problem) = former.problems.first() {
        bail!(
            "{PATH} {}: its encryption keys may be there. Correct it, or move the file away.",
            problem.problem
        );
    }
    if former.variables.contains_key("ENCRYPTION_KEYS_FILE") {
        bail!(
            "{PATH} names a file of encryption keys. Move {PATH} away, and put that name into the new one."
        );
    }
    let keys = former.variables.get(KEYS).map(|keys| keys.trim()).filter(|keys| keys.contains(':'));
    Ok(keys.map_or_else(new_keys, str::to_owned))
}

fn read_secret(file: Option<&str>) -> Result<Option<String>> {
    let Some(file) = file else { return Ok(None) };
    let content =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", Path::new(file).display()))?;
    Ok(Some(content.trim().to_owned()))
}
