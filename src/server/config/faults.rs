//! Settings that are not accepted, reported together.

use std::fmt;

use super::sources::Source;

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
    /// Where the value was found; `None` where there is none.
    pub source: Option<Source>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, problem, remedy, source } = self;
        let found = source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        write!(f, "{variable} {problem}{found}.\n    {remedy}")
    }
}

/// Every setting that is not accepted, in the order of the settings table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub(super) fn add(&mut self, variable: &'static str, source: Option<Source>, problem: Problem) {
        let Problem { problem, remedy } = problem;
        self.0.push(Fault { variable, problem, remedy, source });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_displayed_together_with_remedies() {
        let mut faults = Faults::default();
        faults.add("PORT", None, Problem::new("is not a port", "Use a number from 1 to 65535."));
        let neither = Problem::new("is neither true nor false", "Use true or false.");
        faults.add("DEBUG", Some(Source::Dotenv), neither);
        let text = faults.to_string();
        assert!(text.starts_with("2 settings are not accepted:"), "{text}");
        assert!(text.contains("  PORT is not a port.\n    Use a number from 1 to 65535."), "{text}");
        assert!(
            text.contains("  DEBUG is neither true nor false (from .env).\n    Use true or false."),
            "{text}"
        );
    }
}
