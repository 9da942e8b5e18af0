use leptos::prelude::*;
use model::DAY_MS;
use service::ScorePoint;

use super::draw::{Look, Series, VIEW_BOX, plot};
use super::{Glass, Plot};
use crate::components::Table;
use crate::i18n::format;

/// Where the axis of a score begins: the ten below the lowest one.
pub fn floor_of<'a>(scores: impl IntoIterator<Item = &'a ScorePoint>) -> u8 {
    let lowest = scores.into_iter().filter_map(|point| point.score).min().unwrap_or(0);
    (lowest / 10 * 10).min(90)
}

/// The scores in a sentence.
fn summary(points: &[ScorePoint]) -> String {
    let known: Vec<_> = points.iter().filter_map(|p| Some((p.day, p.score?))).collect();
    let (Some((since, first)), Some((_, last))) = (known.first(), known.last()) else {
        return t!("charts-score-none");
    };
    let scores = || known.iter().map(|(_, score)| score);
    let (low, high) = (scores().min().unwrap_or(first), scores().max().unwrap_or(first));
    if first != last {
        t!("charts-score-summary", first = *first, last = *last)
    } else if low != high {
        t!("charts-score-again", last = *last, low = *low, high = *high)
    } else {
        t!("charts-score-since", score = *first, date = format::day(*since))
    }
}

fn score_series(points: &[ScorePoint]) -> Series {
    Series {
        look: Look::First,
        values: points.iter().map(|p| p.score.map(f64::from)).collect(),
        running: 0,
    }
}

/// A score over time, small enough for a table.
#[component]
pub fn Sparkline(
    /// The scores.
    points: Vec<ScorePoint>,
    /// Where its axis begins.
    floor: u8,
) -> impl IntoView {
    let text = summary(&points);
    let svg = plot(&[score_series(&points)], (f64::from(floor), 100.0), 1);
    view! {
        <svg class="spark" viewBox=VIEW_BOX preserveAspectRatio="none" role="img">
            <title>{text}</title>
            <g inner_html=svg></g>
        </svg>
    }
}

/// How busy an agent was, day by day, small enough for a table.
#[component]
pub fn Activity(
    /// Payments of each day, the last one today's.
    counts: Vec<i64>,
) -> impl IntoView {
    let all: i64 = counts.iter().sum();
    let days = i64::try_from(counts.len()).unwrap_or(i64::MAX);
    let text = t!("charts-activity", count = all, days = days);
    let values = counts.into_iter().map(|count| Some(count as f64)).collect::<Vec<_>>();
    if all == 0 {
        return view! { <span class="muted">{text}</span> }.into_any();
    }
    let top = values.iter().flatten().fold(1.0_f64, |top, count| top.max(*count));
    let svg = plot(&[Series { look: Look::First, values, running: 0 }], (0.0, top), 1);
    view! {
        <svg class="spark" viewBox=VIEW_BOX preserveAspectRatio="none" role="img">
            <title>{text}</title>
            <g inner_html=svg></g>
        </svg>
    }
    .into_any()
}

/// The scores as a file of comma-separated values.
pub fn scores_csv(points: &[ScorePoint]) -> String {
    let mut text = format!("{},{}\r\n", t!("charts-day"), t!("score-score"));
    for point in points {
        let day = format::machine_time(point.day * DAY_MS);
        text.push_str(day.split('T').next().unwrap_or_default());
        text.push(',');
        text.push_str(&point.score.map(|score| score.to_string()).unwrap_or_default());
        text.push_str("\r\n");
    }
    text
}

/// How a score came to be what it is: figure, sentence, table.
#[component]
pub fn ScoreFigure(
    /// The scores, oldest first.
    points: Vec<ScorePoint>,
) -> impl IntoView {
    let floor = floor_of(&points);
    let middle = f64::from(100 + floor) / 2.0;
    let axis = vec![format::number(100), format::axis(middle), format::number(floor.into())];
    let text = summary(&points);
    let places = points.iter().map(|p| format::short_day(p.day)).collect();
    let series = vec![score_series(&points)];
    let range = (f64::from(floor), 100.0);
    let label = t!("charts-glass", title = t!("charts-score"));
    let names = vec![t!("score-score")];
    let glass = Glass { table: "score-table", newest_first: true, names, label };
    let rows = points
        .iter()
        .rev()
        .map(|p| {
            let score = p.score.map_or_else(|| "–".to_owned(), |s| format::number(s.into()));
            view! {
                <tr>
                    <th scope="row">{format::day(p.day)}</th>
                    <td class="num">{score}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <figure class="chart chart-sm">
            <Plot series range axis places title=text.clone() glass/>
        </figure>
        <p class="soft small mt-3">
            {text} {(floor > 0).then(|| format!(" {}", t!("charts-scale", floor = floor)))}
        </p>
        <details class="mt-3" id="score-table">
            <summary>{t!("charts-table")}</summary>
            <Table label=t!("charts-score")>
                <thead>
                    <tr>
                        <th scope="col">{t!("charts-day")}</th>
                        <th scope="col" class="num">{t!("score-score")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </details>
    }
}
