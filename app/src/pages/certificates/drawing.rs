use leptos::prelude::*;
use model::CertificateState;
use service::PublicCertificate;

use crate::components::{Band, Dial, Rosette, certificate_state_label};
use crate::i18n::format;
use crate::page::PageCx;

/// The drawing brings its own look: it is looked at far from our stylesheet. Light, as on paper.
const LOOK: &str = "text{font-family:'Hanken Grotesk',system-ui,sans-serif;fill:#13222a}\
    .soft{fill:#4a5a63}.mono{font-family:ui-monospace,monospace}.accent{fill:#0b5e78}\
    .engrave{fill:none;stroke:#7fb2c4}.void .engrave{stroke:#c9ced1}\
    .tick-track{fill:none;stroke:#d3d9dc;stroke-width:9}.tick-value{fill:none;stroke:#0b5e78;stroke-width:9}\
    .void .tick-value{stroke:#6b7880}.tick-grade{stroke:#6b7880;stroke-width:.8}\
    .tick-next{fill:none;stroke:#13222a;stroke-width:.8}\
    .dial text{text-anchor:middle}.dial-letter{font-size:6.2px;dominant-baseline:central;fill:#6b7880}\
    .dial-number{font-size:40px;font-weight:550;letter-spacing:-.045em}\
    .dial-word{font-size:8.4px;font-weight:600}.dial-sub{font-size:6.4px;fill:#4a5a63}";

/// Width of a name that fits before the rosette, in characters as wide as most; a drawing cannot break lines.
const MAX_NAME: usize = 34;
/// The same, in the size that short names have.
const LARGE_NAME: usize = 24;

/// How wide a character is: those of East Asia are as wide as two.
const fn width(c: char) -> usize {
    if c >= '\u{1100}' { 2 } else { 1 }
}

/// A name as it fits, and in which size.
fn fitting(name: &str) -> (String, &'static str) {
    let all: usize = name.chars().map(width).sum();
    let size = if all <= LARGE_NAME { "30" } else { "21" };
    if all <= MAX_NAME {
        return (name.to_owned(), size);
    }
    let mut used = 1;
    let fits = name.chars().take_while(|c| {
        used += width(*c);
        used <= MAX_NAME
    });
    (fits.chain(['…']).collect(), size)
}

/// A certificate as an SVG of its own.
pub fn drawing(found: &PublicCertificate) -> impl IntoView + use<> {
    let PublicCertificate { certificate: c, state, agent, signed } = found.clone();
    let holds = state == CertificateState::Valid && signed.is_some();
    let facts = [
        (t!("certificate-number"), c.id.to_string(), "mono"),
        (t!("certificate-issued"), format::long_date(c.issued_at_ms), ""),
        (t!("certificate-until"), format::long_date(c.valid_until_ms), ""),
        (t!("certificates-state"), certificate_state_label(state), ""),
    ];
    let facts = (0_u32..)
        .zip(facts)
        .map(|(row, (label, value, class))| {
            let y = 232 + row * 36;
            let size = if class.is_empty() { "15" } else { "13" };
            view! {
                <text class="soft" x="48" y=y font-size="15">
                    {label}
                </text>
                <text class=class x="168" y=y font-size=size>
                    {value}
                </text>
            }
        })
        .collect_view();
    let cx = PageCx::current();
    let (name, size) = fitting(&agent.name);
    let page = format!("{}/c/{}", cx.public_url, c.id);
    let label = t!("certificate-named", name = agent.name.as_str());
    view! {
        <svg
            xmlns="http://www.w3.org/2000/svg"
            viewBox="0 0 960 460"
            width="960"
            height="460"
            role="img"
            class=if holds { "holds" } else { "void" }
        >
            <title>{label}</title>
            <style>{LOOK}</style>
            <rect width="960" height="460" rx="10" fill="#fff"></rect>
            <svg class="engrave" stroke-width=".42" width="960" height="36">
                <Band id="top"/>
            </svg>
            <svg class="engrave" stroke-width=".42" y="424" width="960" height="36">
                <Band id="bottom"/>
            </svg>
            <svg class="engrave" stroke-width=".2" x="510" y="36" width="450" height="388" viewBox="0 0 450 388">
                <svg x="15" y="-16" width="420" height="420">
                    <Rosette/>
                </svg>
            </svg>
            <svg x="620" y="125" width="210" height="210">
                <Dial id="dial" score=c.score grade=c.grade confidence=c.confidence/>
            </svg>
            <text class="accent" x="48" y="98" font-size="15" font-weight="550">
                {t!("certificate-title")}
            </text>
            <text x="48" y="142" font-size=size font-weight="550">
                {name}
            </text>
            <text class="soft" x="48" y="176" font-size="15">
                {t!("certificate-drawn-sentence", count = c.n)}
            </text>
            {facts}
            <text class="soft mono" x="48" y="400" font-size="11">
                {page}
            </text>
            <rect
                x=".5"
                y=".5"
                width="959"
                height="459"
                rx="10"
                fill="none"
                stroke=if holds { "#a9cdd9" } else { "#c9ced1" }
            ></rect>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn long_names_are_cut() {
        assert_eq!(fitting("Bot"), ("Bot".to_owned(), "30"));
        assert_eq!(fitting(&"ü".repeat(34)), ("ü".repeat(34), "21"));
        assert_eq!(fitting(&"ü".repeat(200)).0.chars().count(), 34);
        assert_eq!(fitting(&"証".repeat(200)).0.chars().count(), 17);
    }
}
