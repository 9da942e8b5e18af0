//! Charts: SVG for the plot alone, drawn on the server; words, axes and table are HTML.

mod draw;
mod money;
mod rows;
mod score;

use leptos::prelude::*;
use model::Currency;

use crate::i18n::format;
use crate::islands::ChartTip;
use draw::{Series, VIEW_BOX, heights, plot};

pub use money::{KeyFigures, KeyFiguresProps, MoneyFigure, MoneyFigureProps};
pub use rows::csv;
pub use score::{Activity, ScoreFigure, Sparkline, floor_of, scores_csv};

/// A change in a sentence: `up 12.0 %`, `as before`.
pub fn change(now: i128, before: i128) -> String {
    if before == 0 {
        return t!("charts-new");
    }
    let percent = format::one_decimal((100.0 * (now - before) as f64 / before as f64).abs());
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => t!("charts-up", percent = percent),
        std::cmp::Ordering::Less => t!("charts-down", percent = percent),
        std::cmp::Ordering::Equal => t!("charts-same"),
    }
}

fn money(micros: i128, currency: Currency) -> String {
    format!("{} {}", format::amount(micros, currency), currency.as_str())
}

/// What a reading glass over a chart needs to know.
struct Glass {
    /// The id of the element with the table.
    table: &'static str,
    newest_first: bool,
    /// What the columns of the table are called beside the chart.
    names: Vec<String>,
    label: String,
}

/// Axis, lines, labels of the places, and the reading glass over it; inside of a `figure`.
#[component]
fn Plot(
    /// The lines, the last one on top.
    series: Vec<Series>,
    /// The ends of the vertical axis.
    range: (f64, f64),
    /// What stands beside the hairlines, from the top.
    axis: Vec<String>,
    /// What each place is called on the axis below.
    places: Vec<String>,
    /// The chart in a sentence.
    title: String,
    /// What the glass reads.
    glass: Glass,
) -> impl IntoView {
    let steps = u32::try_from(axis.len().saturating_sub(1)).unwrap_or(1);
    let svg = plot(&series, range, steps);
    let heights = heights(&series, range);
    let axis = axis.into_iter().map(|text| view! { <span>{text}</span> }).collect_view();
    let places = ticks(&places).map(|text| view! { <span>{text.clone()}</span> }).collect_view();
    let Glass { table, newest_first, names, label } = glass;
    view! {
        <div class="y" aria-hidden="true">{axis}</div>
        <div class="plot">
            <svg viewBox=VIEW_BOX preserveAspectRatio="none" role="img">
                <title>{title}</title>
                <g inner_html=svg></g>
            </svg>
            <ChartTip table=table.to_owned() newest_first names heights label/>
        </div>
        <div class="x" aria-hidden="true">{places}</div>
    }
}

/// At most five labels at equal distances, the first and the last among them.
fn ticks(labels: &[String]) -> impl Iterator<Item = &String> {
    let last = labels.len().saturating_sub(1);
    let steps = last.min(4);
    (0..=steps).filter_map(move |n| labels.get((n * last + steps / 2) / steps.max(1)))
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn an_axis_names_its_ends_and_at_most_three_places_between() {
        let at = |count: usize| -> Vec<String> {
            let labels: Vec<_> = (0..count).map(|n| n.to_string()).collect();
            ticks(&labels).cloned().collect()
        };
        assert_eq!(at(30), ["0", "7", "15", "22", "29"]);
        assert_eq!(at(24), ["0", "6", "12", "17", "23"]);
        assert_eq!(at(7), ["0", "2", "3", "5", "6"]);
        assert_eq!(at(3), ["0", "1", "2"]);
        assert_eq!((at(1), at(0)), (vec!["0".to_owned()], Vec::new()));
    }
}
