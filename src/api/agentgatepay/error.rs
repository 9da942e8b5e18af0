//! The dialect's errors: `{"error", "message", "code", "timestamp"}`, in the statuses that its contract knows.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::{Clock, Error};

use crate::api::{AuthError, BodyError};

/// An error as the dialect shows it.
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message),
            Error::Unauthenticated { .. } => {
                Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
            }
            Error::FactorNeeded => Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message),
            Error::FactorMissing
            | Error::ProofNeeded
            | Error::TooLate
            | Error::Suspended { .. }
            | Error::Forbidden { .. }
            | Error::AddressForbidden { .. }
            | Error::Unverified
            | Error::RegistrationShut { .. }
            | Error::PlanRequired { .. } => Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message),
            Error::Invalid(errors) => {
                let said: Vec<_> =
                    errors.iter().map(|e| format!("{} {}.", wire_name(e.field), e.rule)).collect();
                Self::invalid(said.join(" "))
            }
            Error::Conflict { .. }
            | Error::Refused(_)
            | Error::StillRunning
            | Error::InsufficientHistory { .. } => Self::invalid(message),
            Error::TooManyAttempts { .. } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", message)
            }
            Error::Overloaded { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", message)
            }
            Error::Internal(cause) => {
                tracing::error!(error = %cause, "a request failed: {cause}");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", message)
            }
        }
    }
}

/// The dialect's name of a service field.
fn wire_name(field: &'static str) -> &'static str {
    match field {
        "url" => "webhook_url",
        "wallet" => "merchant_wallet",
        other => other,
    }
}

impl From<AuthError> for ApiError {
    fn from(AuthError(error): AuthError) -> Self {
        error.into()
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        Self::invalid(match error {
            BodyError::WrongType => "The body must be JSON.".to_owned(),
            BodyError::TooLarge => "The body is too large.".to_owned(),
            BodyError::Incomplete => "The body did not arrive whole.".to_owned(),
            BodyError::Malformed(why) => format!("The body is not JSON: {why}."),
            BodyError::WrongField { field, message } => format!("{field}: {message}."),
        })
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({
            "error": self.status.canonical_reason().unwrap_or("Error"),
            "message": self.message,
            "code": self.code,
            "timestamp": Clock::system().now_ms() / 1_000,
        });
        (self.status, Json(body)).into_response()
    }
}
