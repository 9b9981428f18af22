//! Calls of TikTok's API for a program, with a creator's token put in.
//!
//! What may be called is a closed list ([`ROUTES`]), with TikTok's own limits
//! (<https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit>,
//! <https://developers.tiktok.com/doc/content-posting-api-reference-direct-post>). The path is taken from the list and
//! never from the program, so no spelling leads to another host or path.

use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{RawResponse, TikTok, TransportError};
use crate::{
    domain::{LogId, Scope},
    server::metrics::Endpoint,
};

/// The largest body, in either direction.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// An endpoint that programs may call.
#[derive(Debug, PartialEq, Eq)]
pub struct ProxyRoute {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path at TikTok.
    pub path: &'static str,
    /// The scopes of which the creator must have granted one.
    pub scopes: &'static [&'static str],
    /// Calls in a minute for each creator.
    pub per_minute: u32,
    /// Whether a second call does no harm.
    pub repeatable: bool,
    /// Whether it posts without the creator seeing the post first: only where the operator allows that.
    pub direct_post: bool,
}

const VIDEO_UPLOAD: &str = "video.upload";
const VIDEO_LIST: &str = "video.list";
const USER_INFO: [&str; 3] = [Scope::USER_INFO_BASIC, Scope::USER_INFO_PROFILE, "user.info.stats"];

const fn reads(
    method: &'static str,
    path: &'static str,
    scopes: &'static [&'static str],
    per_minute: u32,
) -> ProxyRoute {
    ProxyRoute { method, path, scopes, per_minute, repeatable: true, direct_post: false }
}

/// Every endpoint that may be called.
pub const ROUTES: [ProxyRoute; 8] = [
    reads("GET", "/v2/user/info/", &USER_INFO, 600),
    reads("POST", "/v2/post/publish/creator_info/query/", &[Scope::VIDEO_PUBLISH], 20),
    reads("POST", "/v2/video/list/", &[VIDEO_LIST], 600),
    reads("POST", "/v2/video/query/", &[VIDEO_LIST], 600),
    ProxyRoute {
        repeatable: false,
        ..reads("POST", "/v2/post/publish/inbox/video/init/", &[VIDEO_UPLOAD], 6)
    },
    reads("POST", "/v2/post/publish/status/fetch/", &[VIDEO_UPLOAD, Scope::VIDEO_PUBLISH], 30),
    // Cancelling what is cancelled changes nothing.
    reads("POST", "/v2/post/publish/cancel/", &[VIDEO_UPLOAD, Scope::VIDEO_PUBLISH], 30),
    ProxyRoute {
        repeatable: false,
        direct_post: true,
        ..reads("POST", "/v2/post/publish/video/init/", &[Scope::VIDEO_PUBLISH], 6)
    },
];

impl ProxyRoute {
    /// The endpoint of a method and a path as a program wrote it: with or without the slash at its end, and nothing else.
    #[must_use]
    pub fn find(method: &str, path: &str) -> Option<&'static Self> {
        let bare = |path: &str| path.trim_matches('/').to_owned();
        ROUTES.iter().find(|route| route.method == method && bare(route.path) == path.trim_end_matches('/'))
    }
}

/// TikTok's response to a program's call.
#[derive(Debug)]
pub struct Proxied {
    /// Its status.
    pub status: u16,
    /// Its log id.
    pub log_id: Option<LogId>,
    /// Its error's code; none for success.
    pub code: Option<String>,
    /// Its body; JSON.
    pub body: Vec<u8>,
}

impl Proxied {
    /// Whether TikTok refused the token.
    #[must_use]
    pub fn refuses_token(&self) -> bool {
        self.code.as_deref() == Some("access_token_invalid")
    }
}

/// Why there is no response for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyError {
    /// TikTok did not respond.
    Transport(TransportError),
    /// The response is no JSON, or holds the token.
    Unusable(u16),
}

impl TikTok {
    /// Sends a program's request. Of its headers none is passed on.
    ///
    /// # Errors
    /// [`ProxyError`].
    pub async fn proxy(
        &self,
        route: &ProxyRoute,
        query: Option<&str>,
        body: &[u8],
        token: &SecretString,
    ) -> Result<Proxied, ProxyError> {
        let mut url = self.endpoint(route.path);
        url.set_query(query.filter(|query| !query.is_empty()));
        let request = if route.method == "GET" {
            self.http.request(Method::GET, url)
        } else {
            let request = self.http.request(Method::POST, url);
            request.header("content-type", "application/json; charset=UTF-8").body(body.to_vec())
        };
        let request = request.bearer_auth(token.expose_secret());
        let response = self.fetch(Endpoint::Proxy, request, MAX_BODY_BYTES).await;
        proxied(response.map_err(ProxyError::Transport)?, token)
    }
}

/// Takes what a program may see out of a response.
fn proxied(response: RawResponse, token: &SecretString) -> Result<Proxied, ProxyError> {
    let parsed: Option<Value> = serde_json::from_slice(&response.body).ok();
    let echoes = memchr::memmem::find(&response.body, token.expose_secret().as_bytes()).is_some();
    let Some(body) = parsed.filter(|_| !echoes) else {
        return Err(ProxyError::Unusable(response.status));
    };
    let code = body.get("error").and_then(|error| error.get("code")?.as_str());
    let code = code.filter(|code| *code != "ok").map(str::to_owned);
    let log_id = response.log_id(&body);
    Ok(Proxied { status: response.status, log_id, code, body: response.body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_methods_and_paths_are_found() {
        assert!(ProxyRoute::find("GET", "v2/user/info/").is_some());
        assert!(ProxyRoute::find("GET", "v2/user/info").is_some());
        for (method, path) in [
            ("POST", "v2/user/info/"),
            ("get", "v2/user/info/"),
            ("GET", "v2/user/info/../../oauth/token/"),
            ("GET", "v2/user/%69nfo/"),
            ("GET", "/v2/user/info/"),
            ("GET", "V2/user/info/"),
            ("GET", "v2/user/info/ "),
            ("GET", "v2//user/info/"),
            ("POST", "v2/oauth/token/"),
            ("POST", "v2/oauth/revoke/"),
            ("GET", "//evil.example/v2/user/info/"),
            ("GET", "https://evil.example/v2/user/info/"),
            ("GET", ""),
        ] {
            assert_eq!(ProxyRoute::find(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn response_with_the_token_is_not_passed_on() {
        let token = SecretString::from("act.canary");
        let echo = RawResponse::with_body(200, r#"{"data":{"t":"act.canary"},"error":{"code":"ok"}}"#);
        assert_eq!(proxied(echo, &token).unwrap_err(), ProxyError::Unusable(200));
        let page = RawResponse::with_body(502, "<html>");
        assert_eq!(proxied(page, &token).unwrap_err(), ProxyError::Unusable(502));
    }

    #[test]
    fn code_and_log_id_are_taken_from_the_envelope() {
        let token = SecretString::from("act.canary");
        let body = r#"{"data":{},"error":{"code":"access_token_invalid","message":"m","log_id":"2099"}}"#;
        let response = proxied(RawResponse::with_body(401, body), &token).unwrap();
        assert!(response.refuses_token());
        assert_eq!((response.status, response.log_id.unwrap().as_str()), (401, "2099"));
        let ok = proxied(RawResponse::with_body(200, r#"{"error":{"code":"ok"}}"#), &token).unwrap();
        assert_eq!(ok.code, None);
    }
}
