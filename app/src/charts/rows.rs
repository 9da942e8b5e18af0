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

/// What a bucket is called on the page.
pub fn label(span: Span, unit: Unit, zone: &Zone) -> String {
    match unit {
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
