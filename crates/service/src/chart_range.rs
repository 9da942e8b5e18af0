//! Which stretch of time a chart shows, cut into buckets at the midnights of the workspace's time zone.

use model::{HOUR_MS, QUARTER_MS, quarter_of};
use store::periods::{Grain, Piece};

use crate::Zone;
use crate::zone::{add_months, month_of, parse_day};
/// Local days that are drawn one by one; what is longer is drawn by month.
const MAX_DAYS: i64 = 184;
/// The longest stretch that can be asked for, in days: ten years.
const LONGEST: i64 = 3_652;

/// The stretch of time that a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChartRange {
    /// The last 24 hours, hour by hour.
    Day,
    /// 7 days up to today.
    Week,
    /// 30 days up to today.
    #[default]
    Month,
    /// 90 days up to today.
    Quarter,
    /// 12 months up to the running one.
    Year,
    /// From one local day to another, both included.
    Custom {
        /// The first day.
        from: i64,
        /// The last day.
        to: i64,
    },
}

impl ChartRange {
    /// The ranges that have a name, in the order of the switch.
    pub const NAMED: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The spelling in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "12m",
            Self::Custom { .. } => "custom",
        }
    }

    /// The range that a URL names. Two dates such as `2026-10-14` win over a name; what cannot be read is 30 days.
    pub fn of(name: &str, from: &str, to: &str) -> Self {
        if let (Some(from), Some(to)) = (parse_day(from), parse_day(to)) {
            let (from, to) = (from.min(to), from.max(to));
            return Self::Custom { from: from.max(to - LONGEST), to };
        }
        Self::NAMED.into_iter().find(|range| range.as_str() == name).unwrap_or_default()
    }
}

/// What a chart is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// The stretch of the same length just before.
    #[default]
    Previous,
    /// The same days one year earlier.
    LastYear,
    /// Nothing.
    Off,
}

impl Compare {
    /// Every choice, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Previous, Self::LastYear, Self::Off];

    /// The spelling in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::LastYear => "year",
            Self::Off => "off",
        }
    }

    /// The choice that a URL names; the previous period if it names none.
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|compare| compare.as_str() == name).unwrap_or_default()
    }
}

/// What one bucket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// An hour.
    Hour,
    /// A local day.
    Day,
    /// A local month.
    Month,
}

/// From one instant until before another (Unix milliseconds).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from_ms: i64,
    /// Behind the last one.
    pub until_ms: i64,
}

/// A chart's buckets and those that they are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    /// What each is.
    pub unit: Unit,
    /// In order, without gaps.
    pub spans: Vec<Span>,
    /// As many; empty without a comparison. While the last bucket is still running, its counterpart ends at the same
    /// time of its own.
    pub before: Vec<Span>,
}

impl Buckets {
    /// Cuts a range into buckets.
    pub fn of(range: ChartRange, compare: Compare, zone: &Zone, now_ms: i64) -> Self {
        let today = zone.day_of(now_ms);
        let mut end = None;
        let (unit, starts) = match range {
            ChartRange::Day => {
                let last = zone.hour_of(now_ms);
                (Unit::Hour, (0..24).map(|n| last - (23 - n) * HOUR_MS).collect())
            }
            ChartRange::Week => (Unit::Day, days(today, 7)),
            ChartRange::Month => (Unit::Day, days(today, 30)),
            ChartRange::Quarter => (Unit::Day, days(today, 90)),
            ChartRange::Year => {
                let month = month_of(today);
                (Unit::Month, (-11..=0).map(|n| add_months(month, n)).collect())
            }
            ChartRange::Custom { from, to } if to - from < 2 => {
                let (from, until) = (zone.start_of_day(from), zone.start_of_day(to + 1));
                // Where clocks change by half an hour, the last bucket is half an hour.
                end = Some(until);
                let count = (until - from + HOUR_MS - 1) / HOUR_MS;
                (Unit::Hour, (0..count).map(|n| from + n * HOUR_MS).collect())
            }
            ChartRange::Custom { from, to } if to - from < MAX_DAYS => {
                (Unit::Day, days(to, to - from + 1))
            }
            ChartRange::Custom { from, to } => {
                let months =
                    std::iter::successors(Some(month_of(from)), |m| Some(add_months(*m, 1)));
                let months = months.take_while(|month| *month <= to);
                end = Some(to + 1);
                // The first and the last may be parts of a month.
                (Unit::Month, months.map(|month| month.max(from)).collect())
            }
        };
        let spans = spans(unit, &starts, end, zone);
        let before = match compare {
            Compare::Off => Vec::new(),
            _ => {
                let starts = earlier(compare, unit, (&starts, end), zone);
                let end = end.map(|_| starts.1);
                cut(self::spans(unit, &starts.0, end, zone), &spans, now_ms)
            }
        };
        Self { unit, spans, before }
    }

    /// What to look up: months, days and quarters of an hour. The buckets of the comparison follow those of the chart.
    pub(crate) fn pieces(&self, zone: &Zone) -> Pieces {
        let mut pieces = Pieces::default();
        for (n, span) in self.spans.iter().chain(&self.before).enumerate() {
            pieces.add(i64::try_from(n).unwrap_or(i64::MAX), *span, zone);
        }
        pieces
    }
}

fn days(last: i64, count: i64) -> Vec<i64> {
    (last - count + 1..=last).collect()
}

/// Starts and the end are instants for hours, and local days for all else.
fn spans(unit: Unit, starts: &[i64], end: Option<i64>, zone: &Zone) -> Vec<Span> {
    let last = starts.last().map(|start| match unit {
        Unit::Hour => end.unwrap_or(start + HOUR_MS),
        Unit::Day => start + 1,
        Unit::Month => end.unwrap_or_else(|| add_months(month_of(*start), 1)),
    });
    let at = |start: i64| if unit == Unit::Hour { start } else { zone.start_of_day(start) };
    let bounds: Vec<_> = starts.iter().copied().chain(last).map(at).collect();
    bounds.windows(2).map(|pair| Span { from_ms: pair[0], until_ms: pair[1] }).collect()
}

/// The starts of the buckets to compare with, and what is behind the last one: an instant or a local day.
fn earlier(
    compare: Compare,
    unit: Unit,
    (starts, end): (&[i64], Option<i64>),
    zone: &Zone,
) -> (Vec<i64>, i64) {
    let count = i64::try_from(starts.len()).unwrap_or(i64::MAX);
    let first = starts.first().copied().unwrap_or_default();
    let year = compare == Compare::LastYear;
    match unit {
        Unit::Hour => {
            let until = end.unwrap_or(first + count * HOUR_MS);
            let back = if year {
                let day = zone.day_of(first);
                zone.start_of_day(day) - zone.start_of_day(add_months(day, -12))
            } else {
                until - first
            };
            (starts.iter().map(|start| start - back).collect(), until - back)
        }
        Unit::Day => {
            let from = if year { add_months(first, -12) } else { first - count };
            ((from..from + count).collect(), from + count)
        }
        Unit::Month => {
            let months = if year { 12 } else { count };
            let first_month = add_months(month_of(first), -months);
            (
                (0..count).map(|n| add_months(first_month, n)).collect(),
                add_months(first_month, count),
            )
        }
    }
}

/// Ends the comparison where the running bucket has come to, so that half a day is not compared with a whole one.
fn cut(mut before: Vec<Span>, spans: &[Span], now_ms: i64) -> Vec<Span> {
    if let Some((last, running)) = before.last_mut().zip(spans.last())
        && (running.from_ms..running.until_ms).contains(&now_ms)
    {
        let elapsed = quarter_of(now_ms) + QUARTER_MS - running.from_ms;
        last.until_ms = last.until_ms.min(last.from_ms + elapsed);
    }
    before
}

/// Look-ups, by how long the periods are.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub months: Vec<Piece>,
    pub days: Vec<Piece>,
    pub quarters: Vec<Piece>,
}

impl Pieces {
    fn add(&mut self, bucket: i64, span: Span, zone: &Zone) {
        let Span { from_ms, until_ms } = span;
        let mut day = zone.day_of(from_ms);
        if zone.start_of_day(day) != from_ms {
            day += 1;
        }
        let end = zone.day_of(until_ms);
        if day > end || zone.start_of_day(day) > until_ms {
            self.quarters.push(Piece { bucket, since: from_ms, until: until_ms });
            return;
        }
        let (head, tail) = (zone.start_of_day(day), zone.start_of_day(end));
        if from_ms < head {
            self.quarters.push(Piece { bucket, since: from_ms, until: head });
        }
        while day < end {
            let next = add_months(month_of(day), 1);
            if month_of(day) == day && next <= end {
                self.months.push(Piece { bucket, since: day, until: 0 });
                day = next;
            } else {
                self.days.push(Piece { bucket, since: day, until: 0 });
                day += 1;
            }
        }
        if tail < until_ms {
            self.quarters.push(Piece { bucket, since: tail, until: until_ms });
        }
    }

    /// The same look-ups for one bucket alone.
    pub(crate) fn of_span(span: Span, zone: &Zone) -> Self {
        let mut pieces = Self::default();
        pieces.add(0, span, zone);
        pieces
    }

    pub(crate) fn periods(&self) -> [(Grain, &[Piece]); 2] {
        [(Grain::Month, &self.months), (Grain::Day, &self.days)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone::named("Europe/Berlin").unwrap()
    }

    /// Noon in Berlin.
    fn noon(day: &str) -> i64 {
        berlin().start_of_day(parse_day(day).unwrap()) + 12 * HOUR_MS
    }

    fn hours(spans: &[Span]) -> Vec<i64> {
        spans.iter().map(|s| (s.until_ms - s.from_ms) / HOUR_MS).collect()
    }

    #[test]
    fn days_have_23_and_25_hours_where_the_clocks_change() {
        let spring = Buckets::of(ChartRange::Week, Compare::Off, &berlin(), noon("2026-03-30"));
        assert_eq!(hours(&spring.spans), [24, 24, 24, 24, 24, 23, 24]);
        let autumn = Buckets::of(ChartRange::Week, Compare::Off, &berlin(), noon("2026-10-26"));
        assert_eq!(hours(&autumn.spans), [24, 24, 24, 24, 24, 25, 24]);
        let day = parse_day("2026-10-25").unwrap();
        let range = ChartRange::Custom { from: day, to: day };
        let hourly = Buckets::of(range, Compare::Previous, &berlin(), noon("2026-11-30"));
        assert_eq!((hourly.unit, hourly.spans.len()), (Unit::Hour, 25));
        assert_eq!(hourly.before.last().unwrap().until_ms, hourly.spans[0].from_ms);
    }

    #[test]
    fn a_running_day_is_compared_up_to_the_same_time() {
        let now = noon("2026-10-14");
        let week = Buckets::of(ChartRange::Week, Compare::Previous, &berlin(), now);
        assert_eq!(hours(&week.before), [24, 24, 24, 24, 24, 24, 12]);
        assert_eq!(week.before[6].until_ms - week.before[6].from_ms, 12 * HOUR_MS + QUARTER_MS);
        let pieces = week.pieces(&berlin());
        assert_eq!((pieces.months.len(), pieces.days.len(), pieces.quarters.len()), (0, 13, 1));
        assert_eq!(pieces.quarters[0].bucket, 13);
        // A stretch of the past is over.
        let (from, to) = (parse_day("2026-09-01").unwrap(), parse_day("2026-09-07").unwrap());
        let past = Buckets::of(ChartRange::Custom { from, to }, Compare::Previous, &berlin(), now);
        assert_eq!(hours(&past.before), [24; 7]);
    }

    #[test]
    fn a_year_is_months_and_its_comparison_the_year_before() {
        let now = noon("2026-10-14");
        let year = Buckets::of(ChartRange::Year, Compare::Previous, &berlin(), now);
        let last_year = Buckets::of(ChartRange::Year, Compare::LastYear, &berlin(), now);
        assert_eq!(year, last_year);
        assert_eq!((year.spans.len(), year.before.len()), (12, 12));
        assert_eq!(year.spans[0].from_ms, berlin().start_of_day(parse_day("2025-11-01").unwrap()));
        let pieces = year.pieces(&berlin());
        assert_eq!(pieces.months.len(), 23);
        assert_eq!((pieces.days.len(), pieces.quarters.len()), (13, 1));
    }

    #[test]
    fn a_long_stretch_begins_and_ends_within_its_months() {
        let (from, to) = (parse_day("2025-11-20").unwrap(), parse_day("2026-10-05").unwrap());
        let range = ChartRange::of("30d", "2026-10-05", "2025-11-20");
        assert_eq!(range, ChartRange::Custom { from, to });
        let long = Buckets::of(range, Compare::Off, &berlin(), noon("2026-11-30"));
        assert_eq!((long.unit, long.spans.len()), (Unit::Month, 12));
        assert_eq!(long.spans[0].from_ms, berlin().start_of_day(from));
        assert_eq!(long.spans[11].until_ms, berlin().start_of_day(to + 1));
        let pieces = long.pieces(&berlin());
        assert_eq!((pieces.months.len(), pieces.days.len()), (10, 11 + 5));
        assert_eq!(ChartRange::of("nonsense", "x", ""), ChartRange::Month);
    }

    #[test]
    fn a_day_ends_at_its_midnight_where_clocks_change_by_half_an_hour() {
        let lord_howe = Zone::named("Australia/Lord_Howe").unwrap();
        for (day, halves) in [("2026-04-05", 49), ("2026-10-04", 47)] {
            let day = parse_day(day).unwrap();
            let range = ChartRange::Custom { from: day, to: day };
            let now_ms = lord_howe.start_of_day(day + 30);
            let buckets = Buckets::of(range, Compare::Previous, &lord_howe, now_ms);
            for spans in [&buckets.spans, &buckets.before] {
                let (first, last) = (spans[0], spans[spans.len() - 1]);
                assert_eq!(last.until_ms - first.from_ms, halves * HOUR_MS / 2);
                assert_eq!(last.until_ms - last.from_ms, HOUR_MS / 2);
            }
            assert_eq!(buckets.spans[0].from_ms, lord_howe.start_of_day(day));
            assert_eq!(buckets.spans.last().unwrap().until_ms, lord_howe.start_of_day(day + 1));
        }
    }

    #[test]
    fn the_last_24_hours_end_with_the_running_one() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let now = noon("2026-10-14");
        let day = Buckets::of(ChartRange::Day, Compare::Previous, &zone, now);
        assert_eq!((day.spans.len(), day.before.len()), (24, 24));
        let last = day.spans[23];
        assert!((last.from_ms..last.until_ms).contains(&now));
        assert_eq!((last.from_ms + zone.offset_ms(now)) % HOUR_MS, 0, "a local hour");
        assert_eq!(day.pieces(&zone).quarters.len(), 48);
    }
}
