//! Warnings at the start about an installation that works, but not as its operator expects.

use crate::server::{config::Config, forward, site_files};

/// Logs each of them; `doctor` reports the same.
pub(super) fn log_warnings(config: &Config) {
    if let Some(mismatch) = site_files::find_mismatch(config.site_root.as_deref()) {
        tracing::warn!("pages have no style: {mismatch}. {}", site_files::REMEDY);
    }
    if let Some(proxy) = config.events.forward.as_deref().and_then(forward::ignored_proxy) {
        tracing::warn!("forwarding ignores {proxy}: {}", forward::DIRECT);
    }
}
