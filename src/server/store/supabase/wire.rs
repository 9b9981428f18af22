//! JSON of requests and responses. Timestamps are whole seconds since 1970.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{domain::CreatorId, server::store::StoreError};

/// A request about one creator, with the fields of another value beside the creator's id.
#[derive(Serialize)]
pub(super) struct OfCreator<'a, T> {
    pub(super) creator_id: &'a CreatorId,
    #[serde(flatten)]
    pub(super) fields: &'a T,
}

/// The body of a call, without the character U+0000, which PostgreSQL's text cannot hold.
pub(super) fn body(mut request: Value) -> String {
    remove_nul(&mut request);
    json!({ "request": request }).to_string()
}

fn remove_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(remove_nul),
        Value::Object(fields) => fields.values_mut().for_each(remove_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The value that a function returned.
pub(super) fn decode<T: DeserializeOwned>(response: Value) -> Result<T, StoreError> {
    // The error's own text may quote what is stored.
    serde_json::from_value(response)
        .map_err(|_| StoreError::Unreadable("Supabase: a response is not of its function's form".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::StoredSession;

    #[test]
    fn body_drops_nul_and_keeps_the_rest() {
        let sent = body(json!({ "a": "x\0y", "b": ["\0", "\\u0000"], "c": { "d": "\u{1}é\n" }, "e": 7 }));
        let kept: Value = serde_json::from_str(&sent).unwrap();
        let expected = json!({ "a": "xy", "b": ["", "\\u0000"], "c": { "d": "\u{1}é\n" }, "e": 7 });
        assert_eq!(kept, json!({ "request": expected }));
    }

    #[test]
    fn decode_error_omits_the_content() {
        for response in [json!("CANARY"), json!({ "id": "CANARY" }), json!(["CANARY"])] {
            let error = decode::<Option<StoredSession>>(response).unwrap_err();
            assert!(matches!(error, StoreError::Unreadable(_)));
            assert!(!error.to_string().contains("CANARY"), "{error}");
        }
        assert_eq!(decode::<Option<StoredSession>>(Value::Null).unwrap(), None);
    }
}
