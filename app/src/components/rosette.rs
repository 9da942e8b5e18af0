//! Guilloche, the engraving of bank notes. Only where Surety gives its word: certificate, landing, sign-in.

use std::f64::consts::TAU;
use std::fmt::Write;

use leptos::prelude::*;

/// One band of a rosette: the closed curve r = radius + swing · sin(waves · θ), drawn `copies` times, each turned by
/// a share of one wave.
struct Engraving {
    radius: f64,
    swing: f64,
    waves: u32,
    copies: u32,
}

impl Engraving {
    /// The curve around (`cx`, `cy`), as cubic pieces whose ends have the curve's own direction; `phase` turns it by
    /// a share of one wave. Eight pieces to a wave are exact to a thousandth of the radius.
    fn path(&self, cx: f64, cy: f64, phase: f64) -> String {
        let pieces = self.waves * 8;
        let step = TAU / f64::from(pieces);
        let waves = f64::from(self.waves);
        let at = |i: u32| {
            let angle = step * f64::from(i);
            let (sin, cos) = angle.sin_cos();
            let (wave, slope) = (waves * angle + phase * TAU).sin_cos();
            let (r, dr) = (self.radius + self.swing * wave, self.swing * waves * slope);
            let place = (cx + r * cos, cy + r * sin);
            let third = step / 3.0;
            (place, ((dr * cos - r * sin) * third, (dr * sin + r * cos) * third))
        };
        let ((x, y), (dx, dy)) = at(0);
        let mut path = format!("M{} {}C{} {}", short(x), short(y), short(x + dx), short(y + dy));
        for i in 1..=pieces {
            let ((x, y), (dx, dy)) = at(i);
            // A string cannot refuse to be written to.
            let _ = write!(
                path,
                "{}{} {} {} {}",
                if i == 1 { " " } else { "S" },
                short(x - dx),
                short(y - dy),
                short(x),
                short(y)
            );
        }
        path.push('Z');
        path
    }

    fn view(&self, id: &str) -> impl IntoView + use<> {
        let turn = 360.0 / f64::from(self.waves) / f64::from(self.copies);
        let href = format!("#{id}");
        let copies = (1..self.copies)
            .map(|i| {
                let transform = format!("rotate({})", short(turn * f64::from(i)));
                view! { <use href=href.clone() transform=transform></use> }
            })
            .collect_view();
        view! {
            <path id=id.to_owned() d=self.path(0.0, 0.0, 0.0)></path>
            {copies}
        }
    }
}

/// A coordinate with at most two decimals: a hundredth of a unit is finer than any screen.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

const SEAL: &[Engraving] = &[
    Engraving { radius: 92.5, swing: 4.7, waves: 36, copies: 5 },
    Engraving { radius: 76.0, swing: 14.2, waves: 9, copies: 20 },
    Engraving { radius: 56.0, swing: 6.0, waves: 24, copies: 5 },
];
/// What fills the middle where no dial stands in it.
const HEART: &[Engraving] = &[
    Engraving { radius: 36.0, swing: 13.0, waves: 8, copies: 14 },
    Engraving { radius: 17.0, swing: 6.0, waves: 12, copies: 6 },
];

/// The rosette. One per page: its curves are drawn once and turned.
#[component]
pub fn Rosette(
    /// Whether its middle is engraved too; a seal leaves it to the dial.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let heart = if full { HEART } else { &[] };
    let bands = SEAL
        .iter()
        .chain(heart)
        .enumerate()
        .map(|(i, band)| band.view(&format!("rosette-{i}")))
        .collect_view();
    let inner = (!full).then(|| view! { <circle r="49.4"></circle> });
    view! {
        <svg class="rosette" viewBox="-100 -100 200 200" aria-hidden="true">
            {bands}
            <circle r="97.8"></circle>
            <circle r="98.6"></circle>
            {inner}
        </svg>
    }
}

/// The mark in the logo: two chains of eleven loops, half a loop apart, in a 24-unit square.
pub(super) fn mark() -> String {
    let chain = Engraving { radius: 8.2, swing: 2.2, waves: 11, copies: 2 };
    format!("{}{}", chain.path(12.0, 12.0, 0.0), chain.path(12.0, 12.0, 0.5))
}

/// A wave across one tile: y = 18 + swing · sin(waves · x + phase).
fn wave(swing: f64, waves: f64, phase: f64) -> String {
    const WIDTH: f64 = 72.0;
    const PIECES: u32 = 24;
    let step = WIDTH / f64::from(PIECES);
    let at = |i: u32| {
        let x = step * f64::from(i);
        let (sin, cos) = (TAU * (waves * x / WIDTH + phase)).sin_cos();
        (x, 18.0 + swing * sin, swing * cos * TAU * waves / WIDTH * step / 3.0)
    };
    let (_, y, dy) = at(0);
    let third = step / 3.0;
    let mut path = format!("M0 {}C{} {}", short(y), short(third), short(y + dy));
    for i in 1..=PIECES {
        let (x, y, dy) = at(i);
        let lead = if i == 1 { " " } else { "S" };
        let _ =
            write!(path, "{lead}{} {} {} {}", short(x - third), short(y - dy), short(x), short(y));
    }
    path
}

/// A band of engraving along an edge of a certificate.
#[component]
pub fn Band(
    /// Unique on the page.
    id: &'static str,
) -> impl IntoView {
    let wide = (0..7).flat_map(|i| {
        let swing = 15.84 - 2.06 * f64::from(i);
        [wave(swing, 1.0, 0.0), wave(swing, 1.0, 0.5)]
    });
    let fine = (0..8).map(|i| wave(7.2, 2.0, f64::from(i) / 8.0));
    let tile = wide.chain(fine).map(|d| view! { <path d=d></path> }).collect_view();
    view! {
        <svg class="band" aria-hidden="true">
            <defs>
                <pattern id=id width="72" height="36" patternUnits="userSpaceOnUse">
                    {tile}
                </pattern>
            </defs>
            <rect width="100%" height="36" fill=format!("url(#{id})") stroke="none"></rect>
        </svg>
    }
}

/// Five strands that run into one: the five doors and the one ledger.
#[component]
pub fn Braid() -> impl IntoView {
    let strands = (0..5).flat_map(|strand| (0..3).map(move |thread| (strand, thread)));
    let paths = strands
        .map(|(strand, thread)| {
            let class = (thread == 0).then_some("main-line");
            view! { <path class=class d=strand_path(strand, thread)></path> }
        })
        .collect_view();
    view! {
        <svg class="braid" viewBox="0 0 1088 200" preserveAspectRatio="none" aria-hidden="true">
            {paths}
        </svg>
    }
}

fn strand_path(strand: u32, thread: u32) -> String {
    const PIECES: u32 = 32;
    let smooth = |t: f64| {
        let t = t.clamp(0.0, 1.0);
        t * t * (3.0 - 2.0 * t)
    };
    let from = 20.0 + 40.0 * f64::from(strand);
    let at = |i: u32| {
        let t = f64::from(i) / f64::from(PIECES);
        // Apart at the left, interlaced in the middle, one line at the right.
        let gather = smooth(t * 2.2);
        let swing = 34.0 * smooth((t - 0.05) * 4.0) * (1.0 - smooth((t - 0.45) * 1.9));
        let phase = f64::from(strand) / 5.0 + f64::from(thread) * 0.035;
        let y = from + (100.0 - from) * gather + swing * (TAU * (2.2 * t + phase)).sin();
        (1088.0 * t, y)
    };
    let mut path = String::new();
    let mut before = at(0);
    let _ = write!(path, "M{} {}", short(before.0), short(before.1));
    for i in 1..=PIECES {
        let here = at(i);
        // Control points on the level of their ends: every strand runs flat through its turning points.
        let slope = (at((i + 1).min(PIECES)).1 - before.1) / 6.0;
        let lead = if i == 1 {
            format!("C{} {} ", short(before.0 + 11.33), short(before.1))
        } else {
            "S".to_owned()
        };
        let _ = write!(
            path,
            "{lead}{} {} {} {}",
            short(here.0 - 11.33),
            short(here.1 - slope),
            short(here.0),
            short(here.1)
        );
        before = here;
    }
    path
}

/// A line of print too small to read, as on a bank note.
#[component]
pub fn Microprint(
    /// What it repeats.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <p class="microprint" aria-hidden="true">
            {format!("{text} · ").repeat(24)}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_closes_and_stays_in_its_band() {
        let band = Engraving { radius: 92.5, swing: 4.7, waves: 36, copies: 5 };
        let path = band.path(0.0, 0.0, 0.0);
        assert!(path.starts_with("M92.5 0C"), "{}", &path[..20]);
        assert!(path.ends_with(" 92.5 0Z"), "{}", &path[path.len() - 20..]);
        assert!(path.len() < 8000, "{}", path.len());
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!(short(-0.001), "0");
        assert_eq!(short(12.50), "12.5");
    }
}
