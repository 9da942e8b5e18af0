//! Numbers, money and dates as the current language writes them. Times are in the zone of the page: the workspace's in the
//! dashboard, UTC everywhere else.

use std::sync::LazyLock;

use icu_calendar::types::RataDie;
use icu_calendar::{Date, Iso};
use icu_datetime::fieldsets::{MD, T, YM, YMD, YMDT};
use icu_datetime::input::{DateTime, Time};
use icu_datetime::{DateTimeFormatter, DateTimeFormatterLoadError, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use leptos::prelude::use_context;
use model::{Amount, Currency, DAY_MS, UtcDay, day_of};
use service::{Unit, Zone};

use super::{Lang, lang};

/// Days from 1 January of the year 1 to 1 January 1970, as calendars count them.
const EPOCH: i64 = 719_163;
const NO_BREAK: char = '\u{a0}';
const MINUS: char = '\u{2212}';

struct Formats {
    decimal: DecimalFormatter,
    date: DateTimeFormatter<YMD>,
    long_date: DateTimeFormatter<YMD>,
    month: DateTimeFormatter<YM>,
    short_day: DateTimeFormatter<MD>,
    hour: NoCalendarFormatter<T>,
    date_time: DateTimeFormatter<YMDT>,
    exact: DateTimeFormatter<YMDT>,
}

impl Formats {
    fn load(lang: Lang) -> Result<Self, DateTimeFormatterLoadError> {
        let locale = || lang.locale().into();
        Ok(Self {
            decimal: DecimalFormatter::try_new((&lang.locale()).into(), Default::default())
                .map_err(DateTimeFormatterLoadError::Data)?,
            date: DateTimeFormatter::try_new(locale(), YMD::medium())?,
            long_date: DateTimeFormatter::try_new(locale(), YMD::long())?,
            month: DateTimeFormatter::try_new(locale(), YM::medium())?,
            short_day: DateTimeFormatter::try_new(locale(), MD::medium())?,
            hour: NoCalendarFormatter::try_new(locale(), T::hm())?,
            date_time: DateTimeFormatter::try_new(locale(), YMD::medium().with_time_hm())?,
            exact: DateTimeFormatter::try_new(locale(), YMD::medium().with_time_hms())?,
        })
    }

    fn of(lang: Lang) -> &'static Self {
        static EN: LazyLock<Formats> = LazyLock::new(|| Formats::built_in(Lang::En));
        static DE: LazyLock<Formats> = LazyLock::new(|| Formats::built_in(Lang::De));
        match lang {
            Lang::En => &EN,
            Lang::De => &DE,
        }
    }

    fn built_in(lang: Lang) -> Self {
        Self::load(lang).expect("the data of both languages is compiled in")
    }

    fn decimal(&self, value: &Decimal) -> String {
        self.decimal.format(value).to_string()
    }
}

fn current() -> &'static Formats {
    Formats::of(lang())
}

fn date_of(day: UtcDay) -> Date<Iso> {
    Date::from_rata_die(RataDie::new(EPOCH + day), Iso)
}

/// A whole number: `12,408`.
pub fn number(value: i64) -> String {
    number_in(lang(), value)
}

pub(super) fn number_in(lang: Lang, value: i64) -> String {
    Formats::of(lang).decimal(&Decimal::from(value))
}

/// A number with one decimal: `59.1`.
pub fn one_decimal(value: f64) -> String {
    let mut tenths = Decimal::from(rounded(value * 10.0));
    tenths.multiply_pow10(-1);
    tenths.absolute.pad_end(-1);
    current().decimal(&tenths)
}

/// Points that a line adds or takes away: `+37.9`, `−1.2`.
pub fn signed_points(value: f64) -> String {
    let sign = if rounded(value * 10.0) < 0 { MINUS } else { '+' };
    format!("{sign}{}", one_decimal(value.abs()))
}

/// A share of a whole: `97.1 %`; a dash when there is no whole.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let share = 100.0 * part as f64 / whole as f64;
    format!("{}{NO_BREAK}%", one_decimal(share))
}

/// A share of a whole for programs, in percent: `97.1`.
pub fn plain_percent(part: i64, whole: i64) -> String {
    let tenths = i128::from(part) * 1000 / i128::from(whole.max(1));
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The digits of an amount without its currency: at least the decimals that are usual for it, and all that it has.
pub fn amount(micros: i128, currency: Currency) -> String {
    let mut decimal = Decimal::from(micros);
    decimal.multiply_pow10(-6);
    decimal.absolute.trim_end();
    decimal.absolute.pad_end(-usual_decimals(currency));
    current().decimal(&decimal)
}

/// Money in a sentence: `23,871.15 EUR`.
pub fn money(amount_: Amount) -> String {
    let digits = amount(amount_.micros.into(), amount_.currency);
    format!("{digits}{NO_BREAK}{}", amount_.currency.as_str())
}

/// Decimals that one expects to see; the ISO 4217 minor unit.
fn usual_decimals(currency: Currency) -> i16 {
    match currency.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// A day: `14 Oct 2026`.
pub fn day(day: UtcDay) -> String {
    current().date.format(&date_of(day)).to_string()
}

/// The day of an instant: `14 Oct 2026`.
pub fn date(at_ms: i64) -> String {
    day(zone().day_of(at_ms))
}

/// The month that holds a day: `Oct 2026`.
pub fn month(day: UtcDay) -> String {
    current().month.format(&date_of(day)).to_string()
}

/// A day of a year that is clear: `14 Oct`.
pub fn short_day(day: UtcDay) -> String {
    current().short_day.format(&date_of(day)).to_string()
}

/// A time of a day that is clear: `11:52`.
pub fn hour(at_ms: i64) -> String {
    current().hour.format(&time_of(local(at_ms))).to_string()
}

fn zone() -> Zone {
    use_context().unwrap_or_default()
}

/// The zone that times on this page are in: `Europe/Berlin`.
pub fn zone_name() -> String {
    zone().name().to_owned()
}

/// A value on an axis, in whole units of a currency: `1,500`, `0.03`, `2.5 M`.
pub fn axis(value: f64) -> String {
    const MILLION: f64 = 1e6;
    const BILLION: f64 = 1e9;
    if value >= BILLION {
        return crate::t!("charts-billion", number = short(value / BILLION));
    }
    if value >= MILLION {
        return crate::t!("charts-million", number = short(value / MILLION));
    }
    short(value)
}

/// At most six decimals, and none that says nothing.
fn short(value: f64) -> String {
    let mut decimal = Decimal::from(rounded(value * 1e6));
    decimal.multiply_pow10(-6);
    decimal.absolute.trim_end();
    current().decimal(&decimal)
}

/// The start of a bucket for programs, in its zone: `2026-10`, `2026-10-14`, `2026-10-14T13:00:00+02:00`.
pub fn iso_start(at_ms: i64, unit: Unit, zone: &Zone) -> String {
    let length = match unit {
        Unit::Month => "2026-10".len(),
        Unit::Day => "2026-10-14".len(),
        // With its offset: once a year an hour comes twice.
        Unit::Hour => return zone.timestamp(at_ms),
    };
    zone.timestamp(at_ms).get(..length).unwrap_or_default().to_owned()
}

/// Millionths as a decimal for programs: `1240.5`.
pub fn plain_decimal(micros: i128) -> String {
    let mut decimal = Decimal::from(micros);
    decimal.multiply_pow10(-6);
    decimal.absolute.trim_end();
    decimal.to_string()
}

/// The day of an instant, the month in full: `14 October 2026`.
pub fn long_date(at_ms: i64) -> String {
    current().long_date.format(&date_of(zone().day_of(at_ms))).to_string()
}

/// Day and minute: `14 Oct 2026, 11:52`.
pub fn date_time(at_ms: i64) -> String {
    let local = local(at_ms);
    let at = DateTime { date: date_of(day_of(local)), time: time_of(local) };
    current().date_time.format(&at).to_string()
}

/// Day and second: `14 Oct 2026, 11:52:07`.
pub fn exact_time(at_ms: i64) -> String {
    let local = local(at_ms);
    let at = DateTime { date: date_of(day_of(local)), time: time_of(local) };
    current().exact.format(&at).to_string()
}

/// What the clocks of the page's zone say, as if it were UTC.
fn local(at_ms: i64) -> i64 {
    at_ms.saturating_add(zone().offset_ms(at_ms))
}

fn time_of(at_ms: i64) -> Time {
    let second = at_ms.rem_euclid(DAY_MS) / 1_000;
    let part = |value: i64| u8::try_from(value).unwrap_or(0);
    let (hours, minutes) = (part(second / 3_600), part(second / 60 % 60));
    Time::try_new(hours, minutes, part(second % 60), 0).unwrap_or(Time::start_of_day())
}

/// An instant for the `datetime` attribute: `2026-10-14T11:52:00Z`.
pub fn machine_time(at_ms: i64) -> String {
    let date = date_of(day_of(at_ms));
    let second = at_ms.rem_euclid(DAY_MS) / 1000;
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year().extended_year(),
        date.month().number(),
        date.day_of_month().0,
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

fn rounded(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "scores and percentages: small numbers")]
    let whole = value.round() as i64;
    whole
}
