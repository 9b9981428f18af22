//! The few parts that run in the browser. Each makes something nicer that works without it.

mod copy_id;
mod log_out;

pub use copy_id::CopyId;
pub use log_out::LogOutForm;
