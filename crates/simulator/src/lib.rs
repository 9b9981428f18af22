//! A simulated TikTok: a test double of the parts of TikTok that a login app talks to, for demos and tests.
//!
//! It serves the authorize page, the token and revoke calls, user info, creator info, content posting, videos and
//! avatar images, and sends signed webhooks. It keeps everything in memory, knows nothing of the app that calls it, and
//! can be ordered to fail: `GET /simulator` lists the orders.
//!
//! Where TikTok documents nothing, the stricter or the older behaviour was taken, and the place says so.
//!
//! # Layout
//!
//! | part of TikTok | files |
//! | --- | --- |
//! | authorize page | `authorize` (validates), `consent` (page and decision), `callback` (redirects), `pages` |
//! | `/v2/oauth/*` | `oauth`, `oauth_error`, `pkce`, `grants`, `refresh_history`, `mint` |
//! | `/v2/user/info/`, creator info | `user_info`, `creator_info`, `bearer`, `envelope`, `rate` |
//! | content posting | `content_posting`: `init`, `upload`, `status`, `cancel`; `lifecycle` advances posts |
//! | `/v2/video/*` | `videos` |
//! | avatars | `avatars` |
//! | webhooks | `webhook` (signature, body), `deliveries` (sending, retries), `apps` (a creator removes the app) |
//!
//! The creators are in `creators`. `middleware` records calls and injects `faults`; other test control is in `orders`,
//! `grant_control`, `events` and `content_posting::control`. Only `clock` reads the time.

mod apps;
mod authorize;
mod avatars;
mod bearer;
mod callback;
mod calls;
mod clock;
mod command;
mod consent;
mod content_posting;
mod creator_info;
mod creators;
mod deliveries;
mod envelope;
mod events;
mod faults;
mod fields;
mod grant_control;
mod grants;
mod loopback;
mod middleware;
mod mint;
mod oauth;
mod oauth_error;
mod orders;
mod pages;
mod pkce;
mod rate;
mod refresh_history;
mod report;
mod routes;
mod serve;
mod settings;
mod simulator;
mod user_info;
mod videos;
mod webhook;

pub use command::{HOST, SCOPES, ServeCommand, base_url};
pub use routes::router;
pub use serve::{Error, run};
pub use settings::{App, Lifetimes, PkceDemand, Registration, Settings};

#[cfg(test)]
mod tests;
