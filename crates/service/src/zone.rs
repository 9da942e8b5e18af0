use std::fmt;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use model::{DAY_MS, HOUR_MS};

/// The zones that come along with the program: an instance must not depend on what its machine has installed.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the IANA database. Local days are counted from 1 January 1970, like UTC days.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// The zone with this IANA name, in any case; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(Self::default());
        }
        ZONES.get(name).ok().map(Self)
    }

    /// The zone of a workspace. One that this release no longer knows reads as UTC, and its name says so.
    pub(crate) fn stored(name: &str) -> Self {
        Self::named(name).unwrap_or_default()
    }

    /// Every name, in alphabetical order.
    pub fn names() -> Vec<String> {
        ZONES.available().map(|name| name.to_string()).collect()
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// How far its clocks are ahead of UTC at an instant, both in milliseconds.
    pub fn offset_ms(&self, at_ms: i64) -> i64 {
        i64::from(self.0.to_offset(timestamp(at_ms)).seconds()) * 1000
    }

    /// The local day that holds an instant.
    pub fn day_of(&self, at_ms: i64) -> i64 {
        at_ms.saturating_add(self.offset_ms(at_ms)).div_euclid(DAY_MS)
    }

    /// The instant at which a local day begins: not always midnight.
    pub fn start_of_day(&self, day: i64) -> i64 {
        let begins = date(day).to_zoned_datetime(self.0.clone());
        begins.map_or(day.saturating_mul(DAY_MS), |at| at.timestamp().as_millisecond())
    }

    /// The instant at which the day of a text such as `2026-10-14` begins.
    pub fn start_of_text(&self, day: &str) -> Option<i64> {
        parse_day(day.trim()).map(|day| self.start_of_day(day))
    }

    /// The first instant behind the day of a text such as `2026-10-14`.
    pub fn end_of_text(&self, day: &str) -> Option<i64> {
        parse_day(day.trim()).map(|day| self.start_of_day(day + 1))
    }

    /// An instant for programs, by the clocks of the zone: `2026-10-14T13:52:00+02:00`; `Z` stands for UTC itself.
    pub fn timestamp(&self, at_ms: i64) -> String {
        let at = timestamp(at_ms);
        if self.0 == TimeZone::UTC {
            return at.to_string();
        }
        at.display_with_offset(self.0.to_offset(at)).to_string()
    }

    /// The start of the local hour that holds an instant.
    pub(crate) fn hour_of(&self, at_ms: i64) -> i64 {
        let offset = self.offset_ms(at_ms);
        (at_ms + offset).div_euclid(HOUR_MS) * HOUR_MS - offset
    }
}

fn timestamp(at_ms: i64) -> Timestamp {
    let bounds = (Timestamp::MIN.as_millisecond() + 1, Timestamp::MAX.as_millisecond());
    Timestamp::from_millisecond(at_ms.clamp(bounds.0, bounds.1)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn date(day: i64) -> Date {
    TimeZone::UTC.to_datetime(timestamp(day.saturating_mul(DAY_MS))).date()
}

fn number(date: Date) -> i64 {
    let midnight = date.at(0, 0, 0, 0);
    TimeZone::UTC.to_timestamp(midnight).map_or(0, |at| at.as_millisecond().div_euclid(DAY_MS))
}

/// The first day of the month that holds a day.
pub(crate) fn month_of(day: i64) -> i64 {
    number(date(day).first_of_month())
}

/// The same day so many months later, or the last one of that month.
pub(crate) fn add_months(day: i64, months: i64) -> i64 {
    date(day).checked_add(months.months()).map_or(day, number)
}

/// The day of a text such as `2026-10-14`.
pub(crate) fn parse_day(text: &str) -> Option<i64> {
    text.parse().ok().map(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_the_clocks_of_the_zone() {
        let berlin = Zone::named("europe/berlin").unwrap();
        assert_eq!(berlin.name(), "Europe/Berlin");
        let day = parse_day("2026-03-29").unwrap();
        // 23 hours: the clocks go forward.
        assert_eq!(berlin.start_of_day(day + 1) - berlin.start_of_day(day), 23 * 3_600_000);
        let day = parse_day("2026-10-25").unwrap();
        assert_eq!(berlin.start_of_day(day + 1) - berlin.start_of_day(day), 25 * 3_600_000);
        assert_eq!(berlin.day_of(berlin.start_of_day(day)), day);
        assert_eq!(berlin.day_of(berlin.start_of_day(day) - 1), day - 1);
        // The day of 25 hours, from its first instant to the one behind its last.
        let start = berlin.start_of_text(" 2026-10-25 ").unwrap();
        assert_eq!(berlin.end_of_text("2026-10-25").unwrap() - start, 25 * 3_600_000);
        assert_eq!(berlin.start_of_text("25.10.2026"), None);
        let hours = [2, 3].map(|n| berlin.timestamp(start + n * 3_600_000));
        assert_eq!(hours, ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
        assert_eq!(Zone::default().timestamp(1_500), "1970-01-01T00:00:01.5Z");
        assert_eq!(Zone::named("Nowhere/At_All"), None);
        assert!(Zone::names().iter().any(|name| name == "Asia/Kolkata"));
    }

    #[test]
    fn months_begin_on_the_first_and_stay_within_theirs() {
        let day = |text| parse_day(text).unwrap();
        assert_eq!(month_of(day("2026-10-14")), day("2026-10-01"));
        assert_eq!(add_months(day("2026-10-31"), -1), day("2026-09-30"));
        assert_eq!(add_months(day("2024-02-29"), -12), day("2023-02-28"));
        assert_eq!(parse_day("14.10.2026"), None);
    }
}
