//! Reads variables from the environment and `.env`, and collects every fault instead of stopping at the first.

use std::{collections::HashMap, env, ffi::OsString, fmt, fs, io, path::PathBuf};

/// The reason why a value is not accepted, with a remedy.
///
/// Neither text ever contains the value: it may be a secret, also one pasted into the wrong line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The problem, as the end of a sentence that begins with the variable's name.
    pub problem: String,
    /// The remedy, as a sentence.
    pub remedy: String,
}

impl Problem {
    /// A problem and its remedy.
    pub fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }
}

/// One setting that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The variable's name; `.env` for the file itself.
    pub variable: &'static str,
    /// The problem.
    pub problem: String,
    /// The remedy.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.\n    {}", self.variable, self.problem, self.remedy)
    }
}

/// Every setting that is not accepted, in the order of the settings table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub(super) fn add(&mut self, variable: &'static str, problem: Problem) {
        let Problem { problem, remedy } = problem;
        self.0.push(Fault { variable, problem, remedy });
    }

    /// The faults, one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            1 => writeln!(f, "One setting is not accepted:")?,
            count => writeln!(f, "{count} settings are not accepted:")?,
        }
        for fault in self.iter() {
            writeln!(f, "\n  {fault}")?;
        }
        write!(f, "\nSettings come from the environment and from .env; env_example.txt explains each one.")
    }
}

impl std::error::Error for Faults {}

/// Reads variables by name and records faults.
///
/// Every method that returns `None` for a value that should be set has recorded a fault.
pub(super) struct Reader<'a> {
    variables: &'a dyn Fn(&str) -> Option<String>,
    faults: Faults,
}

impl<'a> Reader<'a> {
    /// Creates a reader of `variables` without faults.
    pub(super) fn new(variables: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variables, faults: Faults::default() }
    }

    /// The value without white space around it; empty counts as not set.
    pub(super) fn optional(&self, variable: &'static str) -> Option<String> {
        let value = (self.variables)(variable)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The value of a required variable; a placeholder of the example is a fault.
    pub(super) fn required(&mut self, variable: &'static str, remedy: &str) -> Option<String> {
        let value = self.optional(variable);
        let problem = match value.as_deref() {
            None => "is not set",
            Some(value) if is_placeholder(value) => "still has the example's value",
            Some(_) => return value,
        };
        self.fault(variable, Problem::new(problem, remedy));
        None
    }

    /// A required variable, parsed.
    pub(super) fn required_as<T>(
        &mut self,
        variable: &'static str,
        remedy: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.required(variable, remedy)?;
        self.record(variable, parse(&value))
    }

    /// A variable with a default, which is parsed like a value.
    pub(super) fn with_default<T>(
        &mut self,
        variable: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.optional(variable);
        self.record(variable, parse(value.as_deref().unwrap_or(default)))
    }

    /// Records one fault.
    pub(super) fn fault(&mut self, variable: &'static str, problem: Problem) {
        self.faults.add(variable, problem);
    }

    /// The value of `read`; records its problem as a fault.
    pub(super) fn record<T>(&mut self, variable: &'static str, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.fault(variable, problem)).ok()
    }

    /// Whether no fault was recorded so far.
    pub(super) const fn has_no_faults(&self) -> bool {
        self.faults.is_empty()
    }

    /// All faults in the order of `names`, those of no name first.
    pub(super) fn into_faults(self, names: &[&str]) -> Faults {
        let Faults(mut faults) = self.faults;
        faults.sort_by_key(|fault: &Fault| names.iter().position(|name| *name == fault.variable));
        Faults(faults)
    }
}

/// Whether a value is a placeholder from an example.
fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let fills_in = ["changeme", "change-me", "change_me", "todo", "xxx"].contains(&value.as_str());
    let begins = value.starts_with("your_") || value.starts_with("your-");
    let host = value.contains("//your-") || value.contains("//your_");
    fills_in || begins || host || (value.starts_with('<') && value.ends_with('>'))
}

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

/// Calls `read` with the variables of the environment and of `.env` in the working folder; the environment wins.
pub(super) fn with_environment<T>(
    read: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Result<T, Faults>,
) -> Result<T, Faults> {
    let file = dotenv(fs::read_to_string(".env")).map_err(|problem| {
        let mut faults = Faults::default();
        faults.add(".env", problem);
        faults
    })?;
    read(&|name| raw(name).map(text).or_else(|| file.get(name).cloned()))
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn raw(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// A value that is not UTF-8 becomes one that no setting accepts, so that it is reported.
fn text(value: OsString) -> String {
    value.into_string().unwrap_or_else(|_| "\0".to_owned())
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
    fn faults_are_displayed_together_with_remedies() {
        let mut faults = Faults::default();
        faults.add("PORT", Problem::new("is not a port", "Use a number from 1 to 65535."));
        faults.add("DEBUG", Problem::new("is neither true nor false", "Use true or false."));
        let text = faults.to_string();
        assert!(text.starts_with("2 settings are not accepted:"), "{text}");
        assert!(text.contains("  PORT is not a port.\n    Use a number from 1 to 65535."), "{text}");
        assert!(text.contains("  DEBUG is neither true nor false.\n    Use true or false."), "{text}");
    }

    #[test]
    fn empty_value_counts_as_unset() {
        let reader = Reader::new(&|_| Some("  ".to_owned()));
        assert_eq!(reader.optional("ANY"), None);
    }

    #[test]
    fn placeholder_values_are_recognized() {
        for value in ["your_client_key", "<secret>", "changeme", "https://your-domain.example/webhook"] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["awx7your_k", "https://studio.example.org/webhook", "sb_secret_abc"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

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
