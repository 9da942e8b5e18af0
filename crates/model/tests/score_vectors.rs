//! The published test vectors of `trust-score/1`, and the figures that its explanation promises.

use model::score::{Score, ScoredEvent, score_events};
use model::{Amount, Currency, DAY_MS, PaymentStatus};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    id: String,
    groups: Vec<Group>,
    expect: Expect,
}

/// `repeat_days` × `count` events: on day `d`, event `i` is `age + i·step + d` days old.
#[derive(Deserialize, Clone)]
struct Group {
    count: i64,
    status: PaymentStatus,
    amount: String,
    #[serde(default)]
    age: i64,
    #[serde(default)]
    step: i64,
    #[serde(default = "one")]
    repeat_days: i64,
    #[serde(default = "eur")]
    currency: Currency,
    #[serde(default = "yes")]
    autonomous: bool,
    #[serde(default)]
    self_payment: bool,
    recorded_age: Option<i64>,
}

fn one() -> i64 {
    1
}

fn eur() -> Currency {
    Currency::EUR
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Expect {
    n: i64,
    error: Option<String>,
    #[serde(rename = "S")]
    s: Option<f64>,
    #[serde(rename = "F")]
    f: Option<f64>,
    bound: Option<f64>,
    score: Option<u8>,
    grade: Option<String>,
    confidence: Option<String>,
    ceiling: Option<String>,
}

/// 12:00 UTC on some day.
const NOON: i64 = 20_000 * DAY_MS + DAY_MS / 2;

fn events(groups: &[Group]) -> Vec<ScoredEvent> {
    let mut events = Vec::new();
    for g in groups {
        for d in 0..g.repeat_days {
            for i in 0..g.count {
                let age = g.age + i * g.step + d;
                events.push(ScoredEvent {
                    status: g.status,
                    amount: Amount {
                        micros: Amount::micros_from_decimal(&g.amount).expect("an amount"),
                        currency: g.currency,
                    },
                    autonomous: g.autonomous,
                    self_payment: g.self_payment,
                    happened_at_ms: NOON - age * DAY_MS,
                    recorded_at_ms: NOON - g.recorded_age.unwrap_or(age) * DAY_MS,
                });
            }
        }
    }
    events
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors.json")).expect("vectors")
}

fn vector(id: &str) -> Vec<ScoredEvent> {
    let vector = vectors().into_iter().find(|v| v.id == id).expect("a vector");
    events(&vector.groups)
}

fn scored(id: &str) -> Score {
    score_events(&vector(id), NOON).expect("a score")
}

#[test]
fn every_vector_scores_as_published() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 35);
    for v in vectors {
        let id = &v.id;
        match score_events(&events(&v.groups), NOON) {
            Err(short) => {
                assert_eq!(v.expect.error.as_deref(), Some("insufficient_history"), "{id}");
                assert_eq!((short.n, short.needed), (v.expect.n, 3), "{id}");
            }
            Ok(score) => {
                let near = |a: f64, b: Option<f64>| b.is_some_and(|b| (a - b).abs() < 1e-6);
                assert_eq!(score.n, v.expect.n, "{id} n");
                assert!(near(score.s, v.expect.s), "{id} S {}", score.s);
                assert!(near(score.f, v.expect.f), "{id} F {}", score.f);
                assert!(near(score.bound, v.expect.bound), "{id} bound {}", score.bound);
                assert_eq!(Some(score.score), v.expect.score, "{id} score");
                assert_eq!(Some(score.grade.as_str()), v.expect.grade.as_deref(), "{id}");
                assert_eq!(Some(score.confidence.as_str()), v.expect.confidence.as_deref(), "{id}");
                assert_eq!(score.ceiling.map(|c| c.as_str()), v.expect.ceiling.as_deref(), "{id}");
            }
        }
    }
}

/// The lines that do not round to 0.0, as shown.
fn shown(score: &Score) -> String {
    let lines = score.breakdown.iter().filter(|l| l.shown());
    lines.map(|l| format!("{} {:+.1}", l.line, l.points)).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_breakdown_says_where_the_points_went() {
    for (id, expected) in [
        ("V10", "start +59.1, history +35.7, missed -9.3, age -0.3, ceiling -0.1"),
        ("V12", "start +59.1, history +35.7, disputed -16.2, age -0.3, ceiling -0.2"),
        ("V20", "start +59.1, history +40.3, age -0.5, daily_limit -13.7, ceiling -0.2"),
        ("V21", "start +59.1, history +38.7, ceiling -3.8"),
        ("V22", "start +59.1, history +35.3, missed -22.1, age +14.8"),
    ] {
        assert_eq!(shown(&scored(id)), expected, "{id}");
    }
}

#[test]
fn the_breakdown_adds_up_to_the_score() {
    for v in vectors() {
        if let Ok(score) = score_events(&events(&v.groups), NOON) {
            let sum: f64 = score.breakdown.iter().map(|l| l.points).sum();
            assert!((sum - f64::from(score.score)).abs() < 1e-9, "{} {sum}", v.id);
        }
    }
}

fn after_days(id: &str, days: i64, paying: bool) -> u8 {
    let mut events = vector(id);
    if paying {
        for day in 1..=days {
            events.push(ScoredEvent {
                status: PaymentStatus::OnTime,
                amount: Amount { micros: 10_000_000, currency: Currency::EUR },
                autonomous: true,
                self_payment: false,
                happened_at_ms: NOON + day * DAY_MS,
                recorded_at_ms: NOON + day * DAY_MS,
            });
        }
    }
    score_events(&events, NOON + days * DAY_MS).expect("a score").score
}

#[test]
fn recovery_takes_as_long_as_promised() {
    let paying = |days| after_days("V30", days, true);
    assert_eq!([paying(30), paying(60), paying(90), paying(180)], [69, 76, 80, 88]);
    let silent = |days| after_days("V09", days, false);
    assert_eq!([silent(90), silent(180), silent(360)], [95, 93, 88]);
}
