use leptos::prelude::*;
use pulldown_cmark::{Alignment, Event, LinkType, Options, Parser, Tag, TagEnd, html};

/// A text in Markdown as HTML that can hold nothing but paragraphs, headings, lists, tables, quotes, emphasis, code and links
/// to other sites and mail addresses. HTML inside it is shown, not run; images are left out.
fn safe_html(text: &str) -> String {
    let mut open_links = Vec::new();
    let mut columns = Columns::default();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        // The page has the only heading of the first level.
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(heading(level))),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(heading(level).to_end())),
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let followed = link_type == LinkType::Email || may_lead_to(&dest_url);
            open_links.push(followed);
            let title = "".into();
            followed.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        // Alignment would be an inline style.
        Event::Start(Tag::Table(columns)) => {
            Some(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])))
        }
        Event::End(TagEnd::Link) => {
            open_links.pop().unwrap_or(false).then_some(Event::End(TagEnd::Link))
        }
        other => Some(other),
    });
    let events = events.map(|event| columns.label(event));
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events);
    out
}

/// The columns of the table that is being read. Each cell of its body carries the name of its column, for screens too
/// narrow for the table.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    in_head: bool,
    at: usize,
}

impl Columns {
    fn label<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match &event {
            Event::Start(Tag::TableHead) => *self = Self { in_head: true, ..Self::default() },
            Event::End(TagEnd::TableHead) => self.in_head = false,
            Event::Start(Tag::TableRow) => self.at = 0,
            Event::Start(Tag::TableCell) if self.in_head => self.names.push(String::new()),
            Event::Text(text) | Event::Code(text) if self.in_head => {
                if let Some(name) = self.names.last_mut() {
                    name.push_str(text);
                }
            }
            Event::Start(Tag::TableCell) => {
                let name = self.names.get(self.at).map_or("", String::as_str);
                let name = name.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
                self.at += 1;
                return Event::Html(format!("<td data-label=\"{name}\">").into());
            }
            Event::End(TagEnd::TableCell) if !self.in_head => return Event::Html("</td>".into()),
            _ => {}
        }
        event
    }
}

fn heading(level: pulldown_cmark::HeadingLevel) -> Tag<'static> {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3};
    let level = if matches!(level, H1 | H2) { H2 } else { H3 };
    Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }
}

fn may_lead_to(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| ["http", "https", "mailto"].contains(&scheme.as_str()))
}

/// A text that the operator wrote in Markdown, of which only the harmless part is understood.
#[component]
pub fn Markdown(
    /// The text.
    #[prop(into)]
    text: String,
    /// The language it is in.
    lang: &'static str,
) -> impl IntoView {
    view! { <div lang=lang inner_html=safe_html(&text)></div> }
}

#[cfg(test)]
mod tests {
    use super::safe_html;

    #[test]
    fn headings_lists_and_links_are_understood() {
        let html = safe_html(
            "# Top\n\n### Low\n\nA **b** <mara@example.com>\n\n- [x](https://a.example/?q=1&r=2)\n- [m](MAILTO:a@b.example)",
        );
        assert!(html.contains("<h2>Top</h2>") && html.contains("<h3>Low</h3>"), "{html}");
        assert!(html.contains("<strong>b</strong>"), "{html}");
        assert!(html.contains(r#"<a href="https://a.example/?q=1&amp;r=2">x</a>"#), "{html}");
        assert!(html.contains(r#"<a href="mailto:mara@example.com">"#), "{html}");
        assert!(html.contains("MAILTO:a@b.example"), "{html}");
    }

    #[test]
    fn a_cell_carries_the_name_of_its_column() {
        let html = safe_html("| A | `\"x\"` & <b> |\n|---|---|\n| **1** | 2 |\n| 3 | 4 |");
        assert!(html.contains("<th>A</th>"), "{html}");
        assert!(html.contains("<td data-label=\"A\"><strong>1</strong></td>"), "{html}");
        assert!(html.contains("<td data-label=\"&quot;x&quot; &amp; &lt;b>\">2</td>"), "{html}");
        assert!(html.contains("<tr><td data-label=\"A\">3</td>"), "{html}");
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x]( \tjavascript:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "<javascript:alert(1)>",
            "[x](data:text/html,<script>)",
            "[x](vbscript:x)",
            "[x](//evil.example)",
            "[x](/logout)",
            "![x](https://evil.example/pixel.png)",
            "![x](javascript:alert(1))",
            "[x][r]\n\n[r]: javascript:alert(1)",
            "[![x](https://a.example/p.png)](javascript:alert(1))",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<style>body{display:none}</style>",
            "<div\nonclick=x>\n</div>",
            "`<script>`",
            "```\n</code><script>\n```",
            "[x](https://a.example \"\\\" onclick=alert(1)\")",
            "# <b onclick=x>",
        ] {
            let html = safe_html(text);
            let tags: Vec<_> =
                html.split('<').skip(1).map(|t| t.split(['>', ' ']).next().unwrap()).collect();
            let known = ["p", "/p", "h2", "/h2", "code", "/code", "pre", "/pre", "a", "/a"];
            assert!(tags.iter().all(|tag| known.contains(tag)), "{text} became {html}");
            assert!(
                !html.contains("<a href=\"javascript") && !html.contains("<a href=\"data"),
                "{html}"
            );
            assert!(!html.contains("href=\"/"), "{text} became {html}");
            assert!(!html.contains("\" onclick"), "{text} became {html}");
        }
    }
}
