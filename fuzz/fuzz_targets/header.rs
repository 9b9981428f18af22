//! Fuzz target for the `TikTok-Signature` header: any input is refused, or parsed in the only possible way.

#![no_main]

use creator_connect::server::tiktok::webhook::Signature;
use creator_connect_fuzz::{secrets, signature};
use libfuzzer_sys::fuzz_target;

const BODY: &[u8] = br#"{"a":1}"#;

fuzz_target!(|header: &str| {
    let Ok(read) = Signature::parse(header) else { return };
    let (time, mac) = (single_value(header, "t"), single_value(header, "s"));
    assert_eq!(time.parse(), Ok(read.time().0), "the time is the one that the header names");
    assert_eq!(Signature::parse(&format!("s={mac} , t={time}")).as_ref(), Ok(&read), "nothing else counts");
    let genuine = signature(time, BODY);
    let holds = read.verify(&secrets(), BODY).is_ok();
    assert_eq!(holds, genuine.ends_with(&mac.to_ascii_lowercase()), "it holds when it is the genuine one");
    let genuine = Signature::parse(&genuine).expect("what TikTok writes is read");
    assert!(genuine.verify(&secrets(), BODY).is_ok() && genuine.verify(&secrets(), b"").is_err());
});

/// The value of the part `name`; a header that was parsed has exactly one.
fn single_value<'a>(header: &'a str, name: &str) -> &'a str {
    let parts = header.split(',').filter_map(|part| part.split_once('='));
    let mut values = parts.filter(|(of, _)| of.trim() == name).map(|(_, value)| value.trim());
    let value = values.next().expect("a header that was read has both parts");
    assert_eq!(values.next(), None, "a part that comes twice is refused");
    value
}
