use serde::{Deserialize, Serialize};

use super::{LOOK_BACK_DAYS, M};
use crate::{Amount, PaymentStatus, UtcDay};

/// The smallest weight of one payment, in millionths.
const MIN_WEIGHT: i64 = 250_000;
/// The largest weight of one payment, in millionths.
const MAX_WEIGHT: i64 = 2 * M;
/// The largest value of one payment, in millionths of the reference amount.
const MAX_VALUE: i64 = 100 * M;
/// The value that a success in an unknown currency has: the square of its weight.
const UNKNOWN_VALUE: i64 = 62_500;

/// One row of the evidence table: sums over all scored payments with the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The UTC day on which we first stored the payments.
    pub recorded_day: UtcDay,
    /// The UTC day on which they happened, as the client says.
    pub event_day: UtcDay,
    /// How they went.
    pub status: PaymentStatus,
    /// Whether they went to an agent or wallet of the same workspace.
    pub self_payment: bool,
    /// Whether the score knows what their currency is worth.
    pub known_currency: bool,
    /// How many they are.
    pub count: i64,
    /// The sum of their weights, in millionths.
    pub weight_sum: i64,
    /// The sum of their values, in millionths of the reference amount.
    pub value_sum: i64,
}

/// What payments have in common that one evidence row sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EvidenceKey {
    /// See [`Evidence::recorded_day`].
    pub recorded_day: UtcDay,
    /// See [`Evidence::event_day`].
    pub event_day: UtcDay,
    /// See [`Evidence::status`].
    pub status: PaymentStatus,
    /// See [`Evidence::self_payment`].
    pub self_payment: bool,
    /// See [`Evidence::known_currency`].
    pub known_currency: bool,
}

impl Evidence {
    /// The evidence of one payment that counts toward the score.
    pub fn of(
        amount: Amount,
        status: PaymentStatus,
        self_payment: bool,
        event_day: UtcDay,
        recorded_day: UtcDay,
    ) -> Self {
        let reference = amount.currency.reference_micros();
        let (weight_sum, value_sum) = match reference {
            Some(reference) => weigh(amount.micros, reference),
            // A currency must not hide a failure.
            None if fails(status) => (M, M),
            None => (MIN_WEIGHT, UNKNOWN_VALUE),
        };
        Self {
            recorded_day,
            event_day,
            status,
            self_payment,
            known_currency: reference.is_some(),
            count: 1,
            weight_sum,
            value_sum,
        }
    }

    /// What this row has in common with the payments that it sums up.
    pub fn key(&self) -> EvidenceKey {
        EvidenceKey {
            recorded_day: self.recorded_day,
            event_day: self.event_day,
            status: self.status,
            self_payment: self.self_payment,
            known_currency: self.known_currency,
        }
    }

    /// Adds the sums of another row, which has the same key.
    pub fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.weight_sum = self.weight_sum.saturating_add(other.weight_sum);
        self.value_sum = self.value_sum.saturating_add(other.value_sum);
    }

    /// The same evidence as if it were of so many such payments.
    pub(super) fn times(&self, count: i64) -> Self {
        Self {
            count: self.count.saturating_mul(count),
            weight_sum: self.weight_sum.saturating_mul(count),
            value_sum: self.value_sum.saturating_mul(count),
            ..self.clone()
        }
    }

    /// The weight that the same payments would have had, had they all gone right, in millionths.
    pub(super) fn clean_weight_sum(&self) -> i64 {
        if self.known_currency { self.weight_sum } else { self.count.saturating_mul(MIN_WEIGHT) }
    }

    /// UTC days since the payments happened.
    pub(super) fn age(&self, as_of_day: UtcDay) -> i64 {
        as_of_day.saturating_sub(self.event_day)
    }

    /// UTC days since they were recorded.
    pub(super) fn recorded_age(&self, as_of_day: UtcDay) -> i64 {
        as_of_day.saturating_sub(self.recorded_day)
    }

    /// Whether the payments count on this day at all.
    pub(super) fn eligible(&self, as_of_day: UtcDay) -> bool {
        let (age, recorded_age) = (self.age(as_of_day), self.recorded_age(as_of_day));
        let counts = match self.status {
            PaymentStatus::Paid | PaymentStatus::OnTime => {
                age <= LOOK_BACK_DAYS && !self.self_payment
            }
            // From the younger day, so that a failure cannot be back-dated away.
            PaymentStatus::Late | PaymentStatus::Missed | PaymentStatus::Disputed => {
                age.min(recorded_age) <= LOOK_BACK_DAYS
            }
        };
        counts && age >= 0 && recorded_age >= 0
    }
}

fn fails(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Missed | PaymentStatus::Disputed)
}

/// Weight and value of a payment in a known currency, in millionths: the square root and the caps stop one huge or
/// many tiny payments from deciding.
fn weigh(micros: i64, reference: i64) -> (i64, i64) {
    let value = i128::from(micros.max(0)) * i128::from(M) / i128::from(reference);
    let value = i64::try_from(value).unwrap_or(MAX_VALUE).min(MAX_VALUE);
    let weight = (value * M).isqrt();
    (weight.clamp(MIN_WEIGHT, MAX_WEIGHT), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn of(micros: i64, currency: &str, status: PaymentStatus) -> (i64, i64) {
        let amount = Amount { micros, currency: currency.parse::<Currency>().unwrap() };
        let one = Evidence::of(amount, status, false, 0, 0);
        (one.weight_sum, one.value_sum)
    }

    #[test]
    fn weight_is_the_square_root_of_the_value_between_its_bounds() {
        use PaymentStatus::{Disputed, Late, Missed, Paid};
        assert_eq!(of(10 * M, "EUR", Paid), (M, M));
        assert_eq!(of(5 * M, "EUR", Missed), (707_106, 500_000));
        assert_eq!(of(1, "EUR", Paid), (250_000, 0));
        assert_eq!(of(49_990_000, "EUR", Paid), (2 * M, 4_999_000));
        assert_eq!(of(crate::MAX_MICROS, "EUR", Paid), (2 * M, 100 * M));
        assert_eq!(of(1_500 * M, "JPY", Paid), (M, M));
        assert_eq!(of(500 * M, "XTS", Late), (250_000, 62_500));
        assert_eq!(of(1, "XTS", Disputed), (M, M));
    }

    #[test]
    fn rows_add_up() {
        let amount = Amount { micros: 10 * M, currency: Currency::EUR };
        let mut sum = Evidence::of(amount, PaymentStatus::Paid, false, 3, 4);
        let one = sum.clone();
        sum.add(&one);
        assert_eq!((sum.count, sum.weight_sum, sum.value_sum), (2, 2 * M, 2 * M));
        assert_eq!(sum, one.times(2));
        assert_eq!(sum.key(), one.key());
    }
}
