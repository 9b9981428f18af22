//! Pure views of a value, rendered on the server.

mod actions;
mod activity;
mod article;
mod avatar;
mod connection;
mod details;
mod failure;
mod footer;
mod icon;
mod mark;
mod messages;
mod notice;
mod opener;
mod page;
mod permissions;
mod posting;
mod preview;
mod scopes;

pub use actions::Actions;
pub use activity::ActivityPanel;
pub use article::ArticlePage;
pub use avatar::Avatar;
pub use connection::Connection;
pub use details::Details;
pub use failure::{FailurePage, Gravity};
pub use footer::Footer;
pub use icon::{Glyph, Icon};
pub use mark::Mark;
pub use messages::Messages;
pub use notice::{ActionFailure, Notice};
pub use opener::TellOpener;
pub use page::Page;
pub use permissions::Permissions;
pub use posting::PostingPanel;
pub use preview::Preview;
pub use scopes::ScopeItem;
