//! The icons: thin strokes on a grid of 24, in the colour of the text around them.

use leptos::prelude::*;

/// What an icon says. It always stands beside words, so it is hidden from screen readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Works, allowed.
    Check,
    /// Off, not allowed.
    Off,
    /// Not known.
    Unknown,
    /// Soon over, or late.
    Clock,
    /// Needs attention.
    Alert,
    /// Ended, refused.
    Ended,
    /// For information.
    Info,
    /// A person without a picture.
    Person,
    /// Take away as a file.
    Download,
    /// Disconnect.
    Unlink,
    /// Delete.
    Bin,
}

impl Icon {
    /// The outline, as the `d` attribute of an SVG path.
    const fn outline(self) -> &'static str {
        match self {
            Self::Check => "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M8 12.4l2.8 2.8L16 9.6",
            Self::Off => "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M8 12h8",
            Self::Unknown => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M9.6 9.6a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.7M12 16.6v.1"
            }
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7.4V12l3 2",
            Self::Alert => "M12 4 2.8 20h18.4zM12 10v4.4M12 17.2v.1",
            Self::Ended => "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M9.2 9.2l5.6 5.6M14.8 9.2l-5.6 5.6",
            Self::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 11v5.2M12 7.6v.1",
            Self::Person => "M12 4a4 4 0 1 0 0 8 4 4 0 1 0 0-8M4.5 20.5a7.5 7.5 0 0 1 15 0",
            Self::Download => "M12 4v11M7.5 10.8 12 15.3l4.5-4.5M5 20h14",
            Self::Unlink => {
                "M16.5 12.7l2.2-2.2a4 4 0 0 0-5.7-5.7l-2.2 2.2M7.5 11.3l-2.2 2.2a4 4 0 0 0 5.7 5.7l2.2-2.2M4 4l16 16"
            }
            Self::Bin => "M4 7h16M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.2 11v5.5M13.8 11v5.5",
        }
    }
}

/// Draws an [`Icon`].
#[component]
pub fn Glyph(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.outline()/>
        </svg>
    }
}
