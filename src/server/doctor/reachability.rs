//! Explains why a request to a server failed: DNS, connection, TLS or timeout.

use std::{error::Error, io, iter};

use url::Url;

use super::Finding;

/// The stage at which a request failed.
enum ConnectFailure {
    Dns,
    Refused,
    Connection,
    Tls(String),
    Timeout,
    Broken,
}

/// The finding for a failed request to `url`; `setting` names the variable that has this address.
pub(super) fn unreachable(
    subject: &'static str,
    url: &Url,
    setting: &str,
    error: &reqwest::Error,
) -> Finding {
    let server = server(url);
    let (text, remedy) = match classify(error) {
        ConnectFailure::Dns => (
            format!("the name {} is unknown (DNS)", url.host_str().unwrap_or_default()),
            format!("Check {setting} for a slip, and that this machine can resolve names."),
        ),
        ConnectFailure::Refused => (
            format!("nothing listens at {server}"),
            format!("Check host and port in {setting}, and that the server is running."),
        ),
        ConnectFailure::Connection => (
            format!("no connection to {server} can be made"),
            format!("Check {setting}, the network and the firewall of this machine."),
        ),
        ConnectFailure::Tls(why) => (
            format!("{server} answers, but TLS with it fails: {why}"),
            format!(
                "Check {setting}; a proxy that opens TLS needs its certificate in this machine's trust store."
            ),
        ),
        ConnectFailure::Timeout => (
            format!("{server} does not answer in time"),
            "Try again; if it persists, check the server's status page and the network.".to_owned(),
        ),
        ConnectFailure::Broken => (
            format!("the connection to {server} breaks before a response arrives"),
            format!("Check that {setting} leads to the right server, then try again."),
        ),
    };
    Finding::fail(subject, text, remedy)
}

/// Host and port, as `abc.supabase.co:443`.
pub(super) fn server(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

fn classify(error: &reqwest::Error) -> ConnectFailure {
    if let Some(tls) = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return ConnectFailure::Tls(tls.to_string());
    }
    let refused = |cause: Cause<'_>| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    };
    match error {
        // The connector's error type is private; this is its whole text.
        _ if causes(error).any(|cause| cause.to_string() == "dns error") => ConnectFailure::Dns,
        _ if causes(error).any(refused) => ConnectFailure::Refused,
        _ if error.is_timeout() => ConnectFailure::Timeout,
        _ if error.is_connect() => ConnectFailure::Connection,
        _ => ConnectFailure::Broken,
    }
}

type Cause<'a> = &'a (dyn Error + 'static);

/// The error and its causes. The `source` of an I/O error skips the error that it wraps.
fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = Cause<'a>> {
    let behind = |cause: Cause<'a>| match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped as Cause<'a>),
        None => cause.source(),
    };
    iter::successors(Some(error as Cause<'a>), move |&cause| behind(cause))
}
