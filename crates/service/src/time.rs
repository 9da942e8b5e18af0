//! Times as people and programs write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// ISO 8601 as Unix milliseconds. Without a zone it is UTC; a date alone is its midnight.
pub fn parse_time(text: &str) -> Option<i64> {
    let text = text.trim();
    let at = text.parse::<Timestamp>().ok().or_else(|| {
        // A zone that a civil time would silently ignore was refused above.
        if text.ends_with(['Z', 'z']) {
            return None;
        }
        let civil = text
            .parse::<Date>()
            .ok()
            .filter(|_| text.len() <= "2026-10-14".len())
            .map(|date| date.at(0, 0, 0, 0))
            .or_else(|| text.parse::<DateTime>().ok())?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })?;
    Some(at.round(Unit::Millisecond).ok()?.as_millisecond())
}

/// Unix milliseconds as `2026-10-14T11:52:00.000Z`.
pub fn format_time(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => format!("{at:.3}"),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{format_time, parse_time};

    #[test]
    fn what_is_written_reads_back() {
        let noon = 1_791_979_200_000;
        assert_eq!(format_time(noon), "2026-10-14T12:00:00.000Z");
        assert_eq!(parse_time(&format_time(noon)), Some(noon));
    }

    #[test]
    fn times_read_with_and_without_zone() {
        let noon = Some(1_791_979_200_000);
        for text in [
            "2026-10-14T12:00:00Z",
            "2026-10-14T12:00:00.000Z",
            "2026-10-14T14:00:00+02:00",
            "2026-10-14T12:00:00",
            "2026-10-14 12:00",
        ] {
            assert_eq!(parse_time(text), noon, "{text}");
        }
        assert_eq!(parse_time("2026-10-14"), noon.map(|n| n - 12 * 3_600_000));
        for wrong in
            ["", "yesterday", "14.10.2026", "2026-13-01", "1760443200", "2026-10-14T25:00Z"]
        {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }
}
