//! Answers that clients keep, and ask for again only to hear that nothing has changed.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// A public answer with its strong `ETag`.
pub struct Tagged {
    body: Bytes,
    etag: String,
}

impl Tagged {
    pub(super) fn new(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut first = [0; 8];
        first.copy_from_slice(&Sha256::digest(&body)[..8]);
        Self { body, etag: format!("\"{:016x}\"", u64::from_be_bytes(first)) }
    }

    /// The answer, of this media type and with this `Cache-Control`; 304 to whoever has it.
    pub(super) fn answer(
        &self,
        (media_type, cache): (&'static str, &'static str),
        request: &HeaderMap,
    ) -> Response {
        let known = request
            .get(header::IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.split(',').any(|t| t.trim().trim_start_matches("W/") == self.etag));
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.body.clone().into_response()
        };
        let headers = response.headers_mut();
        let fixed = [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, cache),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}
