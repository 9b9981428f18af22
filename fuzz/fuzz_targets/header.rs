//! Fuzzes the header `TikTok-Signature`: it is refused, or parsed in the only possible way.

#![no_main]

use creator_connect::server::tiktok::webhook::Signature;
use creator_connect_fuzz::{secrets, signature};
use libfuzzer_sys::fuzz_target;

const BODY: &[u8] = br#"{"a":1}"#;

fuzz_target!(|header: &str| {
    let Ok(parsed) = Signature::parse(header) else { return };
    let (time, mac) = (single_part(header, "t"), single_part(header, "s"));
    let (named, seconds) = (time.parse::<i64>(), parsed.time().0);
    let is_named =
        named == Ok(seconds) || named.is_ok_and(|named| named >= 100_000_000_000 && named / 1000 == seconds);
    assert!(is_named, "the time is the one that the header names, in seconds or milliseconds");
    assert_eq!(
        Signature::parse(&format!("s={mac} , t={time}")).as_ref(),
        Ok(&parsed),
        "no other part matters"
    );
    let genuine = signature(time, BODY);
    let is_valid = parsed.verify(&secrets(), BODY).is_ok();
    assert_eq!(
        is_valid,
        genuine.ends_with(&mac.to_ascii_lowercase()),
        "it is valid when it is the genuine signature"
    );
    let genuine = Signature::parse(&genuine).expect("a valid header is parsed");
    assert!(genuine.verify(&secrets(), BODY).is_ok() && genuine.verify(&secrets(), b"").is_err());
});

/// The value of a part, of which a parsed header has exactly one.
fn single_part<'a>(header: &'a str, name: &str) -> &'a str {
    let parts = header.split(',').filter_map(|part| part.split_once('='));
    let mut values = parts.filter(|(of, _)| of.trim() == name).map(|(_, value)| value.trim());
    let value = values.next().expect("a parsed header has both parts");
    assert_eq!(values.next(), None, "a repeated part is refused");
    value
}
