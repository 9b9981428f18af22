//! Where values come from: the environment, `.env` in the working folder, and the files of `NAME_FILE`.

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::faults::{Faults, Problem};

/// Limit of a file with a secret; a list of keys has some hundred bytes.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Where a value was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In the environment of the process.
    Environment,
    /// In `.env`.
    Dotenv,
    /// In the file that this variable names.
    File(String),
}

/// The source as words in brackets after a fault.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("from the environment"),
            Self::Dotenv => f.write_str("from .env"),
            Self::File(variable) => write!(f, "from the file of {variable}"),
        }
    }
}

/// A value as it was found.
pub(super) struct Found {
    pub(super) text: String,
    /// `None` for a value that a caller gives.
    pub(super) source: Option<Source>,
}

/// A variable of the process's environment, without `.env`; `None` when it is not set or not text.
#[must_use]
pub fn process_variable(name: &str) -> Option<String> {
    raw(name)?.into_string().ok()
}

/// The variable that names a proxy for requests to `https` URLs, if one is set.
#[must_use]
pub fn proxy_variable() -> Option<&'static str> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.into_iter().find(|name| process_variable(name).is_some_and(|value| !value.trim().is_empty()))
}

/// The folder `site` beside the program, else where the build puts it.
pub(super) fn default_site_root() -> PathBuf {
    let beside = env::current_exe().ok().and_then(|program| Some(program.parent()?.join("site")));
    beside.filter(|site| site.is_dir()).unwrap_or_else(|| "target/site".into())
}

/// A variable of the environment alone.
pub(super) fn in_environment(name: &str) -> Option<Found> {
    raw(name).map(|value| Found { text: text(value), source: Some(Source::Environment) })
}

/// Calls `read` with the variables of the environment and of `.env` in the working folder; the environment wins.
pub(super) fn with_environment<T>(
    read: impl FnOnce(&dyn Fn(&str) -> Option<Found>) -> Result<T, Faults>,
) -> Result<T, Faults> {
    let file = dotenv(fs::read_to_string(".env")).map_err(|problem| {
        let mut faults = Faults::default();
        faults.add(".env", None, problem);
        faults
    })?;
    let in_file = |name: &str| Some(Found { text: file.get(name)?.clone(), source: Some(Source::Dotenv) });
    read(&|name| in_environment(name).or_else(|| in_file(name)))
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn raw(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// A value that is not UTF-8 becomes one that no setting accepts, so that it is reported.
fn text(value: OsString) -> String {
    value.into_string().unwrap_or_else(|_| "\0".to_owned())
}

/// The content of a file with a secret, as Docker, Kubernetes and systemd provide it; `variable` names it.
pub(super) fn secret_file(variable: &str, path: &str) -> Result<String, Problem> {
    let file = shown(variable, path);
    let refuse = |why: &str| Err(Problem::new(format!("cannot be read from {file}: {why}"), FILE_REMEDY));
    match fs::metadata(path) {
        Err(error) => return refuse(&error.to_string()),
        Ok(metadata) if !metadata.is_file() => return refuse("it is no file"),
        Ok(metadata) if metadata.len() > MAX_SECRET_BYTES => return refuse("it has more than 64 kB"),
        Ok(_) => {}
    }
    match fs::read_to_string(path) {
        Err(error) => refuse(&error.to_string()),
        Ok(content) if content.trim().is_empty() => refuse("it is empty"),
        Ok(content) => Ok(content),
    }
}

const FILE_REMEDY: &str = "Put the value alone into that file, and let the user of this process read it.";

/// An absolute path as it is. Anything else may be the secret itself, set in the wrong variable.
fn shown(variable: &str, path: &str) -> String {
    if Path::new(path).is_absolute() {
        format!("{path} ({variable})")
    } else {
        format!("the file that {variable} names")
    }
}

/// The variables of a `.env` file, from the result of reading it; a file that does not exist has none.
///
/// # Errors
/// When it cannot be read or has a mistake. dotenvy's error contains the invalid line with any secret in it; ours
/// has only the line number.
pub fn dotenv(read: io::Result<String>) -> Result<HashMap<String, String>, Problem> {
    let content = match read {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => {
            let remedy = "Make it a text file that this user may read, or remove it.";
            return Err(Problem::new(format!("cannot be read: {error}"), remedy));
        }
    };
    variables(content.trim_start_matches('\u{feff}')).ok_or_else(|| {
        let line = invalid_line(&content);
        let remedy = "Write NAME=value, and put a value with spaces, #, $ or quotes in single quotes.";
        Problem::new(format!("has a mistake in line {line}"), remedy)
    })
}

/// The first value of each name; `None` when there is a mistake.
fn variables(content: &str) -> Option<HashMap<String, String>> {
    // Without the line break dotenvy takes white space at the very end for a mistake.
    let content = format!("{content}\n");
    let mut variables = HashMap::new();
    for pair in dotenvy::from_read_iter(content.as_bytes()) {
        let (name, value) = pair.ok()?;
        variables.entry(name).or_insert(value);
    }
    Some(variables)
}

/// The line after the longest valid prefix; a quoted value may span lines.
fn invalid_line(content: &str) -> usize {
    let lines: Vec<&str> = content.split_inclusive('\n').collect();
    let reads = |count: &usize| lines.get(..*count).is_some_and(|lines| variables(&lines.concat()).is_some());
    (0..lines.len()).rev().find(reads).unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_dotenv_file_is_accepted() {
        assert!(dotenv(Err(io::ErrorKind::NotFound.into())).unwrap().is_empty());
    }

    #[test]
    fn dotenv_comments_quotes_and_bom_are_parsed() {
        let file = "\u{feff}# a comment\nA=1 # one\nB='x$y#z'\nA=2\n";
        let variables = dotenv(Ok(file.to_owned())).unwrap();
        assert_eq!(variables.get("A").map(String::as_str), Some("1"));
        assert_eq!(variables.get("B").map(String::as_str), Some("x$y#z"));
    }

    #[test]
    fn dotenv_trailing_space_is_accepted() {
        assert_eq!(dotenv(Ok("A=1 ".to_owned())).unwrap()["A"], "1");
    }

    #[test]
    fn dotenv_error_shows_line_number_only() {
        for (file, line) in [
            ("A=1\n\nTIKTOK_CLIENT_SECRET=canary one two\nB=2\n", 3),
            ("A='1\n2'\nB='canary\nC=1\n", 3),
            ("canary", 1),
        ] {
            let problem = dotenv(Ok(file.to_owned())).unwrap_err();
            assert_eq!(problem.problem, format!("has a mistake in line {line}"));
            assert!(!format!("{problem:?}").contains("canary"));
        }
    }
}
