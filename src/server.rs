//! The server: configuration, use cases and the systems they lean on.
//!
//! Nothing points back: `http` calls use cases, use cases call the store, TikTok, the vault, the
//! session and the clock, and all of them know `domain` alone.

pub mod activity;
pub mod clock;
pub mod config;
pub mod disconnect;
pub mod doctor;
pub mod entropy;
pub mod events;
pub mod export;
pub mod forward;
pub mod health;
pub mod http;
pub mod login;
pub mod profile;
pub mod refresh;
pub mod rekey;
pub mod session;
pub mod startup;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod tiktok;
pub mod tls;
pub mod vault;
