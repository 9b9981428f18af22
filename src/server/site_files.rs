//! The files of the build that pages load: whether they are those that this installation names.
//!
//! A release has them within the binary. In a folder, cargo-leptos gives each file a name with a hash of its content, and lists the hashes in `hash.txt` beside the
//! binary. With the list or the folder of another build, pages name files that are not there.

use std::{
    borrow::Cow,
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use sha2::{Digest as _, Sha256};

/// The beginning of the files' names.
pub const NAME: &str = env!("CARGO_PKG_NAME");
/// The folder of the files, in the site's.
pub const FOLDER: &str = "pkg";
/// What to do about a mismatch.
pub const REMEDY: &str =
    "Copy the binary, hash.txt and the site folder of one build, or set SITE_ROOT to that folder";

/// The list of hashes beside the binary; `None` if there is none (in tests), so that names have no hash.
#[must_use]
pub fn hash_file() -> Option<PathBuf> {
    let file = env::current_exe().ok()?.with_file_name("hash.txt");
    file.exists().then_some(file)
}

/// What is wrong with the files under `site_root`, as the part of a sentence; `None` if nothing is. Those within the
/// binary are of its own build.
#[must_use]
pub fn find_mismatch(site_root: Option<&Path>) -> Option<String> {
    mismatch(&site_root?.join(FOLDER), hash_file().as_deref())
}

/// What the names of the build's files within the binary begin with: the digest of all of them makes a name as lasting
/// as its content.
#[must_use]
pub fn embedded_name() -> &'static str {
    static EMBEDDED_NAME: LazyLock<String> = LazyLock::new(|| {
        let mut digest = Sha256::new();
        for file in embedded_site::paths().iter().filter_map(|path| embedded_site::file(path)) {
            digest.update(file.digest);
        }
        format!("{NAME}.{}", hex::encode(digest.finalize().get(..12).unwrap_or_default()))
    });
    &EMBEDDED_NAME
}

/// The file within the binary that a path of the site means. One of the build's own has [`embedded_name`] in pages, and
/// the name that cargo-leptos gave it in the binary.
#[must_use]
pub fn embedded_file(path: &str) -> Option<embedded_site::File> {
    let named =
        path.strip_prefix(FOLDER).and_then(|name| name.strip_prefix('/')?.strip_prefix(embedded_name()));
    match named {
        Some(ending) => embedded_site::file(built_path(&embedded_site::paths(), ending)?),
        None => embedded_site::file(path),
    }
}

/// The path of the build's file with an ending such as `.js.br` or `_bg.wasm`: its name has a hash of its own, or none.
fn built_path<'a>(paths: &'a [Cow<'static, str>], ending: &str) -> Option<&'a str> {
    let ending = ending.trim_start_matches("_bg");
    let beginning = format!("{FOLDER}/{NAME}");
    let is_built = |path: &&Cow<'static, str>| {
        let rest = path.strip_prefix(&beginning).and_then(|rest| rest.strip_suffix(ending));
        rest.is_some_and(|hash| {
            hash.is_empty() || hash.strip_prefix('.').is_some_and(|hash| !hash.contains('.'))
        })
    };
    paths.iter().find(is_built).map(AsRef::as_ref)
}

fn mismatch(folder: &Path, hash_file: Option<&Path>) -> Option<String> {
    let shown = folder.display();
    if !folder.is_dir() {
        return Some(format!("there is no folder {shown}"));
    }
    let hashes = hash_file.map(|file| fs::read_to_string(file).unwrap_or_default());
    let missing = ["css", "js"].iter().map(|kind| file_name(kind, hashes.as_deref()));
    let missing: Vec<_> = missing.filter(|name| !folder.join(name).exists()).collect();
    if missing.is_empty() {
        return None;
    }
    let list = hash_file.map_or("no hash.txt is beside the binary".to_owned(), |file| {
        format!("{} is of another build", file.display())
    });
    Some(format!("{shown} lacks {}, or {list}", missing.join(" and ")))
}

/// The name of a file, with the hash in a line of the list such as `css: qO2g…`.
fn file_name(kind: &str, hashes: Option<&str>) -> String {
    let line = |hashes: &str| {
        let (_, hash) =
            hashes.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| *name == kind)?;
        Some(hash.trim().to_owned())
    };
    match hashes.and_then(line) {
        Some(hash) => format!("{NAME}.{hash}.{kind}"),
        None => format!("{NAME}.{kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row: the files, the list of hashes, and what is reported.
    #[test]
    fn files_of_another_build_are_named() {
        let hashed = ["creator-connect.cc.css", "creator-connect.jj.js"];
        let plain = ["creator-connect.css", "creator-connect.js"];
        for (files, hashes, expected) in [
            (hashed, Some("js: jj\nwasm: ww\ncss: cc\n"), None),
            (plain, None, None),
            (hashed, Some("js: jj\nwasm: ww\ncss: xx\n"), Some("lacks creator-connect.xx.css, or")),
            (hashed, None, Some("lacks creator-connect.css and creator-connect.js, or no hash.txt")),
            (
                plain,
                Some("js: jj\ncss: cc\n"),
                Some("lacks creator-connect.cc.css and creator-connect.jj.js"),
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for file in files {
                fs::write(folder.path().join(file), "").unwrap();
            }
            let list = hashes.map(|hashes| {
                let list = folder.path().join("hash.txt");
                fs::write(&list, hashes).unwrap();
                list
            });
            let found = mismatch(folder.path(), list.as_deref());
            assert_eq!(found.is_some(), expected.is_some(), "{files:?} {hashes:?}: {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{files:?} {hashes:?}");
        }
    }

    #[test]
    fn built_file_is_found_by_its_ending() {
        let hashed = [
            "creator-connect.cc.css",
            "creator-connect.jj.js",
            "creator-connect.jj.js.br",
            "creator-connect.ww.wasm",
        ];
        let plain = [
            "creator-connect.css",
            "creator-connect.d.ts",
            "creator-connect.js",
            "creator-connect.js.br",
            "creator-connect.wasm",
        ];
        for (names, js) in [(&hashed[..], "creator-connect.jj.js"), (&plain, "creator-connect.js")] {
            let paths: Vec<_> = names.iter().map(|name| Cow::Owned(format!("pkg/{name}"))).collect();
            assert_eq!(built_path(&paths, ".js"), Some(format!("pkg/{js}").as_str()));
            assert_eq!(built_path(&paths, ".js.br"), Some(format!("pkg/{js}.br").as_str()));
            assert!(built_path(&paths, "_bg.wasm").is_some() && built_path(&paths, ".css").is_some());
            assert_eq!(built_path(&paths, ".gone"), None);
        }
    }

    #[test]
    fn missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(mismatch(&folder.path().join("pkg"), None).unwrap().contains("there is no folder"));
    }
}
