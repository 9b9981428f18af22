//! Checks of the installation: certificate authorities, the built site, proxies.

use std::path::Path;

use super::Finding;
use crate::{
    domain::Site,
    server::{
        config::ForwardConfig,
        forward, site_files,
        tls::{self, AUTHORITIES_REMEDY, Authorities},
    },
};

/// Whether this machine has certificate authorities; `settings` are those with an `https` URL.
pub(super) fn check_authorities(settings: &[&str]) -> Finding {
    const SUBJECT: &str = "authorities";
    let Authorities { count, errors } = tls::authorities();
    let cause = errors.first().map(|error| format!(": {error}")).unwrap_or_default();
    match (count, settings) {
        (1.., _) => {
            Finding::ok(SUBJECT, format!("{count} certificate authorities of this machine are trusted"))
        }
        (0, []) => Finding::ok(SUBJECT, "there are none, and no server needs to be verified"),
        (0, _) => Finding::fail(
            SUBJECT,
            format!("there are none to verify the servers of {} with{cause}", settings.join(", ")),
            format!("{AUTHORITIES_REMEDY}."),
        ),
    }
}

/// Whether the files that pages load are those of this build.
pub(super) fn check_site_files(site_root: Option<&Path>) -> Finding {
    const SUBJECT: &str = "site files";
    match site_files::find_mismatch(site_root) {
        None => {
            let place = site_root.map(|folder| folder.display().to_string());
            Finding::ok(SUBJECT, format!("{} has what pages load", place.as_deref().unwrap_or("the binary")))
        }
        Some(mismatch) => Finding::warn(
            SUBJECT,
            format!("pages have no style: {mismatch}"),
            format!("{}.", site_files::REMEDY),
        ),
    }
}

/// Whether creators are told who runs the app.
pub(super) fn check_operator(site: &Site) -> Finding {
    const SUBJECT: &str = "operator";
    match &site.operator.name {
        Some(name) => Finding::ok(SUBJECT, format!("creators are told that {name} runs the app")),
        None => Finding::warn(
            SUBJECT,
            "creators are not told who runs the app",
            "Set OPERATOR_NAME to the name of the people or the company that runs it.",
        ),
    }
}

/// Whether the environment names a proxy that forwarding does not use.
pub(super) fn check_forwarding(to: &ForwardConfig) -> Finding {
    const SUBJECT: &str = "forwarding";
    match forward::ignored_proxy(to) {
        None => Finding::ok(SUBJECT, format!("{} is reached directly", to.origin())),
        Some(proxy) => Finding::warn(
            SUBJECT,
            format!("{proxy} is ignored for {}", to.origin()),
            format!("Forwarding has no proxy: {}.", forward::DIRECT),
        ),
    }
}
