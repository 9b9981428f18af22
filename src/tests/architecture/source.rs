//! A source file, lexed as far as the architecture rules need it.

use std::ops::Range;

/// One file: its path under `src/`, its code with strings blanked, and its code with strings kept.
/// Both keep every byte in its place.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) code: String,
    pub(super) text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Comment,
    Literal,
    Code,
}

impl Source {
    pub(super) fn new(path: &str, source: &str) -> Self {
        let (mut code, mut text) = (source.as_bytes().to_vec(), source.as_bytes().to_vec());
        let mut at = 0;
        while at < source.len() {
            let (length, kind) = lexeme(&source[at..]);
            if kind != Kind::Code {
                blank(&mut code, at..at + length);
            }
            if kind == Kind::Comment {
                blank(&mut text, at..at + length);
            }
            at += length;
        }
        let utf8 = |bytes: Vec<u8>| String::from_utf8(bytes).expect("only whole lexemes are blanked");
        let mut code = utf8(code);
        while let Some(module) = test_module(&code) {
            let mut bytes = code.into_bytes();
            blank(&mut bytes, module.clone());
            blank(&mut text, module);
            code = utf8(bytes);
        }
        Self { path: path.to_owned(), code, text: utf8(text) }
    }

    pub(super) fn is_in(&self, modules: &[&str]) -> bool {
        let holds =
            |module: &&str| self.path.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '/']));
        modules.iter().any(holds)
    }

    pub(super) fn place(&self, at: usize) -> String {
        format!("src/{}:{}", self.path, self.code[..at].lines().count().max(1))
    }

    /// Where `word` stands in code as a word of its own.
    pub(super) fn words(&self, word: &str) -> Vec<usize> {
        let starts = self.code.match_indices(word).map(|(at, _)| at);
        starts.filter(|at| is_word(&self.code, *at..at + word.len())).collect()
    }

    /// Where `word` stands in a string as a word of its own.
    pub(super) fn quoted(&self, word: &str) -> Vec<usize> {
        let starts = self.text.match_indices(word).map(|(at, _)| at);
        let in_string = |at: &usize| self.code.as_bytes()[*at] == b' ';
        starts.filter(|at| is_word(&self.text, *at..at + word.len())).filter(in_string).collect()
    }

    /// Every path that the code names: `use` trees unfolded, `self` and `super` resolved.
    fn paths(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.code.len() {
            let starts_word = self.code[at..].starts_with(|c: char| c.is_alphabetic() || c == '_');
            at = if starts_word { unfold(&self.code, at, "", &mut found) } else { at + 1 };
        }
        let full = |(at, path): (usize, String)| (at, resolve(&self.module(), &path));
        found.into_iter().filter(|(_, path)| path.contains("::")).map(full).collect()
    }

    /// Every path that the code names, each with whether it is in a re-export.
    pub(super) fn named_paths(&self) -> Vec<(bool, String)> {
        let re_exports = self.re_exports();
        let is_re_export = |at: usize| re_exports.iter().any(|statement| statement.contains(&at));
        let named =
            |(at, path): (usize, String)| (is_re_export(at), path.trim_end_matches("::self").to_owned());
        self.paths().into_iter().map(named).collect()
    }

    /// Whether the code uses a name that it also re-exports.
    pub(super) fn uses_re_exported(&self, name: &str) -> bool {
        let re_exports = self.re_exports();
        self.words(name).iter().any(|at| !re_exports.iter().any(|statement| statement.contains(at)))
    }

    /// The statements that re-export: `pub use …;`, `pub(super) use …;`.
    fn re_exports(&self) -> Vec<Range<usize>> {
        let uses = self.words("use").into_iter();
        let is_public = |at: &usize| {
            let before = self.code[..*at].trim_end();
            before.ends_with("pub")
                || before.ends_with(')')
                    && before.rfind("pub(").is_some_and(|open| !before[open..].contains(['{', ';', '}']))
        };
        let end = |at: usize| self.code[at..].find(';').map_or(self.code.len(), |length| at + length);
        uses.filter(is_public).map(|at| at..end(at)).collect()
    }

    /// `crate::server::store` for `server/store.rs`.
    pub(super) fn module(&self) -> String {
        let name = self.path.trim_end_matches(".rs").replace('/', "::");
        if matches!(name.as_str(), "lib" | "main") { "crate".to_owned() } else { format!("crate::{name}") }
    }

    pub(super) fn at_paths(&self, forbidden: impl Fn(&str) -> bool) -> Vec<usize> {
        self.paths().into_iter().filter(|(_, path)| forbidden(path)).map(|(at, _)| at).collect()
    }
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_word(text: &str, range: Range<usize>) -> bool {
    let word = &text[range.clone()];
    let joins_before = word.starts_with(is_identifier) && text[..range.start].ends_with(is_identifier);
    let joins_after = word.ends_with(is_identifier) && text[range.end..].starts_with(is_identifier);
    !joins_before && !joins_after
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    bytes[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// The length and kind of the lexeme that `rest` begins with.
fn lexeme(rest: &str) -> (usize, Kind) {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let raw = rest.trim_start_matches(['b', 'c']).strip_prefix('r').unwrap_or("");
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    if rest.starts_with("//") {
        (rest.find('\n').unwrap_or(rest.len()), Kind::Comment)
    } else if rest.starts_with("/*") {
        (block_comment(rest), Kind::Comment)
    } else if raw[hashes..].starts_with('"') {
        let opening = rest.len() - raw.len() + hashes + 1;
        let closing = format!("\"{}", "#".repeat(hashes));
        let length = rest[opening..].find(&closing).map_or(rest.len(), |at| opening + at + closing.len());
        (length, Kind::Literal)
    } else if rest.starts_with('"') {
        (quoted_length(rest, '"'), Kind::Literal)
    } else if rest.starts_with("'\\") || rest.starts_with('\'') && rest.chars().nth(2) == Some('\'') {
        (quoted_length(rest, '\''), Kind::Literal)
    } else {
        (rest.find(|c| !is_identifier(c)).filter(|length| *length > 0).unwrap_or(first), Kind::Code)
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, _) in rest.char_indices() {
        depth += usize::from(rest[at..].starts_with("/*"));
        if rest[at..].starts_with("*/") {
            depth -= 1;
            if depth == 0 {
                return at + 2;
            }
        }
    }
    rest.len()
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

/// The next item that only tests build.
fn test_module(code: &str) -> Option<Range<usize>> {
    let start = code.find("#[cfg(test)]")?;
    let body = start + code[start..].find(['{', ';'])?;
    Some(start..body + matching(&code[body..]))
}

/// The length of a block in braces; 1 where none begins.
pub(super) fn matching(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        depth += usize::from(c == '{');
        depth = depth.saturating_sub(usize::from(c == '}'));
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Reads one path, or one tree of paths in braces, at `at`; returns its end.
fn unfold(code: &str, at: usize, prefix: &str, found: &mut Vec<(usize, String)>) -> usize {
    let mut end = at;
    while let Some(c) = code[end..].chars().next().filter(|c| is_identifier(*c) || *c == ':' || *c == '*') {
        end += c.len_utf8();
    }
    let path = format!("{prefix}{}", &code[at..end]);
    if !(path.ends_with("::") && code[end..].starts_with('{')) {
        found.push((at, path.trim_end_matches(':').to_owned()));
        return end.max(at + 1);
    }
    end += 1;
    while end < code.len() && !code[end..].starts_with('}') {
        let is_item = code[end..].starts_with(is_identifier) || code[end..].starts_with('*');
        end = if is_item { unfold(code, end, &path, found) } else { end + 1 };
    }
    end + 1
}

fn resolve(module: &str, path: &str) -> String {
    if let Some(rest) = path.strip_prefix("creator_connect::") {
        return format!("crate::{rest}");
    }
    let (mut base, mut rest) = (module.to_owned(), path);
    let relative = path.starts_with("self::") || path.starts_with("super::");
    rest = rest.strip_prefix("self::").unwrap_or(rest);
    while let Some(inner) = rest.strip_prefix("super::") {
        base.truncate(base.rfind("::").unwrap_or(base.len()));
        rest = inner;
    }
    if relative { format!("{base}::{rest}") } else { rest.to_owned() }
}

/// Whether `path` is one of `roots`, or under one.
pub(super) fn under(path: &str, roots: &[&str]) -> bool {
    let is_under =
        |root: &&str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    roots.iter().any(is_under)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, code: &str) -> Vec<String> {
        Source::new(path, code).paths().into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn a_tree_of_imports_is_unfolded() {
        let code = "use std::{fmt, fs::{self, File}, io::*};\nuse a::b;";
        let expected = ["std::fmt", "std::fs::self", "std::fs::File", "std::io::*", "a::b"];
        assert_eq!(paths("a.rs", code), expected);
    }

    #[test]
    fn relative_paths_are_resolved() {
        let code = "super::vault::seal(); self::inner::x; creator_connect::domain::Locale";
        let expected =
            ["crate::server::vault::seal", "crate::server::store::inner::x", "crate::domain::Locale"];
        assert_eq!(paths("server/store.rs", code), expected);
    }

    #[test]
    fn comments_and_strings_are_no_code() {
        let code = r##"a /* b /* c */ "d */ 'e' "f\" // g" r#"h " i"# // j
            'k 'l' b"m" n"##;
        let source = Source::new("a.rs", code);
        assert_eq!(source.code.split_whitespace().collect::<Vec<_>>(), ["a", "'k", "b", "n"]);
        assert!(source.text.contains("// g") && !source.text.contains('j') && !source.text.contains('c'));
    }

    #[test]
    fn test_modules_are_left_out_and_the_rest_is_not() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { \"}\" } }\n#[cfg(test)] mod c;\nfn d() {}";
        let source = Source::new("a.rs", code);
        assert!(source.words("b").is_empty() && source.words("c").is_empty());
        assert_eq!(source.words("d").len(), 1);
        assert_eq!(source.place(source.words("d")[0]), "src/a.rs:5");
    }

    #[test]
    fn a_word_is_a_whole_word() {
        let source = Source::new("a.rs", "todo(); my_todo(); \"todo\"");
        assert_eq!((source.words("todo").len(), source.quoted("todo").len()), (1, 1));
    }
}
