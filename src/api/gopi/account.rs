use axum::Json as Answer;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use service::{DeletionRequest, JsonExport};

use super::{ApiError, Caller, Json, wire};
use crate::state::AppState;

/// Take your data along
///
/// Everything that is held about the account, as JSON: `data` is what another instance can read in, `instance_data` what
/// belongs to this one. Never a password, key or webhook secret, nor a hash of one. However much it is, it is streamed.
#[utoipa::path(
    get,
    path = "/v1/auth/export-data",
    operation_id = "export_data",
    tag = "Account",
    security(("token" = [])),
    responses((status = 200, description = "Everything that is held about the account", body = wire::ExportedData))
)]
pub async fn export_data(
    State(state): State<AppState>,
    Caller(actor): Caller,
) -> Result<Response, ApiError> {
    let export = state.services.export_json(&actor).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from_stream(pieces(export))).into_response())
}

/// The document as it is made. What fails breaks the answer off, which no client can take for a whole one.
fn pieces(
    export: JsonExport,
) -> impl stream::Stream<Item = Result<Bytes, service::Error>> + Send + 'static {
    stream::try_unfold(export, |mut export| async move {
        let piece = export.next().await.inspect_err(|error| {
            tracing::error!(?error, "an export of an account broke off");
        })?;
        Ok(piece.map(|bytes| (Bytes::from(bytes), export)))
    })
}

/// Delete the account
///
/// Erases the account and everything that belongs to it, at once and for good. What stays of it are entries of the audit log
/// without names.
#[utoipa::path(
    delete,
    path = "/v1/auth/delete-account",
    operation_id = "delete_account",
    tag = "Account",
    security(("token" = [])),
    request_body = wire::DeleteAccount,
    responses((status = 200, description = "The account is gone", body = wire::DeletedAccount))
)]
pub async fn delete_account(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Json { value: body, .. }: Json<wire::DeleteAccount>,
) -> Result<Answer<wire::DeletedAccount>, ApiError> {
    let password = body.password.unwrap_or_default();
    let request =
        DeletionRequest { email: None, password: Some(&password), at_once: true, session: None };
    state.services.delete_account(&actor, request).await?;
    Ok(Answer(wire::DeletedAccount { deleted: true }))
}
