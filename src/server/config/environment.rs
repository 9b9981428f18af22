//! The environment and `.env`: the only place that looks at them.

use std::{collections::HashMap, env, ffi::OsString, fs, io, path::PathBuf};

use super::{Config, Faults, Problem, TlsConfig};

/// A variable of the process's environment, without `.env`; `None` when it is not set or not text.
#[must_use]
pub fn process_variable(name: &str) -> Option<String> {
    raw(name)?.into_string().ok()
}

/// The folder `site` beside the program, else where the build puts it.
pub(super) fn default_site_root() -> PathBuf {
    let beside = env::current_exe().ok().and_then(|program| Some(program.parent()?.join("site")));
    beside.filter(|site| site.is_dir()).unwrap_or_else(|| "target/site".into())
}

impl Config {
    /// Reads `.env` in the working folder, if there is one, and the environment, which wins.
    ///
    /// # Errors
    ///
    /// Every fault of every setting, together.
    pub fn from_env() -> Result<Self, Faults> {
        let file = dotenv_or_fault()?;
        Self::read(&|name| raw(name).map(text).or_else(|| file.get(name).cloned()))
    }
}

impl TlsConfig {
    /// Reads this section alone, as [`Config::from_env`] would.
    ///
    /// # Errors
    ///
    /// Every fault of its settings, together.
    pub fn from_env() -> Result<Self, Faults> {
        let file = dotenv_or_fault()?;
        Self::read(&|name| raw(name).map(text).or_else(|| file.get(name).cloned()))
    }
}

fn dotenv_or_fault() -> Result<HashMap<String, String>, Faults> {
    dotenv(fs::read_to_string(".env")).map_err(|problem| {
        let mut faults = Faults::default();
        faults.add(".env", problem);
        faults
    })
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn raw(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// A value that is not UTF-8 becomes one that no setting accepts, so that it is reported.
fn text(value: OsString) -> String {
    value.into_string().unwrap_or_else(|_| "\0".to_owned())
}

/// The variables of a `.env` file.
///
/// dotenvy's own error shows the mistaken line, secret and all; ours gives its number alone.
fn dotenv(read: io::Result<String>) -> Result<HashMap<String, String>, Problem> {
    let content = match read {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => {
            let remedy = "Make it a text file that this user may read, or remove it.";
            return Err(Problem::new(format!("cannot be read: {error}"), remedy));
        }
    };
    variables(content.trim_start_matches('\u{feff}')).ok_or_else(|| {
        let line = mistaken_line(&content);
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

/// The line after the longest part that reads well; a quoted value may go over many lines.
fn mistaken_line(content: &str) -> usize {
    let lines: Vec<&str> = content.split_inclusive('\n').collect();
    let reads = |count: &usize| lines.get(..*count).is_some_and(|lines| variables(&lines.concat()).is_some());
    (0..lines.len()).rev().find(reads).unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_no_fault() {
        assert!(dotenv(Err(io::ErrorKind::NotFound.into())).unwrap().is_empty());
    }

    #[test]
    fn comments_quotes_and_a_byte_order_mark_are_read() {
        let file = "\u{feff}# a comment\nA=1 # one\nB='x$y#z'\nA=2\n";
        let variables = dotenv(Ok(file.to_owned())).unwrap();
        assert_eq!(variables.get("A").map(String::as_str), Some("1"));
        assert_eq!(variables.get("B").map(String::as_str), Some("x$y#z"));
    }

    #[test]
    fn white_space_at_the_end_is_no_mistake() {
        assert_eq!(dotenv(Ok("A=1 ".to_owned())).unwrap()["A"], "1");
    }

    #[test]
    fn a_mistake_is_told_by_its_line_number_alone() {
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
