//! The few parts that run in the browser. Each makes something nicer that works without it.

mod copy_id;
mod dialog_link;
mod send_form;

pub use copy_id::CopyId;
pub use dialog_link::DialogLink;
pub use send_form::SendForm;
