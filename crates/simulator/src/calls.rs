//! A log of the calls to TikTok, so that a test can count them and see which ones were concurrent.

use std::collections::{BTreeMap, VecDeque};

use axum::http::request::Parts;
use serde::{Deserialize, Serialize};

use super::fields::Fields;

/// A long-running demo keeps no more calls than this; counting goes on.
const MAX_CALLS: usize = 10_000;

/// Where files are uploaded.
pub(crate) const UPLOAD_PATH: &str = "/upload/video/";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Endpoint {
    Authorize,
    Token,
    Refresh,
    Revoke,
    UserInfo,
    CreatorInfo,
    VideoInit,
    InboxVideoInit,
    ContentInit,
    VideoUpload,
    StatusFetch,
    PublishCancel,
    VideoList,
    VideoQuery,
    Avatar,
}

#[derive(Default)]
pub(crate) struct CallLog {
    pub(crate) log: VecDeque<Call>,
    pub(crate) counts: BTreeMap<Endpoint, u64>,
    in_flight: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    /// By the simulator's clock, in milliseconds since 1970.
    pub(crate) arrived_ms: u64,
    /// How many other calls were in flight when it arrived.
    pub(crate) in_flight: u32,
    /// Names of the query and body fields in order, no values.
    pub(crate) fields: Vec<String>,
}

impl Endpoint {
    /// None for requests that are no calls to TikTok: the simulator's own pages and control, a decision on the consent
    /// page, and the authorize page with an error in its URL.
    pub(crate) fn of(parts: &Parts, query: &Fields, form: &Fields) -> Option<Self> {
        match parts.uri.path() {
            "/v2/auth/authorize/" if parts.method == "GET" => {
                query.get("error").is_none().then_some(Self::Authorize)
            }
            "/v2/oauth/token/" if form.get("grant_type") == Some("refresh_token") => Some(Self::Refresh),
            "/v2/oauth/token/" => Some(Self::Token),
            "/v2/oauth/revoke/" => Some(Self::Revoke),
            "/v2/user/info/" => Some(Self::UserInfo),
            "/v2/post/publish/creator_info/query/" => Some(Self::CreatorInfo),
            "/v2/post/publish/video/init/" => Some(Self::VideoInit),
            "/v2/post/publish/inbox/video/init/" => Some(Self::InboxVideoInit),
            "/v2/post/publish/content/init/" => Some(Self::ContentInit),
            "/v2/post/publish/status/fetch/" => Some(Self::StatusFetch),
            "/v2/post/publish/cancel/" => Some(Self::PublishCancel),
            "/v2/video/list/" => Some(Self::VideoList),
            "/v2/video/query/" => Some(Self::VideoQuery),
            UPLOAD_PATH => Some(Self::VideoUpload),
            path => path.starts_with("/avatars/").then_some(Self::Avatar),
        }
    }

    /// Whether a post begins there.
    pub(crate) fn is_init(self) -> bool {
        matches!(self, Self::VideoInit | Self::InboxVideoInit | Self::ContentInit)
    }
}

impl CallLog {
    /// Records a call that arrived; `finish` must follow.
    pub(crate) fn begin(&mut self, endpoint: Endpoint, arrived_ms: u64, fields: Vec<String>) {
        *self.counts.entry(endpoint).or_default() += 1;
        if self.log.len() == MAX_CALLS {
            self.log.pop_front();
        }
        self.log.push_back(Call { endpoint, arrived_ms, in_flight: self.in_flight, fields });
        self.in_flight += 1;
    }

    pub(crate) fn finish(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }
}
