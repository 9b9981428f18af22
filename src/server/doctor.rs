//! The doctor: looks at the settings and at all that they lead to, and says what is well and what is not.
//!
//! It changes nothing anywhere: the calls that it makes read, the one file that it makes in a folder is
//! removed at once. No finding holds a secret.

mod certificate;
mod files;
mod keys;
mod moments;
mod reach;
mod strangers;
mod supabase;
mod tiktok;

use super::{
    clock::Clock,
    config::{Config, StoreConfig},
    tls,
};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Ok,
    /// It works, but somebody should look at it.
    Warn,
    /// The app cannot work so, or is not safe so.
    Fail,
    /// It could not be looked at.
    NotChecked,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub subject: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What is so, in one line.
    pub text: String,
    /// What to do, as a sentence; `None` where nothing is to be done.
    pub remedy: Option<String>,
}

impl Finding {
    fn ok(subject: &'static str, text: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Ok, text: text.into(), remedy: None }
    }

    fn warn(subject: &'static str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Warn, text: text.into(), remedy: Some(remedy.into()) }
    }

    fn fail(subject: &'static str, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Fail, text: text.into(), remedy: Some(remedy.into()) }
    }

    fn not_checked(subject: &'static str, text: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::NotChecked, text: text.into(), remedy: None }
    }

    fn with_remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// Makes every check, in the order in which one leans on the other.
///
/// `public_key` is the project's publishable or anon key, where the operator gives it: with it the doctor
/// tries to get in as a stranger would.
pub async fn examine(config: &Config, public_key: Option<&str>, clock: &dyn Clock) -> Vec<Finding> {
    tls::install_crypto_provider();
    let mut findings = vec![settings(config)];
    findings.extend(store(config, public_key, clock).await);
    findings.extend(tiktok::examine(&config.tiktok, clock).await);
    findings.push(certificate::examine(&config.tls, &config.tiktok.redirect_uri, clock).await);
    findings.extend(files::journal(&config.journal_dir, &config.encryption_keys));
    findings.push(files::log_folder(&config.log_dir));
    findings
}

/// Settings with a fault never come as far as this.
fn settings(config: &Config) -> Finding {
    let count = config.summary().len();
    Finding::ok("settings", format!("all {count} settings in force are accepted"))
}

async fn store(config: &Config, public_key: Option<&str>, clock: &dyn Clock) -> Vec<Finding> {
    match &config.store {
        StoreConfig::Sqlite { path } => {
            let look = files::look(path).await;
            vec![
                files::database_folder(path),
                files::database_file(path, &look),
                keys::in_file(&config.encryption_keys, &look),
            ]
        }
        StoreConfig::Supabase { url, key, rest_url } => {
            let project = supabase::Project { url, key, rest_url };
            let (mut findings, used) = supabase::examine(&project, public_key, clock).await;
            findings.push(keys::in_supabase(&config.encryption_keys, used.as_deref()));
            findings
        }
    }
}
