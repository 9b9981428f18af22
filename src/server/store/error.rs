//! Errors of the store.

/// Why the store could not do its work.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or is too busy to answer.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// It holds something that we never wrote.
    #[error("the store holds an unreadable value: {0}")]
    Unreadable(String),
}

impl From<crate::domain::Malformed> for StoreError {
    fn from(error: crate::domain::Malformed) -> Self {
        Self::Unreadable(error.to_string())
    }
}
