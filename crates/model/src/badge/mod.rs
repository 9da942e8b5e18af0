//! The trust badge: a small SVG that says grade and score in a README.
//!
//! The width of every text is fixed with `textLength` from our own table of Verdana's advance widths, so that the
//! badge looks alike whatever fonts the viewer has. All colours carry white text at AA contrast (4.5:1), and the
//! grade is always letter and number, never colour alone.

mod embed;
mod style;
mod text;

pub use embed::{Markup, image_url};

use crate::score::Grade;
use crate::text_enum::text_enum;

text_enum! {
    /// How a badge looks; the names are those that README authors know from other badges.
    Style {
        /// Rounded, a hint of light, 20 px high.
        Flat => "flat",
        /// Square corners, no light, 20 px high.
        FlatSquare => "flat-square",
        /// Rounded and shiny, 18 px high.
        Plastic => "plastic",
        /// In capitals, 28 px high.
        ForTheBadge => "for-the-badge",
        /// Like a button with a counter, 20 px high.
        Social => "social",
    }
}

/// The text on the left unless another is asked for.
pub const DEFAULT_LABEL: &str = "trust";
/// Characters of a label that are shown at most.
pub const MAX_LABEL: usize = 60;

/// What a badge says on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Message {
    /// A valid certificate.
    Certified {
        /// The certified grade.
        grade: Grade,
        /// The certified score.
        score: u8,
    },
    /// There is no certificate, or it was revoked.
    NotCertified,
    /// The certificate's time is over.
    Expired,
    /// The score fell far below the certified one.
    Suspended,
    /// Nobody knows this agent.
    NotFound,
}

impl Message {
    /// The words.
    pub fn text(self) -> String {
        match self {
            Self::Certified { grade, score } => format!("{grade} {score}"),
            Self::NotCertified => "not certified".to_owned(),
            Self::Expired => "expired".to_owned(),
            Self::Suspended => "suspended".to_owned(),
            Self::NotFound => "not found".to_owned(),
        }
    }

    /// The ground under the words, `#rrggbb`.
    pub const fn color(self) -> &'static str {
        match self {
            Self::Certified { grade, .. } => match grade {
                Grade::APlus => "#0b6b2e",
                Grade::A => "#1a7f37",
                Grade::B => "#3f7d0a",
                Grade::C => "#8a6100",
                Grade::D => "#b35900",
                Grade::F => "#b42318",
            },
            _ => "#57606a",
        }
    }
}

/// The ground under the label.
pub const LABEL_COLOR: &str = "#424a53";

/// A label as badges show it: one line of at most 60 characters.
pub fn clean_label(label: &str) -> String {
    text::clean(label)
}

/// Draws a badge. Any label is safe: it becomes one line of at most 60 characters, without what XML cannot hold, and
/// escaped. With an empty label only the message is drawn.
pub fn render(style: Style, label: &str, message: Message) -> String {
    let badge =
        style::Badge { label: text::clean(label), message: message.text(), color: message.color() };
    badge.draw(style)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A_PLUS: Message = Message::Certified { grade: Grade::APlus, score: 97 };

    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn white_text_is_readable_on_every_ground() {
        let grades = Grade::ALL.iter().map(|g| Message::Certified { grade: *g, score: 50 });
        for color in grades.map(Message::color).chain([Message::Expired.color(), LABEL_COLOR]) {
            let contrast = 1.05 / (luminance(color) + 0.05);
            assert!(contrast >= 4.5, "{color} {contrast}");
        }
    }

    #[test]
    fn every_style_looks_as_reviewed() {
        for style in Style::ALL {
            insta::assert_snapshot!(style.as_str(), render(*style, DEFAULT_LABEL, A_PLUS));
        }
    }

    #[test]
    fn a_badge_without_a_label_is_the_message_alone() {
        for style in Style::ALL {
            let svg = render(*style, " ", Message::Expired);
            assert!(svg.contains(r#"aria-label="expired"><title>expired</title>"#), "{svg}");
            assert!(well_formed(&svg) && !svg.contains("></text>"), "{svg}");
        }
        insta::assert_snapshot!("flat-without-label", render(Style::Flat, "", Message::Expired));
    }

    #[test]
    fn every_style_says_what_it_means_and_stays_small() {
        for style in Style::ALL {
            let svg = render(*style, DEFAULT_LABEL, A_PLUS);
            assert!(svg.contains(r#"aria-label="trust: A+ 97""#), "{style}");
            assert!(svg.contains("<title>trust: A+ 97</title>"), "{style}");
            assert!(svg.len() <= 1_400, "{style} {}", svg.len());
        }
        assert!(render(Style::Flat, DEFAULT_LABEL, A_PLUS).len() <= 1_300);
    }

    #[test]
    fn labels_are_escaped_and_cut() {
        let svg = render(Style::Flat, "<script>\"&'\u{0}", Message::NotFound);
        assert!(svg.contains("&lt;script&gt;&quot;&amp;&#39;"), "{svg}");
        let long = render(Style::Flat, &"x".repeat(500), Message::NotFound);
        assert!(long.contains(&format!(">{}…<", "x".repeat(59))), "{long}");
    }

    /// Checks that tags close in order and that `<`, `&` stand only where markup begins.
    fn well_formed(svg: &str) -> bool {
        let mut open: Vec<&str> = Vec::new();
        let mut rest = svg;
        while let Some(at) = rest.find('<') {
            let Some(end) = rest[at..].find('>') else { return false };
            let tag = &rest[at + 1..at + end];
            let name = |t: &'_ str| t.split([' ', '/']).next().unwrap_or_default().len();
            if let Some(closing) = tag.strip_prefix('/') {
                if open.pop() != Some(closing) {
                    return false;
                }
            } else if !tag.ends_with('/') {
                open.push(&tag[..name(tag)]);
            }
            rest = &rest[at + end + 1..];
        }
        let entities = svg.split('&').skip(1).all(|e| {
            ["lt;", "gt;", "amp;", "quot;", "#39;"].iter().any(|known| e.starts_with(known))
        });
        open.is_empty() && entities
    }

    proptest! {
        #[test]
        fn no_label_breaks_out(label in ".{0,80}", at in 0..5_usize) {
            let svg = render(Style::ALL[at], &label, A_PLUS);
            prop_assert!(well_formed(&svg), "{}", svg);
        }
    }
}
