//! An event's body: whatever TikTok may sign is refused, or read, shown and passed on without loss.

#![no_main]

use std::collections::HashMap;

use creator_connect::server::tiktok::{
    notice::{Content, WebhookEvent},
    webhook::{Signature, SignedBody},
};
use creator_connect_fuzz::{secrets, signature};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|body: &[u8]| {
    let header = Signature::parse(&signature("1893456000", body)).expect("what TikTok writes is read");
    let signed = header.verify(&secrets(), body).expect("what TikTok signed holds");
    let Ok(notice) = WebhookEvent::read(signed) else { return };
    // In a part that nobody reads there may be anything; it is refused then, before it is stored.
    let Ok(text) = signed.text() else { return };
    assert!(!text.contains('\0'), "no database has to drop anything");
    let stored = WebhookEvent::read(SignedBody::from_store(text)).expect("what was stored is read again");
    assert_eq!(
        (&stored.name, stored.created_at, stored.removal()),
        (&notice.name, notice.created_at, notice.removal())
    );
    is_shown_plainly(&notice);
    is_passed_on_whole(&notice);
});

/// No more than letters, digits and a few signs reach a page.
fn is_shown_plainly(notice: &WebhookEvent) {
    let activity = notice.activity();
    for text in activity.reference.iter().chain(&activity.reason) {
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte)), "{text}");
    }
}

/// The receiver gets JSON, and in it the content to the letter.
fn is_passed_on_whole(notice: &WebhookEvent) {
    let passed = serde_json::to_string(&notice.passed(None)).expect("it is written as JSON");
    let passed: HashMap<&str, &RawValue> = serde_json::from_str(&passed).expect("it is JSON");
    match &notice.content {
        Content::Json(json) => assert_eq!(passed["content"].get(), json.get()),
        Content::Text(text) => {
            assert_eq!(serde_json::from_str::<String>(passed["content"].get()).ok().as_ref(), Some(text));
        }
    }
}
