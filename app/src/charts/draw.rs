//! The inside of a chart's SVG: lines and areas only, in sentinel colours that become classes of the stylesheet.

use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;

/// Finer than any screen: plotters rounds to whole units.
const WIDTH: u32 = 3000;
const HEIGHT: u32 = 600;
/// What the SVG's `viewBox` must be.
pub const VIEW_BOX: &str = "0 0 3000 600";

const GRID: RGBColor = RGBColor(1, 1, 1);
const AREA: RGBColor = RGBColor(1, 1, 2);
/// Each sentinel colour and what stands in its place.
const STYLES: [(&str, &str); 8] = [
    ("stroke=\"#010101\"", "class=\"grid\" stroke=\"var(--chart-grid)\""),
    ("fill=\"#010102\"", "class=\"area\" fill=\"var(--chart-1-fill)\""),
    ("stroke=\"#010103\"", "class=\"s1\" stroke=\"var(--chart-1)\""),
    ("stroke=\"#010104\"", "class=\"s2\" stroke=\"var(--chart-2)\""),
    ("stroke=\"#010105\"", "class=\"prev\" stroke=\"var(--chart-1)\""),
    ("stroke=\"#010107\"", "class=\"s1 running\" stroke=\"var(--chart-1)\""),
    ("stroke=\"#010108\"", "class=\"s2 running\" stroke=\"var(--chart-2)\""),
    ("stroke=\"#010106\"", "class=\"dot\" stroke=\"var(--chart-1)\""),
];

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The accent, over a flat area.
    First,
    /// The ink.
    Second,
    /// Dashed: what the first is compared with.
    Previous,
}

/// Points of a line without a gap.
type Run = Vec<(f64, f64)>;

/// A line; it has gaps where it has no value.
pub struct Series {
    /// How it looks.
    pub look: Look,
    /// One value for each place on the axis.
    pub values: Vec<Option<f64>>,
    /// How many places at its end are not over yet: the way to them is dotted.
    pub running: usize,
}

impl Series {
    /// A stretch without a gap in two: what is over, and the way to what is not.
    fn halves(&self, run: &[(f64, f64)]) -> (Run, Run) {
        let over = self.values.len().saturating_sub(self.running) as f64;
        let at = run.iter().take_while(|(x, _)| *x < over).count();
        (run[..at].to_vec(), run[at.saturating_sub(1)..].to_vec())
    }
}

/// Draws lines between two values of the vertical axis, with hairlines at equal steps.
pub fn plot(series: &[Series], (low, high): (f64, f64), steps: u32) -> String {
    match draw(series, (low, high), steps) {
        Ok(svg) => styled(&svg),
        Err(error) => {
            tracing::error!(%error, "a chart could not be drawn");
            String::new()
        }
    }
}

/// Where each place of the lines stands, for the reading glass: thousandths from the top, lines divided by commas,
/// places by semicolons. What is compared with stays out, and the accent comes first.
pub fn heights(series: &[Series], (low, high): (f64, f64)) -> String {
    let lines = [Look::First, Look::Second];
    let lines = lines.map(|look| series.iter().find(|one| one.look == look));
    let lines: Vec<_> = lines.into_iter().flatten().collect();
    let places = lines.iter().map(|line| line.values.len()).max().unwrap_or(0);
    let height = |value: f64| (1000.0 * (high - value) / (high - low)).round().to_string();
    let place = |at: usize| -> String {
        let values = lines.iter().map(|line| line.values.get(at).copied().flatten());
        values.map(|v| v.map(height).unwrap_or_default()).collect::<Vec<_>>().join(",")
    };
    (0..places).map(place).collect::<Vec<_>>().join(";")
}

fn draw(
    series: &[Series],
    (low, high): (f64, f64),
    steps: u32,
) -> Result<String, DrawingAreaErrorKind<std::io::Error>> {
    let places = series.iter().map(|s| s.values.len()).max().unwrap_or(0);
    let last = places.saturating_sub(1).max(1) as f64;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        let mut chart = ChartBuilder::on(&root).build_cartesian_2d(0.0..last, low..high)?;
        chart.draw_series((0..=steps).map(|n| {
            let y = low + (high - low) * f64::from(n) / f64::from(steps.max(1));
            PathElement::new(vec![(0.0, y), (last, y)], GRID)
        }))?;
        for one in series {
            let (color, dotted) = match one.look {
                Look::First => (RGBColor(1, 1, 3), RGBColor(1, 1, 7)),
                Look::Second => (RGBColor(1, 1, 4), RGBColor(1, 1, 8)),
                Look::Previous => (RGBColor(1, 1, 5), RGBColor(1, 1, 5)),
            };
            for run in runs(&one.values) {
                if one.look == Look::First {
                    chart.draw_series(AreaSeries::new(run.clone(), low, AREA))?;
                }
                // A single point has no length: a round cap makes it a dot.
                let run = if run.len() == 1 { vec![run[0], run[0]] } else { run };
                let (over, running) = one.halves(&run);
                for (half, color) in [(over, color), (running, dotted)] {
                    if half.len() > 1 {
                        chart.draw_series(std::iter::once(PathElement::new(half, color)))?;
                    }
                }
            }
            if let Some((x, y)) = runs(&one.values).pop().and_then(|run| run.last().copied())
                && one.look == Look::First
            {
                let dot = RGBColor(1, 1, 6);
                chart.draw_series(std::iter::once(PathElement::new(vec![(x, y), (x, y)], dot)))?;
            }
        }
        root.present()?;
    }
    Ok(svg)
}

/// The stretches without a gap.
fn runs(values: &[Option<f64>]) -> Vec<Run> {
    let places: Vec<_> = values.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect();
    places
        .split(|(_, y)| y.is_none())
        .map(|run| run.iter().filter_map(|(x, y)| y.map(|y| (*x, y))).collect::<Vec<_>>())
        .filter(|run| !run.is_empty())
        .collect()
}

/// Without the outer tag, without white space, and with classes for the sentinels.
fn styled(svg: &str) -> String {
    let inner = svg.split_once('>').map_or("", |(_, rest)| rest);
    let inner = inner.rsplit_once("</svg>").map_or(inner, |(inner, _)| inner);
    let mut inner: String = inner.lines().map(str::trim).collect();
    for (sentinel, style) in STYLES {
        inner = inner.replace(sentinel, style);
    }
    inner
}

/// The top of an axis that begins at 0, and how many steps lead to it.
pub fn scale(max: f64) -> (f64, u32) {
    if max <= 0.0 || !max.is_finite() {
        return (4.0, 4);
    }
    let unit = 10_f64.powf((max / 4.0).log10().floor());
    for factor in [1.0, 2.0, 2.5, 5.0, 10.0] {
        let step = factor * unit;
        let steps = (max / step).ceil();
        if steps <= 4.0 {
            return (step * steps, steps as u32);
        }
    }
    (max, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_series_is_drawn_exactly() {
        let first = Series {
            look: Look::First,
            values: vec![Some(0.0), Some(3.0), None, Some(4.0)],
            running: 0,
        };
        let before = Series { look: Look::Previous, values: vec![Some(1.0); 4], running: 0 };
        let svg = plot(&[before, first], (0.0, 4.0), 2);
        insta::assert_snapshot!(svg.replace("/>", "/>\n"));
        assert!(!svg.contains('#') && !svg.contains("style="), "{svg}");
        assert_eq!(svg.matches("class=\"grid\"").count(), 3, "{svg}");
        assert_eq!(svg.matches("class=\"prev\"").count(), 1, "{svg}");
        assert_eq!(svg.matches("class=\"s1\"").count(), 2, "a gap: {svg}");
        assert_eq!(svg.matches("class=\"dot\"").count(), 1, "{svg}");
    }

    #[test]
    fn nothing_and_one_point_are_drawn() {
        assert!(!plot(&[], (0.0, 1.0), 4).contains("class=\"s1\""));
        let one = Series { look: Look::First, values: vec![Some(1.0)], running: 0 };
        assert!(plot(&[one], (0.0, 1.0), 4).contains("class=\"s1\""));
    }

    #[test]
    fn the_way_to_what_is_not_over_is_dotted() {
        let one = |running| {
            let values = vec![Some(1.0), Some(2.0), Some(1.0)];
            plot(&[Series { look: Look::First, values, running }], (0.0, 4.0), 2)
        };
        for (running, lines, dotted) in [(0, 1, 0), (1, 1, 1), (2, 0, 1), (3, 0, 1), (9, 0, 1)] {
            let svg = one(running);
            assert_eq!(svg.matches("class=\"s1\"").count(), lines, "{running}: {svg}");
            assert_eq!(svg.matches("class=\"s1 running\"").count(), dotted, "{running}: {svg}");
        }
    }

    #[test]
    fn the_glass_knows_where_the_lines_are() {
        let line = |look, values| Series { look, values, running: 0 };
        let all = [
            line(Look::Previous, vec![Some(9.0); 3]),
            line(Look::Second, vec![Some(10.0), Some(0.0), Some(2.5)]),
            line(Look::First, vec![Some(5.0), None, Some(0.0)]),
        ];
        assert_eq!(heights(&all, (0.0, 10.0)), "500,0;,1000;1000,750");
        assert_eq!(heights(&all[2..], (0.0, 10.0)), "500;;1000");
        assert_eq!(heights(&[], (0.0, 1.0)), "");
    }

    #[test]
    fn axes_end_at_round_values() {
        for (max, expected) in
            [(0.0, (4.0, 4)), (1_120.0, (1_500.0, 3)), (4.0, (4.0, 4)), (99.0, (100.0, 4))]
        {
            assert_eq!(scale(max), expected, "{max}");
        }
        let (top, steps) = scale(9.2e30);
        assert!(top >= 9.2e30 && steps <= 4);
    }
}
