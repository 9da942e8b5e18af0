//! The dialect's errors: `{"error", "message", "code", "field", "request_id"}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::RequestId;
use serde::Serialize;
use service::{Clock, Entropy, Error};

use super::wire;
use crate::api::limits::Standing;
use crate::api::{AuthError, BodyError, MAX_BODY};

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
const IDEMPOTENCY_CONFLICT: &str = "IDEMPOTENCY_CONFLICT";

/// An error as the dialect shows it.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
    retry_after_s: Option<u32>,
    /// What is wrong with single entries of a list or rows of a file.
    errors: Option<Box<serde_json::Value>>,
    /// The limit that was reached.
    limit: Option<Box<Standing>>,
    /// Logged, never shown.
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            code,
            message,
            field: None,
            retry_after_s: None,
            errors: None,
            limit: None,
            cause: None,
        }
    }

    /// A file with mistakes, of which none was imported.
    pub(super) fn wrong_rows(errors: &[wire::WrongRow]) -> Self {
        let first = errors.first().map(|e| match &e.column {
            Some(column) => format!(" Row {}: {column} {}.", e.row, e.message),
            None => format!(" Row {}: {}.", e.row, e.message),
        });
        let message = format!("Nothing was imported: rows are wrong.{}", first.unwrap_or_default());
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", message);
        error.errors = serde_json::to_value(errors).ok().map(Box::new);
        error
    }

    pub(super) fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same error about an entry of a list: `name` becomes `agents[3].name`.
    pub(super) fn in_entry(mut self, list: &str, at: usize) -> Self {
        if let Some(field) = self.field.take() {
            let path = format!("{list}[{at}].{field}");
            self.message = match self.message.strip_prefix(&field) {
                Some(rule) => format!("{path}{rule}"),
                None => self.message,
            };
            self.field = Some(path);
        }
        self
    }

    /// A field that breaks a rule; `rule` continues the sentence that the field's name begins.
    pub(super) fn invalid(field: impl Into<String>, rule: &str) -> Self {
        let field = field.into();
        let message = format!("{field} {rule}.");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", message).field(field)
    }

    /// A list of which some entries break a rule; `errors` says which.
    pub(super) fn invalid_entries(
        field: &'static str,
        message: String,
        errors: &impl Serialize,
    ) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", message);
        error.errors = serde_json::to_value(errors).ok().map(Box::new);
        error.field(field)
    }

    /// The field and the sentence, for an entry of a longer list.
    pub(super) fn into_entry(self) -> Result<(Option<String>, String), Self> {
        if self.cause.is_some() { Err(self) } else { Ok((self.field, self.message)) }
    }

    /// Somebody asks more often than is allowed.
    pub(in crate::api) fn rate_limited(standing: Standing, retry_after_s: u32) -> Self {
        let message = format!(
            "Too many requests: {} are allowed. Try again in {retry_after_s} seconds.",
            standing.allowance()
        );
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        error.limit = Some(Box::new(standing));
        error.retry_after_s = Some(retry_after_s);
        error
    }

    pub(super) fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing at this path.")
    }
}

/// The answer to a method that a path does not have.
pub(super) async fn method_not_allowed() -> ApiError {
    let message = "This path does not have this method.";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message),
            Error::Unauthenticated { .. } => {
                Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
            }
            Error::FactorNeeded => {
                Self::new(StatusCode::UNAUTHORIZED, "TOTP_REQUIRED", message).field("totp")
            }
            Error::FactorMissing => {
                Self::new(StatusCode::FORBIDDEN, "SECOND_FACTOR_REQUIRED", message)
            }
            Error::ProofNeeded | Error::TooLate => {
                Self::new(StatusCode::FORBIDDEN, "PROOF_NEEDED", message)
            }
            Error::Suspended { .. } => {
                Self::new(StatusCode::FORBIDDEN, "ACCOUNT_SUSPENDED", message)
            }
            Error::Forbidden { .. } => Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message),
            Error::Unverified => Self::new(StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED", message),
            Error::RegistrationShut { .. } => {
                Self::new(StatusCode::FORBIDDEN, "REGISTRATION_CLOSED", message)
            }
            Error::TooManyAttempts { retry_after_s } => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                let mut shut = Self::new(status, "TOO_MANY_ATTEMPTS", message);
                shut.retry_after_s = Some(retry_after_s);
                shut
            }
            Error::AddressForbidden { .. } => {
                Self::new(StatusCode::FORBIDDEN, "API_KEY_IP_FORBIDDEN", message)
            }
            Error::PlanRequired { .. } => {
                Self::new(StatusCode::PAYMENT_REQUIRED, "PLAN_REQUIRED", message)
            }
            Error::Conflict { field, .. } => {
                let mut conflict = Self::new(StatusCode::CONFLICT, "CONFLICT", message);
                if field == Some(IDEMPOTENCY_KEY) {
                    conflict.code = IDEMPOTENCY_CONFLICT;
                }
                if field == Some(service::VERSION) {
                    conflict.status = StatusCode::PRECONDITION_FAILED;
                    conflict.code = "VERSION_CONFLICT";
                }
                conflict.field = field.map(str::to_owned);
                conflict
            }
            Error::Refused(_) => Self::new(StatusCode::CONFLICT, "CONFLICT", message),
            Error::StillRunning => {
                let mut running = Self::new(StatusCode::CONFLICT, IDEMPOTENCY_CONFLICT, message)
                    .field(IDEMPOTENCY_KEY);
                // Only here is another try worth anything: a key of another request stays one.
                running.retry_after_s = Some(1);
                running
            }
            Error::Invalid(errors) => {
                let first = errors.into_iter().next();
                first.map_or_else(
                    || Self::invalid("request", "breaks a rule"),
                    |e| Self::invalid(wire_name(e.field), &e.rule.to_string()),
                )
            }
            Error::InsufficientHistory { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "INSUFFICIENT_HISTORY", message)
            }
            Error::Overloaded { retry_after_s } => {
                let mut busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message);
                busy.retry_after_s = Some(retry_after_s);
                busy
            }
            Error::Internal(cause) => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self { cause: Some(cause), ..Self::new(status, "INTERNAL_ERROR", message) }
            }
        }
    }
}

/// The dialect's name of a service field.
fn wire_name(field: &'static str) -> &'static str {
    match field {
        "source" => "payment_source",
        "autonomous" => "is_autonomous",
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
        match error {
            BodyError::WrongType => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "The body must be JSON, with the header \"Content-Type: application/json\".",
            ),
            BodyError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "PAYLOAD_TOO_LARGE",
                format!("The body must have at most {MAX_BODY} bytes."),
            ),
            BodyError::Incomplete => {
                Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The body did not arrive whole.")
            }
            BodyError::Malformed(why) => Self::new(
                StatusCode::BAD_REQUEST,
                "MALFORMED_JSON",
                format!("The body is not JSON: {why}."),
            ),
            BodyError::WrongField { field, message } if field == "." => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "VALIDATION_ERROR",
                format!("The body has the wrong form: {message}."),
            ),
            BodyError::WrongField { field, message } => {
                Self::invalid(field, &format!("has the wrong type: {message}"))
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let now_ms = Clock::system().now_ms();
        let id = RequestId::new(now_ms, Entropy::system().bytes());
        if let Some(cause) = &self.cause {
            tracing::error!(request_id = %id, error = %cause, "request {id} failed: {cause}");
        }
        let body = Json(wire::Problem {
            error: title(self.status),
            message: &self.message,
            code: self.code,
            field: self.field.as_deref(),
            errors: self.errors.as_deref(),
            request_id: id.as_str(),
        });
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        if let Some(standing) = self.limit {
            standing.write(headers, now_ms);
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}
