use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Currency;

/// Millionths in one unit of a currency.
pub const MICROS_PER_UNIT: i64 = 1_000_000;
/// The largest amount of one payment: a thousand million units.
pub const MAX_MICROS: i64 = 1_000_000_000 * MICROS_PER_UNIT;

/// An exact amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// The currency.
    pub currency: Currency,
}

/// The rule that a text breaks which should be an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountError {
    /// It is no decimal number.
    NotANumber,
    /// It is zero or less.
    NotPositive,
    /// It is more than [`MAX_MICROS`].
    TooLarge,
    /// A decimal string has more than 6 decimals.
    TooManyDecimals,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "must be a decimal number such as 12.50",
            Self::NotPositive => "must be greater than 0",
            Self::TooLarge => "must be at most 1000000000",
            Self::TooManyDecimals => "must have at most 6 decimals",
        })
    }
}

impl std::error::Error for AmountError {}

/// Decimals that are kept.
const SCALE: i64 = 6;

/// A decimal number taken apart: its value is `digits` × 10^(-`decimals`).
struct Literal {
    negative: bool,
    /// Without leading zeros.
    digits: Vec<u8>,
    decimals: i64,
}

impl Literal {
    /// Reads `[-]digits[.digits]`, with an exponent if `exponent` says so.
    fn read(text: &str, exponent: bool) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match text.find(['e', 'E']) {
            Some(at) if exponent => (&text[..at], read_exponent(&text[at + 1..])?),
            Some(_) => return None,
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let digits = whole.bytes().chain(fraction.bytes()).skip_while(|b| *b == b'0');
        Some(Self {
            negative,
            digits: digits.map(|b| b - b'0').collect(),
            decimals: i64::try_from(fraction.len()).ok()?.saturating_sub(power),
        })
    }

    fn check_sign(&self) -> Result<(), AmountError> {
        if self.negative || self.digits.is_empty() { Err(AmountError::NotPositive) } else { Ok(()) }
    }

    /// The value in millionths, rounded half to even where there are more than 6 decimals.
    fn micros(&self) -> Result<i64, AmountError> {
        let shift = SCALE.saturating_sub(self.decimals);
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        // 16 digits are 10^15 millionths, the largest amount there is.
        let kept = length.saturating_add(shift);
        if kept > 16 {
            return Err(AmountError::TooLarge);
        }
        if kept < 0 {
            return Ok(0);
        }
        let split = usize::try_from(kept.min(length)).unwrap_or_default();
        let (head, tail) = self.digits.split_at(split);
        let mut micros = head.iter().fold(0, |sum, d| sum * 10 + i64::from(*d));
        for _ in 0..(kept - i64::try_from(split).unwrap_or_default()) {
            micros *= 10;
        }
        let half = tail.first().is_some_and(|d| *d >= 5);
        let exactly_half = tail.first() == Some(&5) && tail[1..].iter().all(|d| *d == 0);
        if half && (!exactly_half || micros % 2 == 1) {
            micros += 1;
        }
        if micros > MAX_MICROS { Err(AmountError::TooLarge) } else { Ok(micros) }
    }
}

/// Reads an exponent; one with absurdly many digits counts as very large or very small.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let power = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if negative { -power } else { power })
}

impl Amount {
    /// Reads a decimal string such as `12.50`: greater than 0, at most 6 decimals, no exponent. In millionths.
    pub fn micros_from_decimal(text: &str) -> Result<i64, AmountError> {
        let literal = Literal::read(text, false).ok_or(AmountError::NotANumber)?;
        literal.check_sign()?;
        if literal.decimals > SCALE {
            return Err(AmountError::TooManyDecimals);
        }
        literal.micros()
    }

    /// Reads the literal text of a JSON number, so that no float comes between: rounded half to even to 6 decimals,
    /// what is greater than 0 never to 0. In millionths.
    pub fn micros_from_number(text: &str) -> Result<i64, AmountError> {
        let literal = Literal::read(text, true).ok_or(AmountError::NotANumber)?;
        literal.check_sign()?;
        Ok(literal.micros()?.max(1))
    }

    /// The amount as a decimal with at least this many decimals, and more where they are needed to be exact.
    pub fn fixed(self, min_decimals: usize) -> String {
        let sign = if self.micros < 0 { "-" } else { "" };
        let micros = self.micros.unsigned_abs();
        let (whole, fraction) = (micros / 1_000_000, format!("{:06}", micros % 1_000_000));
        let needed = fraction.trim_end_matches('0').len().max(min_decimals.min(6));
        match needed {
            0 => format!("{sign}{whole}"),
            n => format!("{sign}{whole}.{}", &fraction[..n]),
        }
    }

    /// The shortest exact decimal, such as `12.5` or `10`.
    pub fn to_decimal_string(self) -> String {
        self.fixed(0)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.fixed(2), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimal_strings_are_exact() {
        let read = Amount::micros_from_decimal;
        assert_eq!(read("12.5"), Ok(12_500_000));
        assert_eq!(read("0.000001"), Ok(1));
        assert_eq!(read("1000000000"), Ok(MAX_MICROS));
        assert_eq!(read("1000000000.000001"), Err(AmountError::TooLarge));
        assert_eq!(read("0.0000001"), Err(AmountError::TooManyDecimals));
        assert_eq!(read("0"), Err(AmountError::NotPositive));
        assert_eq!(read("-1"), Err(AmountError::NotPositive));
        for wrong in ["", ".", "1.", ".5", "1e3", "NaN", "inf", "1,5", " 1", "+1", "0x10", "١"] {
            assert_eq!(read(wrong), Err(AmountError::NotANumber), "{wrong}");
        }
    }

    #[test]
    fn numbers_round_half_to_even_and_never_to_zero() {
        let read = Amount::micros_from_number;
        assert_eq!(read("0.30000000000000004"), Ok(300_000));
        assert_eq!(read("0.0000005"), Ok(1), "rounds to 0, which a payment cannot be");
        assert_eq!(read("0.0000015"), Ok(2));
        assert_eq!(read("0.0000025"), Ok(2));
        assert_eq!(read("0.00000250000001"), Ok(3));
        assert_eq!(read("1e-3"), Ok(1_000));
        assert_eq!(read("1.5E+2"), Ok(150_000_000));
        assert_eq!(read("1e400"), Err(AmountError::TooLarge));
        assert_eq!(read("1e-400"), Ok(1));
        assert_eq!(read("0e999999999999999999999"), Err(AmountError::NotPositive));
        assert_eq!(read("1e99999999999999999999"), Err(AmountError::TooLarge));
        assert_eq!(read(&"9".repeat(10_000)), Err(AmountError::TooLarge));
        assert_eq!(read(&format!("0.{}", "3".repeat(10_000))), Ok(333_333));
    }

    #[test]
    fn amounts_print_what_they_hold() {
        let amount = |micros| Amount { micros, currency: Currency::EUR };
        assert_eq!(amount(12_500_000).to_string(), "12.50 EUR");
        assert_eq!(amount(31_700).fixed(2), "0.0317");
        assert_eq!(amount(10_000_000).to_decimal_string(), "10");
        assert_eq!(amount(-1).to_decimal_string(), "-0.000001");
    }

    proptest! {
        #[test]
        fn decimals_read_back(micros in 1..=MAX_MICROS) {
            let text = Amount { micros, currency: Currency::EUR }.to_decimal_string();
            prop_assert_eq!(Amount::micros_from_decimal(&text), Ok(micros));
            prop_assert_eq!(Amount::micros_from_number(&text), Ok(micros));
        }

        #[test]
        fn numbers_agree_with_decimals(micros in 1..=MAX_MICROS, shift in 0..20_i64, zeros in 0..30_usize) {
            let padding = "0".repeat(zeros);
            for text in [format!("{micros}{padding}e-{}", 6 + zeros), format!("{micros}.{padding}0E-6")] {
                prop_assert_eq!(Amount::micros_from_number(&text), Ok(micros), "{}", text);
            }
            let power = 10_i128.pow(u32::try_from(shift).unwrap());
            let (floor, rest) = (i128::from(micros) / power, i128::from(micros) % power);
            let up = 2 * rest > power || 2 * rest == power && floor % 2 == 1;
            let rounded = i64::try_from(floor + i128::from(up)).unwrap().max(1);
            prop_assert_eq!(Amount::micros_from_number(&format!("{micros}e-{}", 6 + shift)), Ok(rounded));
        }

        #[test]
        fn no_text_panics(text in "[-+0-9.eE]{0,40}") {
            let _ = Amount::micros_from_decimal(&text);
            let _ = Amount::micros_from_number(&text);
        }
    }
}
