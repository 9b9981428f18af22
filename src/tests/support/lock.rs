//! Locks that hold across the processes of a test run: each test may be a process of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// The lock file of this name, in a folder that all processes of the run share.
fn file(name: &str) -> File {
    let folder = folder();
    fs::create_dir_all(&folder).unwrap();
    File::options().create(true).truncate(false).write(true).open(path(name)).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("locks")
}

/// Takes the lock alone, or shares it with others that share it. It is released when the file is dropped.
///
/// A turnstile in front of it keeps later readers from overtaking a writer that waits.
pub(crate) async fn take(name: &'static str, alone: bool) -> File {
    let waiting = move || {
        let turnstile = file(&format!("{name}.turnstile"));
        turnstile.lock().unwrap();
        let lock = file(name);
        if alone { lock.lock() } else { lock.lock_shared() }.unwrap();
        lock
    };
    tokio::task::spawn_blocking(waiting).await.unwrap()
}

/// The file of a lock, for `flock` in a shell.
pub(crate) fn path(name: &str) -> PathBuf {
    folder().join(name)
}

/// Takes the lock if no process has it, and keeps it until this process ends.
pub(crate) fn try_keep(name: &str) -> bool {
    let lock = file(name);
    let is_taken = lock.try_lock().is_ok();
    if is_taken {
        std::mem::forget(lock);
    }
    is_taken
}
