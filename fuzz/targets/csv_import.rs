//! A file of payments: imported as a whole or refused with its rows.
#![no_main]

use axum::body::Body;
use axum::http::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let server = fuzz::target();
    let request = Request::post(format!("/v1/agents/{}/upload-history", server.agent))
        .header("authorization", format!("Bearer {}", server.token))
        .header("content-type", "text/csv")
        .body(Body::from(file.to_vec()));
    let Ok(request) = request else { return };
    let (status, answer) = server.send(request);
    let json: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
    assert!(json["imported"].is_number() || json["code"].is_string(), "{status}: {answer}");
});
