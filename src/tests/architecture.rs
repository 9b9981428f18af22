//! Architecture rules, tested against the sources: the crate's documentation names them.
//!
//! A rule sees every file under `src/` without comments and test modules. Each test first shows that its rule
//! catches an offender, so that no rule passes because it sees nothing.

mod imports;
mod layers;
mod owners;
mod rule;
mod security;
mod source;

use std::fs;

use rule::{Rule, files, read, root};
use source::Source;

/// One alone would bring the reader of JSON back into the WASM.
#[test]
fn islands_have_no_properties() {
    Rule(|source| {
        let attributes = source.code.match_indices("#[").map(|(at, _)| at);
        let has_properties = |at: &usize| {
            let (attribute, item) = source.code[*at..].split_once(']').unwrap_or_default();
            if !attribute.split(|c: char| !c.is_alphanumeric()).any(|word| word == "island") {
                return false;
            }
            let list = item.split('(').nth(1).and_then(|rest| rest.split(')').next()).unwrap_or_default();
            let list = list.trim_matches(|c: char| c == ',' || c.is_whitespace());
            !matches!(list, "" | "children: Children")
        };
        attributes.filter(has_properties).collect()
    })
    .catches("app/islands/a.rs", "#[island] pub fn A(label: String) -> impl IntoView {}")
    .catches("app/islands/a.rs", "#[leptos::island(lazy)] pub fn A(label: String) {}")
    .catches("app/islands/a.rs", "#[island] pub fn A(\n    children: Children,\n    id: u64,\n) {}")
    .allows("app/islands/a.rs", "#[island] pub fn A() -> impl IntoView { f(1) }")
    .allows("app/islands/a.rs", "#[island] pub fn A(\n    /// What is said.\n    children: Children,\n) {}")
    .holds();
}

#[test]
fn no_unfinished_code_is_left() {
    Rule(|source| {
        let words = ["todo!", "unimplemented!", "dbg!", "#[ignore"];
        words.iter().flat_map(|word| source.words(word)).collect()
    })
    .catches("app.rs", "fn f() { todo!() }")
    .catches("app.rs", "#[ignore = \"slow\"] fn f() {}")
    .allows("app.rs", "// todo!() is for later")
    .holds();
}

/// Texts are tables: one file for each language, of any length.
#[test]
fn no_file_is_over_350_lines() {
    let languages = ["en", "fr", "de", "es", "pt_br"].map(|language| format!("app/i18n/{language}.rs"));
    let is_table = |path: &str| languages.iter().any(|language| language == path);
    let long: Vec<_> =
        files().into_iter().filter(|path| !is_table(path) && read(path).lines().count() > 350).collect();
    assert!(long.is_empty(), "over 350 lines: {long:?}");
}

#[test]
fn every_file_is_a_declared_module() {
    let mut strays = Vec::new();
    let is_root = |path: &str| matches!(path, "lib.rs" | "main.rs") || path.ends_with("/main.rs");
    for path in files().iter().filter(|path| !is_root(path)) {
        let (folder, name) =
            path.trim_end_matches(".rs").rsplit_once('/').unwrap_or(("", path.trim_end_matches(".rs")));
        let parents = match folder {
            "" => vec!["lib.rs".to_owned(), "main.rs".to_owned()],
            "tests" | "chaos" => vec![format!("{folder}/main.rs")],
            _ => vec![format!("{folder}.rs")],
        };
        let declares = |parent: &String| {
            let source = fs::read_to_string(root().join("src").join(parent)).unwrap_or_default();
            source.lines().any(|line| line.trim_end().ends_with(&format!("mod {name};")))
        };
        if name == "mod" || !parents.iter().any(declares) {
            strays.push(path.clone());
        }
    }
    assert!(strays.is_empty(), "no module declares {strays:?}");
}

#[test]
fn tests_do_not_sleep() {
    let sleeps = |path: &String| !Source::new(path, &read(path)).words("sleep").is_empty();
    let sleepers: Vec<_> =
        files().into_iter().filter(|path| path.starts_with("tests/")).filter(sleeps).collect();
    assert_eq!(sleepers, [""; 0], "these sleep");
}
