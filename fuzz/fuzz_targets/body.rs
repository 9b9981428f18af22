//! Fuzzes the body of a webhook event: any signed body is refused, or parsed, shown and forwarded without loss.

#![no_main]

use std::collections::HashMap;

use creator_connect::server::tiktok::{
    webhook::{Signature, SignedBody},
    webhook_event::{Content, WebhookEvent},
};
use creator_connect_fuzz::{secrets, signature};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|body: &[u8]| {
    let header = Signature::parse(&signature("1893456000", body)).expect("a valid header is parsed");
    let signed = header.verify(&secrets(), body).expect("a valid signature is verified");
    let Ok(event) = WebhookEvent::parse(signed) else { return };
    // A field that is not parsed may hold invalid UTF-8; such a body is refused before it is stored.
    let Ok(text) = signed.text() else { return };
    assert!(!text.contains('\0'), "no store has to drop a character");
    let stored = WebhookEvent::parse(SignedBody::from_store(text)).expect("a stored body is parsed again");
    assert_eq!(
        (&stored.name, stored.created_at, stored.removal()),
        (&event.name, event.created_at, event.removal())
    );
    check_activity_is_plain(&event);
    check_forwarded_data_is_complete(&event);
});

/// A page shows only letters, digits and a few signs.
fn check_activity_is_plain(event: &WebhookEvent) {
    let activity = event.activity();
    for text in activity.reference.iter().chain(&activity.reason) {
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte)), "{text}");
    }
}

/// The receiver gets JSON that has the content byte for byte.
fn check_forwarded_data_is_complete(event: &WebhookEvent) {
    let data = serde_json::to_string(&event.forwarded_data(None)).expect("it is serialised as JSON");
    let data: HashMap<&str, &RawValue> = serde_json::from_str(&data).expect("it is JSON");
    match &event.content {
        Content::Json(json) => assert_eq!(data["content"].get(), json.get()),
        Content::Text(text) => {
            assert_eq!(serde_json::from_str::<String>(data["content"].get()).ok().as_ref(), Some(text));
        }
    }
}
