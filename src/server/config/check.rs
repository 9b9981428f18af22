//! What `check-config` says beyond faults: names and scopes that are accepted, and probably mistyped.

use super::{
    Config, Faults, PUBLIC_KEY, SECRETS, VARIABLES,
    sources::{self, Dotenv, Source},
};
use crate::domain::Scope;

/// The names that commands read outside [`VARIABLES`].
const OTHERS: [&str; 2] = [PUBLIC_KEY, "DEMO_TIKTOK_PORT"];

/// Something in the settings that is accepted and probably a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The variable, or the name that is none.
    pub variable: String,
    /// The problem, as the end of a sentence that begins with the variable's name.
    pub problem: String,
    /// The remedy.
    pub remedy: String,
    /// Where it was found.
    pub source: Option<Source>,
}

/// The settings, and what is noteworthy about them.
#[derive(Debug)]
pub struct Checked {
    /// The settings, or all their faults.
    pub config: Result<Config, Faults>,
    /// What is probably a mistake.
    pub warnings: Vec<Warning>,
}

impl Checked {
    /// Reads the settings as [`Config::from_env`] does, and looks for mistyped names too.
    #[must_use]
    pub fn from_env() -> Self {
        let file = sources::working_folder();
        let config = file.read(Config::read_found);
        let mut warnings = unknown_names(&file, &sources::environment_names());
        warnings.extend(config.as_ref().map(unknown_scopes).unwrap_or_default());
        Self { config, warnings }
    }
}

/// Names of `.env` that are no settings, and names of the environment that are nearly one: most of its variables are
/// other programs'.
fn unknown_names(file: &Dotenv, environment: &[String]) -> Vec<Warning> {
    let mut in_file: Vec<_> = file.variables.keys().filter(|name| !is_known(name)).collect();
    in_file.sort_unstable();
    let in_file = in_file.into_iter().map(|name| unknown_name(name, Source::Dotenv));
    let is_near = |name: &&String| !is_known(name) && nearest(name, &names(), name.len() / 6).is_some();
    let in_environment = environment.iter().filter(is_near);
    in_file.chain(in_environment.map(|name| unknown_name(name, Source::Environment))).collect()
}

fn unknown_name(name: &str, source: Source) -> Warning {
    let remedy = match nearest(name, &names(), (name.len() / 4).clamp(1, 4)) {
        Some(known) => format!("Did you mean {known}?"),
        None => "`creator-connect env` prints every setting.".to_owned(),
    };
    Warning { variable: shown(name), problem: "is not a setting".to_owned(), remedy, source: Some(source) }
}

/// A name as settings have them; anything else may be a secret in the wrong place.
fn shown(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let plain = name.len() <= 40 && name.bytes().all(is_plain);
    if plain { name.to_owned() } else { "A name (not shown: it may be a value)".to_owned() }
}

fn is_known(name: &str) -> bool {
    names().iter().any(|known| known == name)
}

/// Every name that has an effect.
fn names() -> Vec<String> {
    let files = SECRETS.iter().map(|secret| format!("{secret}_FILE"));
    VARIABLES.iter().chain(&OTHERS).map(|name| (*name).to_owned()).chain(files).collect()
}

/// The scopes that TikTok does not document.
fn unknown_scopes(config: &Config) -> Vec<Warning> {
    let documented: Vec<_> = Scope::DOCUMENTED.map(str::to_owned).into();
    let unknown = config.tiktok.scopes.iter().filter(|scope| !Scope::DOCUMENTED.contains(&scope.as_str()));
    unknown.map(|scope| unknown_scope(scope.as_str(), &documented)).collect()
}

fn unknown_scope(scope: &str, documented: &[String]) -> Warning {
    let remedy = match nearest(scope, documented, scope.len() / 4) {
        Some(known) => format!("Did you mean {known}? TikTok refuses every login with an unknown scope."),
        None => "TikTok refuses every login with a scope that the app does not have.".to_owned(),
    };
    let problem = format!("has {scope}, which is not among TikTok's documented scopes");
    Warning { variable: "TIKTOK_SCOPES".to_owned(), problem, remedy, source: None }
}

/// The one of `known` with the fewest typing errors (insertions, deletions, replacements and swaps), at most `limit`.
fn nearest<'a>(name: &str, known: &'a [String], limit: usize) -> Option<&'a str> {
    let distances = known.iter().map(|known| (strsim::damerau_levenshtein(name, known), known.as_str()));
    let (_, nearest) = distances.filter(|(distance, _)| *distance <= limit).min()?;
    Some(nearest)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn warned(file: &[&str], environment: &[&str]) -> Vec<(String, String)> {
        let variables: HashMap<_, _> = file.iter().map(|name| ((*name).to_owned(), String::new())).collect();
        let file = Dotenv { variables, ..Dotenv::default() };
        let environment: Vec<_> = environment.iter().map(|name| (*name).to_owned()).collect();
        let warnings = unknown_names(&file, &environment).into_iter();
        warnings.map(|warning| (warning.variable, warning.remedy)).collect()
    }

    #[test]
    fn mistyped_name_is_warned_of_with_the_nearest() {
        for (typed, meant) in [
            ("TIKTOK_REDIRECT_URL", "TIKTOK_REDIRECT_URI"),
            ("ENCRYPTION_KEY", "ENCRYPTION_KEYS"),
            ("PROT", "PORT"),
            ("SUPABASE_KEYS_FILE", "SUPABASE_KEY_FILE"),
        ] {
            let expected = (typed.to_owned(), format!("Did you mean {meant}?"));
            assert_eq!(warned(&[typed], &[]), [expected], "{typed}");
        }
        assert_eq!(warned(&[], &["TIKTOK_REDIRECT_URL"]).len(), 1);
    }

    #[test]
    fn known_names_and_other_programs_variables_are_not_warned_of() {
        let known: Vec<_> = names();
        assert_eq!(warned(&known.iter().map(String::as_str).collect::<Vec<_>>(), &[]), []);
        let others = ["HOME", "PATH", "HOSTNAME", "TERM", "SHELL", "LANG", "USER", "SUPABASE_DB_PASSWORD"];
        assert_eq!(warned(&[], &others), []);
    }

    #[test]
    fn name_that_may_be_a_secret_is_not_shown() {
        let shown = format!("{:?}", warned(&["CANARYk3y", "canary"], &[]));
        assert!(!shown.to_lowercase().contains("canary") && shown.contains("not shown"), "{shown}");
    }

    #[test]
    fn mistyped_scope_is_warned_of_with_the_nearest() {
        let documented: Vec<_> = Scope::DOCUMENTED.map(str::to_owned).into();
        for (typed, meant) in [("user.info.basc", "user.info.basic"), ("video.pubilsh", "video.publish")] {
            let remedy = unknown_scope(typed, &documented).remedy;
            assert!(remedy.starts_with(&format!("Did you mean {meant}?")), "{remedy}");
        }
    }
}
