//! Light or dark.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Malformed;

/// The colours of the pages, as a person wants them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it, which may change over the day.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in forms, cookies and the stylesheet.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = Malformed;

    fn from_str(name: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|theme| theme.name() == name);
        found.ok_or(Malformed { what: "theme", why: "it is system, light or dark" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_is_known_by_its_name() {
        for theme in Theme::ALL {
            assert_eq!(theme.name().parse(), Ok(theme));
        }
        assert!("Dark".parse::<Theme>().is_err());
    }
}
