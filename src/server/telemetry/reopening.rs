//! Log files that are opened again on request: another program, such as logrotate, may have moved the current one.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Requests that the log files are opened again; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Reopener(Arc<AtomicBool>);

impl Reopener {
    /// Opens the log files again before the next line is written. If that fails, the former file is written to.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// A writer to what `open` opens, which opens it again on request.
    pub(super) fn writer<W: Write>(
        &self,
        open: impl Fn() -> io::Result<W> + Send + 'static,
    ) -> io::Result<Reopening<W>> {
        Ok(Reopening { writer: open()?, open: Box::new(open), requested: self.clone() })
    }
}

/// A writer of [`Reopener::writer`].
pub(super) struct Reopening<W> {
    writer: W,
    open: Box<dyn Fn() -> io::Result<W> + Send>,
    requested: Reopener,
}

impl<W: Write> Reopening<W> {
    fn reopen(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer = (self.open)()?;
        Ok(())
    }
}

impl<W: Write> Write for Reopening<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.requested.0.swap(false, Ordering::Relaxed)
            && let Err(error) = self.reopen()
        {
            tracing::error!(%error, "the log files cannot be opened again: check the rights on LOG_DIR");
        }
        self.writer.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn moved_file_is_left_after_a_request() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("a.log"), folder.path().join("a.log.1"));
        let reopener = Reopener::default();
        let opened = path.clone();
        let mut writer =
            reopener.writer(move || fs::File::options().create(true).append(true).open(&opened)).unwrap();
        writer.write_all(b"one\n").unwrap();
        fs::rename(&path, &moved).unwrap();
        writer.write_all(b"two\n").unwrap();
        reopener.request();
        writer.write_all(b"three\n").unwrap();
        assert_eq!(fs::read_to_string(&moved).unwrap(), "one\ntwo\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
    }

    #[test]
    fn former_file_is_kept_when_reopening_fails() {
        let reopener = Reopener::default();
        let is_first = std::cell::Cell::new(true);
        let open = move || if is_first.take() { Ok(Vec::new()) } else { Err(io::ErrorKind::NotFound.into()) };
        let mut writer = reopener.writer(open).unwrap();
        reopener.request();
        writer.write_all(b"kept").unwrap();
        assert_eq!(writer.writer, b"kept");
    }
}
