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
    let reaches = |ledger: &Ledger, day| {
        rating(&ledger.sums(day), day).is_ok_and(|r| r.score >= grade.lowest_score())
    };
    let mut before = 0;
    for days in 1..=MAX_DAYS {
        let after = pace.done_by(days).min(MAX_PAYMENTS);
        if after == before {
            continue;
        }
        let day = as_of_day + days;
        let tried = Evidence::of(TRIED, PaymentStatus::OnTime, false, day, day);
        ledger.push(tried.times(after - before));
        if reaches(&ledger, day) {
            // Within a day a success more never lowers the score, so the fewest that do are found from below.
            let fewest = (before + 1..after).find(|payments| {
                ledger.replace_last(tried.times(payments - before));
                reaches(&ledger, day)
            });
            return Some(NextGrade { grade, payments: fewest.unwrap_or(after), days });
        }
        before = after;
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

    /// Payments that are done so many days from today.
    fn done_by(&self, days: i64) -> i64 {
        days * self.payments / self.days
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::score;

    const TODAY: UtcDay = 20_000;

    fn on(day: UtcDay, status: PaymentStatus) -> Evidence {
        Evidence::of(TRIED, status, false, day, day)
    }

    fn daily(days: i64) -> Vec<Evidence> {
        (0..days).map(|age| on(TODAY - age, PaymentStatus::OnTime)).collect()
    }

    /// The same search, one payment a day, without any shortcut.
    fn by_trying(evidence: &[Evidence], grade: Grade) -> Option<i64> {
        let mut rows = evidence.to_vec();
        (1..=MAX_DAYS).find(|days| {
            rows.push(on(TODAY + days, PaymentStatus::OnTime));
            score(&rows, TODAY + days).is_ok_and(|s| s.grade >= grade)
        })
    }

    #[test]
    fn the_next_grade_takes_as_many_payments_as_trying_says() {
        for (days, missed) in [(3, 0), (5, 0), (20, 0), (29, 0), (40, 3), (30, 30), (15, 14)] {
            let mut rows = daily(days);
            rows.extend((0..missed).map(|age| on(TODAY - age, PaymentStatus::Missed)));
            let grade = score(&rows, TODAY).unwrap().grade.next().unwrap();
            let k = by_trying(&rows, grade).unwrap();
            let expected = NextGrade { grade, payments: k, days: k };
            assert_eq!(next_grade(&rows, TODAY), Some(expected), "{days} days, {missed} missed");
        }
    }

    #[test]
    fn pace_is_the_agents_own() {
        // 21 payments on one day: more than 10 a day add nothing, and the best grade needs 30 days.
        let busy: Vec<_> = vec![on(TODAY, PaymentStatus::OnTime).times(21)];
        let next = next_grade(&busy, TODAY).unwrap();
        assert_eq!(next, NextGrade { grade: Grade::A, payments: 7, days: 1 });
        let weekly: Vec<_> = daily(50).into_iter().step_by(7).collect();
        let next = next_grade(&weekly, TODAY).unwrap();
        assert_eq!(next.grade, Grade::A);
        assert!((6 * next.payments..=7 * next.payments).contains(&next.days), "{next:?}");
    }

    #[test]
    fn there_is_no_next_grade_without_a_score_at_the_top_or_out_of_reach() {
        assert_eq!(next_grade(&daily(2), TODAY), None);
        assert_eq!(next_grade(&daily(60), TODAY), None, "A+");
        let hopeless = vec![on(TODAY, PaymentStatus::Disputed).times(10_000)];
        assert_eq!(next_grade(&hopeless, TODAY), None);
        let rare = vec![on(TODAY - 400, PaymentStatus::OnTime).times(3)];
        assert_eq!(next_grade(&rare, TODAY), None, "three payments in 400 days");
    }

    #[test]
    fn what_if_is_the_score_with_the_payments() {
        let what_if = |count, status| {
            let add = [WhatIf { count, amount: TRIED, status }];
            what_if(&daily(5), TODAY, &add).unwrap().score
        };
        assert_eq!(what_if(0, PaymentStatus::OnTime), 78);
        assert_eq!(what_if(-3, PaymentStatus::Missed), 78);
        assert!(what_if(2, PaymentStatus::OnTime) > 78);
        assert!(what_if(1, PaymentStatus::Missed) < 78);
        assert_eq!(what_if(i64::MAX, PaymentStatus::Disputed), 0);
        assert!(super::what_if(&[], TODAY, &[]).is_err());
    }
}
