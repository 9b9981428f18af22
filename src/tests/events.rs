//! TikTok's events from their arrival to the operator's own program.

mod arrival;
mod commands;
mod crash;
mod forwarding;
mod handling;
mod ledger;
