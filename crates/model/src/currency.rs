use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Every currency that a payment can have: the alphabetic codes of ISO 4217 and four stablecoins, sorted.
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT",
    "BGN", "BHD", "BIF", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD",
    "CAD", "CDF", "CHE", "CHF", "CHW", "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE",
    "CZK", "DAI", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "EURC", "FJD", "FKP",
    "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR",
    "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW",
    "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA",
    "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD",
    "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG",
    "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE",
    "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY",
    "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "USDC", "USDT", "USN", "UYI", "UYU", "UYW", "UZS",
    "VED", "VES", "VND", "VUV", "WST", "XAD", "XAF", "XAG", "XAU", "XBA", "XBB", "XBC", "XBD",
    "XCD", "XCG", "XDR", "XOF", "XPD", "XPF", "XPT", "XSU", "XTS", "XUA", "XXX", "YER", "ZAR",
    "ZMW", "ZWG",
];

/// A currency that payments can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Currency(&'static str);

/// A text that is no currency we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCurrency;

impl fmt::Display for UnknownCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be an ISO 4217 code such as EUR, or USDC, USDT, DAI, EURC")
    }
}

impl std::error::Error for UnknownCurrency {}

impl Currency {
    /// The default.
    pub const EUR: Self = Self("EUR");

    /// Every currency, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().copied().map(Self)
    }

    /// The code, in capitals.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The amount that has weight 1 in the score, in millionths of the unit; `None` where the score does not know
    /// the currency's worth. Fixed figures, never exchange rates: a score must not change with a market.
    pub fn reference_micros(self) -> Option<i64> {
        let units = match self.0 {
            "EUR" | "USD" | "GBP" | "CHF" | "USDC" | "USDT" | "EURC" | "DAI" => 10,
            "AUD" | "CAD" | "NZD" | "SGD" => 15,
            "JPY" => 1_500,
            "CNY" | "DKK" => 75,
            "HKD" => 80,
            "INR" => 900,
            "KRW" => 14_000,
            "SEK" | "NOK" => 100,
            "PLN" | "ILS" | "AED" => 40,
            "CZK" => 250,
            "HUF" => 4_000,
            "RON" => 50,
            "TRY" => 400,
            "ZAR" => 180,
            "BRL" => 55,
            "MXN" => 190,
            "THB" => 350,
            _ => return None,
        };
        Some(units * crate::MICROS_PER_UNIT)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    /// Reads a code in capitals or small letters.
    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        if text.len() > 4 {
            return Err(UnknownCurrency);
        }
        let code = text.to_ascii_uppercase();
        let at = CODES.binary_search(&code.as_str()).map_err(|_| UnknownCurrency)?;
        Ok(Self(CODES[at]))
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(CODES.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn codes_read_in_either_case() {
        assert_eq!("eur".parse(), Ok(Currency::EUR));
        assert_eq!("USDC".parse::<Currency>().unwrap().as_str(), "USDC");
        for wrong in ["", "EURO", "DOGE", "€", "EURCC"] {
            assert!(wrong.parse::<Currency>().is_err(), "{wrong}");
        }
    }
}
