use serde::{Deserialize, Serialize};

use super::sums::Ledger;
use super::{Evidence, Grade, InsufficientHistory, M, Score, rating};
use crate::{Amount, Currency, PaymentStatus, UtcDay};

/// The payment that the forecast tries: the reference amount.
const TRIED: Amount = Amount { micros: 10 * M, currency: Currency::EUR };
/// Further payments that are tried at most.
const MAX_PAYMENTS: i64 = 400;
/// Days ahead that are tried at most.
const MAX_DAYS: i64 = 400;
/// Days that an agent's pace is measured over.
const PACE_DAYS: i64 = 30;
/// More payments a day than this add nothing to a score.
const MAX_PER_DAY: i64 = 10;

/// What takes an agent to the next grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextGrade {
    /// The next grade.
    pub grade: Grade,
    /// How many further on-time payments of 10 EUR it takes.
    pub payments: i64,
    /// How many days they take at the agent's own pace.
    pub days: i64,
}

/// Payments to try in [`what_if`]: made and recorded on the day that is scored, to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatIf {
    /// How many; less than 1 is none.
    pub count: i64,
    /// The amount of each.
    pub amount: Amount,
    /// How they go.
    pub status: PaymentStatus,
}

/// The smallest number of further on-time payments of 10 EUR, beginning tomorrow and at the agent's own pace, with
/// which the score reaches the next grade. `None` with the best grade, without a score, and where it takes more than
/// 400 payments or 400 days.
pub fn next_grade(evidence: &[Evidence], as_of_day: UtcDay) -> Option<NextGrade> {
    let mut ledger = Ledger::of(evidence, as_of_day);
    let sums = ledger.sums(as_of_day);
    let grade = Grade::of(rating(&sums, as_of_day).ok()?.score).next()?;
    let pace = Pace::of(&ledger, sums.first_day, as_of_day);
    let tried = Evidence::of(TRIED, PaymentStatus::OnTime, false, as_of_day, as_of_day);
    for payments in 1..=MAX_PAYMENTS {
        let days = pace.days_for(payments);
        if days > MAX_DAYS {
            break;
        }
        let day = as_of_day + days;
        ledger.push(&Evidence { event_day: day, recorded_day: day, ..tried.clone() });
        let rated = rating(&ledger.sums(day), day).ok();
        if rated.is_some_and(|r| r.score >= grade.lowest_score()) {
            return Some(NextGrade { grade, payments, days });
        }
    }
    None
}

/// The score as it would be with further payments on the day that is scored.
pub fn what_if(
    evidence: &[Evidence],
    as_of_day: UtcDay,
    add: &[WhatIf],
) -> Result<Score, InsufficientHistory> {
    let added: Vec<_> = add
        .iter()
        .map(|w| {
            Evidence::of(w.amount, w.status, false, as_of_day, as_of_day).times(w.count.max(0))
        })
        .collect();
    Score::of(&Ledger::of(evidence.iter().chain(&added), as_of_day), as_of_day)
}

/// How often an agent pays: `payments` in `days`.
struct Pace {
    payments: i64,
    days: i64,
}

impl Pace {
    /// Measured over the last 30 days, or over the whole history if nothing was recorded in them. An agent without a
    /// success is taken to make one payment a day.
    fn of(ledger: &Ledger, first_day: Option<UtcDay>, as_of_day: UtcDay) -> Self {
        let Some(first_day) = first_day else {
            return Self { payments: 1, days: 1 };
        };
        let whole = as_of_day - first_day + 1;
        let recent = whole.min(PACE_DAYS);
        let (payments, days) = match ledger.successes_since(as_of_day - recent + 1, as_of_day) {
            0 => (ledger.successes_since(first_day, as_of_day), whole),
            payments => (payments, recent),
        };
        Self { payments: payments.clamp(1, days * MAX_PER_DAY), days }
    }

    /// The day on which so many payments are done, counted from today.
    fn days_for(&self, payments: i64) -> i64 {
        (payments * self.days + self.payments - 1) / self.payments
    }
}
