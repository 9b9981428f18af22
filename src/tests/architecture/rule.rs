//! A rule, and the files that it is tested against.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::source::Source;

/// A rule: returns the offsets of its offences in one file.
pub(super) struct Rule(pub(super) fn(&Source) -> Vec<usize>);

impl Rule {
    pub(super) fn catches(self, path: &str, code: &str) -> Self {
        assert!(!(self.0)(&Source::new(path, code)).is_empty(), "the rule misses {code:?} in {path}");
        self
    }

    pub(super) fn allows(self, path: &str, code: &str) -> Self {
        assert!((self.0)(&Source::new(path, code)).is_empty(), "the rule refuses {code:?} in {path}");
        self
    }

    pub(super) fn holds(self) {
        let places =
            |source: &Source| (self.0)(source).into_iter().map(|at| source.place(at)).collect::<Vec<_>>();
        let offences: Vec<String> = sources().iter().flat_map(places).collect();
        assert!(offences.is_empty(), "offences against the rule:\n{}", offences.join("\n"));
    }
}

/// Every source of the app, without the tests and the code of other crates.
pub(super) fn sources() -> Vec<Source> {
    let apart = ["tests/", "chaos/", "simulator/", "simulator.rs"];
    let is_test = |path: &str| apart.iter().any(|part| path.starts_with(part)) || path.ends_with("tests.rs");
    let programs = files().into_iter().filter(|path| !is_test(path));
    programs.map(|path| Source::new(&path, &read(&path))).collect()
}

/// Every Rust file, as a path under `src/`.
pub(super) fn files() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in
            fs::read_dir(folder).expect("src/ can be listed").map(|entry| entry.expect("an entry").path())
        {
            if entry.is_dir() { walk(&entry, found) } else { found.push(entry) }
        }
    }
    let (root, mut found) = (root().join("src"), Vec::new());
    walk(&root, &mut found);
    let relative = |path: &PathBuf| path.strip_prefix(&root).ok()?.to_str().map(str::to_owned);
    let mut files: Vec<_> = found
        .iter()
        .filter_map(relative)
        .filter(|path| Path::new(path).extension().is_some_and(|ending| ending == "rs"))
        .collect();
    files.sort();
    assert!(files.len() > 30, "most of src/ is missing: {files:?}");
    files
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join("src").join(path)).expect("a source can be read")
}
