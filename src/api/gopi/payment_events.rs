use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use service::{BadEvent, BatchError, Error, NewPayment};

use super::{ApiError, Change, Id, wire};
use crate::state::AppState;

/// Events of a batch that are reported at most.
const MAX_ERRORS: usize = 100;

/// Track a payment
///
/// Records one payment of an agent. Once answered, it survives a crash. The same `reference` again is the same event if its content is the same, else 409.
#[utoipa::path(
    post,
    path = "/v1/payment-events",
    operation_id = "track_payment",
    tag = "Payments",
    security(("api_key" = []), ("token" = [])),
    request_body = wire::CreatePaymentEvent,
    responses((status = 201, description = "The event as it was recorded", body = wire::PaymentEvent, links(("amended" = (operation_id = "amend_payment", parameters(("id" = "$response.body#/event_id")))))))
)]
pub async fn create(
    State(state): State<AppState>,
    change: Change<wire::CreatePaymentEvent>,
) -> Result<(StatusCode, Answer<wire::PaymentEvent>), ApiError> {
    let new = change.body.try_into()?;
    let recorded = state.services.record_payment(&change.actor, new, change.idempotency).await?;
    Ok((StatusCode::CREATED, Answer(recorded.try_into()?)))
}

/// Track many payments
///
/// Records up to 1,000 payments, all of them or none. Counts as one request.
#[utoipa::path(
    post,
    path = "/v1/payment-events/batch",
    operation_id = "track_payments",
    tag = "Payments",
    security(("api_key" = []), ("token" = [])),
    request_body = wire::CreatePaymentEvents,
    responses((status = 201, description = "The events as they were recorded, in the order of the request", body = wire::PaymentEvents), (status = 422, description = "Nothing was recorded; `errors` names the first hundred bad events", body = wire::Problem))
)]
pub async fn create_batch(
    State(state): State<AppState>,
    change: Change<wire::CreatePaymentEvents>,
) -> Result<(StatusCode, Answer<wire::PaymentEvents>), ApiError> {
    let events: Vec<Result<NewPayment, ApiError>> = change.body.read();
    let recorded = state
        .services
        .record_payments(&change.actor, events, change.idempotency)
        .await
        .map_err(refusal)?;
    Ok((StatusCode::CREATED, Answer(recorded.try_into()?)))
}

fn refusal(error: BatchError<ApiError>) -> ApiError {
    let events = match error {
        BatchError::Whole(error) => return error.into(),
        BatchError::Events(events) => events,
    };
    let count = events.len();
    let mut errors = Vec::with_capacity(count.min(MAX_ERRORS));
    for (index, event) in events.into_iter().take(MAX_ERRORS) {
        let error = match event {
            BadEvent::Unreadable(error) => error,
            BadEvent::Refused(error @ Error::NotFound { .. }) => {
                ApiError::from(error).field("agent_id")
            }
            BadEvent::Refused(error) => error.into(),
        };
        match error.into_entry() {
            Ok((field, message)) => errors.push(wire::EventError { index, field, message }),
            Err(failure) => return failure,
        }
    }
    let message = format!("{count} of the events cannot be recorded; nothing was.");
    ApiError::invalid_entries("events", message, &errors)
}

/// Amend a payment
///
/// Only the status can be amended, and the history stays. `missed` becomes `late` at best. A dispute is resolved by the counterparty (a key of the workspace that owns the agent named as `counterparty`) or by the operator, never by who reported the payment.
#[utoipa::path(
    patch,
    path = "/v1/payment-events/{id}",
    operation_id = "amend_payment",
    tag = "Payments",
    security(("api_key" = []), ("token" = [])),
    params(wire::EventPath),
    request_body = wire::AmendPaymentEvent,
    responses((status = 200, description = "The event as it stands now", body = wire::PaymentEvent))
)]
pub async fn amend(
    State(state): State<AppState>,
    Id(id): Id,
    change: Change<wire::AmendPaymentEvent>,
) -> Result<Answer<wire::PaymentEvent>, ApiError> {
    let (status, resolution) = change.body.read()?;
    let idempotency = change.idempotency.as_ref();
    let amended = state
        .services
        .amend_payment(&change.actor, &id, status, resolution.as_deref(), idempotency)
        .await?;
    Ok(Answer(amended.try_into()?))
}
