//! JSON bodies, refused with the field's name and the rule.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

/// Bytes of a JSON body at most.
pub const MAX_BODY: usize = 1_000_000;

/// A JSON body and the bytes that it came as.
pub struct Json<T> {
    /// What the bytes say.
    pub value: T,
    /// The bytes, to recognise a repeated request by.
    pub bytes: Bytes,
}

/// Why a body was not read.
#[derive(Debug)]
pub enum BodyError {
    /// It is not JSON by its `Content-Type`.
    WrongType,
    /// It is larger than [`MAX_BODY`].
    TooLarge,
    /// It could not be received whole.
    Incomplete,
    /// It is no JSON.
    Malformed(String),
    /// A field holds a value of another type.
    WrongField {
        /// The field's path, such as `events[0].amount`.
        field: String,
        /// What was expected.
        message: String,
    },
}

impl<T: DeserializeOwned> Json<T> {
    /// Reads a body to its end.
    pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Self, BodyError> {
        if !is_json(request.headers()) {
            return Err(BodyError::WrongType);
        }
        let declared = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        if declared.is_some_and(|length| length > MAX_BODY) {
            return Err(BodyError::TooLarge);
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                BodyError::TooLarge
            } else {
                BodyError::Incomplete
            }
        })?;
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    content_type.is_some_and(|t| {
        let media_type = t.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("application/json")
    })
}

/// Reads JSON; an error names the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BodyError> {
    // serde would also fill a struct from a list of its fields' values.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        let message = "a list, expected an object".to_owned();
        return Err(BodyError::WrongField { field: ".".to_owned(), message });
    }
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if !error.is_data() {
        return Err(BodyError::Malformed(error.to_string()));
    }
    // Only now, because tracking the path costs every request that is fine.
    let mut json = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => Err(BodyError::Malformed(error.to_string())),
        Err(located) => {
            let field = located.path().to_string();
            let message = located.into_inner().to_string();
            // serde_json appends where it stopped reading, which says nothing to a caller who sent one line.
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            Err(BodyError::WrongField { field, message })
        }
    }
}
