//! Reads variables by name, and collects every fault instead of stopping at the first.
//!
//! One rule holds for every variable, wherever it comes from: white space around a value is removed, an empty value
//! counts as not set, and a value in quotes is a fault. `.env` is a format with quotes, so there one pair is syntax;
//! the environment has none, and quotes in it come from a file that another program read literally (Docker's
//! `--env-file`).

use std::collections::HashMap;

use super::{
    SECRETS,
    faults::{Faults, Problem},
    sources::{self, Found, Source},
};

/// Reads variables by name and records faults.
///
/// Every method that returns `None` for a value that should be set has recorded a fault.
pub(super) struct Reader<'a> {
    variables: &'a dyn Fn(&str) -> Option<Found>,
    sources: HashMap<&'static str, Source>,
    faults: Faults,
}

/// A value was found and refused; the fault is recorded.
pub(super) struct Refused;

impl<'a> Reader<'a> {
    /// Creates a reader of `variables` without faults.
    pub(super) fn new(variables: &'a dyn Fn(&str) -> Option<Found>) -> Self {
        Self { variables, sources: HashMap::new(), faults: Faults::default() }
    }

    /// The value, without white space around it; `None` when it is not set.
    ///
    /// # Errors
    /// When it is refused.
    pub(super) fn optional(&mut self, variable: &'static str) -> Result<Option<String>, Refused> {
        let found = self.set_value(variable).and_then(|found| found.map(unquoted).transpose());
        found.map_err(|problem| {
            self.fault(variable, problem);
            Refused
        })
    }

    /// The value of a required variable; a placeholder of the example is a fault.
    pub(super) fn required(&mut self, variable: &'static str, remedy: &str) -> Option<String> {
        let value = self.optional(variable).ok()?;
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
        let value = self.optional(variable).ok()?;
        self.record(variable, parse(value.as_deref().unwrap_or(default)))
    }

    /// Records one fault.
    pub(super) fn fault(&mut self, variable: &'static str, problem: Problem) {
        let source = self.sources.get(variable).cloned();
        self.faults.add(variable, source, problem);
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
        faults.sort_by_key(|fault| names.iter().position(|name| *name == fault.variable));
        Faults(faults)
    }

    /// The value of the variable itself or, for a secret, the content of the file that `NAME_FILE` names.
    fn set_value(&mut self, variable: &'static str) -> Result<Option<String>, Problem> {
        let direct = self.look_up(variable, variable);
        if !SECRETS.contains(&variable) {
            return Ok(direct);
        }
        let file_variable = format!("{variable}_FILE");
        let Some(path) = self.look_up(variable, &file_variable) else { return Ok(direct) };
        if direct.is_some() {
            let remedy = "Set one of the two; an empty value counts as not set.";
            return Err(Problem::new(format!("is set, and so is {file_variable}"), remedy));
        }
        let content = sources::secret_file(&file_variable, &unquoted(path)?)?;
        self.sources.insert(variable, Source::File(file_variable));
        Ok(Some(content.trim().to_owned()))
    }

    /// The value of `name`, trimmed, whose source is that of `variable`; empty counts as not set.
    fn look_up(&mut self, variable: &'static str, name: &str) -> Option<String> {
        let Found { text, source } = (self.variables)(name)?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        self.sources.extend(source.map(|source| (variable, source)));
        Some(text.to_owned())
    }
}

/// Refuses a value that is wrapped in quotes.
fn unquoted(value: String) -> Result<String, Problem> {
    let wrapped = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    if wrapped('"') || wrapped('\'') {
        let remedy =
            "Take them away: only a line of .env may have its value in quotes, and in one pair of them.";
        return Err(Problem::new("has its value in quotes", remedy));
    }
    Ok(value)
}

/// Whether a value is a placeholder from an example.
fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let fills_in = ["changeme", "change-me", "change_me", "todo", "xxx"].contains(&value.as_str());
    let begins = value.starts_with("your_") || value.starts_with("your-");
    let host = value.contains("//your-") || value.contains("//your_");
    fills_in || begins || host || (value.starts_with('<') && value.ends_with('>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_value_counts_as_unset() {
        let blank = |_: &str| Some(Found { text: "  ".to_owned(), source: None });
        let mut reader = Reader::new(&blank);
        assert!(matches!(reader.optional("ANY"), Ok(None)));
        assert!(reader.has_no_faults());
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
    fn wrapped_value_is_refused_and_inner_quotes_kept() {
        for wrapped in ["\"x\"", "'x'", "\"\"", "'it's'"] {
            assert!(unquoted(wrapped.to_owned()).is_err(), "{wrapped}");
        }
        for plain in ["it's", "\"", "'x\"", "5\" screen", "x"] {
            assert_eq!(unquoted(plain.to_owned()).unwrap(), plain);
        }
    }
}
