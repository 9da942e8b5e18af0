//! Amounts: whatever is read is written and read again without a loss, and never passes the limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{Amount, Currency, MAX_MICROS};

fuzz_target!(|text: &str| {
    let Ok(currency) = "EUR".parse::<Currency>() else { return };
    for read in [Amount::micros_from_decimal(text), Amount::micros_from_number(text)] {
        let Ok(micros) = read else { continue };
        assert!(micros > 0 && micros <= MAX_MICROS, "{text}: {micros}");
        let written = Amount { micros, currency }.to_decimal_string();
        assert_eq!(Amount::micros_from_decimal(&written).ok(), Some(micros), "{text}: {written}");
    }
});
