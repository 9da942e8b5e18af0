//! Credentials in headers: nothing but the real ones opens anything.
#![no_main]

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: &[u8]| {
    let server = fuzz::target();
    let real = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        text.contains(&server.token) || text.contains(&server.key)
    };
    let value = [&b"Bearer "[..], given].concat();
    for (name, value) in
        [("authorization", value.as_slice()), ("authorization", given), ("x-api-key", given)]
    {
        let Ok(header) = HeaderValue::from_bytes(value) else { continue };
        let request = Request::get("/v1/agents").header(name, header).body(Body::empty());
        let Ok(request) = request else { continue };
        let (status, answer) = server.send(request);
        assert!(status == 401 || real(given), "{status}: {answer}");
    }
});
