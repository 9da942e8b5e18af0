use std::fmt::Write;

use super::text::{escape, measure};
use super::{LABEL_COLOR, Style};

/// What a badge says: a label, which may be empty, and a message on a ground of this colour.
pub(super) struct Badge {
    pub label: String,
    pub message: String,
    pub color: &'static str,
}

/// How the styles differ that are two coloured grounds with white text. Lengths without a unit in the name are tenths
/// of a pixel: texts are drawn ten times as large and scaled down, because some viewers round small font sizes.
struct Look {
    height_px: u32,
    radius_px: u32,
    padding_px: u32,
    /// Stops of a gradient laid over both grounds; weak enough for white text to keep its contrast.
    light: &'static str,
    shadow: bool,
    font_size: u32,
    baseline: u32,
    /// Added between two letters.
    spacing: u32,
    capitals: bool,
}

const FONT: &str = "Verdana,Geneva,DejaVu Sans,sans-serif";

const FLAT: Look = Look {
    height_px: 20,
    radius_px: 3,
    padding_px: 5,
    light: r##"<stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/>"##,
    shadow: true,
    font_size: 110,
    baseline: 140,
    spacing: 0,
    capitals: false,
};
const FLAT_SQUARE: Look = Look { radius_px: 0, light: "", shadow: false, ..FLAT };
const PLASTIC: Look = Look {
    height_px: 18,
    radius_px: 4,
    light: r##"<stop offset="0" stop-color="#fff" stop-opacity=".4"/><stop offset=".12" stop-color="#aaa" stop-opacity=".1"/><stop offset=".88" stop-opacity=".2"/><stop offset="1" stop-opacity=".45"/>"##,
    baseline: 130,
    ..FLAT
};
const FOR_THE_BADGE: Look = Look {
    height_px: 28,
    padding_px: 9,
    font_size: 100,
    baseline: 175,
    spacing: 12,
    capitals: true,
    ..FLAT_SQUARE
};

/// Verdana Bold is about so much wider than Verdana, in percent.
const BOLD: u32 = 112;
/// Helvetica Bold is about so much of Verdana's width, in percent.
const HELVETICA: u32 = 95;

/// One half of a badge, its text already escaped.
struct Half {
    text: String,
    /// The colour of the ground; under `social` of the text.
    color: &'static str,
    bold: bool,
    x_px: u32,
    width_px: u32,
    /// The text's own length, in tenths of a pixel.
    length: u32,
}

impl Half {
    /// The middle, in tenths of a pixel.
    fn middle(&self) -> u32 {
        self.x_px * 10 + self.width_px * 5
    }

    fn end_px(&self) -> u32 {
        self.x_px + self.width_px
    }
}

/// Writing into a `String` cannot fail.
macro_rules! put {
    ($svg:expr, $($arg:tt)*) => {{ let _ = write!($svg, $($arg)*); }};
}

impl Badge {
    pub(super) fn draw(&self, style: Style) -> String {
        match style {
            Style::Flat => self.grounds(&FLAT),
            Style::FlatSquare => self.grounds(&FLAT_SQUARE),
            Style::Plastic => self.grounds(&PLASTIC),
            Style::ForTheBadge => self.grounds(&FOR_THE_BADGE),
            Style::Social => self.social(),
        }
    }

    /// Opens the picture and names it for those who cannot see it.
    fn open(&self, width_px: u32, height_px: u32) -> String {
        let name = match self.label.as_str() {
            "" => escape(&self.message),
            label => format!("{}: {}", escape(label), escape(&self.message)),
        };
        let mut svg = String::with_capacity(1_280 + 6 * name.len());
        put!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width_px}" height="{height_px}" role="img" aria-label="{name}"><title>{name}</title>"#
        );
        svg
    }

    fn grounds(&self, look: &Look) -> String {
        let halves = self.halves(look);
        let (height, radius) = (look.height_px, look.radius_px);
        let total = halves.iter().map(|h| h.width_px).sum();
        let mut svg = self.open(total, height);
        for (i, half) in halves.iter().enumerate() {
            let left = if i == 0 { radius } else { 0 };
            let right = if i + 1 == halves.len() { radius } else { 0 };
            put!(svg, r#"<path fill="{}" d=""#, half.color);
            outline(&mut svg, (half.x_px, half.end_px(), height), left, right);
            svg.push_str(r#""/>"#);
        }
        if !look.light.is_empty() {
            put!(
                svg,
                r##"<linearGradient id="l{height}" x2="0" y2="100%">{}</linearGradient><path fill="url(#l{height})" d=""##,
                look.light
            );
            outline(&mut svg, (0, total, height), radius, radius);
            svg.push_str(r#""/>"#);
        }
        put!(
            svg,
            r##"<g fill="#fff" text-anchor="middle" font-family="{FONT}" font-size="{}" text-rendering="geometricPrecision">"##,
            look.font_size
        );
        for half in &halves {
            if look.shadow {
                let shadow = r##" aria-hidden="true" fill="#010101" fill-opacity=".3""##;
                write_text(&mut svg, half, look.baseline + 10, shadow);
            }
            let bold = if half.bold { r#" font-weight="700""# } else { "" };
            write_text(&mut svg, half, look.baseline, bold);
        }
        svg.push_str("</g></svg>");
        svg
    }

    fn halves(&self, look: &Look) -> Vec<Half> {
        let mut halves: Vec<Half> = Vec::with_capacity(2);
        for (text, color, bold) in
            [(&self.label, LABEL_COLOR, false), (&self.message, self.color, look.capitals)]
        {
            if text.is_empty() {
                continue;
            }
            let capitals;
            let text = if look.capitals {
                capitals = text.to_uppercase();
                &capitals
            } else {
                text
            };
            let size = if bold { look.font_size * BOLD / 100 } else { look.font_size };
            let gaps = u32::try_from(text.chars().count().saturating_sub(1)).unwrap_or_default();
            let length = measure(text, size) + look.spacing * gaps;
            halves.push(Half {
                text: escape(text),
                color,
                bold,
                x_px: halves.last().map_or(0, Half::end_px),
                width_px: odd(length.div_ceil(10)) + 2 * look.padding_px,
                length,
            });
        }
        halves
    }

    /// A button with the label, and the message in a bubble beside it: dark on light, as its neighbours are.
    fn social(&self) -> String {
        let half = |text: &str, color, x_px| {
            let length = measure(text, 110 * HELVETICA / 100);
            let width_px = odd(length.div_ceil(10)) + 14;
            Half { text: escape(text), color, bold: true, x_px, width_px, length }
        };
        let label = (!self.label.is_empty()).then(|| half(&capitalised(&self.label), "#24292f", 0));
        let bubble = half(&self.message, self.color, label.as_ref().map_or(0, |l| l.end_px() + 6));
        let mut svg = self.open(bubble.end_px(), 20);
        svg.push_str(r##"<g stroke="#d0d7de">"##);
        for half in label.iter().chain([&bubble]) {
            let ground = if half.x_px == 0 { "#f6f8fa" } else { "#fff" };
            put!(
                svg,
                r#"<rect x="{}.5" y=".5" width="{}" height="19" rx="3" fill="{ground}"/>"#,
                half.x_px,
                half.width_px - 1
            );
        }
        if label.is_some() {
            // The tip has no line on the right, where it opens into the bubble.
            put!(
                svg,
                r##"<path d="M{0} 7v6z" stroke="#fff"/><path fill="#fff" d="M{0} 6.5L{1} 10l3.5 3.5"/>"##,
                format_args!("{}.5", bubble.x_px),
                bubble.x_px - 3
            );
        }
        svg.push_str(
            r#"</g><g text-anchor="middle" font-family="Helvetica Neue,Helvetica,Arial,sans-serif" font-weight="700" font-size="110" text-rendering="geometricPrecision">"#,
        );
        for half in label.iter().chain([&bubble]) {
            write_text(&mut svg, half, 140, &format!(r#" fill="{}""#, half.color));
        }
        svg.push_str("</g></svg>");
        svg
    }
}

/// `textLength` makes the text as long as we measured it, whatever font the viewer has.
fn write_text(svg: &mut String, half: &Half, baseline: u32, attributes: &str) {
    put!(
        svg,
        r#"<text x="{}" y="{baseline}" transform="scale(.1)" textLength="{}"{attributes}>{}</text>"#,
        half.middle(),
        half.length,
        half.text
    );
}

/// A box from one x to another, with the corners on each side rounded.
fn outline(svg: &mut String, (from, to, height): (u32, u32, u32), left: u32, right: u32) {
    put!(svg, "M{} 0H{}", from + left, to - right);
    if right > 0 {
        put!(svg, "a{0} {0} 0 0 1 {0} {0}V{1}a{0} {0} 0 0 1-{0} {0}", right, height - right);
    } else {
        put!(svg, "V{height}");
    }
    put!(svg, "H{}", from + left);
    if left > 0 {
        put!(svg, "a{0} {0} 0 0 1-{0}-{0}V{0}a{0} {0} 0 0 1 {0}-{0}", left);
    }
    svg.push('z');
}

/// Odd widths put the middle of a text on a whole pixel.
fn odd(px: u32) -> u32 {
    px | 1
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
