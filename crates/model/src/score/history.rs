use super::sums::Ledger;
use super::{Evidence, rating};
use crate::UtcDay;

/// The score as it was at the end of each of these days, `None` where too few payments counted yet. Made from the
/// evidence of today: what was recorded later is left out of each day, and what was amended since counts as amended.
pub fn history(evidence: &[Evidence], days: &[UtcDay]) -> Vec<Option<u8>> {
    let Some(last) = days.iter().max() else { return Vec::new() };
    // Sorted and summed up once: on each day, what is not eligible yet is passed over.
    let ledger = Ledger::of(evidence, *last);
    days.iter().map(|day| rating(&ledger.sums(*day), *day).ok().map(|r| r.score)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::score;
    use crate::{Amount, Currency, PaymentStatus};

    #[test]
    fn each_day_has_the_score_that_was_computed_on_it() {
        let amount = Amount { micros: 10_000_000, currency: Currency::EUR };
        let rows: Vec<_> = (0..900_i64)
            .map(|n| {
                let status = PaymentStatus::ALL[usize::try_from(n * 7 % 11).unwrap().min(4)];
                let recorded = 20_000 + n * 3 % 600;
                // Some were reported late, and one in fifty a day ahead.
                let happened = recorded - n % 5 + i64::from(n % 50 == 0);
                Evidence::of(amount, status, n % 17 == 0, happened, recorded)
            })
            .collect();
        let days: Vec<_> = (19_990..20_620).step_by(7).collect();
        let expected: Vec<_> =
            days.iter().map(|day| score(&rows, *day).ok().map(|s| s.score)).collect();
        assert_eq!(history(&rows, &days), expected);
        assert!(expected[0].is_none() && expected.last().unwrap().is_some());
        assert!(history(&rows, &[]).is_empty());
    }
}
