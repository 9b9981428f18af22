//! Where values come from: the environment, `.env` in the working folder, and the files of `NAME_FILE`.

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::faults::{Faults, Problem};

/// The file of settings in the working folder.
pub(super) const DOTENV: &str = ".env";

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

/// The names of the environment's variables, as far as they are text.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub(super) fn environment_names() -> Vec<String> {
    env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
}

/// `.env` in the working folder.
pub(super) fn working_folder() -> Dotenv {
    dotenv(fs::read_to_string(DOTENV))
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

/// The content of a `.env` file.
#[derive(Debug, Default)]
pub struct Dotenv {
    /// The values of the lines that can be read, by name; of a name that is there twice the first.
    pub variables: HashMap<String, String>,
    /// Why the file or a line of it cannot be read.
    pub problems: Vec<Problem>,
}

impl Dotenv {
    /// A variable of the environment, which wins, or of this file.
    pub(super) fn find(&self, name: &str) -> Option<Found> {
        let in_file =
            || Some(Found { text: self.variables.get(name)?.clone(), source: Some(Source::Dotenv) });
        in_environment(name).or_else(in_file)
    }

    /// Calls `read` with the variables of the environment and of this file. The file's own problems come first.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&dyn Fn(&str) -> Option<Found>) -> Result<T, Faults>,
    ) -> Result<T, Faults> {
        let result = read(&|name| self.find(name));
        if self.problems.is_empty() {
            return result;
        }
        let mut faults = Faults::default();
        for problem in &self.problems {
            faults.add(DOTENV, None, problem.clone());
        }
        faults.0.extend(result.err().unwrap_or_default().0);
        Err(faults)
    }
}

/// The content of a `.env` file, from the result of reading it; a file that does not exist has none.
///
/// dotenvy's error contains the invalid line with any secret in it; ours has only the line number.
pub fn dotenv(read: io::Result<String>) -> Dotenv {
    match read {
        Ok(content) => parse(content.trim_start_matches('\u{feff}')),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Dotenv::default(),
        Err(error) => {
            let remedy = "Make it a text file that this user may read, or remove it.";
            let problem = Problem::new(format!("cannot be read: {error}"), remedy);
            Dotenv { problems: vec![problem], ..Dotenv::default() }
        }
    }
}

/// A file with more mistakes is not a `.env` file.
const MOST_MISTAKES: usize = 20;

/// A quoted value with more lines is one whose quote was not closed.
const MOST_VALUE_LINES: usize = 100;

/// Reads the lines without a mistake; each of the others is a problem.
fn parse(content: &str) -> Dotenv {
    let mut lines: Vec<&str> = content.split_inclusive('\n').collect();
    let mistakes = mistakes(&lines);
    for index in &mistakes {
        if let Some(line) = lines.get_mut(*index) {
            *line = "";
        }
    }
    let variables = if mistakes.len() < MOST_MISTAKES { variables(&lines.concat()) } else { None };
    let problems = mistakes.into_iter().map(|index| mistake(index + 1)).collect();
    Dotenv { variables: variables.unwrap_or_default(), problems }
}

fn mistake(line: usize) -> Problem {
    let remedy = "Write NAME=value, and put a value with spaces, #, $ or quotes in single quotes.";
    Problem::new(format!("has a mistake in line {line}"), remedy)
}

/// The indices of the lines that cannot be read.
fn mistakes(lines: &[&str]) -> Vec<usize> {
    let (mut mistakes, mut at) = (Vec::new(), 0);
    while at < lines.len() && mistakes.len() < MOST_MISTAKES {
        let rest = lines.get(at..).unwrap_or_default();
        at += lines_of_value(rest).unwrap_or_else(|| {
            mistakes.push(at);
            1
        });
    }
    mistakes
}

/// How many lines the value at the beginning has, as a quoted one may have several; `None` when it cannot be read.
fn lines_of_value(lines: &[&str]) -> Option<usize> {
    let is_quoted = lines.first().is_some_and(|line| line.contains(['\'', '"']));
    let most = if is_quoted { lines.len().min(MOST_VALUE_LINES) } else { 1 };
    (1..=most).find(|count| lines.get(..*count).is_some_and(|lines| variables(&lines.concat()).is_some()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_dotenv_file_is_accepted() {
        let file = dotenv(Err(io::ErrorKind::NotFound.into()));
        assert!(file.variables.is_empty() && file.problems.is_empty());
    }

    #[test]
    fn dotenv_comments_quotes_and_bom_are_parsed() {
        let file = "\u{feff}# a comment\nA=1 # one\nB='x$y#z'\nA=2\n";
        let variables = dotenv(Ok(file.to_owned())).variables;
        assert_eq!(variables.get("A").map(String::as_str), Some("1"));
        assert_eq!(variables.get("B").map(String::as_str), Some("x$y#z"));
    }

    #[test]
    fn dotenv_trailing_space_is_accepted() {
        assert_eq!(dotenv(Ok("A=1 ".to_owned())).variables["A"], "1");
    }

    /// Each row: a file, the lines with a mistake, and the names that are read all the same.
    #[test]
    fn dotenv_mistakes_are_all_named_by_line_alone() {
        for (file, lines, names) in [
            ("A=1\n\nSECRET=canary one two\nB=2\n", &[3][..], "AB"),
            ("A='1\n2'\nB='canary\nC=1\n", &[3], "AC"),
            ("A=canary two\nB=1\ncanary\nC='x\ny'\nD='canary", &[1, 3, 6], "BC"),
            ("canary", &[1], ""),
        ] {
            let read = dotenv(Ok(file.to_owned()));
            let problems: Vec<_> = read.problems.iter().map(|problem| problem.problem.clone()).collect();
            let expected: Vec<_> = lines.iter().map(|line| format!("has a mistake in line {line}")).collect();
            assert_eq!(problems, expected, "{file}");
            assert!(!format!("{:?}", read.problems).contains("canary"));
            let mut read: Vec<_> = read.variables.into_keys().collect();
            read.sort_unstable();
            assert_eq!(read.concat(), names, "{file}");
        }
    }

    #[test]
    fn file_of_mistakes_alone_is_given_up() {
        let read = dotenv(Ok("no 'setting\n".repeat(10_000)));
        assert_eq!((read.problems.len(), read.variables.len()), (MOST_MISTAKES, 0));
    }
}
