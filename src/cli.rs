//! The commands, one a file, and what they share.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "these are for the person at the console")]

pub(crate) mod cert;
pub(crate) mod check_config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod help;
pub(crate) mod journal;
pub(crate) mod keygen;
mod listen;
pub(crate) mod rekey;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod simulate;
mod stop;

/// Tells the person at the console why it did not work, with the causes.
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("{}", told(error));
}

/// The error's sentence, and each cause that the sentences before it do not contain.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        _ if told.contains(&cause) => told,
        _ => format!("{told}\n  because: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cause_is_told_twice() {
        let error = anyhow::anyhow!("disk full").context("cannot write a.log: disk full").context("no logs");
        assert_eq!(told(&error), "no logs\n  because: cannot write a.log: disk full");
    }
}
