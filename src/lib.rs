//! creator-connect: a creator connects their TikTok account and sees what is stored.
//!
//! # Layout
//!
//! | module | what | build |
//! | --- | --- | --- |
//! | [`domain`] | what a creator, a grant and a failure are; no I/O | both |
//! | [`api`] | the server functions, one line into `server` each | both |
//! | [`app`] | document shell, routes, pages, islands, texts | both |
//! | `server` | configuration, login, store, vault, TikTok, HTTP | `ssr` |
//!
//! # Rules
//!
//! `domain` does no I/O. `app` never names `server`. Token types live in `server` and cannot be
//! serialised. Only `store` knows SQL, only `tiktok` knows TikTok's wire, only `config` reads the
//! environment, only `clock` reads the time, only the binary exits. No two files import each other. The tests in
//! `src/tests/architecture.rs` check these rules.

pub mod api;
pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
