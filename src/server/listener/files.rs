//! The number of files that this process may open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit to the hard one, and returns the limit in force.
///
/// Service managers keep the soft limit at 1,024 for programs that use `select` (systemd.exec, `LimitNOFILE=`); this
/// one does not.
pub(super) fn raise_limit() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let in_force = if raised.is_ok() { maximum } else { current };
    in_force.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
}
