//! The commands, one per file, and how they print errors.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "commands print for the operator at the console"
)]

pub(crate) mod audit;
pub(crate) mod cert;
pub(crate) mod check_config;
pub(crate) mod demo;
pub(crate) mod doctor;
mod duration;
pub(crate) mod env;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod help;
pub(crate) mod init;
pub(crate) mod journal;
pub(crate) mod keygen;
pub(crate) mod keys;
mod listen;
pub(crate) mod proxy_routes;
pub(crate) mod rekey;
pub(crate) mod schema;
pub(crate) mod serve;
mod signals;
pub(crate) mod simulate;

/// Prints an error with its causes to stderr.
pub(crate) fn print_error(error: &anyhow::Error) {
    eprintln!("{}", render_chain(error));
}

/// The error message, and each cause that the messages before it do not contain.
fn render_chain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |text, cause| match text.as_str() {
        "" => cause,
        _ if text.contains(&cause) => text,
        _ => format!("{text}\n  because: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_causes_are_printed_once() {
        let error = anyhow::anyhow!("disk full").context("cannot write a.log: disk full").context("no logs");
        assert_eq!(render_chain(&error), "no logs\n  because: cannot write a.log: disk full");
    }
}
