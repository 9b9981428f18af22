//! The `.env` that `init` writes: the example with its values filled in.

use anyhow::{Result, bail};

use crate::cli::env::EXAMPLE;

/// The example, with each `value` in place of its placeholder. Settings without one stay commented out.
pub(super) fn render<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Result<String> {
    let mut file = String::new();
    for line in EXAMPLE.lines() {
        file.push_str(&render_line(line, &value)?);
        file.push('\n');
    }
    Ok(file)
}

fn render_line<'a>(line: &str, value: impl Fn(&str) -> Option<&'a str>) -> Result<String> {
    let Some((name, _)) = line.trim_start_matches("# ").split_once('=') else { return Ok(line.to_owned()) };
    match value(name) {
        Some(value) => Ok(format!("{name}={}", quoted(name, value)?)),
        None if line.starts_with('#') => Ok(line.to_owned()),
        None => Ok(format!("# {name}=")),
    }
}

/// The value as the file's syntax wants it.
fn quoted(name: &str, value: &str) -> Result<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/._-,+=@%~".contains(&byte);
    match value {
        _ if value.bytes().all(is_plain) => Ok(value.to_owned()),
        _ if value.contains(['\'', '\n']) => {
            bail!("{name} has a quote or a line break, which .env cannot hold")
        }
        _ => Ok(format!("'{value}'")),
    }
}

#[cfg(test)]
mod tests {
    use creator_connect::server::config;

    use super::*;

    #[test]
    fn values_are_read_as_they_were_given() {
        for value in ["awx7", "https://studio.example/webhook", "a b#c$d\"e", "k1:BwcH+/=="] {
            let content = format!("NAME={}\n", quoted("NAME", value).unwrap());
            let read = config::dotenv(Ok(content)).variables;
            assert_eq!(read.get("NAME").map(String::as_str), Some(value));
        }
        assert!(quoted("NAME", "it's").is_err());
    }
}
