//! Durations on the command line: `30d`, `12h`, `never`.

use creator_connect::domain::Timestamp;

/// How long something is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// So many seconds.
    Seconds(i64),
    /// Without an end.
    Never,
}

impl Lifetime {
    /// When it ends, if it began at `now`.
    pub(crate) fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Seconds(seconds) => Some(now.plus_seconds(seconds)),
            Self::Never => None,
        }
    }
}

/// Parses a number of days, hours or minutes, or `never`.
pub(crate) fn lifetime(text: &str) -> Result<Lifetime, &'static str> {
    const HELP: &str = "write a number of days, hours or minutes, as 30d, 12h or 15m, or never";
    if text == "never" {
        return Ok(Lifetime::Never);
    }
    let unit = match text.chars().last() {
        Some('d') => 86_400,
        Some('h') => 3600,
        Some('m') => 60,
        _ => return Err(HELP),
    };
    let number: u16 = text.get(..text.len() - 1).and_then(|number| number.parse().ok()).ok_or(HELP)?;
    if number == 0 { Err(HELP) } else { Ok(Lifetime::Seconds(i64::from(number) * unit)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetime_has_a_unit_or_is_never() {
        assert_eq!(lifetime("30d"), Ok(Lifetime::Seconds(30 * 86_400)));
        assert_eq!(lifetime("12h"), Ok(Lifetime::Seconds(12 * 3600)));
        assert_eq!(lifetime("never"), Ok(Lifetime::Never));
        for wrong in ["", "30", "d", "0d", "-1d", "1y", "99999d", "1é"] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }
}
