//! TikTok, simulated: a stand-in for the parts of TikTok that a login app talks to, for demos and tests.
//!
//! It serves the authorize page, the token and revoke calls, user info, creator info, content posting, videos and
//! avatar images, and sends signed webhooks. It keeps everything in memory, knows nothing of the app that calls it, and can be ordered to
//! misbehave: `GET /simulator` lists the orders.
//!
//! Where TikTok documents nothing, the stricter or the older behaviour was taken, and the place says so.
//!
//! # Layout
//!
//! | what TikTok does | files |
//! | --- | --- |
//! | authorize page | `authorize` (checks), `consent` (asks, decides), `callback` (sends back), `pages` |
//! | `/v2/oauth/*` | `oauth`, `oauth_error`, `pkce`, `grants`, `history`, `mint` |
//! | `/v2/user/info/`, creator info | `user_info`, `creator_info`, `bearer`, `envelope`, `rate` |
//! | content posting | `content_posting`: `init`, `upload`, `status`, `cancel`; `lifecycle` moves posts on |
//! | `/v2/video/*` | `videos` |
//! | avatars | `avatars` |
//! | webhooks | `webhook` (signature, body), `deliveries` (sending, retries), `apps` (a person removes the app) |
//!
//! The creators are in `creators`; faults, call counts and other test control in `gate`, `faults`, `orders`, `bulk`
//! and `events`. Only `clock` reads the time.

mod apps;
mod authorize;
mod avatars;
mod bearer;
mod bulk;
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
mod gate;
mod grants;
mod history;
mod loopback;
mod mint;
mod oauth;
mod oauth_error;
mod orders;
mod pages;
mod pkce;
mod rate;
mod report;
mod routes;
mod serve;
mod settings;
mod user_info;
mod videos;
mod webhook;
mod world;

pub use command::{HOST, SCOPES, ServeCommand, base_url};
pub use routes::router;
pub use serve::{Error, run};
pub use settings::{App, Lifetimes, PkceDemand, Registration, Settings};

#[cfg(test)]
mod tests;
