//! Bodies of requests: the first byte says which endpoint, the rest is the body.
#![no_main]

use axum::body::Body;
use axum::http::{Method, Request};
use libfuzzer_sys::fuzz_target;

const ENDPOINTS: [(&str, &str); 10] = [
    ("POST", "/v1/payment-events"),
    ("POST", "/v1/payment-events/batch"),
    ("PATCH", "/v1/payment-events/pay_01kcmwpe4r0000000000000000"),
    ("POST", "/v1/agents"),
    ("POST", "/v1/agents/bulk"),
    ("PATCH", "/v1/agents/{agent}"),
    ("POST", "/v1/agents/{agent}/certify"),
    ("POST", "/v1/auth/login"),
    ("POST", "/v1/webhooks/configure"),
    ("DELETE", "/v1/auth/delete-account"),
];

fuzz_target!(|input: &[u8]| {
    let Some((which, body)) = input.split_first() else { return };
    let server = fuzz::target();
    let (method, path) = ENDPOINTS[usize::from(*which) % ENDPOINTS.len()];
    // With the right password the account would be gone.
    if method == "DELETE" && String::from_utf8_lossy(body).contains("correct horse") {
        return;
    }
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap_or_default())
        .uri(path.replace("{agent}", &server.agent))
        .header("authorization", format!("Bearer {}", server.token))
        .header("content-type", "application/json")
        .body(Body::from(body.to_vec()));
    let Ok(request) = request else { return };
    let (status, answer) = server.send(request);
    let parsed = serde_json::from_str::<serde_json::Value>(&answer);
    assert!(parsed.is_ok(), "{path}: {status}: {answer}");
});
