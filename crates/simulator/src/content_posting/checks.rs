//! What the init calls refuse with HTTP 403.

use url::Url;

use crate::clock::Seconds;
use crate::creator_info::privacy_level_options;
use crate::creators::{Behaviour, Creator, Person};
use crate::envelope::ApiError;
use crate::simulator::{LiveSettings, Memory};

/// Per creator, within 24 hours.
const MAX_PENDING_SHARES: usize = 5;
const BANNED: &str = "spam_risk_user_banned_from_posting";
const PRIVATE: &str = "SELF_ONLY";

/// Errors: `spam_risk_too_many_posts`, `spam_risk_user_banned_from_posting`, `reached_active_user_cap`.
pub(super) fn may_post_directly(creator: &Creator) -> Result<(), ApiError> {
    match creator.behaviour {
        Behaviour::MayNotPost(code) => Err(ApiError::of_code(code)),
        _ => Ok(()),
    }
}

/// Errors: `spam_risk_user_banned_from_posting`, `spam_risk_too_many_pending_share`. The caps of direct posts are not
/// documented for drafts.
pub(super) fn may_share_to_inbox(memory: &Memory, creator: Person, now: Seconds) -> Result<(), ApiError> {
    if creator.profile.behaviour == Behaviour::MayNotPost(BANNED) {
        return Err(ApiError::of_code(BANNED));
    }
    if memory.posts.pending_shares(creator, now) >= MAX_PENDING_SHARES {
        return Err(ApiError::of_code("spam_risk_too_many_pending_share"));
    }
    Ok(())
}

/// Errors: `privacy_level_option_mismatch`, `unaudited_client_can_only_post_to_private_accounts`. An unaudited client
/// posts as `SELF_ONLY` and to private accounts; in the field a `SELF_ONLY` post to a public account is refused too.
pub(super) fn privacy_level<'a>(
    live: &LiveSettings,
    creator: &Creator,
    chosen: Option<&'a str>,
) -> Result<&'a str, ApiError> {
    let chosen = chosen.filter(|chosen| privacy_level_options(creator).contains(chosen));
    let chosen = chosen.ok_or_else(|| ApiError::of_code("privacy_level_option_mismatch"))?;
    if live.audited || (chosen == PRIVATE && creator.private) {
        return Ok(chosen);
    }
    Err(ApiError::of_code("unaudited_client_can_only_post_to_private_accounts"))
}

/// Errors: `invalid_param` for what is no URL, `url_ownership_unverified`.
pub(super) fn url_ownership(live: &LiveSettings, url: &str) -> Result<(), ApiError> {
    let url = Url::parse(url).map_err(|_| ApiError::invalid_param("the media URL is not a URL"))?;
    let is_verified = |prefix: &String| {
        // The slash keeps `https://example.com` from matching `https://example.com.other.test`.
        let prefix = format!("{}/", prefix.trim_end_matches('/'));
        url.scheme() == "https" && url.as_str().starts_with(&prefix)
    };
    if live.verified_url_prefixes.iter().any(is_verified) {
        return Ok(());
    }
    Err(ApiError::of_code("url_ownership_unverified"))
}
