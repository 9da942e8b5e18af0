//! The seal: 100 engraved ticks, one for each point.

use std::f64::consts::TAU;

use leptos::prelude::*;
use model::score::{Confidence, Grade};

use super::confidence_label;
use super::rosette::short;

const RADIUS: f64 = 53.0;
/// Where the marks of the grades end, outside the ticks.
const MARK: (f64, f64) = (59.0, 61.5);
const LETTER: f64 = 66.0;
const NEXT: f64 = 60.2;
/// Grades with a mark on the dial; F begins at 0.
const MARKED: [Grade; 5] = [Grade::D, Grade::C, Grade::B, Grade::A, Grade::APlus];

/// The place of a number of points on a circle around the dial's middle.
fn place(points: f64, radius: f64) -> (String, String) {
    let (sin, cos) = (TAU * points / 100.0).sin_cos();
    (short(70.0 + radius * sin), short(70.0 - radius * cos))
}

fn ticks(class: &'static str) -> impl IntoView {
    view! {
        <circle
            class=class
            cx="70"
            cy="70"
            r=short(RADIUS)
            pathLength="100"
            stroke-dasharray=".36 .64"
            stroke-dashoffset="-.32"
            transform="rotate(-90 70 70)"
        ></circle>
    }
}

fn marks(score: u8) -> impl IntoView {
    MARKED
        .into_iter()
        .map(|grade| {
            let points = f64::from(grade.lowest_score());
            let ((x1, y1), (x2, y2)) = (place(points, MARK.0), place(points, MARK.1));
            let (x, y) = place(points, LETTER);
            let reached = score >= grade.lowest_score();
            let class = if reached { "dial-letter reached" } else { "dial-letter" };
            view! {
                <path class="tick-grade" d=format!("M{x1} {y1}L{x2} {y2}")></path>
                <text class=class x=x y=y>
                    {grade.as_str()}
                </text>
            }
        })
        .collect_view()
}

/// The way from the score to the next grade, as an arc outside the ticks.
fn way(score: u8, grade: Grade) -> impl IntoView {
    grade.next().map(|next| {
        let (x1, y1) = place(f64::from(score), NEXT);
        let (x2, y2) = place(f64::from(next.lowest_score()), NEXT);
        let large = u8::from(next.lowest_score().saturating_sub(score) > 50);
        view! { <path class="tick-next" d=format!("M{x1} {y1}A{NEXT} {NEXT} 0 {large} 1 {x2} {y2}")></path> }
    })
}

/// A score on the dial. Wherever a score is the subject of a page.
#[component]
pub fn Dial(
    /// Unique on the page.
    id: &'static str,
    /// 0 to 100.
    score: u8,
    /// The score's grade.
    grade: Grade,
    /// How sure it is.
    confidence: Confidence,
) -> impl IntoView {
    let word = t!("score-grade", grade = grade.as_str());
    let sub = confidence_label(confidence);
    let label = t!("score-label", score = score, grade = grade.as_str(), confidence = sub.as_str());
    let mask = format!("{id}-mask");
    view! {
        <svg class="dial" viewBox="0 0 140 140" data-grade=grade.as_str() role="img" aria-label=label>
            <mask id=mask.clone()>
                <circle
                    cx="70"
                    cy="70"
                    r=short(RADIUS)
                    pathLength="100"
                    fill="none"
                    stroke="#fff"
                    stroke-width="12"
                    stroke-dasharray=format!("{score} 100")
                    transform="rotate(-90 70 70)"
                ></circle>
            </mask>
            {ticks("tick-track")}
            <g mask=format!("url(#{mask})")>{ticks("tick-value")}</g>
            {marks(score)}
            {way(score, grade)}
            <text class="dial-number" x="70" y="78">
                {score}
            </text>
            <text class="dial-word" x="70" y="91.5">
                {word}
            </text>
            <text class="dial-sub" x="70" y="100.5">
                {sub}
            </text>
        </svg>
    }
}

/// The dial of an agent that has no score yet: how many payments it has of those it needs.
#[component]
pub fn EmptyDial(
    /// Payments that count.
    n: i64,
    /// Payments that a score needs.
    needed: i64,
) -> impl IntoView {
    let word = t!("score-none");
    let sub = t!("score-of-needed", n = n, needed = needed);
    let label = format!("{word}: {sub}");
    view! {
        <svg class="dial" viewBox="0 0 140 140" role="img" aria-label=label>
            {ticks("tick-track")}
            {marks(0)}
            <text class="dial-number" x="70" y="76">
                "–"
            </text>
            <text class="dial-word" x="70" y="90">
                {word}
            </text>
            <text class="dial-sub" x="70" y="99">
                {sub}
            </text>
        </svg>
    }
}

/// A score as a ring, small enough for a table. Decoration: the number stands beside it.
#[component]
pub fn Ring(
    /// 0 to 100.
    score: u8,
    /// The score's grade.
    grade: Grade,
) -> impl IntoView {
    view! {
        <svg class="ring" viewBox="0 0 22 22" aria-hidden="true" data-grade=grade.as_str()>
            <circle cx="11" cy="11" r="9"></circle>
            <circle
                class="value"
                cx="11"
                cy="11"
                r="9"
                pathLength="100"
                stroke-dasharray=format!("{score} 100")
                transform="rotate(-90 11 11)"
            ></circle>
        </svg>
    }
}
