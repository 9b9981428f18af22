//! Avatar images behind signed URLs that expire, as on TikTok's image servers.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::clock::Seconds;
use super::creators::{self, Creator};
use super::fields::Fields;
use super::simulator::{SharedSimulator, Simulator};

/// Documented for creator info; for user info TikTok says nothing and the same is taken.
pub(crate) const LIFETIME: Seconds = 2 * 3600;

/// The URL of the creator's avatar; it expires after `lifetime` seconds.
pub(crate) fn signed_url(simulator: &Simulator, creator: &Creator, lifetime: Seconds) -> Option<String> {
    creator.avatar?;
    let expires = (simulator.clock.now() + lifetime).to_string();
    let signature = hex::encode(seal(simulator, creator.slug, &expires).finalize().into_bytes());
    let mut url = simulator.settings.base_url.clone();
    url.set_path(&format!("/avatars/{}.png", creator.slug));
    url.query_pairs_mut().append_pair("x-expires", &expires).append_pair("x-signature", &signature);
    Some(url.into())
}

/// `GET /avatars/{slug}.png?x-expires=…&x-signature=…`
pub(crate) async fn signed(
    State(simulator): State<SharedSimulator>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, StatusCode> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let slug = file.strip_suffix(".png").ok_or(StatusCode::NOT_FOUND)?;
    check(&simulator, slug, &query).ok_or(StatusCode::FORBIDDEN)?;
    picture(slug)
}

/// The same images for the simulator's own pages: unsigned, so that viewing a page is no call to TikTok.
pub(crate) async fn own(Path(file): Path<String>) -> Result<Response, StatusCode> {
    picture(file.strip_suffix(".png").ok_or(StatusCode::NOT_FOUND)?)
}

fn check(simulator: &Simulator, slug: &str, query: &Fields) -> Option<()> {
    let expires = query.get("x-expires")?;
    let signature = hex::decode(query.get("x-signature")?).ok()?;
    seal(simulator, slug, expires).verify_slice(&signature).ok()?;
    (simulator.clock.now() < expires.parse().ok()?).then_some(())
}

fn seal(simulator: &Simulator, slug: &str, expires: &str) -> Hmac<Sha256> {
    let mut mac = super::webhook::hmac(&simulator.avatar_key);
    mac.update(format!("{slug} {expires}").as_bytes());
    mac
}

fn picture(slug: &str) -> Result<Response, StatusCode> {
    let creator = creators::find(slug).ok_or(StatusCode::NOT_FOUND)?;
    let bytes = creator.avatar.ok_or(StatusCode::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], bytes).into_response())
}
