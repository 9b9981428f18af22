//! Why a server could not be asked, in words: a name, a connection, a certificate, a delay.

use std::{error::Error, io, iter};

use url::Url;

use super::Finding;

/// What stood between us and a server.
enum Obstacle {
    Name,
    Refused,
    Connection,
    Tls(String),
    Delay,
    Broken,
}

/// The finding for a server that could not be asked; `setting` names what leads there.
pub(super) fn fail(subject: &'static str, url: &Url, setting: &str, error: &reqwest::Error) -> Finding {
    let server = server(url);
    let (text, remedy) = match obstacle(error) {
        Obstacle::Name => (
            format!("the name {} is unknown (DNS)", url.host_str().unwrap_or_default()),
            format!("Check {setting} for a slip, and that this machine can resolve names."),
        ),
        Obstacle::Refused => (
            format!("nothing listens at {server}"),
            format!("Check host and port in {setting}, and that the server is running."),
        ),
        Obstacle::Connection => (
            format!("no connection to {server} comes about"),
            format!("Check {setting}, the network and the firewall of this machine."),
        ),
        Obstacle::Tls(why) => (
            format!("{server} answers, but TLS with it fails: {why}"),
            format!(
                "Check {setting}; a proxy that opens TLS needs its certificate in this machine's trust store."
            ),
        ),
        Obstacle::Delay => (
            format!("{server} does not answer in time"),
            "Try again; if it stays so, look at the server's status page and at the network.".to_owned(),
        ),
        Obstacle::Broken => (
            format!("the connection to {server} breaks before an answer is there"),
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

fn obstacle(error: &reqwest::Error) -> Obstacle {
    if let Some(tls) = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return Obstacle::Tls(tls.to_string());
    }
    let refused = |cause: Cause<'_>| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    };
    match error {
        // The connector's error has no type of its own in the open; this is its whole text.
        _ if causes(error).any(|cause| cause.to_string() == "dns error") => Obstacle::Name,
        _ if causes(error).any(refused) => Obstacle::Refused,
        _ if error.is_timeout() => Obstacle::Delay,
        _ if error.is_connect() => Obstacle::Connection,
        _ => Obstacle::Broken,
    }
}

type Cause<'a> = &'a (dyn Error + 'static);

/// The error and what is behind it. An I/O error passes over what it wraps when it is asked for its source.
fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = Cause<'a>> {
    let behind = |cause: Cause<'a>| match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped as Cause<'a>),
        None => cause.source(),
    };
    iter::successors(Some(error as Cause<'a>), move |&cause| behind(cause))
}
