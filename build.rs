//! Generates the pseudo-locale, which tests the layout: the English texts with accents, longer by two fifths and in
//! brackets, so that a text that is cut off or is in no table can be seen.
//!
//! It is generated from the source of the English texts, because a language is code: a new text is part of it from its
//! first build.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script reads its environment and prints instructions for cargo"
)]

use std::{env, fs, io, iter::Peekable, path::Path, str::Chars};

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use syn::{
    Attribute, LitStr, Macro, Pat,
    visit_mut::{self, VisitMut},
};

const ENGLISH: &str = "src/app/i18n/en.rs";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ENGLISH}");
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let mut file = syn::parse_file(&fs::read_to_string(ENGLISH)?).map_err(io::Error::other)?;
    // The file is included into a module, which takes no inner attributes.
    file.attrs.clear();
    PseudoLocale.visit_file_mut(&mut file);
    fs::write(Path::new(&folder).join("pseudo.rs"), prettyplease::unparse(&file))
}

/// Turns the source of the English texts into that of the pseudo-locale.
struct PseudoLocale;

impl VisitMut for PseudoLocale {
    /// A string in a pattern is compared with, and no text.
    fn visit_pat_mut(&mut self, _: &mut Pat) {}

    /// A doc comment is no text either.
    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}

    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        *literal = LitStr::new(&lengthened(&literal.value()), literal.span());
    }

    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        *ident = renamed(ident);
    }

    /// The arguments of `format!` are tokens to the parser.
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        visit_mut::visit_path_mut(self, &mut call.path);
        call.tokens = in_tokens(call.tokens.clone());
    }
}

fn in_tokens(tokens: TokenStream) -> TokenStream {
    tokens.into_iter().map(in_token).collect()
}

fn in_token(token: TokenTree) -> TokenTree {
    match token {
        TokenTree::Group(group) => Group::new(group.delimiter(), in_tokens(group.stream())).into(),
        TokenTree::Ident(ident) => renamed(&ident).into(),
        TokenTree::Literal(literal) => match syn::parse_str::<LitStr>(&literal.to_string()) {
            Ok(text) => Literal::string(&lengthened(&text.value())).into(),
            Err(_) => literal.into(),
        },
        TokenTree::Punct(punct) => punct.into(),
    }
}

/// The pseudo-locale's name for what names the English one.
fn renamed(ident: &Ident) -> Ident {
    match ident.to_string().as_str() {
        "EN" => Ident::new("PSEUDO", ident.span()),
        "En" => Ident::new("Pseudo", ident.span()),
        _ => ident.clone(),
    }
}

/// A text in brackets, with accents on its letters and its vowels doubled; white space stays at its ends.
fn lengthened(text: &str) -> String {
    let inner = text.trim();
    if !inner.chars().any(char::is_alphabetic) {
        return text.to_owned();
    }
    let (before, after) = text.split_once(inner).unwrap_or_default();
    let mut out = format!("{before}[");
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '{' {
            copy_placeholder(&mut letters, &mut out);
        } else {
            out.push_str(&accented(letter));
        }
    }
    out + "]" + after
}

/// Copies the placeholder of a format string, whose opening brace was read.
fn copy_placeholder(letters: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('{');
    for letter in letters.by_ref() {
        out.push(letter);
        if letter == '}' {
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
