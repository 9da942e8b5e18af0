//! Times on the wire: ISO 8601 out, ISO 8601 in.

use jiff::Timestamp;
pub use service::parse_time;

/// Unix milliseconds as `2026-10-14T11:52:00.000Z`.
pub fn format_time(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => format!("{at:.3}"),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let noon = 1_791_979_200_000;
        assert_eq!(format_time(noon), "2026-10-14T12:00:00.000Z");
        assert_eq!(parse_time(&format_time(noon)), Some(noon));
    }
}
