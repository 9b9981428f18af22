//! Serde by a value's text form, for domain types that have none of their own.

use std::{fmt::Display, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::domain::OpenId;

/// Reads a string and parses it.
pub(super) fn parse<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// Writes an `open_id`, which has no `Serialize` so that no response can hold one.
#[allow(clippy::ref_option, reason = "serde passes a field by reference")]
pub(super) fn open_id<S: Serializer>(id: &Option<OpenId>, serializer: S) -> Result<S::Ok, S::Error> {
    id.as_ref().map(OpenId::as_str).serialize(serializer)
}
