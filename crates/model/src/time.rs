/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;
/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a quarter of an hour, the grain of the payment rollups.
pub const QUARTER_MS: i64 = 900_000;

/// A UTC calendar day, counted from 1 January 1970.
pub type UtcDay = i64;

/// The UTC day that holds an instant given in Unix milliseconds.
pub const fn day_of(at_ms: i64) -> UtcDay {
    at_ms.div_euclid(DAY_MS)
}

/// The start of the quarter of an hour that holds an instant, both in Unix milliseconds.
pub const fn quarter_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(QUARTER_MS) * QUARTER_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_quarters_before_1970_round_down() {
        assert_eq!(day_of(0), 0);
        assert_eq!(day_of(DAY_MS - 1), 0);
        assert_eq!(day_of(-1), -1);
        assert_eq!(quarter_of(QUARTER_MS + 5), QUARTER_MS);
        assert_eq!(quarter_of(-1), -QUARTER_MS);
    }
}
