use std::cmp::Reverse;

use super::evidence::Evidence;
use super::fade::fade;
use super::{LOOK_BACK_DAYS, M};
use crate::{PaymentStatus, UtcDay};

/// The most positive evidence of one recorded day: 10 payments of the reference amount, in quarters of a millionth.
const DAY_LIMIT: i128 = 40 * M as i128;
/// The positive evidence that makes a recorded day an active one, in the same unit.
const ACTIVE_DAY: i128 = 4 * M as i128;
/// One in quarters of a millionth.
const QUARTERS: f64 = 4.0 * M as f64;
/// One in quarters of a millionth, faded in millionths.
const FADED: f64 = QUARTERS * M as f64;

/// Success share and failure mass of a status, in quarters.
const fn outcome(status: PaymentStatus) -> (i128, i128) {
    match status {
        PaymentStatus::Paid | PaymentStatus::OnTime => (4, 0),
        PaymentStatus::Late => (3, 1),
        PaymentStatus::Missed => (0, 6),
        PaymentStatus::Disputed => (0, 12),
    }
}

/// Positive and negative evidence, in payments of the reference amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mass {
    pub s: f64,
    pub f: f64,
}

/// Evidence in the order in which it is scored: oldest recorded day first, in it the newest event day first, and one
/// row for each key.
pub(super) struct Ledger(Vec<Evidence>);

impl Ledger {
    /// Leaves out what was not known or had not happened yet on the day that is scored.
    pub fn of<'a>(evidence: impl IntoIterator<Item = &'a Evidence>, as_of_day: UtcDay) -> Self {
        let past = |e: &&Evidence| e.event_day <= as_of_day && e.recorded_day <= as_of_day;
        let mut rows: Vec<_> = evidence.into_iter().filter(past).cloned().collect();
        rows.sort_unstable_by_key(|e| {
            (e.recorded_day, Reverse(e.event_day), e.status, e.self_payment, e.known_currency)
        });
        rows.dedup_by(|row, sum| {
            let same = row.key() == sum.key();
            if same {
                sum.add(row);
            }
            same
        });
        // What an amendment took away must not leave a first or an active day behind.
        rows.retain(|e| e.count > 0);
        Self(rows)
    }

    /// Adds evidence of a day that is later than all others.
    pub fn push(&mut self, row: Evidence) {
        self.0.push(row);
    }

    /// Puts other evidence of the same day in the place of what was pushed last.
    pub fn replace_last(&mut self, row: Evidence) {
        self.0.pop();
        self.0.push(row);
    }

    /// Everything that the score of this day needs.
    pub fn sums(&self, as_of_day: UtcDay) -> Sums {
        let mut sums = Sums::default();
        for day in self.0.chunk_by(|a, b| a.recorded_day == b.recorded_day) {
            sums.add_day(day, as_of_day);
        }
        sums
    }

    /// S and F as they are with no rule, then with late, missed, disputed and age switched on one after another; all
    /// without the daily limit.
    pub fn steps(&self, as_of_day: UtcDay) -> [Mass; 5] {
        let mut plain = Plain::default();
        for e in self.0.iter().filter(|e| e.eligible(as_of_day)) {
            plain.add(e, as_of_day);
        }
        plain.steps()
    }

    /// Successes recorded on or after a day.
    pub fn successes_since(&self, day: UtcDay, as_of_day: UtcDay) -> i64 {
        let recent = self.0.iter().filter(|e| e.recorded_day >= day && e.eligible(as_of_day));
        let successes = recent.filter(|e| success_share(e, as_of_day) > 0);
        successes.fold(0, |sum, e| sum.saturating_add(e.count))
    }
}

/// Payments to oneself and those beyond the look-back add no positive evidence, even where their failure counts.
fn adds_success(e: &Evidence, as_of_day: UtcDay) -> bool {
    !e.self_payment && e.age(as_of_day) <= LOOK_BACK_DAYS
}

/// Success share in quarters.
fn success_share(e: &Evidence, as_of_day: UtcDay) -> i128 {
    if adds_success(e, as_of_day) { outcome(e.status).0 } else { 0 }
}

/// Exact sums over an agent's evidence.
#[derive(Default)]
pub(super) struct Sums {
    /// Eligible payments.
    pub n: i64,
    /// Those of them that add positive evidence.
    pub successes: i64,
    /// The first recorded day of one of those.
    pub first_day: Option<UtcDay>,
    /// Recorded days with positive evidence of at least one reference payment.
    pub active_days: i64,
    /// Positive evidence.
    positive: i128,
    /// Negative evidence.
    pub f: f64,
}

/// Sums without the daily limit. The arrays are for late, missed and disputed.
#[derive(Default)]
struct Plain {
    good: i128,
    clean: [i128; 3],
    s: [i128; 3],
    f: [i128; 3],
    faded_s: i128,
    faded_f: i128,
}

/// What the rows of one recorded day add up to.
#[derive(Default)]
struct Day {
    /// Positive evidence before the limit.
    positive: i128,
    /// The value behind it.
    positive_value: i128,
    /// Faded negative evidence.
    negative: i128,
    /// The value behind it.
    negative_value: i128,
    /// Faded positive evidence within the limit.
    limited: i128,
}

impl Sums {
    /// S and F of the score.
    pub fn mass(&self) -> Mass {
        Mass { s: self.positive as f64 / FADED, f: self.f }
    }

    fn add_day(&mut self, rows: &[Evidence], as_of_day: UtcDay) {
        let mut day = Day::default();
        for e in rows.iter().filter(|e| e.eligible(as_of_day)) {
            let s4 = success_share(e, as_of_day);
            day.add(e, s4, as_of_day);
            self.n = self.n.saturating_add(e.count);
            if s4 > 0 {
                self.successes = self.successes.saturating_add(e.count);
                self.first_day.get_or_insert(e.recorded_day);
            }
        }
        self.active_days += i64::from(day.positive >= ACTIVE_DAY);
        self.positive += day.limited;
        self.f += day.failure();
    }
}

impl Day {
    fn add(&mut self, e: &Evidence, s4: i128, as_of_day: UtcDay) {
        let (_, f4) = outcome(e.status);
        let (weight, value) = (i128::from(e.weight_sum), i128::from(e.value_sum));
        let (fade_s, fade_f) = fades(e, as_of_day);
        let within = (weight * s4).min((DAY_LIMIT - self.positive).max(0));
        self.limited += within * fade_s;
        self.positive += weight * s4;
        self.positive_value += value * s4;
        self.negative += weight * f4 * fade_f;
        self.negative_value += value * f4 * fade_f;
    }

    /// Negative evidence. A busy day keeps its proportion of failures, by count or by value, whichever is larger:
    /// an honest agent with many payments is not ruined, and a large failure cannot hide behind a flood of cents.
    fn failure(&self) -> f64 {
        let all = self.negative as f64 / FADED;
        if self.positive <= DAY_LIMIT || self.positive_value <= 0 {
            return all;
        }
        let by_count = all * (DAY_LIMIT as f64 / self.positive as f64);
        let value = self.positive_value * i128::from(M);
        let by_value = 10.0 * (self.negative_value as f64 / value as f64);
        all.min(by_count.max(by_value))
    }
}

impl Plain {
    fn add(&mut self, e: &Evidence, as_of_day: UtcDay) {
        let (_, f4) = outcome(e.status);
        let s4 = success_share(e, as_of_day);
        let weight = i128::from(e.weight_sum);
        let (fade_s, fade_f) = fades(e, as_of_day);
        self.faded_s += weight * s4 * fade_s;
        self.faded_f += weight * f4 * fade_f;
        let rule = match e.status {
            PaymentStatus::Paid | PaymentStatus::OnTime => {
                self.good += weight * s4;
                return;
            }
            PaymentStatus::Late => 0,
            PaymentStatus::Missed => 1,
            PaymentStatus::Disputed => 2,
        };
        if adds_success(e, as_of_day) {
            self.clean[rule] += i128::from(e.clean_weight_sum()) * outcome(PaymentStatus::Paid).0;
        }
        self.s[rule] += weight * s4;
        self.f[rule] += weight * f4;
    }

    fn steps(&self) -> [Mass; 5] {
        let judged = |rules: usize| {
            let s = self.s[..rules].iter().chain(&self.clean[rules..]).sum::<i128>() + self.good;
            let f = self.f[..rules].iter().sum::<i128>();
            Mass { s: s as f64 / QUARTERS, f: f as f64 / QUARTERS }
        };
        let faded = Mass { s: self.faded_s as f64 / FADED, f: self.faded_f as f64 / FADED };
        [judged(0), judged(1), judged(2), judged(3), faded]
    }
}

/// What is left of a row's successes and of its failures, in millionths. A failure fades from the younger of its two
/// days.
fn fades(e: &Evidence, as_of_day: UtcDay) -> (i128, i128) {
    let age = e.age(as_of_day);
    (i128::from(fade(age)), i128::from(fade(age.min(e.recorded_age(as_of_day)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::{Line, Score, score};
    use crate::{Amount, Currency};

    const TODAY: UtcDay = 20_000;

    /// One payment of 10 in a currency, so many days ago, and recorded so many days ago.
    fn one(status: PaymentStatus, currency: &str, age: i64, recorded_age: i64) -> Evidence {
        let currency: Currency = currency.parse().unwrap();
        let amount = Amount { micros: 10 * M, currency };
        Evidence::of(amount, status, false, TODAY - age, TODAY - recorded_age)
    }

    fn paid(count: i64) -> Evidence {
        one(PaymentStatus::Paid, "EUR", 0, 0).times(count)
    }

    fn points(score: &Score, line: Line) -> f64 {
        score.breakdown.iter().find(|l| l.line == line).unwrap().points
    }

    #[test]
    fn rows_with_the_same_key_count_like_one() {
        let failed = one(PaymentStatus::Missed, "EUR", 1, 0);
        let apart = [paid(3), failed.clone(), paid(20), failed.times(2), paid(-2)];
        assert_eq!(score(&apart, TODAY), score(&[failed.times(3), paid(21)], TODAY));
    }

    #[test]
    fn what_was_amended_away_leaves_no_history() {
        let old = one(PaymentStatus::Missed, "EUR", 40, 40);
        let rows = [paid(9), old.clone(), old.times(-1)];
        assert_eq!(score(&rows, TODAY), score(&[paid(9)], TODAY));
    }

    #[test]
    fn what_comes_after_the_day_is_left_out() {
        let later =
            [one(PaymentStatus::Paid, "EUR", -1, -1), one(PaymentStatus::Missed, "EUR", 5, -1)];
        let rows = [later.as_slice(), &[paid(3)]].concat();
        assert_eq!(score(&rows, TODAY), score(&[paid(3)], TODAY));
        assert_eq!(score(&rows, TODAY + 1).unwrap().n, 5);
    }

    #[test]
    fn an_old_event_that_was_recorded_lately_counts_only_where_it_failed() {
        let late = one(PaymentStatus::Late, "EUR", 600, 0);
        let scored = score(&[paid(3), late.clone()], TODAY).unwrap();
        assert_eq!((scored.n, scored.s, scored.f), (4, 3.0, 0.25));
        let on_time = Evidence { status: PaymentStatus::OnTime, ..late.clone() };
        assert_eq!(score(&[paid(3), on_time], TODAY).unwrap().n, 3);
        let forgotten = Evidence { recorded_day: TODAY - 541, ..late };
        assert_eq!(score(&[paid(3), forgotten], TODAY).unwrap().n, 3);
    }

    #[test]
    fn the_history_line_takes_every_payment_as_clean() {
        let known = score(&[paid(3), one(PaymentStatus::Disputed, "EUR", 0, 0)], TODAY).unwrap();
        assert_eq!(
            points(&known, Line::History),
            points(&score(&[paid(4)], TODAY).unwrap(), Line::History)
        );
        // An unknown currency has the small weight of a success in it, and the full weight of a failure after.
        let unknown = score(&[paid(3), one(PaymentStatus::Disputed, "XTS", 0, 0)], TODAY).unwrap();
        let clean = score(&[paid(3), one(PaymentStatus::Paid, "XTS", 0, 0)], TODAY).unwrap();
        assert_eq!(points(&unknown, Line::History), points(&clean, Line::History));
        assert_eq!((unknown.s, unknown.f), (known.s, known.f));
        let own = Evidence { self_payment: true, ..one(PaymentStatus::Missed, "EUR", 0, 0) };
        let own = score(&[paid(3), own], TODAY).unwrap();
        let alone = score(&[paid(3)], TODAY).unwrap();
        assert_eq!(points(&own, Line::History), points(&alone, Line::History));
        assert!(points(&own, Line::Missed) < 0.0);
    }

    #[test]
    fn absurd_rows_do_not_overflow() {
        let rows = [
            paid(i64::MAX),
            one(PaymentStatus::Disputed, "XTS", 0, 0).times(i64::MAX),
            Evidence { event_day: i64::MIN, ..one(PaymentStatus::Late, "EUR", 0, 0) },
            Evidence { recorded_day: i64::MAX, ..paid(1) },
        ];
        assert!(score(&rows, TODAY).is_ok());
    }
}
