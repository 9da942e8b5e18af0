//! `surety score FILE`: anybody can recompute a score offline.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use model::score::{BreakdownLine, InsufficientHistory, Score, ScoredEvent, score_events};
use model::{Amount, Currency, PaymentStatus};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::api::parse_time;

#[derive(Deserialize)]
struct File {
    as_of: String,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    status: PaymentStatus,
    amount: Box<RawValue>,
    currency: Currency,
    is_autonomous: bool,
    #[serde(default)]
    self_payment: bool,
    date: String,
    recorded_at: String,
}

#[derive(Serialize)]
struct Scored {
    n: i64,
    #[serde(rename = "S")]
    s: f64,
    #[serde(rename = "F")]
    f: f64,
    bound: f64,
    score: u8,
    grade: &'static str,
    confidence: &'static str,
    ceiling: Option<&'static str>,
    breakdown: Vec<BreakdownLine>,
}

#[derive(Serialize)]
struct Insufficient {
    error: &'static str,
    n: i64,
    needed: i64,
}

/// The score of the file's payments as JSON; too few of them is an answer too.
pub fn score_file(path: &Path) -> anyhow::Result<String> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    score_text(&text).with_context(|| path.display().to_string())
}

fn score_text(text: &str) -> anyhow::Result<String> {
    let file: File = serde_json::from_str(text)?;
    let as_of_ms = time("as_of", &file.as_of)?;
    let mut ids = std::collections::HashSet::new();
    let mut events = Vec::with_capacity(file.events.len());
    for (i, event) in file.events.iter().enumerate() {
        if !ids.insert(&event.id) {
            bail!("events[{i}].id: {:?} stands there twice", event.id);
        }
        events.push(scored_event(event).with_context(|| format!("events[{i}]"))?);
    }
    Ok(match score_events(&events, as_of_ms) {
        Ok(score) => serde_json::to_string_pretty(&scored(score))?,
        Err(InsufficientHistory { n, needed }) => serde_json::to_string_pretty(&Insufficient {
            error: "insufficient_history",
            n,
            needed,
        })?,
    })
}

fn scored_event(event: &Event) -> anyhow::Result<ScoredEvent> {
    let literal = event.amount.get();
    let micros = match serde_json::from_str::<String>(literal) {
        Ok(text) => Amount::micros_from_decimal(&text),
        Err(_) => Amount::micros_from_number(literal),
    };
    let micros = micros.map_err(|e| anyhow!("amount {e}"))?;
    Ok(ScoredEvent {
        status: event.status,
        amount: Amount { micros, currency: event.currency },
        autonomous: event.is_autonomous,
        self_payment: event.self_payment,
        happened_at_ms: time("date", &event.date)?,
        recorded_at_ms: time("recorded_at", &event.recorded_at)?,
    })
}

fn time(field: &str, text: &str) -> anyhow::Result<i64> {
    parse_time(text).ok_or_else(|| anyhow!("{field}: {text:?} is no ISO 8601 time"))
}

fn scored(score: Score) -> Scored {
    Scored {
        n: score.n,
        s: score.s,
        f: score.f,
        bound: score.bound,
        score: score.score,
        grade: score.grade.as_str(),
        confidence: score.confidence.as_str(),
        ceiling: score.ceiling.map(|c| c.as_str()),
        breakdown: score.breakdown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(events: &str) -> String {
        format!(r#"{{"as_of": "2026-10-14T12:00:00Z", "events": [{events}]}}"#)
    }

    fn event(id: u32) -> String {
        format!(
            r#"{{"id": "{id}", "status": "paid", "amount": 10, "currency": "EUR", "is_autonomous": true,
                "self_payment": false, "date": "2026-10-14T11:00:00Z", "recorded_at": "2026-10-14T11:00:01Z"}}"#
        )
    }

    #[test]
    fn three_payments_score_73() {
        let text = score_text(&file(&[event(1), event(2), event(3)].join(","))).unwrap();
        let score: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(score["score"], 73);
        assert_eq!(score["grade"], "C");
        assert_eq!(score["n"], 3);
        assert_eq!(score["breakdown"][0]["line"], "start");
    }

    #[test]
    fn too_few_payments_are_an_answer_and_nonsense_an_error() {
        let text = score_text(&file(&event(1))).unwrap();
        assert!(text.contains("insufficient_history") && text.contains("\"needed\": 3"), "{text}");
        let twice = format!("{},{}", event(1), event(1));
        assert!(score_text(&file(&twice)).is_err());
        assert!(score_text(&file(&event(1).replace("10,", "0,"))).is_err());
        assert!(score_text(&file(&event(1).replace("paid", "payed"))).is_err());
    }
}
