use std::fmt::Write;

use super::{LABEL_COLOR, width};

/// A badge's texts and colour.
pub(super) struct Badge {
    pub label: String,
    pub message: String,
    pub color: &'static str,
}

/// Padding at the outer edges and on both sides of the middle, in tenths of a pixel.
const PAD: u32 = 50;
const FONT: &str = "Verdana,Geneva,DejaVu Sans,sans-serif";

/// Places of the two halves, in pixels and, for texts, in tenths of a pixel.
struct Layout {
    left: u32,
    right: u32,
    label_width: u32,
    message_width: u32,
}

impl Layout {
    fn of(badge: &Badge, size: u32, pad: u32, spacing: u32) -> Self {
        let text = |t: &str| {
            let letters = u32::try_from(t.chars().count()).unwrap_or_default();
            width::of(t, size) + spacing * letters
        };
        let half = |w: u32| if w == 0 { 0 } else { odd((w + 2 * pad).div_ceil(10)) };
        let (label_width, message_width) = (text(&badge.label), text(&badge.message));
        Self { left: half(label_width), right: half(message_width), label_width, message_width }
    }

    fn total(&self) -> u32 {
        self.left + self.right
    }

    fn label_middle(&self) -> u32 {
        self.left * 5
    }

    fn message_middle(&self) -> u32 {
        self.left * 10 + self.right * 5
    }
}

/// Odd widths put the middle of a text on a whole pixel.
fn odd(pixels: u32) -> u32 {
    pixels | 1
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Writing into a `String` cannot fail.
macro_rules! put {
    ($svg:expr, $($arg:tt)*) => {{ let _ = write!($svg, $($arg)*); }};
}

impl Badge {
    fn open(&self, width: u32, height: u32) -> String {
        let mut svg = String::with_capacity(1_400);
        let (label, message) = (escape(&self.label), escape(&self.message));
        let name = if label.is_empty() { message } else { format!("{label}: {message}") };
        put!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-label="{name}"><title>{name}</title>"#
        );
        svg
    }

    fn grounds(&self, svg: &mut String, l: &Layout, height: u32) {
        put!(
            svg,
            r#"<path fill="{LABEL_COLOR}" d="M0 0h{0}v{height}H0z"/><path fill="{1}" d="M{0} 0h{2}v{height}H{0}z"/>"#,
            l.left,
            self.color,
            l.right
        );
    }

    /// Both texts, each with a shadow below it if there is one.
    fn texts(&self, svg: &mut String, l: &Layout, baseline: u32, shadow: bool) {
        put!(
            svg,
            r##"<g fill="#fff" text-anchor="middle" font-family="{FONT}" font-size="110">"##
        );
        let halves = [
            (&self.label, l.label_middle(), l.label_width),
            (&self.message, l.message_middle(), l.message_width),
        ];
        for (text, middle, width) in halves {
            if text.is_empty() {
                continue;
            }
            let text = escape(text);
            if shadow {
                put!(
                    svg,
                    r##"<text aria-hidden="true" x="{middle}" y="{}" fill="#010101" fill-opacity=".3" transform="scale(.1)" textLength="{width}">{text}</text>"##,
                    baseline + 10
                );
            }
            put!(
                svg,
                r#"<text x="{middle}" y="{baseline}" transform="scale(.1)" textLength="{width}">{text}</text>"#
            );
        }
        svg.push_str("</g>");
    }

    pub(super) fn flat(&self) -> String {
        let l = Layout::of(self, 110, PAD, 0);
        let total = l.total();
        let mut svg = self.open(total, 20);
        put!(
            svg,
            r##"<linearGradient id="s" x2="0" y2="100%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/></linearGradient><clipPath id="r"><rect width="{total}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">"##
        );
        self.grounds(&mut svg, &l, 20);
        put!(svg, r#"<path fill="url(#s)" d="M0 0h{total}v20H0z"/></g>"#);
        self.texts(&mut svg, &l, 140, true);
        svg.push_str("</svg>");
        svg
    }

    pub(super) fn flat_square(&self) -> String {
        let l = Layout::of(self, 110, PAD, 0);
        let mut svg = self.open(l.total(), 20);
        svg.push_str(r#"<g shape-rendering="crispEdges">"#);
        self.grounds(&mut svg, &l, 20);
        svg.push_str("</g>");
        self.texts(&mut svg, &l, 140, false);
        svg.push_str("</svg>");
        svg
    }

    pub(super) fn plastic(&self) -> String {
        let l = Layout::of(self, 110, PAD, 0);
        let total = l.total();
        let mut svg = self.open(total, 18);
        put!(
            svg,
            r##"<linearGradient id="s" x2="0" y2="100%"><stop offset="0" stop-color="#fff" stop-opacity=".28"/><stop offset=".1" stop-color="#aaa" stop-opacity=".1"/><stop offset=".9" stop-opacity=".18"/><stop offset="1" stop-opacity=".4"/></linearGradient><clipPath id="r"><rect width="{total}" height="18" rx="4"/></clipPath><g clip-path="url(#r)">"##
        );
        self.grounds(&mut svg, &l, 18);
        put!(svg, r#"<path fill="url(#s)" d="M0 0h{total}v18H0z"/></g>"#);
        self.texts(&mut svg, &l, 130, true);
        svg.push_str("</svg>");
        svg
    }

    pub(super) fn for_the_badge(&self) -> String {
        let capitals = Self {
            label: self.label.to_uppercase(),
            message: self.message.to_uppercase(),
            color: self.color,
        };
        // Bold letters, spaced apart.
        let l = Layout::of(&capitals, 108, 90, 12);
        let mut svg = self.open(l.total(), 28);
        svg.push_str(r#"<g shape-rendering="crispEdges">"#);
        self.grounds(&mut svg, &l, 28);
        put!(
            svg,
            r##"</g><g fill="#fff" text-anchor="middle" font-family="{FONT}" font-size="100">"##
        );
        let halves = [
            (&capitals.label, l.label_middle(), l.label_width, ""),
            (&capitals.message, l.message_middle(), l.message_width, r#" font-weight="bold""#),
        ];
        for (text, middle, width, weight) in halves {
            if !text.is_empty() {
                put!(
                    svg,
                    r#"<text x="{middle}" y="175" transform="scale(.1)" textLength="{width}"{weight}>{}</text>"#,
                    escape(text)
                );
            }
        }
        svg.push_str("</g></svg>");
        svg
    }

    pub(super) fn social(&self) -> String {
        let l = Layout::of(self, 112, 60, 0);
        // The bubble stands 6 px to the right of the button, its tip between them.
        let bubble = l.left + 6;
        let mut svg = self.open(l.total() + 7, 20);
        put!(
            svg,
            r##"<g stroke="#d5d5d5"><rect x=".5" y=".5" width="{}" height="19" rx="2" fill="#f6f8fa"/><rect x="{bubble}.5" y=".5" width="{}" height="19" rx="2" fill="#fff"/><path fill="#fff" d="M{bubble} 7.5l-3 2.5 3 2.5" transform="translate(.5)"/></g>"##,
            l.left,
            l.right - 1
        );
        put!(
            svg,
            r##"<g text-anchor="middle" font-family="Helvetica Neue,Helvetica,Arial,sans-serif" font-weight="700" font-size="110"><text x="{}" y="140" fill="#24292f" transform="scale(.1)" textLength="{}">{}</text><text x="{}" y="140" fill="{}" transform="scale(.1)" textLength="{}">{}</text></g></svg>"##,
            l.label_middle() + 5,
            l.label_width,
            escape(&self.label),
            bubble * 10 + l.right * 5,
            self.color,
            l.message_width,
            escape(&self.message)
        );
        svg
    }
}
