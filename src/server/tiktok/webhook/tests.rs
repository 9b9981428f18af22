use proptest::prelude::*;

use super::*;

/// A known signature: header, body and the secret `example-secret`.
const HEADER_TEXT: &str = "t=1893456000,s=597d8ac5b3314dc8fbb524ed425227b68e16f1da5c7a4b1b11f7f6a91d08ff1d";
const BODY: &[u8] = br#"{"a":1}"#;

fn secrets(texts: &[&str]) -> Vec<SecretString> {
    texts.iter().map(|text| SecretString::from(*text)).collect()
}

fn verify(header: &str, texts: &[&str], body: &[u8]) -> Result<(), BadSignature> {
    Signature::parse(header)?.verify(&secrets(texts), body).map(|_| ())
}

/// A header in TikTok's form.
fn signature_header(secret: &str, time: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(time).chain_update(".").chain_update(body);
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}

#[test]
fn known_signature_is_valid() {
    assert_eq!(verify(HEADER_TEXT, &["example-secret"], BODY), Ok(()));
    assert_eq!(Signature::parse(HEADER_TEXT).unwrap().time(), Timestamp(1_893_456_000));
}

#[test]
fn either_configured_secret_is_accepted() {
    assert_eq!(verify(HEADER_TEXT, &["new", "example-secret"], BODY), Ok(()));
    assert_eq!(verify(HEADER_TEXT, &["new", "newer"], BODY), Err(BadSignature::Wrong));
    assert_eq!(verify(HEADER_TEXT, &[], BODY), Err(BadSignature::Wrong));
}

#[test]
fn order_spaces_case_and_unknown_parts_are_ignored() {
    let (time, mac) = HEADER_TEXT.split_once(',').unwrap();
    for header in [
        format!("{mac},{time}"),
        format!("{time}, {mac}"),
        format!("v=2,{time},{mac},x,=,y=a=b"),
        format!("{time},s={}", mac.trim_start_matches("s=").to_uppercase()),
    ] {
        assert_eq!(verify(&header, &["example-secret"], BODY), Ok(()), "{header}");
    }
}

#[test]
fn time_of_signing_may_be_in_milliseconds() {
    let header = signature_header("k", "1893456000123", BODY);
    assert_eq!(verify(&header, &["k"], BODY), Ok(()), "the text is signed as it is written");
    assert_eq!(Signature::parse(&header).unwrap().time(), Timestamp(1_893_456_000));
}

#[test]
fn signature_covers_the_text_of_t() {
    let header = signature_header("k", "0000000007", BODY);
    assert_eq!(verify(&header, &["k"], BODY), Ok(()));
    assert_eq!(verify(&header.replace("t=0000000007", "t=7"), &["k"], BODY), Err(BadSignature::Wrong));
}

#[test]
fn malformed_header_is_refused() {
    let mac = "0".repeat(64);
    for header in [
        String::new(),
        "t=1".to_owned(),
        format!("s={mac}"),
        format!("t=,s={mac}"),
        format!("t=-1,s={mac}"),
        format!("t=+1,s={mac}"),
        format!("t=1.5,s={mac}"),
        format!("t=1e9,s={mac}"),
        format!("t=1 2,s={mac}"),
        format!("t=9999999999999999,s={mac}"),
        format!("t=١٢٣,s={mac}"),
        format!("t=1,t=1,s={mac}"),
        format!("t=1,s={mac},s={mac}"),
        format!("t=1,s={mac}0"),
        format!("t=1,s={}", "0".repeat(63)),
        format!("t=1,s={}", "g".repeat(64)),
        format!("T=1,S={mac}"),
        format!("t=1,s={mac},x={}", "x".repeat(MAX_HEADER_BYTES)),
    ] {
        assert!(matches!(Signature::parse(&header), Err(BadSignature::Malformed(_))), "{header}");
    }
}

#[test]
fn digest_is_sha256_of_the_bytes() {
    let digest = SignedBody::from_store("abc").digest();
    assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

proptest! {
    #[test]
    fn arbitrary_header_never_panics(header in "\\PC{0,80}|[ts=,0-9a-f ]{0,160}") {
        if let Ok(signature) = Signature::parse(&header) {
            prop_assert!(signature.verify(&secrets(&["k"]), BODY).is_err());
        }
    }

    #[test]
    fn signature_is_valid_and_one_changed_byte_is_not(
        secret in "[!-~]{1,80}",
        time in 0_u64..999_999_999_999,
        body in proptest::collection::vec(any::<u8>(), 0..300),
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let header = signature_header(&secret, &time.to_string(), &body);
        prop_assert_eq!(verify(&header, &[&secret], &body), Ok(()));
        let longer = format!("{secret}x");
        prop_assert!(verify(&header, &[&longer], &body).is_err());
        prop_assert!(verify(&header.replacen("t=", "t=1", 1), &[&secret], &body).is_err());
        let mut other = body.clone();
        other.push(0);
        let place = place.index(other.len());
        other[place] ^= change;
        prop_assert!(verify(&header, &[&secret], &other).is_err());
    }
}
