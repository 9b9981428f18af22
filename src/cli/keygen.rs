//! The `keygen` command: generates an encryption key.

use std::io::{self, Write as _};

use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use creator_connect::server::{
    clock::{Clock, SystemClock, rfc3339},
    entropy::{self, Entropy, SystemEntropy},
};

/// Print a new encryption key, as the line `ENCRYPTION_KEYS=…` of the settings
#[derive(Args)]
pub(crate) struct Keygen {
    /// The key's name, 1 to 32 of a-z, 0-9 and -; default: k and today's date
    #[arg(long, value_parser = id)]
    id: Option<String>,
}

impl Keygen {
    /// Prints one line and nothing else, so that the output can be piped.
    pub(crate) fn run(self) -> Result<()> {
        Ok(writeln!(
            io::stdout(),
            "ENCRYPTION_KEYS={}",
            generate_entry(self.id, &SystemClock, &SystemEntropy)
        )?)
    }
}

/// A new entry for `ENCRYPTION_KEYS`.
pub(super) fn generate_entry(id: Option<String>, clock: &dyn Clock, entropy: &dyn Entropy) -> String {
    let id = id.unwrap_or_else(|| default_id(clock));
    format!("{id}:{}", STANDARD.encode(entropy::random::<32>(entropy)))
}

/// The default key id, from the date: `k20270102`.
fn default_id(clock: &dyn Clock) -> String {
    let date: String = rfc3339(clock.now()).chars().take(10).filter(char::is_ascii_digit).collect();
    format!("k{date}")
}

fn id(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let shaped = (1..=32).contains(&text.len()) && text.chars().all(allowed);
    shaped.then(|| text.to_owned()).ok_or("use 1 to 32 of a-z, 0-9 and -")
}

#[cfg(test)]
mod tests {
    use creator_connect::{domain::Timestamp, server::clock::ManualClock};

    use super::*;

    #[test]
    fn key_line_has_date_and_32_bytes() {
        let line = generate_entry(None, &ManualClock::new(Timestamp(1_798_858_800)), &SystemEntropy);
        let key = line.strip_prefix("k20270102:").unwrap();
        assert_eq!(STANDARD.decode(key).unwrap().len(), 32);
    }

    #[test]
    fn key_id_is_validated() {
        assert!(id("k-2").is_ok());
        for bad in ["", "K1", "k_1", &"k".repeat(33)] {
            assert!(id(bad).is_err(), "{bad}");
        }
    }
}
