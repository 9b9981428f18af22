//! The server: configuration, use cases and the systems that these use.
//!
//! Imports go one way: `http` calls use cases; use cases call the store, TikTok, the vault, the session and the
//! clock; all of these know `domain` alone. `startup` gives each use case the parts that it uses.

pub mod activity;
pub mod api_keys;
pub mod audit;
pub mod backoff;
pub mod clock;
pub mod config;
pub mod cookie;
pub mod disconnect;
pub mod doctor;
pub mod entropy;
pub mod events;
pub mod export;
pub mod fail_points;
pub mod forward;
pub mod health;
pub mod heartbeats;
pub mod http;
pub mod http_client;
pub mod in_flight;
pub mod limits;
pub mod listener;
pub mod login;
pub mod metered_store;
pub mod metrics;
pub mod notices;
pub mod profile;
pub mod refresh;
pub mod rekey;
pub mod scrape;
pub mod session;
pub mod single_flight;
pub mod site_files;
pub mod startup;
pub mod state;
pub mod store;
pub mod supervisor;
pub mod telemetry;
pub mod tiktok;
pub mod tiktok_proxy;
pub mod tls;
pub mod vault;
