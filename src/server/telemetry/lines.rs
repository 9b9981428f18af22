//! Makes every log line safe to read: of limited length, and without characters that deceive a terminal or a reader.
//!
//! A value from outside may be of any length and may hold control characters or marks that reorder text
//! (<https://trojansource.codes>). Lines are made safe where they are written, so that no call has to think of it.

use std::{borrow::Cow, fmt::Write as _, io};

use serde_json::{Map, Value};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::config::ConsoleFormat as Format;

/// Limit of a line in bytes.
pub(super) const MAX_LINE_BYTES: usize = 4096;
/// Limit of a text in a JSON line that is over [`MAX_LINE_BYTES`].
const MAX_TEXT_CHARS: usize = 256;

/// A writer of log lines in one format.
pub(super) struct Lines<W> {
    pub(super) format: Format,
    pub(super) writer: W,
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Lines<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { format: self.format, writer: self.writer.make_writer() }
    }
}

/// The writer of one line: the subscriber writes each line with a single call.
pub(super) struct Line<W> {
    format: Format,
    writer: W,
}

impl<W: io::Write> io::Write for Line<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if is_safe(line) {
            self.writer.write_all(line)?;
            return Ok(line.len());
        }
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches('\n');
        let safe = match self.format {
            Format::Text => safe_text(text),
            Format::Json => safe_json(text),
        };
        self.writer.write_all(format!("{safe}\n").as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Whether a line is short and of printable ASCII, and so needs neither an escape nor a cut. Most are.
fn is_safe(line: &[u8]) -> bool {
    let text = line.strip_suffix(b"\n").unwrap_or_default();
    !text.is_empty() && line.len() <= MAX_LINE_BYTES && text.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// Escapes, then cuts. ESC stays: of the subscriber's own colours alone, which escapes it in values.
fn safe_text(line: &str) -> String {
    let is_unsafe = |c: char| c != '\u{1b}' && c != '\t' && c.is_control() || is_deceptive(c);
    let escaped = escape(line, is_unsafe, |c, out| out.extend(c.escape_default()));
    match cut(&escaped, MAX_LINE_BYTES) {
        None => escaped.into_owned(),
        Some(head) => format!("{head}… [cut: {} bytes]", line.len()),
    }
}

/// Escapes; JSON has escaped the other control characters already. A line that is too long loses the ends of its texts
/// and, if that is not enough, all but its head.
fn safe_json(line: &str) -> String {
    let escaped = escape_json(line);
    if escaped.len() <= MAX_LINE_BYTES {
        return escaped.into_owned();
    }
    let mut value: Value = serde_json::from_str(line).unwrap_or_default();
    shorten(&mut value);
    let shortened = value.to_string();
    let escaped = escape_json(&shortened);
    if escaped.len() <= MAX_LINE_BYTES { escaped.into_owned() } else { head(value, line.len()) }
}

/// Only texts of JSON can hold these characters; all of them are in the basic plane.
fn escape_json(line: &str) -> Cow<'_, str> {
    escape(line, is_deceptive, |c, out| {
        // Writing to a text cannot fail.
        write!(out, "\\u{:04x}", u32::from(c)).unwrap_or_default();
    })
}

/// The line's time, level, target and message alone.
fn head(value: Value, bytes: usize) -> String {
    let Value::Object(fields) = value else { return format!("{{\"cut\":{bytes}}}") };
    let kept = ["timestamp", "level", "target", "message"];
    let mut head: Map<_, _> = fields.into_iter().filter(|(name, _)| kept.contains(&name.as_str())).collect();
    head.insert("cut".to_owned(), bytes.into());
    let is_unsafe = |c: char| !c.is_ascii() || is_deceptive(c);
    escape(&Value::Object(head).to_string(), is_unsafe, |_, out| out.push('?')).into_owned()
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            let chars = text.chars().count();
            if chars > MAX_TEXT_CHARS {
                let head: String = text.chars().take(MAX_TEXT_CHARS).collect();
                *text = format!("{head}… [cut: {chars} characters]");
            }
        }
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text up to a limit, without half a character; `None` if it is not over it.
fn cut(text: &str, bytes: usize) -> Option<&str> {
    if text.len() <= bytes { None } else { text.get(..text.floor_char_boundary(bytes)) }
}

/// C1 controls, DEL, line and paragraph separators, and the marks that change the direction of text.
const fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}')
}

fn escape(text: &str, is_unsafe: impl Fn(char) -> bool, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.contains(&is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) { write(c, &mut escaped) } else { escaped.push(c) }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECEPTIVE: &str = "a\u{9b}31m\u{202e}b\u{2066}c\u{2028}d\u{200f}\u{85}";

    #[test]
    fn text_line_escapes_breaks_controls_and_direction_marks() {
        let line = safe_text(&format!("WARN {DECEPTIVE}\nforged line\r\tend"));
        assert!(line.is_ascii() && !line.contains(['\n', '\r']), "{line}");
        assert!(line.contains("\\u{202e}") && line.contains("\\nforged line\\r\tend"), "{line}");
        assert_eq!(safe_text("\u{1b}[32mINFO\u{1b}[0m é ok"), "\u{1b}[32mINFO\u{1b}[0m é ok");
    }

    #[test]
    fn json_line_escapes_marks_and_keeps_its_value() {
        let value = serde_json::json!({ "message": DECEPTIVE });
        let line = safe_json(&value.to_string());
        assert!(line.is_ascii(), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }

    #[test]
    fn long_text_line_is_cut_with_mark() {
        let line = safe_text(&"é".repeat(1_000_000));
        assert!(line.len() < MAX_LINE_BYTES + 64, "{}", line.len());
        assert!(line.ends_with("… [cut: 2000000 bytes]"), "{line}");
    }

    /// One long value, many values, and long names: each line stays JSON and keeps its message.
    #[test]
    fn long_json_line_stays_json_and_bounded() {
        let many: Vec<String> = (0..10_000).map(|number| number.to_string()).collect();
        for long in [
            serde_json::json!({ "level": "WARN", "message": "refused", "site": "\u{202e}".repeat(1_000_000) }),
            serde_json::json!({ "level": "WARN", "message": "refused", "headers": many }),
            serde_json::json!({ "level": "WARN", "message": "refused", "x".repeat(100_000): 1 }),
        ] {
            let line = safe_json(&long.to_string());
            assert!(line.len() <= MAX_LINE_BYTES, "{}", line.len());
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!((&value["level"], &value["message"]), (&"WARN".into(), &"refused".into()));
            assert!(line.contains("cut"), "{line}");
        }
    }

    #[test]
    fn long_message_is_cut_in_any_script() {
        for letter in ["a", "é", "\u{7f}", "\u{202e}", "字", "😀"] {
            let line = safe_json(&serde_json::json!({ "message": letter.repeat(100_000) }).to_string());
            assert!(line.len() <= MAX_LINE_BYTES, "{letter}: {}", line.len());
            assert!(serde_json::from_str::<Value>(&line).unwrap()["message"].is_string());
        }
    }
}
