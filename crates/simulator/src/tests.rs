//! The simulator over real HTTP. One file for each thing that TikTok does.

mod apis;
mod authorize_page;
mod avatar_images;
mod chance;
mod consent_page;
mod consents;
mod fault_orders;
mod harness;
mod posting;
mod refreshing;
mod serving;
mod token_exchange;
mod videos;
mod webhooks;
