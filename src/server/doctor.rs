//! Diagnostics of an installation: checks the settings, Supabase, TikTok, the certificate and local files.
//!
//! The checks change nothing: their calls only read, and the one test file that they write in a folder is
//! removed at once. No finding contains a secret.

mod anonymous_access;
mod certificate;
mod clock_skew;
mod files;
mod installation;
mod key_claims;
mod keys;
mod reachability;
mod supabase;
mod tiktok;

use super::{
    clock::Clock,
    config::{Config, StoreConfig},
    tls,
};

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The check passed.
    Ok,
    /// The app works, but the operator should look at this.
    Warn,
    /// The app cannot work, or is not safe, in this state.
    Fail,
    /// The check could not be made.
    NotChecked,
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The thing that was checked, in a word or two.
    pub subject: &'static str,
    /// The result.
    pub verdict: Verdict,
    /// The observation, in one line.
    pub text: String,
    /// The remedy, as a sentence; `None` where nothing is to be done.
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

/// Runs every check; a check comes after those that it depends on.
///
/// `public_key` is the project's publishable or anon key, if the operator gives it: the doctor tries to read
/// with it, as an unauthenticated caller could.
pub async fn run_checks(config: &Config, public_key: Option<&str>, clock: &dyn Clock) -> Vec<Finding> {
    tls::install_crypto_provider();
    let mut findings = vec![check_settings(config)];
    findings.extend(check_store(config, public_key, clock).await);
    findings.extend(tiktok::check_app(&config.tiktok, clock).await);
    findings.push(certificate::check_certificate(&config.tls, &config.tiktok.redirect_uri, clock).await);
    findings.extend(files::check_journal(&config.journal_dir, &config.encryption_keys));
    findings.extend(config.logs.dir.as_deref().map(files::check_log_folder));
    findings.push(installation::check_authorities(&config.https_settings()));
    findings.push(installation::check_site_files(config.site_root.as_deref()));
    findings.push(installation::check_operator(&config.site));
    findings.extend(config.events.forward.as_deref().map(installation::check_forwarding));
    findings
}

/// Settings with a fault never reach this check.
fn check_settings(config: &Config) -> Finding {
    let count = config.summary().len();
    Finding::ok("settings", format!("all {count} settings in force are accepted"))
}

async fn check_store(config: &Config, public_key: Option<&str>, clock: &dyn Clock) -> Vec<Finding> {
    match &config.store {
        StoreConfig::Sqlite { path } => {
            let inspected = files::inspect_database(path).await;
            vec![
                files::check_database_folder(path),
                files::check_database_file(path, &inspected),
                keys::check_keys_in_file(&config.encryption_keys, &inspected),
            ]
        }
        StoreConfig::Supabase { url, key, rest_url, .. } => {
            let project = supabase::Project { url, key, rest_url };
            let (mut findings, used) = supabase::check_project(&project, public_key, clock).await;
            findings.push(keys::check_keys_in_supabase(&config.encryption_keys, used.as_deref()));
            findings
        }
    }
}
