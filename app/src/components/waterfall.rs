use leptos::prelude::*;
use model::score::{BreakdownLine, Ceiling, Grade, Line};

use super::line_label;
use super::rosette::short;
use crate::i18n::format;

/// A row of the table: its words and the bar from one place to another, in points.
struct Row {
    label: String,
    points: String,
    class: &'static str,
    from: f64,
    to: f64,
}

/// The running sum in rows; lines that round to nothing are left out, but their points still move the next bar.
fn rows(breakdown: &[BreakdownLine], score: u8, ceiling: Option<Ceiling>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut sum = 0.0;
    for line in breakdown {
        let from = sum;
        sum += line.points;
        if line.points.abs() < 0.05 {
            continue;
        }
        let (points, class) = match line.line {
            Line::Start => (format::one_decimal(line.points), "base"),
            _ if line.points > 0.0 => (format::signed_points(line.points), "plus"),
            _ => (format::signed_points(line.points), "minus"),
        };
        rows.push(Row { label: line_label(line.line, ceiling), points, class, from, to: sum });
    }
    rows.push(Row {
        label: t!("score-score"),
        points: format::number(score.into()),
        class: "total",
        from: 0.0,
        to: f64::from(score),
    });
    rows
}

/// How a score came about: a table whose rows add up to it, each with a bar. The dashed line is the next grade.
#[component]
pub fn Waterfall(
    /// The lines that add up to the score.
    breakdown: Vec<BreakdownLine>,
    /// 0 to 100.
    score: u8,
    /// The score's grade.
    grade: Grade,
    /// Why the score is limited, if it is.
    ceiling: Option<Ceiling>,
) -> impl IntoView {
    let next = grade.next().map(|g| format!("{}%", g.lowest_score()));
    let about_next = grade.next().map(|g| {
        let text = t!("score-next-line", grade = g.as_str(), score = g.lowest_score());
        view! { <p class="muted small mt-3">{text}</p> }
    });
    let body = rows(&breakdown, score, ceiling)
        .into_iter()
        .map(|row| {
            let x = format!("{}%", short(row.from.min(row.to)));
            // Half a point is the least that can be seen.
            let width = format!("{}%", short((row.to - row.from).abs().max(0.4)));
            let next = next.clone();
            view! {
                <tr>
                    <th scope="row">{row.label}</th>
                    <td class="num">{row.points}</td>
                    <td>
                        <svg aria-hidden="true">
                            <line class="rule" x1="0" x2="0" y1="-8" y2="26"></line>
                            {next
                                .map(|at| {
                                    view! {
                                        <line
                                            class="rule-next"
                                            x1=at.clone()
                                            x2=at
                                            y1="-8"
                                            y2="26"
                                        ></line>
                                    }
                                })}
                            <rect class=row.class x=x y="4" width=width height="10" rx="1.5"></rect>
                        </svg>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="waterfall" data-grade=grade.as_str()>
            <caption class="visually-hidden">{t!("score-how", score = score)}</caption>
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">{t!("score-line")}</th>
                    <th scope="col">{t!("score-points")}</th>
                    <th scope="col">{t!("score-share")}</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
        {about_next}
    }
}
