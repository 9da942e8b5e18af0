//! `surety score FILE`.

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn score(content: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.json");
    fs::write(&file, content).unwrap();
    Command::new(env!("CARGO_BIN_EXE_surety")).arg("score").arg(file).output().unwrap()
}

fn event(id: u32, status: &str, date: &str) -> Value {
    json!({
        "id": format!("e{id}"), "status": status, "amount": "10", "currency": "EUR", "is_autonomous": true,
        "self_payment": false, "date": date, "recorded_at": date,
    })
}

#[test]
fn a_score_is_recomputed_offline_with_its_breakdown() {
    let paid: Vec<_> = (0..3).map(|n| event(n, "paid", "2026-10-14T12:00:00Z")).collect();
    let run = score(&json!({ "as_of": "2026-10-14T12:00:00Z", "events": paid }).to_string());
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let scored: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((&scored["n"], &scored["S"], &scored["F"]), (&json!(3), &json!(3.0), &json!(0.0)));
    assert_eq!((&scored["score"], &scored["grade"]), (&json!(73), &json!("C")));
    assert_eq!((&scored["confidence"], &scored["ceiling"]), (&json!("low"), &json!(null)));
    assert!((scored["bound"].as_f64().unwrap() - 0.733_893).abs() < 1e-6);
    assert_eq!(scored["breakdown"][0]["line"], "start");
}

#[test]
fn too_few_payments_say_how_many_are_needed() {
    let paid: Vec<_> = (0..2).map(|n| event(n, "paid", "2026-10-14T12:00:00Z")).collect();
    let run = score(&json!({ "as_of": "2026-10-14T12:00:00Z", "events": paid }).to_string());
    let answer: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(answer, json!({ "error": "insufficient_history", "n": 2, "needed": 3 }));
}

#[test]
fn a_wrong_file_is_refused_with_the_reason() {
    let twice =
        [event(1, "paid", "2026-10-14T12:00:00Z"), event(1, "paid", "2026-10-14T12:00:00Z")];
    for (content, reason) in [
        ("{", "EOF"),
        (r#"{"as_of": "yesterday", "events": []}"#, "as_of"),
        (&json!({ "as_of": "2026-10-14T12:00:00Z", "events": [event(1, "maybe", "2026-10-14")] }).to_string(), "must be one of"),
        (&json!({ "as_of": "2026-10-14T12:00:00Z", "events": [event(1, "paid", "soon")] }).to_string(), "date"),
        (&json!({ "as_of": "2026-10-14T12:00:00Z", "events": twice }).to_string(), "e1"),
    ] {
        let run = score(content);
        let error = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!run.status.success(), "{content}");
        assert!(error.to_lowercase().contains(&reason.to_lowercase()), "{content}: {error}");
    }
}
