//! The trust score: a cautious index from 0 to 100 of how reliably an agent's own, autonomous payments go right.
//!
//! It is the lower bound of a Beta posterior over weighted successes and failures. All sums are exact integers, so
//! the same evidence gives the same score on every platform and in every order, and it reads days, not payments.

mod evidence;
mod fade;
mod forecast;
mod history;
mod offline;
mod rank;
mod sums;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use evidence::{Evidence, EvidenceKey};
pub use forecast::{NextGrade, WhatIf, next_grade, what_if};
pub use history::history;
pub use offline::{ScoredEvent, score_events};
pub use rank::{Ceiling, Confidence, Grade};

use crate::UtcDay;
use crate::text_enum::text_enum;
use sums::{Ledger, Mass, Sums};

/// The id of these rules. Whatever changes a number gets a new id; certificates keep theirs.
pub const ALGORITHM: &str = "trust-score/1";
/// Payments that must count before there is a score.
pub const MIN_PAYMENTS: i64 = 3;
/// Days after which a payment counts no more: three half-lives.
pub const LOOK_BACK_DAYS: i64 = 540;

/// Millionths, the unit of all sums.
const M: i64 = 1_000_000;
/// The starting belief: 80 % reliable, weakly held.
const START: Mass = Mass { s: 4.0, f: 1.0 };
/// Caution: how many standard deviations the score stays below the mean (about 90 %, one-sided).
const CAUTION: f64 = 1.28;

text_enum! {
    /// A line of the breakdown: the rule that it switches on.
    Line {
        /// No payments at all.
        Start => "start",
        /// All payments as if they had gone right, without age and daily limit.
        History => "history",
        /// Late payments.
        Late => "late",
        /// Missed payments.
        Missed => "missed",
        /// Disputes.
        Disputed => "disputed",
        /// The age of the data: old problems fade, old successes too.
        Age => "age",
        /// The daily limit and the rule for busy days.
        DailyLimit => "daily_limit",
        /// The ceiling for new agents, and rounding.
        Ceiling => "ceiling",
    }
}

/// One line of the running sum that ends at the score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BreakdownLine {
    /// What it is about.
    pub line: Line,
    /// What it adds; the exact points of all lines add up to the score.
    pub points: f64,
}

impl BreakdownLine {
    /// Whether the line shows something other than 0.0 with one decimal; the others are hidden.
    pub fn shown(&self) -> bool {
        self.points.abs() >= 0.05
    }
}

/// A trust score with all that explains it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Payments that counted.
    pub n: i64,
    /// Positive evidence, in payments of the reference amount.
    pub s: f64,
    /// Negative evidence, in the same unit.
    pub f: f64,
    /// The lower bound that the score is rounded from.
    pub bound: f64,
    /// 0 to 100.
    pub score: u8,
    /// The score's grade.
    pub grade: Grade,
    /// How many payments stand behind it.
    pub confidence: Confidence,
    /// Why the score is lower than the bound says, if it is.
    pub ceiling: Option<Ceiling>,
    /// All lines, in the order in which the rules are switched on.
    pub breakdown: Vec<BreakdownLine>,
}

/// Too few payments count for a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsufficientHistory {
    /// Payments that count.
    pub n: i64,
    /// Payments that must count.
    pub needed: i64,
}

impl fmt::Display for InsufficientHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "needs {} payments that count, has {}", self.needed, self.n)
    }
}

impl std::error::Error for InsufficientHistory {}

/// Scores an agent as of the end of a UTC day. Rows may come in any order, span the whole history and repeat a key;
/// what is not eligible on that day is left out.
pub fn score(evidence: &[Evidence], as_of_day: UtcDay) -> Result<Score, InsufficientHistory> {
    Score::of(&Ledger::of(evidence, as_of_day), as_of_day)
}

impl Score {
    fn of(ledger: &Ledger, as_of_day: UtcDay) -> Result<Self, InsufficientHistory> {
        let sums = ledger.sums(as_of_day);
        let Rating { mass, bound, score, ceiling } = rating(&sums, as_of_day)?;
        Ok(Self {
            n: sums.n,
            s: mass.s,
            f: mass.f,
            bound,
            score,
            grade: Grade::of(score),
            confidence: Confidence::of(sums.n),
            ceiling,
            breakdown: breakdown(ledger.steps(as_of_day), bound, score),
        })
    }
}

/// The part of a score that is cheap to try out.
struct Rating {
    mass: Mass,
    bound: f64,
    score: u8,
    ceiling: Option<Ceiling>,
}

fn rating(sums: &Sums, as_of_day: UtcDay) -> Result<Rating, InsufficientHistory> {
    if sums.n < MIN_PAYMENTS {
        return Err(InsufficientHistory { n: sums.n, needed: MIN_PAYMENTS });
    }
    let mass = sums.mass();
    let bound = lower_bound(mass);
    let raw = (100.0 * bound + 0.5).floor().clamp(0.0, 100.0) as u8;
    let limit = Ceiling::of(sums, as_of_day).filter(|(_, highest)| *highest < raw);
    Ok(Rating {
        mass,
        bound,
        score: limit.map_or(raw, |(_, highest)| highest),
        ceiling: limit.map(|(reason, _)| reason),
    })
}

/// The cautious share of payments that go right: mean of the posterior less its deviation times the caution.
fn lower_bound(mass: Mass) -> f64 {
    let (a, b) = (START.s + mass.s, START.f + mass.f);
    let total = a + b;
    a / total - CAUTION * (a * b / (total * total * (total + 1.0))).sqrt()
}

/// A running sum: 100 × the change of the bound with each rule that is switched on.
fn breakdown(steps: [Mass; 5], bound: f64, score: u8) -> Vec<BreakdownLine> {
    let nothing = lower_bound(Mass { s: 0.0, f: 0.0 });
    let steps = steps.map(|mass| 100.0 * lower_bound(mass));
    let reached =
        std::iter::once(100.0 * nothing).chain(steps).chain([100.0 * bound, f64::from(score)]);
    let mut before = 0.0;
    let lines = Line::ALL.iter().zip(reached).map(|(line, reached)| {
        let points = reached - before;
        before = reached;
        BreakdownLine { line: *line, points }
    });
    lines.collect()
}
