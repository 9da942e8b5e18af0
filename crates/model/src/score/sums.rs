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

    /// Adds evidence of a day that is later than all others, or the same as the last.
    pub fn push(&mut self, row: &Evidence) {
        match self.0.last_mut() {
            Some(last) if last.key() == row.key() => last.add(row),
            _ => self.0.push(row.clone()),
        }
    }

    /// Everything that the score of this day needs.
    pub fn sums(&self, as_of_day: UtcDay) -> Sums {
        let mut sums = Sums::default();
        for day in self.0.chunk_by(|a, b| a.recorded_day == b.recorded_day) {
            sums.add_day(day, as_of_day);
        }
        sums
    }

    /// Successes recorded on or after a day.
    pub fn successes_since(&self, day: UtcDay, as_of_day: UtcDay) -> i64 {
        let recent = self.0.iter().filter(|e| e.recorded_day >= day && e.eligible(as_of_day));
        recent.filter(|e| success_share(e, as_of_day) > 0).map(|e| e.count).sum()
    }
}

/// Success share in quarters; none for payments to oneself and for those beyond the look-back.
fn success_share(e: &Evidence, as_of_day: UtcDay) -> i128 {
    let adds = !e.self_payment && e.age(as_of_day) <= LOOK_BACK_DAYS;
    if adds { outcome(e.status).0 } else { 0 }
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
    plain: Plain,
}

/// Sums without the daily limit, for the breakdown. The arrays are for late, missed and disputed.
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

    /// S and F as they are with no rule, then with late, missed, disputed and age switched on one after another.
    pub fn steps(&self) -> [Mass; 5] {
        let p = &self.plain;
        let judged = |rules: usize| {
            let s = p.s[..rules].iter().chain(&p.clean[rules..]).sum::<i128>() + p.good;
            let f = p.f[..rules].iter().sum::<i128>();
            Mass { s: s as f64 / QUARTERS, f: f as f64 / QUARTERS }
        };
        let faded = Mass { s: p.faded_s as f64 / FADED, f: p.faded_f as f64 / FADED };
        [judged(0), judged(1), judged(2), judged(3), faded]
    }

    fn add_day(&mut self, rows: &[Evidence], as_of_day: UtcDay) {
        let mut day = Day::default();
        for e in rows.iter().filter(|e| e.eligible(as_of_day)) {
            let s4 = success_share(e, as_of_day);
            day.add(e, s4, as_of_day);
            self.plain.add(e, s4, as_of_day);
            self.n += e.count;
            if s4 > 0 {
                self.successes += e.count;
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
    fn add(&mut self, e: &Evidence, s4: i128, as_of_day: UtcDay) {
        let (_, f4) = outcome(e.status);
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
        let as_paid = Evidence { status: PaymentStatus::Paid, ..e.clone() };
        self.clean[rule] += i128::from(e.clean_weight_sum()) * success_share(&as_paid, as_of_day);
        self.s[rule] += weight * s4;
        self.f[rule] += weight * f4;
    }
}

/// What is left of a row's successes and of its failures, in millionths. A failure fades from the younger of its two
/// days.
fn fades(e: &Evidence, as_of_day: UtcDay) -> (i128, i128) {
    let age = e.age(as_of_day);
    (i128::from(fade(age)), i128::from(fade(age.min(e.recorded_age(as_of_day)))))
}
