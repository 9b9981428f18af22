//! The receipt of a creator who disconnects or deletes their data.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Malformed, Timestamp};

/// What is to become of the profile when the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileChoice {
    /// What TikTok said of the creator is erased.
    Erase,
    /// It stays, for when the creator comes back.
    Keep,
}

/// What a creator who left is shown, once and for as long as their session lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What to quote.
    pub number: ReceiptNumber,
    /// When they left.
    pub at: Timestamp,
    /// Whether there was a connection until then, whose tokens were erased.
    pub was_connected: bool,
    /// What TikTok knows of it.
    pub tiktok: TikTokNotice,
    /// What is still stored.
    pub remains: RemainingData,
}

/// What TikTok knows of a connection that ended here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TikTokNotice {
    /// TikTok has confirmed the revocation.
    Confirmed,
    /// TikTok could not be reached; the revocation is retried until it is confirmed.
    Pending,
    /// There was nothing to revoke.
    NotNeeded,
}

/// What is stored of a creator who left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemainingData {
    /// Their profile, without any token.
    Profile,
    /// That they were here, without anything that TikTok said of them.
    Record,
    /// Nothing.
    Nothing,
}

impl From<ProfileChoice> for RemainingData {
    fn from(choice: ProfileChoice) -> Self {
        match choice {
            ProfileChoice::Keep => Self::Profile,
            ProfileChoice::Erase => Self::Record,
        }
    }
}

/// A number that a person can read out: twelve digits in groups of four, as `0412-9930-1175`.
///
/// It identifies no creator: it may stay in logs when all else is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptNumber(String);

impl ReceiptNumber {
    /// The number made of random bits.
    #[must_use]
    pub fn from_random(bits: u64) -> Self {
        let group = |place: u32| bits / 10_u64.pow(4 * place) % 10_000;
        Self(format!("{:04}-{:04}-{:04}", group(2), group(1), group(0)))
    }
}

impl FromStr for ReceiptNumber {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let groups: Vec<&str> = text.split('-').collect();
        let digits = |group: &&str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_digit());
        (groups.len() == 3 && groups.iter().all(digits))
            .then(|| Self(text.to_owned()))
            .ok_or(Malformed { what: "receipt number", why: "it has three groups of four digits" })
    }
}

impl TryFrom<String> for ReceiptNumber {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<ReceiptNumber> for String {
    fn from(number: ReceiptNumber) -> Self {
        number.0
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_three_groups_of_four_digits() {
        assert_eq!(ReceiptNumber::from_random(41_299_301_175).to_string(), "0412-9930-1175");
        for bits in [0, 9_999, u64::MAX] {
            let number = ReceiptNumber::from_random(bits);
            assert_eq!(number.to_string().parse(), Ok(number));
        }
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in
            ["", "0412-9930", "0412-9930-117", "0412-9930-11x5", "0412-9930-1175-0000", "<b>-9930-1175"]
        {
            assert!(text.parse::<ReceiptNumber>().is_err(), "{text}");
        }
    }
}
