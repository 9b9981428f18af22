//! Fuzz target for event bodies: a signed body is refused, or parsed, displayed and forwarded without loss.

#![no_main]

use std::collections::HashMap;

use creator_connect::server::tiktok::{
    webhook_event::{Content, WebhookEvent},
    webhook::{Signature, SignedBody},
};
use creator_connect_fuzz::{secrets, signature};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|body: &[u8]| {
    let header = Signature::parse(&signature("1893456000", body)).expect("what TikTok writes is read");
    let signed = header.verify(&secrets(), body).expect("what TikTok signed holds");
    let Ok(event) = WebhookEvent::read(signed) else { return };
    // The unparsed part may contain anything; such a body is refused before it is stored.
    let Ok(text) = signed.text() else { return };
    assert!(!text.contains('\0'), "no database has to drop anything");
    let stored = WebhookEvent::read(SignedBody::from_store(text)).expect("what was stored is read again");
    assert_eq!(
        (&stored.name, stored.created_at, stored.removal()),
        (&event.name, event.created_at, event.removal())
    );
    assert_displayed_plainly(&event);
    assert_forwarded_whole(&event);
});

/// Only letters, digits and a few signs reach a page.
fn assert_displayed_plainly(event: &WebhookEvent) {
    let activity = event.activity();
    for text in activity.reference.iter().chain(&activity.reason) {
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte)), "{text}");
    }
}

/// The receiver gets JSON that contains the content byte for byte.
fn assert_forwarded_whole(event: &WebhookEvent) {
    let passed = serde_json::to_string(&event.passed(None)).expect("it is written as JSON");
    let passed: HashMap<&str, &RawValue> = serde_json::from_str(&passed).expect("it is JSON");
    match &event.content {
        Content::Json(json) => assert_eq!(passed["content"].get(), json.get()),
        Content::Text(text) => {
            assert_eq!(serde_json::from_str::<String>(passed["content"].get()).ok().as_ref(), Some(text));
        }
    }
}
