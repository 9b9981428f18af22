//! The leaves of a page that run in the browser. Each works without script, by the form, link or words that it wraps.

mod choices;
mod copy_id;
mod dialog_link;
mod fresh;
mod keep_time;
mod offline;
mod renew_form;
mod send_form;
mod toast;

pub use choices::Choices;
pub use copy_id::CopyId;
pub use dialog_link::DialogLink;
pub use keep_time::KeepTime;
pub use offline::Offline;
pub use renew_form::RenewForm;
pub use send_form::SendForm;
pub use toast::TOASTS;
