//! The simulator over real HTTP. One file for each thing that TikTok does.

mod authorize_page;
mod avatar_images;
mod consent_page;
mod fault_orders;
mod grant_control;
mod harness;
mod posting;
mod random_faults;
mod refreshing;
mod serving;
mod token_exchange;
mod user_and_creator_info;
mod videos;
mod webhooks;
