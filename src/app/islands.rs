//! What runs in the browser: it adds to forms, links and words that work without it.
//!
//! No island here has properties, and none but [`Offline`] renders anything. The server renders plain elements
//! and writes down beside them, in `data-` attributes, what a script will need; an island listens at the
//! window and knows them by those. So what an answer brings into the page works as what came with it, and the
//! browser loads no reader of JSON, with which its WASM would be over half as large again.

mod choices;
mod copy_text;
mod fetched_page;
mod offline;
mod open_dialogs;
mod page;
mod pending_button;
mod relative_times;
mod send_forms;
mod toasts;
mod update_on_return;

pub use choices::Choices;
pub use copy_text::CopyText;
pub use offline::Offline;
pub use open_dialogs::OpenDialogs;
pub use relative_times::RelativeTimes;
pub use send_forms::SendForms;
pub use toasts::TOASTS;
pub use update_on_return::UpdateOnReturn;
