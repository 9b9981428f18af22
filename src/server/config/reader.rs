//! Reading variables one by one while noting every fault instead of stopping at the first.

use super::{Fault, Faults, Problem};

/// Reads variables by name and keeps the faults it meets.
///
/// Every method that gives `None` for a value that should be there has noted a fault.
pub(super) struct Reader<'a> {
    variables: &'a dyn Fn(&str) -> Option<String>,
    faults: Faults,
}

impl<'a> Reader<'a> {
    /// A reader of `variables`, without a fault so far.
    pub(super) fn new(variables: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variables, faults: Faults::default() }
    }

    /// The value without white space around it; empty counts as not set.
    pub(super) fn optional(&self, variable: &'static str) -> Option<String> {
        let value = (self.variables)(variable)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// The value of a variable that must be set to something of the operator's own.
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
        self.noted(variable, parse(&value))
    }

    /// A variable that has a default, in the same form as the operator would write it.
    pub(super) fn or<T>(
        &mut self,
        variable: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.optional(variable);
        self.noted(variable, parse(value.as_deref().unwrap_or(default)))
    }

    /// Notes one fault.
    pub(super) fn fault(&mut self, variable: &'static str, problem: Problem) {
        self.faults.add(variable, problem);
    }

    /// The value of `read`, or its problem noted.
    pub(super) fn noted<T>(&mut self, variable: &'static str, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.fault(variable, problem)).ok()
    }

    /// Whether no fault was met so far.
    pub(super) const fn is_content(&self) -> bool {
        self.faults.is_empty()
    }

    /// All faults in the order of `names`, those of no name first.
    pub(super) fn into_faults(self, names: &[&str]) -> Faults {
        let Faults(mut faults) = self.faults;
        faults.sort_by_key(|fault: &Fault| names.iter().position(|name| *name == fault.variable));
        Faults(faults)
    }
}

/// Whether a value is one of those that stand in examples for "put your own here".
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
    fn an_empty_value_is_not_set() {
        let reader = Reader::new(&|_| Some("  ".to_owned()));
        assert_eq!(reader.optional("ANY"), None);
    }

    #[test]
    fn examples_are_placeholders_and_real_values_are_not() {
        for value in ["your_client_key", "<secret>", "changeme", "https://your-domain.example/webhook"] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["awx7your_k", "https://studio.example.org/webhook", "sb_secret_abc"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
