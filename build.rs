//! Writes the texts of the pseudo-locale, which tries the layout: the English ones with accents, longer by
//! two fifths and in brackets, so that a text that is cut off or stands in no table shows at a glance.
//!
//! They are made from the source, because a language is code: a new English text is in disguise from its first build.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script is told where to write, and speaks to cargo, in this way"
)]

use std::{env, fs, io, iter::Peekable, path::Path, str::Chars};

const ENGLISH: &str = "src/app/i18n/en.rs";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ENGLISH}");
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let source = fs::read_to_string(ENGLISH)?;
    fs::write(Path::new(&folder).join("pseudo.rs"), disguised(&source))
}

/// The source of a language under another name, with every text of it in disguise.
fn disguised(source: &str) -> String {
    let renamed = source.replace("Locale::En", "Locale::Pseudo").replace("static EN:", "static PSEUDO:");
    let code: Vec<&str> = renamed.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut parts = code.split('"');
    let mut out = parts.next().unwrap_or_default().to_owned();
    // A text with a quotation mark in it would shift the rest: the texts use typographic ones.
    while let (Some(text), Some(after)) = (parts.next(), parts.next()) {
        let text = if is_pattern(after) { text.to_owned() } else { stretched(text) };
        out.extend(["\"", &text, "\"", after]);
    }
    out
}

/// Whether a literal is compared with: what follows is an arrow or another alternative.
fn is_pattern(after: &str) -> bool {
    let after = after.trim_start();
    after.starts_with("=>") || after.starts_with('|')
}

/// A text in brackets, with accents on its letters and its vowels twice; white space stays at its ends.
fn stretched(text: &str) -> String {
    let inner = text.trim();
    if !inner.chars().any(char::is_alphabetic) {
        return text.to_owned();
    }
    let (before, after) = text.split_once(inner).unwrap_or_default();
    let mut out = format!("{before}[");
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' => take_until('}', letter, &mut letters, &mut out),
            '\\' if letters.peek() == Some(&'u') => take_until('}', letter, &mut letters, &mut out),
            '\\' => out.extend([Some(letter), letters.next()].into_iter().flatten()),
            _ => out.push_str(&accented(letter)),
        }
    }
    out + "]" + after
}

/// Copies a placeholder or an escape as it stands.
fn take_until(end: char, first: char, letters: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push(first);
    for letter in letters.by_ref() {
        out.push(letter);
        if letter == end {
            return;
        }
    }
}

fn accented(letter: char) -> String {
    const PLAIN: &str = "aeiouyAEIOUYcdglnrstzCDGLNRSTZ";
    const MARKED: &str = "åéîöûýÅÉÎÖÛÝçđĝļñŕšţžÇĐĜĻÑŔŠŢŽ";
    let at = PLAIN.chars().position(|plain| plain == letter);
    let marked = at.and_then(|at| MARKED.chars().nth(at)).unwrap_or(letter);
    let again = if at.is_some_and(|at| at < 12) { marked.to_lowercase().to_string() } else { String::new() };
    format!("{marked}{again}")
}
