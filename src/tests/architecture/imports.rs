//! The graph of imports between files, and the circles in it.
//!
//! A file imports another when its code names a path that leads into it. A module that only re-exports what
//! a child defines (`mod x; pub use self::x::Y;`) does not import that child: a file that names `Y` through
//! the module imports the child, where `Y` is defined. Everything else counts, between parent and child too.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;

/// The imports of some files, each a path under `src/`.
pub(super) struct Imports<'a> {
    sources: &'a [Source],
    /// The file of each module.
    files: BTreeMap<String, &'a str>,
    /// The full path behind each re-exported one.
    re_exports: BTreeMap<String, String>,
}

impl<'a> Imports<'a> {
    pub(super) fn new(sources: &'a [Source]) -> Self {
        // The binary's root has the same path as the library's, and nothing imports it.
        let modules = sources.iter().filter(|source| source.path != "main.rs");
        let files = modules.map(|source| (source.module(), source.path.as_str())).collect();
        let mut imports = Self { sources, files, re_exports: BTreeMap::new() };
        for source in sources {
            let named = imports.absolute_paths(source).into_iter().filter(|(is_re_export, _)| *is_re_export);
            let entries = named.map(|(_, path)| (format!("{}::{}", source.module(), last(&path)), path));
            imports.re_exports.extend(entries);
        }
        imports
    }

    /// Every circle of files that import each other, as its shortest path from the first file back to it.
    pub(super) fn circles(&self) -> Vec<Vec<&'a str>> {
        let graph = self.graph();
        let mut circles = Vec::<Vec<&str>>::new();
        for file in graph.keys() {
            let is_known = circles.iter().flatten().any(|known| known == file);
            if let Some(circle) = circle(&graph, file).filter(|_| !is_known) {
                circles.push(circle);
            }
        }
        circles
    }

    fn graph(&self) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let imports = |source: &'a Source| (source.path.as_str(), self.imported_by(source));
        self.sources.iter().map(imports).collect()
    }

    fn imported_by(&self, source: &Source) -> BTreeSet<&'a str> {
        let own = format!("{}::", source.module());
        let paths = self.absolute_paths(source).into_iter();
        let imported = paths.filter(|(is_re_export, path)| {
            !(*is_re_export && path.starts_with(&own)) || source.uses_re_exported(last(path))
        });
        imported.filter_map(|(_, path)| self.file(&path)).filter(|file| *file != source.path).collect()
    }

    /// The paths that a file names, those that begin with a child or an imported module in full.
    fn absolute_paths(&self, source: &Source) -> Vec<(bool, String)> {
        let named = source.named_paths();
        let modules = self.local_modules(source, &named);
        let leads_on = |path: &str| modules.get(last(path)).is_some_and(|module| module == path);
        let is_used = |name: &str| {
            named.iter().any(|(_, path)| path.split_once("::").is_some_and(|(first, _)| first == name))
        };
        let absolute = |path: &str| {
            let (first, rest) = path.split_once("::")?;
            modules.get(first).map(|module| format!("{module}::{rest}"))
        };
        // The use of an imported module says which of its files is meant.
        let paths = named.iter().filter(|(_, path)| !(leads_on(path) && is_used(last(path))));
        paths
            .map(|(is_re_export, path)| (*is_re_export, absolute(path).unwrap_or_else(|| path.clone())))
            .collect()
    }

    /// The modules that a file names without their full path: its children, and those that it imports.
    fn local_modules(&self, source: &Source, named: &[(bool, String)]) -> BTreeMap<String, String> {
        let own = format!("{}::", source.module());
        let is_child = |path: &&String| path.strip_prefix(&own).is_some_and(|name| !name.contains("::"));
        let imported = named.iter().map(|(_, path)| path).filter(|path| self.files.contains_key(*path));
        let modules = self.files.keys().filter(is_child).chain(imported);
        modules.map(|path| (last(path).to_owned(), path.clone())).collect()
    }

    /// The file in which the item at `path` is defined.
    fn file(&self, path: &str) -> Option<&'a str> {
        let mut module = path;
        loop {
            let file = self.files.get(module).copied();
            // A module and a re-exported function may have the same name.
            let is_item = module == path || file.is_none();
            if let Some(defined) = self.re_exports.get(module).filter(|_| is_item) {
                return self.file(&format!("{defined}{}", &path[module.len()..]));
            }
            if file.is_some() {
                return file;
            }
            module = module.rsplit_once("::")?.0;
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The shortest path from `start` back to it.
fn circle<'a>(graph: &BTreeMap<&'a str, BTreeSet<&'a str>>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut paths = vec![vec![start]];
    let mut seen = BTreeSet::new();
    while !paths.is_empty() {
        let mut longer = Vec::new();
        for path in paths {
            let end = path.last().copied().unwrap_or(start);
            for next in graph.get(end).into_iter().flatten() {
                let path = [path.as_slice(), &[next]].concat();
                if *next == start {
                    return Some(path);
                }
                if seen.insert(*next) {
                    longer.push(path);
                }
            }
        }
        paths = longer;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = files.iter().map(|(path, code)| Source::new(path, code)).collect();
        Imports::new(&sources).circles().iter().map(|circle| circle.join(" -> ")).collect()
    }

    #[test]
    fn circle_of_imports_is_found_with_its_path() {
        let files = [
            ("a.rs", "use crate::b::{self, B}; fn f() { b::g() }"),
            ("b.rs", "use super::c::C;"),
            ("c.rs", "fn f() { crate::a::f() }"),
            ("d.rs", "use super::a::A;"),
        ];
        assert_eq!(circles(&files), ["a.rs -> b.rs -> c.rs -> a.rs"]);
    }

    #[test]
    fn parent_and_child_that_use_each_other_are_a_circle() {
        let child = ("a/b.rs", "use super::A;");
        let circle = ["a.rs -> a/b.rs -> a.rs"];
        assert_eq!(circles(&[("a.rs", "mod b; use self::b::B; struct A;"), child]), circle);
        assert_eq!(circles(&[("a.rs", "mod b; fn f() { b::f() } struct A;"), child]), circle);
    }

    #[test]
    fn re_export_counts_for_the_file_that_defines_the_item() {
        let parent = ("a.rs", "mod b; mod c; pub use self::{b::B, c::C}; struct A;");
        let children = [("a/b.rs", "use super::A;"), ("a/c.rs", "use super::B;")];
        assert_eq!(circles(&[parent, children[0], children[1]]), [""; 0]);
        let used = ("a.rs", "mod b; mod c; pub use self::{b::B, c::C}; struct A(B);");
        assert_eq!(circles(&[used, children[0], children[1]]), ["a.rs -> a/b.rs -> a.rs"]);
        let back = ("a/b.rs", "use crate::a; fn f() -> a::C {}");
        assert_eq!(circles(&[parent, back, children[1]]), ["a/b.rs -> a/c.rs -> a/b.rs"]);
    }
}
