//! Webhook events, from TikTok's delivery to the operator's receiver.

mod arrival;
mod commands;
mod crash;
mod forwarding;
mod handling;
mod ledger;
mod ping;
