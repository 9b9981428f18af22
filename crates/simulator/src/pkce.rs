//! Proof key for code exchange as TikTok has it: hex instead of RFC 7636's base64url (`login-kit-desktop`).

use sha2::{Digest, Sha256};

/// Whether the authorize page accepts a challenge. A base64url one is accepted there and fails at the exchange, as at
/// TikTok.
pub(crate) fn is_accepted_by_authorize(challenge: &str) -> bool {
    matches!(challenge.len(), 43 | 64) && challenge.bytes().all(unreserved)
}

/// Whether the verifier of the exchange matches the challenge of the authorize step: lower-case hex of SHA-256.
pub(crate) fn matches(challenge: &str, verifier: &str) -> bool {
    let well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    well_formed && hex::encode(Sha256::digest(verifier)) == challenge
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{is_accepted_by_authorize, matches};

    // The verifier of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const HEX: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
    const BASE64URL: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    // SHA-256 of `short`.
    const SHORT: &str = "f9b0078b5df596d2ea19010c001bbd009e651de2c57e8fb7e355f31eb9d3f739";

    #[test]
    fn hex_challenge_is_accepted_and_matches() {
        assert!(is_accepted_by_authorize(HEX));
        assert!(matches(HEX, VERIFIER));
    }

    #[test]
    fn base64url_challenge_is_accepted_but_never_matches() {
        assert!(is_accepted_by_authorize(BASE64URL));
        assert!(!matches(BASE64URL, VERIFIER));
    }

    #[test]
    fn upper_case_hex_challenge_does_not_match() {
        assert!(!matches(&HEX.to_uppercase(), VERIFIER));
    }

    #[test]
    fn short_verifier_and_odd_challenge_are_refused() {
        assert!(!matches(SHORT, "short"));
        assert!(!is_accepted_by_authorize("abc"));
        assert!(!is_accepted_by_authorize(&"*".repeat(64)));
    }
}
