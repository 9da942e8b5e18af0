use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;

use super::{ApiError, Change, wire};
use crate::state::AppState;

pub async fn create(
    State(state): State<AppState>,
    change: Change<wire::CreatePaymentEvent>,
) -> Result<(StatusCode, Answer<wire::PaymentEvent>), ApiError> {
    let new = change.body.try_into()?;
    let recorded = state.services.record_payment(&change.actor, new, change.idempotency).await?;
    Ok((StatusCode::CREATED, Answer(recorded.try_into()?)))
}
