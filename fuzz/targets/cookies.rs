//! Cookies, and the other headers that pages read: nobody is signed in by them, and every page has an answer.
#![no_main]

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: &[u8]| {
    let server = fuzz::target();
    let Ok(header) = HeaderValue::from_bytes(given) else { return };
    for (name, path) in [
        ("cookie", "/dashboard"),
        ("cookie", "/login"),
        ("accept-language", "/login"),
        ("x-forwarded-for", "/login"),
        ("if-none-match", "/v1/public/nobody/badge.svg"),
    ] {
        let request = Request::get(path).header(name, header.clone()).body(Body::empty());
        let Ok(request) = request else { return };
        let (status, answer) = server.send(request);
        assert!(path != "/dashboard" || status == 302, "{status}: {answer}");
    }
});
