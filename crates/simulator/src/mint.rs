//! Generates codes, tokens and log ids in TikTok's formats. Nothing else uses randomness.

use rand::RngExt;
use rand::distr::Alphanumeric;

use super::clock::{self, Seconds};

/// Generates secrets; each contains the marker of the settings, if any.
pub(crate) struct Mint {
    marker: String,
}

impl Mint {
    pub(crate) fn new(marker: Option<String>) -> Self {
        Self { marker: marker.unwrap_or_default() }
    }

    /// The suffix with `*` and `!` breaks apps that decode twice or trim.
    pub(crate) fn code(&self) -> String {
        format!("{}{}*1!6431.u1", self.marker, random(110))
    }

    pub(crate) fn access_token(&self) -> String {
        format!("act.{}{}!1001.va", self.marker, random(60))
    }

    pub(crate) fn refresh_token(&self) -> String {
        format!("rft.{}{}!1002.va", self.marker, random(60))
    }

    pub(crate) fn client_token(&self) -> String {
        format!("clt.{}{}", self.marker, random(40))
    }
}

/// Authorizes the upload of one file. It has no marker, because a client that starts an upload may see it.
pub(crate) fn upload_token() -> String {
    random(32)
}

/// An id for the simulator's own browser cookie.
pub(crate) fn browser() -> String {
    random(32)
}

/// Time, then letters and digits, as in `x-tt-logid`.
pub(crate) fn log_id(now: Seconds) -> String {
    format!("{}{}", clock::timestamp(now), random(18).to_uppercase())
}

/// A key for the lifetime of the process.
pub(crate) fn key() -> [u8; 32] {
    generator().random()
}

fn random(length: usize) -> String {
    let letters = generator().sample_iter(Alphanumeric).take(length);
    letters.map(char::from).collect()
}

#[expect(clippy::disallowed_methods, reason = "the simulator's only source of randomness")]
fn generator() -> impl RngExt {
    rand::rng()
}
