use proptest::prelude::*;

use super::*;

/// The vector of our notes on TikTok's API.
const HEADER_TEXT: &str = "t=1893456000,s=597d8ac5b3314dc8fbb524ed425227b68e16f1da5c7a4b1b11f7f6a91d08ff1d";
const BODY: &[u8] = br#"{"a":1}"#;

fn secrets(texts: &[&str]) -> Vec<SecretString> {
    texts.iter().map(|text| SecretString::from(*text)).collect()
}

fn verified(header: &str, texts: &[&str], body: &[u8]) -> Result<(), BadSignature> {
    Signature::parse(header)?.verify(&secrets(texts), body).map(|_| ())
}

/// A header as TikTok would write it.
fn signed(secret: &str, time: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(time).chain_update(".").chain_update(body);
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}

#[test]
fn the_known_vector_holds() {
    assert_eq!(verified(HEADER_TEXT, &["example-secret"], BODY), Ok(()));
    assert_eq!(Signature::parse(HEADER_TEXT).unwrap().time(), Timestamp(1_893_456_000));
}

#[test]
fn during_a_change_either_secret_is_good_and_no_third() {
    assert_eq!(verified(HEADER_TEXT, &["new", "example-secret"], BODY), Ok(()));
    assert_eq!(verified(HEADER_TEXT, &["new", "newer"], BODY), Err(BadSignature::Wrong));
    assert_eq!(verified(HEADER_TEXT, &[], BODY), Err(BadSignature::Wrong));
}

#[test]
fn order_spaces_case_and_strange_parts_do_not_matter() {
    let (time, mac) = HEADER_TEXT.split_once(',').unwrap();
    for header in [
        format!("{mac},{time}"),
        format!("{time}, {mac}"),
        format!("v=2,{time},{mac},x,=,y=a=b"),
        format!("{time},s={}", mac.trim_start_matches("s=").to_uppercase()),
    ] {
        assert_eq!(verified(&header, &["example-secret"], BODY), Ok(()), "{header}");
    }
}

#[test]
fn what_is_signed_is_the_time_to_the_letter() {
    let header = signed("k", "0000000007", BODY);
    assert_eq!(verified(&header, &["k"], BODY), Ok(()));
    assert_eq!(verified(&header.replace("t=0000000007", "t=7"), &["k"], BODY), Err(BadSignature::Wrong));
}

#[test]
fn a_header_of_another_form_is_refused() {
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
        format!("t=9999999999999,s={mac}"),
        format!("t=١٢٣,s={mac}"),
        format!("t=1,t=1,s={mac}"),
        format!("t=1,s={mac},s={mac}"),
        format!("t=1,s={mac}0"),
        format!("t=1,s={}", "0".repeat(63)),
        format!("t=1,s={}", "g".repeat(64)),
        format!("T=1,S={mac}"),
        format!("t=1,s={mac},x={}", "x".repeat(LONGEST_HEADER)),
    ] {
        assert!(matches!(Signature::parse(&header), Err(BadSignature::Malformed(_))), "{header}");
    }
}

#[test]
fn a_digest_is_of_the_bytes() {
    let digest = SignedBody::from_store("abc").digest();
    assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

proptest! {
    /// Whatever comes, it is refused or read; nothing panics.
    #[test]
    fn no_header_is_too_strange(header in "\\PC{0,80}|[ts=,0-9a-f ]{0,160}") {
        if let Ok(signature) = Signature::parse(&header) {
            prop_assert!(signature.verify(&secrets(&["k"]), BODY).is_err());
        }
    }

    #[test]
    fn what_was_signed_holds_and_one_changed_byte_does_not(
        secret in "[!-~]{1,80}",
        time in 0_u64..999_999_999_999,
        body in proptest::collection::vec(any::<u8>(), 0..300),
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let header = signed(&secret, &time.to_string(), &body);
        prop_assert_eq!(verified(&header, &[&secret], &body), Ok(()));
        let longer = format!("{secret}x");
        prop_assert!(verified(&header, &[&longer], &body).is_err());
        prop_assert!(verified(&header.replacen("t=", "t=1", 1), &[&secret], &body).is_err());
        let mut other = body.clone();
        other.push(0);
        let place = place.index(other.len());
        other[place] ^= change;
        prop_assert!(verified(&header, &[&secret], &other).is_err());
    }
}
