use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Evidence, InsufficientHistory, Score, score};
use crate::{Amount, PaymentStatus, day_of};

/// A sent payment as it stands in a file that is scored without a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoredEvent {
    /// How it went.
    pub status: PaymentStatus,
    /// How much.
    pub amount: Amount,
    /// Whether the agent acted on its own; only then does it count.
    pub autonomous: bool,
    /// Whether it went to an agent or wallet of the same workspace.
    pub self_payment: bool,
    /// When it happened (Unix milliseconds).
    pub happened_at_ms: i64,
    /// When it was first stored (Unix milliseconds).
    pub recorded_at_ms: i64,
}

/// Scores payments one by one, as of an instant in Unix milliseconds. Order does not matter; what was recorded after
/// the instant, is not autonomous or has no positive amount is left out.
pub fn score_events(events: &[ScoredEvent], as_of_ms: i64) -> Result<Score, InsufficientHistory> {
    let mut rows = BTreeMap::new();
    let counts =
        |e: &&ScoredEvent| e.autonomous && e.amount.micros > 0 && e.recorded_at_ms <= as_of_ms;
    for e in events.iter().filter(counts) {
        let (event_day, recorded_day) = (day_of(e.happened_at_ms), day_of(e.recorded_at_ms));
        let one = Evidence::of(e.amount, e.status, e.self_payment, event_day, recorded_day);
        rows.entry(one.key()).and_modify(|sum: &mut Evidence| sum.add(&one)).or_insert(one);
    }
    let rows: Vec<_> = rows.into_values().collect();
    score(&rows, day_of(as_of_ms))
}
