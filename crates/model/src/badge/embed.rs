//! What one pastes into a document to show a badge that links to the profile.

use std::fmt::Write;

use super::{DEFAULT_LABEL, Style};
use crate::text_enum::text_enum;

text_enum! {
    /// How the document is written.
    Markup {
        /// Markdown, as on GitHub.
        Markdown => "markdown",
        /// HTML.
        Html => "html",
        /// reStructuredText, as in Python's documentation.
        ReStructuredText => "restructuredtext",
        /// AsciiDoc.
        AsciiDoc => "asciidoc",
    }
}

impl Markup {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::ReStructuredText => "reStructuredText",
            Self::AsciiDoc => "AsciiDoc",
        }
    }

    /// An image that links to a page, described by `alt` for those who do not see it. Both URLs are percent-encoded
    /// already; whatever `alt` holds, it stays a text.
    pub fn image_link(self, image: &str, page: &str, alt: &str) -> String {
        let alt: String = alt.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match self {
            Self::Markdown => format!("[![{}]({image})]({page})", escape_markdown(&alt)),
            Self::Html => format!(
                "<a href=\"{}\"><img src=\"{}\" alt=\"{}\"></a>",
                escape_html(page),
                escape_html(image),
                escape_html(&alt)
            ),
            // An option's value is taken as it stands.
            Self::ReStructuredText => {
                format!(".. image:: {image}\n   :alt: {}\n   :target: {page}", alt.trim())
            }
            Self::AsciiDoc => format!("image:{image}[\"{}\",link=\"{page}\"]", references(&alt)),
        }
    }
}

/// Markdown lets a backslash stand before any punctuation.
fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !",.;:'-".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// AsciiDoc has no escape that works everywhere, but it passes character references through.
fn references(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            // A string cannot refuse to be written to.
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Where an agent's badge is, in a style and with a label; what is usual is left out. No character of the label means
/// anything in any [`Markup`].
pub fn image_url(public_url: &str, gopi_id: &str, style: Style, label: &str) -> String {
    let mut url = format!("{public_url}/v1/public/{gopi_id}/badge.svg");
    let mut lead = '?';
    if style != Style::Flat {
        let _ = write!(url, "{lead}style={style}");
        lead = '&';
    }
    let label = label.trim();
    if label != DEFAULT_LABEL {
        let _ = write!(url, "{lead}label=");
        for byte in label.bytes() {
            if byte.is_ascii_alphanumeric() {
                url.push(char::from(byte));
            } else {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: &str = "https://t.example/v1/public/gopi_lch_1/badge.svg?style=social&label=a";
    const PAGE: &str = "https://t.example/a/gopi_lch_1";

    #[test]
    fn each_markup_shows_the_image_and_links_to_the_page() {
        let written = |markup: Markup| markup.image_link(IMAGE, PAGE, "Trust score of Bot");
        assert_eq!(written(Markup::Markdown), format!("[![Trust score of Bot]({IMAGE})]({PAGE})"));
        assert_eq!(
            written(Markup::Html),
            format!(
                "<a href=\"{PAGE}\"><img src=\"{}\" alt=\"Trust score of Bot\"></a>",
                IMAGE.replace('&', "&amp;")
            )
        );
        assert_eq!(
            written(Markup::ReStructuredText),
            format!(".. image:: {IMAGE}\n   :alt: Trust score of Bot\n   :target: {PAGE}")
        );
        assert_eq!(
            written(Markup::AsciiDoc),
            format!("image:{IMAGE}[\"Trust score of Bot\",link=\"{PAGE}\"]")
        );
    }

    #[test]
    fn a_name_stays_a_text_in_each_of_them() {
        let name = "a]b)[c *d* _e_ `f` <script> \"g\" & {h} \\ i\n\nj";
        let text = |markup: Markup| markup.image_link(IMAGE, PAGE, name);
        assert!(text(Markup::Markdown).starts_with(r"[![a\]b\)\[c \*d\* \_e\_ \`f\` \<script\> \"));
        assert!(text(Markup::Html).contains("&lt;script&gt; &quot;g&quot; &amp; {h}"));
        assert_eq!(text(Markup::ReStructuredText).lines().count(), 3);
        let doc = text(Markup::AsciiDoc);
        let alt = doc.split("[\"").nth(1).and_then(|rest| rest.split("\",link").next()).unwrap();
        assert!(alt.contains("a&#93;b&#41;"), "{alt}");
        assert!(!alt.contains(['[', ']', '"', '<', '*', '_', '`', '{', '\\']), "{alt}");
    }

    #[test]
    fn the_url_says_only_what_is_not_usual() {
        let url = |style, label| image_url("https://t.example", "gopi_lch_1", style, label);
        assert_eq!(url(Style::Flat, "trust"), "https://t.example/v1/public/gopi_lch_1/badge.svg");
        assert!(url(Style::Social, "trust").ends_with("badge.svg?style=social"));
        assert!(url(Style::Flat, "").ends_with("badge.svg?label="));
        let odd = url(Style::Plastic, "a_b--c (ü)");
        assert!(odd.ends_with("?style=plastic&label=a%5Fb%2D%2Dc%20%28%C3%BC%29"), "{odd}");
    }
}
