use model::HOUR_MS;
use service::{Bucket, MoneyChart, Span, Unit, Zone};

use crate::i18n::format;

/// A chart as a table: the same for those who read it on the page and in a file.
pub struct Rows {
    /// What the columns are called.
    pub head: Vec<String>,
    /// When, and the sums in millionths, column by column.
    pub rows: Vec<(Span, Vec<i128>)>,
}

/// The rows of a chart.
pub fn rows(chart: &MoneyChart) -> Rows {
    let mut head = vec![
        t!("charts-period"),
        t!("charts-received-in", currency = chart.currency.as_str()),
        t!("charts-sent-in", currency = chart.currency.as_str()),
    ];
    if chart.sums_before().is_some() {
        head.push(t!("charts-received-before", currency = chart.currency.as_str()));
        head.push(t!("charts-sent-before", currency = chart.currency.as_str()));
    }
    Rows { head, rows: chart.buckets.iter().map(|b| (b.span, values(b))).collect() }
}

fn values(bucket: &Bucket) -> Vec<i128> {
    let before = bucket.before.map(|(received, sent)| [received, sent]);
    [bucket.received, bucket.sent].into_iter().chain(before.into_iter().flatten()).collect()
}

/// The chart as a file of comma-separated values: plain decimals and ISO 8601.
pub fn csv(chart: &MoneyChart) -> String {
    let Rows { head, rows } = rows(chart);
    let mut text = head.join(",") + "\r\n";
    for (span, values) in rows {
        text.push_str(&format::iso_start(span.from_ms, chart.unit, &chart.zone));
        for value in values {
            text.push(',');
            text.push_str(&format::plain_decimal(value));
        }
        text.push_str("\r\n");
    }
    text
}

/// Whether an hour has the name of the one before or behind it, because the clocks go back.
fn comes_twice(at_ms: i64, zone: &Zone) -> bool {
    let [before, at, behind] =
        [-HOUR_MS, 0, HOUR_MS].map(|shift| zone.offset_ms(at_ms.saturating_add(shift)));
    before > at || at > behind
}

/// What a bucket is called on the page.
pub fn label(span: Span, unit: Unit, zone: &Zone) -> String {
    match unit {
        Unit::Hour if comes_twice(span.from_ms, zone) => {
            let at = zone.timestamp(span.from_ms);
            let offset = at.len().checked_sub("+02:00".len()).and_then(|from| at.get(from..));
            format!("{} ({})", format::date_time(span.from_ms), offset.unwrap_or_default())
        }
        Unit::Hour => format::date_time(span.from_ms),
        Unit::Day => format::day(zone.day_of(span.from_ms)),
        Unit::Month => format::month(zone.day_of(span.from_ms)),
    }
}

/// What a bucket is called on the axis, where the other ones tell the rest.
pub fn short_label(span: Span, unit: Unit, zone: &Zone) -> String {
    match unit {
        Unit::Hour => format::hour(span.from_ms),
        Unit::Day => format::short_day(zone.day_of(span.from_ms)),
        Unit::Month => format::month(zone.day_of(span.from_ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_that_comes_twice_is_known() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let midnight = berlin.start_of_text("2026-10-25").unwrap();
        let twice: Vec<_> =
            (0..25).filter(|n| comes_twice(midnight + n * 3_600_000, &berlin)).collect();
        assert_eq!(twice, [2, 3]);
        let spring = berlin.start_of_text("2026-03-29").unwrap();
        assert!((0..23).all(|n| !comes_twice(spring + n * 3_600_000, &berlin)));
    }
}
