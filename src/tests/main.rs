//! Integration tests: the architecture rules, the store contract, and the server from outside, on a real
//! listener with real TLS, against the simulator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod api;
mod appearance;
mod architecture;
mod canary;
mod command_line;
mod connected_notice;
mod connection_states;
mod connections;
mod deploy_files;
mod disconnect;
mod doctor;
mod documents;
mod events;
mod failures;
mod full_disk;
mod hardening;
mod health;
mod health_command;
mod init_command;
mod kept_consents;
mod login;
mod login_clocks;
mod login_limits;
mod logs;
mod metrics;
mod notices;
mod outgoing;
mod pending_logins;
mod pkce;
mod popup;
mod profile;
mod profile_update;
mod read_only;
mod refresh_now;
mod refreshing;
mod refusals;
mod rekey;
mod repeated_callbacks;
mod replicas;
mod requests;
mod round_trips;
mod running;
mod sessions;
mod signals;
mod start_notices;
mod start_page;
mod stopping;
mod store_contract;
mod supabase_outage;
mod supabase_start;
mod supervision;
mod support;
mod token_owner;
mod trust;
